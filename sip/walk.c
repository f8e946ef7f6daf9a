// SPDX-License-Identifier: GPL-2.0-only
/*
 * Iteration over all IP address literals of the header part, and readers for
 * single header fields.
 */
#include "parts.h"
#include "scan.h"

#define BIT_OF(id)	(1u << SIP_HEADER_##id)

static const u32 walked = BIT_OF(VIA) | BIT_OF(FROM) | BIT_OF(TO) |
			  BIT_OF(CONTACT) | BIT_OF(ROUTE) |
			  BIT_OF(RECORD_ROUTE) | BIT_OF(PATH) |
			  BIT_OF(SERVICE_ROUTE) | BIT_OF(REFER_TO) |
			  BIT_OF(REFERRED_BY);

/* Walked headers with a single value, in which a comma separates nothing. */
static const u32 single = BIT_OF(REFER_TO) | BIT_OF(REFERRED_BY);

static_assert(SIP_HEADER_MAX <= 32);

/**
 * sip_walk_init() - start the iteration over the literals of a message
 * @walk: the cursor, set to the Request-URI
 */
void sip_walk_init(struct sip_walk *walk)
{
	memset(walk, 0, offsetof(struct sip_walk, queue));
	walk->header = 0xff;
}

static struct sip_literal *enqueue(struct sip_walk *walk, enum sip_place place,
				   u8 header, struct sip_slice host,
				   const struct sip_address *address)
{
	struct sip_literal *literal = &walk->queue[walk->pending++];

	literal->place = (u8)place;
	literal->header = header;
	literal->index = walk->values[header];
	literal->host = host;
	literal->address = *address;
	literal->port_text = scan_slice(0, 0);
	return literal;
}

/* Queues the value of a parameter if it is an IP address literal. */
static struct sip_literal *enqueue_param(struct sip_walk *walk, const u8 *base,
					 enum sip_place place, u8 header,
					 struct sip_slice host)
{
	struct sip_address address;

	if (!sip_address_decode(base + host.off, host.len, &address))
		return NULL;
	return enqueue(walk, place, header, host, &address);
}

/* Most URIs have a user and a host name and no maddr=.  Recognising them saves
 * the parsing of the URI.
 */
static bool names_no_address(const u8 *base, struct sip_slice text)
{
	size_t end = scan_slice_end(text);
	size_t at = scan_byte(base, text.off, end, '@') + 1;

	if (at >= end || !scan_is(base[at], SCAN_ALPHA))
		return false;
	at = scan_byte(base, at, end, ';');
	return !sip_uri_maddr(base, at, end).len;
}

/* Queues the literals of a sip: or sips: URI that ends at @end. */
static void enqueue_uri(struct sip_walk *walk, const u8 *base,
			enum sip_place place, u8 header,
			const struct sip_uri *uri, size_t end)
{
	struct sip_literal *literal;
	struct sip_slice maddr;

	if (uri->address.family) {
		literal = enqueue(walk, place, header, uri->host,
				  &uri->address);
		literal->port_text = uri->port_text;
		literal->port = uri->port;
	}
	if (uri->rest == end)
		return;
	maddr = sip_uri_maddr(base, uri->rest, end);
	if (!maddr.len)
		return;
	literal = enqueue_param(walk, base, SIP_PLACE_MADDR, header, maddr);
	if (literal)
		literal->port = uri->port;
}

static void read_uri(struct sip_walk *walk, const u8 *base,
		     enum sip_place place, u8 header, struct sip_slice text)
{
	struct sip_uri uri;

	if (!names_no_address(base, text) && sip_uri_read(base, text, &uri))
		enqueue_uri(walk, base, place, header, &uri,
			    scan_slice_end(text));
}

/* Queues the literals of the first value of Contact, which the parser has read
 * already.  Returns the offset where the value ends.
 */
