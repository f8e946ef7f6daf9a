/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The state of one network namespace.
 *
 * Objects and references
 * ----------------------
 * struct sip_ims_net has the tables, pools, settings, admission state and
 * counters of a namespace.  Nothing is shared between namespaces except the
 * gate, which is a pointer of the module.
 *
 * A session (call or registration) is reference-counted.  References are held
 * by
 *  - the session table, from sip_ims_session_insert() to the close;
 *  - the timer of the session, while it is pending or running;
 *  - each plan with this session, and each grant in a plan;
 *  - a netlink request that continues after its look at the table.
 * A reader of the table needs no reference within its RCU read side.
 *
 * A session owns its pinholes, with what they remember of their flows, and one
 * reference to its master.  The outer structure (struct sip_ims_call, struct
 * sip_ims_registration) owns the rest and frees it in sip_ims_session_ops.free.
 * Bindings, targets and registered ports own pairs of a pool, and the pool is
 * freed with its last pair.  A call owns one unit of its source's account until
 * it is answered.
 *
 * Locks
 * -----
 * session->lock protects a session, its outer structure and its pinholes.
 * No two sessions are ever locked at once.  The grants of a message belong to
 * other registrations; they are opened before its own session is locked, and
 * withdrawn after it is unlocked.
 *
 * sip_ims_net.lock protects insertion into and removal from @sessions and
 * @zones, and @pools and @admission entirely.  It may be taken with a session
 * locked, never the reverse.
 *
 * nf_conntrack_expect_lock is taken by the gate with a session locked, and
 * never together with sip_ims_net.lock.  The bucket locks of the hash tables
 * and sip_ims_connections.lock nest inside all of these.  @ports needs only its
 * bucket locks: a port is inserted and removed with its registration locked.
 *
 * Packets and timers take all of these locks in softirqs, so bottom halves are
 * off.
 *
 * RCU
 * ---
 * Look-ups in @sessions, @ports and @zones, the pointer to the gate, and the
 * pointer from a master to its session run under RCU.  A session found that way
 * may be closed already, which shows only after it is locked, as
 * sip_ims_session_lock() does.
 *
 * Timers
 * ------
 * A session has one timer, for its end and for earlier checks.  It is never
 * waited for: a timer that runs while the session closes finds it closed and
 * puts its own reference.
 *
 * Exit of a namespace
 * -------------------
 * The kernel calls the exit a grace period after the last packet.  TCP
 * connections are forgotten first.  Then sip_ims_sessions_exit() forbids new
 * sessions, closes all of them, and waits until @alive is 0, that is until the
 * last reference (a running timer, a netlink request) is put.  By then all
 * ports, pairs and accounts are released, and the tables can be freed.  The RCU
 * callbacks that are still pending free sessions and put masters, and do not
 * touch struct sip_ims_net.
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
#define SIP_IMS_TCP_MEMORY_MAX		(64 << 20) /* bytes, per namespace */
#define SIP_IMS_HASH_SIZE		64u	/* buckets */
#define SIP_IMS_URI_MAX			127u	/* bytes shown to users */

/**
 * struct sip_ims_counters - the counters of one CPU
 * @value: indexed by the attribute numbers of the stats set
 */
struct sip_ims_counters {
	u64 value[SIP_IMS_A_STATS_MAX + 1];
};

/**
 * struct sip_ims_admission - limits on sources, see admission.c
 * @pairs: struct admission_pair, by source and proxy
 * @oldest: the same, the longest time since a failure first
 * @n_pairs: length of @oldest, at most SIP_IMS_ADMISSION_PAIRS_MAX; read
 *	without the lock
 * @sources: struct sip_ims_source: the sources with unanswered calls
 * @rejects: limits the rate of the router's own responses; has a lock of its
 *	own
 */
struct sip_ims_admission {
	struct rhashtable pairs;
	struct list_head oldest;
	u32 n_pairs;
	struct rhashtable sources;
	struct ratelimit_state rejects;
};

/**
 * struct sip_ims_connections - TCP connections, see packet/connection.c
 * @lock: protects all fields except @memory; no other lock is taken under it;
 *	bottom halves off
 * @list: struct sip_ims_connection
 * @count: length of @list
 * @accounts: struct sip_ims_account, the memory that the connections of one
 *	zone, or of one source, use
 * @memory: bytes that all connections use
 * @stopping: no connection is created any more
 * @sweep: forgets connections whose flow has ended
 */
struct sip_ims_connections {
	spinlock_t lock; /* see above */
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
 * @sessions: rhltable of struct sip_ims_session, by struct sip_ims_key
 * @ports: rhltable of struct sip_ims_port_index, see registration/port.c
 * @secret: key of all hashes of bytes that an attacker may choose
 * @lock: protects insertion into and removal from @sessions, and @calls,
 *	@registrations, @next_id, @pools, @n_pools, @zones, @n_zones and
 *	@admission; bottom halves off
 * @calls: calls in @sessions, a gauge
 * @registrations: registrations in @sessions, a gauge
 * @alive: sessions, and TCP connections, whose memory still refers to this
 *	structure; an exit waits until it is 0
 * @next_id: id of the last session
 * @stopping: no session is created any more; set under @lock
 * @pools: struct sip_ims_pool, by address
 * @n_pools: their number, at most SIP_IMS_POOLS_MAX
 * @zones: struct sip_ims_settings, by zone; read under RCU
 * @n_zones: their number, at most SIP_IMS_ZONES_MAX
 * @admission: see struct sip_ims_admission
 * @connections: see struct sip_ims_connections
 * @counters: one set for each CPU
 *
 * Lifetimes, locks and the exit are described at the top of this file.
 */
struct sip_ims_net {
	struct net *net;
	struct rhltable sessions;
	struct rhltable ports;
	siphash_key_t secret;
	spinlock_t lock; /* see above */
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

/* Index of our state in net_generic(). */
extern unsigned int sip_ims_net_id;

struct sip_ims_net *sip_ims_pernet(const struct net *net);
u64 sip_ims_hash(const struct sip_ims_net *sn, const void *data, size_t len);

#endif /* _SESSION_NET_H */
