/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Unaligned numbers in network byte order, and arithmetic on sums of the
 * Internet checksum (RFC 1071): bytes are added to a sum or subtracted from it.
 *
 * Sums are over words in host byte order. Since a checksum is stored the way it
 * was read, the byte order of the machine does not matter.
 */
#ifndef _TRGW_BYTES_H
#define _TRGW_BYTES_H

#include <sip_ims/types.h>

static inline u16 get16(const u8 *p)
{
	return (u16)(p[0] << 8 | p[1]);
}

static inline u32 get32(const u8 *p)
{
	return (u32)get16(p) << 16 | get16(p + 2);
}

static inline void put16(u8 *p, u16 value)
{
	p[0] = (u8)(value >> 8);
	p[1] = (u8)value;
}

static inline void put32(u8 *p, u32 value)
{
	put16(p, (u16)(value >> 16));
	put16(p + 2, (u16)value);
}

/* Adds with end-around carry (RFC 1071 section 2). */
static inline u64 sum_carry(u64 sum, u64 more)
{
	sum += more;
	return sum + (sum < more);
}

/* Add or subtract 8 bytes. */
static inline u64 sum_add8(u64 sum, const u8 *p)
{
	u64 word;

	memcpy(&word, p, sizeof(word));
	return sum_carry(sum, word);
}

static inline u64 sum_sub8(u64 sum, const u8 *p)
{
	u64 word;

	memcpy(&word, p, sizeof(word));
	return sum_carry(sum, ~word);
}

/* Sums the last bytes after words of 8: less than 8 bytes, an even number. */
static inline u64 sum_rest(const u8 *p, size_t len)
{
	u32 word = 0;
	u16 half = 0;

	if (len & sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		p += sizeof(word);
	}
	if (len & sizeof(half))
		memcpy(&half, p, sizeof(half));
	return (u64)word + half;
}

/* Adds @len bytes, which is even. */
static inline u64 sum_add(u64 sum, const u8 *p, size_t len)
{
	for (; len >= 8; len -= 8, p += 8)
		sum = sum_add8(sum, p);
	return sum_carry(sum, sum_rest(p, len));
}

/* Subtracts @len bytes, which is even. */
static inline u64 sum_sub(u64 sum, const u8 *p, size_t len)
{
	for (; len >= 8; len -= 8, p += 8)
		sum = sum_sub8(sum, p);
	return len ? sum_carry(sum, ~sum_rest(p, len)) : sum;
}

/* Sums an IPv4 header without options. */
static inline u64 sum_header4(const u8 *p)
{
	return sum_carry(sum_add8(sum_add8(0, p), p + 8), sum_rest(p + 16, 4));
}

/* Subtracts source and destination, which are adjacent in both headers. */
static inline u64 sum_sub_addresses(u64 sum, const u8 *p, u8 version)
{
	sum = sum_sub8(sum, p);
	if (version == 4)
		return sum;
	return sum_sub8(sum_sub8(sum_sub8(sum, p + 8), p + 16), p + 24);
}

static inline u16 sum_fold(u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (u16)sum;
}

/* Convert a checksum field to the sum of what it covers, and back. */
static inline u64 sum_of_field(const u8 *field)
{
	u16 value;

	memcpy(&value, field, sizeof(value));
	return (u16)~value;
}

static inline void sum_to_field(u8 *field, u64 sum)
{
	u16 value = (u16)~sum_fold(sum);

	memcpy(field, &value, sizeof(value));
}

/* Adds the pseudo-header without its addresses (RFC 8200 section 8.1). */
static inline u64 sum_pseudo(u64 sum, u32 length, u8 protocol)
{
	u8 bytes[8];

	put32(bytes, length);
	put32(bytes + 4, protocol);
	return sum_add(sum, bytes, sizeof(bytes));
}

#endif /* _TRGW_BYTES_H */
