// SPDX-License-Identifier: GPL-2.0-only
/*
 * The addresses and ports in the SDP: those of the streams, and those in
 * attributes.
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

/* RFC 8839 section 5.1: port of an address that is not usable */
#define DISCARD_PORT	9

/* The address type before the address is "IP4" or "IP6". */
static int edit_family(struct sip_ims_rewrite *rw, struct sip_slice where,
		       u8 family)
{
	struct sip_slice digit = {
		.off = (u16)(where.off + where.len - 1), .len = 1,
	};
	u8 text = (u8)('0' + family);

	if (!where.len)
		return 0;
	return sip_edit_bytes(&rw->edits, rw->base, digit, &text, 1);
}

/*
 * An IPv6 address in SDP has no brackets; those that the sender wrote anyway
 * are kept.  An address without equivalent in the receiver's family stays.
 */
static int edit_sdp_host(struct sip_ims_rewrite *rw, struct sip_slice where,
			 struct sip_slice family, bool brackets,
			 const union nf_inet_addr *addr)
{
	struct sip_ims_text buf;
	const struct sip_ims_text *text = sip_ims_text_of(rw, addr, &buf);
	int err;

	if (!text->len)
		return 0;
	err = edit_family(rw, family, text->text[0] == '[' ? 6 : 4);
	return err ?: sip_ims_text_put(rw, where, text, !brackets &&
				       rw->base[where.off] != '[');
}

/* See edit_xlat_literal(). */
static int edit_xlat_address(struct sip_ims_rewrite *rw,
			     const struct sdp_address *line,
			     const struct sip_ims_stream *direct)
{
	const struct sip_ims_path *path = rw->path;
	union nf_inet_addr addr;

	if (!sip_ims_address_read(&addr, &line->address, path))
		return 0;
	if (direct &&
	    nf_inet_addr_cmp(&addr, &direct->mapped[SIP_IMS_RTP].addr))
		addr = direct->local[SIP_IMS_RTP].addr;
	else if (nf_inet_addr_cmp(&addr, &path->src.addr))
		addr = path->src_mapped.addr;
	return edit_sdp_host(rw, line->text, line->family, false, &addr);
}

/*
 * An address in o=, c= or a=rtcp.  The sender's address is translated by NAT.
 * For a direct stream, the router's address is replaced by that of the phone
 * for which it stands.
 */
static int edit_sdp_address(struct sip_ims_rewrite *rw,
			    const struct sdp_address *line,
			    const struct sip_ims_stream *direct)
{
	const struct sip_ims_path *path = rw->path;
	const struct sip_ims_endpoint *public;

	if (!line->text.len)
		return 0;
	if (path->xlat)
		return edit_xlat_address(rw, line, direct);
	if (direct) {
		public = &direct->mapped[SIP_IMS_RTP];
		if (sip_ims_address_is(&line->address, path->l3num,
				       &public->addr))
			return edit_sdp_host(rw, line->text, line->family,
					     false,
					     &direct->local[SIP_IMS_RTP].addr);
	}
	if (!sip_ims_address_is(&line->address, path->l3num, &path->src.addr))
		return 0;
	return sip_ims_text_put_flow(rw, true, line->text);
}

/* The endpoints to write: the public ones, or the phone's own if direct. */
static const struct sip_ims_endpoint *
announced_endpoints(const struct sip_ims_stream *stream)
{
	return stream->direct ? stream->local : stream->mapped;
}

static int edit_media_ports(struct sip_ims_rewrite *rw, unsigned int index,
			    const struct sip_ims_stream *stream)
{
	const struct sdp_media *media = &rw->sdp->media[index];
	const struct sip_ims_endpoint *announced = announced_endpoints(stream);
	__be16 rtcp = announced[SIP_IMS_RTCP].port;
	int err;

	if (!stream->edit && !stream->direct)
		return 0;
	err = sip_edit_number(&rw->edits, rw->base, media->port_text,
			      ntohs(announced[SIP_IMS_RTP].port));
	if (media->rtcp_port == media->port)
		rtcp = announced[SIP_IMS_RTP].port;
	if (err || !media->rtcp_text.len || !rtcp)
		return err;
	return sip_edit_number(&rw->edits, rw->base, media->rtcp_text,
			       ntohs(rtcp));
}

static const struct sip_ims_stream *find_stream(const struct sip_ims_rewrite *rw,
						unsigned int index)
{
	const struct sip_ims_description *description = rw->plan->description;

	return description && index < description->count ?
	       &description->streams[index] : NULL;
}

static int edit_media(struct sip_ims_rewrite *rw, unsigned int index)
{
	const struct sip_ims_stream *stream = find_stream(rw, index);
	const struct sdp_media *media = &rw->sdp->media[index];
	const struct sip_ims_stream *direct;
	int err = 0;

	direct = stream && stream->direct ? stream : NULL;
	if (stream)
		err = edit_media_ports(rw, index, stream);
	if (!err)
		err = edit_sdp_address(rw, &media->connection, direct);
	return err ?: edit_sdp_address(rw, &media->rtcp, direct);
}

