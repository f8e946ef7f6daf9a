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
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <net/net_namespace.h>
#include <uapi/linux/sip_ims.h>

#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

struct nf_conn;

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

/**
 * struct sip_ims_endpoint - an address and a port
 * @addr: network byte order; unused bytes are zero, so memcmp() compares
 * @port: network byte order
 */
struct sip_ims_endpoint {
	union nf_inet_addr addr;
	__be16 port;
};

/**
 * struct sip_ims_path - the way of one packet through the router
 * @sn: the namespace
 * @zone: conntrack zone
 * @l3num: AF_INET or AF_INET6
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @translated: a source or destination differs between the two sides
 * @src: the sender, as it calls itself
 * @src_mapped: the sender, as the receiver sees it
 * @dst: the receiver, as the sender sees it
 * @dst_mapped: the receiver, as it calls itself
 * @ifindex: the device towards the receiver
 * @mark: mark of the packet
 * @ct: the signalling flow, only handed through to the gate
 */
struct sip_ims_path {
	struct sip_ims_net *sn;
	u16 zone;
	u8 l3num;
	u8 l4proto;
	bool translated;
	struct sip_ims_endpoint src;
	struct sip_ims_endpoint src_mapped;
	struct sip_ims_endpoint dst;
	struct sip_ims_endpoint dst_mapped;
	int ifindex;
	u32 mark;
	struct nf_conn *ct;
};

/**
 * enum sip_ims_kind - what a session is
 * @SIP_IMS_CALL: struct sip_ims_call, found by Call-ID
 * @SIP_IMS_REGISTRATION: struct sip_ims_registration, found by its flow
 */
enum sip_ims_kind {
	SIP_IMS_CALL,
	SIP_IMS_REGISTRATION,
};

/**
 * struct sip_ims_key - key of the session table; no padding
 * @hash: keyed siphash of the Call-ID, or of the registered flow
 * @zone: conntrack zone
 * @kind: enum sip_ims_kind
 * @reserved: zero
 */
struct sip_ims_key {
	u64 hash;
	u16 zone;
	u16 kind;
	u32 reserved;
};

/**
 * struct sip_ims_session - what calls and registrations share
 * @node: in sip_ims_net.sessions
 * @key: see struct sip_ims_key
 * @sn: the namespace
 * @id: number shown to users
 * @use: references
 * @lock: protects all that follows, and all of the outer structure
 * @closed: no longer in the table; nothing may be opened any more
 * @releases: how often the gate looked for flows since then
 * @timer: fires at @expires or @check; holds a reference while pending
 * @expires: jiffies; moved without touching the timer when later
 * @check: jiffies, when to look at it before that; valid with @checks
 * @checks: see @check
 * @created: jiffies
 * @l3num: family of the signalling
 * @translated: the signalling flow is translated
 * @master: template conntrack, master of this session's expectations, or NULL
 * @pinholes: list of struct sip_ims_pinhole
 * @n_pinholes: its length, at most SIP_IMS_PINHOLES_MAX
 * @rcu: for the deferred free
 */
struct sip_ims_session {
	struct rhlist_head node;
	struct sip_ims_key key;
	struct sip_ims_net *sn;
	u32 id;
	refcount_t use;
	spinlock_t lock; /* all that follows */
	bool closed;
	bool checks;
	u8 releases;
	struct timer_list timer;
	unsigned long expires;
	unsigned long check;
	unsigned long created;
	u8 l3num;
	bool translated;
	struct nf_conn *master;
	struct list_head pinholes;
	u16 n_pinholes;
	struct rcu_head rcu;
};

/**
 * struct sip_ims_flow - a conntrack that came through a pinhole
 * @list: in sip_ims_pinhole.flows
 * @seen: it was found in the table once
 * @source: where its first packet came from
 * @packets: through the pinhole, as far as counted
 * @bytes: the same in bytes of IP packets
 * @returned: packets the other way, as far as counted
 */
struct sip_ims_flow {
	struct list_head list;
	bool seen;
	struct sip_ims_endpoint source;
	u64 packets;
	u64 bytes;
	u64 returned;
};

