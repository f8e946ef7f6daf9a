// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP segments: converts an skb to the engine's struct sip_tcp_segment, and
 * writes the engine's result back.
 *
 * Conntrack has processed the segment as the sender sent it and does not see
 * the rewritten one.  Its window tracking is therefore made liberal from the
 * SYN on, and its record of acknowledgments is cleared with each packet:
 * otherwise it would find RSTs invalid, or data unacknowledged for ever.
 *
 * A connection's lock is held while the engine processes a segment and until
 * the result is written, because the new payload may lie in the engine's log.
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

/* RFC 9293 section 3.7.1, RFC 8200 section 8.3 (1280 minus 60) */
#define MSS_WITHOUT_OPTION_4	536
#define MSS_WITHOUT_OPTION_6	1220

/* RFC 5925; the kernel defines TCPOPT_AO since 6.7. */
#define OPTION_AO		29

/**
 * struct segment - a TCP segment of an skb
 * @fields: what the engine reads and modifies
 * @header: TCP header as received, with unsupported options of a SYN replaced
 *	by NOPs
 * @header_len: bytes of @header
 * @len: bytes of payload received
 * @mss: maximum segment size option of a SYN, 0 without it
 * @is_signed: the segment is signed (RFC 2385, RFC 5925) and must not change
 * @has_nops: options were replaced by NOPs
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
	bool is_signed;
	bool has_nops;
};

/* ---- reading ---- */

/* Keep only the options of a SYN that the engine supports. */
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
		segment->is_signed = true;
		return;
	default:
		memset(option, TCPOPT_NOP, len);
		segment->has_nops = true;
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
		/* An option that was replaced is now single NOPs. */
		at += *at == TCPOPT_NOP ? 1 : at[1];
	}
}

static bool segment_is_syn(const struct segment *segment)
{
	return segment->fields.flags & SIP_TCP_SYN;
}

/* Get linear payload; copy it if it is in page fragments. */
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
	segment->is_signed = false;
	segment->has_nops = false;
	if (fields->flags & SIP_TCP_SYN)
		options_read(segment);
}

/* Conntrack has rejected segments shorter than their header claims. */
static int segment_read(struct sip_ims_work *work, struct segment *segment)
{
	const struct sk_buff *skb = work->skb;
	struct tcphdr *tcp = &segment->header.tcp;

	if (skb_copy_bits(skb, work->protoff, tcp, sizeof(*tcp)))
		return -EINVAL;
	segment->header_len = tcp->doff * 4;
	if (segment->header_len < sizeof(*tcp) ||
	    skb->len - work->protoff < segment->header_len ||
	    skb_copy_bits(skb, work->protoff, tcp, segment->header_len))
		return -EINVAL;
	segment->len = skb->len - work->protoff - segment->header_len;
	if (segment->len > sizeof(work->payload))
		return -EMSGSIZE;
	header_read(segment);
	/* Data on a SYN (RFC 7413) precedes the numbers of the other end. */
	segment->fields.len = segment_is_syn(segment) ? 0 : segment->len;
	segment->fields.payload = segment_payload(work, segment);
	return segment->fields.payload ? 0 : -EINVAL;
}

/* ---- writing ---- */

/*
 * The header is a whole number of 16-bit words, so the difference of the sums
 * of the old and the new header can be applied to the checksum.
 */
static int header_write(struct sip_ims_work *work, struct segment *segment)
{
	const struct sip_tcp_segment *fields = &segment->fields;
	unsigned int len = segment->header_len;
	struct tcphdr *tcp = &segment->header.tcp;
	struct sk_buff *skb = work->skb;
	void *old;

	if (skb_ensure_writable(skb, work->protoff + len))
		return -ENOMEM;
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
	return 0;
}

static bool is_ipv4(const struct sip_ims_work *work)
{
	return work->skb->protocol == htons(ETH_P_IP);
}

