// SPDX-License-Identifier: GPL-2.0-only
/*
 * The NAT module: writes messages into packets, and sets up the translation of
 * new flows.  rewrite/ decides which bytes are written.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_nat.h>
#include <net/netfilter/nf_nat_helper.h>

#include <path/path.h>
#include <session/pinhole.h>

#include <sip_ims/edit.h>
#include <sip_ims/helper.h>
#include <sip_ims/nat.h>

/*
 * A datagram that has grown beyond the path's MTU is fragmented even with DF or
 * over IPv6: its sender could not act on an ICMP error about bytes that it did
 * not send.  A datagram with DF needs no unique identification (RFC 6864
 * section 4.1), so Linux sends 0; fragments need one, or those of two datagrams
 * would be mixed up.
 */
static void allow_fragments(struct sk_buff *skb, struct nf_conn *ct)
{
	skb->ignore_df = 1;
	if (nf_ct_l3num(ct) != AF_INET ||
	    !(ip_hdr(skb)->frag_off & htons(IP_DF)) ||
	    IPCB(skb)->frag_max_size || !skb_dst(skb) ||
	    skb->len <= dst_mtu(skb_dst(skb)))
		return;
	ip_select_ident(nf_ct_net(ct), skb, NULL);
	ip_send_check(ip_hdr(skb));
}

/* Replace bytes of the payload.  May reallocate the skb. */
static int sip_ims_nat_write(struct sk_buff *skb, unsigned int protoff,
			     struct nf_conn *ct, enum ip_conntrack_info ctinfo,
			     const struct sip_splice *splice, const u8 *bytes)
{
	if (!nf_nat_mangle_udp_packet(skb, ct, ctinfo, protoff, splice->off,
				      splice->len, bytes, splice->new_len))
		return -ENOMEM;
	if (splice->new_len > splice->len)
		allow_fragments(skb, ct);
	return 0;
}

static void setup_dst(struct nf_conn *ct,
		      const struct sip_ims_pinhole *pinhole)
{
	struct nf_nat_range2 range = {
		.flags = NF_NAT_RANGE_MAP_IPS | NF_NAT_RANGE_PROTO_SPECIFIED,
		.min_addr = pinhole->inner.addr,
		.max_addr = pinhole->inner.addr,
		.min_proto.all = pinhole->inner.port,
		.max_proto.all = pinhole->inner.port,
	};

	nf_nat_setup_info(ct, &range, NF_NAT_MANIP_DST);
}

/*
 * The source becomes the one that was announced to the other end.  Media from
 * another port than announced keeps its address if that is not translated;
 * otherwise the NAT rules decide.  An untranslated port is not required: if it
 * clashes with another flow, a free port is better than a dropped packet.
 */
static void setup_src(struct nf_conn *ct,
		      const struct sip_ims_pinhole *pinhole)
{
	const struct nf_conntrack_tuple *tuple = &ct->tuplehash[0].tuple;
	struct nf_nat_range2 range = { .flags = NF_NAT_RANGE_MAP_IPS };
	bool announced = pinhole->peer.port == tuple->src.u.all;
	bool translated = pinhole->peer.port &&
			  !sip_ims_same_endpoint(&pinhole->peer,
						 &pinhole->peer_mapped);

	range.min_addr = tuple->src.u3;
	if (translated && !announced)
		return;
	if (translated) {
		range.flags |= NF_NAT_RANGE_PROTO_SPECIFIED;
		range.min_addr = pinhole->peer_mapped.addr;
		range.min_proto.all = pinhole->peer_mapped.port;
		range.max_proto.all = pinhole->peer_mapped.port;
	}
	range.max_addr = range.min_addr;
	nf_nat_setup_info(ct, &range, NF_NAT_MANIP_SRC);
}

static void sip_ims_nat_setup(struct nf_conn *ct,
			      const struct sip_ims_pinhole *pinhole)
{
	/*
	 * Set the destination first: which source port is free depends on it.
	 * For a phone's signalling the NAT rules choose the destination.
	 */
	if (!sip_ims_pinhole_is_outward(pinhole))
		setup_dst(ct, pinhole);
	setup_src(ct, pinhole);
}

static const struct sip_ims_nat sip_ims_nat = {
	.write = sip_ims_nat_write,
	.setup = sip_ims_nat_setup,
};

static struct nf_conntrack_nat_helper sip_ims_nat_helper =
	NF_CT_NAT_HELPER_INIT(SIP_IMS_HELPER_NAME);

static int __init nf_nat_sip_ims_init(void)
{
	nf_nat_helper_register(&sip_ims_nat_helper);
	sip_ims_nat_register(&sip_ims_nat);
	return 0;
}

static void __exit nf_nat_sip_ims_exit(void)
{
	sip_ims_nat_unregister();
	nf_nat_helper_unregister(&sip_ims_nat_helper);
}

module_init(nf_nat_sip_ims_init);
module_exit(nf_nat_sip_ims_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("IMS application-level gateway, NAT module");
MODULE_ALIAS_NF_NAT_HELPER(SIP_IMS_HELPER_NAME);
