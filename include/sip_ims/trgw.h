/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trgw.ko: the translator device.  What its files share; the translation
 * itself is in <sip_ims/translate.h>.
 */
#ifndef _SIP_IMS_TRGW_H
#define _SIP_IMS_TRGW_H

#include <linux/in6.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <linux/rhashtable.h>
#include <linux/spinlock.h>
#include <linux/u64_stats_sync.h>
#include <linux/workqueue.h>

#include <sip_ims/across.h>
#include <sip_ims/translate.h>

#define TRGW_STATIC_MAX		4096	/* entries of a device */
#define TRGW_POOL_MAX		65536	/* addresses of a device */
#define TRGW_ROUTE_BITS		10	/* routes a device keeps: 1024 */
#define TRGW_IDLE		7440	/* seconds, RFC 5382 REQ-5 */
#define TRGW_UNANSWERED		60	/* seconds */

/* What a translation may add to a packet: IPv6 header, fragment header */
#define TRGW_GROWTH		(TRGW_IP6_LEN + TRGW_FRAGMENT_LEN - TRGW_IP4_LEN)

struct netlink_ext_ack;

/**
 * enum trgw_count - what is counted beside verdicts
 * @TRGW_COUNT_FROM4: packets that became IPv6
 * @TRGW_COUNT_FROM6: packets that became IPv4
 * @TRGW_COUNT_BYTES_IN: length of these before
 * @TRGW_COUNT_BYTES_OUT: length of these after
 * @TRGW_COUNT_FRAGMENTED: IPv4 packets that were fragmented first
 * @TRGW_COUNT_LENT: pool addresses given to an IPv6 host
 * @TRGW_COUNT_RETURNED: pool addresses taken back
 * @TRGW_COUNTS: how many there are, verdicts included
 */
enum trgw_count {
	TRGW_COUNT_FROM4 = TRGW_VERDICTS,
	TRGW_COUNT_FROM6,
	TRGW_COUNT_BYTES_IN,
	TRGW_COUNT_BYTES_OUT,
	TRGW_COUNT_FRAGMENTED,
	TRGW_COUNT_LENT,
	TRGW_COUNT_RETURNED,
	TRGW_COUNTS
};

/**
 * struct trgw_counters - of one processor
 * @count: by enum trgw_verdict and enum trgw_count
 * @syncp: guards reading on machines of 32 bits
 * @ids: random bits for identifications of packets, those not used yet
 * @n_ids: for how many packets they are enough; with @ids of who sends only
 */
struct trgw_counters {
	u64_stats_t count[TRGW_COUNTS];
	struct u64_stats_sync syncp;
	u8 n_ids;
	u64 ids;
};

/**
 * struct trgw_settings - of a device; never changed, only replaced
 * @prefix: where IPv4 hosts are in IPv6; without length: nowhere
 * @pool_first: first IPv4 address to be lent, host byte order; 0: none
 * @pool_last: last one
 * @idle: seconds without a packet after which a lent address may go back
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
 * @list: in trgw_map.entered or trgw_map.lent
 * @rcu: for freeing it
 * @addr6: its address
 * @addr4: the IPv4 address it has
 * @used: jiffies of its last packet, of a lent one; written without a lock
 * @lent: @addr4 is of the pool
 * @answered: a packet came back to it; written without a lock
 * @leaving: trgw_map_sweep() is about to take it back; under trgw_map.lock, and
 *	cleared without it
 */
struct trgw_host {
	struct rhash_head by4;
	struct rhash_head by6;
	struct list_head list;
	struct rcu_head rcu;
	struct in6_addr addr6;
	__be32 addr4;
	unsigned long used;
	bool lent;
	bool answered;
	bool leaving;
};

/**
 * struct trgw_map - the addresses of a device
 * @by4: hosts by IPv4 address; read under RCU, written under @lock
 * @by6: the same hosts by IPv6 address; a host is in both or in none
 * @settings: read under RCU, written under @lock
 * @counters: per CPU
 * @dev: the device, for @sweep, which ends before the device does
 * @lock: of all that is written; bottom halves off
 * @entered: list of hosts that somebody entered
 * @lent: list of hosts with an address of the pool
 * @n_entered: length of @entered
 * @n_lent: length of @lent
 * @free: ring of pool addresses nobody has, as offsets from pool_first; the one
 *	that was given back first is lent first
 * @free_at: where in @free the next one to be lent is
 * @sweep: takes idle addresses back
 * @others: in the list of others.c, read under RCU, written under the RTNL
 * @use: the device's reference, and those of dumps
 */
