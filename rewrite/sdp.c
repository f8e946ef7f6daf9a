// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SDP: addresses and ports of streams, and of attributes that name them.
 */

#include <call/plan.h>
#include <path/address.h>
#include <path/path.h>
#include <path/xlat.h>
#include <rewrite/address_text.h>
#include <rewrite/sdp.h>

#include <sip_ims/edit.h>
#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

/* The line says "IP4" or "IP6" in front of the address. */
static bool edit_sdp_family(struct sip_ims_rewrite *rw, struct sip_slice where,
			    u8 family)
{
	struct sip_slice digit = {
		.off = (u16)(where.off + where.len - 1), .len = 1,
	};
	u8 text = (u8)('0' + family);

	return !where.len ||
	       sip_edit_bytes(&rw->edits, rw->base, digit, &text, 1);
}

/*
 * An address in SDP has brackets only where somebody wrote them.  One without
 * an address in the receiver's family stays.
 */
static bool edit_sdp_host(struct sip_ims_rewrite *rw, struct sip_slice where,
			  struct sip_slice family, bool brackets,
			  const union nf_inet_addr *addr)
{
	struct sip_ims_text room;
	const struct sip_ims_text *text = sip_ims_text_of(rw, addr, &room);

	if (!text->len)
		return true;
	return edit_sdp_family(rw, family, text->text[0] == '[' ? 6 : 4) &&
	       sip_ims_text_put(rw, where, text,
				!brackets && rw->base[where.off] != '[');
}

/* See rewrite_xlat_literal(). */
static bool rewrite_xlat_sdp_address(struct sip_ims_rewrite *rw,
				     const struct sdp_address *line,
			       const struct sip_ims_stream *direct)
{
	const struct sip_ims_path *path = rw->path;
	union nf_inet_addr addr;

	if (!sip_ims_address_read(&addr, &line->address, path))
		return true;
	if (direct &&
	    nf_inet_addr_cmp(&addr, &direct->mapped[SIP_IMS_RTP].addr))
		addr = direct->local[SIP_IMS_RTP].addr;
	else if (nf_inet_addr_cmp(&addr, &path->src.addr))
		addr = path->src_mapped.addr;
	return edit_sdp_host(rw, line->text, line->family, false, &addr);
}

/*
 * o=, c= and a=rtcp: the sender's own address; or the router's, for a stream
 * that is to go directly.
 */
static bool edit_sdp_address(struct sip_ims_rewrite *rw,
			     const struct sdp_address *line,
			     const struct sip_ims_stream *direct)
{
	const struct sip_ims_path *path = rw->path;
	const struct sip_ims_endpoint *here;

	if (!line->text.len)
		return true;
	if (path->xlat)
		return rewrite_xlat_sdp_address(rw, line, direct);
	if (direct) {
		here = &direct->mapped[SIP_IMS_RTP];
		if (sip_ims_address_is(&line->address, path->l3num, &here->addr))
			return edit_sdp_host(rw, line->text, line->family,
					     false,
					     &direct->local[SIP_IMS_RTP].addr);
	}
	if (!sip_ims_address_is(&line->address, path->l3num, &path->src.addr))
		return true;
	return sip_ims_text_flow(rw, true, line->text);
}

/* What is written for a stream: its public pair, or the phone's own ports. */
static const struct sip_ims_endpoint *
stream_told(const struct sip_ims_stream *stream)
{
	return stream->direct ? stream->local : stream->mapped;
}

static bool edit_media_ports(struct sip_ims_rewrite *rw, unsigned int index,
			     const struct sip_ims_stream *stream)
{
	const struct sdp_media *media = &rw->sdp->media[index];
	const struct sip_ims_endpoint *told = stream_told(stream);
	__be16 rtcp = told[SIP_IMS_RTCP].port;

	if (!stream->edit && !stream->direct)
		return true;
	if (!sip_edit_number(&rw->edits, rw->base, media->port_text,
			     ntohs(told[SIP_IMS_RTP].port)))
		return false;
	if (media->rtcp_port == media->port)
		rtcp = told[SIP_IMS_RTP].port;
	if (!media->rtcp_text.len || !rtcp)
		return true;
	return sip_edit_number(&rw->edits, rw->base, media->rtcp_text,
			       ntohs(rtcp));
}

static const struct sip_ims_stream *media_stream(const struct sip_ims_rewrite *rw,
						 unsigned int index)
{
	const struct sip_ims_description *said = rw->plan->description;

	return said && index < said->count ? &said->streams[index] : NULL;
}

