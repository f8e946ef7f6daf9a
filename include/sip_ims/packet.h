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
#define SIP_IMS_SEGMENT_MAX	65535u
/* Longer messages are read anew on the other leg. */
#define SIP_IMS_KNOWN_MAX	8192u

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
 * @nat: the NAT half, or NULL
 * @protoff: offset of the UDP or TCP header
 * @len: bytes of the message
 * @base: first byte of the message; dies when the packet is written to
 * @path: its way
 * @msg: its facts
 * @sdp: its SDP; an empty body when there is none
 * @known_len: bytes of @known, of which @msg and @sdp are the facts; 0 when
 *	they are of another message, or of none
 * @plan: what follows from it
 * @edits: what has to be written
 * @header_edits: how many of them are in the header part
 * @removed: offset of the line that was removed last, 0 for none
 * @text: the sender's and the receiver's address as the other side knows it
 * @splice: where @out goes
 * @hold: seconds the flow has to live at least, as the message wants it
 * @new_len: bytes of @out that stand for a whole message of a stream, 0 when
 *	it leaves as it came
 * @out: the new bytes
 * @known: the message that last left for a translator device, as it left
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
	u32 known_len;
	struct sip_ims_plan plan;
	struct sip_edits edits;
	u16 header_edits;
	u16 removed;
	struct sip_ims_text text[2];
	struct sip_splice splice;
	u32 hold;
	u32 new_len;
	u8 out[SIP_MESSAGE_MAX];
	u8 known[SIP_IMS_KNOWN_MAX];
	u8 payload[SIP_IMS_SEGMENT_MAX];
	u8 segment[SIP_IMS_SEGMENT_MAX];
};

/**
 * struct sip_ims_nat - what the NAT half does
 *
 * @edit: write down what has to change; nothing is changed yet.  Return: 0;
 *	-EMSGSIZE when a datagram or message cannot be that long; -EINVAL when
 *	the edits do not fit
 * @apply: put the new bytes into the datagram, or make them a whole message of
 *	the stream; may reallocate the skb; false, packet unchanged, without
 *	memory
 * @expected: translate a new flow that came through @pinhole; session locked
 */
struct sip_ims_nat {
	int (*edit)(struct sip_ims_work *work);
	bool (*apply)(struct sip_ims_work *work);
	void (*expected)(struct nf_conn *ct,
			 const struct sip_ims_pinhole *pinhole);
};

/**
 * enum sip_ims_follow - how a TCP flow is looked at
 * @SIP_IMS_FOLLOW_NEW: nothing was seen of it yet
 * @SIP_IMS_FOLLOW_SYN: the SYN was seen
 * @SIP_IMS_FOLLOW_YES: it has a connection
 * @SIP_IMS_FOLLOW_NO: it is left alone for good
 */
enum sip_ims_follow {
	SIP_IMS_FOLLOW_NEW,
	SIP_IMS_FOLLOW_SYN,
	SIP_IMS_FOLLOW_YES,
	SIP_IMS_FOLLOW_NO,
};

struct sip_ims_connection;

/**
 * struct sip_ims_tcp - what is kept in a TCP flow itself
 *
 * The SYN is kept here until it is answered: whoever sends nothing but SYNs
 * takes no memory of ours.
 *
 * @connection: RCU; set and cleared with the lock of sip_ims_net.streams
 * @seq: sequence number of the SYN
 * @window: its window
 * @mss: its maximum segment size
 * @wscale: its window scale, -1 without the option
 * @follow: enum sip_ims_follow
 */
struct sip_ims_tcp {
	struct sip_ims_connection __rcu *connection;
	u32 seq;
	u16 window;
	u16 mss;
	s8 wscale;
	u8 follow;
};

/**
 * struct sip_ims_flow_data - the 32 bytes a helper has in a conntrack
 * @session: in a template: the session it serves
 * @tcp: in a signalling flow over TCP
 * @hold: in a signalling flow: jiffies up to which it must live, 0 for none
 */
struct sip_ims_flow_data {
	union {
		struct sip_ims_session __rcu *session;
		struct sip_ims_tcp tcp;
	};
	unsigned long hold;
};

/* message.c */
unsigned int sip_ims_packet_drop(struct sip_ims_net *sn);
unsigned int sip_ims_message(struct sip_ims_work *work);
unsigned int sip_ims_datagram(struct sip_ims_work *work);
void sip_ims_message_exit(void);

/* known.c */
bool sip_ims_known(struct sip_ims_work *work);
void sip_ims_known_set(struct sip_ims_work *work);

/* segment.c */
unsigned int sip_ims_segment(struct sip_ims_work *work,
			     struct sip_ims_tcp *tcp);

static inline void sip_ims_address_of(struct sip_address *address, u8 l3num,
				      const union nf_inet_addr *addr)
{
	address->family = l3num == AF_INET ? 4 : 6;
	memset(address->bytes, 0, sizeof(address->bytes));
	memcpy(address->bytes, addr, l3num == AF_INET ? 4 : 16);
}

static inline bool sip_ims_address_is(const struct sip_address *address,
				      u8 l3num, const union nf_inet_addr *addr)
{
	/* Constant lengths: no call of memcmp(). */
	if (l3num == AF_INET)
		return address->family == 4 &&
		       !memcmp(address->bytes, &addr->ip, sizeof(addr->ip));
	return address->family == 6 &&
	       !memcmp(address->bytes, &addr->in6, sizeof(addr->in6));
}

/* text.c */
const struct sip_ims_text *sip_ims_text_of(struct sip_ims_work *work,
					   const union nf_inet_addr *addr,
					   struct sip_ims_text *room);
bool sip_ims_text_put(struct sip_ims_work *work, struct sip_slice where,
		      const struct sip_ims_text *text, bool bare);
bool sip_ims_text_flow(struct sip_ims_work *work, bool sender,
		       struct sip_slice where);

/* headers.c */
bool sip_ims_edit_headers(struct sip_ims_work *work);

/* description.c */
bool sip_ims_edit_sdp(struct sip_ims_work *work);

/* across.c */
void sip_ims_across_init(struct sip_ims_path *path,
			 const struct net_device *dev);
int sip_ims_across_beyond(const struct sip_ims_path *path, int ifindex,
			  const union nf_inet_addr *addr, __be32 *addr4);
bool sip_ims_across_begin(struct sip_ims_path *path);
void sip_ims_across_checksum(struct sk_buff *skb, unsigned int protoff);

/* answer.c */
void sip_ims_answer(struct sip_ims_work *work);
bool sip_ims_answered(const struct sip_ims_work *work);

/* flow.c */
struct sip_ims_session *sip_ims_flow_session(const struct nf_conn *master);
bool sip_ims_flow_over(const struct nf_conn *master);
void sip_ims_flow_yield(struct sip_ims_session *session,
			const struct sip_ims_pinhole *pinhole,
			const struct sip_ims_endpoint *source);
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

/* flow.c */
void sip_ims_flow_unhide(struct sip_ims_session *session,
			 struct sip_ims_pinhole *pinhole);
bool sip_ims_flow_leaves(struct sip_ims_session *session,
			 const struct sip_ims_pinhole *pinhole);

/* route.c */
bool sip_ims_is_ours(const struct sip_ims_session *session,
		     const union nf_inet_addr *addr);
bool sip_ims_same_side(const struct sip_ims_path *path,
		       const union nf_inet_addr *addr,
		       const union nf_inet_addr *peer);

#endif /* _SIP_IMS_PACKET_H */
