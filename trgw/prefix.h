/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IPv4 addresses embedded in IPv6 addresses (RFC 6052), and addresses of both
 * families that no router forwards.
 *
 * Checks done for each packet are inline, for prefixes of 96 bits; other
 * lengths are rare.
 */
#ifndef _TRGW_PREFIX_H
#define _TRGW_PREFIX_H

#include <sip_ims/types.h>

/**
 * struct trgw_prefix - the IPv6 prefix of IPv4 hosts (RFC 6052)
 * @bytes: its bytes, 0 after its length
 * @len: in bits; 0 when there is none
 */
struct trgw_prefix {
	u8 bytes[16];
	u8 len;
};

const char *trgw_prefix_check(const struct trgw_prefix *prefix);
void trgw_prefix_embed_any(const struct trgw_prefix *prefix, const u8 *v4,
			   u8 *v6);
bool trgw_prefix_extract_any(const struct trgw_prefix *prefix, const u8 *v6,
			     u8 *v4);
bool trgw_is_martian6(const u8 *v6);

/**
 * trgw_prefix_covers() - check whether an address lies inside a prefix
 * @prefix: the prefix; one without length covers nothing
 * @v6: the address, of 16 bytes
 *
 * Return: true if @v6 begins with the prefix, whatever follows.
 */
static inline bool trgw_prefix_covers(const struct trgw_prefix *prefix,
				      const u8 *v6)
{
	/* Constant lengths let the compiler inline memcmp(). */
	if (likely(prefix->len == 96))
		return !memcmp(v6, prefix->bytes, 8) &&
		       !memcmp(v6 + 8, prefix->bytes + 8, 4);
	return prefix->len && !memcmp(v6, prefix->bytes, prefix->len / 8);
}

/**
 * trgw_prefix_embed() - get the IPv6 address of an IPv4 host
 * @prefix: the prefix
 * @v4: the IPv4 address, of 4 bytes
 * @v6: filled in: the IPv6 address, of 16 bytes
 */
static inline void trgw_prefix_embed(const struct trgw_prefix *prefix,
				     const u8 *v4, u8 *v6)
{
	if (unlikely(prefix->len != 96)) {
		trgw_prefix_embed_any(prefix, v4, v6);
		return;
	}
	memcpy(v6, prefix->bytes, 12);
	memcpy(v6 + 12, v4, 4);
}

/**
 * trgw_prefix_extract() - get the IPv4 host of an IPv6 address
 * @prefix: the prefix
 * @v6: the IPv6 address, of 16 bytes
 * @v4: filled in: the IPv4 address, of 4 bytes
 *
 * Stricter than RFC 6052: an address with bits set after the IPv4 address is no
 * host, since the source of its replies would be translated to another one.
 *
 * Return: true if @v6 is the address of an IPv4 host.
 */
static inline bool trgw_prefix_extract(const struct trgw_prefix *prefix,
				       const u8 *v6, u8 *v4)
{
	if (unlikely(prefix->len != 96))
		return trgw_prefix_extract_any(prefix, v6, v4);
	memcpy(v4, v6 + 12, 4);
	return trgw_prefix_covers(prefix, v6);
}

/**
 * trgw_is_martian4() - check whether routers drop packets with an IPv4 address
 * @v4: source or destination, of 4 bytes
 *
 * Return: true for this network (0/8), loopback, link-local, multicast, and
 * reserved addresses including broadcast.
 */
static inline bool trgw_is_martian4(const u8 *v4)
{
	return v4[0] == 0 || v4[0] == 127 || v4[0] >= 224 ||
	       (v4[0] == 169 && v4[1] == 254);
}

#endif /* _TRGW_PREFIX_H */
