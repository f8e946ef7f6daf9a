// SPDX-License-Identifier: GPL-2.0-only
/*
 * The NAT half: which address becomes which, one rewrite a packet.
 *
 * A literal is rewritten only if it is an address the router itself translates
 * in this flow: the sender's own (source before and after NAT) or the one the
 * sender reached the receiver by (destination before and after NAT).  Names,
 * foreign literals and everything outside the headers of sip_walk_next() and
 * the SDP stay as they are.
 */
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/udp.h>
#include <net/netfilter/nf_conntrack_helper.h>
#include <net/netfilter/nf_nat.h>
#include <net/netfilter/nf_nat_helper.h>

#include <sip_ims/packet.h>
#include <sip_ims/registration.h>

static void address_of(struct sip_address *address, u8 l3num,
		       const union nf_inet_addr *addr)
{
	address->family = l3num == AF_INET ? 4 : 6;
	memset(address->bytes, 0, sizeof(address->bytes));
	memcpy(address->bytes, addr, l3num == AF_INET ? 4 : 16);
}

static bool address_is(const struct sip_address *address, u8 l3num,
		       const union nf_inet_addr *addr)
{
	if (address->family != (l3num == AF_INET ? 4 : 6))
		return false;
	return !memcmp(address->bytes, addr, l3num == AF_INET ? 4 : 16);
}

/**
 * struct literal_map - one of the two addresses a packet's literals may name
 * @sender: it is the sender's own
 * @from: as it stands in the message
 * @to: as the other side has to read it
 */
struct literal_map {
	bool sender;
	const struct sip_ims_endpoint *from;
	const struct sip_ims_endpoint *to;
};

/*
 * A receiver's own Via is in no request to it: the ones there are of those the
 * request came from, maybe of another phone behind the same public address.
 */
static bool literal_is_foreign(const struct sip_ims_work *work,
			       const struct sip_literal *literal)
{
	return work->msg.request && literal->header == SIP_HEADER_VIA;
}

static bool literal_maps(const struct sip_ims_work *work,
			 const struct sip_literal *literal,
			 struct literal_map *map)
{
	const struct sip_ims_path *path = &work->path;

	if (address_is(&literal->address, path->l3num, &path->src.addr)) {
		map->sender = true;
		map->from = &path->src;
		map->to = &path->src_mapped;
	} else if (!literal_is_foreign(work, literal) &&
		   address_is(&literal->address, path->l3num,
			      &path->dst.addr)) {
		map->sender = false;
		map->from = &path->dst;
		map->to = &path->dst_mapped;
	} else {
		return false;
	}
	return !sip_ims_same_endpoint(map->from, map->to);
}

/* The same two addresses go to many places: written as text once a packet. */
static const struct sip_ims_text *mapped_text(struct sip_ims_work *work,
					      bool sender)
{
	const struct sip_ims_path *path = &work->path;
	struct sip_ims_text *text = &work->text[!sender];
	struct sip_address address;

	if (text->len)
		return text;
	address_of(&address, path->l3num, sender ? &path->src_mapped.addr :
						   &path->dst_mapped.addr);
	text->len = sip_address_text(text->text, &address, true);
	return text;
}

/* An IPv6 address keeps the brackets it has, and gets none it has not. */
static bool edit_host(struct sip_ims_work *work, bool sender,
		      struct sip_slice where)
{
	const struct sip_ims_path *path = &work->path;
	const struct sip_ims_text *text;
	bool bare;

	if (sender ? nf_inet_addr_cmp(&path->src.addr, &path->src_mapped.addr) :
		     nf_inet_addr_cmp(&path->dst.addr, &path->dst_mapped.addr))
		return true;
	text = mapped_text(work, sender);
	bare = text->text[0] == '[' && work->base[where.off] != '[';
	return sip_edit_bytes(&work->edits, work->base, where,
			      text->text + bare, text->len - 2 * bare);
}

/* The topmost Via of an answer is that of whoever receives it. */
static bool literal_is_own(const struct sip_ims_work *work,
			   const struct sip_literal *literal)
{
	return !work->msg.request && literal->header == SIP_HEADER_VIA &&
	       !literal->index;
}

/*
 * The port goes with the address when it is the flow's own, a target of the
 * call, or one that the phone registered.  Any other port of the sender's is
 * not translated here, but its address is private all the same; in the answer
 * it comes back so.  Any other port at the receiver's public address belongs
 * to somebody else.
 */
static bool literal_port(const struct sip_ims_work *work,
			 const struct sip_literal *literal,
			 const struct literal_map *map, u16 *port)
{
	struct sip_ims_endpoint from = {
		.addr = map->from->addr, .port = htons(literal->port),
	};
	struct sip_ims_endpoint to;

	*port = literal->port;
	if (from.port == map->from->port)
		*port = ntohs(map->to->port);
	else if (sip_ims_target_map(&work->path, &work->plan, map->sender,
				    &from, &to))
		*port = ntohs(to.port);
	else
		return map->sender || literal_is_own(work, literal);
	return true;
}

/*
 * From and To without a port name a person, not a way: none is added, so that
 * what comes back is what was sent (RFC 3261 section 8.1.1.3).  The receiver's
 * own name is in To of a request and in From of an answer; the other one may
 * be another phone's behind the same public address.
 */
static bool literal_is_name(const struct sip_literal *literal)
{
	return (literal->header == SIP_HEADER_FROM ||
		literal->header == SIP_HEADER_TO) && !literal->port_text.len;
}