static bool edit_media(struct sip_ims_rewrite *rw, unsigned int index)
{
	const struct sip_ims_stream *stream = media_stream(rw, index);
	const struct sdp_media *media = &rw->sdp->media[index];
	const struct sip_ims_stream *direct;

	direct = stream && stream->direct ? stream : NULL;
	return (!stream || edit_media_ports(rw, index, stream)) &&
	       edit_sdp_address(rw, &media->connection, direct) &&
	       edit_sdp_address(rw, &media->rtcp, direct);
}

/* Those that the session's c= counts for all go to the same phone, or none. */
static const struct sip_ims_stream *session_direct(const struct sip_ims_rewrite *rw)
{
	const struct sip_ims_stream *stream;
	unsigned int i;

	for (i = 0; i < rw->sdp->count; i++) {
		stream = media_stream(rw, i);
		if (stream && stream->direct &&
		    !rw->sdp->media[i].connection.text.len)
			return stream;
	}
	return NULL;
}

/* Without a session's c= each stream has its own, and is told by itself. */
static const struct sip_ims_stream *any_direct(const struct sip_ims_rewrite *rw)
{
	const struct sip_ims_stream *stream;
	unsigned int i;

	for (i = 0; i < rw->sdp->count; i++) {
		stream = media_stream(rw, i);
		if (stream && stream->direct)
			return stream;
	}
	return NULL;
}

/*
 * o= is a name only, but some phones refuse one of another family, and what is
 * direct should arrive as it was sent: it goes the way of c=.
 */
