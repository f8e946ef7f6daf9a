// SPDX-License-Identifier: GPL-2.0-only
/*
 * The only packet that the router sends itself: a 503 to a refused INVITE, so
 * that its sender does not have to wait for a timeout.
 *
 * The source of the 503 is the address that the INVITE was sent to.  Since both
 * addresses are as the sender knows them, the 503 needs neither NAT nor
 * conntrack.  It is hardly longer than the request, and rate-limited.
 *
 * The tag in To is a keyed hash of the call (RFC 3261 section 8.2.7), by which
 * the ACK is recognised without any state.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/siphash.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>
#include <net/udp.h>

#include <packet/reject.h>
#include <packet/work.h>
#include <path/address.h>
#include <path/path.h>
#include <path/xlat.h>
#include <session/admission.h>
#include <session/net.h>
#include <sip/response.h>

#include <sip_ims/sip.h>

/* Growth over the request: tag of To, Retry-After, received, rport */
#define REJECT_GROWTH	128u

/* The hash of the table of calls must stay secret, so derive another one. */
static void reject_tag(const struct sip_ims_work *work, u8 *tag)
{
	const struct sip_ims_net *sn = work->path.sn;
	const struct sip_message *msg = &work->msg;
	u64 hash = siphash_2u64(sip_ims_hash(sn, work->base + msg->call_id.off,
					     msg->call_id.len),
				sip_ims_hash(sn, work->base + msg->from_tag.off,
					     msg->from_tag.len), &sn->secret);
	char text[SIP_RESPONSE_TAG_LENGTH + 1];

	snprintf(text, sizeof(text), "%016llx", (unsigned long long)hash);
	memcpy(tag, text, SIP_RESPONSE_TAG_LENGTH);
}

/* Return: length of the response in work->out; 0 for none. */
static size_t reject_write(struct sip_ims_work *work,
			   struct sip_response *response)
{
	const struct sip_ims_path *path = &work->path;

	memset(response, 0, sizeof(*response));
	sip_ims_address_unread(path, &path->src.addr, &response->source);
	response->source_port = ntohs(path->src.port);
	response->retry_after = work->plan.base.retry_after;
	reject_tag(work, response->tag);
	return sip_response_write_unavailable(response, work->base, &work->msg,
					      work->out,
					      min(work->len + REJECT_GROWTH,
						  SIP_RESPONSE_MAX));
}

static struct sk_buff *reject_alloc(size_t len)
{
	struct sk_buff *skb;

	skb = alloc_skb(LL_MAX_HEADER + sizeof(struct ipv6hdr) +
			sizeof(struct udphdr) + len, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_MAX_HEADER);
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	return skb;
}

static __sum16 reject_checksum(const struct sip_ims_path *path,
			       unsigned int len, __wsum sum)
{
	if (path->l3num == AF_INET)
		return csum_tcpudp_magic(path->dst.addr.ip, path->src.addr.ip,
					 len, IPPROTO_UDP, sum);
	return csum_ipv6_magic(&path->dst.addr.in6, &path->src.addr.in6, len,
			       IPPROTO_UDP, sum);
}

static void reject_udp(struct sk_buff *skb, const struct sip_ims_path *path,
		       __be16 port, const u8 *bytes, size_t len)
{
	struct udphdr *udp = skb_put(skb, sizeof(*udp));
	__wsum sum;

	skb_set_transport_header(skb, (u8 *)udp - skb->data);
	udp->source = path->dst.port;
	udp->dest = port;
	udp->len = htons(sizeof(*udp) + len);
	udp->check = 0;
	skb_put_data(skb, bytes, len);
	sum = csum_partial(udp, sizeof(*udp) + len, 0);
	udp->check = reject_checksum(path, sizeof(*udp) + len, sum) ?:
		     CSUM_MANGLED_0;
}

static struct rtable *reject_route4(const struct sip_ims_work *work,
				    __be16 port)
{
	const struct sip_ims_path *path = &work->path;
	struct net *net = path->sn->net;
	struct flowi4 fl4 = {
		.daddr = path->src.addr.ip,
		.saddr = path->dst.addr.ip,
		.fl4_dport = port,
		.fl4_sport = path->dst.port,
		.flowi4_proto = IPPROTO_UDP,
		.flowi4_mark = IP4_REPLY_MARK(net, work->skb->mark),
		/* The source need not be an address of this host. */
		.flowi4_flags = FLOWI_FLAG_ANYSRC,
	};

	return ip_route_output_key(net, &fl4);
}

/* ip_local_out() sets the checksum and the total length. */
static void reject_ip4(struct sk_buff *skb, const struct sip_ims_path *path)
{
	struct iphdr *ip = skb_put(skb, sizeof(*ip));

	skb_reset_network_header(skb);
	memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->frag_off = htons(IP_DF);
	ip->ttl = READ_ONCE(path->sn->net->ipv4.sysctl_ip_default_ttl);
	ip->protocol = IPPROTO_UDP;
	ip->saddr = path->dst.addr.ip;
	ip->daddr = path->src.addr.ip;
}

