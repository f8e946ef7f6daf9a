/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Helpers of the suites of trgw.ko: maps of devices that get no packets.
 */
#ifndef _KUNIT_TRGW_H
#define _KUNIT_TRGW_H

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "../../trgw/assign.h"
#include "../../trgw/config.h"
#include "../../trgw/conflict.h"
#include "../../trgw/parse.h"
#include "../../trgw/pool.h"
#include "../../trgw/resolve.h"
#include "world.h"

#define POOL_FIRST	0xc0000200u	/* 192.0.2.0 */

/* IPv6 host number @i of the lan */
static inline struct in6_addr host6(u32 i)
{
	struct in6_addr addr = { { { 0x20, 0x01, 0x0d, 0xb8, 0, 1 } } };

	addr.s6_addr32[3] = htonl(i);
	return addr;
}

/* The IPv6 address of an IPv4 host inside prefix number @number */
static inline struct in6_addr embedded(u8 number, u32 addr4)
{
	struct in6_addr addr = { { { 0x20, 0x01, 0x0d, 0xb9, number } } };

	addr.s6_addr32[3] = htonl(addr4);
	return addr;
}

/* Prefix number @number, and a pool of @size addresses; none of either for 0 */
static inline struct trgw_settings trgw_set_up(u8 number, u32 size)
{
	struct trgw_settings settings = {
		.idle = TRGW_IDLE, .limit = TRGW_IP6_MTU_MIN,
	};
	struct in6_addr prefix = embedded(number, 0);

	if (number) {
		memcpy(settings.prefix.bytes, &prefix, sizeof(prefix));
		settings.prefix.len = 96;
	}
	if (size) {
		settings.pool_first = POOL_FIRST;
		settings.pool_last = POOL_FIRST + size - 1;
	}
	return settings;
}

/* Any device of the namespace will do: only its namespace is used. */
static inline struct trgw_map *map_new(struct kunit *test)
{
	struct trgw_map *map = trgw_map_create(init_net.loopback_dev);

	KUNIT_ASSERT_NOT_NULL(test, map);
	trgw_assign_init(map);
	rtnl_lock();
	trgw_conflict_add_map(map);
	rtnl_unlock();
	return map;
}

static inline void map_free(struct trgw_map *map)
{
	rtnl_lock();
	trgw_conflict_remove_map(map);
	trgw_assign_stop(map);
	rtnl_unlock();
	trgw_map_put(map);
}

static inline int map_init(struct kunit *test)
{
	test->priv = map_new(test);
	return 0;
}

static inline void map_exit(struct kunit *test)
{
	if (test->priv)
		map_free(test->priv);
}

static inline int map_set(struct trgw_map *map,
			  const struct trgw_settings *settings,
			  const char **why)
{
	struct netlink_ext_ack extack = {};
	int err;

	rtnl_lock();
	err = trgw_config_set(map, settings, &extack);
	rtnl_unlock();
	if (why)
		*why = extack._msg;
	return err;
}

static inline int map_add(struct trgw_map *map, u32 addr4,
			  const struct in6_addr *addr6, const char **why)
{
	struct netlink_ext_ack extack = {};
	int err;

	rtnl_lock();
	err = trgw_config_add_host(map, htonl(addr4), addr6, &extack);
	rtnl_unlock();
	if (why)
		*why = extack._msg;
	return err;
}

/* Gets the IPv4 address of a host, 0 without. */
static inline u32 map_4of6(struct trgw_map *map, const struct in6_addr *addr6)
{
	const struct trgw_host *host;
	u32 addr4;

	rcu_read_lock();
	host = trgw_map_find6(map, addr6->s6_addr);
	addr4 = host ? ntohl(host->addr4) : 0;
	rcu_read_unlock();
	return addr4;
}

/* Tells whether an IPv4 address leads to this host, or to none for NULL. */
static inline bool map_leads_to(struct trgw_map *map, u32 addr4,
				const struct in6_addr *addr6)
{
	__be32 key = htonl(addr4);
	const struct trgw_host *host;
	bool leads;

	rcu_read_lock();
	host = trgw_map_find4(map, (const u8 *)&key);
	leads = host && addr6 && !memcmp(&host->addr6, addr6, sizeof(*addr6));
	leads |= !host && !addr6;
	rcu_read_unlock();
	return leads;
}

static inline enum trgw_verdict map_assign(struct trgw_map *map,
					   const struct in6_addr *addr6,
					   u32 *addr4)
{
	enum trgw_verdict verdict;
	__be32 got = 0;

	rcu_read_lock();
	verdict = trgw_assign_address(map, addr6->s6_addr, (u8 *)&got);
	rcu_read_unlock();
	*addr4 = ntohl(got);
	return verdict;
}

static inline u64 map_count(struct trgw_map *map, unsigned int what)
{
	u64 counts[TRGW_COUNTS];

	trgw_counters_read(map->counters, counts);
	return counts[what];
}

#endif /* _KUNIT_TRGW_H */
