/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The decisions: facts become a plan.
 *
 * This room keeps calls, registrations, port pools, settings and counters,
 * each per network namespace.  It touches no packet and knows no conntrack:
 * what a plan asks for is carried out by the conntrack half through
 * struct sip_ims_gate.
 *
 * Lifetimes and locking
 * ---------------------
 * A session (call or registration) is found under RCU in the namespace's
 * table and lives while its reference count is not zero: one reference for
 * the table, one for a pending timer, one for each plan.  It is freed after a
 * grace period.
 *
 * Lock order: session->lock, then sip_ims_net->lock; session->lock, then
 * nf_conntrack_expect_lock.  Both of ours are taken with bottom halves off.
 * Opening and closing the pinholes of one session is serialised by
 * session->lock, so that no pinhole can be added to a closed session.
 */
#ifndef _SIP_IMS_CALL_H
#define _SIP_IMS_CALL_H

#include <linux/list.h>
#include <linux/netfilter.h>
#include <linux/ratelimit_types.h>
#include <linux/rhashtable-types.h>
#include <linux/siphash.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <uapi/linux/sip_ims.h>

#include <sip_ims/media.h>

#define SIP_IMS_URI_MAX			127u
#define SIP_IMS_CALLS_MAX		65536u	/* per namespace */
#define SIP_IMS_REGISTRATIONS_MAX	16384u	/* per namespace */
#define SIP_IMS_SESSIONS_PER_KEY	64u	/* same Call-ID or flow */
#define SIP_IMS_VISITS_MAX		4u	/* per message */
#define SIP_IMS_DIALOGS_MAX		16u	/* branches of one INVITE */
#define SIP_IMS_PINHOLES_MAX		192u	/* below the 255 of u8 expecting[] */
#define SIP_IMS_BINDINGS_MAX		256u	/* per call */
#define SIP_IMS_FLOWS_MAX		8u	/* per pinhole */
#define SIP_IMS_POOLS_MAX		256u	/* public addresses, per namespace */
#define SIP_IMS_ZONES_MAX		4096u	/* zones with settings */
#define SIP_IMS_GUARDS_MAX		4096u	/* watched, per namespace */
#define SIP_IMS_REPLIES_MAX		100u	/* per namespace and second */
#define SIP_IMS_RETRY_AFTER		5u	/* seconds */
#define SIP_IMS_STREAM_MEMORY_MAX	(64 << 20) /* bytes, per namespace */

/**
 * struct sip_ims_target - a port where an end wants requests or answers
 * @local: as the end calls itself
 * @mapped: as the other side is told
 * @pool: owner of the port of @mapped, or NULL when it is @local
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP; 0 when there is none
 */
struct sip_ims_target {
	struct sip_ims_endpoint local;
	struct sip_ims_endpoint mapped;
	struct sip_ims_pool *pool;
	u8 l4proto;
};

/**
 * struct sip_ims_party - one end of a dialog
 * @tag: its tag, in the allocation of the call or dialog
 * @tag_len: bytes of @tag
 * @cseq: of its last request that said where it is
 * @target: its Contact, when that is not the port it sends from
 * @via: the same for its Via, when answers to its requests go there
 */
struct sip_ims_party {
	u8 *tag;
	u8 tag_len;
	u32 cseq;
	struct sip_ims_target target;
	struct sip_ims_target via;
};

/**
 * enum sip_ims_dialog_state - where a branch of a call stands
 * @SIP_IMS_DIALOG_EARLY: no 2xx yet
 * @SIP_IMS_DIALOG_CONFIRMED: a 2xx came
 * @SIP_IMS_DIALOG_LOST: another branch was answered; its pinholes close after
 *	the grace, but a late 2xx opens them again
 * @SIP_IMS_DIALOG_ENDING: a BYE came; its pinholes close after the grace
 * @SIP_IMS_DIALOG_CLOSED: over; only the tag is remembered, so that what comes
 *	late does not make it anew
 */
enum sip_ims_dialog_state {
	SIP_IMS_DIALOG_EARLY,
	SIP_IMS_DIALOG_CONFIRMED,
	SIP_IMS_DIALOG_LOST,
	SIP_IMS_DIALOG_ENDING,
	SIP_IMS_DIALOG_CLOSED,
};

