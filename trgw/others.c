// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the devices of a namespace know of each other: where IPv4 hosts are.
 *
 * An IPv6 host is inside of no device's prefix.  So what a device made of an
 * IPv4 packet is never for another device, and a packet crosses two of them at
 * most, however their routes, pools and hosts lead to each other.
 */
#include <linux/rtnetlink.h>

#include <sip_ims/trgw.h>

/* All devices there are, of any namespace: they are few, and may move. */
static LIST_HEAD(maps);

/* Another device in the same namespace */
static bool is_other(const struct trgw_map *other, const struct trgw_map *map)
{
	return other != map && net_eq(dev_net(other->dev), dev_net(map->dev));
}

/**
 * trgw_others_join() - a device comes
 * @map: its map
 *
 * Context: under the RTNL.
 */
void trgw_others_join(struct trgw_map *map)
{
	ASSERT_RTNL();
	list_add_tail_rcu(&map->others, &maps);
}

/**
 * trgw_others_leave() - a device goes
 * @map: its map, seen by nobody any more afterwards
 *
 * Context: under the RTNL, may sleep.
 */
void trgw_others_leave(struct trgw_map *map)
{
	ASSERT_RTNL();
	list_del_rcu(&map->others);
	synchronize_net();
}

/**
 * trgw_others_cover() - is an address an IPv4 host of another device?
 * @map: of the device that asks
 * @addr6: the address, of 16 bytes
 *
 * Context: RCU read side, or under the RTNL.
 * Return: true if it is inside of the prefix of another device here.
 */
bool trgw_others_cover(const struct trgw_map *map, const u8 *addr6)
{
	const struct trgw_map *other;
	bool covered = false;

	rcu_read_lock();
	list_for_each_entry_rcu(other, &maps, others) {
		const struct trgw_settings *settings = rcu_dereference(other->settings);

		covered |= is_other(other, map) &&
			   trgw_prefix_covers(&settings->prefix, addr6);
	}
	rcu_read_unlock();
	return covered;
}

static bool has_entered(struct trgw_map *map, const struct trgw_prefix *prefix)
{
	const struct trgw_host *host;
	bool found = false;

	spin_lock_bh(&map->lock);
	list_for_each_entry(host, &map->entered, list)
		found |= trgw_prefix_covers(prefix, host->addr6.s6_addr);
	spin_unlock_bh(&map->lock);
	return found;
}

/**
 * trgw_others_check() - can a device have this prefix beside the others?
 * @map: of the device
 * @prefix: the prefix, a good one
 *
 * It may be the prefix of another one, too: routes tell them apart.
 *
 * Context: under the RTNL.
 * Return: NULL, or why not.
 */
const char *trgw_others_check(const struct trgw_map *map, const struct trgw_prefix *prefix)
{
	struct trgw_map *other;

	ASSERT_RTNL();
	list_for_each_entry(other, &maps, others) {
		if (is_other(other, map) && has_entered(other, prefix))
			return "a host of another trgw device is inside of this prefix";
	}
	return NULL;
}

static void return_covered(struct trgw_map *map, const struct trgw_prefix *prefix)
{
	struct trgw_host *host, *next;

	spin_lock_bh(&map->lock);
	list_for_each_entry_safe(host, next, &map->lent, list) {
		if (trgw_prefix_covers(prefix, host->addr6.s6_addr))
			trgw_pool_return(map, host);
	}
	spin_unlock_bh(&map->lock);
}

/**
 * trgw_others_return() - the others take back what a new prefix covers
 * @map: of the device that has this prefix now
 * @prefix: the prefix
 *
 * Whoever lends an address under the lock of its map looks at the prefixes
 * there: it sees this one, or has ended before.
 *
 * Context: under the RTNL.
 */
void trgw_others_return(const struct trgw_map *map, const struct trgw_prefix *prefix)
{
	struct trgw_map *other;

	ASSERT_RTNL();
	list_for_each_entry(other, &maps, others) {
		if (is_other(other, map))
			return_covered(other, prefix);
	}
}

static bool exclude_each_other(struct trgw_map *a, struct trgw_map *b)
{
	return has_entered(a, &rtnl_dereference(b->settings)->prefix) ||
	       has_entered(b, &rtnl_dereference(a->settings)->prefix);
}

/**
 * trgw_others_meet() - a device goes up, maybe in a namespace that it came to
 * @map: of the device
 *
 * A device brings its prefix and hosts along, and is down when it comes.  What
 * either has lent inside of the other's prefix goes back.
 *
 * Context: under the RTNL.
 * Return: 0; -EADDRINUSE, and the log has told why, when a host that somebody
 * entered is inside of the prefix of another device here.
 */
int trgw_others_meet(struct trgw_map *map)
{
	struct trgw_map *other;

	ASSERT_RTNL();
	list_for_each_entry(other, &maps, others) {
		if (is_other(other, map) && exclude_each_other(other, map)) {
			netdev_err(map->dev, "a host is inside of a prefix: of this device and %s\n",
				   netdev_name(other->dev));
			return -EADDRINUSE;
		}
	}
	trgw_others_return(map, &rtnl_dereference(map->settings)->prefix);
	list_for_each_entry(other, &maps, others) {
		if (is_other(other, map))
			return_covered(map, &rtnl_dereference(other->settings)->prefix);
	}
	return 0;
}
