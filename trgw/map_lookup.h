/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lookup of hosts in the map, for each packet.
 *
 * The functions are inline: a lookup is shorter than a call would be.
 */
#ifndef _TRGW_MAP_LOOKUP_H
#define _TRGW_MAP_LOOKUP_H

#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/rhashtable.h>

#include "map.h"
#include "translate.h"

/*
 * IPv4 addresses in the map are those of the pool and of the administrator, so
 * no attacker chooses which ones share a bucket, and one multiplication is
 * enough.
 */
static inline u32 map_hash4(const void *key, u32 len, u32 seed)
{
	return (u32)(((*(const u32 *)key ^ seed) * (u64)GOLDEN_RATIO_64) >> 32);
}

/* jhash2() of four words, without its loop */
static inline u32 map_hash6(const void *key, u32 len, u32 seed)
{
	const u32 *word = key;
	u32 a, b, c;

	a = JHASH_INITVAL + sizeof(struct in6_addr) + seed;
	b = a + word[1];
	c = a + word[2];
	a += word[0];
	__jhash_mix(a, b, c);
	a += word[3];
	__jhash_final(a, b, c);
	return c;
}

static inline int map_compare6(struct rhashtable_compare_arg *arg,
			       const void *object)
{
	const struct trgw_host *host = object;

	return memcmp(arg->key, &host->addr6, 8) ||
	       memcmp(arg->key + 8, host->addr6.s6_addr + 8, 8);
}

static const struct rhashtable_params by4_params = {
	.head_offset = offsetof(struct trgw_host, by4),
	.key_offset = offsetof(struct trgw_host, addr4),
	.key_len = sizeof_field(struct trgw_host, addr4),
	.hashfn = map_hash4,
	.max_size = TRGW_STATIC_MAX + TRGW_POOL_MAX,
	.automatic_shrinking = true,
};

static const struct rhashtable_params by6_params = {
	.head_offset = offsetof(struct trgw_host, by6),
	.key_offset = offsetof(struct trgw_host, addr6),
	.key_len = sizeof_field(struct trgw_host, addr6),
	.hashfn = map_hash6,
	.obj_cmpfn = map_compare6,
	.max_size = TRGW_STATIC_MAX + TRGW_POOL_MAX,
	.automatic_shrinking = true,
};

static inline struct trgw_host *map_lookup4(struct trgw_map *map,
					    const u8 *addr4)
{
	return rhashtable_lookup(&map->by4, addr4, by4_params);
}

static inline struct trgw_host *map_lookup6(struct trgw_map *map,
					    const u8 *addr6)
{
	return rhashtable_lookup(&map->by6, addr6, by6_params);
}

/* All CPUs share the cache line, so write it once a tick only. */
static inline void touch_host(struct trgw_host *host)
{
	unsigned long now = jiffies;

	if (host->assigned && READ_ONCE(host->used) != now)
		WRITE_ONCE(host->used, now);
}

/* Gets the IPv6 host that an IPv4 packet is for. */
static inline enum trgw_verdict map_get6(struct trgw_map *map, const u8 *addr4,
					 u8 *addr6)
{
	struct trgw_host *host = map_lookup4(map, addr4);

	if (!host)
		return TRGW_UNMAPPED;
	memcpy(addr6, &host->addr6, sizeof(host->addr6));
	touch_host(host);
	if (!READ_ONCE(host->answered))
		WRITE_ONCE(host->answered, true);
	return TRGW_OK;
}

/* Gets the IPv4 address of an IPv6 host; false if the host has none yet. */
static inline bool map_get4(struct trgw_map *map, const u8 *addr6, u8 *addr4)
{
	struct trgw_host *host = map_lookup6(map, addr6);

	if (!host)
		return false;
	memcpy(addr4, &host->addr4, sizeof(host->addr4));
	touch_host(host);
	return true;
}

/**
 * trgw_resolve_mapped() - find the new addresses of a packet of a mapped host
 * @map: of the device
 * @settings: of the device
 * @data: a packet that is not an ICMP error
 * @version: its IP version
 * @addresses: filled in
 *
 * No host of the map is a martian or inside the prefix, and the prefix is no
 * martian, so addresses found in them need no check.
 *
 * Context: RCU read side; any context but hard interrupts.
 * Return: true if trgw_resolve_addresses() would find the same addresses; false
 * if it has to be called.
 */
static __always_inline bool
trgw_resolve_mapped(struct trgw_map *map, const struct trgw_settings *settings,
		    const u8 *data, u8 version,
		    struct trgw_addresses *addresses)
{
	if (version == 6)
		return trgw_prefix_extract(&settings->prefix, trgw_dst(data, 6),
					   addresses->dst.v4) &&
		       !trgw_is_martian4(addresses->dst.v4) &&
		       map_get4(map, trgw_src(data, 6), addresses->src.v4);
	if (unlikely(!settings->prefix.len) ||
	    trgw_is_martian4(trgw_src(data, 4)))
		return false;
	trgw_prefix_embed(&settings->prefix, trgw_src(data, 4),
			  addresses->src.v6);
	return map_get6(map, trgw_dst(data, 4), addresses->dst.v6) == TRGW_OK;
}

#endif /* _TRGW_MAP_LOOKUP_H */
