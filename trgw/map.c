// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which IPv6 host has which IPv4 address, and the settings of a device.
 *
 * Packets look hosts up under RCU and may borrow an address (pool.c).  All
 * else is written under one lock, which no packet takes that finds its hosts.
 */
#include <linux/module.h>
#include <linux/netlink.h>
#include <linux/slab.h>

#include <sip_ims/trgw.h>

#include "known.h"

/**
 * trgw_map_find4() - the host that has an IPv4 address
 * @map: the map
 * @addr4: the address, of 4 bytes
 *
 * Context: RCU read side; the host is valid inside of it.
 * Return: the host, or NULL.
 */
struct trgw_host *trgw_map_find4(struct trgw_map *map, const u8 *addr4)
{
	return known4(map, addr4);
}

/**
 * trgw_map_find6() - the host of an IPv6 address
 * @map: the map
 * @addr6: the address, of 16 bytes
 *
 * Context: RCU read side; the host is valid inside of it.
 * Return: the host, or NULL.
 */
struct trgw_host *trgw_map_find6(struct trgw_map *map, const u8 *addr6)
{
	return known6(map, addr6);
}

/**
 * trgw_map_insert() - a host comes into both tables, or into none
 * @map: the map, locked
 * @host: the host; found by others as soon as it is in a table
 *
 * A packet from the host finds it last, so that the answer finds it, too.
 *
 * Return: 0, -EEXIST when one of the addresses is taken, or another error.
 */
int trgw_map_insert(struct trgw_map *map, struct trgw_host *host)
{
	int err;

	lockdep_assert_held(&map->lock);
	err = rhashtable_lookup_insert_fast(&map->by4, &host->by4, by4_params);
	if (err)
		return err;
	err = rhashtable_lookup_insert_fast(&map->by6, &host->by6, by6_params);
	if (err)
		rhashtable_remove_fast(&map->by4, &host->by4, by4_params);
	return err;
}

/**
 * trgw_map_remove() - a host leaves and is freed
 * @map: the map, locked
 * @host: the host, in both tables and in its list
 */
void trgw_map_remove(struct trgw_map *map, struct trgw_host *host)
{
	lockdep_assert_held(&map->lock);
	rhashtable_remove_fast(&map->by6, &host->by6, by6_params);
	rhashtable_remove_fast(&map->by4, &host->by4, by4_params);
	list_del(&host->list);
	kfree_rcu(host, rcu);
}

/* ---- hosts that somebody enters --------------------------------------------- */

/* Why a host and its address cannot be, NULL if they can */
static const char *host_check(const struct trgw_settings *settings, __be32 addr4,
			      const struct in6_addr *addr6)
{
	if (trgw_martian4((const u8 *)&addr4))
		return "address4 cannot be routed";
	if (trgw_martian6(addr6->s6_addr))
		return "address6 cannot be routed";
	if (trgw_pool_has(settings, addr4))
		return "address4 belongs to the pool";
	if (trgw_prefix_covers(&settings->prefix, addr6->s6_addr))
		return "address6 is inside of the prefix, where IPv4 hosts are";
	return NULL;
}

static struct trgw_settings *settings_locked(struct trgw_map *map)
{
	return rcu_dereference_protected(map->settings, lockdep_is_held(&map->lock));
}

/* @why is a constant. */
static int refuse(struct netlink_ext_ack *extack, const char *why)
{
	if (extack)
		extack->_msg = why;
	return -EINVAL;
}

/* Everything is looked at before anything changes. */
static int add_locked(struct trgw_map *map, struct trgw_host *host,
		      struct netlink_ext_ack *extack)
{
	struct trgw_host *old;
	const char *why;
	int err;

	lockdep_assert_held(&map->lock);
	why = host_check(settings_locked(map), host->addr4, &host->addr6);
	if (why)
		return refuse(extack, why);
	if (map->n_entered >= TRGW_STATIC_MAX) {
		NL_SET_ERR_MSG(extack, "too many hosts");
		return -ENOSPC;
	}
	old = trgw_map_find6(map, host->addr6.s6_addr);
	if ((old && !old->lent) || trgw_map_find4(map, (const u8 *)&host->addr4)) {
		NL_SET_ERR_MSG(extack, "one of the two addresses is in the map already");
		return -EEXIST;
	}
	if (old)
		trgw_pool_return(map, old);
	err = trgw_map_insert(map, host);
	if (err)
		return err;
	list_add_tail(&host->list, &map->entered);
	map->n_entered++;
	return 0;
}