static bool name_maps(const struct sip_ims_work *work,
		      const struct sip_literal *literal,
		      const struct literal_map *map)
{
	return map->sender || literal->header ==
	       (work->msg.request ? SIP_HEADER_TO : SIP_HEADER_FROM);
}

/* Another phone behind the router, which the receiver is told to call. */
static bool transfer_maps(const struct sip_ims_work *work,
			  const struct sip_literal *literal,
			  struct sip_ims_endpoint *to)
{
	struct sip_ims_endpoint from = { .port = htons(literal->port) };

	if (literal->place != SIP_PLACE_URI ||
	    (literal->header != SIP_HEADER_REFER_TO &&
	     literal->header != SIP_HEADER_REFERRED_BY &&
	     literal->header != SIP_HEADER_CONTACT) ||
	    literal->address.family != (work->path.l3num == AF_INET ? 4 : 6))
		return false;
	memcpy(&from.addr, literal->address.bytes,
	       sizeof(literal->address.bytes));
	return sip_ims_visit_map(&work->plan, &from, to);
}

static bool edit_transfer(struct sip_ims_work *work,
			  const struct sip_literal *literal,
			  const struct sip_ims_endpoint *to)
{
	struct sip_address address;

	address_of(&address, work->path.l3num, &to->addr);
	return sip_edit_literal(&work->edits, work->base, literal, &address,
				ntohs(to->port));
}

static bool edit_literal(struct sip_ims_work *work,
			 const struct sip_literal *literal)
{
	bool name = literal_is_name(literal);
	struct sip_ims_endpoint to;
	struct literal_map map;
	u16 port;

	if (!literal_maps(work, literal, &map))
		return !work->plan.n_visits ||
		       !transfer_maps(work, literal, &to) ||
		       edit_transfer(work, literal, &to);
	if (name ? !name_maps(work, literal, &map) :
		   !literal_port(work, literal, &map, &port))
		return true;
	if (!edit_host(work, map.sender, literal->host))
		return false;
	return name || literal->place == SIP_PLACE_MADDR ||
	       sip_edit_port(&work->edits, work->base, literal, port);
}

static bool edit_headers(struct sip_ims_work *work)
{
	struct sip_literal literal;
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, work->base, &work->msg, &literal)) {
		if (!edit_literal(work, &literal))
			return false;
	}
	return true;
}

/* o=, c= and a=rtcp: only the sender's own address. */
static bool edit_sdp_address(struct sip_ims_work *work,
			     const struct sdp_address *line)
{
	const struct sip_ims_path *path = &work->path;

	if (!line->text.len ||
	    !address_is(&line->address, path->l3num, &path->src.addr))
		return true;
	return edit_host(work, true, line->text);
}

static bool edit_media_ports(struct sip_ims_work *work, unsigned int index)
{
	const struct sdp_media *media = &work->sdp.media[index];
	const struct sip_ims_stream *stream = &work->plan.media[index];

	if (index >= work->plan.count || !stream->edit)
		return true;
	if (!sip_edit_number(&work->edits, work->base, media->port_text,
			     ntohs(stream->mapped[SIP_IMS_RTP].port)))
		return false;
	if (!media->rtcp_text.len || !stream->mapped[SIP_IMS_RTCP].port)
		return true;
	return sip_edit_number(&work->edits, work->base, media->rtcp_text,
			       ntohs(stream->mapped[SIP_IMS_RTCP].port));
}

static bool edit_sdp(struct sip_ims_work *work)
{
	const struct sdp *sdp = &work->sdp;
	unsigned int i;

	if (!sdp->body.len)
		return true;
	if (!edit_sdp_address(work, &sdp->origin) ||
	    !edit_sdp_address(work, &sdp->connection))
		return false;
	for (i = 0; i < sdp->count; i++) {
		if (!edit_media_ports(work, i) ||
		    !edit_sdp_address(work, &sdp->media[i].connection) ||
		    !edit_sdp_address(work, &sdp->media[i].rtcp))
			return false;
	}
	return true;
}

/* A datagram with bytes behind the UDP length cannot grow or shrink. */
static bool edit_possible(const struct sip_ims_work *work)
{
	return work->skb->len == work->protoff + sizeof(struct udphdr) +
				 work->len;
}

/* Not everything that mangles a packet looks at its length. */
static bool edit_fits(const struct sip_ims_work *work)
{
	const struct sip_splice *splice = &work->splice;

	return work->skb->len - splice->len + splice->new_len <= U16_MAX;
}

static bool sip_ims_nat_edit(struct sip_ims_work *work)
{
	sip_edits_init(&work->edits);
	work->text[0].len = 0;
	work->text[1].len = 0;
	if (!edit_headers(work) || !edit_sdp(work) ||
	    !sip_edit_content_length(&work->edits, work->base, &work->msg))
		return false;
	if (!work->edits.count)
		return true;
	return edit_possible(work) &&
	       sip_edits_assemble(&work->edits, work->base, work->len,
				  work->out, sizeof(work->out),
				  &work->splice) &&
	       edit_fits(work);
}

/* May reallocate the skb. */
static bool sip_ims_nat_apply(struct sip_ims_work *work)
{
	const struct sip_splice *splice = &work->splice;

	if (!nf_nat_mangle_udp_packet(work->skb, work->ct, work->ctinfo,
				      work->protoff, splice->off, splice->len,
				      work->out, splice->new_len))
		return false;
	work->base = NULL;
	/* The sender cannot act on an ICMP about bytes it never sent. */
	if (splice->new_len > splice->len)
		work->skb->ignore_df = 1;
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
	/* The destination first: a free source port depends on it. */
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
