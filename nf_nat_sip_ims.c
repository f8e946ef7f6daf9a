// SPDX-License-Identifier: GPL-2.0-only
/*
 * The NAT half: one rewrite a packet, and the translation of new flows.  What is
 * to be written is decided in headers.c and description.c.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_nat.h>
#include <net/netfilter/nf_nat_helper.h>

#include <sip_ims/packet.h>
#include <sip_ims/registration.h>

/* A datagram with bytes behind the UDP length cannot grow or shrink. */
static bool edit_possible(const struct sip_ims_work *work)
{
	return work->path.l4proto == IPPROTO_TCP ||
	       work->skb->len == work->protoff + sizeof(struct udphdr) +
				 work->len;
}

/* The length of the whole packet with the new bytes. */
static unsigned int edit_length(const struct sip_ims_work *work)
{
	return work->skb->len - work->splice.len + work->splice.new_len;
}

/* The length field of IPv6 does not count the header. */
static bool edit_fits(const struct sip_ims_work *work)
{
	unsigned int uncounted = work->path.l3num == AF_INET ?
				 0 : sizeof(struct ipv6hdr);

	if (work->path.l4proto == IPPROTO_TCP)
		return work->len - work->splice.len + work->splice.new_len <=
		       SIP_MESSAGE_MAX;
	return edit_length(work) - uncounted <= U16_MAX;
}

static int edit_assemble(struct sip_ims_work *work)
{
	bool assembled = sip_edits_assemble(&work->edits, work->base, work->len,
					    work->out, sizeof(work->out),
					    &work->splice);

	if (!edit_fits(work))
		return -EMSGSIZE;
	return assembled ? 0 : -EINVAL;
}

static int sip_ims_nat_edit(struct sip_ims_work *work)
{
	sip_edits_init(&work->edits);
	work->text[0].len = 0;
	work->text[1].len = 0;
	if (!sip_ims_edit_headers(work) || !sip_ims_edit_sdp(work) ||
	    !sip_edit_content_length(&work->edits, work->base, &work->msg))
		return -EINVAL;
	if (!work->edits.count)
		return 0;
	return edit_possible(work) ? edit_assemble(work) : -EINVAL;
}

/*
 * The sender cannot act on an ICMP about bytes it never sent, so what grew past
 * the path's MTU is fragmented, whatever DF or the family says.  A datagram that
 * forbids that needs no identification of its own (RFC 6864 section 4.1), and
 * Linux sends 0: fragments of two such ones would be mixed up.
 */
static void packet_grown(struct sk_buff *skb, const struct sip_ims_path *path)
{
	skb->ignore_df = 1;
	if (path->l3num != AF_INET || !(ip_hdr(skb)->frag_off & htons(IP_DF)) ||
	    IPCB(skb)->frag_max_size || !skb_dst(skb) ||
	    skb->len <= dst_mtu(skb_dst(skb)))
		return;
	ip_select_ident(path->sn->net, skb, NULL);
	ip_send_check(ip_hdr(skb));
}

/* What stands before and behind the new bytes comes to them. */
static bool apply_to_stream(struct sip_ims_work *work)
{
	const struct sip_splice *splice = &work->splice;
	u32 end = splice->off + splice->len;

	memmove(work->out + splice->off, work->out, splice->new_len);
	memcpy(work->out, work->base, splice->off);
	memcpy(work->out + splice->off + splice->new_len, work->base + end,
	       work->len - end);
	work->new_len = work->len - splice->len + splice->new_len;
	return true;
}

/* May reallocate the skb. */
static bool sip_ims_nat_apply(struct sip_ims_work *work)
{
	const struct sip_splice *splice = &work->splice;

	if (work->path.l4proto == IPPROTO_TCP)
		return apply_to_stream(work);
	if (!nf_nat_mangle_udp_packet(work->skb, work->ct, work->ctinfo,
				      work->protoff, splice->off, splice->len,
				      work->out, splice->new_len))
		return false;
	work->base = NULL;
	if (splice->new_len > splice->len)
		packet_grown(work->skb, &work->path);
	return true;
}

static void expected_dst(struct nf_conn *ct,
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
 * The source becomes what the other end was told.  Media from another port
 * than announced keeps its address when that is not translated; else the
 * ruleset's own NAT decides.  An untranslated port is not demanded: should it
 * clash with another flow, a free one is better than a dropped one.
 */
static void expected_src(struct nf_conn *ct,
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

static void sip_ims_nat_expected(struct nf_conn *ct,
				 const struct sip_ims_pinhole *pinhole)
{
	/*
	 * The destination first: a free source port depends on it.  Where a
	 * phone's signalling goes to is left to the ruleset.
	 */
	if (!sip_ims_pinhole_outward(pinhole))
		expected_dst(ct, pinhole);
	expected_src(ct, pinhole);
}

static const struct sip_ims_nat sip_ims_nat = {
	.edit = sip_ims_nat_edit,
	.apply = sip_ims_nat_apply,
	.expected = sip_ims_nat_expected,
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
MODULE_DESCRIPTION("IMS application-level gateway, NAT half");
MODULE_ALIAS_NF_NAT_HELPER(SIP_IMS_HELPER_NAME);