/**
 * trgw_map_add() - an IPv6 host gets an IPv4 address for good
 * @map: the map
 * @addr4: the IPv4 address
 * @addr6: the host
 * @extack: for what is wrong
 *
 * An address of the pool that the host has borrowed goes back.
 *
 * Context: process context, may sleep; calls are serialised by the RTNL.
 * Return: 0, or -EINVAL, -EEXIST, -ENOSPC, -ENOMEM.
 */
int trgw_map_add(struct trgw_map *map, __be32 addr4, const struct in6_addr *addr6,
		 struct netlink_ext_ack *extack)
{
	struct trgw_host *host;
	int err;

	if (trgw_others_cover(map, addr6->s6_addr))
		return refuse(extack, "address6 is inside of the prefix of another trgw device");
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
	/* a packet may have found it by one of the addresses */
	if (err)
		kfree_rcu(host, rcu);
	return err;
}

/**
 * trgw_map_del() - an IPv6 host loses its IPv4 address
 * @map: the map
 * @addr4: the IPv4 address, of 4 bytes, or NULL
 * @addr6: the host, of 16 bytes, or NULL; one of the two has to be given
 * @extack: for what is wrong
 *
 * One that was lent goes back into the pool.
 *
 * Return: 0, or -ENOENT.
 */
int trgw_map_del(struct trgw_map *map, const u8 *addr4, const u8 *addr6,
		 struct netlink_ext_ack *extack)
{
	struct trgw_host *host;

	rcu_read_lock();
	spin_lock_bh(&map->lock);
	host = addr4 ? trgw_map_find4(map, addr4) : trgw_map_find6(map, addr6);
	if (host && addr4 && addr6 && memcmp(&host->addr6, addr6, sizeof(host->addr6)))
		host = NULL;
	if (host && host->lent) {
		trgw_pool_return(map, host);
	} else if (host) {
		map->n_entered--;
		trgw_map_remove(map, host);
	}
	spin_unlock_bh(&map->lock);
	rcu_read_unlock();
	if (host)
		return 0;
	NL_SET_ERR_MSG(extack, "no such host");
	return -ENOENT;
}

/* ---- settings --------------------------------------------------------------- */

/* Pools are short enough that what both ends are not, none between is. */
static const char *pool_check(const struct trgw_settings *settings)
{
	__be32 first = htonl(settings->pool_first), last = htonl(settings->pool_last);

	if (!settings->pool_first != !settings->pool_last)
		return "a pool has both pool-first and pool-last";
	if (!settings->pool_first)
		return NULL;
	if (settings->pool_last < settings->pool_first)
		return "pool-last has to be above pool-first";
	if (settings->pool_last - settings->pool_first >= TRGW_POOL_MAX)
		return "a pool has at most 65536 addresses";
	if (trgw_martian4((const u8 *)&first) || trgw_martian4((const u8 *)&last))
		return "addresses of the pool cannot be routed";
	return NULL;
}

/* Why settings cannot be, whatever hosts this map has; NULL if they can */
static const char *settings_alone(const struct trgw_map *map,
				  const struct trgw_settings *settings)
{
	const char *why = pool_check(settings);

	if (!why && settings->prefix.len)
		why = trgw_prefix_check(&settings->prefix);
	if (!why && settings->prefix.len)
		why = trgw_others_check(map, &settings->prefix);
	return why;
}

/* Why they cannot be beside its hosts, which stay what they are */
static const char *settings_check(struct trgw_map *map, const struct trgw_settings *settings)
{
	const struct trgw_host *host;
	const char *why = NULL;

	lockdep_assert_held(&map->lock);
	list_for_each_entry(host, &map->entered, list) {
		if (why)
			break;
		if (trgw_pool_has(settings, host->addr4))
			why = "a host has an address of this pool already";
		else if (trgw_prefix_covers(&settings->prefix, host->addr6.s6_addr))
			why = "a host of the map is inside of this prefix";
	}
	return why;
}

static bool same_pool(const struct trgw_settings *a, const struct trgw_settings *b)
{
	return a->pool_first == b->pool_first && a->pool_last == b->pool_last &&
	       a->prefix.len == b->prefix.len &&
	       !memcmp(a->prefix.bytes, b->prefix.bytes, sizeof(a->prefix.bytes));
}

static u16 *ring_create(const struct trgw_settings *settings)
{
	u32 size = trgw_pool_size(settings), i;
	u16 *ring;

	ring = kvmalloc_array(max(size, 1u), sizeof(*ring), GFP_KERNEL);
	for (i = 0; ring && i < size; i++)
		ring[i] = (u16)i;
	return ring;
}