/*
 * The streams without a c= of their own share that of the session, so either
 * all of them go to the same phone directly, or none.
 */
static const struct sip_ims_stream *
find_session_direct(const struct sip_ims_rewrite *rw)
{
	const struct sip_ims_stream *stream;
	unsigned int i;

	for (i = 0; i < rw->sdp->count; i++) {
		stream = find_stream(rw, i);
		if (stream && stream->direct &&
		    !rw->sdp->media[i].connection.text.len)
			return stream;
	}
	return NULL;
}

/* The SDP has no c= of the session: each stream has its own. */
static const struct sip_ims_stream *
find_any_direct(const struct sip_ims_rewrite *rw)
{
	const struct sip_ims_stream *stream;
	unsigned int i;

	for (i = 0; i < rw->sdp->count; i++) {
		stream = find_stream(rw, i);
		if (stream && stream->direct)
			return stream;
	}
	return NULL;
}

/*
 * The address in o= only identifies the session, but some phones reject one of
 * the other family, and the SDP of a direct call should arrive as it was sent.
 * So o= is translated like c=.
 */
static int edit_origin(struct sip_ims_rewrite *rw)
{
	const struct sip_ims_stream *direct =
		rw->sdp->connection.text.len ? find_session_direct(rw) :
						find_any_direct(rw);

	return edit_sdp_address(rw, &rw->sdp->origin, direct);
}

/**
 * enum place_fate - what becomes of an address in an attribute
 * @PLACE_STAYS: the router does not translate it
 * @PLACE_MAPPED: it is translated
 * @PLACE_UNMAPPED: the sender's address, with a port that no stream has
 * @PLACE_NO_FAMILY: it has no equivalent in the receiver's family
 */
enum place_fate {
	PLACE_STAYS,
	PLACE_MAPPED,
	PLACE_UNMAPPED,
	PLACE_NO_FAMILY,
};

/* An address that NAT does not change may still have to change its family. */
static enum place_fate map_family(const struct sip_ims_rewrite *rw,
				  const struct sip_ims_endpoint *from,
				     struct sip_ims_endpoint *to)
{
	struct sip_address written;

	if (!rw->path->xlat)
		return PLACE_STAYS;
	*to = *from;
	return sip_ims_address_write(rw->path, &from->addr, &written) ?
	       PLACE_MAPPED : PLACE_NO_FAMILY;
}

static enum place_fate map_place(const struct sip_ims_rewrite *rw,
				 unsigned int mline,
				 const struct sdp_place *place,
				 struct sip_ims_endpoint *to)
{
	const struct sip_ims_description *own = rw->plan->description;
	const struct sip_ims_description *other = rw->plan->other;
	const struct sip_ims_path *path = rw->path;
	struct sip_ims_endpoint from = { .port = htons(place->port) };
	bool hidden = !nf_inet_addr_cmp(&path->src.addr,
					&path->src_mapped.addr);

	if (!place->text.len ||
	    !sip_ims_address_read(&from.addr, &place->address, path))
		return PLACE_STAYS;
	if (hidden && nf_inet_addr_cmp(&from.addr, &path->src.addr))
		return own && !sip_ims_description_map(own, mline, true,
						       &from, to) ?
		       PLACE_MAPPED : PLACE_UNMAPPED;
	/*
	 * For direct media write the phone's own address, and reverse that in
	 * the answer.
	 */
	if ((own && !sip_ims_description_map_direct(own, false, &from, to)) ||
	    (other &&
	     !sip_ims_description_map_direct(other, true, &from, to)) ||
	    (other &&
	     !sip_ims_description_map(other, mline, false, &from, to)))
		return PLACE_MAPPED;
	return map_family(rw, &from, to);
}

/* Of the attributes, only a=path has a URI, and with it brackets. */
static int edit_place_host(struct sip_ims_rewrite *rw,
			   const struct sdp_attribute *attribute,
			   const struct sdp_place *place,
			   const union nf_inet_addr *addr)
{
	return edit_sdp_host(rw, place->text, place->family,
			     attribute->kind == SDP_PATH, addr);
}

static int edit_place(struct sip_ims_rewrite *rw,
		      const struct sdp_attribute *attribute,
		      const struct sdp_place *place,
		      const struct sip_ims_endpoint *to)
{
	int err = edit_place_host(rw, attribute, place, &to->addr);

	if (err || !place->port_text.len)
		return err;
	return sip_edit_number(&rw->edits, rw->base, place->port_text,
			       ntohs(to->port));
}

/* A line with several addresses is removed only once. */
static int remove_line(struct sip_ims_rewrite *rw, struct sip_slice line,
		       u32 *count)
{
	if (rw->removed == line.off)
		return 0;
	rw->removed = line.off;
	++*count;
	return sip_edit_bytes(&rw->edits, rw->base, line, NULL, 0);
}

