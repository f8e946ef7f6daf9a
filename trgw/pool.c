// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pool of IPv4 addresses as a ring: the address that was released first is
 * assigned first, so that each rests as long as possible.
 */
#include <linux/mm.h>
#include <linux/slab.h>

#include <compat/linux/workqueue.h>

#include "pool.h"

/**
 * trgw_pool_create_ring() - create a ring in which all addresses are free
 * @settings: give the pool
 *
 * Context: process context, may sleep.
 * Return: the ring, to be freed by kvfree(), or NULL without memory.
 */
u16 *trgw_pool_create_ring(const struct trgw_settings *settings)
{
	u32 size = trgw_pool_size(settings), i;
	u16 *ring;

	ring = kvmalloc_array(max(size, 1u), sizeof(*ring), GFP_KERNEL);
	for (i = 0; ring && i < size; i++)
		ring[i] = (u16)i;
	return ring;
}

static void release_all(struct trgw_map *map)
{
	while (!list_empty(&map->assigned_hosts))
		trgw_pool_release(map, list_first_entry(&map->assigned_hosts,
							struct trgw_host,
							list));
}

/**
 * trgw_pool_replace_ring() - release all addresses and use another ring
 * @map: the map, locked, with the settings of its old ring
 * @ring: the new ring
 *
 * Return: the old ring, or NULL, to be freed by kvfree().
 */
u16 *trgw_pool_replace_ring(struct trgw_map *map, u16 *ring)
{
	lockdep_assert_held(&map->lock);
	release_all(map);
	swap(map->free, ring);
	map->free_at = 0;
	return ring;
}

/* A quarter of the idle time, in jiffies, but at least 1 and at most 60 s */
static unsigned long sweep_period(const struct trgw_settings *settings)
{
	return clamp(settings->idle / 4, 1u, 60u) * HZ;
}

/**
 * trgw_pool_schedule_sweep() - schedule the next search for idle addresses
 * @map: the map, locked
 * @settings: of its device
 */
void trgw_pool_schedule_sweep(struct trgw_map *map,
			      const struct trgw_settings *settings)
{
	lockdep_assert_held(&map->lock);
	sip_ims_work_schedule(&map->sweep, sweep_period(settings));
}

/**
 * trgw_pool_take() - assign the next free address to a host
 * @map: the map, locked
 * @addr6: a host that is not in the map, of 16 bytes
 * @addr4: filled in
 *
 * Return: TRGW_OK, TRGW_POOL_EXHAUSTED or TRGW_NO_MEMORY.
 */
enum trgw_verdict trgw_pool_take(struct trgw_map *map, const u8 *addr6,
				 __be32 *addr4)
{
	const struct trgw_settings *settings = trgw_map_settings(map);
	u32 size = trgw_pool_size(settings);
	struct trgw_host *host;

	if (map->n_assigned >= size)
		return TRGW_POOL_EXHAUSTED;
	host = kzalloc(sizeof(*host), GFP_ATOMIC);
	if (!host)
		return TRGW_NO_MEMORY;
	memcpy(&host->addr6, addr6, sizeof(host->addr6));
	host->addr4 = htonl(settings->pool_first + map->free[map->free_at]);
	host->assigned = true;
	host->used = jiffies;
	if (trgw_map_insert(map, host)) {
		kfree_rcu(host, rcu);
		return TRGW_NO_MEMORY;
	}
	map->free_at = (map->free_at + 1) % size;
	list_add_tail(&host->list, &map->assigned_hosts);
	if (!map->n_assigned++)
		trgw_pool_schedule_sweep(map, settings);
	trgw_counters_add(map->counters, TRGW_COUNT_ASSIGNED, 1);
	*addr4 = host->addr4;
	return TRGW_OK;
}

/**
 * trgw_pool_release() - return the address of a host to the pool
 * @map: the map, locked
 * @host: the host, which is removed from the map and freed
 */
void trgw_pool_release(struct trgw_map *map, struct trgw_host *host)
{
	const struct trgw_settings *settings = trgw_map_settings(map);
	u32 size = trgw_pool_size(settings);
	u32 free = size - map->n_assigned;

	lockdep_assert_held(&map->lock);
	map->free[(map->free_at + free) % size] =
		(u16)(ntohl(host->addr4) - settings->pool_first);
	map->n_assigned--;
	trgw_counters_add(map->counters, TRGW_COUNT_RELEASED, 1);
	trgw_map_remove(map, host);
}

/**
 * trgw_pool_flush() - release all assigned addresses
 * @map: the map
 *
 * Return: how many were released.
 */
u32 trgw_pool_flush(struct trgw_map *map)
{
	u32 flushed;

	spin_lock_bh(&map->lock);
	flushed = map->n_assigned;
	release_all(map);
	spin_unlock_bh(&map->lock);
	return flushed;
}

/**
 * trgw_pool_idle() - get the time after which an idle address is released
 * @settings: of the device
 * @host: the host that has the address
 *
 * A host that has never been answered may be one of many that a scan made up,
 * and so keeps its address for TRGW_UNANSWERED at most.
 *
 * Return: jiffies since the last packet.
 */
unsigned long trgw_pool_idle(const struct trgw_settings *settings,
			     const struct trgw_host *host)
{
	u32 idle = settings->idle;

	if (!READ_ONCE(host->answered))
		idle = min(idle, (u32)TRGW_UNANSWERED);
	return idle * (unsigned long)HZ;
}
