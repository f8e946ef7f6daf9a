/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What calls and registrations share: a place in the table, a timer, a way
 * in.  Lifetimes and locking are told in call.h.
 */
#ifndef _SIP_IMS_SESSION_H
#define _SIP_IMS_SESSION_H

#include <linux/list.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_tuple_common.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include <sip_ims/types.h>

struct net_device;
struct nf_conn;
struct sip_ims_net;
struct sip_ims_plan;

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
 * enum sip_ims_across - does a translator device stand beside this leg?
 *
 * Of the two legs of a packet that changes its family the IPv6 one rewrites the
 * message; between the two it is IPv4's.
 *
 * @SIP_IMS_ACROSS_NONE: no, or this is the IPv4 leg
 * @SIP_IMS_ACROSS_TO4: the packet leaves by it: what is written has to be IPv4
 * @SIP_IMS_ACROSS_TO6: it came from there: the message is still IPv4's
 */
enum sip_ims_across {
	SIP_IMS_ACROSS_NONE,
	SIP_IMS_ACROSS_TO4,
	SIP_IMS_ACROSS_TO6,
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
 * @iif: index of the device it came by, or 0
 * @across: enum sip_ims_across
 * @departs: it leaves by a translator device: another leg follows
 * @service: with SIP_IMS_ACROSS_TO4: somebody entered the sender into the
 *	device's map, it is no phone that was lent an address
 * @src_across: with SIP_IMS_ACROSS_TO4: @src_mapped in IPv4
 * @translator: with @across: the device; inside of the RCU read side
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
	int iif;
	u8 across;
	bool departs;
	bool service;
	u8 src_across[4];
	const struct net_device *translator;
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
 * @l3num: AF_INET or AF_INET6: the bytes of an address of one family can be
 *	those of another one of the other
 * @reserved: zero
 */
struct sip_ims_key {
	u64 hash;
	u16 zone;
	u8 kind;
	u8 l3num;
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
 * @over: it has ended, only its grace runs: who needs its pinholes and flows may
 *	take them; read without the lock
 * @releases: how often the gate looked for flows since then
 * @timer: fires at @expires or @check; holds a reference while pending
 * @expires: jiffies; moved without touching the timer when later
 * @check: jiffies, when to look at it before that; valid with @checks
 * @checks: see @check
 * @created: jiffies
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
	bool over;
	bool checks;
	u8 releases;
	struct timer_list timer;
	unsigned long expires;
	unsigned long check;
	unsigned long created;
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
 * struct sip_ims_want - a pinhole that a plan asks for
 *
 * The plan may look at what it points to up to its commit.
 *
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @media: number of the m= line it serves
 * @signalling: carries SIP: the new flow gets the helper, too
 * @source_port: the only port it may be used from, or 0 for any
 * @source: the only address
 * @outer: destination, as the source sees it
 * @inner: destination, as it calls itself
 * @peer: port and address the source announced, as it calls itself; NULL when
 *	it has not
 * @peer_mapped: what the destination knows @peer as
 */
struct sip_ims_want {
	u8 l4proto;
	u8 media;
	bool signalling;
	__be16 source_port;
	const union nf_inet_addr *source;
	const struct sip_ims_endpoint *outer;
	const struct sip_ims_endpoint *inner;
	const struct sip_ims_endpoint *peer;
	const struct sip_ims_endpoint *peer_mapped;
};

/**
 * struct sip_ims_pinhole - one way in, an expectation of the session's master
 * @list: in sip_ims_session.pinholes, sip_ims_plan.want or .opened
 * @source: the only address it may be used from
 * @outer: destination, as the source sees it
 * @inner: destination, as it calls itself
 * @peer: port and address the source announced, as it calls itself; port 0
 *	when not known yet
 * @peer_mapped: what the destination knows @peer as
 * @planned_peer: what @peer becomes when the plan that keeps this one is
 *	committed, or NULL for nothing; valid up to then
 * @planned_mapped: the same for @peer_mapped
 * @source_port: the only port, or 0 for any
 * @latched: source port of the first flow, for the setting of that name
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @media: number of the m= line it serves
 * @n_flows: length of @flows, at most SIP_IMS_FLOWS_MAX
 * @signalling: carries SIP: the new flow gets the helper, too
 * @keep: scratch mark of the comparison of wanted and existing pinholes
 * @ours: @peer_mapped is an address of the router itself; of outward ones only
 * @shared: an equal one of another session serves; this one has no expectation
 *	until that one is over
 * @active: low half of jiffies, when it was seen that something had moved; or its
 *	begin
 * @packets: that came through it, as far as counted
 * @bytes: the same in bytes of IP packets
 * @returned: packets the other way, as far as counted
 * @seen: low half of jiffies, when that was seen of packets towards @outer and
 *	of those back from it; 0 for never
 * @flows: list of struct sip_ims_flow
 */
struct sip_ims_pinhole {
	struct list_head list;
	union nf_inet_addr source;
	struct sip_ims_endpoint outer;
	struct sip_ims_endpoint inner;
	struct sip_ims_endpoint peer;
	struct sip_ims_endpoint peer_mapped;
	const struct sip_ims_endpoint *planned_peer;
	const struct sip_ims_endpoint *planned_mapped;
	__be16 source_port;
	__be16 latched;
	u8 l4proto;
	u8 media;
	u8 n_flows;
	bool signalling;
	bool keep;
	bool ours;
	bool shared;
	u32 active;
	u64 packets;
	u64 bytes;
	u64 returned;
	u32 seen[IP_CT_DIR_MAX];
	struct list_head flows;
};

/* Two to four for each stream of each call. */
static_assert(sizeof(struct sip_ims_pinhole) <= 192);

/* session.c */
u64 sip_ims_hash(const struct sip_ims_net *sn, const void *data, size_t len);
void sip_ims_session_init(struct sip_ims_session *session,
			  struct sip_ims_net *sn, const struct sip_ims_key *key,
			  const struct sip_ims_path *path);
int sip_ims_session_insert(struct sip_ims_session *session,
			   struct rhlist_head *list);
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

/* pinhole.c */
void sip_ims_pinhole_compare(struct sip_ims_plan *plan);
int sip_ims_pinhole_want(struct sip_ims_plan *plan,
			 const struct sip_ims_want *want);
int sip_ims_pinhole_open(struct sip_ims_plan *plan,
			 const struct sip_ims_path *path);
void sip_ims_pinhole_commit(struct sip_ims_plan *plan);
void sip_ims_pinhole_abort(struct sip_ims_plan *plan);
void sip_ims_pinhole_sweep(struct sip_ims_session *session);
void sip_ims_pinhole_learn(struct sip_ims_session *session);
void sip_ims_pinhole_reopen(struct sip_ims_session *session);
void sip_ims_pinhole_free(struct sip_ims_pinhole *pinhole);
int sip_ims_pinhole_flow(struct sip_ims_pinhole *pinhole,
			 const struct sip_ims_endpoint *source);
void sip_ims_pinhole_forget(struct sip_ims_pinhole *pinhole,
			    struct sip_ims_flow *flow);
struct sip_ims_pinhole *
sip_ims_pinhole_find(struct sip_ims_session *session, u8 l4proto,
		     const struct sip_ims_endpoint *source,
		     const struct sip_ims_endpoint *outer);

static inline bool sip_ims_same_endpoint(const struct sip_ims_endpoint *a,
					 const struct sip_ims_endpoint *b)
{
	return a->port == b->port && nf_inet_addr_cmp(&a->addr, &b->addr);
}

/*
 * A phone's own signalling, let out by the port it registered: of signalling,
 * only such a pinhole knows from where its flow comes.
 */
static inline bool
sip_ims_pinhole_outward(const struct sip_ims_pinhole *pinhole)
{
	return pinhole->signalling && pinhole->peer.port;
}

#endif /* _SIP_IMS_SESSION_H */
