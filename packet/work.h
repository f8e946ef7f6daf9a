/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Working memory for one packet.
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
/* Bytes of a message whose facts are cached for the other leg */
#define SIP_IMS_CACHED_MAX	8192u

/**
 * struct sip_ims_work - the working memory of one CPU, for one packet
 *
 * Used with bottom halves off from the first look at a packet to the last.
 *
 * @skb: the packet
 * @ct: its flow
 * @ctinfo: its direction and state in the flow
 * @nat: operations of the NAT module, or NULL
 * @protoff: offset of the UDP or TCP header
 * @len: bytes of the message
 * @base: first byte of the message; invalid after a write to the packet
 * @path: its path
 * @msg: its facts
 * @sdp: its SDP; an empty body when there is none
 * @cached_len: bytes of @cached, whose facts are in @msg and @sdp; 0 when the
 *	facts belong to another message
 * @plan: its consequences
 * @rewrite: the edits that the message needs
 * @splice: the bytes of the message that @out replaces
 * @keepalive: seconds for which the flow has to live at least; 0 for none
 * @new_len: length of the whole message in @out, on a TCP connection; 0 when
 *	the message does not change
 * @out: the new bytes
 * @cached: the last message that departed through a translator device
 * @payload: the payload of a received segment that is not linear
 * @segment: the payload of the segment that departs
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
