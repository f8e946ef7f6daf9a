// SPDX-License-Identifier: GPL-2.0-only
/*
 * IP addresses as text.
 */
#include "parts.h"
#include "scan.h"

/* Longest text of four numbers and what ends it: so far nothing has to be asked
 * for.
 */
#define V4_TEXT_MAX	16u

static inline bool digit_at(const u8 *p, const u8 *end, u32 *digit)
{
	*digit = !end || p < end ? *p - (u32)'0' : 10;
	return *digit <= 9;
}

/* A number up to 255 without leading zeros: behind it, or NULL. */
static inline const u8 *decode_part(const u8 *p, const u8 *end, u8 *byte)
{
	u32 number, digit;

	if (!digit_at(p++, end, &number))
		return NULL;
	if (digit_at(p, end, &digit)) {
		if (!number)
			return NULL;
		number = number * 10 + digit;
		if (digit_at(++p, end, &digit)) {
			number = number * 10 + digit;
			if (number > 255 || digit_at(++p, end, &digit))
				return NULL;
		}
	}
	*byte = (u8)number;
	return p;
}

/* @end may be NULL when V4_TEXT_MAX bytes can be read. */
static inline size_t decode_parts(const u8 *text, const u8 *end, u8 *bytes)
{
	const u8 *p = text;
	u32 part;

	for (part = 0; part < 4; part++) {
		if (part && (p == end || *p++ != '.'))
			return 0;
		p = decode_part(p, end, bytes + part);
		if (!p)
			return 0;
	}
	return (size_t)(p - text);
}

/**
 * sip_address_v4() - the dotted quad that a text begins with
 * @text: the text
 * @len: its length in bytes
 * @bytes: the address, network byte order; undefined when 0 is returned
 *
 * RFC 3986 section 3.2.2, IPv4address: four numbers without leading zeros.
 *
 * Return: how long it is, 0 when there is none.
 */
size_t sip_address_v4(const u8 *text, size_t len, u8 *bytes)
{
	if (len >= V4_TEXT_MAX)
		return decode_parts(text, NULL, bytes);
	return decode_parts(text, text + len, bytes);
}

static bool decode_v4(const u8 *text, size_t len, u8 *bytes)
{
	return len && sip_address_v4(text, len, bytes) == len;
}

/* One more than the digit's value; 0 for what is none. */
static const u8 hex_digit[256] = {
	['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	['A'] = 11, 12, 13, 14, 15, 16,
	['a'] = 11, 12, 13, 14, 15, 16,
};

/* 1*4HEXDIG: behind it, or NULL when there is none or more; @p < @end. */
static inline const u8 *decode_group(const u8 *p, const u8 *end, u32 *group)
{
	const u8 *begin = p;
	u32 number = 0, digit;

	while (p < end && (digit = hex_digit[*p])) {
		number = number << 4 | (digit - 1);
		p++;
	}
	*group = number;
	return (size_t)(p - begin) - 1 < 4 ? p : NULL;
}

/* Moves the groups behind "::" to the end, zeros to where they were. */
static inline void open_gap(u8 *bytes, u32 gap, u32 used)
{
	u32 to = 16;

	while (used > gap) {
		bytes[--to] = bytes[--used];
		bytes[used] = 0;
	}
}

/* RFC 4291 section 2.2, all three forms; no zone.  @bytes are zero. */
static bool decode_v6(const u8 *text, size_t len, u8 *bytes)
{
	const u8 *p = text, *end = text + len, *begin;
	u32 used = 0, gap = 17, group;

	if (p[0] == ':' && p[1] == ':') {
		gap = 0;
		p += 2;
	}
	while (p < end) {
		if (used == 16)
			return false;
		begin = p;
		p = decode_group(p, end, &group);
		if (!p)
			return false;
		if (p < end && *p == '.') {
			if (used > 12 ||
			    !decode_v4(begin, (size_t)(end - begin),
				       bytes + used))
				return false;
			used += 4;
			break;
		}
		bytes[used++] = (u8)(group >> 8);
		bytes[used++] = (u8)group;
		if (p == end)
			break;
		if (*p++ != ':' || p == end)
			return false;
		if (*p == ':') {
			if (gap != 17)
				return false;
			gap = used;
			p++;
		}
	}
	if (gap == 17)
		return used == 16;
	if (used == 16)
		return false;
	open_gap(bytes, gap, used);
	return true;
}

/* Only IPv4 has a dot behind its first number. */
static inline bool looks_v4(const u8 *text, size_t len)
{
	return len >= 7 && (text[1] == '.' || text[2] == '.' || text[3] == '.');
}

/**
 * sip_address_decode() - an IP address from its text
 * @text: the text; an IPv6 address may stand in brackets
 * @len: its length in bytes
 * @addr: filled in; family 0 when false is returned
 *
 * IPv4: dotted quad, no leading zeros.  IPv6: RFC 4291 section 2.2, no zone.
 *
 * Return: false when the text is no literal.
 */
bool sip_address_decode(const u8 *text, size_t len, struct sip_address *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (len < 2 || !(scan_is(text[0], SCAN_HEX) || text[0] == ':' ||
			 text[0] == '['))
		return false;
	if (looks_v4(text, len)) {
		if (decode_v4(text, len, addr->bytes)) {
			addr->family = 4;
			return true;
		}
		memset(addr, 0, sizeof(*addr));
	}
	if (text[0] == '[') {
		if (text[len - 1] != ']')
			return false;
		text++;
		len -= 2;
	}
	if (len >= 2 && decode_v6(text, len, addr->bytes)) {
		addr->family = 6;
		return true;
	}
	memset(addr, 0, sizeof(*addr));
	return false;
}
