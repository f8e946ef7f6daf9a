/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The IPv4 addresses of a device's pool.
 */
#ifndef _TRGW_POOL_H
#define _TRGW_POOL_H

#include "map.h"

/* Seconds after which a host that got no packet may lose its address */
#define TRGW_UNANSWERED		60

/**
 * trgw_pool_size() - get the number of addresses of a pool
 * @settings: of the device
 *
 * Return: number of addresses, 0 without a pool.
 */
static inline u32 trgw_pool_size(const struct trgw_settings *settings)
{
	return settings->pool_first ?
	       settings->pool_last - settings->pool_first + 1 : 0;
}

/**
 * trgw_pool_has() - check whether an address belongs to a pool
 * @settings: of the device
 * @addr4: the address, in network byte order
 *
 * Return: true if it does.
 */
static inline bool trgw_pool_has(const struct trgw_settings *settings,
				 __be32 addr4)
{
	u32 address = ntohl(addr4);

	return settings->pool_first && address >= settings->pool_first &&
	       address <= settings->pool_last;
}

u16 *trgw_pool_create_ring(const struct trgw_settings *settings);
u16 *trgw_pool_replace_ring(struct trgw_map *map, u16 *ring);
void trgw_pool_schedule_sweep(struct trgw_map *map,
			      const struct trgw_settings *settings);
enum trgw_verdict trgw_pool_take(struct trgw_map *map, const u8 *addr6,
				 __be32 *addr4);
void trgw_pool_release(struct trgw_map *map, struct trgw_host *host);
u32 trgw_pool_flush(struct trgw_map *map);
unsigned long trgw_pool_idle(const struct trgw_settings *settings,
			     const struct trgw_host *host);

#endif /* _TRGW_POOL_H */
