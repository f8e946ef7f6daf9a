// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP segments and the streams they belong to: an skb becomes a struct
 * sip_tcp_segment, and what the stream makes of it becomes an skb again.
 *
 * Conntrack has looked at the segment before, as the sender sent it, and does
 * not know what becomes of it.  So its window tracking is made liberal from the
 * SYN on, and what it remembers of acknowledgements is taken from it with each
 * packet: else it would call an RST invalid, or data unanswered for ever.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <net/checksum.h>
#include <net/dst.h>
#include <net/ip6_checksum.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/tcp.h>

#include <packet/connection.h>
#include <packet/flow.h>
#include <packet/message.h>
#include <packet/segment.h>
#include <packet/work.h>
#include <session/counters.h>
#include <session/net.h>

#include <sip_ims/tcp.h>

/* RFC 9293 section 3.7.1, RFC 8200 section 8.3 (1280 less 60). */
#define MSS_WITHOUT_OPTION_4	536
#define MSS_WITHOUT_OPTION_6	1220

/* RFC 5925; the kernel calls it by a name of its own only since 6.7. */
#define OPTION_AO		29

/**
 * struct segment - a TCP segment on its way
 * @stream: what the stream is told, and says
 * @header: TCP header as it came, options of a SYN made harmless
 * @header_len: its length
 * @len: bytes of payload that came
 * @mss: maximum segment size of a SYN
 * @sealed: it is signed (RFC 2385, RFC 5925): nothing in it may change
 * @muted: options were made harmless
 */
struct segment {
	struct sip_tcp_segment fields;
	union {
		struct tcphdr tcp;
		u8 bytes[60];
	} header;
	u32 header_len;
	u32 len;
	u16 mss;
	bool sealed;
	bool muted;
};

/* Reading. */

/* An option of a SYN: only what the stream understands may stay. */
static void option_read(struct segment *segment, u8 *option, u8 len)
{
	switch (option[0]) {
	case TCPOPT_MSS:
		if (len == TCPOLEN_MSS)
			segment->mss = option[2] << 8 | option[3];
		return;
	case TCPOPT_WINDOW:
		if (len == TCPOLEN_WINDOW)
			segment->fields.wscale = min_t(u8, option[2],
						       TCP_MAX_WSCALE);
		return;
	case TCPOPT_TIMESTAMP:
		return;
	case TCPOPT_MD5SIG:
	case OPTION_AO:
		segment->sealed = true;
		return;
	default:
		memset(option, TCPOPT_NOP, len);
		segment->muted = true;
	}
}

static void options_read(struct segment *segment)
{
	u8 *at = segment->header.bytes + sizeof(struct tcphdr);
	u8 *end = segment->header.bytes + segment->header_len;

	while (at < end && *at != TCPOPT_EOL) {
		if (*at == TCPOPT_NOP) {
			at++;
			continue;
		}
		if (end - at < 2 || at[1] < 2 || at[1] > end - at)
			return;
		option_read(segment, at, at[1]);
		/* What was muted is walked through again, as what it is now. */
		at += *at == TCPOPT_NOP ? 1 : at[1];
	}
}

static bool segment_is_syn(const struct segment *segment)
{
	return segment->fields.flags & SIP_TCP_SYN;
}

/* The payload in one piece; where it is scattered, it is copied. */
static const u8 *segment_payload(struct sip_ims_work *work,
				 const struct segment *segment)
{
	unsigned int off = work->protoff + segment->header_len;

	if (off + segment->len <= skb_headlen(work->skb))
		return work->skb->data + off;
	if (skb_copy_bits(work->skb, off, work->payload, segment->len))
		return NULL;
	return work->payload;
}

static void header_read(struct segment *segment)
{
	const struct tcphdr *tcp = &segment->header.tcp;
	struct sip_tcp_segment *fields = &segment->fields;

	fields->seq = ntohl(tcp->seq);
	fields->ack = ntohl(tcp->ack_seq);
	fields->window = ntohs(tcp->window);
	fields->flags = segment->header.bytes[13] & 0x3f;
	fields->wscale = -1;
	segment->mss = 0;
	segment->sealed = false;
	segment->muted = false;
	if (fields->flags & SIP_TCP_SYN)
		options_read(segment);
}

