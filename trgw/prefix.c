// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPv4 addresses in IPv6 addresses (RFC 6052), and addresses of both families
 * that no router forwards.
 */
#include "prefix.h"

/* RFC 6052 section 2.2: bits 64 to 71 are 0, whatever the length. */
#define RESERVED	8

/* Gets the offset of byte @i of the IPv4 address, past the reserved byte. */
static size_t get_offset(const struct trgw_prefix *prefix, size_t i)
{
	size_t at = prefix->len / 8 + i;

	return prefix->len < 96 && at >= RESERVED ? at + 1 : at;
}

static bool starts_with(const u8 *v6, const u8 *bytes, size_t bits)
{
	size_t whole = bits / 8, rest = bits % 8;

	if (memcmp(v6, bytes, whole))
		return false;
	return !rest || !((v6[whole] ^ bytes[whole]) >> (8 - rest));
}

static bool is_valid_length(u8 len)
{
	static const u8 lengths[] = { 32, 40, 48, 56, 64, 96 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		if (len == lengths[i])
			return true;
	}
	return false;
}

/**
 * trgw_prefix_check() - check whether a prefix can have embedded addresses
 * @prefix: the prefix
 *
 * Return: NULL, or the reason why not, a constant string.
 */
const char *trgw_prefix_check(const struct trgw_prefix *prefix)
{
	size_t i;

	if (!is_valid_length(prefix->len))
		return "a prefix has 32, 40, 48, 56, 64 or 96 bits";
	for (i = prefix->len / 8; i < 16; i++) {
		if (prefix->bytes[i])
			return "bits are set after the length of the prefix";
	}
	if (prefix->bytes[RESERVED])
		return "bits 64 to 71 of the prefix have to be 0";
	if (trgw_is_martian6(prefix->bytes))
		return "addresses of this prefix cannot be routed";
	return NULL;
}

/**
 * trgw_prefix_embed_any() - trgw_prefix_embed() for a prefix of any length
 * @prefix: the prefix
 * @v4: the IPv4 address, of 4 bytes
 * @v6: filled in: the IPv6 address, of 16 bytes
 */
void trgw_prefix_embed_any(const struct trgw_prefix *prefix, const u8 *v4,
			   u8 *v6)
{
	size_t i;

	memcpy(v6, prefix->bytes, 16);
	for (i = 0; i < 4; i++)
		v6[get_offset(prefix, i)] = v4[i];
}

/**
 * trgw_prefix_extract_any() - trgw_prefix_extract() for a prefix of any length
 * @prefix: the prefix
 * @v6: the IPv6 address, of 16 bytes
 * @v4: filled in: the IPv4 address, of 4 bytes
 *
 * Return: true if @v6 is the address of an IPv4 host.
 */
bool trgw_prefix_extract_any(const struct trgw_prefix *prefix, const u8 *v6,
			     u8 *v4)
{
	u8 again[16];
	size_t i;

	if (!trgw_prefix_covers(prefix, v6))
		return false;
	for (i = 0; i < 4; i++)
		v4[i] = v6[get_offset(prefix, i)];
	trgw_prefix_embed_any(prefix, v4, again);
	return !memcmp(v6, again, sizeof(again));
}

/**
 * trgw_is_martian6() - check whether routers drop packets with an IPv6 address
 * @v6: source or destination, of 16 bytes
 *
 * Return: true for multicast, link-local, unspecified, loopback, and
 * IPv4-compatible and IPv4-mapped addresses (::/96, ::ffff:0:0/96).
 */
bool trgw_is_martian6(const u8 *v6)
{
	static const u8 zero[12], mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const u8 link_local[] = { 0xfe, 0x80 };

	return v6[0] == 0xff || starts_with(v6, link_local, 10) ||
	       !memcmp(v6, zero, sizeof(zero)) ||
	       !memcmp(v6, mapped, sizeof(mapped));
}
