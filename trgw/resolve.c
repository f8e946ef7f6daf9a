// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resolution of the addresses of a packet in the other family.
 *
 * IPv4 hosts always lie inside the prefix, and IPv6 hosts are always in the
 * map. So a packet between two IPv6 hosts passes the device twice, each host
 * sees the other inside the prefix, and every translation can be reversed.
 */
#include "assign.h"
#include "map_lookup.h"
#include "resolve.h"

/* ---- IPv4 to IPv6 ---- */

/* The quoted packet was sent by the IPv6 host. */
static enum trgw_verdict resolve_inner4(struct trgw_map *map,
					const struct trgw_settings *settings,
					const u8 *inner,
					struct trgw_addresses *addresses)
{
	enum trgw_verdict verdict;

	verdict = map_get6(map, trgw_src(inner, 4), addresses->inner_src.v6);
	trgw_prefix_embed(&settings->prefix, trgw_dst(inner, 4),
			  addresses->inner_dst.v6);
	return verdict == TRGW_OK ? TRGW_OK : TRGW_ICMP_INNER;
}

static enum trgw_verdict resolve_from4(struct trgw_map *map,
				       const struct trgw_settings *settings,
				       const u8 *data,
				       const struct trgw_facts *facts,
				       struct trgw_addresses *addresses)
{
	enum trgw_verdict verdict;

	if (trgw_is_martian4(trgw_src(data, 4)) ||
	    trgw_is_martian4(trgw_dst(data, 4)))
		return TRGW_MARTIAN;
	trgw_prefix_embed(&settings->prefix, trgw_src(data, 4),
			  addresses->src.v6);
	verdict = map_get6(map, trgw_dst(data, 4), addresses->dst.v6);
	if (verdict == TRGW_OK && unlikely(facts->upper == TRGW_ERROR))
		verdict = resolve_inner4(map, settings, data + facts->inner_at,
					 addresses);
	return verdict;
}

/* ---- IPv6 to IPv4 ---- */

/* The quoted packet was sent by an IPv4 host. */
static enum trgw_verdict resolve_inner6(struct trgw_map *map,
					const struct trgw_settings *settings,
					const u8 *inner,
					struct trgw_addresses *addresses)
{
	if (trgw_prefix_extract(&settings->prefix, trgw_src(inner, 6),
				addresses->inner_src.v4) &&
	    map_get4(map, trgw_dst(inner, 6), addresses->inner_dst.v4))
		return TRGW_OK;
	return TRGW_ICMP_INNER;
}

/*
 * A router on the path may have no IPv4 address, and is not assigned one for an
 * ICMP error. The error is then sent from the address of the host that the
 * packet was for. It cannot be sent from an address of this router, which would
 * drop it as a martian.
 */
static enum trgw_verdict resolve_source6(struct trgw_map *map, const u8 *src,
					 u8 upper,
					 struct trgw_addresses *addresses)
{
	if (likely(map_get4(map, src, addresses->src.v4)))
		return TRGW_OK;
	if (upper != TRGW_ERROR)
		return trgw_assign_address(map, src, addresses->src.v4);
	addresses->src = addresses->inner_dst;
	return TRGW_OK;
}

static enum trgw_verdict resolve_from6(struct trgw_map *map,
				       const struct trgw_settings *settings,
				       const u8 *data,
				       const struct trgw_facts *facts,
				       struct trgw_addresses *addresses)
{
	const u8 *src = trgw_src(data, 6), *dst = trgw_dst(data, 6);
	enum trgw_verdict verdict;

	if (trgw_is_martian6(src) || trgw_is_martian6(dst))
		return TRGW_MARTIAN;
	if (trgw_prefix_covers(&settings->prefix, src))
		return TRGW_SOURCE_IN_PREFIX;
	if (!trgw_prefix_extract(&settings->prefix, dst, addresses->dst.v4))
		return TRGW_NOT_IN_PREFIX;
	if (trgw_is_martian4(addresses->dst.v4))
		return TRGW_MARTIAN;
	/* All checks come before an address is assigned. */
	if (unlikely(facts->upper == TRGW_ERROR)) {
		verdict = resolve_inner6(map, settings, data + facts->inner_at,
					 addresses);
		if (verdict != TRGW_OK)
			return verdict;
	}
	return resolve_source6(map, src, facts->upper, addresses);
}

/**
 * trgw_resolve_addresses() - find the addresses of a packet in the other family
 * @map: of the device
 * @settings: of the device
 * @data: the packet
 * @facts: from trgw_parse_packet()
 * @addresses: filled in
 *
 * An IPv6 host without an IPv4 address is assigned one if the packet can be
 * translated otherwise.
 *
 * Context: RCU read side; any context but hard interrupts.
 * Return: TRGW_OK, or why the packet cannot be translated.
 */
enum trgw_verdict trgw_resolve_addresses(struct trgw_map *map,
					 const struct trgw_settings *settings,
					 const u8 *data,
					 const struct trgw_facts *facts,
					 struct trgw_addresses *addresses)
{
	if (unlikely(!settings->prefix.len))
		return TRGW_NO_PREFIX;
	if (facts->outer.version == 4)
		return resolve_from4(map, settings, data, facts, addresses);
	return resolve_from6(map, settings, data, facts, addresses);
}