/* Replace everything after the headers by the new payload. */
static int payload_write(struct sip_ims_work *work, unsigned int off,
			 const u8 *bytes, u32 len)
{
	struct sk_buff *skb = work->skb;
	u32 tailroom;
	int err;

	err = pskb_trim(skb, off);
	if (err)
		return err;
	tailroom = skb_tailroom(skb);
	if (tailroom < len || skb_cloned(skb)) {
		err = pskb_expand_head(skb, 0,
				       tailroom < len ? len - tailroom : 0,
				       GFP_ATOMIC);
		if (err)
			return err;
	}
	skb_put_data(skb, bytes, len);
	return 0;
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

/* Leave the checksum of the payload to the device or the stack. */
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

/* Payload that one packet may carry, given the MSS and the MTU */
static u32 payload_max(const struct sip_ims_work *work,
		       const struct segment *segment, u16 mss)
{
	const struct dst_entry *dst = skb_dst(work->skb);
	u32 options = segment->header_len - sizeof(struct tcphdr);
	u32 headers = work->protoff - skb_network_offset(work->skb) +
		      segment->header_len;
	u32 most = max_t(u32, mss, TCP_MIN_SND_MSS + options) - options;

	if (dst && dst_mtu(dst) > headers)
		most = min(most, dst_mtu(dst) - headers);
	return max_t(u32, most, TCP_MIN_SND_MSS);
}

/* Make the stack split payload that exceeds one packet into segments. */
static void gso_write(struct sip_ims_work *work, const struct segment *segment,
		      u16 mss)
{
	u32 most = payload_max(work, segment, mss);
	u32 len = segment->fields.len;
	struct skb_shared_info *info;

	skb_gso_reset(work->skb);
	if (len <= most)
		return;
	info = skb_shinfo(work->skb);
	info->gso_size = most;
	info->gso_segs = DIV_ROUND_UP(len, most);
	info->gso_type = is_ipv4(work) ? SKB_GSO_TCPV4 : SKB_GSO_TCPV6;
	if (segment->header.tcp.cwr)
		info->gso_type |= SKB_GSO_TCP_ECN;
}

/*
 * Cut off payload that exceeds an IP packet, as if it were lost: the receiver
 * acknowledges the rest only, and the sender retransmits.
 */
static void segment_truncate(const struct sip_ims_work *work,
			     struct segment *segment)
{
	u32 most = U16_MAX - segment->header_len -
		   (work->protoff - skb_network_offset(work->skb));

	if (segment->fields.len <= most)
		return;
	segment->fields.len = most;
	segment->fields.flags &= ~(SIP_TCP_FIN | SIP_TCP_PSH);
}

/* Write the engine's result to the skb, which may be reallocated. */
static int segment_write(struct sip_ims_work *work, struct segment *segment,
			 const u8 *payload, u16 mss)
{
	struct sip_tcp_segment *fields = &segment->fields;
	const u8 *bytes;
	int err;

	if (fields->payload == payload && fields->len == segment->len)
		return header_write(work, segment);
	segment_truncate(work, segment);
	bytes = fields->payload;
	/* The new payload may lie in the skb, which is about to change. */
	if (bytes >= payload && bytes < payload + segment->len)
		bytes = memmove(work->segment, bytes, fields->len);
	err = header_write(work, segment) ?:
	      payload_write(work, work->protoff + segment->header_len, bytes,
			    fields->len);
	if (err)
		return err;
	length_write(work);
	gso_write(work, segment, mss);
	checksum_write(work);
	return 0;
}

/* ---- conntrack ---- */

/* Make the window tracking liberal, see the top of this file. */
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

/* ---- processing ---- */

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

	sip_ims_count_refusal(sn, SIP_IMS_A_STATS_TCP_MEMORY_FULL + reason -
			      SIP_TCP_REASON_MEMORY, name[reason]);
}

static unsigned int segment_drop(struct sip_ims_work *work,
				 enum sip_tcp_reason reason)
{
	struct sip_ims_net *sn = work->path.sn;

	reason_count(sn, reason);
	return sip_ims_packet_drop(sn);
}

static unsigned int connection_ignore(struct sip_ims_work *work,
				      struct sip_ims_tcp_flow *tcp,
				      unsigned int counter, const char *reason)
{
	WRITE_ONCE(tcp->follow, SIP_IMS_FOLLOW_NO);
	sip_ims_count_refusal(work->path.sn, counter, reason);
	return NF_ACCEPT;
}