static void reject_send4(const struct sip_ims_work *work, __be16 port,
			 size_t len)
{
	struct net *net = work->path.sn->net;
	struct rtable *route;
	struct sk_buff *skb;

	route = reject_route4(work, port);
	if (IS_ERR(route))
		return;
	skb = reject_alloc(len);
	if (!skb) {
		ip_rt_put(route);
		return;
	}
	reject_ip4(skb, &work->path);
	reject_udp(skb, &work->path, port, work->out, len);
	skb->mark = IP4_REPLY_MARK(net, work->skb->mark);
	skb_dst_set(skb, &route->dst);
	ip_local_out(net, NULL, skb);
}

#if IS_ENABLED(CONFIG_IPV6)
static struct dst_entry *reject_route6(const struct sip_ims_work *work,
				       __be16 port)
{
	const struct sip_ims_path *path = &work->path;
	struct net *net = path->sn->net;
	struct flowi6 fl6 = {
		.daddr = path->src.addr.in6,
		.saddr = path->dst.addr.in6,
		.fl6_dport = port,
		.fl6_sport = path->dst.port,
		.flowi6_proto = IPPROTO_UDP,
		.flowi6_mark = IP6_REPLY_MARK(net, work->skb->mark),
	};

	/* A link-local address does not determine the device. */
	if (ipv6_addr_type(&fl6.daddr) & IPV6_ADDR_LINKLOCAL)
		fl6.flowi6_oif = path->ifindex;
	return ip6_route_output(net, NULL, &fl6);
}

/* ip6_local_out() sets the payload length. */
static void reject_ip6(struct sk_buff *skb, const struct sip_ims_path *path,
		       struct dst_entry *dst)
{
	struct ipv6hdr *ip = skb_put(skb, sizeof(*ip));

	skb_reset_network_header(skb);
	ip6_flow_hdr(ip, 0, 0);
	ip->nexthdr = IPPROTO_UDP;
	ip->hop_limit = ip6_dst_hoplimit(dst);
	ip->saddr = path->dst.addr.in6;
	ip->daddr = path->src.addr.in6;
}

static void reject_send6(const struct sip_ims_work *work, __be16 port,
			 size_t len)
{
	struct net *net = work->path.sn->net;
	struct dst_entry *dst;
	struct sk_buff *skb;

	dst = reject_route6(work, port);
	skb = dst->error ? NULL : reject_alloc(len);
	if (!skb) {
		dst_release(dst);
		return;
	}
	reject_ip6(skb, &work->path, dst);
	reject_udp(skb, &work->path, port, work->out, len);
	skb->mark = IP6_REPLY_MARK(net, work->skb->mark);
	/* Let the stack fragment it if a tunnel has a smaller MTU. */
	skb->ignore_df = 1;
	skb_dst_set(skb, dst);
	ip6_local_out(net, NULL, skb);
}
#else
static void reject_send6(const struct sip_ims_work *work, __be16 port,
			 size_t len)
{
}
#endif

/**
 * sip_ims_reject_send() - send a 503 to the sender of a refused INVITE
 * @work: the message; its plan was aborted, so that no session is locked
 *
 * Does nothing unless the message is an INVITE over UDP whose plan asks for a
 * 503.  Uses @work->out.  Without memory, without a route or beyond the rate
 * limit nothing is sent, and the sender retransmits.
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_reject_send(struct sip_ims_work *work)
{
	struct sip_response response;
	size_t len;

	if (!work->plan.base.retry_after || !work->msg.request ||
	    work->msg.method != SIP_METHOD_INVITE ||
	    work->path.l4proto != IPPROTO_UDP ||
	    sip_ims_reject_take(work->path.sn))
		return;
	len = reject_write(work, &response);
	if (!len)
		return;
	if (work->path.l3num == AF_INET)
		reject_send4(work, htons(response.port), len);
	else
		reject_send6(work, htons(response.port), len);
}

/**
 * sip_ims_reject_is_acked() - check for the ACK to a 503 of the router
 * @work: the message
 *
 * Such an ACK belongs to no call and must not reach the receiver of the INVITE.
 *
 * Return: true if the message is such an ACK.
 */
bool sip_ims_reject_is_acked(const struct sip_ims_work *work)
{
	const struct sip_message *msg = &work->msg;
	u8 tag[SIP_RESPONSE_TAG_LENGTH];

	if (!msg->request || msg->method != SIP_METHOD_ACK ||
	    msg->to_tag.len != sizeof(tag))
		return false;
	reject_tag(work, tag);
	return !memcmp(work->base + msg->to_tag.off, tag, sizeof(tag));
}