/* Conntrack refused what is shorter than its header says. */
static bool segment_read(struct sip_ims_work *work, struct segment *segment)
{
	const struct sk_buff *skb = work->skb;
	struct tcphdr *tcp = &segment->header.tcp;

	if (skb_copy_bits(skb, work->protoff, tcp, sizeof(*tcp)))
		return false;
	segment->header_len = tcp->doff * 4;
	if (segment->header_len < sizeof(*tcp) ||
	    skb->len - work->protoff < segment->header_len ||
	    skb_copy_bits(skb, work->protoff, tcp, segment->header_len))
		return false;
	segment->len = skb->len - work->protoff - segment->header_len;
	if (segment->len > sizeof(work->payload))
		return false;
	header_read(segment);
	/* Data of a SYN (RFC 7413) comes before it is clear who is there. */
	segment->fields.len = segment_is_syn(segment) ? 0 : segment->len;
	segment->fields.payload = segment_payload(work, segment);
	return segment->fields.payload;
}

/* Writing. */

/* Both sums are over whole words, so the difference is the checksum's, too. */
static bool header_write(struct sip_ims_work *work, struct segment *segment)
{
	const struct sip_tcp_segment *fields = &segment->fields;
	unsigned int len = segment->header_len;
	struct tcphdr *tcp = &segment->header.tcp;
	struct sk_buff *skb = work->skb;
	void *old;

	if (skb_ensure_writable(skb, work->protoff + len))
		return false;
	old = skb->data + work->protoff;
	tcp->seq = htonl(fields->seq);
	tcp->ack_seq = htonl(fields->ack);
	tcp->window = htons(fields->window);
	segment->header.bytes[13] = (segment->header.bytes[13] & 0xc0) |
				    fields->flags;
	if (!tcp->urg)
		tcp->urg_ptr = 0;
	if (skb->ip_summed != CHECKSUM_PARTIAL)
		csum_replace_by_diff(&tcp->check,
				     csum_partial(tcp, len,
						  ~csum_partial(old, len, 0)));
	memcpy(old, tcp, len);
	return true;
}

static bool is_ipv4(const struct sip_ims_work *work)
{
	return work->skb->protocol == htons(ETH_P_IP);
}

/* Room for what follows the headers, and the bytes themselves. */
static bool payload_write(struct sip_ims_work *work, unsigned int off,
			  const u8 *bytes, u32 len)
{
	struct sk_buff *skb = work->skb;
	u32 room;

	if (pskb_trim(skb, off))
		return false;
	room = skb_tailroom(skb);
	if ((room < len || skb_cloned(skb)) &&
	    pskb_expand_head(skb, 0, room < len ? len - room : 0, GFP_ATOMIC))
		return false;
	skb_put_data(skb, bytes, len);
	return true;
}

static void length_write(struct sip_ims_work *work)
{
	struct sk_buff *skb = work->skb;
	unsigned int len = skb->len - skb_network_offset(skb);

	if (is_ipv4(work)) {
		ip_hdr(skb)->tot_len = htons(len);
		ip_send_check(ip_hdr(skb));
	} else {
		ipv6_hdr(skb)->payload_len =
			htons(len - sizeof(struct ipv6hdr));
	}
}

/* What nobody computed yet, the device or the stack does when it leaves. */
static void checksum_write(struct sip_ims_work *work)
{
	struct sk_buff *skb = work->skb;
	u32 len = skb->len - work->protoff;
	struct tcphdr *tcp = (void *)(skb->data + work->protoff);

	if (is_ipv4(work))
		tcp->check = ~tcp_v4_check(len, ip_hdr(skb)->saddr,
					   ip_hdr(skb)->daddr, 0);
	else
		tcp->check = ~csum_ipv6_magic(&ipv6_hdr(skb)->saddr,
					      &ipv6_hdr(skb)->daddr, len,
					      IPPROTO_TCP, 0);
	skb_set_transport_header(skb, work->protoff);
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = offsetof(struct tcphdr, check);
	skb->ip_summed = CHECKSUM_PARTIAL;
}

/* How much one packet may carry on its way to the receiver. */
static u32 packet_room(const struct sip_ims_work *work,
		       const struct segment *segment, u16 mss)
{
	const struct dst_entry *dst = skb_dst(work->skb);
	u32 options = segment->header_len - sizeof(struct tcphdr);
	u32 headers = work->protoff - skb_network_offset(work->skb) +
		      segment->header_len;
	u32 room = max_t(u32, mss, TCP_MIN_SND_MSS + options) - options;

	if (dst && dst_mtu(dst) > headers)
		room = min(room, dst_mtu(dst) - headers);
	return max_t(u32, room, TCP_MIN_SND_MSS);
}