static size_t enqueue_contact(struct sip_walk *walk, const u8 *base,
			      const struct sip_message *msg, size_t end)
{
	const struct sip_uri *uri = &msg->contact_uri;

	if (uri->host.len)
		enqueue_uri(walk, base, SIP_PLACE_URI, SIP_HEADER_CONTACT, uri,
			    scan_slice_end(msg->contact));
	return sip_value_end(base, msg->contact_end, end);
}

/* Queues received=, with the port from rport=, and maddr=. */
static void enqueue_via_params(struct sip_walk *walk, const u8 *base,
			       const struct sip_via *via)
{
	struct sip_literal *literal;
	u32 rport;

	literal = enqueue_param(walk, base, SIP_PLACE_RECEIVED, SIP_HEADER_VIA,
				via->received);
	if (literal) {
		literal->port = via->port;
		if (sip_number(base, via->rport, &rport) && rport <= 65535) {
			literal->port_text = via->rport;
			literal->port = (u16)rport;
		}
	}
	literal = enqueue_param(walk, base, SIP_PLACE_MADDR, SIP_HEADER_VIA,
				via->maddr);
	if (literal)
		literal->port = via->port;
}

static void enqueue_via(struct sip_walk *walk, const u8 *base,
			const struct sip_via *via)
{
	struct sip_literal *literal;

	if (via->address.family) {
		literal = enqueue(walk, SIP_PLACE_VIA, SIP_HEADER_VIA,
				  via->host, &via->address);
		literal->port_text = via->port_text;
		literal->port = via->port;
	}
	if (via->received.len || via->maddr.len)
		enqueue_via_params(walk, base, via);
}

/* Reads one value of Via and returns the offset where it ends.  The parser has
 * read the topmost Via already.
 */
static size_t read_via(struct sip_walk *walk, const u8 *base,
		       const struct sip_message *msg, size_t at, size_t end)
{
	struct sip_via via;
	size_t stop;

	if (!walk->values[SIP_HEADER_VIA] && msg->via_end) {
		enqueue_via(walk, base, &msg->via);
		return msg->via_end;
	}
	stop = sip_via_read(base, at, end, &via);
	if (!stop)
		return sip_value_end(base, at, end);
	enqueue_via(walk, base, &via);
	return stop;
}

/* Reads one value of a header and returns the offset where it ends. */
static size_t read_value(struct sip_walk *walk, const u8 *base,
			 const struct sip_message *msg, u8 id, size_t at,
			 size_t end)
{
	struct sip_value value;

	if (id == SIP_HEADER_VIA)
		return read_via(walk, base, msg, at, end);
	/* The parser has read the URI of these headers already. */
	if (id == SIP_HEADER_FROM || id == SIP_HEADER_TO) {
		read_uri(walk, base, SIP_PLACE_URI, id,
			 id == SIP_HEADER_FROM ? msg->from : msg->to);
		return end;
	}
	if (id == SIP_HEADER_CONTACT && !walk->values[id] && msg->contact_end)
		return enqueue_contact(walk, base, msg, end);
	if (sip_value_read(base, at, end, &value)) {
		read_uri(walk, base, SIP_PLACE_URI, id, value.uri);
		at = value.params;
	}
	if (single & 1u << id)
		return end;
	return sip_value_end(base, at, end);
}

/* Returns the index of the first walked header from @index on. */
static u8 find_header(const struct sip_message *msg, u8 index)
{
	const struct sip_header *header = msg->headers + index;
	const struct sip_header *end = msg->headers + msg->count;

	while (header < end && !(walked >> header->id & 1))
		header++;
	return (u8)(header - msg->headers);
}

/* Queues the literals of the next value of the walked headers.  Returns false
 * when there are no more headers.
 */