/**
 * struct sip_ims_pinhole - one way in, an expectation of the session's master
 * @list: in sip_ims_session.pinholes, sip_ims_plan.want or .opened
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @signalling: carries SIP: the new flow gets the helper, too
 * @media: number of the m= line it serves
 * @keep: scratch mark of the comparison of wanted and existing pinholes
 * @shared: an equal one of another session serves; this one has no expectation
 * @source: the only address it may be used from
 * @source_port: the only port, or 0 for any
 * @outer: destination, as the source sees it
 * @inner: destination, as it calls itself
 * @peer: port and address the source announced, as it calls itself; port 0
 *	when not known yet
 * @peer_mapped: what the destination knows @peer as
 * @planned: what both become when the plan that keeps this one is committed
 * @latched: source port of the first flow, for the setting of that name
 * @packets: that came through it, as far as counted
 * @bytes: the same in bytes of IP packets
 * @active: jiffies, when it was seen that something had moved; or its begin
 * @n_flows: length of @flows, at most SIP_IMS_FLOWS_MAX
 * @flows: list of struct sip_ims_flow
 */
struct sip_ims_pinhole {
	struct list_head list;
	u8 l4proto;
	u8 media;
	bool signalling;
	bool keep;
	bool shared;
	union nf_inet_addr source;
	__be16 source_port;
	struct sip_ims_endpoint outer;
	struct sip_ims_endpoint inner;
	struct sip_ims_endpoint peer;
	struct sip_ims_endpoint peer_mapped;
	struct {
		struct sip_ims_endpoint peer;
		struct sip_ims_endpoint peer_mapped;
	} planned;
	__be16 latched;
	u64 packets;
	u64 bytes;
	unsigned long active;
	u8 n_flows;
	struct list_head flows;
};

/**
 * enum sip_ims_component - RTP (or the only port) and RTCP of one stream
 * @SIP_IMS_RTP: even port of the pair
 * @SIP_IMS_RTCP: odd port of the pair
 * @SIP_IMS_COMPONENTS: how many
 */
enum sip_ims_component {
	SIP_IMS_RTP,
	SIP_IMS_RTCP,
	SIP_IMS_COMPONENTS,
};

/**
 * enum sip_ims_end - the two ends of a dialog
 * @SIP_IMS_CALLER: sent the first INVITE
 * @SIP_IMS_CALLEE: answered it, or is one of those who did
 * @SIP_IMS_ENDS: how many
 */
enum sip_ims_end {
	SIP_IMS_CALLER,
	SIP_IMS_CALLEE,
	SIP_IMS_ENDS,
};

/**
 * struct sip_ims_binding - a pair of public ports for an address of one end
 *
 * It lives while a description names it, so that an address keeps its ports
 * through re-INVITEs, refused offers and retransmissions.
 *
 * @list: in sip_ims_call.bindings
 * @use: streams that name it
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @pool: owner of the pair
 * @local: RTP, as the end calls itself
 * @mapped: the even port of the pair, as the other side is told
 */
struct sip_ims_binding {
	struct list_head list;
	u32 use;
	u8 l4proto;
	struct sip_ims_pool *pool;
	struct sip_ims_endpoint local;
	struct sip_ims_endpoint mapped;
};

/**
 * struct sip_ims_stream - one m= line of one end
 * @local: as announced by the end; port 0: this component is absent
 * @mapped: as the other side is told; equal to @local when not translated
 * @binding: owner of the pair in @mapped, referenced, or NULL
 * @pool: the same for a target, which has no binding
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP, 0 when nothing is to be opened
 * @mux: a=rtcp-mux was offered or accepted
 * @edit: @mapped has to be written into the SDP
 * @third_party: the address is not the sender's
 * @here: the address is one of our own public ports; @local is the phone
 *	behind it, @mapped what stands in the SDP
 * @direct: with @here: @local has to be written, media does not pass us
 * @hold: the end asked not to be sent media
 * @off: refused, removed, or put on hold with nothing retained
 */
struct sip_ims_stream {
	struct sip_ims_endpoint local[SIP_IMS_COMPONENTS];
	struct sip_ims_endpoint mapped[SIP_IMS_COMPONENTS];
	struct sip_ims_binding *binding;
	struct sip_ims_pool *pool;
	u8 l4proto;
	bool mux;
	bool edit;
	bool third_party;
	bool here;
	bool direct;
	bool hold;
	bool off;
};

/**
 * struct sip_ims_description - what one SDP of one end says
 *
 * Never changed once it is in a negotiation; shared by all dialogs and offers
 * that it counts in.
 *
 * @use: who holds it
 * @count: entries in @streams
 * @hash: of the SDP and of the address its sender is seen as, never 0
 * @streams: one for each m= line
 */
struct sip_ims_description {
	u32 use;
	u8 count;
	u64 hash;
	struct sip_ims_stream streams[];
};