/**
 * struct sip_ims_bye - a BYE that ends a dialog
 * @state: what the dialog was before, enum sip_ims_dialog_state
 * @cseq: its CSeq
 * @from_caller: who sent it
 * @answered: its 2xx came; else live media keeps the dialog (a forged BYE)
 * @probed: @packets was taken
 * @probe: jiffies, the middle of the grace, when @packets is taken
 * @packets: media of the call up to then
 */
struct sip_ims_bye {
	u8 state;
	u32 cseq;
	bool from_caller;
	bool answered;
	bool probed;
	unsigned long probe;
	u64 packets;
};

/**
 * struct sip_ims_dialog - one branch of a call: caller and one callee
 * @list: in sip_ims_call.dialogs
 * @callee: its far end
 * @state: enum sip_ims_dialog_state
 * @until: jiffies, when LOST or ENDING closes
 * @bye: in ENDING
 * @media: its offers and answers
 * @tag: the callee's tag
 */
struct sip_ims_dialog {
	struct list_head list;
	struct sip_ims_party callee;
	u8 state;
	unsigned long until;
	struct sip_ims_bye bye;
	struct sip_ims_negotiation media;
	u8 tag[];
};

/**
 * struct sip_ims_call - an INVITE and all dialogs it made, on one leg
 * @session: must be first
 * @state: enum sip_ims_call_state
 * @caller: the end that sent the first INVITE
 * @ends: signalling addresses of caller [0] and callee side [1], each as it
 *	calls itself.  The same call can cross the router twice (both phones
 *	inside, the proxy outside); the ends tell the two legs apart
 * @hidden: whether the router translates that end's address
 * @dialogs: list of struct sip_ims_dialog
 * @n_dialogs: its length, at most SIP_IMS_DIALOGS_MAX
 * @media: the caller's offer, which each new dialog begins with
 * @bindings: list of struct sip_ims_binding, of all ends
 * @n_bindings: its length, at most SIP_IMS_BINDINGS_MAX
 * @inactive: a bit for each m= line whose pinholes closed by inactivity
 * @reopened: a lost dialog was answered, and its pinholes may be closed
 * @deadline: jiffies, when it ends however much it talks; once confirmed
 * @cseq: CSeq of the last INVITE of the caller
 * @source: who has it among its unanswered calls, or NULL
 * @failed: hash of the last transaction that the guard counted as failed
 * @call_id: the Call-ID, in @text
 * @call_id_len: its length
 * @from: URI of From, for people, in @text
 * @from_len: its length
 * @to: URI of To, for people, in @text
 * @to_len: its length
 * @text: Call-ID, caller's tag, From URI, To URI
 */
struct sip_ims_call {
	struct sip_ims_session session;
	u8 state;
	struct sip_ims_party caller;
	union nf_inet_addr ends[2];
	bool hidden[2];
	struct list_head dialogs;
	u8 n_dialogs;
	struct sip_ims_negotiation media;
	struct list_head bindings;
	u16 n_bindings;
	u32 inactive;
	bool reopened;
	unsigned long deadline;
	u32 cseq;
	struct sip_ims_source *source;
	u64 failed;
	u8 *call_id;
	u8 *from;
	u8 *to;
	u8 call_id_len;
	u8 from_len;
	u8 to_len;
	u8 text[];
};

/**
 * struct sip_ims_settings - settings of one zone, see the netlink spec
 * @node: in sip_ims_net.zones
 * @zone: conntrack zone
 * @malformed: enum sip_ims_malformed_policy
 * @port_min: first port of the pool, even
 * @port_max: last port of the pool, odd
 * @grace: seconds
 * @timer_c: seconds
 * @max_call: seconds
 * @max_registration: seconds
 * @registration: seconds, when nobody names any
 * @t1: milliseconds
 * @t4: milliseconds
 * @inactive_media: seconds, 0 for never
 * @retain_hold: enum sip_ims_switch
 * @candidates: enum sip_ims_candidates_policy
 * @auth_int: enum sip_ims_integrity_policy
 * @local_media: enum sip_ims_switch
 * @latching: enum sip_ims_switch
 * @guard_failures: failed INVITEs, 0 for no guard
 * @guard_window: seconds
 * @guard_block: seconds
 * @source_calls: unanswered calls, 0 for no limit
 * @stream_memory: kilobytes
 * @rcu: for the deferred free
 */
