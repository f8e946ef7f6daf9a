// SPDX-License-Identifier: GPL-2.0-only
/*
 * All facts of a message as one number, see fuzz.h.
 */
#include "fuzz.h"

#define MIX(digest, field)	mix(digest, &(field), sizeof(field))

static u64 mix_address(u64 digest, const struct sip_address *address)
{
	digest = MIX(digest, address->family);
	return MIX(digest, address->bytes);
}

static u64 mix_start(u64 digest, const struct sip_message *msg)
{
	digest = MIX(digest, msg->len);
	digest = MIX(digest, msg->request);
	digest = MIX(digest, msg->method);
	digest = MIX(digest, msg->status);
	digest = MIX(digest, msg->cseq);
	digest = MIX(digest, msg->trailing);
	digest = MIX(digest, msg->count);
	return MIX(digest, msg->first);
}

static u64 mix_via(u64 digest, const struct sip_message *msg)
{
	const struct sip_via *via = &msg->via;

	digest = MIX(digest, msg->rport);
	digest = MIX(digest, msg->via_end);
	if (!msg->via_end)
		return digest;
	digest = MIX(digest, via->host);
	digest = MIX(digest, via->port_text);
	digest = MIX(digest, via->port);
	digest = MIX(digest, via->branch);
	digest = MIX(digest, via->received);
	digest = MIX(digest, via->rport);
	digest = MIX(digest, via->has_rport);
	digest = MIX(digest, via->maddr);
	return mix_address(digest, &via->address);
}

/* The facts of the first Contact */
static u64 mix_contact_fact(u64 digest, const struct sip_message *msg)
{
	const struct sip_uri *uri = &msg->contact_uri;

	digest = MIX(digest, msg->contact_end);
	if (!msg->contact_end)
		return digest;
	digest = MIX(digest, msg->contact);
	digest = MIX(digest, uri->host);
	digest = MIX(digest, uri->port_text);
	digest = MIX(digest, uri->port);
	digest = MIX(digest, uri->rest);
	return mix_address(digest, &uri->address);
}

static u64 mix_message(u64 digest, const struct sip_message *msg)
{
	u32 i;

	digest = mix_start(digest, msg);
	digest = MIX(digest, msg->uri);
	digest = MIX(digest, msg->call_id);
	digest = MIX(digest, msg->from);
	digest = MIX(digest, msg->to);
	digest = MIX(digest, msg->from_tag);
	digest = MIX(digest, msg->to_tag);
	digest = MIX(digest, msg->branch);
	digest = MIX(digest, msg->content_length);
	digest = MIX(digest, msg->body);
	for (i = 0; i < msg->count; i++) {
		digest = MIX(digest, msg->headers[i].name);
		digest = MIX(digest, msg->headers[i].value);
		digest = MIX(digest, msg->headers[i].id);
		digest = MIX(digest, msg->headers[i].next);
	}
	digest = mix_via(digest, msg);
	return mix_contact_fact(digest, msg);
}

static u64 mix_literals(u64 digest, const u8 *bytes,
			const struct sip_message *msg, int fill)
{
	struct sip_literal literal;
	struct sip_walk walk;

	memset(&walk, fill, sizeof(walk));
	memset(&literal, fill, sizeof(literal));
	sip_walk_init(&walk);
	while (sip_walk_next(&walk, bytes, msg, &literal)) {
		digest = MIX(digest, literal.place);
		digest = MIX(digest, literal.header);
		digest = MIX(digest, literal.index);
		digest = MIX(digest, literal.host);
		digest = MIX(digest, literal.port_text);
		digest = MIX(digest, literal.port);
		digest = mix_address(digest, &literal.address);
	}
	return digest;
}

/* A contact of "*" leaves the other fields unset. */
static u64 mix_contact(u64 digest, const struct sip_contact *contact)
{
	digest = MIX(digest, contact->star);
	if (contact->star)
		return digest;
	digest = MIX(digest, contact->uri);
	digest = MIX(digest, contact->host);
	digest = MIX(digest, contact->port);
	return mix_address(digest, &contact->address);
}

static u64 mix_contacts(u64 digest, const u8 *bytes,
			const struct sip_message *msg, int fill)
{
	struct sip_contact contact;
	u32 cursor = 0, seconds;

	memset(&contact, fill, sizeof(contact));
	while (sip_contact_next(bytes, msg, &cursor, &contact)) {
		digest = mix_contact(digest, &contact);
		digest = MIX(digest, contact.has_expires);
		if (contact.has_expires)
			digest = MIX(digest, contact.expires);
	}
	memset(&seconds, fill, sizeof(seconds));
	if (sip_expires(bytes, msg, &seconds))
		digest = MIX(digest, seconds);
	return digest;
}

