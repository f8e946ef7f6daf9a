/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scanning of bytes: a machine word at a time where runs are long, a byte at a
 * time where they are short.  All functions take a range [at, end) as offsets
 * from base, read nothing outside of it, and return @end if they find nothing.
 */
#ifndef _SIP_SCAN_H
#define _SIP_SCAN_H

#include <sip_ims/sip.h>

/* Character classes, the bits in sip_class[] */
#define SCAN_TOKEN	0x01	/* RFC 3261 token */
#define SCAN_DIGIT	0x02
#define SCAN_HEX	0x04
#define SCAN_HOST	0x08	/* of a host name, and '_', which occurs */
#define SCAN_BLANK	0x10	/* SP, HT; CR and LF of a folded line */
#define SCAN_MARK	0x20	/* " < > ; , separate parts of a header value */
#define SCAN_ALPHA	0x40
#define SCAN_SCHEME	0x80	/* of a URI scheme, RFC 3986 section 3.1 */

extern const u8 sip_class[256];

#define SCAN_WORD	sizeof(unsigned long)
#define SCAN_ONES	(~0UL / 0xff)
#define SCAN_HIGHS	(SCAN_ONES * 0x80)

/* Return: the bytes at @p as a word, the first byte lowest. */
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

/*
 * Mark, in the high bits, the bytes that are neither a letter nor "-".  Only the
 * lowest mark is exact, because a byte above 0x7f carries into those above it.
 */
static inline unsigned long scan_not_name(unsigned long word)
{
	unsigned long letter = word | (SCAN_ONES * 0x20);
	unsigned long dash = word ^ (SCAN_ONES * '-');

	return (~(letter + SCAN_ONES * (0x80 - 'a')) |
		(letter + SCAN_ONES * (0x7f - 'z')) | word) &
	       ((dash + SCAN_ONES * 0x7f) | dash) & SCAN_HIGHS;
}

/* Return: index of the byte with the lowest mark.  @marks must not be 0. */
static inline size_t scan_lowest(unsigned long marks)
{
	return (u32)__builtin_ctzl(marks) / 8;
}

static inline bool scan_is(u8 c, u8 class)
{
	return sip_class[c] & class;
}

/* Return: the offset below which a whole word can be loaded. */
static inline size_t scan_words(size_t end)
{
	return end < SCAN_WORD ? 0 : end - (SCAN_WORD - 1);
}

/* Load the last bytes, fewer than a word, padded with zeros.  @at < @end. */
static inline unsigned long scan_rest(const u8 *base, size_t at, size_t end)
{
	unsigned long word = 0;

	if (likely(end >= SCAN_WORD))
		return scan_load(base + end - SCAN_WORD) >>
		       8 * (SCAN_WORD - (end - at));
	while (end-- > at)
		word = word << 8 | base[end];
	return word;
}

/* Find the first byte that is not in @class. */
static inline size_t scan_while(const u8 *base, size_t at, size_t end, u8 class)
{
	while (at < end && scan_is(base[at], class))
		at++;
	return at;
}

/* Find the first byte in @class. */
static inline size_t scan_until(const u8 *base, size_t at, size_t end, u8 class)
{
	while (at < end && !scan_is(base[at], class))
		at++;
	return at;
}

/* Skip white space.  Usually there is none, or one blank. */
static inline size_t scan_blank(const u8 *base, size_t at, size_t end)
{
	if (at < end && base[at] == ' ')
		at++;
	if (at < end && unlikely(base[at] <= ' '))
		at = scan_while(base, at, end, SCAN_BLANK);
	return at;
}

/* Return: the end of [at, end) without trailing white space. */
static inline size_t scan_trim(const u8 *base, size_t at, size_t end)
{
	while (end > at && base[end - 1] <= ' ' &&
	       scan_is(base[end - 1], SCAN_BLANK))
		end--;
	return end;
}

/* Find the end of a token: letters and "-" a word at a time. */
static inline size_t scan_token(const u8 *base, size_t at, size_t end)
{
	size_t words = scan_words(end);

	while (at < words) {
		unsigned long marks = scan_not_name(scan_load(base + at));

		if (likely(marks)) {
			at += scan_lowest(marks);
			if (likely(!scan_is(base[at], SCAN_TOKEN)))
				return at;
			break;
		}
		at += SCAN_WORD;
	}
	return scan_while(base, at, end, SCAN_TOKEN);
}

