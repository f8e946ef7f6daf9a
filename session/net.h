/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of one network namespace.
 */
#ifndef _SESSION_NET_H
#define _SESSION_NET_H

#include <linux/atomic.h>
#include <linux/list.h>
#include <linux/ratelimit_types.h>
#include <linux/rhashtable-types.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <uapi/linux/sip_ims.h>

#include <sip_ims/types.h>

struct net;

#define SIP_IMS_CALLS_MAX		65536u	/* per namespace */
#define SIP_IMS_REGISTRATIONS_MAX	16384u	/* per namespace */
#define SIP_IMS_TCP_MEMORY_MAX	(64 << 20) /* bytes, per namespace */
#define SIP_IMS_HASH_SIZE	64u
#define SIP_IMS_URI_MAX			127u

/**
 * struct sip_ims_counters - the counters of one CPU
 * @value: indexed by the attribute numbers of the stats set
 */
struct sip_ims_counters {
	u64 value[SIP_IMS_A_STATS_MAX + 1];
};

/**
 * struct sip_ims_admission - who takes more than a fair share, see admission.c
 * @pairs: struct admission_pair, by source and proxy
 * @oldest: the same, by their last failure
 * @n_pairs: their number, at most SIP_IMS_ADMISSION_PAIRS_MAX
 * @sources: struct sip_ims_source, those with unanswered calls
 * @rejects: limits the rate of the router's own responses
 */
struct sip_ims_admission {
	struct rhashtable pairs;
	struct list_head oldest;
	u32 n_pairs;
	struct rhashtable sources;
	struct ratelimit_state rejects;
};

/**
 * struct sip_ims_connections - the TCP connections of a namespace, see connection.c
 * @lock: protects all but @memory; a leaf, bottom halves off
 * @list: struct sip_ims_connection
 * @count: its length
 * @accounts: struct sip_ims_account, what those of a zone or source hold
 * @memory: bytes they all hold
 * @stopping: no new connection
 * @sweep: looks for those whose flow is over
 */
struct sip_ims_connections {
	spinlock_t lock; /* all but memory */
	struct list_head list;
	u32 count;
	struct hlist_head accounts[SIP_IMS_HASH_SIZE];
	atomic_long_t memory;
	bool stopping;
	struct delayed_work sweep;
};

/**
 * struct sip_ims_net - all state of one network namespace
 * @net: the namespace
 * @sessions: rhltable of struct sip_ims_session
 * @ports: rhltable of struct sip_ims_port_index
 * @secret: key of every hash over bytes a stranger chose
 * @lock: protects insertion and removal in @sessions, @pools, @zones, @admission,
 *	the two gauges and @next_id
 * @calls: calls now
 * @registrations: registrations now
 * @alive: sessions that still hold memory
 * @next_id: number of the last session
 * @stopping: no new session
 * @pools: struct sip_ims_pool, by address
 * @n_pools: how many
 * @zones: struct sip_ims_settings, by zone
 * @n_zones: how many
 * @admission: see struct sip_ims_admission
 * @connections: see struct sip_ims_connections
 * @counters: per CPU
 */
struct sip_ims_net {
	struct net *net;
	struct rhltable sessions;
	struct rhltable ports;
	siphash_key_t secret;
	spinlock_t lock; /* sessions' changes, pools, zones, admission, gauges */
	u32 calls;
	u32 registrations;
	atomic_t alive;
	u32 next_id;
	bool stopping;
	struct hlist_head pools[SIP_IMS_HASH_SIZE];
	u32 n_pools;
	struct hlist_head zones[SIP_IMS_HASH_SIZE];
	u32 n_zones;
	struct sip_ims_admission admission;
	struct sip_ims_connections connections;
	struct sip_ims_counters __percpu *counters;
};

/* Where net_generic() has the state of a namespace. */
extern unsigned int sip_ims_net_id;

struct sip_ims_net *sip_ims_pernet(const struct net *net);
u64 sip_ims_hash(const struct sip_ims_net *sn, const void *data, size_t len);

#endif /* _SESSION_NET_H */