/**
 * enum sip_ims_offer_state - where an offer stands (RFC 3264)
 * @SIP_IMS_OFFER_NONE: nobody waits for anything
 * @SIP_IMS_OFFER_PENDING: no final answer yet; media may use the old and the
 *	new addresses
 * @SIP_IMS_OFFER_SETTLING: answered; packets to the old addresses are still on
 *	their way (timer T4)
 */
enum sip_ims_offer_state {
	SIP_IMS_OFFER_NONE,
	SIP_IMS_OFFER_PENDING,
	SIP_IMS_OFFER_SETTLING,
};

/**
 * struct sip_ims_offer - the last offer of one end
 * @state: enum sip_ims_offer_state
 * @method: of the transaction that carried it, enum sip_method
 * @answered: there is an answer, maybe not the final one
 * @response: it stood in a response to an INVITE without offer
 * @cseq: of that transaction
 * @requested: highest CSeq of a request of this end that had an offer
 * @invited: CSeq of the last INVITE of this end, with or without an offer
 * @until: jiffies, end of SETTLING
 * @before: what counted before it, for both ends; NULL before the first
 */
struct sip_ims_offer {
	u8 state;
	u8 method;
	bool answered;
	bool response;
	u32 cseq;
	u32 requested;
	u32 invited;
	unsigned long until;
	struct sip_ims_description *before[SIP_IMS_ENDS];
};

/**
 * struct sip_ims_negotiation - offers and answers of one dialog
 * @now: what each end said last; NULL before its first SDP
 * @offer: the last offer of each end
 */
struct sip_ims_negotiation {
	struct sip_ims_description *now[SIP_IMS_ENDS];
	struct sip_ims_offer offer[SIP_IMS_ENDS];
};

/**
 * struct sip_ims_party - one end of a dialog
 * @tag: its tag, in the allocation of the call or dialog
 * @tag_len: bytes of @tag
 * @target: its Contact, when that is not the port it sends from; l4proto 0
 *	when there is none
 * @via: the same for its Via, when answers to its requests go there
 */