static bool edit_origin(struct sip_ims_rewrite *rw)
{
	const struct sip_ims_stream *direct =
		rw->sdp->connection.text.len ? session_direct(rw) :
						any_direct(rw);

	return edit_sdp_address(rw, &rw->sdp->origin, direct);
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
static enum place_fate place_foreign(const struct sip_ims_rewrite *rw,
				     const struct sip_ims_endpoint *from,
				     struct sip_ims_endpoint *to)
{
	struct sip_address told;

	if (!rw->path->xlat)
		return PLACE_FOREIGN;
	*to = *from;
	return sip_ims_address_write(rw->path, &from->addr, &told) ?
	       PLACE_KNOWN : PLACE_ABROAD;
}

static enum place_fate place_fate(const struct sip_ims_rewrite *rw,
				  unsigned int media,
				  const struct sdp_place *place,
				  struct sip_ims_endpoint *to)
{
	const struct sip_ims_description *said = rw->plan->description;
	const struct sip_ims_description *other = rw->plan->other;
	const struct sip_ims_path *path = rw->path;
	struct sip_ims_endpoint from = { .port = htons(place->port) };
	bool hidden = !nf_inet_addr_cmp(&path->src.addr,
					&path->src_mapped.addr);

	if (!place->text.len ||
	    !sip_ims_address_read(&from.addr, &place->address, path))
		return PLACE_FOREIGN;
	if (hidden && nf_inet_addr_cmp(&from.addr, &path->src.addr))
		return said && !sip_ims_description_map(said, media, true,
							&from, to) ?
		       PLACE_KNOWN : PLACE_UNKNOWN;
	/* What is direct is told as its end calls itself, and told back. */
	if ((said &&
	     !sip_ims_description_map_direct(said, false, &from, to)) ||
	    (other &&
	     !sip_ims_description_map_direct(other, true, &from, to)) ||
	    (other &&
	     !sip_ims_description_map(other, media, false, &from, to)))
		return PLACE_KNOWN;
	return place_foreign(rw, &from, to);
}

/* Of these only the URI of a=path has brackets. */
static bool edit_place_host(struct sip_ims_rewrite *rw,
			    const struct sdp_attribute *attribute,
			    const struct sdp_place *place,
			    const union nf_inet_addr *addr)
{
	return edit_sdp_host(rw, place->text, place->family,
			     attribute->kind == SDP_PATH, addr);
}

static bool edit_place(struct sip_ims_rewrite *rw,
		       const struct sdp_attribute *attribute,
		       const struct sdp_place *place,
		       const struct sip_ims_endpoint *to)
{
	return edit_place_host(rw, attribute, place, &to->addr) &&
	       (!place->port_text.len ||
		sip_edit_number(&rw->edits, rw->base, place->port_text,
				ntohs(to->port)));
}

/* One line may name several addresses; it goes once. */
static bool line_remove(struct sip_ims_rewrite *rw, struct sip_slice line,
			u16 *count)
{
	if (rw->removed == line.off)
		return true;
	rw->removed = line.off;
	++*count;
	return sip_edit_bytes(&rw->edits, rw->base, line, NULL, 0);
}

/*
 * The related address is for people who look for errors; what has no public
 * form is written as RFC 8839 section 5.1 says.
 */
static bool edit_related(struct sip_ims_rewrite *rw,
			 const struct sdp_attribute *attribute)
{
	const struct sdp_place *related = &attribute->place[1];
	struct sip_ims_endpoint to = {};

	switch (place_fate(rw, attribute->media, related, &to)) {
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
	return edit_place(rw, attribute, related, &to);
}

static bool edit_candidate(struct sip_ims_rewrite *rw,
			   const struct sdp_attribute *attribute)
{
	const struct sdp_place *place = &attribute->place[0];
	struct sip_ims_endpoint to;

	switch (place_fate(rw, attribute->media, place, &to)) {
	case PLACE_UNKNOWN:
	case PLACE_ABROAD:
		return line_remove(rw, attribute->line, &rw->candidates_removed);
	case PLACE_KNOWN:
		if (!edit_place(rw, attribute, place, &to))
			return false;
		break;
	default:
		break;
	}
	return edit_related(rw, attribute);
}

/* An alternative that nothing leads to keeps its port, not its address. */
static bool edit_alternative(struct sip_ims_rewrite *rw,
			     const struct sdp_attribute *attribute)
{
	const struct sdp_place *place = &attribute->place[0];
	struct sip_ims_endpoint to;

	switch (place_fate(rw, attribute->media, place, &to)) {
	case PLACE_KNOWN:
		return edit_place(rw, attribute, place, &to);
	case PLACE_UNKNOWN:
		return edit_place_host(rw, attribute, place,
				       &rw->path->src_mapped.addr);
	default:
		return true;
	}
}

/* With a=msrp-cema the path is a name, and c= and m= are the way (RFC 6714). */
static bool path_is_name(const struct sip_ims_rewrite *rw,
			 const struct sdp_attribute *attribute)
{
	return attribute->media < rw->sdp->count &&
	       rw->sdp->media[attribute->media].cema;
}

/* Whoever edits a line of a stream removes what others said of it (29.079). */
static bool edited(const struct sip_ims_rewrite *rw, unsigned int media)
{
	const struct sip_ims_stream *stream = media_stream(rw, media);

	if (media == SDP_SESSION)
		return rw->edits.count > rw->header_edits;
	return rw->path->xlat ||
	       (stream && (stream->edit || stream->direct));
}

static bool edit_attribute(struct sip_ims_rewrite *rw,
			   const struct sdp_attribute *attribute)
{
	switch (attribute->kind) {
	case SDP_OMR:
		return !edited(rw, attribute->media) ||
		       line_remove(rw, attribute->line, &rw->omr_removed);
	case SDP_ALTC:
		return edit_alternative(rw, attribute);
	case SDP_PATH:
		return path_is_name(rw, attribute) ||
		       edit_alternative(rw, attribute);
	default:
		break;
	}
	if (rw->strip_candidates)
		return line_remove(rw, attribute->line, &rw->candidates_removed);
	if (attribute->kind == SDP_CANDIDATE)
		return edit_candidate(rw, attribute);
	return attribute->kind == SDP_ICE || edit_alternative(rw, attribute);
}

static bool edit_attributes(struct sip_ims_rewrite *rw)
{
	struct sdp_attribute attribute;
	u32 cursor = 0;

	rw->removed = 0;
	while (sdp_attribute_next(rw->base, rw->sdp, &cursor,
				  &attribute)) {
		if (!edit_attribute(rw, &attribute))
			return false;
	}
	return true;
}

/**
 * sip_ims_edit_sdp() - what changes in the SDP
 * @rw: a message with a plan; its headers were edited
 *
 * Context: RCU read side, bottom halves off.
 * Return: false when there is no room for more edits.
 */
bool sip_ims_edit_sdp(struct sip_ims_rewrite *rw)
{
	const struct sdp *sdp = rw->sdp;
	unsigned int i;

	if (!sdp->body.len || rw->plan->sdp_untouched)
		return true;
	rw->header_edits = rw->edits.count;
	if (!edit_origin(rw) ||
	    !edit_sdp_address(rw, &sdp->connection, session_direct(rw)))
		return false;
	for (i = 0; i < sdp->count; i++) {
		if (!edit_media(rw, i))
			return false;
	}
	return !sdp->attributes || edit_attributes(rw);
}