struct trgw_map {
	struct rhashtable by4;
	struct rhashtable by6;
	struct trgw_settings __rcu *settings;
	struct trgw_counters __percpu *counters;
	struct net_device *dev;

	spinlock_t lock;	/* writers */
	struct list_head entered;
	struct list_head lent;
	u32 n_entered;
	u32 n_lent;
	u16 *free;
	u32 free_at;

	struct delayed_work sweep;
	struct list_head others;
	refcount_t use;
};

struct trgw_route;

/**
 * struct trgw_routes - where packets that left the device went on to
 * @place: routes by their key's hash; read under RCU, written under @lock
 * @lock: of all this; bottom halves off
 * @open: the device is up; written under @lock
 */
struct trgw_routes {
	struct trgw_route __rcu *place[1 << TRGW_ROUTE_BITS];
	spinlock_t lock;	/* writers */
	bool open;
};

/**
 * struct trgw_device - private part of the network device
 * @private: must be first
 * @map: its addresses, settings and counters
 * @routes: of what leaves it
 */
struct trgw_device {
	struct trgw_private private;
	struct trgw_map *map;
	struct trgw_routes routes;
};

static inline u32 trgw_pool_size(const struct trgw_settings *settings)
{
	return settings->pool_first ? settings->pool_last - settings->pool_first + 1 : 0;
}

static inline bool trgw_pool_has(const struct trgw_settings *settings, __be32 addr4)
{
	u32 address = ntohl(addr4);

	return settings->pool_first && address >= settings->pool_first &&
	       address <= settings->pool_last;
}

/* across.c */
extern const struct trgw_operations trgw_operations;

/* map.c */
struct trgw_map *trgw_map_create(struct net_device *dev);
void trgw_map_stop(struct trgw_map *map);
void trgw_map_get(struct trgw_map *map);
void trgw_map_put(struct trgw_map *map);
struct trgw_host *trgw_map_find4(struct trgw_map *map, const u8 *addr4);
struct trgw_host *trgw_map_find6(struct trgw_map *map, const u8 *addr6);
int trgw_map_add(struct trgw_map *map, __be32 addr4, const struct in6_addr *addr6,
		 struct netlink_ext_ack *extack);
int trgw_map_del(struct trgw_map *map, const u8 *addr4, const u8 *addr6,
		 struct netlink_ext_ack *extack);
int trgw_map_set(struct trgw_map *map, const struct trgw_settings *settings,
		 struct netlink_ext_ack *extack);

/* pool.c */
enum trgw_verdict trgw_pool_lend(struct trgw_map *map, const u8 *addr6, u8 *addr4);
u32 trgw_pool_flush(struct trgw_map *map);
void trgw_pool_sweep(struct work_struct *work);
void trgw_pool_watch(struct trgw_map *map, const struct trgw_settings *settings);
unsigned long trgw_pool_idle(const struct trgw_settings *settings,
			     const struct trgw_host *host);

/* what map.c and pool.c have in common; under trgw_map.lock */
int trgw_map_insert(struct trgw_map *map, struct trgw_host *host);
void trgw_map_remove(struct trgw_map *map, struct trgw_host *host);
void trgw_pool_return(struct trgw_map *map, struct trgw_host *host);

/* others.c */
void trgw_others_join(struct trgw_map *map);
void trgw_others_leave(struct trgw_map *map);
bool trgw_others_cover(const struct trgw_map *map, const u8 *addr6);
const char *trgw_others_check(const struct trgw_map *map, const struct trgw_prefix *prefix);
void trgw_others_return(const struct trgw_map *map, const struct trgw_prefix *prefix);
int trgw_others_meet(struct trgw_map *map);

/* flows.c */
void trgw_flows_keep(struct trgw_map *map);

/* address.c */
enum trgw_verdict trgw_resolve(struct trgw_map *map, const struct trgw_settings *settings,
			       const u8 *data, const struct trgw_facts *facts,
			       struct trgw_addresses *addresses);

/* count.c */
void trgw_count(struct trgw_map *map, unsigned int what, u32 more);
void trgw_counts(struct trgw_map *map, u64 *counts);

/* packet.c */
void trgw_packet(struct trgw_map *map, struct sk_buff *skb, struct net_device *dev);

/* route.c */
void trgw_routes_receive(struct trgw_routes *routes, struct sk_buff *skb,
			 struct net_device *dev, u16 family);
void trgw_routes_open(struct trgw_routes *routes);
void trgw_routes_close(struct trgw_routes *routes);

/* device.c */
struct trgw_map *trgw_device_map(const struct net_device *dev);

/* netlink.c */
int trgw_netlink_init(void);
void trgw_netlink_exit(void);

#endif /* _SIP_IMS_TRGW_H */
