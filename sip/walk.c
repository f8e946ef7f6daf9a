// SPDX-License-Identifier: GPL-2.0-only
/*
 * The walk over every place of the header part that names an address, and
 * the questions asked about one header.
 */
#include "parts.h"
#include "scan.h"

#define BIT_OF(id)	(1u << SIP_HEADER_##id)

static const u32 walked = BIT_OF(VIA) | BIT_OF(FROM) | BIT_OF(TO) |
			  BIT_OF(CONTACT) | BIT_OF(ROUTE) |
			  BIT_OF(RECORD_ROUTE) | BIT_OF(PATH) |
			  BIT_OF(SERVICE_ROUTE) | BIT_OF(REFER_TO) |
			  BIT_OF(REFERRED_BY);

static_assert(SIP_HEADER_MAX <= 32);

/**
 * sip_walk_init() - start a walk
 * @walk: the cursor
 */
void sip_walk_init(struct sip_walk *walk)
{
	memset(walk, 0, offsetof(struct sip_walk, queue));
	walk->header = 0xff;
}

/* Queues the literal unless it is a host name. */
static struct sip_literal *enqueue(struct sip_walk *walk, const u8 *base,
				   enum sip_place place, u8 header,
				   struct sip_slice host)
{
	struct sip_literal *literal = &walk->queue[walk->pending];

	if (!sip_address_decode(base + host.off, host.len, &literal->address))
		return NULL;
	literal->place = place;
	literal->header = header;
	literal->index = walk->values[header];
	literal->host = host;
	literal->port_text = scan_slice(0, 0);
	walk->pending++;
	return literal;
}

static void take_uri(struct sip_walk *walk, const u8 *base,
		     enum sip_place place, u8 header, struct sip_slice text)
{
	struct sip_literal *literal;
	struct sip_uri uri;
	struct sip_slice maddr;

	if (!sip_uri_read(base, text, &uri))
		return;
	literal = enqueue(walk, base, place, header, uri.host);
	if (literal) {
		literal->port_text = uri.port_text;
		literal->port = uri.port;
	}
	maddr = sip_uri_maddr(base, uri.rest, scan_slice_end(text));
	literal = enqueue(walk, base, SIP_PLACE_MADDR, header, maddr);
	if (literal)
		literal->port = uri.port;
}

static void take_via(struct sip_walk *walk, const u8 *base, u32 at, u32 end)
{
	struct sip_literal *literal;
	struct sip_via via;
	u32 rport;

	if (!sip_via_read(base, at, end, &via))
		return;
	literal = enqueue(walk, base, SIP_PLACE_VIA, SIP_HEADER_VIA, via.host);
	if (literal) {
		literal->port_text = via.port_text;
		literal->port = via.port;
	}
	literal = enqueue(walk, base, SIP_PLACE_RECEIVED, SIP_HEADER_VIA,
			  via.received);
	if (literal) {
		literal->port = via.port;
		if (sip_number(base, via.rport, &rport) && rport <= 65535) {
			literal->port_text = via.rport;
			literal->port = (u16)rport;
		}
	}
	literal = enqueue(walk, base, SIP_PLACE_MADDR, SIP_HEADER_VIA,
			  via.maddr);
	if (literal)
		literal->port = via.port;
}

/* One value of a header; returns where it ends. */
static u32 take_value(struct sip_walk *walk, const u8 *base, u8 id, u32 at,
		      u32 end)
{
	struct sip_value value;

	if (id == SIP_HEADER_VIA) {
		take_via(walk, base, at, end);
		return sip_value_end(base, at, end);
	}
	if (!sip_value_read(base, at, end, &value))
		return sip_value_end(base, at, end);
	take_uri(walk, base, SIP_PLACE_URI, id, value.uri);
	return sip_value_end(base, value.params, end);
}

/* Moves to the next value of a header that is walked, and queues what it
 * holds; false at the end of the header part.
 */
static bool advance(struct sip_walk *walk, const u8 *base,
		    const struct sip_message *msg)
{
	for (; walk->header < msg->count; walk->header++, walk->at = 0) {
		const struct sip_header *header = &msg->headers[walk->header];
		u32 end = scan_slice_end(header->value), at;

		if (!(walked & 1u << header->id) || !header->value.len)
			continue;
		at = walk->at ? walk->at : header->value.off;
		if (at >= end)
			continue;
		at = take_value(walk, base, header->id, at, end);
		walk->at = (u16)(at < end ? at + 1 : end);
		if (walk->values[header->id] < 0xff)
			walk->values[header->id]++;
		return true;
	}
	return false;
}

