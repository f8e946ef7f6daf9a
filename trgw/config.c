// SPDX-License-Identifier: GPL-2.0-only
/*
 * Changes by the administrator: static hosts and settings.
 *
 * A change is checked completely before anything is written.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include "config.h"
#include "conflict.h"
#include "pool.h"

/* The caller keeps using @why, so it has to be a constant. */
static int reject(struct netlink_ext_ack *extack, const char *why)
{
	if (extack)
		extack->_msg = why;
	return -EINVAL;
}

/* ---- static hosts ---- */

/* Returns the reason why a pair of addresses is invalid, or NULL. */
static const char *check_host(const struct trgw_settings *settings,
			      __be32 addr4, const struct in6_addr *addr6)
{
	if (trgw_is_martian4((const u8 *)&addr4))
		return "address4 cannot be routed";
	if (trgw_is_martian6(addr6->s6_addr))
		return "address6 cannot be routed";
	if (trgw_pool_has(settings, addr4))
		return "address4 belongs to the pool";
	if (trgw_prefix_covers(&settings->prefix, addr6->s6_addr))
		return "address6 is inside of the prefix, where IPv4 hosts are";
	return NULL;
}

static int add_locked(struct trgw_map *map, struct trgw_host *host,
		      struct netlink_ext_ack *extack)
{
	struct trgw_host *old;
	const char *why;
	int err;

	lockdep_assert_held(&map->lock);
	why = check_host(trgw_map_settings(map), host->addr4, &host->addr6);
	if (why)
		return reject(extack, why);
	if (map->n_static >= TRGW_STATIC_MAX) {
		NL_SET_ERR_MSG(extack, "too many hosts");
		return -ENOSPC;
	}
	old = trgw_map_find6(map, host->addr6.s6_addr);
	if ((old && !old->assigned) ||
	    trgw_map_find4(map, (const u8 *)&host->addr4)) {
		NL_SET_ERR_MSG(extack,
			       "one of the two addresses is in the map already");
		return -EEXIST;
	}
	if (old)
		trgw_pool_release(map, old);
	err = trgw_map_insert(map, host);
	if (err)
		return err;
	list_add_tail(&host->list, &map->static_hosts);
	map->n_static++;
	return 0;
}

/**
 * trgw_config_add_host() - add a static host
 * @map: the map
 * @addr4: the IPv4 address it gets
 * @addr6: the host
 * @extack: explains an error
 *
 * A pool address that the host has been assigned is released.
 *
 * Context: process context, may sleep; calls are serialised by the RTNL.
 * Return: 0, or -EINVAL, -EEXIST, -ENOSPC, -ENOMEM.
 */
int trgw_config_add_host(struct trgw_map *map, __be32 addr4,
			 const struct in6_addr *addr6,
			 struct netlink_ext_ack *extack)
{
	struct trgw_host *host;
	int err;

	if (trgw_conflict_covers(map, addr6->s6_addr))
		return reject(extack,
			      "address6 is inside of the prefix of another trgw device");
	host = kzalloc(sizeof(*host), GFP_KERNEL);
	if (!host)
		return -ENOMEM;
	host->addr4 = addr4;
	host->addr6 = *addr6;

	rcu_read_lock();
	spin_lock_bh(&map->lock);
	err = add_locked(map, host, extack);
	spin_unlock_bh(&map->lock);
	rcu_read_unlock();
	/* A reader may have found it in the first table. */
	if (err)
		kfree_rcu(host, rcu);
	return err;
}

/**
 * trgw_config_delete_host() - delete a host from the map
 * @map: the map
 * @addr4: its IPv4 address, of 4 bytes, or NULL
 * @addr6: its IPv6 address, of 16 bytes, or NULL; at least one must be given
 * @extack: explains an error
 *
 * The address of a host that is not static returns to the pool.
 *
 * Return: 0, or -ENOENT.
 */
int trgw_config_delete_host(struct trgw_map *map, const u8 *addr4,
			    const u8 *addr6, struct netlink_ext_ack *extack)
{
	struct trgw_host *host;

	rcu_read_lock();
	spin_lock_bh(&map->lock);
	host = addr4 ? trgw_map_find4(map, addr4) : trgw_map_find6(map, addr6);
	if (host && addr4 && addr6 &&
	    memcmp(&host->addr6, addr6, sizeof(host->addr6)))
		host = NULL;
	if (host && host->assigned) {
		trgw_pool_release(map, host);
	} else if (host) {
		map->n_static--;
		trgw_map_remove(map, host);
	}
	spin_unlock_bh(&map->lock);
	rcu_read_unlock();
	if (host)
		return 0;
	NL_SET_ERR_MSG(extack, "no such host");
	return -ENOENT;
}