/*
 * Mark, in the high bits, the bytes that are below @limit, or equal to @a or @b;
 * an argument of 0 is not compared.  Only the lowest mark is exact, because a
 * borrow may mark bytes above it.  With @rough it may also be a byte above 0x7f.
 */
static __always_inline unsigned long
scan_marks(unsigned long word, u8 limit, u8 a, u8 b, bool rough)
{
	unsigned long is_a = word ^ (SCAN_ONES * a);
	unsigned long is_b = word ^ (SCAN_ONES * b);
	unsigned long marks = 0;

	marks |= limit ? word - SCAN_ONES * limit : 0;
	marks |= a ? is_a - SCAN_ONES : 0;
	marks |= b ? is_b - SCAN_ONES : 0;
	return marks & (rough ? SCAN_HIGHS : ~word & SCAN_HIGHS);
}

/*
 * Find the first byte that is below @limit, or equal to @a or @b.  The three are
 * constants below 0x80; an argument of 0 is not compared.
 */
static __always_inline size_t scan_any(const u8 *base, size_t at, size_t end,
				       u8 limit, u8 a, u8 b)
{
	size_t words = scan_words(end);
	unsigned long word, marks;

	for (; at < words; at += SCAN_WORD) {
		word = scan_load(base + at);
		if (!scan_marks(word, limit, a, b, true))
			continue;
		marks = scan_marks(word, limit, a, b, false);
		if (likely(marks))
			return at + scan_lowest(marks);
	}
	if (at >= end)
		return end;
	/* a mark on the padding lies after the end */
	marks = scan_marks(scan_rest(base, at, end), limit, a, b, false);
	at += marks ? scan_lowest(marks) : SCAN_WORD;
	return at < end ? at : end;
}

static __always_inline size_t scan_byte(const u8 *base, size_t at,
					size_t end, u8 c)
{
	return scan_any(base, at, end, 0, c, 0);
}

static __always_inline size_t scan_either(const u8 *base, size_t at,
					  size_t end, u8 a, u8 b)
{
	return scan_any(base, at, end, 0, a, b);
}

/*
 * @at is the offset of the opening quote.  A backslash escapes the next byte.
 * Return: the offset after the closing quote; 0 if there is none.
 */
static inline size_t scan_quoted(const u8 *base, size_t at, size_t end)
{
	at++;
	for (;;) {
		at = scan_either(base, at, end, '"', '\\');
		if (at >= end)
			return 0;
		if (base[at] == '"')
			return at + 1;
		at += 2;
	}
}

/*
 * Compare up to a word.  A letter of @lower, which is in lower case, matches
 * both cases.
 */
#define SCAN_SAME(type, p, lower) ({					\
	type _text, _lower;						\
									\
	memcpy(&_text, p, sizeof(_text));				\
	memcpy(&_lower, lower, sizeof(_lower));				\
	(_text | (_lower & (type)~(type)0 / 0xff * 0x40) >> 1) == _lower;	\
})

/* Compare without regard to case.  @lower has no capital letter and no "_". */
static __always_inline bool scan_same(const u8 *p, const char *lower,
				      size_t len)
{
	size_t at = 0;

	if (len >= 8) {
		for (; at + 8 < len; at += 8) {
			if (!SCAN_SAME(u64, p + at, lower + at))
				return false;
		}
		return SCAN_SAME(u64, p + len - 8, lower + len - 8);
	}
	if (len >= 4)
		return SCAN_SAME(u32, p, lower) &&
		       SCAN_SAME(u32, p + len - 4, lower + len - 4);
	for (; at < len; at++) {
		if (!SCAN_SAME(u8, p + at, lower + at))
			return false;
	}
	return true;
}

static __always_inline bool scan_slice_same(const u8 *base,
					    struct sip_slice slice,
					    const char *lower, size_t len)
{
	return slice.len == len && scan_same(base + slice.off, lower, len);
}

#define SCAN_SLICE_IS(base, slice, lower) \
	scan_slice_same(base, slice, lower, sizeof(lower) - 1)

static inline struct sip_slice scan_slice(size_t at, size_t end)
{
	struct sip_slice slice = { .off = (u16)at, .len = (u16)(end - at) };

	return slice;
}

static inline size_t scan_slice_end(struct sip_slice slice)
{
	return (size_t)slice.off + slice.len;
}

#endif /* _SIP_SCAN_H */