struct sip_ims_settings {
	struct hlist_node node;
	u16 zone;
	u8 malformed;
	u16 port_min;
	u16 port_max;
	u32 grace;
	u32 timer_c;
	u32 max_call;
	u32 max_registration;
	u32 registration;
	u32 t1;
	u32 t4;
	u32 inactive_media;
	u8 retain_hold;
	u8 candidates;
	u8 auth_int;
	u8 local_media;
	u8 latching;
	u32 guard_failures;
	u32 guard_window;
	u32 guard_block;
	u32 source_calls;
	u32 stream_memory;
	struct rcu_head rcu;
};

#define SIP_IMS_HASH_SIZE	64u

/**
 * struct sip_ims_counters - the counters of one CPU
 * @value: indexed by the attribute numbers of the stats set
 */
struct sip_ims_counters {
	u64 value[SIP_IMS_A_STATS_MAX + 1];
};

/**
 * struct sip_ims_guard - who takes more than a fair share, see guard.c
 * @pairs: struct guard_pair, by source and proxy
 * @oldest: the same, by their last failure
 * @n_pairs: their number, at most SIP_IMS_GUARDS_MAX
 * @sources: struct sip_ims_source, those with unanswered calls
 * @replies: how often the router itself may answer
 */
struct sip_ims_guard {
	struct rhashtable pairs;
	struct list_head oldest;
	u32 n_pairs;
	struct rhashtable sources;
	struct ratelimit_state replies;
};

/**
 * struct sip_ims_streams - the TCP connections of a namespace, see connection.c
 * @lock: protects all but @memory; a leaf, bottom halves off
 * @list: struct sip_ims_connection
 * @count: its length
 * @accounts: struct sip_ims_account, what those of a zone or source hold
 * @memory: bytes they all hold
 * @stopping: no new connection
 * @sweep: looks for those whose flow is over
 */
