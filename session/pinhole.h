/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pinholes: the flows that a session lets in.
 */
#ifndef _SESSION_PINHOLE_H
#define _SESSION_PINHOLE_H

#include <linux/netfilter/nf_conntrack_tuple_common.h>

#include <path/path.h>

#include <session/session.h>

struct sip_ims_plan;

/* Conntrack counts the expectations of a master in a u8. */
#define SIP_IMS_PINHOLES_MAX	192u	/* per session */
#define SIP_IMS_FLOWS_MAX	8u	/* per pinhole */

/**
 * struct sip_ims_flow - a flow that came through a pinhole
 *
 * No pointer to the conntrack is kept: the gate looks it up by @source and the
 * pinhole's destination.  Protected by the lock of the session.
 *
 * @list: in sip_ims_pinhole.flows
 * @seen: the flow was found in the conntrack table once, so it has ended when
 *	it is not found; before, it may not be confirmed yet
 * @source: source of its first packet, before translation
 * @packets: packets through the pinhole, at the last look at its counters
 * @bytes: bytes of these packets, IP headers included
 * @returned: packets in the other direction, at the last look
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
 * struct sip_ims_pinhole_spec - a pinhole that a plan requires
 *
 * @peer and @peer_mapped must stay valid until the plan is committed or
 * aborted; the other endpoints are copied.  Ports are in network byte order.
 *
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @mline: number of the m= line that it serves, from 0; 0 for signalling
 * @signalling: it carries SIP, so its flows get the helper
 * @source_port: the only source port; 0 for any
 * @source: the only source address
 * @outer: destination, as the source knows it
 * @inner: destination, as it knows itself
 * @peer: endpoint that the source announced, as it knows itself; NULL when it
 *	has not announced one
 * @peer_mapped: @peer, as the destination knows it
 */
struct sip_ims_pinhole_spec {
	u8 l4proto;
	u8 mline;
	bool signalling;
	__be16 source_port;
	const union nf_inet_addr *source;
	const struct sip_ims_endpoint *outer;
	const struct sip_ims_endpoint *inner;
	const struct sip_ims_endpoint *peer;
	const struct sip_ims_endpoint *peer_mapped;
};

/**
 * struct sip_ims_pinhole - an expectation of the session's master
 *
 * Owned by the session or the plan whose list it is in, and protected by the
 * lock of the session.  Ports are in network byte order.
 *
 * @list: in sip_ims_session.pinholes, sip_ims_plan.to_open or .opened
 * @source: the only source address
 * @outer: destination, as the source knows it
 * @inner: destination, as it knows itself
 * @peer: endpoint that the source announced, as it knows itself; port 0 while
 *	it has not announced one
 * @peer_mapped: @peer, as the destination knows it
 * @planned_peer: value of @peer after the commit of a plan that marked the
 *	pinhole, NULL for none; valid until then
 * @planned_mapped: the same for @peer_mapped
 * @source_port: the only source port; 0 for any
 * @latched: source port of the first flow, for the setting latching; 0 before
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @mline: number of the m= line that it serves
 * @n_flows: length of @flows, at most SIP_IMS_FLOWS_MAX
 * @signalling: it carries SIP, so its flows get the helper
 * @keep: mark of a plan: the session still requires the pinhole
 * @ours: @peer_mapped is an address of the router; only for outward pinholes
 * @shared: an equal pinhole of another session is open, so this one has no
 *	expectation until that session is over
 * @active: low half of jiffies, when a look at the counters last found new
 *	packets in any direction; at first, when the pinhole was created
 * @packets: packets of all its flows, at the last look
 * @bytes: bytes of these packets, IP headers included
 * @returned: packets in the other direction, at the last look
 * @seen: low half of jiffies, when a look last found new packets, by enum
 *	ip_conntrack_dir: towards @outer and back; 0 for never
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
	u8 mline;
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

/* There are two to four for each stream of each call. */
static_assert(sizeof(struct sip_ims_pinhole) <= 192);

void sip_ims_pinhole_compare(struct sip_ims_plan *plan);
int sip_ims_pinhole_require(struct sip_ims_plan *plan,
			    const struct sip_ims_pinhole_spec *spec);
int sip_ims_pinhole_open(struct sip_ims_plan *plan,
			 const struct sip_ims_path *path);
void sip_ims_pinhole_commit(struct sip_ims_plan *plan);
void sip_ims_pinhole_abort(struct sip_ims_plan *plan);
void sip_ims_pinhole_sweep(struct sip_ims_session *session);
void sip_ims_pinhole_close_if(struct sip_ims_session *session,
			      bool (*fn)(const struct sip_ims_pinhole *pinhole,
					 const void *arg),
			      const void *arg);
void sip_ims_pinhole_update_peers(struct sip_ims_session *session);
void sip_ims_pinhole_reopen(struct sip_ims_session *session);
void sip_ims_pinholes_free(struct sip_ims_session *session);
int sip_ims_pinhole_remember(struct sip_ims_pinhole *pinhole,
			     const struct sip_ims_endpoint *source);
void sip_ims_pinhole_forget(struct sip_ims_pinhole *pinhole,
			    struct sip_ims_flow *flow);
struct sip_ims_pinhole *
sip_ims_pinhole_find(struct sip_ims_session *session, u8 l4proto,
		     const struct sip_ims_endpoint *source,
		     const struct sip_ims_endpoint *outer);

/**
 * sip_ims_pinhole_is_outward() - check for a pinhole out of a phone
 * @pinhole: the pinhole; its session is locked
 *
 * A registered phone sends to its registrar through such a pinhole and keeps
 * its registered public port.  Of all signalling pinholes, only these have a
 * peer.
 *
 * Context: any.
 * Return: whether it is one.
 */
static inline bool
sip_ims_pinhole_is_outward(const struct sip_ims_pinhole *pinhole)
{
	return pinhole->signalling && pinhole->peer.port;
}

#endif /* _SESSION_PINHOLE_H */