/* The stack cuts what is too large for one packet: nothing is fragmented. */
static void gso_write(struct sip_ims_work *work, const struct segment *segment,
		      u16 mss)
{
	u32 room = packet_room(work, segment, mss);
	u32 len = segment->fields.len;
	struct skb_shared_info *info;

	skb_gso_reset(work->skb);
	if (len <= room)
		return;
	info = skb_shinfo(work->skb);
	info->gso_size = room;
	info->gso_segs = DIV_ROUND_UP(len, room);
	info->gso_type = is_ipv4(work) ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	if (segment->header.tcp.cwr)
		info->gso_type |= SKB_GSO_TCP_ECN;
}

/*
 * More than an IP packet can carry is cut off, as if it had been lost: the
 * receiver acknowledges what it got, and the sender sends the rest again.
 */
static void segment_cut(const struct sip_ims_work *work,
			struct segment *segment)
{
	u32 most = U16_MAX - segment->header_len -
		   (work->protoff - skb_network_offset(work->skb));

	if (segment->fields.len <= most)
		return;
	segment->fields.len = most;
	segment->fields.flags &= ~(SIP_TCP_FIN | SIP_TCP_PSH);
}

/* May reallocate the skb. */
static bool segment_write(struct sip_ims_work *work, struct segment *segment,
			  const u8 *payload, u16 mss)
{
	struct sip_tcp_segment *fields = &segment->fields;
	const u8 *bytes;

	if (fields->payload == payload && fields->len == segment->len)
		return header_write(work, segment);
	segment_cut(work, segment);
	bytes = fields->payload;
	/* It may be a part of the packet that is about to be written to. */
	if (bytes >= payload && bytes < payload + segment->len)
		bytes = memmove(work->segment, bytes, fields->len);
	if (!header_write(work, segment) ||
	    !payload_write(work, work->protoff + segment->header_len, bytes,
			   fields->len))
		return false;
	length_write(work);
	gso_write(work, segment, mss);
	checksum_write(work);
	return true;
}

/* Conntrack. */

/* See above. */
static void tracking_relax(struct nf_conn *ct)
{
	const u8 unset = IP_CT_TCP_FLAG_MAXACK_SET |
			 IP_CT_TCP_FLAG_DATA_UNACKNOWLEDGED;
	struct ip_ct_tcp_state *seen = ct->proto.tcp.seen;

	spin_lock(&ct->lock);
	seen[0].flags = (seen[0].flags & ~unset) | IP_CT_TCP_FLAG_BE_LIBERAL;
	seen[1].flags = (seen[1].flags & ~unset) | IP_CT_TCP_FLAG_BE_LIBERAL;
	spin_unlock(&ct->lock);
}

/* The way of a segment. */

static void reason_count(struct sip_ims_net *sn, enum sip_tcp_reason reason)
{
	static const char * const name[SIP_TCP_REASON_MAX] = {
		[SIP_TCP_REASON_MEMORY] = "TCP_MEMORY_FULL",
		[SIP_TCP_REASON_EARLY_FULL] = "TCP_EARLY_FULL",
		[SIP_TCP_REASON_LOG_FULL] = "TCP_LOG_FULL",
		[SIP_TCP_REASON_ACK_BEYOND] = "TCP_ACK_BEYOND",
		[SIP_TCP_REASON_OUTSIDE] = "TCP_OUTSIDE",
		[SIP_TCP_REASON_URGENT] = "TCP_URGENT",
		[SIP_TCP_REASON_BROKEN] = "TCP_BROKEN",
		[SIP_TCP_REASON_TOO_LONG] = "TCP_TOO_LONG",
		[SIP_TCP_REASON_UNFINISHED] = "TCP_UNFINISHED",
		[SIP_TCP_REASON_PARTIAL] = "TCP_PARTIAL",
		[SIP_TCP_REASON_FLAGS] = "TCP_FLAGS",
	};

	static_assert(SIP_IMS_A_STATS_TCP_FLAGS -
		      SIP_IMS_A_STATS_TCP_MEMORY_FULL ==
		      SIP_TCP_REASON_FLAGS - SIP_TCP_REASON_MEMORY);
	static_assert(SIP_TCP_REASON_MAX - SIP_TCP_REASON_FLAGS == 1);

	sip_ims_refused(sn, SIP_IMS_A_STATS_TCP_MEMORY_FULL + reason -
			SIP_TCP_REASON_MEMORY, name[reason]);
}

