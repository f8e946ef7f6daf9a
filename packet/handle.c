// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets of signalling flows: their path, their message, and the lifetime of
 * their flow.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/udp.h>
#include <linux/vmalloc.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <packet/flow.h>
#include <packet/handle.h>
#include <packet/message.h>
#include <packet/nat.h>
#include <packet/segment.h>
#include <packet/work.h>
#include <path/xlat.h>
#include <registration/registration_pinholes.h>
#include <session/counters.h>
#include <session/session.h>

#include <compat/net/netfilter/nf_conntrack.h>

static struct sip_ims_work * __percpu *sip_ims_work __read_mostly;

/* skb_iif is the VRF master; return the enslaved ingress device. */
static int device_in(const struct sk_buff *skb, u8 l3num)
{
	int slave = l3num == AF_INET ? inet_sdif(skb) : inet6_sdif(skb);

	return slave ?: skb->skb_iif;
}

static void path_init(struct sip_ims_path *path, struct sip_ims_net *sn,
		      const struct sk_buff *skb, struct nf_conn *ct,
		      enum ip_conntrack_info ctinfo)
{
	enum ip_conntrack_dir dir = CTINFO2DIR(ctinfo);
	const struct nf_conntrack_tuple *in = &ct->tuplehash[dir].tuple;
	const struct nf_conntrack_tuple *out = &ct->tuplehash[!dir].tuple;

	path->sn = sn;
	path->net = sn->net;
	path->ct = ct;
	path->ifindex = skb->dev->ifindex;
	path->mark = skb->mark;
	path->zone = nf_ct_zone(ct)->id;
	path->l3num = nf_ct_l3num(ct);
	path->l4proto = nf_ct_protonum(ct);
	path->src.addr = in->src.u3;
	path->src.port = in->src.u.all;
	path->src_mapped.addr = out->dst.u3;
	path->src_mapped.port = out->dst.u.all;
	path->dst.addr = in->dst.u3;
	path->dst.port = in->dst.u.all;
	path->dst_mapped.addr = out->src.u3;
	path->dst_mapped.port = out->src.u.all;
	path->iif = device_in(skb, path->l3num);
	sip_ims_xlat_init(path, skb->dev);
	path->translated =
		!sip_ims_same_endpoint(&path->src, &path->src_mapped) ||
		!sip_ims_same_endpoint(&path->dst, &path->dst_mapped);
}

/*
 * A flow that carries calls or registrations lives as long as they do, although
 * conntrack has just set its own timeout.  For a closing TCP connection the
 * timeout of conntrack stays, which is mostly longer anyway.
 */
static void flow_refresh(const struct sip_ims_work *work, unsigned long left)
{
	struct nf_conn *ct = work->ct;

	if (work->path.l4proto == IPPROTO_TCP &&
	    (READ_ONCE(ct->proto.tcp.state) != TCP_CONNTRACK_ESTABLISHED ||
	     nf_ct_expires(ct) >= left))
		return;
	sip_ims_ct_refresh(ct, work->skb, left);
}

static void flow_keep_alive(const struct sip_ims_work *work,
			    struct sip_ims_flow_data *data)
{
	unsigned long now = jiffies;
	unsigned long until = now + work->keepalive * HZ;

	if (work->keepalive &&
	    (!data->keepalive || time_before(data->keepalive, until)))
		data->keepalive = until;
	if (!data->keepalive)
		return;
	if (time_before(now, data->keepalive))
		flow_refresh(work, data->keepalive - now);
	else
		data->keepalive = 0;
}

/*
 * Give a datagram of IPv4 a checksum before a translator device gets it.  The
 * helper sees the whole datagram; the device may see fragments, and cannot
 * translate those of a datagram without a checksum (RFC 7915 section 4.5).
 */
static void datagram_set_checksum(struct sk_buff *skb, unsigned int protoff)
{
	struct udphdr *udp = (struct udphdr *)(skb->data + protoff);
	unsigned int len = ntohs(udp->len);

	if (udp->check || skb->ip_summed == CHECKSUM_PARTIAL)
		return;
	udp->check = csum_tcpudp_magic(ip_hdr(skb)->saddr, ip_hdr(skb)->daddr,
				       len, IPPROTO_UDP,
				       skb_checksum(skb, protoff, len, 0)) ?:
		     CSUM_MANGLED_0;
	skb->ip_summed = CHECKSUM_NONE;
}

/* Nearly all datagrams have a checksum.  May reallocate the skb. */
static unsigned int datagram_ensure_checksum(struct sip_ims_work *work)
{
	struct sk_buff *skb = work->skb;
	const struct udphdr *udp = (const void *)(skb->data + work->protoff);

	if (likely(udp->check))
		return NF_ACCEPT;
	if (skb_ensure_writable(skb, work->protoff + sizeof(*udp))) {
		sip_ims_refuse(work->path.sn, NO_MEMORY);
		return sip_ims_packet_drop(work->path.sn);
	}
	datagram_set_checksum(skb, work->protoff);
	return NF_ACCEPT;
}

