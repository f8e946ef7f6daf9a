/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two halves share: one packet at work, and the NAT half's calls.
 */
#ifndef _SIP_IMS_PACKET_H
#define _SIP_IMS_PACKET_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include <sip_ims/call.h>
#include <sip_ims/edit.h>

#define SIP_IMS_HELPER_NAME	"sip-ims"

/**
 * struct sip_ims_text - an address as it is written into a message
 * @len: bytes of @text; 0: not written yet
 * @text: an IPv6 address in brackets
 */
struct sip_ims_text {
	u8 len;
	u8 text[SIP_ADDRESS_TEXT_MAX];
};

/**
 * struct sip_ims_work - the working memory of one CPU, for one packet
 *
 * Used with bottom halves off from the first look at a packet to the last.
 *
 * @skb: the packet
 * @ct: its flow
 * @ctinfo: its place in the flow
 * @protoff: offset of the UDP header
 * @len: bytes of the message
 * @base: first byte of the message; dies when the packet is written to
 * @path: its way
 * @msg: its facts
 * @sdp: its SDP; an empty body when there is none
 * @plan: what follows from it
 * @edits: what has to be written
 * @header_edits: how many of them are in the header part
 * @removed: offset of the line that was removed last, 0 for none
 * @text: the sender's and the receiver's address as the other side knows it
 * @splice: where @out goes
 * @out: the new bytes
 */
struct sip_ims_work {
	struct sk_buff *skb;
	struct nf_conn *ct;
	enum ip_conntrack_info ctinfo;
	unsigned int protoff;
	unsigned int len;
	const u8 *base;
	struct sip_ims_path path;
	struct sip_message msg;
	struct sdp sdp;
	struct sip_ims_plan plan;
	struct sip_edits edits;
	u16 header_edits;
	u16 removed;
	struct sip_ims_text text[2];
	struct sip_splice splice;
	u8 out[SIP_MESSAGE_MAX];
};

/**
 * struct sip_ims_nat - what the NAT half does
 *
 * @edit: write down what has to change; nothing is changed yet.  Return: 0;
 *	-EMSGSIZE when a datagram cannot be that long; -EINVAL when the edits do
 *	not fit
 * @apply: put the new bytes into the packet; may reallocate the skb; false,
 *	packet unchanged, without memory
 * @expected: translate a new flow that came through @pinhole; session locked
 */
struct sip_ims_nat {
	int (*edit)(struct sip_ims_work *work);
	bool (*apply)(struct sip_ims_work *work);
	void (*expected)(struct nf_conn *ct,
			 const struct sip_ims_pinhole *pinhole);
};

/* answer.c */
void sip_ims_answer(struct sip_ims_work *work);
bool sip_ims_answered(const struct sip_ims_work *work);

/* flow.c */
struct nf_conn *sip_ims_flow_find(const struct sip_ims_session *session,
				  const struct sip_ims_pinhole *pinhole,
				  const struct sip_ims_endpoint *source);
bool sip_ims_flow_kill(const struct sip_ims_session *session,
		       const struct sip_ims_pinhole *pinhole,
		       const struct sip_ims_endpoint *source,
		       const struct nf_conn *master);
bool sip_ims_flow_account(struct sip_ims_pinhole *pinhole,
			  struct sip_ims_flow *flow, const struct nf_conn *ct);

void sip_ims_nat_register(const struct sip_ims_nat *nat);
void sip_ims_nat_unregister(void);

/* route.c */
bool sip_ims_same_side(const struct sip_ims_path *path,
		       const union nf_inet_addr *addr,
		       const union nf_inet_addr *peer);

#endif /* _SIP_IMS_PACKET_H */
