/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scanning: a machine word at a time where runs are long, a byte at a time
 * where they are short.  Every function takes [at, end) as offsets from
 * base and never reads outside of it.
 */
#ifndef _SIP_SCAN_H
#define _SIP_SCAN_H

#include <sip_ims/sip.h>

/* Classes of characters; sip_class[] has their bits. */
#define SCAN_TOKEN	0x01	/* RFC 3261 token */
#define SCAN_DIGIT	0x02
#define SCAN_HEX	0x04
#define SCAN_HOST	0x08	/* of a host name; '_' is seen in the wild */
#define SCAN_BLANK	0x10	/* SP, HT, and CR, LF of a folded line */
#define SCAN_MARK	0x20	/* " < > ; , which divide a header value */
#define SCAN_ALPHA	0x40
#define SCAN_SCHEME	0x80	/* of a URI scheme, RFC 3986 section 3.1 */

extern const u8 sip_class[256];

#define SCAN_WORD	((u32)sizeof(unsigned long))
#define SCAN_ONES	(~0UL / 0xff)
#define SCAN_HIGHS	(SCAN_ONES * 0x80)

/* The next bytes as a word whose lowest byte is the first one. */
static inline unsigned long scan_load(const u8 *p)
{
	unsigned long word;

	memcpy(&word, p, sizeof(word));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	word = sizeof(word) == 8 ? __builtin_bswap64(word) :
				   __builtin_bswap32(word);
#endif
	return word;
}

/* High bits mark the bytes below @limit (at most 0x80).  Only the lowest mark
 * is exact: a borrow may mark bytes above it.
 */
static inline unsigned long scan_below(unsigned long word, u8 limit)
{
	return (word - SCAN_ONES * limit) & ~word & SCAN_HIGHS;
}

/* High bits mark the bytes equal to @c; only the lowest mark is exact. */
static inline unsigned long scan_equal(unsigned long word, u8 c)
{
	return scan_below(word ^ (SCAN_ONES * c), 1);
}

/* Which byte carries the lowest mark; @marks is not 0. */
static inline u32 scan_lowest(unsigned long marks)
{
	return (u32)__builtin_ctzl(marks) / 8;
}

static inline bool scan_is(u8 c, u8 class)
{
	return sip_class[c] & class;
}

/* The first byte not of @class. */
static inline u32 scan_while(const u8 *base, u32 at, u32 end, u8 class)
{
	while (at < end && scan_is(base[at], class))
		at++;
	return at;
}

/* The first byte of @class. */
static inline u32 scan_until(const u8 *base, u32 at, u32 end, u8 class)
{
	while (at < end && !scan_is(base[at], class))
		at++;
	return at;
}

static inline u32 scan_blank(const u8 *base, u32 at, u32 end)
{
	return scan_while(base, at, end, SCAN_BLANK);
}

/* The end of [at, end) without the white space before it. */
static inline u32 scan_trim(const u8 *base, u32 at, u32 end)
{
	while (end > at && scan_is(base[end - 1], SCAN_BLANK))
		end--;
	return end;
}

/* The first byte that is @a or @b, or @end. */
static inline u32 scan_either(const u8 *base, u32 at, u32 end, u8 a, u8 b)
{
	while (end - at >= SCAN_WORD) {
		unsigned long word = scan_load(base + at);
		unsigned long marks = scan_equal(word, a) | scan_equal(word, b);

		if (marks)
			return at + scan_lowest(marks);
		at += SCAN_WORD;
	}
	while (at < end && base[at] != a && base[at] != b)
		at++;
	return at;
}

/* The first byte that is @c, or @end. */
static inline u32 scan_byte(const u8 *base, u32 at, u32 end, u8 c)
{
	while (end - at >= SCAN_WORD) {
		unsigned long marks = scan_equal(scan_load(base + at), c);

		if (marks)
			return at + scan_lowest(marks);
		at += SCAN_WORD;
	}
	while (at < end && base[at] != c)
		at++;
	return at;
}

/* @at stands on the opening quote: the byte behind the closing one, or 0 when
 * there is none.  A backslash takes the next byte with it.
 */
static inline u32 scan_quoted(const u8 *base, u32 at, u32 end)
{
	at++;
	for (;;) {
		at = scan_either(base, at, end, '"', '\\');
		if (at >= end)
			return 0;
		if (base[at] == '"')
			return at + 1;
		if (end - at < 2)
			return 0;
		at += 2;
	}
}

static inline u8 scan_lower(u8 c)
{
	return (u8)(c - 'A') < 26 ? c | 0x20 : c;
}

/* Case-insensitive; @lower is in lower case. */
static inline bool scan_same(const u8 *p, const char *lower, u32 len)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (scan_lower(p[i]) != (u8)lower[i])
			return false;
	}
	return true;
}

static inline bool scan_slice_same(const u8 *base, struct sip_slice slice,
				   const char *lower, u32 len)
{
	return slice.len == len && scan_same(base + slice.off, lower, len);
}

#define SCAN_SLICE_IS(base, slice, lower) \
	scan_slice_same(base, slice, lower, sizeof(lower) - 1)

static inline struct sip_slice scan_slice(u32 at, u32 end)
{
	struct sip_slice slice = { .off = (u16)at, .len = (u16)(end - at) };

	return slice;
}

static inline u32 scan_slice_end(struct sip_slice slice)
{
	return (u32)slice.off + slice.len;
}

#endif /* _SIP_SCAN_H */