/* ---- settings ---- */

/*
 * Both ends suffice to find a martian: a pool is too short to contain a whole
 * range of them.
 */
static const char *check_pool(const struct trgw_settings *settings)
{
	__be32 first = htonl(settings->pool_first);
	__be32 last = htonl(settings->pool_last);

	if (!settings->pool_first != !settings->pool_last)
		return "a pool has both pool-first and pool-last";
	if (!settings->pool_first)
		return NULL;
	if (settings->pool_last < settings->pool_first)
		return "pool-last has to be above pool-first";
	if (settings->pool_last - settings->pool_first >= TRGW_POOL_MAX)
		return "a pool has at most 65536 addresses";
	if (trgw_is_martian4((const u8 *)&first) ||
	    trgw_is_martian4((const u8 *)&last))
		return "addresses of the pool cannot be routed";
	return NULL;
}

/* Checks settings without regard to the hosts of this device. */
static const char *check_settings(const struct trgw_map *map,
				  const struct trgw_settings *settings)
{
	const char *why = check_pool(settings);

	if (!why && settings->prefix.len)
		why = trgw_prefix_check(&settings->prefix);
	if (!why && settings->prefix.len)
		why = trgw_conflict_check(map, &settings->prefix);
	return why;
}

static const char *check_static_hosts(struct trgw_map *map,
				      const struct trgw_settings *settings)
{
	const struct trgw_host *host;

	lockdep_assert_held(&map->lock);
	list_for_each_entry(host, &map->static_hosts, list) {
		if (trgw_pool_has(settings, host->addr4))
			return "a host has an address of this pool already";
		if (trgw_prefix_covers(&settings->prefix,
				       host->addr6.s6_addr))
			return "a host of the map is inside of this prefix";
	}
	return NULL;
}

static bool is_same_pool(const struct trgw_settings *a,
			 const struct trgw_settings *b)
{
	return a->pool_first == b->pool_first && a->pool_last == b->pool_last &&
	       a->prefix.len == b->prefix.len &&
	       !memcmp(a->prefix.bytes, b->prefix.bytes,
		       sizeof(a->prefix.bytes));
}

/* Returns the ring that is not needed any more. */
static u16 *replace_settings(struct trgw_map *map, struct trgw_settings *new,
			     u16 *ring)
{
	lockdep_assert_held(&map->lock);
	if (!is_same_pool(trgw_map_settings(map), new))
		ring = trgw_pool_replace_ring(map, ring);
	rcu_assign_pointer(map->settings, new);
	/* The idle time may be shorter now. */
	if (map->n_assigned)
		trgw_pool_schedule_sweep(map, new);
	return ring;
}

/**
 * trgw_config_set() - replace the settings
 * @map: the map
 * @settings: the new ones
 * @extack: explains an error
 *
 * Another pool or another prefix releases all assigned addresses, and those
 * that other devices of the namespace assigned to hosts inside the prefix.
 *
 * Context: process context, may sleep; calls are serialised by the RTNL.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int trgw_config_set(struct trgw_map *map, const struct trgw_settings *settings,
		    struct netlink_ext_ack *extack)
{
	struct trgw_settings *new, *old;
	const char *why;
	u16 *ring;

	why = check_settings(map, settings);
	if (why)
		return reject(extack, why);
	new = kmemdup(settings, sizeof(*settings), GFP_KERNEL);
	ring = trgw_pool_create_ring(settings);
	if (!new || !ring) {
		kfree(new);
		kvfree(ring);
		return -ENOMEM;
	}

	spin_lock_bh(&map->lock);
	old = trgw_map_settings(map);
	why = check_static_hosts(map, new);
	if (why)
		old = new;
	else
		ring = replace_settings(map, new, ring);
	spin_unlock_bh(&map->lock);
	if (!why)
		trgw_conflict_release(map, &new->prefix);
	kvfree(ring);
	kfree_rcu(old, rcu);
	return why ? reject(extack, why) : 0;
}