static unsigned int segment_drop(struct sip_ims_work *work,
				 enum sip_tcp_reason reason)
{
	struct sip_ims_net *sn = work->path.sn;

	reason_count(sn, reason);
	return sip_ims_packet_drop(sn);
}

static unsigned int leave_alone(struct sip_ims_work *work,
				struct sip_ims_tcp_flow *tcp, unsigned int counter,
				const char *reason)
{
	WRITE_ONCE(tcp->follow, SIP_IMS_FOLLOW_NO);
	sip_ims_refused(work->path.sn, counter, reason);
	return NF_ACCEPT;
}

static u16 segment_mss(const struct sip_ims_work *work,
		       const struct segment *segment)
{
	return segment->mss ?: is_ipv4(work) ? MSS_WITHOUT_OPTION_4 :
					       MSS_WITHOUT_OPTION_6;
}

/* What leaves may be the stream's own bytes, so its lock is held. */
static unsigned int segment_leave(struct sip_ims_work *work,
				  const struct sip_ims_connection *connection,
				  struct segment *segment,
				  const u8 *payload,
				  enum sip_tcp_verdict verdict)
{
	unsigned int direction = CTINFO2DIR(work->ctinfo);

	if (verdict == SIP_TCP_RESET)
		sip_ims_refuse(work->path.sn, TCP_RESET);
	if (verdict == SIP_TCP_PASS && !segment->muted &&
	    segment->fields.len == segment->len)
		return NF_ACCEPT;
	if (segment_write(work, segment, payload, connection->mss[!direction]))
		return NF_ACCEPT;
	return segment_drop(work, SIP_TCP_REASON_MEMORY);
}

static unsigned int segment_follow(struct sip_ims_work *work,
				   struct sip_ims_connection *connection,
				   struct segment *segment)
{
	struct sip_ims_reading reading = {
		.connection = connection, .work = work,
	};
	const u8 *payload = segment->fields.payload;
	enum sip_tcp_reason reason = SIP_TCP_OK;
	unsigned int result = NF_DROP;
	enum sip_tcp_verdict verdict;
	bool bypassed;

	sip_ims_count(work->path.sn, SIP_IMS_A_STATS_SEGMENTS);
	tracking_relax(work->ct);
	spin_lock(&connection->lock);
	verdict = sip_tcp_input(connection->engine, &reading,
				CTINFO2DIR(work->ctinfo), &segment->fields,
				work->segment, sizeof(work->segment),
				&reason);
	bypassed = sip_tcp_is_bypassed(connection->engine);
	if (verdict != SIP_TCP_DROP)
		result = segment_leave(work, connection, segment, payload,
				       verdict);
	spin_unlock(&connection->lock);

	if (bypassed)
		sip_ims_connection_forget(connection, SIP_IMS_FOLLOW_NO);
	if (verdict == SIP_TCP_DROP)
		return segment_drop(work, reason);
	if (reason)
		reason_count(work->path.sn, reason);
	return result;
}

/* The SYN is told to the stream when it is answered. */
static void syn_input(struct sip_ims_work *work,
		      struct sip_ims_connection *connection,
		      const struct sip_ims_tcp_flow *tcp)
{
	struct sip_ims_reading reading = {
		.connection = connection, .work = work,
	};
	enum sip_tcp_reason reason;
	struct sip_tcp_segment syn = {
		.seq = tcp->seq,
		.window = tcp->window,
		.flags = SIP_TCP_SYN,
		.wscale = tcp->wscale,
		.payload = work->segment,
	};

	spin_lock(&connection->lock);
	sip_tcp_input(connection->engine, &reading, IP_CT_DIR_ORIGINAL, &syn,
		      work->segment, sizeof(work->segment), &reason);
	spin_unlock(&connection->lock);
}

/* The SYN before it is answered, maybe again. */
static unsigned int segment_syn(struct sip_ims_work *work,
				struct sip_ims_tcp_flow *tcp,
				struct segment *segment)
{
	struct sip_tcp_segment *fields = &segment->fields;
	const u8 *payload = fields->payload;

