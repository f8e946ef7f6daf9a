// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SDP: addresses and ports of streams, and of attributes that name them.
 */
#include <linux/export.h>

#include <sip_ims/packet.h>

/* The line says "IP4" or "IP6" in front of the address. */
static bool edit_sdp_family(struct sip_ims_work *work, struct sip_slice where,
			    u8 family)
{
	struct sip_slice digit = {
		.off = (u16)(where.off + where.len - 1), .len = 1,
	};
	u8 text = (u8)('0' + family);

	return !where.len ||
	       sip_edit_bytes(&work->edits, work->base, digit, &text, 1);
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
	const struct sip_ims_text *text = sip_ims_text_of(work, addr, &room);

	if (!text->len)
		return true;
	return edit_sdp_family(work, family, text->text[0] == '[' ? 6 : 4) &&
	       sip_ims_text_put(work, where, text,
				!brackets && work->base[where.off] != '[');
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
		if (sip_ims_address_is(&line->address, path->l3num, &here->addr))
			return edit_sdp_host(work, line->text, line->family,
					     false,
					     &direct->local[SIP_IMS_RTP].addr);
	}
	if (!sip_ims_address_is(&line->address, path->l3num, &path->src.addr))
		return true;
	return sip_ims_text_flow(work, true, line->text);
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

/* Without a session's c= each stream has its own, and is told by itself. */
static const struct sip_ims_stream *any_direct(const struct sip_ims_work *work)
{
	const struct sip_ims_stream *stream;
	unsigned int i;

	for (i = 0; i < work->sdp.count; i++) {
		stream = media_stream(work, i);
		if (stream && stream->direct)
			return stream;
	}
	return NULL;
}

/*
 * o= is a name only, but some phones refuse one of another family, and what is
 * direct should arrive as it was sent: it goes the way of c=.
 */
static bool edit_origin(struct sip_ims_work *work)
{
	const struct sip_ims_stream *direct =
		work->sdp.connection.text.len ? session_direct(work) :
						any_direct(work);

	return edit_sdp_address(work, &work->sdp.origin, direct);
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
	/* What is direct is told as its end calls itself, and told back. */
	if ((said && sip_ims_description_direct(said, false, &from, to)) ||
	    (other && sip_ims_description_direct(other, true, &from, to)) ||
	    (other && sip_ims_description_map(other, media, false, &from, to)))
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

/**
 * sip_ims_edit_sdp() - what changes in the SDP
 * @work: a message with a plan; its headers were edited
 *
 * Context: RCU read side, bottom halves off.
 * Return: false when there is no room for more edits.
 */
bool sip_ims_edit_sdp(struct sip_ims_work *work)
{
	const struct sdp *sdp = &work->sdp;
	unsigned int i;

	if (!sdp->body.len || work->plan.leave_sdp)
		return true;
	work->header_edits = work->edits.count;
	if (!edit_origin(work) ||
	    !edit_sdp_address(work, &sdp->connection, session_direct(work)))
		return false;
	for (i = 0; i < sdp->count; i++) {
		if (!edit_media(work, i))
			return false;
	}
	return !sdp->attributes || edit_attributes(work);
}
EXPORT_SYMBOL_GPL(sip_ims_edit_sdp);