struct sip_ims_party {
	u8 *tag;
	u8 tag_len;
	struct sip_ims_stream target;
	struct sip_ims_stream via;
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
 * @cseq: its CSeq
 * @from_caller: who sent it
 * @answered: its 2xx came; else live media keeps the dialog (a forged BYE)
 * @probed: @packets was taken
 * @probe: jiffies, the middle of the grace, when @packets is taken
 * @packets: media of the call up to then
 */
struct sip_ims_bye {
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
	struct sip_ims_stream target;
	struct sip_ims_stream via;
	struct sip_ims_visit visits[SIP_IMS_VISITS_MAX];
	struct sip_ims_negotiation undo;
};

/**
 * struct sip_ims_gate - how decisions reach the packets
 *
 * All are called with session->lock held and bottom halves off.
 *
 * @open: open one pinhole.  Return: 0; -EALREADY when an equal one of another
 *	session is open; -EMFILE when the kernel's table is full; -ENOMEM
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

/* session.c */
u64 sip_ims_hash(const struct sip_ims_net *sn, const void *data, size_t len);
void sip_ims_session_init(struct sip_ims_session *session,
			  struct sip_ims_net *sn, const struct sip_ims_key *key,
			  const struct sip_ims_path *path);
int sip_ims_session_insert(struct sip_ims_session *session);
void sip_ims_session_expire(struct sip_ims_session *session,
			    unsigned long expires);
void sip_ims_session_check(struct sip_ims_session *session,
			   unsigned long when);
struct sip_ims_session *sip_ims_session_lock(struct sip_ims_session *session);
void sip_ims_session_unlock(struct sip_ims_session *session);
void sip_ims_session_close(struct sip_ims_session *session);
void sip_ims_session_put(struct sip_ims_session *session);
u32 sip_ims_session_flush(struct sip_ims_net *sn, int zone);
int sip_ims_sessions_init(struct sip_ims_net *sn);
void sip_ims_sessions_exit(struct sip_ims_net *sn);
struct rhlist_head *sip_ims_session_list(struct sip_ims_net *sn,
					 const struct sip_ims_key *key);

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

/* offer.c */
int sip_ims_offer_decide(struct sip_ims_plan *plan,
			 const struct sip_ims_path *path,
			 struct sip_ims_negotiation *negotiation,
			 enum sip_ims_end end, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp);
void sip_ims_offer_commit(struct sip_ims_plan *plan);
void sip_ims_offer_abort(struct sip_ims_plan *plan);
bool sip_ims_offer_tick(struct sip_ims_call *call,
			struct sip_ims_negotiation *negotiation);
void sip_ims_negotiation_copy(struct sip_ims_negotiation *to,
			      const struct sip_ims_negotiation *from);
void sip_ims_negotiation_free(struct sip_ims_call *call,
			      struct sip_ims_negotiation *negotiation);

/* binding.c */
struct sip_ims_binding *sip_ims_binding_get(const struct sip_ims_path *path,
					    struct sip_ims_call *call,
					    const struct sip_ims_stream *stream,
					    int *err);
void sip_ims_binding_put(struct sip_ims_call *call,
			 struct sip_ims_binding *binding);

/* target.c */
int sip_ims_target_prepare(struct sip_ims_plan *plan,
			   const struct sip_ims_path *path,
			   struct sip_ims_party *party, const u8 *base,
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

/* media.c */
bool sip_ims_address_set(union nf_inet_addr *addr,
			 const struct sip_address *from, u8 l3num);
int sip_ims_stream_alloc(const struct sip_ims_path *path,
			 struct sip_ims_stream *stream, u64 call);
struct sip_ims_description *
sip_ims_media_describe(const struct sip_ims_path *path,
		       struct sip_ims_call *call,
		       const struct sip_ims_description *last, const u8 *base,
		       const struct sdp *sdp, u64 hash);
u64 sip_ims_media_hash(const struct sip_ims_path *path, const u8 *base,
		       const struct sdp *sdp);
void sip_ims_description_put(struct sip_ims_call *call,
			     struct sip_ims_description *description);
bool sip_ims_description_map(const struct sip_ims_description *description,
			     unsigned int media, bool own,
			     const struct sip_ims_endpoint *from,
			     struct sip_ims_endpoint *to);
void sip_ims_party_free(struct sip_ims_net *sn, struct sip_ims_party *party);

/* want.c */
int sip_ims_media_want(struct sip_ims_plan *plan, struct sip_ims_call *call);
void sip_ims_media_narrow(struct sip_ims_call *call);

/* traffic.c */
u64 sip_ims_traffic_count(struct sip_ims_session *session);
void sip_ims_traffic_check(struct sip_ims_call *call);

/* pinhole.c */
void sip_ims_pinhole_compare(struct sip_ims_plan *plan);
int sip_ims_pinhole_want(struct sip_ims_plan *plan,
			 const struct sip_ims_pinhole *want);
int sip_ims_pinhole_open(struct sip_ims_plan *plan,
			 const struct sip_ims_path *path);
void sip_ims_pinhole_commit(struct sip_ims_plan *plan);
void sip_ims_pinhole_abort(struct sip_ims_plan *plan);
void sip_ims_pinhole_sweep(struct sip_ims_session *session);
void sip_ims_pinhole_free(struct sip_ims_pinhole *pinhole);
int sip_ims_pinhole_flow(struct sip_ims_pinhole *pinhole,
			 const struct sip_ims_endpoint *source);
void sip_ims_pinhole_forget(struct sip_ims_pinhole *pinhole,
			    struct sip_ims_flow *flow);
struct sip_ims_pinhole *
sip_ims_pinhole_find(struct sip_ims_session *session, u8 l4proto,
		     const struct sip_ims_endpoint *source,
		     const struct sip_ims_endpoint *outer);

/* pool.c */
struct sip_ims_pool *sip_ims_pool_get(struct sip_ims_net *sn,
				      const struct sip_ims_path *path,
				      const union nf_inet_addr *addr);
int sip_ims_pool_alloc(struct sip_ims_net *sn, struct sip_ims_pool *pool,
		       const struct sip_ims_endpoint *local, u64 call);
bool sip_ims_pool_owner(const struct sip_ims_path *path,
			const struct sip_ims_endpoint *mapped, u64 call,
			struct sip_ims_endpoint *local);
struct sip_ims_binding *sip_ims_pool_binding(struct sip_ims_net *sn,
					     struct sip_ims_pool *pool,
					     __be16 port);
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
void sip_ims_zone_get(struct sip_ims_net *sn, u16 zone,
		      struct sip_ims_settings *settings);
int sip_ims_zone_set(struct sip_ims_net *sn,
		     const struct sip_ims_settings *settings);
void sip_ims_zones_exit(struct sip_ims_net *sn);

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

static inline bool sip_ims_same_endpoint(const struct sip_ims_endpoint *a,
					 const struct sip_ims_endpoint *b)
{
	return a->port == b->port && nf_inet_addr_cmp(&a->addr, &b->addr);
}

static inline struct sip_ims_call *
sip_ims_call_of(struct sip_ims_session *session)
{
	return container_of(session, struct sip_ims_call, session);
}

#endif /* _SIP_IMS_CALL_H */
