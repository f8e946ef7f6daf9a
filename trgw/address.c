// SPDX-License-Identifier: GPL-2.0-only
/*
 * The addresses of a packet in the other family.
 *
 * IPv4 hosts are inside of the prefix, always; IPv6 hosts are in the map,
 * always.  So a packet between two IPv6 hosts crosses twice, each host seeing
 * the other inside of the prefix, and every address can be translated back.
 */
#include <sip_ims/trgw.h>

#include "known.h"

/* ---- IPv4 to IPv6 -------------------------------------------------------------- */

static enum trgw_verdict inner_from4(struct trgw_map *map,
				     const struct trgw_settings *settings, const u8 *inner,
				     struct trgw_addresses *addresses)
{
	enum trgw_verdict verdict;

	/* what is told about was sent by the IPv6 host */
	verdict = host_of(map, trgw_src(inner, 4), addresses->inner_src.v6);
	trgw_prefix_embed(&settings->prefix, trgw_dst(inner, 4), addresses->inner_dst.v6);
	return verdict == TRGW_OK ? TRGW_OK : TRGW_ICMP_INNER;
}

static enum trgw_verdict from4(struct trgw_map *map, const struct trgw_settings *settings,
			       const u8 *data, const struct trgw_facts *facts,
			       struct trgw_addresses *addresses)
{
	enum trgw_verdict verdict;

	if (trgw_martian4(trgw_src(data, 4)) || trgw_martian4(trgw_dst(data, 4)))
		return TRGW_MARTIAN;
	trgw_prefix_embed(&settings->prefix, trgw_src(data, 4), addresses->src.v6);
	verdict = host_of(map, trgw_dst(data, 4), addresses->dst.v6);
	if (verdict == TRGW_OK && unlikely(facts->upper == TRGW_ERROR))
		verdict = inner_from4(map, settings, data + facts->inner_at, addresses);
	return verdict;
}

/* ---- IPv6 to IPv4 -------------------------------------------------------------- */

static enum trgw_verdict inner_from6(struct trgw_map *map,
				     const struct trgw_settings *settings, const u8 *inner,
				     struct trgw_addresses *addresses)
{
	/* what is told about was sent by an IPv4 host */
	if (trgw_prefix_extract(&settings->prefix, trgw_src(inner, 6),
				addresses->inner_src.v4) &&
	    address_of(map, trgw_dst(inner, 6), addresses->inner_dst.v4))
		return TRGW_OK;
	return TRGW_ICMP_INNER;
}

/*
 * A router on the way may have no IPv4 address, and does not get one for an
 * error: that comes from the host that the packet was for, then.  It cannot
 * come from this router, which takes no packet from an address of its own.
 */
static enum trgw_verdict source_from6(struct trgw_map *map, const u8 *src, u8 upper,
				      struct trgw_addresses *addresses)
{
	if (likely(address_of(map, src, addresses->src.v4)))
		return TRGW_OK;
	if (upper != TRGW_ERROR)
		return trgw_pool_lend(map, src, addresses->src.v4);
	addresses->src = addresses->inner_dst;
	return TRGW_OK;
}

static enum trgw_verdict from6(struct trgw_map *map, const struct trgw_settings *settings,
			       const u8 *data, const struct trgw_facts *facts,
			       struct trgw_addresses *addresses)
{
	const u8 *src = trgw_src(data, 6), *dst = trgw_dst(data, 6);
	enum trgw_verdict verdict;

	if (trgw_martian6(src) || trgw_martian6(dst))
		return TRGW_MARTIAN;
	if (trgw_prefix_covers(&settings->prefix, src))
		return TRGW_SOURCE_IN_PREFIX;
	if (!trgw_prefix_extract(&settings->prefix, dst, addresses->dst.v4))
		return TRGW_NOT_IN_PREFIX;
	if (trgw_martian4(addresses->dst.v4))
		return TRGW_MARTIAN;
	/* before anything is lent */
	if (unlikely(facts->upper == TRGW_ERROR)) {
		verdict = inner_from6(map, settings, data + facts->inner_at, addresses);
		if (verdict != TRGW_OK)
			return verdict;
	}
	return source_from6(map, src, facts->upper, addresses);
}

/**
 * trgw_resolve() - find the addresses of a packet in the other family
 * @map: of the device
 * @settings: of the device
 * @data: the packet
 * @facts: what trgw_parse() made of it
 * @addresses: filled in
 *
 * An IPv6 host without an IPv4 address gets one, if everything else is good.
 *
 * Context: RCU read side; any context but hard interrupts.
 * Return: TRGW_OK, or why the packet cannot be translated.
 */
enum trgw_verdict trgw_resolve(struct trgw_map *map, const struct trgw_settings *settings,
			       const u8 *data, const struct trgw_facts *facts,
			       struct trgw_addresses *addresses)
{
	if (unlikely(!settings->prefix.len))
		return TRGW_NO_PREFIX;
	if (facts->outer.version == 4)
		return from4(map, settings, data, facts, addresses);
	return from6(map, settings, data, facts, addresses);
}