static bool read_next_value(struct sip_walk *walk, const u8 *base,
			    const struct sip_message *msg)
{
	const struct sip_header *header;
	size_t at = walk->at, end;

	for (;;) {
		walk->header = find_header(msg, walk->header);
		if (walk->header >= msg->count)
			return false;
		header = &msg->headers[walk->header];
		end = scan_slice_end(header->value);
		if (!at)
			at = header->value.off;
		if (at < end)
			break;
		walk->header++;
		at = 0;
	}
	at = read_value(walk, base, msg, header->id, at, end);
	walk->at = (u16)(at < end ? at + 1 : end);
	if (walk->values[header->id] < 0xff)
		walk->values[header->id]++;
	return true;
}

/**
 * sip_walk_next() - find the next IP address literal of the header part
 * @walk: the cursor, from sip_walk_init()
 * @base: first byte of the message
 * @msg: facts of the message
 * @literal: filled in; undefined when false is returned
 *
 * A value that cannot be read is skipped.  The port of SIP_PLACE_MADDR, and of
 * SIP_PLACE_RECEIVED without a value of rport, is that of the URI or Via it
 * belongs to; its @port_text has length 0.
 *
 * Return: false when there are no more literals.
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
				read_uri(walk, base, SIP_PLACE_REQUEST_URI,
					 SIP_HEADER_OTHER, msg->uri);
		} else if (!read_next_value(walk, base, msg)) {
			return false;
		}
	}
	*literal = walk->queue[walk->taken++];
	return true;
}

static void read_expires(const u8 *base, size_t at, size_t end,
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

static void read_contact(const u8 *base, const struct sip_value *value,
			 struct sip_contact *contact)
{
	struct sip_uri uri;

	memset(contact, 0, sizeof(*contact));
	if (value->uri.len == 1 && base[value->uri.off] == '*') {
		contact->star = true;
		return;
	}
	contact->uri = value->uri;
	if (sip_uri_read(base, value->uri, &uri)) {
		contact->host = uri.host;
		contact->port = uri.port;
		contact->address = uri.address;
	}
}

/**
 * sip_contact_next() - read the next value of Contact
 * @base: first byte of the message
 * @msg: facts of the message
 * @cursor: 0 before the first call; private to this function afterwards
 * @contact: filled in; its host has length 0 if the URI is not a readable sip:
 *	or sips: URI; undefined when false is returned
 *
 * A value without a readable URI is skipped.
 *
 * Return: false when there are no more values.
 */
bool sip_contact_next(const u8 *base, const struct sip_message *msg,
		      u32 *cursor, struct sip_contact *contact)
{
	u32 index = *cursor >> 16;
	size_t at = *cursor & 0xffff, end;
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
		*cursor = index << 16 | (u32)at;
		if (!readable)
			continue;
		read_contact(base, &value, contact);
		if (!contact->star)
			read_expires(base, value.params, end, contact);
		return true;
	}
	*cursor = (u32)SIP_HEADER_NONE << 16;
	return false;
}

/**
 * sip_expires() - read the Expires header
 * @base: first byte of the message
 * @msg: facts of the message
 * @seconds: set to its value, saturated at 2^32 - 1
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
 * sip_header_uri() - find the URI of From, To or a similar header
 * @base: first byte of the message
 * @msg: facts of the message
 * @id: SIP_HEADER_FROM, SIP_HEADER_TO or another header with one URI
 *
 * Return: scheme, user, host and port, without angle brackets, URI parameters
 * and headers.  Length 0 when the header is absent or cannot be read.
 */
struct sip_slice sip_header_uri(const u8 *base, const struct sip_message *msg,
				enum sip_header_id id)
{
	struct sip_value value;
	struct sip_slice text;
	struct sip_uri uri;
	u8 index = msg->first[id];
	size_t end;

	if (index == SIP_HEADER_NONE)
		return scan_slice(0, 0);
	text = msg->headers[index].value;
	if (!sip_value_read(base, text.off, scan_slice_end(text), &value))
		return scan_slice(0, 0);
	text = value.uri;
	if (sip_uri_read(base, text, &uri))
		return scan_slice(text.off, uri.rest);
	end = scan_slice_end(text);
	return scan_slice(text.off, scan_either(base, text.off, end, ';', '?'));
}