	if (segment->sealed)
		return leave_alone(work, tcp, SIP_IMS_A_STATS_TCP_SIGNED,
				   "TCP_SIGNED");
	tcp->seq = fields->seq;
	tcp->window = fields->window;
	tcp->wscale = fields->wscale;
	tcp->mss = segment_mss(work, segment);
	WRITE_ONCE(tcp->follow, SIP_IMS_FOLLOW_SYN);
	tracking_relax(work->ct);
	/* The window of a SYN is not scaled (RFC 7323 section 2.2). */
	fields->window = min_t(u32, fields->window, SIP_TCP_WINDOW);
	if (segment_write(work, segment, payload, tcp->mss))
		return NF_ACCEPT;
	return segment_drop(work, SIP_TCP_REASON_MEMORY);
}

/* The answer to the SYN: from now on there is a connection. */
static unsigned int segment_syn_ack(struct sip_ims_work *work,
				    struct sip_ims_tcp_flow *tcp,
				    struct segment *segment)
{
	struct sip_ims_connection *connection;

	if (segment->sealed)
		return leave_alone(work, tcp, SIP_IMS_A_STATS_TCP_SIGNED,
				   "TCP_SIGNED");
	connection = sip_ims_connection_create(work, tcp);
	if (!connection)
		return sip_ims_packet_drop(work->path.sn);
	connection->mss[0] = tcp->mss;
	connection->mss[1] = segment_mss(work, segment);
	syn_input(work, connection, tcp);
	return segment_follow(work, connection, segment);
}

/* A segment of a flow without a connection. */
static unsigned int segment_alone(struct sip_ims_work *work,
				  struct sip_ims_tcp_flow *tcp,
				  struct segment *segment)
{
	u8 kind = segment->fields.flags & (SIP_TCP_SYN | SIP_TCP_ACK);
	bool original = CTINFO2DIR(work->ctinfo) == IP_CT_DIR_ORIGINAL;
	u8 follow = READ_ONCE(tcp->follow);

	if (original && kind == SIP_TCP_SYN)
		return segment_syn(work, tcp, segment);
	if (!original && kind == (SIP_TCP_SYN | SIP_TCP_ACK) &&
	    follow == SIP_IMS_FOLLOW_SYN)
		return segment_syn_ack(work, tcp, segment);
	/* Nobody listens. */
	if (follow == SIP_IMS_FOLLOW_SYN && segment->fields.flags & SIP_TCP_RST)
		return NF_ACCEPT;
	return leave_alone(work, tcp, SIP_IMS_A_STATS_TCP_UNSEEN,
			   "TCP_UNSEEN");
}

/* A SYN that begins anew while conntrack has seen no connection either. */
static bool begins_anew(const struct sip_ims_work *work,
			const struct sip_ims_tcp_flow *tcp,
			const struct segment *segment)
{
	return (segment->fields.flags & (SIP_TCP_SYN | SIP_TCP_ACK)) ==
	       SIP_TCP_SYN &&
	       CTINFO2DIR(work->ctinfo) == IP_CT_DIR_ORIGINAL &&
	       segment->fields.seq != tcp->seq &&
	       READ_ONCE(work->ct->proto.tcp.state) <= TCP_CONNTRACK_SYN_RECV;
}

/**
 * sip_ims_segment() - a TCP segment comes by
 * @work: the packet, its flow and its path
 * @tcp: the place in its flow
 *
 * Afterwards @work->keepalive says how long the flow must live at least.
 *
 * May reallocate the skb.
 *
 * Context: RCU read side, bottom halves off.
 * Return: NF_ACCEPT, or NF_DROP, counted.
 */
unsigned int sip_ims_segment(struct sip_ims_work *work,
			     struct sip_ims_tcp_flow *tcp)
{
	struct sip_ims_connection *connection;
	struct segment segment;

	if (READ_ONCE(tcp->follow) == SIP_IMS_FOLLOW_NO)
		return NF_ACCEPT;
	if (!segment_read(work, &segment))
		return segment_drop(work, SIP_TCP_REASON_MEMORY);
	connection = rcu_dereference(tcp->connection);
	if (connection && begins_anew(work, tcp, &segment)) {
		sip_ims_connection_forget(connection, SIP_IMS_FOLLOW_NEW);
		connection = NULL;
	}
	if (!connection)
		return segment_alone(work, tcp, &segment);
	return segment_follow(work, connection, &segment);
}
