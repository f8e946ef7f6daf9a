// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything that reads a message, and what holds for every message: nothing
 * lies outside of it, chains are whole, walks end.
 */
#include <sip/response.h>

#include "unit.h"

static bool inside(struct sip_slice slice, size_t len)
{
	return (size_t)slice.off + slice.len <= len;
}

static bool digits(const u8 *bytes, struct sip_slice slice)
{
	u32 i;

	for (i = 0; i < slice.len; i++) {
		if (bytes[slice.off + i] < '0' || bytes[slice.off + i] > '9')
			return false;
	}
	return true;
}

/* Each header begins after the value of the one before. */
static const char *exercise_table(const struct sip_message *msg)
{
	u32 i, last = 0;

	for (i = 0; i < msg->count; i++) {
		const struct sip_header *header = &msg->headers[i];

		if (header->name < last || header->value.off <= header->name)
			return "a header stands before an earlier one";
		last = header->value.off + header->value.len;
	}
	return last <= msg->body.off ? NULL : "a header is in the body";
}

static const char *exercise_chains(const struct sip_message *msg)
{
	u32 i, seen = 0, id;

	for (id = 0; id < SIP_HEADER_MAX; id++) {
		for (i = msg->first[id]; i != SIP_HEADER_NONE;
		     i = msg->headers[i].next) {
			if (i >= msg->count || msg->headers[i].id != id)
				return "a chain of headers is broken";
			seen++;
		}
	}
	return seen == msg->count ? NULL : "a header is in no chain";
}

static const char *exercise_message(const struct sip_message *msg, size_t len)
{
	const char *wrong;
	size_t end = msg->body.off;

	if (!inside(msg->uri, end) || !inside(msg->call_id, end) ||
	    !inside(msg->from, end) || !inside(msg->to, end) ||
	    !inside(msg->from_tag, end) || !inside(msg->to_tag, end) ||
	    !inside(msg->branch, end) || !inside(msg->content_length, end))
		return "a fact lies outside of the header part";
	if (msg->via_end > end || msg->contact_end > end ||
	    (msg->contact_end && !inside(msg->contact, end)))
		return "the first Via or Contact lies outside of the header part";
	if (!inside(msg->body, len) ||
	    msg->len != msg->body.off + msg->body.len ||
	    (size_t)msg->len + msg->trailing != len)
		return "body and trailing bytes do not add up";
	wrong = exercise_table(msg);
	return wrong ? wrong : exercise_chains(msg);
}

static const char *exercise_walk(const u8 *bytes, size_t len,
				 const struct sip_message *msg)
{
	struct sip_literal literal;
	struct sip_address address;
	struct sip_walk walk;
	u32 count = 0, last = 0;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, bytes, msg, &literal)) {
		if (++count > len)
			return "the walk does not end";
		if (!literal.host.len || !inside(literal.host, msg->body.off) ||
		    !inside(literal.port_text, msg->body.off))
			return "a literal lies outside of the header part";
		if (!digits(bytes, literal.port_text))
			return "a port is not digits";
		if (literal.place != SIP_PLACE_RECEIVED &&
		    literal.place != SIP_PLACE_MADDR) {
			if (literal.host.off < last)
				return "the walk goes backwards";
			last = literal.host.off;
		}
		if (!sip_address_decode(bytes + literal.host.off,
					literal.host.len, &address) ||
		    memcmp(&address, &literal.address, sizeof(address)))
			return "a literal is not what it says";
	}
	return sip_walk_next(&walk, bytes, msg, &literal) ?
		"the walk goes on after its end" : NULL;
}

static const char *exercise_headers(const u8 *bytes, size_t len,
				    const struct sip_message *msg)
{
	struct sip_contact contact;
	u32 cursor = 0, count = 0, seconds, id;

	while (sip_contact_next(bytes, msg, &cursor, &contact)) {
		if (++count > len)
			return "the contacts do not end";
		if (!inside(contact.uri, msg->body.off) ||
		    !inside(contact.host, msg->body.off))
			return "a contact lies outside of the header part";
	}
	sip_expires(bytes, msg, &seconds);
	sip_auth_int(bytes, msg);
	for (id = 0; id < SIP_HEADER_MAX; id++) {
		if (!inside(sip_header_uri(bytes, msg, id), msg->body.off))
			return "a URI lies outside of the header part";
	}
	return NULL;
}

static bool within(struct sip_slice slice, struct sip_slice body)
{
	return !slice.len || (slice.off >= body.off &&
			      slice.off + slice.len <= body.off + body.len);
}

static const char *exercise_place(const u8 *bytes, struct sip_slice line,
				  const struct sdp_place *place)
{
	struct sip_address address;

	if (!within(place->text, line) || !within(place->port_text, line))
		return "a place lies outside of its line";
	if (!digits(bytes, place->port_text) ||
	    (place->port && !place->port_text.len))
		return "a port of an attribute is not digits";
	sip_address_decode(bytes + place->text.off, place->text.len, &address);
	return memcmp(&address, &place->address, sizeof(address)) ?
		"a place is not what it says" : NULL;
}

