/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flows in the conntrack table.
 */
#ifndef _PACKET_FLOW_H
#define _PACKET_FLOW_H

#include <sip_ims/types.h>

struct nf_conn;
struct sip_ims_connection;
struct sip_ims_endpoint;
struct sip_ims_flow;
struct sip_ims_pinhole;
struct sip_ims_session;

/**
 * enum sip_ims_follow - state of a TCP flow
 * @SIP_IMS_FOLLOW_NEW: no segment was seen
 * @SIP_IMS_FOLLOW_SYN: a SYN was seen
 * @SIP_IMS_FOLLOW_YES: the flow has a connection
 * @SIP_IMS_FOLLOW_NO: the flow is not followed and never will be
 */
enum sip_ims_follow {
	SIP_IMS_FOLLOW_NEW,
	SIP_IMS_FOLLOW_SYN,
	SIP_IMS_FOLLOW_YES,
	SIP_IMS_FOLLOW_NO,
};

/**
 * struct sip_ims_tcp_flow - TCP state kept in the flow itself
 * @connection: RCU; written under the lock of sip_ims_net.connections
 * @seq: sequence number of the SYN
 * @window: window field of the SYN
 * @mss: maximum segment size of the SYN
 * @wscale: window scale option of the SYN, -1 without it
 * @follow: enum sip_ims_follow
 *
 * The SYN is stored here until the SYN-ACK, so that a SYN flood allocates no
 * memory.
 */
struct sip_ims_tcp_flow {
	struct sip_ims_connection __rcu *connection;
	u32 seq;
	u16 window;
	u16 mss;
	s8 wscale;
	u8 follow;
};

/**
 * struct sip_ims_flow_data - the helper's 32 bytes in a conntrack
 * @session: in a template: its session
 * @tcp: in a signalling flow over TCP
 * @keepalive: in a signalling flow: jiffies until which it must live; 0: none
 */
struct sip_ims_flow_data {
	union {
		struct sip_ims_session __rcu *session;
		struct sip_ims_tcp_flow tcp;
	};
	unsigned long keepalive;
};

struct sip_ims_session *
sip_ims_flow_find_session(const struct nf_conn *master);
bool sip_ims_flow_is_replaceable(const struct nf_conn *master);
void sip_ims_flow_clear_reply(struct sip_ims_session *session,
			      const struct sip_ims_pinhole *pinhole,
			      const struct sip_ims_endpoint *source);
struct nf_conn *sip_ims_flow_find(const struct sip_ims_session *session,
				  const struct sip_ims_pinhole *pinhole,
				  const struct sip_ims_endpoint *source);
int sip_ims_flow_kill(const struct sip_ims_session *session,
		      const struct sip_ims_pinhole *pinhole,
		      const struct sip_ims_endpoint *source,
		      const struct nf_conn *master);
bool sip_ims_flow_account(struct sip_ims_pinhole *pinhole,
			  struct sip_ims_flow *flow, const struct nf_conn *ct);
void sip_ims_flow_unhide(struct sip_ims_session *session,
			 struct sip_ims_pinhole *pinhole);
int sip_ims_flow_claim_port(struct sip_ims_session *session,
			    const struct sip_ims_pinhole *pinhole);

#endif /* _PACKET_FLOW_H */