/**
 * sip_walk_next() - the next IP address literal of the header part
 * @walk: the cursor
 * @base: first byte of the message
 * @msg: its facts
 * @literal: filled in
 *
 * A value that cannot be read is passed over, the walk goes on behind it.
 * The port of SIP_PLACE_MADDR, and of SIP_PLACE_RECEIVED without a value of
 * rport, is the one of the URI or Via it belongs to; its @port_text has
 * length 0.
 *
 * Return: false at the end.
 */
bool sip_walk_next(struct sip_walk *walk, const u8 *base,
		   const struct sip_message *msg, struct sip_literal *literal)
{
	while (walk->taken == walk->pending) {
		walk->taken = 0;
		walk->pending = 0;
		if (walk->header == 0xff) {
			walk->header = 0;
			if (msg->request && msg->method != SIP_METHOD_REGISTER)
				take_uri(walk, base, SIP_PLACE_REQUEST_URI,
					 SIP_HEADER_OTHER, msg->uri);
		} else if (!advance(walk, base, msg)) {
			return false;
		}
	}
	*literal = walk->queue[walk->taken++];
	return true;
}

static void contact_expires(const u8 *base, u32 at, u32 end,
			    struct sip_contact *contact)
{
	struct sip_param param;

	while (sip_param_next(base, &at, end, &param)) {
		if (!SCAN_SLICE_IS(base, param.name, "expires"))
			continue;
		contact->has_expires = sip_number(base, param.value,
						  &contact->expires);
		return;
	}
}

static bool read_contact(const u8 *base, const struct sip_value *value,
			 u32 end, struct sip_contact *contact)
{
	struct sip_uri uri;

	memset(contact, 0, sizeof(*contact));
	if (value->uri.len == 1 && base[value->uri.off] == '*') {
		contact->star = true;
		return true;
	}
	contact->uri = value->uri;
	if (sip_uri_read(base, value->uri, &uri)) {
		contact->host = uri.host;
		contact->port = uri.port;
		sip_address_decode(base + uri.host.off, uri.host.len,
				   &contact->address);
	}
	contact_expires(base, value->params, end, contact);
	return true;
}

/**
 * sip_contact_next() - the next value of Contact
 * @base: first byte of the message
 * @msg: its facts
 * @cursor: 0 at the start; then private
 * @contact: filled in; its host has length 0 for a URI that is neither sip:
 *	nor sips:, or cannot be read
 *
 * Values that are no URI at all are passed over.
 *
 * Return: false at the end.
 */
bool sip_contact_next(const u8 *base, const struct sip_message *msg,
		      u32 *cursor, struct sip_contact *contact)
{
	u32 index = *cursor >> 16, at = *cursor & 0xffff, end;
	struct sip_value value;
	bool readable;

	if (!*cursor)
		index = msg->first[SIP_HEADER_CONTACT];
	while (index != SIP_HEADER_NONE) {
		struct sip_slice text = msg->headers[index].value;

		end = scan_slice_end(text);
		if (!at)
			at = text.off;
		if (at >= end) {
			index = msg->headers[index].next;
			at = 0;
			continue;
		}
		readable = sip_value_read(base, at, end, &value);
		at = sip_value_end(base, readable ? value.params : at, end);
		if (at < end)
			at++;
		*cursor = index << 16 | at;
		if (readable && read_contact(base, &value, end, contact))
			return true;
	}
	*cursor = (u32)SIP_HEADER_NONE << 16;
	return false;
}

/**
 * sip_expires() - the Expires header
 * @base: first byte of the message
 * @msg: its facts
 * @seconds: its value, saturated at 2^32 - 1
 *
 * Return: false when it is absent or not a number.
 */
bool sip_expires(const u8 *base, const struct sip_message *msg, u32 *seconds)
{
	u8 index = msg->first[SIP_HEADER_EXPIRES];

	return index != SIP_HEADER_NONE &&
	       sip_number(base, msg->headers[index].value, seconds);
}

/**
 * sip_header_uri() - the URI of From or To
 * @base: first byte of the message
 * @msg: its facts
 * @id: SIP_HEADER_FROM, SIP_HEADER_TO or another header with one URI
 *
 * Return: scheme, user, host and port; without brackets, parameters and
 * headers.  Length 0 when the header is absent or cannot be read.
 */
struct sip_slice sip_header_uri(const u8 *base, const struct sip_message *msg,
				enum sip_header_id id)
{
	struct sip_value value;
	struct sip_slice text;
	struct sip_uri uri;
	u8 index = msg->first[id];

	if (index == SIP_HEADER_NONE)
		return scan_slice(0, 0);
	text = msg->headers[index].value;
	if (!sip_value_read(base, text.off, scan_slice_end(text), &value))
		return scan_slice(0, 0);
	text = value.uri;
	if (sip_uri_read(base, text, &uri))
		return scan_slice(text.off, uri.rest);
	return scan_slice(text.off, scan_either(base, text.off,
						scan_slice_end(text), ';', '?'));
}
