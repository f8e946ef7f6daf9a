/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One packet at work.
 */
#ifndef _PACKET_WORK_H
#define _PACKET_WORK_H

#include <linux/skbuff.h>
#include <net/netfilter/nf_conntrack.h>

#include <call/plan.h>
#include <path/path.h>
#include <rewrite/rewrite.h>

#include <sip_ims/edit.h>

struct sip_ims_nat;

#define SIP_IMS_SEGMENT_MAX	65535u
/* Longer messages are read anew on the other leg. */
#define SIP_IMS_CACHED_MAX	8192u

/**
 * struct sip_ims_work - the working memory of one CPU, for one packet
 *
 * Used with bottom halves off from the first look at a packet to the last.
 *
 * @skb: the packet
 * @ct: its flow
 * @ctinfo: its place in the flow
 * @nat: operations of the NAT module, or NULL
 * @protoff: offset of the UDP or TCP header
 * @len: bytes of the message
 * @base: first byte of the message; dies when the packet is written to
 * @path: its way
 * @msg: its facts
 * @sdp: its SDP; an empty body when there is none
 * @cached_len: bytes of @known, of which @msg and @sdp are the facts; 0 when
 *	they are of another message, or of none
 * @plan: what follows from it
 * @rewrite: the edits that the message needs
 * @splice: where @out goes
 * @keepalive: seconds the flow has to live at least, as the message wants it
 * @new_len: bytes of @out that stand for a whole message of a stream, 0 when
 *	it leaves as it came
 * @out: the new bytes
 * @cached: the message that last left for a translator device, as it left
 * @payload: what came in a segment, when it is not in one piece
 * @segment: what leaves in it
 */
struct sip_ims_work {
	struct sk_buff *skb;
	struct nf_conn *ct;
	enum ip_conntrack_info ctinfo;
	const struct sip_ims_nat *nat;
	unsigned int protoff;
	unsigned int len;
	const u8 *base;
	struct sip_ims_path path;
	struct sip_message msg;
	struct sdp sdp;
	u32 cached_len;
	struct sip_ims_call_plan plan;
	struct sip_ims_rewrite rewrite;
	struct sip_splice splice;
	u32 keepalive;
	u32 new_len;
	u8 out[SIP_MESSAGE_MAX];
	u8 cached[SIP_IMS_CACHED_MAX];
	u8 payload[SIP_IMS_SEGMENT_MAX];
	u8 segment[SIP_IMS_SEGMENT_MAX];
};

#endif /* _PACKET_WORK_H */