static u16 segment_mss(const struct sip_ims_work *work,
		       const struct segment *segment)
{
	return segment->mss ?: is_ipv4(work) ? MSS_WITHOUT_OPTION_4 :
					       MSS_WITHOUT_OPTION_6;
}

/* The payload may lie in the engine's log, so the caller holds its lock. */
static unsigned int segment_send(struct sip_ims_work *work,
				 const struct sip_ims_connection *connection,
				 struct segment *segment,
				 const u8 *payload,
				 enum sip_tcp_verdict verdict)
{
	unsigned int direction = CTINFO2DIR(work->ctinfo);

	if (verdict == SIP_TCP_RESET)
		sip_ims_refuse(work->path.sn, TCP_RESET);
	if (verdict == SIP_TCP_PASS && !segment->has_nops &&
	    segment->fields.len == segment->len)
		return NF_ACCEPT;
	if (segment_write(work, segment, payload, connection->mss[!direction]))
		return segment_drop(work, SIP_TCP_REASON_MEMORY);
	return NF_ACCEPT;
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
		result = segment_send(work, connection, segment, payload,
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

/* Pass the SYN stored in the flow to the engine. */
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

/* A SYN without a SYN-ACK so far, possibly retransmitted */
static unsigned int segment_syn(struct sip_ims_work *work,
				struct sip_ims_tcp_flow *tcp,
				struct segment *segment)
{
	struct sip_tcp_segment *fields = &segment->fields;
	const u8 *payload = fields->payload;

	if (segment->is_signed)
		return connection_ignore(work, tcp, SIP_IMS_A_STATS_TCP_SIGNED,
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
		return segment_drop(work, SIP_TCP_REASON_MEMORY);
	return NF_ACCEPT;
}

/* The SYN-ACK creates the connection. */
static unsigned int segment_syn_ack(struct sip_ims_work *work,
				    struct sip_ims_tcp_flow *tcp,
				    struct segment *segment)
{
	struct sip_ims_connection *connection;

	if (segment->is_signed)
		return connection_ignore(work, tcp, SIP_IMS_A_STATS_TCP_SIGNED,
					 "TCP_SIGNED");
	connection = sip_ims_connection_create(work, tcp);
	if (!connection)
		return sip_ims_packet_drop(work->path.sn);
	connection->mss[0] = tcp->mss;
	connection->mss[1] = segment_mss(work, segment);
	syn_input(work, connection, tcp);
	return segment_follow(work, connection, segment);
}

/* A segment of a flow that has no connection yet */
static unsigned int segment_begin(struct sip_ims_work *work,
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
	/* The port is closed: a later SYN may still open a connection. */
	if (follow == SIP_IMS_FOLLOW_SYN && segment->fields.flags & SIP_TCP_RST)
		return NF_ACCEPT;
	return connection_ignore(work, tcp, SIP_IMS_A_STATS_TCP_UNSEEN,
				 "TCP_UNSEEN");
}

/* A SYN of another connection, while conntrack sees none established either */
static bool is_new_syn(const struct sip_ims_work *work,
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
 * sip_ims_segment_handle() - process a TCP segment of a signalling flow
 * @work: the packet, its flow and its path; @work->keepalive is set to the
 *	seconds that the flow must live at least
 * @tcp: TCP state in the flow
 *
 * May reallocate the skb.
 *
 * Context: RCU read side, bottom halves disabled.
 * Return: NF_ACCEPT, or NF_DROP after counting the reason.
 */
unsigned int sip_ims_segment_handle(struct sip_ims_work *work,
				    struct sip_ims_tcp_flow *tcp)
{
	struct sip_ims_connection *connection;
	struct segment segment;

	if (READ_ONCE(tcp->follow) == SIP_IMS_FOLLOW_NO)
		return NF_ACCEPT;
	if (segment_read(work, &segment))
		return segment_drop(work, SIP_TCP_REASON_MEMORY);
	connection = rcu_dereference(tcp->connection);
	if (connection && is_new_syn(work, tcp, &segment)) {
		sip_ims_connection_forget(connection, SIP_IMS_FOLLOW_NEW);
		connection = NULL;
	}
	if (!connection)
		return segment_begin(work, tcp, &segment);
	return segment_follow(work, connection, &segment);
}
