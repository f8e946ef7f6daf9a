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
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/udp.h>
#include <net/ip.h>
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
	/* Constant lengths: no call of memcmp(). */
	if (l3num == AF_INET)
		return address->family == 4 &&
		       !memcmp(address->bytes, &addr->ip, sizeof(addr->ip));
	return address->family == 6 &&
	       !memcmp(address->bytes, &addr->in6, sizeof(addr->in6));
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
	struct sip_address told;

	if (!text->len &&
	    sip_ims_across_told(path, sender ? &path->src_mapped.addr :
					       &path->dst_mapped.addr, &told))
		text->len = sip_address_text(text->text, &told, true);
	return text;
}

/* Any other one is written into @room. */
static const struct sip_ims_text *told_text(struct sip_ims_work *work,
					    const union nf_inet_addr *addr,
					    struct sip_ims_text *room)
{
	struct sip_address told;

	if (nf_inet_addr_cmp(addr, &work->path.src_mapped.addr))
		return mapped_text(work, true);
	if (nf_inet_addr_cmp(addr, &work->path.dst_mapped.addr))
		return mapped_text(work, false);
	room->len = 0;
	if (sip_ims_across_told(&work->path, addr, &told))
		room->len = sip_address_text(room->text, &told, true);
	return room;
}

static bool is_same(const struct sip_ims_work *work, struct sip_slice where,
		    const u8 *text, u32 len)
{
	return where.len == len && !memcmp(work->base + where.off, text, len);
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

/* RFC 3261 section 25.1: the address of received= has no brackets. */
static bool across_host(struct sip_ims_work *work,
			const struct sip_literal *literal,
			const struct sip_ims_text *text)
{
	bool bare = text->text[0] == '[' &&
		    literal->place == SIP_PLACE_RECEIVED &&
		    work->base[literal->host.off] != '[';

	return is_same(work, literal->host, text->text + bare,
		       text->len - 2 * bare) ||
	       sip_edit_bytes(&work->edits, work->base, literal->host,
			      text->text + bare, text->len - 2 * bare);
}

/*
 * Beside a translator device each address that it knows changes its family,
 * those of the flow and of transfers after they were mapped as ever.
 */
static bool across_literal(struct sip_ims_work *work,
			   const struct sip_literal *literal)
{
	bool name = literal_is_name(literal);
	struct sip_literal here = *literal;
	const struct sip_ims_text *text;
	struct sip_ims_endpoint to;
	struct sip_ims_text room;
	struct literal_map map;
	u16 port = literal->port;

	if (!sip_ims_address_set(&to.addr, &literal->address, &work->path))
		return true;
	address_of(&here.address, work->path.l3num, &to.addr);
	if (literal_maps(work, &here, &map)) {
		if (name ? name_maps(work, &here, &map) :
			   literal_port(work, &here, &map, &port))
			to.addr = map.to->addr;
	} else if (transfer_maps(work, &here, &to)) {
		port = ntohs(to.port);
	}
	text = told_text(work, &to.addr, &room);
	return !text->len ||
	       (across_host(work, literal, text) &&
		sip_edit_port(&work->edits, work->base, literal, port));
}

static bool edit_literal(struct sip_ims_work *work,
			 const struct sip_literal *literal)
{
	bool name = literal_is_name(literal);
	struct sip_ims_endpoint to;
	struct literal_map map;
	u16 port;

	if (work->path.across)
		return across_literal(work, literal);
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

/*
 * The domain that REGISTER goes to is no place and stays, but where it is an
 * address the registrar would not know it by one of another family.
 */
static bool across_registrar(struct sip_ims_work *work)
{
	struct sip_literal literal = {
		.place = SIP_PLACE_REQUEST_URI, .header = SIP_HEADER_OTHER,
	};
	struct sip_uri uri;

	if (!work->msg.request || work->msg.method != SIP_METHOD_REGISTER ||
	    !sip_uri_read(work->base, work->msg.uri, &uri))
		return true;
	literal.host = uri.host;
	literal.address = uri.address;
	literal.port_text = uri.port_text;
	literal.port = uri.port;
	return across_literal(work, &literal);
}

static bool edit_headers(struct sip_ims_work *work)
{
	struct sip_literal literal;
	struct sip_walk walk;

	if (work->path.across && !across_registrar(work))
		return false;
	sip_walk_init(&walk);
	while (sip_walk_next(&walk, work->base, &work->msg, &literal)) {
		if (!edit_literal(work, &literal))
			return false;
	}
	return true;
}

/* The line says "IP4" or "IP6" in front of the address. */
static bool edit_sdp_family(struct sip_ims_work *work, struct sip_slice where,
			    u8 family)
{
	struct sip_slice digit = {
		.off = (u16)(where.off + where.len - 1), .len = 1,
	};

	return !where.len || work->base[digit.off] == '0' + family ||
	       sip_edit_number(&work->edits, work->base, digit, family);
}

/*
 * An address in SDP has brackets only where somebody wrote them.  One without
 * an address in the receiver's family stays.
 */
static bool edit_sdp_host(struct sip_ims_work *work, struct sip_slice where,
			  struct sip_slice family, bool brackets,
			  const union nf_inet_addr *addr)
{
	struct sip_ims_text room;
	const struct sip_ims_text *text = told_text(work, addr, &room);
	bool six = text->text[0] == '[';
	bool bare = six && !brackets && work->base[where.off] != '[';

	if (!text->len)
		return true;
	return edit_sdp_family(work, family, six ? 6 : 4) &&
	       (is_same(work, where, text->text + bare, text->len - 2 * bare) ||
		sip_edit_bytes(&work->edits, work->base, where,
			       text->text + bare, text->len - 2 * bare));
}

/* See across_literal(). */
static bool across_sdp_address(struct sip_ims_work *work,
			       const struct sdp_address *line,
			       const struct sip_ims_stream *direct)
{
	const struct sip_ims_path *path = &work->path;
	union nf_inet_addr addr;

	if (!sip_ims_address_set(&addr, &line->address, path))
		return true;
	if (direct &&
	    nf_inet_addr_cmp(&addr, &direct->mapped[SIP_IMS_RTP].addr))
		addr = direct->local[SIP_IMS_RTP].addr;
	else if (nf_inet_addr_cmp(&addr, &path->src.addr))
		addr = path->src_mapped.addr;
	return edit_sdp_host(work, line->text, line->family, false, &addr);
}

/*
 * o=, c= and a=rtcp: the sender's own address; or the router's, for a stream
 * that is to go directly.
 */
static bool edit_sdp_address(struct sip_ims_work *work,
			     const struct sdp_address *line,
			     const struct sip_ims_stream *direct)
{
	const struct sip_ims_path *path = &work->path;
	const struct sip_ims_endpoint *here;

	if (!line->text.len)
		return true;
	if (path->across)
		return across_sdp_address(work, line, direct);
	if (direct) {
		here = &direct->mapped[SIP_IMS_RTP];
		if (address_is(&line->address, path->l3num, &here->addr))
			return edit_sdp_host(work, line->text, line->family,
					     false,
					     &direct->local[SIP_IMS_RTP].addr);
	}
	if (!address_is(&line->address, path->l3num, &path->src.addr))
		return true;
	return edit_host(work, true, line->text);
}

/* What is written for a stream: its public pair, or the phone's own ports. */
static const struct sip_ims_endpoint *
stream_told(const struct sip_ims_stream *stream)
{
	return stream->direct ? stream->local : stream->mapped;
}

static bool edit_media_ports(struct sip_ims_work *work, unsigned int index,
			     const struct sip_ims_stream *stream)
{
	const struct sdp_media *media = &work->sdp.media[index];
	const struct sip_ims_endpoint *told = stream_told(stream);
	__be16 rtcp = told[SIP_IMS_RTCP].port;

	if (!stream->edit && !stream->direct)
		return true;
	if (!sip_edit_number(&work->edits, work->base, media->port_text,
			     ntohs(told[SIP_IMS_RTP].port)))
		return false;
	if (media->rtcp_port == media->port)
		rtcp = told[SIP_IMS_RTP].port;
	if (!media->rtcp_text.len || !rtcp)
		return true;
	return sip_edit_number(&work->edits, work->base, media->rtcp_text,
			       ntohs(rtcp));
}

static const struct sip_ims_stream *media_stream(const struct sip_ims_work *work,
						 unsigned int index)
{
	const struct sip_ims_description *said = work->plan.description;

	return said && index < said->count ? &said->streams[index] : NULL;
}

static bool edit_media(struct sip_ims_work *work, unsigned int index)
{
	const struct sip_ims_stream *stream = media_stream(work, index);
	const struct sdp_media *media = &work->sdp.media[index];
	const struct sip_ims_stream *direct;

	direct = stream && stream->direct ? stream : NULL;
	return (!stream || edit_media_ports(work, index, stream)) &&
	       edit_sdp_address(work, &media->connection, direct) &&
	       edit_sdp_address(work, &media->rtcp, direct);
}

/* Those that the session's c= counts for all go to the same phone, or none. */
static const struct sip_ims_stream *session_direct(const struct sip_ims_work *work)
{
	const struct sip_ims_stream *stream;
	unsigned int i;

	for (i = 0; i < work->sdp.count; i++) {
		stream = media_stream(work, i);
		if (stream && stream->direct &&
		    !work->sdp.media[i].connection.text.len)
			return stream;
	}
	return NULL;
}

/**
 * enum place_fate - what becomes of an address in an attribute
 * @PLACE_FOREIGN: it is none that the router translates
 * @PLACE_KNOWN: an address of a stream of this call
 * @PLACE_UNKNOWN: the sender's own, on a port that no stream names
 * @PLACE_ABROAD: it has no address in the receiver's family
 */
enum place_fate {
	PLACE_FOREIGN,
	PLACE_KNOWN,
	PLACE_UNKNOWN,
	PLACE_ABROAD,
};

/* Beside a translator device a foreign address changes its family, too. */
static enum place_fate place_foreign(const struct sip_ims_work *work,
				     const struct sip_ims_endpoint *from,
				     struct sip_ims_endpoint *to)
{
	struct sip_address told;

	if (!work->path.across)
		return PLACE_FOREIGN;
	*to = *from;
	return sip_ims_across_told(&work->path, &from->addr, &told) ?
	       PLACE_KNOWN : PLACE_ABROAD;
}

static enum place_fate place_fate(const struct sip_ims_work *work,
				  unsigned int media,
				  const struct sdp_place *place,
				  struct sip_ims_endpoint *to)
{
	const struct sip_ims_description *said = work->plan.description;
	const struct sip_ims_description *other = work->plan.other;
	const struct sip_ims_path *path = &work->path;
	struct sip_ims_endpoint from = { .port = htons(place->port) };
	bool hidden = !nf_inet_addr_cmp(&path->src.addr,
					&path->src_mapped.addr);

	if (!place->text.len ||
	    !sip_ims_address_set(&from.addr, &place->address, path))
		return PLACE_FOREIGN;
	if (hidden && nf_inet_addr_cmp(&from.addr, &path->src.addr))
		return said && sip_ims_description_map(said, media, true,
						       &from, to) ?
		       PLACE_KNOWN : PLACE_UNKNOWN;
	if (other && sip_ims_description_map(other, media, false, &from, to))
		return PLACE_KNOWN;
	return place_foreign(work, &from, to);
}

/* Of these only the URI of a=path has brackets. */
static bool edit_place_host(struct sip_ims_work *work,
			    const struct sdp_attribute *attribute,
			    const struct sdp_place *place,
			    const union nf_inet_addr *addr)
{
	return edit_sdp_host(work, place->text, place->family,
			     attribute->kind == SDP_PATH, addr);
}

static bool edit_place(struct sip_ims_work *work,
		       const struct sdp_attribute *attribute,
		       const struct sdp_place *place,
		       const struct sip_ims_endpoint *to)
{
	return edit_place_host(work, attribute, place, &to->addr) &&
	       (!place->port_text.len ||
		sip_edit_number(&work->edits, work->base, place->port_text,
				ntohs(to->port)));
}

/* One line may name several addresses; it goes once. */
static bool line_remove(struct sip_ims_work *work, struct sip_slice line,
			unsigned int counter)
{
	if (work->removed == line.off)
		return true;
	work->removed = line.off;
	this_cpu_inc(work->path.sn->counters->value[counter]);
	return sip_edit_bytes(&work->edits, work->base, line, NULL, 0);
}

/*
 * The related address is for people who look for errors; what has no public
 * form is written as RFC 8839 section 5.1 says.
 */
static bool edit_related(struct sip_ims_work *work,
			 const struct sdp_attribute *attribute)
{
	const struct sdp_place *related = &attribute->place[1];
	struct sip_ims_endpoint to = {};

	switch (place_fate(work, attribute->media, related, &to)) {
	case PLACE_FOREIGN:
		return true;
	case PLACE_UNKNOWN:
	case PLACE_ABROAD:
		memset(&to, 0, sizeof(to));
		to.port = htons(9);
		break;
	default:
		break;
	}
	return edit_place(work, attribute, related, &to);
}

static bool edit_candidate(struct sip_ims_work *work,
			   const struct sdp_attribute *attribute)
{
	const struct sdp_place *place = &attribute->place[0];
	struct sip_ims_endpoint to;

	switch (place_fate(work, attribute->media, place, &to)) {
	case PLACE_UNKNOWN:
	case PLACE_ABROAD:
		return line_remove(work, attribute->line,
				   SIP_IMS_A_STATS_ICE_REMOVED);
	case PLACE_KNOWN:
		if (!edit_place(work, attribute, place, &to))
			return false;
		break;
	default:
		break;
	}
	return edit_related(work, attribute);
}

/* An alternative that nothing leads to keeps its port, not its address. */
static bool edit_alternative(struct sip_ims_work *work,
			     const struct sdp_attribute *attribute)
{
	const struct sdp_place *place = &attribute->place[0];
	struct sip_ims_endpoint to;

	switch (place_fate(work, attribute->media, place, &to)) {
	case PLACE_KNOWN:
		return edit_place(work, attribute, place, &to);
	case PLACE_UNKNOWN:
		return edit_place_host(work, attribute, place,
				       &work->path.src_mapped.addr);
	default:
		return true;
	}
}

/* With a=msrp-cema the path is a name, and c= and m= are the way (RFC 6714). */
static bool path_is_name(const struct sip_ims_work *work,
			 const struct sdp_attribute *attribute)
{
	return attribute->media < work->sdp.count &&
	       work->sdp.media[attribute->media].cema;
}

/* Whoever edits a line of a stream removes what others said of it (29.079). */
static bool edited(const struct sip_ims_work *work, unsigned int media)
{
	const struct sip_ims_stream *stream = media_stream(work, media);

	if (media == SDP_SESSION)
		return work->edits.count > work->header_edits;
	return work->path.across ||
	       (stream && (stream->edit || stream->direct));
}

static bool edit_attribute(struct sip_ims_work *work,
			   const struct sdp_attribute *attribute, bool strip)
{
	switch (attribute->kind) {
	case SDP_OMR:
		return !edited(work, attribute->media) ||
		       line_remove(work, attribute->line,
				   SIP_IMS_A_STATS_OMR_REMOVED);
	case SDP_ALTC:
		return edit_alternative(work, attribute);
	case SDP_PATH:
		return path_is_name(work, attribute) ||
		       edit_alternative(work, attribute);
	default:
		break;
	}
	if (strip)
		return line_remove(work, attribute->line,
				   SIP_IMS_A_STATS_ICE_REMOVED);
	if (attribute->kind == SDP_CANDIDATE)
		return edit_candidate(work, attribute);
	return attribute->kind == SDP_ICE || edit_alternative(work, attribute);
}

static bool edit_attributes(struct sip_ims_work *work)
{
	struct sip_ims_settings settings;
	struct sdp_attribute attribute;
	u32 cursor = 0;
	bool strip;

	sip_ims_zone_get(work->path.sn, work->path.zone, &settings);
	strip = settings.candidates == SIP_IMS_CANDIDATES_POLICY_STRIP;
	work->removed = 0;
	while (sdp_attribute_next(work->base, &work->sdp, &cursor,
				  &attribute)) {
		if (!edit_attribute(work, &attribute, strip))
			return false;
	}
	return true;
}

static bool edit_sdp(struct sip_ims_work *work)
{
	const struct sdp *sdp = &work->sdp;
	unsigned int i;

	if (!sdp->body.len || work->plan.leave_sdp)
		return true;
	work->header_edits = work->edits.count;
	if (!edit_sdp_address(work, &sdp->origin, NULL) ||
	    !edit_sdp_address(work, &sdp->connection, session_direct(work)))
		return false;
	for (i = 0; i < sdp->count; i++) {
		if (!edit_media(work, i))
			return false;
	}
	return !sdp->attributes || edit_attributes(work);
}

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
	if (!edit_headers(work) || !edit_sdp(work) ||
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
