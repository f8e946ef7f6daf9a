/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The map of a device: which IPv6 host has which IPv4 address.
 *
 * Packets look hosts up under RCU. Everything else is written under one lock,
 * which a packet takes only if its host has no address yet.
 */
#ifndef _TRGW_MAP_H
#define _TRGW_MAP_H

#include <linux/in6.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "counters.h"
#include "prefix.h"

#define TRGW_STATIC_MAX		4096	/* static hosts of a device */
#define TRGW_POOL_MAX		65536	/* pool addresses of a device */
#define TRGW_IDLE		7440	/* seconds, RFC 5382 REQ-5 */

/**
 * struct trgw_settings - settings of a device; never changed, only replaced
 * @prefix: IPv6 prefix of IPv4 hosts; without length: none
 * @pool_first: first IPv4 address of the pool, host byte order; 0: no pool
 * @pool_last: last one
 * @idle: seconds without a packet after which a pool address may be released
 * @limit: longest IPv6 packet made of an IPv4 packet that may be fragmented
 * @rcu: for freeing it
 */
struct trgw_settings {
	struct trgw_prefix prefix;
	u32 pool_first;
	u32 pool_last;
	u32 idle;
	u16 limit;
	struct rcu_head rcu;
};

/**
 * struct trgw_host - an IPv6 host and its IPv4 address
 * @by4: in trgw_map.by4
 * @by6: in trgw_map.by6
 * @list: in trgw_map.static_hosts or trgw_map.assigned_hosts
 * @rcu: for freeing it
 * @addr6: its IPv6 address
 * @addr4: its IPv4 address
 * @used: jiffies of the last packet of an assigned host; written without a lock
 * @assigned: @addr4 belongs to the pool
 * @answered: a packet was sent to the host; written without a lock
 * @expiring: trgw_assign_sweep() is about to release @addr4; set under
 *	trgw_map.lock, and cleared without it
 */
struct trgw_host {
	struct rhash_head by4;
	struct rhash_head by6;
	struct list_head list;
	struct rcu_head rcu;
	struct in6_addr addr6;
	__be32 addr4;
	unsigned long used;
	bool assigned;
	bool answered;
	bool expiring;
};

/**
 * struct trgw_map - addresses, settings and counters of a device
 * @by4: hosts by IPv4 address; read under RCU, written under @lock
 * @by6: the same hosts by IPv6 address; a host is in both or in none
 * @settings: read under RCU, written under @lock
 * @counters: per CPU
 * @dev: the device, for @sweep, which is cancelled before the device is freed
 * @lock: protects all members that change; bottom halves off
 * @static_hosts: hosts that the administrator configured
 * @assigned_hosts: hosts with an address of the pool
 * @n_static: length of @static_hosts
 * @n_assigned: length of @assigned_hosts
 * @free: ring of free pool addresses, as offsets from pool_first, in the order
 *	in which they were released; NULL before the first pool
 * @free_at: index in @free of the address to be assigned next
 * @sweep: releases idle addresses
 * @maps: in the list of conflict.c, read under RCU, written under the RTNL
 * @use: references of the device and of dumps
 */
struct trgw_map {
	struct rhashtable by4;
	struct rhashtable by6;
	struct trgw_settings __rcu *settings;
	struct trgw_counters __percpu *counters;
	struct net_device *dev;

	spinlock_t lock;	/* writers */
	struct list_head static_hosts;
	struct list_head assigned_hosts;
	u32 n_static;
	u32 n_assigned;
	u16 *free;
	u32 free_at;

	struct delayed_work sweep;
	struct list_head maps;
	refcount_t use;
};

/**
 * trgw_map_settings() - get the settings for a writer
 * @map: the map, locked
 *
 * Return: the settings, valid until @map is unlocked.
 */
static inline struct trgw_settings *trgw_map_settings(struct trgw_map *map)
{
	return rcu_dereference_protected(map->settings,
					 lockdep_is_held(&map->lock));
}

struct trgw_map *trgw_map_create(struct net_device *dev);
void trgw_map_get(struct trgw_map *map);
void trgw_map_put(struct trgw_map *map);
struct trgw_host *trgw_map_find4(struct trgw_map *map, const u8 *addr4);
struct trgw_host *trgw_map_find6(struct trgw_map *map, const u8 *addr6);
int trgw_map_insert(struct trgw_map *map, struct trgw_host *host);
void trgw_map_remove(struct trgw_map *map, struct trgw_host *host);

#endif /* _TRGW_MAP_H */