/* Which of them the places belong to, and whole lines. */
static const char *exercise_attribute(const u8 *bytes, const struct sdp *sdp,
				      const struct sdp_attribute *attribute)
{
	bool session = attribute->mline == SDP_SESSION;
	struct sip_slice line = attribute->line;
	const char *wrong;
	u32 end = (u32)line.off + line.len;

	if (!line.len || !within(line, sdp->body) ||
	    memcmp(bytes + line.off, "a=", 2))
		return "an attribute is no line of the SDP";
	if ((line.off > sdp->body.off && bytes[line.off - 1] != '\n') ||
	    (end < sdp->body.off + sdp->body.len && bytes[end - 1] != '\n'))
		return "an attribute is no whole line";
	if (!session && (attribute->mline >= sdp->count ||
			 sdp->media[attribute->mline].port_text.off > line.off))
		return "an attribute belongs to no stream";
	if (attribute->mline + 1u < sdp->count &&
	    sdp->media[attribute->mline + 1].port_text.off < line.off)
		return "an attribute belongs to another stream";
	if (session && sdp->count && sdp->media[0].port_text.off < line.off)
		return "an attribute of a stream belongs to the session";
	wrong = exercise_place(bytes, line, &attribute->place[0]);
	return wrong ? wrong : exercise_place(bytes, line,
					      &attribute->place[1]);
}

static const char *exercise_attributes(const u8 *bytes, const struct sdp *sdp)
{
	struct sdp_attribute attribute;
	u32 cursor = 0, count = 0, last = 0;
	const char *wrong;

	while (sdp_attribute_next(bytes, sdp, &cursor, &attribute)) {
		if (++count > sdp->body.len || attribute.line.off < last)
			return "the attributes do not end";
		last = attribute.line.off;
		wrong = exercise_attribute(bytes, sdp, &attribute);
		if (wrong)
			return wrong;
	}
	if (sdp->attributes != !!count)
		return "there are attributes or there are none";
	return sdp_attribute_next(bytes, sdp, &cursor, &attribute) ?
		"the attributes go on after their end" : NULL;
}

static const char *exercise_sdp(const u8 *bytes, size_t len,
				struct sip_slice body)
{
	static struct sdp sdp;
	u32 i;

	if (!inside(body, len))
		return "the SDP lies outside of the message";
	if (sdp_parse(bytes, body, &sdp))
		return NULL;
	if (!within(sdp.origin.text, body) ||
	    !within(sdp.connection.text, body))
		return "an address lies outside of the SDP";
	for (i = 0; i < sdp.count; i++) {
		const struct sdp_media *media = &sdp.media[i];

		if (!media->port_text.len || !within(media->port_text, body) ||
		    !within(media->rtcp_text, body) ||
		    !within(media->connection.text, body) ||
		    !within(media->rtcp.text, body))
			return "a stream lies outside of the SDP";
		if (!digits(bytes, media->rtcp_text))
			return "a port of RTCP is not digits";
	}
	return exercise_attributes(bytes, &sdp);
}

static bool same_bytes(const u8 *a, struct sip_slice x, const u8 *b,
		       struct sip_slice y)
{
	return x.len == y.len && !memcmp(a + x.off, b + y.off, x.len);
}

/* Return: whether a client matches the response to its request. */
static bool answers(const u8 *request, const struct sip_message *msg,
		    const u8 *bytes, const struct sip_message *answer)
{
	return !answer->request && answer->status == 503 &&
	       !answer->body.len && !answer->trailing &&
	       answer->method == msg->method && answer->cseq == msg->cseq &&
	       same_bytes(request, msg->call_id, bytes, answer->call_id) &&
	       same_bytes(request, msg->branch, bytes, answer->branch) &&
	       same_bytes(request, msg->from_tag, bytes, answer->from_tag) &&
	       (msg->to_tag.len ?
		same_bytes(request, msg->to_tag, bytes, answer->to_tag) :
		answer->to_tag.len == SIP_RESPONSE_TAG_LENGTH);
}

static const char *exercise_response(const u8 *bytes,
				     const struct sip_message *msg)
{
	static struct sip_message answer;
	struct sip_response response = { .source_port = 40000, .retry_after = 5 };
	u8 out[SIP_RESPONSE_MAX];
	size_t len;

	if (!msg->request)
		return NULL;
	sip_address_decode((const u8 *)"2001:db8::1", 11, &response.source);
	memset(response.tag, 't', sizeof(response.tag));
	len = sip_response_write_unavailable(&response, bytes, msg, out, sizeof(out));
	if (!len)
		return NULL;
	if (sip_parse(out, len, &answer))
		return "an answer is no message";
	return answers(bytes, msg, out, &answer) ? NULL :
	       "an answer does not answer the request";
}

const char *exercise(const u8 *bytes, size_t len)
{
	static struct sip_message msg;
	struct sip_slice all = { 0, (u16)len }, sdp;
	const char *wrong;

	sip_classify(bytes, len);
	wrong = exercise_sdp(bytes, len, all);
	if (wrong || sip_parse(bytes, len, &msg))
		return wrong;
	wrong = exercise_message(&msg, len);
	if (!wrong)
		wrong = exercise_walk(bytes, len, &msg);
	if (!wrong)
		wrong = exercise_headers(bytes, len, &msg);
	if (!wrong)
		wrong = exercise_response(bytes, &msg);
	if (wrong || sip_find_sdp(bytes, &msg, &sdp))
		return wrong;
	if (!within(sdp, msg.body))
		return "the SDP lies outside of the body";
	return exercise_sdp(bytes, len, sdp);
}
