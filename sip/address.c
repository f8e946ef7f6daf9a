// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decoding of IP addresses from text.
 */
#include "parts.h"
#include "scan.h"

/* Length of the longest dotted quad plus the character that ends it.  With that
 * many readable bytes the decoder needs no bounds check.
 */
#define V4_TEXT_MAX	16u
/* Position of "::" in an IPv6 address that has none: past its 16 bytes. */
#define V6_NO_GAP	17u

/* Without @end the text must be known to be long enough. */
static inline bool read_digit(const u8 *p, const u8 *end, u32 *digit)
{
	*digit = !end || p < end ? *p - (u32)'0' : 10;
	return *digit <= 9;
}

/* Reads a number up to 255 without leading zeros.  Returns the position after
 * it, or NULL.
 */
static inline const u8 *decode_part(const u8 *p, const u8 *end, u8 *byte)
{
	u32 number, digit;

	if (!read_digit(p++, end, &number))
		return NULL;
	if (read_digit(p, end, &digit)) {
		if (!number)
			return NULL;
		number = number * 10 + digit;
		if (read_digit(++p, end, &digit)) {
			number = number * 10 + digit;
			if (number > 255 || read_digit(++p, end, &digit))
				return NULL;
		}
	}
	*byte = (u8)number;
	return p;
}

/* @end may be NULL when V4_TEXT_MAX bytes can be read. */
static inline size_t decode_quad(const u8 *text, const u8 *end, u8 *bytes)
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
 * sip_address_v4() - decode the dotted quad at the beginning of a text
 * @text: the text
 * @len: its length in bytes
 * @bytes: set to the address in network byte order, 4 bytes; undefined when 0
 *	is returned
 *
 * RFC 3986 section 3.2.2, IPv4address: four numbers without leading zeros.
 *
 * Return: length of the dotted quad in bytes, 0 when the text does not begin
 * with one.
 */
size_t sip_address_v4(const u8 *text, size_t len, u8 *bytes)
{
	if (len >= V4_TEXT_MAX)
		return decode_quad(text, NULL, bytes);
	return decode_quad(text, text + len, bytes);
}

static bool decode_v4(const u8 *text, size_t len, u8 *bytes)
{
	return len && sip_address_v4(text, len, bytes) == len;
}

/* The value of each hexadecimal digit plus one; 0 for all other characters. */
static const u8 hex_digit[256] = {
	['0'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
	['A'] = 11, 12, 13, 14, 15, 16,
	['a'] = 11, 12, 13, 14, 15, 16,
};

/* Reads 1*4HEXDIG at @p, which is below @end.  Returns the position after them,
 * or NULL when there are none or more than four.
 */
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

/* Moves the groups after "::" to the end of the address and clears the bytes
 * that they leave.
 */
static inline void open_gap(u8 *bytes, u32 gap, u32 used)
{
	u32 to = 16;

	while (used > gap) {
		bytes[--to] = bytes[--used];
		bytes[used] = 0;
	}
}

/* Decodes all three forms of RFC 4291 section 2.2, without a zone.  The caller
 * has cleared @bytes.
 */
static bool decode_v6(const u8 *text, size_t len, u8 *bytes)
{
	const u8 *p = text, *end = text + len, *begin;
	u32 used = 0, gap = V6_NO_GAP, group;

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
			if (gap != V6_NO_GAP)
				return false;
			gap = used;
			p++;
		}
	}
	if (gap == V6_NO_GAP)
		return used == 16;
	if (used == 16)
		return false;
	open_gap(bytes, gap, used);
	return true;
}

/* Only an IPv4 address has a dot after its first number. */
static inline bool may_be_v4(const u8 *text, size_t len)
{
	return len >= 7 && (text[1] == '.' || text[2] == '.' || text[3] == '.');
}

/**
 * sip_address_decode() - decode an IP address from its text
 * @text: the text; an IPv6 address may be in brackets
 * @len: its length in bytes
 * @addr: filled in; family 0 when false is returned
 *
 * An IPv4 address is a dotted quad without leading zeros, an IPv6 address has
 * one of the forms of RFC 4291 section 2.2, without a zone.
 *
 * Return: false when the text is not an IP address literal.
 */
bool sip_address_decode(const u8 *text, size_t len, struct sip_address *addr)
{
	memset(addr, 0, sizeof(*addr));
	if (len < 2 || !(scan_is(text[0], SCAN_HEX) || text[0] == ':' ||
			 text[0] == '['))
		return false;
	if (may_be_v4(text, len)) {
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
