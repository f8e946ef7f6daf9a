/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hosts that a packet finds in the map, and the addresses they stand for.
 *
 * Inline, as what is done for each packet is (plain.h): a lookup is shorter than
 * what calling it would cost.
 */
#ifndef _TRGW_KNOWN_H
#define _TRGW_KNOWN_H

#include <linux/hash.h>
#include <linux/jhash.h>
#include <linux/rhashtable.h>

#include <sip_ims/trgw.h>

/*
 * Each packet looks up one or two: inline, the seed is the table's own.  IPv4
 * addresses are those of the pool, or entered: nobody else chooses which ones
 * share a bucket, so one multiplication does.
 */
static inline u32 known_hash4(const void *key, u32 len, u32 seed)
{
	return (u32)(((*(const u32 *)key ^ seed) * (u64)GOLDEN_RATIO_64) >> 32);
}

/* As jhash2() of four words would be: three, and one more. */
static inline u32 known_hash6(const void *key, u32 len, u32 seed)
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

static inline int known_compare6(struct rhashtable_compare_arg *arg, const void *object)
{
	const struct trgw_host *host = object;

	return memcmp(arg->key, &host->addr6, 8) ||
	       memcmp(arg->key + 8, host->addr6.s6_addr + 8, 8);
}

static const struct rhashtable_params by4_params = {
	.head_offset = offsetof(struct trgw_host, by4),
	.key_offset = offsetof(struct trgw_host, addr4),
	.key_len = sizeof_field(struct trgw_host, addr4),
	.hashfn = known_hash4,
	.max_size = TRGW_STATIC_MAX + TRGW_POOL_MAX,
	.automatic_shrinking = true,
};

static const struct rhashtable_params by6_params = {
	.head_offset = offsetof(struct trgw_host, by6),
	.key_offset = offsetof(struct trgw_host, addr6),
	.key_len = sizeof_field(struct trgw_host, addr6),
	.hashfn = known_hash6,
	.obj_cmpfn = known_compare6,
	.max_size = TRGW_STATIC_MAX + TRGW_POOL_MAX,
	.automatic_shrinking = true,
};

static inline struct trgw_host *known4(struct trgw_map *map, const u8 *addr4)
{
	return rhashtable_lookup(&map->by4, addr4, by4_params);
}

static inline struct trgw_host *known6(struct trgw_map *map, const u8 *addr6)
{
	return rhashtable_lookup(&map->by6, addr6, by6_params);
}

/* The line is shared by all processors: written once a tick only. */
static inline void touch(struct trgw_host *host)
{
	unsigned long now = jiffies;

	if (host->lent && READ_ONCE(host->used) != now)
		WRITE_ONCE(host->used, now);
}

/* The IPv6 host that has an IPv4 address */
static inline enum trgw_verdict host_of(struct trgw_map *map, const u8 *addr4, u8 *addr6)
{
	struct trgw_host *host = known4(map, addr4);

	if (!host)
		return TRGW_UNMAPPED;
	memcpy(addr6, &host->addr6, sizeof(host->addr6));
	touch(host);
	if (!READ_ONCE(host->answered))
		WRITE_ONCE(host->answered, true);
	return TRGW_OK;
}

/* The IPv4 address that an IPv6 host has already */
static inline bool address_of(struct trgw_map *map, const u8 *addr6, u8 *addr4)
{
	struct trgw_host *host = known6(map, addr6);

	if (!host)
		return false;
	memcpy(addr4, &host->addr4, sizeof(host->addr4));
	touch(host);
	return true;
}

/**
 * trgw_resolve_known() - find the addresses of a packet between known hosts
 * @map: of the device
 * @settings: of the device
 * @data: a packet, which is no ICMP error
 * @version: its IP version
 * @addresses: filled in
 *
 * No host of the map is a martian or inside of the prefix, so those that are
 * found need not be asked; nor is a prefix a martian.
 *
 * Context: RCU read side; any context but hard interrupts.
 * Return: true if trgw_resolve() would say the same and TRGW_OK; else ask that.
 */
static __always_inline bool
trgw_resolve_known(struct trgw_map *map, const struct trgw_settings *settings,
		   const u8 *data, u8 version, struct trgw_addresses *addresses)
{
	if (version == 6)
		return trgw_prefix_extract(&settings->prefix, trgw_dst(data, 6),
					   addresses->dst.v4) &&
		       !trgw_martian4(addresses->dst.v4) &&
		       address_of(map, trgw_src(data, 6), addresses->src.v4);
	if (unlikely(!settings->prefix.len) || trgw_martian4(trgw_src(data, 4)))
		return false;
	trgw_prefix_embed(&settings->prefix, trgw_src(data, 4), addresses->src.v6);
	return host_of(map, trgw_dst(data, 4), addresses->dst.v6) == TRGW_OK;
}

#endif /* _TRGW_KNOWN_H */