/*
 * The related address serves diagnostics only.  One that cannot be translated
 * is replaced by the zero address and port 9 (RFC 8839 section 5.1).
 */
static int edit_related(struct sip_ims_rewrite *rw,
			const struct sdp_attribute *attribute)
{
	const struct sdp_place *related = &attribute->place[1];
	struct sip_ims_endpoint to = {};

	switch (map_place(rw, attribute->mline, related, &to)) {
	case PLACE_STAYS:
		return 0;
	case PLACE_UNMAPPED:
	case PLACE_NO_FAMILY:
		memset(&to, 0, sizeof(to));
		to.port = htons(DISCARD_PORT);
		break;
	default:
		break;
	}
	return edit_place(rw, attribute, related, &to);
}

static int edit_candidate(struct sip_ims_rewrite *rw,
			  const struct sdp_attribute *attribute)
{
	const struct sdp_place *place = &attribute->place[0];
	struct sip_ims_endpoint to;
	int err = 0;

	switch (map_place(rw, attribute->mline, place, &to)) {
	case PLACE_UNMAPPED:
	case PLACE_NO_FAMILY:
		return remove_line(rw, attribute->line, &rw->candidates_removed);
	case PLACE_MAPPED:
		err = edit_place(rw, attribute, place, &to);
		break;
	default:
		break;
	}
	return err ?: edit_related(rw, attribute);
}

/*
 * An alternative address whose port no stream has keeps the port.  Its address
 * is private and is translated all the same.
 */
static int edit_alternative(struct sip_ims_rewrite *rw,
			    const struct sdp_attribute *attribute)
{
	const struct sdp_place *place = &attribute->place[0];
	struct sip_ims_endpoint to;

	switch (map_place(rw, attribute->mline, place, &to)) {
	case PLACE_MAPPED:
		return edit_place(rw, attribute, place, &to);
	case PLACE_UNMAPPED:
		return edit_place_host(rw, attribute, place,
				       &rw->path->src_mapped.addr);
	default:
		return 0;
	}
}

/* With a=msrp-cema, c= and m= have the address; a=path only identifies (RFC 6714). */
static bool path_is_identity(const struct sip_ims_rewrite *rw,
			     const struct sdp_attribute *attribute)
{
	return attribute->mline < rw->sdp->count &&
	       rw->sdp->media[attribute->mline].cema;
}

/* The OMR attributes of an edited stream are no longer valid (TS 29.079). */
static bool stream_is_edited(const struct sip_ims_rewrite *rw,
			     unsigned int mline)
{
	const struct sip_ims_stream *stream = find_stream(rw, mline);

	if (mline == SDP_SESSION)
		return rw->edits.count > rw->header_edits;
	return rw->path->xlat ||
	       (stream && (stream->edit || stream->direct));
}

static int edit_ice(struct sip_ims_rewrite *rw,
		    const struct sdp_attribute *attribute)
{
	if (rw->strip_candidates)
		return remove_line(rw, attribute->line, &rw->candidates_removed);
	switch (attribute->kind) {
	case SDP_ICE:
		return 0;
	case SDP_CANDIDATE:
		return edit_candidate(rw, attribute);
	default:
		return edit_alternative(rw, attribute);
	}
}

static int edit_attribute(struct sip_ims_rewrite *rw,
			  const struct sdp_attribute *attribute)
{
	switch (attribute->kind) {
	case SDP_OMR:
		if (!stream_is_edited(rw, attribute->mline))
			return 0;
		return remove_line(rw, attribute->line, &rw->omr_removed);
	case SDP_ALTC:
		return edit_alternative(rw, attribute);
	case SDP_PATH:
		if (path_is_identity(rw, attribute))
			return 0;
		return edit_alternative(rw, attribute);
	default:
		return edit_ice(rw, attribute);
	}
}

static int edit_attributes(struct sip_ims_rewrite *rw)
{
	struct sdp_attribute attribute;
	u32 cursor = 0;
	int err = 0;

	rw->removed = 0;
	while (!err &&
	       sdp_attribute_next(rw->base, rw->sdp, &cursor, &attribute))
		err = edit_attribute(rw, &attribute);
	return err;
}

/**
 * sip_ims_edit_sdp() - list the edits of the SDP
 * @rw: a message with a plan; the edits of its headers are in the list
 *
 * Context: RCU read side, bottom halves off.
 * Return: as sip_edit_bytes().
 */
int sip_ims_edit_sdp(struct sip_ims_rewrite *rw)
{
	const struct sdp *sdp = rw->sdp;
	unsigned int i;
	int err;

	if (!sdp->body.len || rw->plan->sdp_untouched)
		return 0;
	rw->header_edits = rw->edits.count;
	err = edit_origin(rw);
	if (!err)
		err = edit_sdp_address(rw, &sdp->connection,
				       find_session_direct(rw));
	for (i = 0; !err && i < sdp->count; i++)
		err = edit_media(rw, i);
	if (!err && sdp->attributes)
		err = edit_attributes(rw);
	return err;
}