/* Returns the ring of free addresses that is needed no more. */
static u16 *settings_replace(struct trgw_map *map, struct trgw_settings *new, u16 *ring)
{
	lockdep_assert_held(&map->lock);
	if (!same_pool(settings_locked(map), new)) {
		while (!list_empty(&map->lent))
			trgw_pool_return(map, list_first_entry(&map->lent,
							       struct trgw_host, list));
		swap(map->free, ring);
		map->free_at = 0;
	}
	rcu_assign_pointer(map->settings, new);
	if (map->n_lent)
		trgw_pool_watch(map, new);	/* the idle time may be another */
	return ring;
}

/**
 * trgw_map_set() - replace the settings
 * @map: the map
 * @settings: the new ones
 * @extack: for what is wrong with them
 *
 * With another pool or another prefix all lent addresses go back, and so do
 * those that other devices of the namespace lent to addresses inside of it.
 *
 * Context: process context, may sleep; calls are serialised by the RTNL.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int trgw_map_set(struct trgw_map *map, const struct trgw_settings *settings,
		 struct netlink_ext_ack *extack)
{
	struct trgw_settings *new, *old;
	const char *why;
	u16 *ring;

	why = settings_alone(map, settings);
	if (why)
		return refuse(extack, why);
	new = kmemdup(settings, sizeof(*settings), GFP_KERNEL);
	ring = ring_create(settings);
	if (!new || !ring) {
		kfree(new);
		kvfree(ring);
		return -ENOMEM;
	}

	spin_lock_bh(&map->lock);
	old = settings_locked(map);
	why = settings_check(map, new);
	if (why)
		old = new;
	else
		ring = settings_replace(map, new, ring);
	spin_unlock_bh(&map->lock);
	if (!why)
		trgw_others_return(map, &new->prefix);
	kvfree(ring);
	kfree_rcu(old, rcu);
	return why ? refuse(extack, why) : 0;
}

/* ---- the map itself --------------------------------------------------------- */

static void host_free(void *host, void *arg)
{
	kfree(host);
}

static int tables_create(struct trgw_map *map)
{
	int err;

	err = rhashtable_init(&map->by4, &by4_params);
	if (err)
		return err;
	err = rhashtable_init(&map->by6, &by6_params);
	if (err)
		rhashtable_destroy(&map->by4);
	return err;
}

static struct trgw_settings *settings_create(void)
{
	struct trgw_settings *settings = kzalloc(sizeof(*settings), GFP_KERNEL);

	if (!settings)
		return NULL;
	settings->idle = TRGW_IDLE;
	settings->limit = TRGW_IP6_MTU_MIN;
	return settings;
}

/**
 * trgw_map_create() - a map without hosts, prefix or pool
 * @dev: the device it is for
 *
 * Context: process context, may sleep.
 * Return: the map with one reference, or NULL without memory.
 */
struct trgw_map *trgw_map_create(struct net_device *dev)
{
	struct trgw_map *map = kzalloc(sizeof(*map), GFP_KERNEL);
	struct trgw_settings *settings = settings_create();

	if (!map || !settings)
		goto err_free;
	map->counters = netdev_alloc_pcpu_stats(struct trgw_counters);
	if (!map->counters)
		goto err_free;
	/* of no address: the first pool brings its own */
	map->free = ring_create(settings);
	if (!map->free || tables_create(map))
		goto err_counters;

	RCU_INIT_POINTER(map->settings, settings);
	map->dev = dev;
	spin_lock_init(&map->lock);
	INIT_LIST_HEAD(&map->entered);
	INIT_LIST_HEAD(&map->lent);
	INIT_DELAYED_WORK(&map->sweep, trgw_pool_sweep);
	refcount_set(&map->use, 1);
	return map;

err_counters:
	kvfree(map->free);
	free_percpu(map->counters);
err_free:
	kfree(settings);
	kfree(map);
	return NULL;
}

/**
 * trgw_map_stop() - the device goes
 * @map: its map; no packet reaches it any more
 *
 * Context: process context, may sleep.
 */
void trgw_map_stop(struct trgw_map *map)
{
	cancel_delayed_work_sync(&map->sweep);
}

/**
 * trgw_map_get() - one more reference
 * @map: the map, referenced already
 */
void trgw_map_get(struct trgw_map *map)
{
	refcount_inc(&map->use);
}

/**
 * trgw_map_put() - give a reference back
 * @map: the map, freed with its last one
 *
 * Context: process context, may sleep.
 */
void trgw_map_put(struct trgw_map *map)
{
	if (!refcount_dec_and_test(&map->use))
		return;
	rhashtable_free_and_destroy(&map->by4, NULL, NULL);
	rhashtable_free_and_destroy(&map->by6, host_free, NULL);
	kfree(rcu_dereference_protected(map->settings, true));
	kvfree(map->free);
	free_percpu(map->counters);
	kfree(map);
}
