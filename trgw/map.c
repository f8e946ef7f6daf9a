// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map of a device: its tables of hosts and its lifetime.
 */
#include <linux/slab.h>

#include "map.h"
#include "map_lookup.h"

/**
 * trgw_map_find4() - find the host of an IPv4 address
 * @map: the map
 * @addr4: the address, of 4 bytes
 *
 * Context: RCU read side; the host is valid inside it.
 * Return: the host, or NULL.
 */
struct trgw_host *trgw_map_find4(struct trgw_map *map, const u8 *addr4)
{
	return map_lookup4(map, addr4);
}

/**
 * trgw_map_find6() - find the host of an IPv6 address
 * @map: the map
 * @addr6: the address, of 16 bytes
 *
 * Context: RCU read side; the host is valid inside it.
 * Return: the host, or NULL.
 */
struct trgw_host *trgw_map_find6(struct trgw_map *map, const u8 *addr6)
{
	return map_lookup6(map, addr6);
}

/**
 * trgw_map_insert() - insert a host into both tables, or into none
 * @map: the map, locked
 * @host: the host; readers find it as soon as it is in one table
 *
 * The table for packets from the host comes second: once such a packet has been
 * translated, the reply finds the host, too.
 *
 * Return: 0, -EEXIST when one of the addresses is in use, or another error.
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
 * trgw_map_remove() - remove a host from the tables and its list, and free it
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

static void free_host(void *host, void *arg)
{
	kfree(host);
}

static int create_tables(struct trgw_map *map)
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

static struct trgw_settings *create_settings(void)
{
	struct trgw_settings *settings = kzalloc(sizeof(*settings), GFP_KERNEL);

	if (!settings)
		return NULL;
	settings->idle = TRGW_IDLE;
	settings->limit = TRGW_IP6_MTU_MIN;
	return settings;
}

/**
 * trgw_map_create() - create a map without hosts, prefix and pool
 * @dev: the device it is for
 *
 * Call trgw_assign_init() before any address is assigned.
 *
 * Context: process context, may sleep.
 * Return: the map with one reference, or NULL without memory.
 */
struct trgw_map *trgw_map_create(struct net_device *dev)
{
	struct trgw_map *map = kzalloc(sizeof(*map), GFP_KERNEL);
	struct trgw_settings *settings = create_settings();

	if (!map || !settings)
		goto err_free;
	map->counters = netdev_alloc_pcpu_stats(struct trgw_counters);
	if (!map->counters)
		goto err_free;
	if (create_tables(map))
		goto err_counters;

	RCU_INIT_POINTER(map->settings, settings);
	map->dev = dev;
	spin_lock_init(&map->lock);
	INIT_LIST_HEAD(&map->static_hosts);
	INIT_LIST_HEAD(&map->assigned_hosts);
	refcount_set(&map->use, 1);
	return map;

err_counters:
	free_percpu(map->counters);
err_free:
	kfree(settings);
	kfree(map);
	return NULL;
}

/**
 * trgw_map_get() - take another reference
 * @map: the map; the caller holds a reference already
 */
void trgw_map_get(struct trgw_map *map)
{
	refcount_inc(&map->use);
}

/**
 * trgw_map_put() - drop a reference
 * @map: the map, freed with the last reference
 *
 * Context: process context, may sleep.
 */
void trgw_map_put(struct trgw_map *map)
{
	if (!refcount_dec_and_test(&map->use))
		return;
	rhashtable_free_and_destroy(&map->by4, NULL, NULL);
	rhashtable_free_and_destroy(&map->by6, free_host, NULL);
	kfree(rcu_dereference_protected(map->settings, true));
	kvfree(map->free);
	free_percpu(map->counters);
	kfree(map);
}
