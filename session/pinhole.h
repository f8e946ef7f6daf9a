/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pinholes: the ways in that a session has.
 */
#ifndef _SESSION_PINHOLE_H
#define _SESSION_PINHOLE_H

#include <linux/netfilter/nf_conntrack_tuple_common.h>

#include <path/path.h>

#include <session/session.h>

struct sip_ims_plan;

#define SIP_IMS_PINHOLES_MAX		192u	/* below the 255 of u8 expecting[] */
#define SIP_IMS_FLOWS_MAX		8u	/* per pinhole */

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
 * struct sip_ims_pinhole_spec - a pinhole that a plan asks for
 *
 * The plan may look at what it points to up to its commit.
 *
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @mline: number of the m= line it serves
 * @signalling: carries SIP: the new flow gets the helper, too
 * @source_port: the only port it may be used from, or 0 for any
 * @source: the only address
 * @outer: destination, as the source sees it
 * @inner: destination, as it calls itself
 * @peer: port and address the source announced, as it calls itself; NULL when
 *	it has not
 * @peer_mapped: what the destination knows @peer as
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
 * struct sip_ims_pinhole - one way in, an expectation of the session's master
 * @list: in sip_ims_session.pinholes, sip_ims_plan.to_open or .opened
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
 * @mline: number of the m= line it serves
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

/* Two to four for each stream of each call. */
static_assert(sizeof(struct sip_ims_pinhole) <= 192);

void sip_ims_pinhole_compare(struct sip_ims_plan *plan);
int sip_ims_pinhole_require(struct sip_ims_plan *plan,
			    const struct sip_ims_pinhole_spec *want);
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

/*
 * A phone's own signalling, let out by the port it registered: of signalling,
 * only such a pinhole knows from where its flow comes.
 */
static inline bool
sip_ims_pinhole_is_outward(const struct sip_ims_pinhole *pinhole)
{
	return pinhole->signalling && pinhole->peer.port;
}

#endif /* _SESSION_PINHOLE_H */