/* The message is parsed in one piece, so this may reallocate the skb. */
static unsigned int datagram_handle(struct sip_ims_work *work)
{
	struct sk_buff *skb = work->skb;
	const struct udphdr *udp;
	unsigned int verdict;

	sip_ims_count(work->path.sn, SIP_IMS_A_STATS_DATAGRAMS);
	if (skb_linearize(skb)) {
		sip_ims_refuse(work->path.sn, NO_MEMORY);
		return sip_ims_packet_drop(work->path.sn);
	}
	/* The UDP tracker drops lengths below the header or past the end. */
	udp = (const void *)(skb->data + work->protoff);
	work->base = (const u8 *)(udp + 1);
	work->len = ntohs(udp->len) - sizeof(*udp);
	verdict = sip_ims_datagram_handle(work);
	if (verdict == NF_ACCEPT && work->path.departs &&
	    work->path.l3num == AF_INET)
		verdict = datagram_ensure_checksum(work);
	return verdict;
}

/*
 * The first packet of a phone's flow through an outward pinhole may depart
 * through another device than the pinhole was made for: the flow got its public
 * port before the packet was routed.
 *
 * Return: whether the packet departs through another device, to be dropped.
 */
static bool flow_close_moved(const struct sip_ims_work *work)
{
	const struct sip_ims_pinhole *moved = NULL;
	struct sip_ims_session *session;

	if (nf_ct_is_confirmed(work->ct) || !work->ct->master)
		return false;
	session = sip_ims_flow_find_session(work->ct->master);
	if (session) {
		spin_lock(&session->lock);
		moved = sip_ims_registration_find_moved(session, &work->path);
		if (moved)
			sip_ims_registration_close_moved(session, moved);
		spin_unlock(&session->lock);
	}
	if (moved)
		sip_ims_refuse(work->path.sn, PORT_MOVED);
	return moved;
}

/* Conntrack skips extension headers, so look for the header at @protoff. */
static bool packet_is_of6(const struct sk_buff *skb, unsigned int protoff,
			  u8 l4proto)
{
	u8 protocol = ipv6_hdr(skb)->nexthdr;
	__be16 frag_off;

	if (protocol == l4proto)
		return true;
	return ipv6_skip_exthdr(skb, skb_network_offset(skb) +
				sizeof(struct ipv6hdr), &protocol,
				&frag_off) == protoff &&
	       protocol == l4proto;
}

/* Helpers also get ICMP errors about their flow, of another protocol. */
static bool packet_is_of(const struct sk_buff *skb, unsigned int protoff,
			 u8 l4proto)
{
	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol == l4proto;
	return skb->protocol == htons(ETH_P_IPV6) &&
	       packet_is_of6(skb, protoff, l4proto);
}

/**
 * sip_ims_packet_handle() - handle a packet of a signalling flow
 * @skb: the packet; may be reallocated
 * @protoff: offset of its UDP or TCP header
 * @ct: its flow, which has the helper
 * @ctinfo: its direction and state in the flow
 *
 * Context: RCU read side.
 * Return: NF_ACCEPT; NF_DROP for a reason that is counted.
 */
int sip_ims_packet_handle(struct sk_buff *skb, unsigned int protoff,
			  struct nf_conn *ct, enum ip_conntrack_info ctinfo)
{
	struct sip_ims_net *sn = sip_ims_pernet(nf_ct_net(ct));
	struct nf_conn_help *help = nfct_help(ct);
	struct sip_ims_work *work;
	struct sip_ims_flow_data *data;
	unsigned int verdict;

	/* Unloading any helper can invalidate the extension of a new flow. */
	if (!help || !packet_is_of(skb, protoff, nf_ct_protonum(ct)) ||
	    skb->len < protoff + sizeof(struct udphdr))
		return NF_ACCEPT;
	data = (struct sip_ims_flow_data *)help->data;
	local_bh_disable();
	work = *this_cpu_ptr(sip_ims_work);
	work->skb = skb;
	work->ct = ct;
	work->ctinfo = ctinfo;
	work->nat = sip_ims_nat_get();
	work->protoff = protoff;
	work->keepalive = 0;
	path_init(&work->path, sn, skb, ct, ctinfo);
	if (flow_close_moved(work))
		verdict = sip_ims_packet_drop(sn);
	else if (work->path.l4proto == IPPROTO_TCP)
		verdict = sip_ims_segment_handle(work, &data->tcp);
	else
		verdict = datagram_handle(work);
	if (verdict == NF_ACCEPT)
		flow_keep_alive(work, data);
	local_bh_enable();
	return verdict;
}
EXPORT_SYMBOL_GPL(sip_ims_packet_handle);

/**
 * sip_ims_work_free() - free the working memory of all CPUs
 *
 * Context: process context; no packet is handled any more.
 */
void sip_ims_work_free(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		vfree(*per_cpu_ptr(sip_ims_work, cpu));
	free_percpu(sip_ims_work);
}

/**
 * sip_ims_work_alloc() - allocate the working memory of all CPUs
 *
 * Context: process context.
 * Return: 0 or -ENOMEM.
 */
int sip_ims_work_alloc(void)
{
	struct sip_ims_work *work;
	int cpu;

	sip_ims_work = alloc_percpu(struct sip_ims_work *);
	if (!sip_ims_work)
		return -ENOMEM;
	for_each_possible_cpu(cpu) {
		work = vzalloc_node(sizeof(*work), cpu_to_node(cpu));
		if (!work) {
			sip_ims_work_free();
			return -ENOMEM;
		}
		*per_cpu_ptr(sip_ims_work, cpu) = work;
	}
	return 0;
}