static u64 mix_uris(u64 digest, const u8 *bytes, const struct sip_message *msg)
{
	struct sip_slice uri;
	u32 id;

	for (id = 0; id < SIP_HEADER_MAX; id++) {
		uri = sip_header_uri(bytes, msg, id);
		digest = MIX(digest, uri);
	}
	return digest;
}

static u64 mix_sdp_address(u64 digest, const struct sdp_address *address)
{
	digest = MIX(digest, address->text);
	digest = MIX(digest, address->family);
	return mix_address(digest, &address->address);
}

static u64 mix_media(u64 digest, const struct sdp_media *media)
{
	digest = MIX(digest, media->transport);
	digest = MIX(digest, media->direction);
	digest = MIX(digest, media->setup);
	digest = MIX(digest, media->cema);
	digest = MIX(digest, media->rtcp_mux);
	digest = MIX(digest, media->absurd_port);
	digest = MIX(digest, media->port);
	digest = MIX(digest, media->ports);
	digest = MIX(digest, media->rtcp_port);
	digest = MIX(digest, media->port_text);
	digest = MIX(digest, media->rtcp_text);
	digest = mix_sdp_address(digest, &media->connection);
	return mix_sdp_address(digest, &media->rtcp);
}

static u64 mix_place(u64 digest, const struct sdp_place *place)
{
	digest = MIX(digest, place->text);
	digest = MIX(digest, place->port_text);
	digest = MIX(digest, place->port);
	return mix_address(digest, &place->address);
}

static u64 mix_attributes(u64 digest, const u8 *bytes, const struct sdp *sdp,
			  int fill)
{
	struct sdp_attribute attribute;
	u32 cursor = 0;

	memset(&attribute, fill, sizeof(attribute));
	while (sdp_attribute_next(bytes, sdp, &cursor, &attribute)) {
		digest = MIX(digest, attribute.kind);
		digest = MIX(digest, attribute.mline);
		digest = MIX(digest, attribute.component);
		digest = MIX(digest, attribute.l4proto);
		digest = MIX(digest, attribute.line);
		digest = mix_place(digest, &attribute.place[0]);
		digest = mix_place(digest, &attribute.place[1]);
	}
	return digest;
}

static u64 mix_sdp_facts(u64 digest, const struct sdp *sdp)
{
	u32 i;

	digest = MIX(digest, sdp->body);
	digest = MIX(digest, sdp->count);
	digest = MIX(digest, sdp->excess);
	digest = MIX(digest, sdp->attributes);
	digest = mix_sdp_address(digest, &sdp->origin);
	digest = mix_sdp_address(digest, &sdp->connection);
	for (i = 0; i < sdp->count; i++)
		digest = mix_media(digest, &sdp->media[i]);
	return digest;
}

u64 facts_hash(const struct sip_message *msg, const struct sdp *sdp)
{
	u64 digest = mix_message(MIX_START, msg);

	return sdp->body.len ? mix_sdp_facts(digest, sdp) : digest;
}

static u64 mix_sdp(u64 digest, const u8 *bytes, const struct sip_message *msg,
		   int fill)
{
	static struct sdp sdp;
	struct sip_slice body;
	enum sip_fault fault = sip_find_sdp(bytes, msg, &body);

	digest = MIX(digest, fault);
	if (fault)
		return digest;
	digest = MIX(digest, body);
	memset(&sdp, fill, sizeof(sdp));
	fault = sdp_parse(bytes, body, &sdp);
	digest = MIX(digest, fault);
	if (fault)
		return digest;
	digest = mix_sdp_facts(digest, &sdp);
	return mix_attributes(digest, bytes, &sdp, fill);
}

u64 facts_digest(const u8 *bytes, size_t len, int fill)
{
	static struct sip_message msg;
	enum sip_kind kind = sip_classify(bytes, len);
	enum sip_fault fault;
	u64 digest = MIX(MIX_START, kind);

	memset(&msg, fill, sizeof(msg));
	fault = sip_parse(bytes, len, &msg);
	digest = MIX(digest, fault);
	if (fault)
		return digest;
	digest = mix_message(digest, &msg);
	digest = mix_literals(digest, bytes, &msg, fill);
	digest = mix_contacts(digest, bytes, &msg, fill);
	digest = mix_uris(digest, bytes, &msg);
	return mix_sdp(digest, bytes, &msg, fill);
}
