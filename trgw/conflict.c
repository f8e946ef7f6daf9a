// SPDX-License-Identifier: GPL-2.0-only
/*
 * Conflicts between the prefixes and hosts of the devices of a namespace.
 *
 * An IPv6 host lies inside no device's prefix. So a packet that one device
 * translated from IPv4 is never assigned an address by another device, and a
 * packet crosses two devices at most, wherever routes, pools and hosts lead it.
 */
#include <linux/rtnetlink.h>

#include "conflict.h"
#include "pool.h"

/*
 * The maps of all devices, few as they are: a device can move between
 * namespaces. Written under the RTNL, read under RCU or the RTNL.
 */
static LIST_HEAD(maps);

static bool is_peer(const struct trgw_map *other, const struct trgw_map *map)
{
	return other != map && net_eq(dev_net(other->dev), dev_net(map->dev));
}

/**
 * trgw_conflict_add_map() - add a device to those that are checked
 * @map: map of the device
 *
 * Context: under the RTNL.
 */
void trgw_conflict_add_map(struct trgw_map *map)
{
	ASSERT_RTNL();
	list_add_tail_rcu(&map->maps, &maps);
}

/**
 * trgw_conflict_remove_map() - remove a device from those that are checked
 * @map: map of the device; no check uses it after the return
 *
 * Context: under the RTNL, may sleep.
 */
void trgw_conflict_remove_map(struct trgw_map *map)
{
	ASSERT_RTNL();
	list_del_rcu(&map->maps);
	synchronize_net();
}

/**
 * trgw_conflict_covers() - check for the address of an IPv4 host elsewhere
 * @map: of the device that has to assign an address
 * @addr6: the address, of 16 bytes
 *
 * Context: RCU read side, or under the RTNL.
 * Return: true if @addr6 lies inside the prefix of another device of the
 * namespace.
 */
bool trgw_conflict_covers(const struct trgw_map *map, const u8 *addr6)
{
	const struct trgw_map *other;
	bool covered = false;

	rcu_read_lock();
	list_for_each_entry_rcu(other, &maps, maps) {
		const struct trgw_settings *settings;

		settings = rcu_dereference(other->settings);
		covered |= is_peer(other, map) &&
			   trgw_prefix_covers(&settings->prefix, addr6);
	}
	rcu_read_unlock();
	return covered;
}

static bool has_static_host(struct trgw_map *map,
			    const struct trgw_prefix *prefix)
{
	const struct trgw_host *host;
	bool found = false;

	spin_lock_bh(&map->lock);
	list_for_each_entry(host, &map->static_hosts, list)
		found |= trgw_prefix_covers(prefix, host->addr6.s6_addr);
	spin_unlock_bh(&map->lock);
	return found;
}

/**
 * trgw_conflict_check() - check a prefix against the hosts of other devices
 * @map: of the device that is to get the prefix
 * @prefix: a valid prefix
 *
 * Two devices may have the same prefix: routes decide between them.
 *
 * Context: under the RTNL.
 * Return: NULL if the device can have this prefix, or the reason why not.
 */
const char *trgw_conflict_check(const struct trgw_map *map,
				const struct trgw_prefix *prefix)
{
	struct trgw_map *other;

	ASSERT_RTNL();
	list_for_each_entry(other, &maps, maps) {
		if (is_peer(other, map) && has_static_host(other, prefix))
			return "a host of another trgw device is inside of this prefix";
	}
	return NULL;
}

static void release_covered(struct trgw_map *map,
			    const struct trgw_prefix *prefix)
{
	struct trgw_host *host, *next;

	spin_lock_bh(&map->lock);
	list_for_each_entry_safe(host, next, &map->assigned_hosts, list) {
		if (trgw_prefix_covers(prefix, host->addr6.s6_addr))
			trgw_pool_release(map, host);
	}
	spin_unlock_bh(&map->lock);
}

/**
 * trgw_conflict_release() - release addresses that a new prefix conflicts with
 * @map: of the device that has this prefix now
 * @prefix: the prefix
 *
 * All other devices of the namespace release the addresses of hosts inside
 * @prefix. An address is assigned under the lock of its map after the prefixes
 * were checked: the check either sees this prefix, or the address has been
 * assigned before and is found here.
 *
 * Context: under the RTNL.
 */
void trgw_conflict_release(const struct trgw_map *map,
			   const struct trgw_prefix *prefix)
{
	struct trgw_map *other;

	ASSERT_RTNL();
	list_for_each_entry(other, &maps, maps) {
		if (is_peer(other, map))
			release_covered(other, prefix);
	}
}

static bool have_conflict(struct trgw_map *a, struct trgw_map *b)
{
	return has_static_host(a, &rtnl_dereference(b->settings)->prefix) ||
	       has_static_host(b, &rtnl_dereference(a->settings)->prefix);
}

/**
 * trgw_conflict_resolve() - settle conflicts of a device before it goes up
 * @map: of the device
 *
 * A device moves to another namespace with its prefix and hosts, and is down
 * when it arrives. Addresses that either device has assigned inside the prefix
 * of the other are released.
 *
 * Context: under the RTNL.
 * Return: 0; -EADDRINUSE when a static host lies inside the prefix of another
 * device of the namespace, which is logged.
 */
int trgw_conflict_resolve(struct trgw_map *map)
{
	struct trgw_map *other;

	ASSERT_RTNL();
	list_for_each_entry(other, &maps, maps) {
		if (is_peer(other, map) && have_conflict(other, map)) {
			netdev_err(map->dev,
				   "conflict with %s: a static host is inside the prefix of the other device\n",
				   netdev_name(other->dev));
			return -EADDRINUSE;
		}
	}
	trgw_conflict_release(map, &rtnl_dereference(map->settings)->prefix);
	list_for_each_entry(other, &maps, maps) {
		const struct trgw_settings *settings;

		settings = rtnl_dereference(other->settings);
		if (is_peer(other, map))
			release_covered(map, &settings->prefix);
	}
	return 0;
}