struct sip_ims_streams {
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
 * @lock: protects insertion and removal in @sessions, @pools, @zones, @guard,
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
 * @guard: see struct sip_ims_guard
 * @streams: see struct sip_ims_streams
 * @counters: per CPU
 */
struct sip_ims_net {
	struct net *net;
	struct rhltable sessions;
	struct rhltable ports;
	siphash_key_t secret;
	spinlock_t lock; /* sessions' changes, pools, zones, guard, gauges */
	u32 calls;
	u32 registrations;
	atomic_t alive;
	u32 next_id;
	bool stopping;
	struct hlist_head pools[SIP_IMS_HASH_SIZE];
	u32 n_pools;
	struct hlist_head zones[SIP_IMS_HASH_SIZE];
	u32 n_zones;
	struct sip_ims_guard guard;
	struct sip_ims_streams streams;
	struct sip_ims_counters __percpu *counters;
};

/**
 * struct sip_ims_visit - a guest that one message asks for
 * @session: the registration whose guest it is, referenced and not locked
 * @from: the port, as it stands in the message
 * @to: as the other side has to read it
 * @source: the guest
 * @asked: its count after this message
 */
struct sip_ims_visit {
	struct sip_ims_session *session;
	struct sip_ims_endpoint from;
	struct sip_ims_endpoint to;
	union nf_inet_addr source;
	u32 asked;
};

/**
 * struct sip_ims_plan - what one message asks for
 *
 * sip_ims_decide() fills it and returns with @session locked;
 * sip_ims_plan_commit() or sip_ims_plan_abort() must follow on the same CPU.
 *
 * @drop: drop the packet; the reason is counted already
 * @leave: leave the message byte-identical whatever it names
 * @leave_sdp: leave its SDP so
 * @created: the session was made for this message; abort removes it
 * @compare: @want and the marks in session->pinholes say all there shall be;
 *	on commit an unmarked pinhole closes
 * @narrow: nothing may open, unwanted pinholes close
 * @n_open: length of @want and @opened together
 * @hold: seconds the signalling flow has to live at least; 0 leaves it alone
 * @retry_after: seconds after which the sender of a dropped INVITE is told to
 *	try again; 0: it is told nothing
 * @session: the session it belongs to, locked and referenced, or NULL
 * @negotiation: what the SDP of this message has changed, or NULL
 * @undo: @negotiation as it was, references included
 * @description: the SDP of this message, referenced, for the editor; or NULL
 * @other: what the other end said last, borrowed, for the editor; or NULL
 * @target_party: whose target or Via changes on commit, or NULL
 * @new_target: @target replaces its target
 * @new_via: @via replaces its Via
 * @n_visits: entries in @visits
 * @sender: the party that sent the message, or NULL
 * @receiver: the party it goes to, or NULL
 * @want: pinholes to open, all or none
 * @opened: those that are open already, until commit or abort
 * @target: see @new_target
 * @via: see @new_via
 * @visits: guests of registrations, open already; abort closes them
 */
struct sip_ims_plan {
	bool drop;
	bool leave;
	bool leave_sdp;
	bool created;
	bool compare;
	bool narrow;
	u16 n_open;
	u32 hold;
	u32 retry_after;
	struct sip_ims_session *session;
	struct sip_ims_negotiation *negotiation;
	struct sip_ims_description *description;
	const struct sip_ims_description *other;
	struct sip_ims_party *target_party;
	bool new_target;
	bool new_via;
	u8 n_visits;
	struct sip_ims_party *sender;
	struct sip_ims_party *receiver;
	struct list_head want;
	struct list_head opened;
	struct sip_ims_target target;
	struct sip_ims_target via;
	struct sip_ims_visit visits[SIP_IMS_VISITS_MAX];
	struct sip_ims_negotiation undo;
};

/**
 * struct sip_ims_gate - how decisions reach the packets
 *
 * All are called with session->lock held and bottom halves off.
 *
 * @open: open one pinhole.  The path is NULL for one that was shared up to now.
 *	An equal one of a session that is over goes.  Return: 0; -EALREADY when
 *	one of another session is open; -EMFILE when the kernel's table is full;
 *	-ENOMEM
 * @unhide: end an ordinary flow that hides an open pinhole from its peer, which
 *	has just become known; may be NULL
 * @close: close one pinhole and end the flows that came through it
 * @release: close all pinholes and end their flows.  Return: whether flows may
 *	remain, then it is called again a second later
 * @traffic: bring the counts of a pinhole up to date and forget flows that are
 *	gone.  Return: whether anything moved since the last time
 * @same_side: would a packet of the receiver to @addr leave by the same device
 *	as one to @peer, and is @addr an ordinary unicast address of another host
 */
struct sip_ims_gate {
	int (*open)(struct sip_ims_session *session,
		    struct sip_ims_pinhole *pinhole,
		    const struct sip_ims_path *path);
	void (*unhide)(struct sip_ims_session *session,
		       struct sip_ims_pinhole *pinhole);
	void (*close)(struct sip_ims_session *session,
		      struct sip_ims_pinhole *pinhole);
	bool (*release)(struct sip_ims_session *session);
	bool (*traffic)(struct sip_ims_session *session,
			struct sip_ims_pinhole *pinhole);
	bool (*same_side)(const struct sip_ims_path *path,
			  const union nf_inet_addr *addr,
			  const union nf_inet_addr *peer);
};

/* main.c */
struct sip_ims_net *sip_ims_pernet(const struct net *net);
int sip_ims_gate_register(const struct sip_ims_gate *gate);
void sip_ims_gate_unregister(void);
const struct sip_ims_gate *sip_ims_gate(void);

/* decide.c */
void sip_ims_decide(struct sip_ims_plan *plan, const struct sip_ims_path *path,
		    const u8 *base, const struct sip_message *msg,
		    const struct sdp *sdp);
void sip_ims_plan_init(struct sip_ims_plan *plan);
void sip_ims_plan_commit(struct sip_ims_plan *plan);
void sip_ims_plan_abort(struct sip_ims_plan *plan);

/* call.c */
void sip_ims_call_decide(struct sip_ims_plan *plan,
			 const struct sip_ims_path *path, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp);
void sip_ims_call_end(struct sip_ims_call *call);
void sip_ims_call_revive(struct sip_ims_call *call);
void sip_ims_call_tick(struct sip_ims_call *call);
void sip_ims_call_free(struct sip_ims_call *call);

/* dialog.c */
bool sip_ims_dialog_open(const struct sip_ims_dialog *dialog);
bool sip_ims_dialog_alive(const struct sip_ims_dialog *dialog);
struct sip_ims_dialog *sip_ims_dialog_create(struct sip_ims_plan *plan,
					     struct sip_ims_call *call,
					     const u8 *tag, u8 len);
void sip_ims_dialog_lose(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog);
void sip_ims_dialog_confirm(struct sip_ims_call *call,
			    struct sip_ims_dialog *dialog);
void sip_ims_dialog_bye(struct sip_ims_call *call,
			struct sip_ims_dialog *dialog, bool from_caller,
			u32 cseq);
void sip_ims_dialog_bye_answered(struct sip_ims_call *call,
				 struct sip_ims_dialog *dialog,
				 const struct sip_message *msg,
				 bool from_caller);
bool sip_ims_dialog_tick(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog);
void sip_ims_dialog_free(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog);

/* target.c */
int sip_ims_target_prepare(struct sip_ims_plan *plan,
			   const struct sip_ims_path *path,
			   struct sip_ims_party *party,
			   const struct sip_message *msg);
int sip_ims_target_want(struct sip_ims_plan *plan,
			const struct sip_ims_party *party,
			const union nf_inet_addr *peer);
bool sip_ims_target_map(const struct sip_ims_path *path,
			const struct sip_ims_plan *plan, bool sender,
			const struct sip_ims_endpoint *from,
			struct sip_ims_endpoint *to);
void sip_ims_target_commit(struct sip_ims_plan *plan);
void sip_ims_target_abort(struct sip_ims_plan *plan);
void sip_ims_target_free(struct sip_ims_net *sn, struct sip_ims_party *party);

/* pool.c */
struct sip_ims_binding *sip_ims_pool_take(const struct sip_ims_path *path,
					  const union nf_inet_addr *addr,
					  const struct sip_ims_endpoint *local,
					  u64 call);
bool sip_ims_pool_owner(struct sip_ims_net *sn, u16 zone, u8 l3num,
			const struct sip_ims_endpoint *mapped, u64 call,
			struct sip_ims_endpoint *local);
void sip_ims_pool_free(struct sip_ims_net *sn, struct sip_ims_pool *pool,
		       __be16 port);
void sip_ims_pools_exit(struct sip_ims_net *sn);

/* guard.c */
int sip_ims_guard_init(struct sip_ims_net *sn);
void sip_ims_guard_exit(struct sip_ims_net *sn);
bool sip_ims_guard_blocked(struct sip_ims_plan *plan,
			   const struct sip_ims_path *path);
void sip_ims_guard_failed(struct sip_ims_call *call,
			  const struct sip_ims_path *path, const u8 *base,
			  const struct sip_message *msg);
int sip_ims_source_take(const struct sip_ims_path *path,
			struct sip_ims_source **source);
void sip_ims_source_put(struct sip_ims_net *sn, struct sip_ims_source **source);
bool sip_ims_reply_allowed(struct sip_ims_net *sn);

/* zone.c */
const struct sip_ims_settings *sip_ims_zone(struct sip_ims_net *sn, u16 zone);
void sip_ims_zone_get(struct sip_ims_net *sn, u16 zone,
		      struct sip_ims_settings *settings);
int sip_ims_zone_set(struct sip_ims_net *sn,
		     const struct sip_ims_settings *settings);
void sip_ims_zones_exit(struct sip_ims_net *sn);

/* ../connection.c */
void sip_ims_connections_init(struct sip_ims_net *sn);
void sip_ims_connections_flush(struct sip_ims_net *sn);
void sip_ims_connections_exit(struct sip_ims_net *sn);

/* event.c */
void sip_ims_event_inactive(const struct sip_ims_call *call, u32 streams,
			    u32 inactive_media);

/* netlink.c */
int sip_ims_netlink_init(void);
void sip_ims_netlink_exit(void);

/* reason.c */
void sip_ims_refused(struct sip_ims_net *sn, unsigned int counter,
		     const char *reason);

/* @reason is the name of a counter without its prefix. */
#define sip_ims_refuse(sn, reason) \
	sip_ims_refused(sn, SIP_IMS_A_STATS_##reason, #reason)

/* Any context; @counter is an attribute number of the stats set. */
#define sip_ims_count(sn, counter) \
	this_cpu_inc((sn)->counters->value[counter])

static inline struct sip_ims_call *
sip_ims_call_of(struct sip_ims_session *session)
{
	return container_of(session, struct sip_ims_call, session);
}

#endif /* _SIP_IMS_CALL_H */
