// SPDX-License-Identifier: GPL-2.0-only
/*
 * The naive walk over the literals of the header part, see naive.h.
 */
#include <strings.h>

#include "naive.h"
#include "unit.h"

#define WS	"[ \t\r\n]"
#define HOST	"([A-Za-z0-9._-]+|[[][A-Za-z0-9._:%-]*[]])"
#define VIA	"^" WS "*[Ss][Ii][Pp]" WS "*/" WS "*2[.]0" WS "*/" WS "*(" \
		NAIVE_TOKEN "+)" WS "+" HOST "(" WS "*:" WS "*([0-9]+))?" \
		WS "*([;,]|$)"
#define URI	"^" HOST "(:([0-9]+))?([;?]|$)"

static struct naive_place group_place(const regmatch_t *group)
{
	struct naive_place place = { 0 };

	if (group->rm_so >= 0) {
		place.off = (size_t)group->rm_so;
		place.len = (size_t)(group->rm_eo - group->rm_so);
	}
	return place;
}

/* Port and its digits; false for a number that is none. */
static bool take_port(const char *text, const regmatch_t *group,
		      struct naive_place *digits, unsigned int *port)
{
	u32 number;

	*digits = group_place(group);
	if (!digits->len)
		return true;
	number = naive_number(text + group->rm_so);
	*port = number;
	return number <= 65535;
}

bool naive_uri(struct naive_span text, struct naive_uri *uri)
{
	char *copy = naive_text((const u8 *)text.at, 0, text.len), *at;
	size_t scheme = strncasecmp(copy, "sips:", 5) ? 4 : 5;
	regmatch_t groups[5];
	bool good;

	memset(uri, 0, sizeof(*uri));
	uri->port = scheme == 5 ? 5061 : 5060;
	at = strchr(copy, '@');
	at = at ? at + 1 : copy + scheme;
	good = (scheme == 5 || !strncasecmp(copy, "sip:", 4)) &&
	       naive_match(at, URI, groups, 5) &&
	       take_port(at, &groups[3], &uri->port_text, &uri->port);
	if (good) {
		uri->host = group_place(&groups[1]);
		naive_address(at, uri->host.len, &uri->address);
		uri->host.off += (size_t)(at - copy);
		uri->port_text.off += (size_t)(at - copy);
		uri->rest = (size_t)(at - copy) + (size_t)groups[4].rm_so;
	}
	free(copy);
	return good;
}

static struct naive_literal *add(struct naive_literals *literals)
{
	if (literals->count == literals->room) {
		literals->room = 2 * literals->room + 16;
		literals->all = realloc(literals->all, literals->room *
					sizeof(*literals->all));
		if (!literals->all)
			abort();
	}
	memset(&literals->all[literals->count], 0, sizeof(*literals->all));
	return &literals->all[literals->count++];
}

/* Where the walk is: a string that begins at @off in the message. */
struct place_of {
	enum sip_place place;
	int header;
	unsigned int index;
	const char *text;
	size_t off;
};

static void add_literal(struct naive_literals *literals,
			const struct place_of *where, enum sip_place place,
			struct naive_span host, struct naive_span port_text,
			unsigned int port)
{
	struct naive_literal *literal;
	struct sip_address address;

	if (!naive_address(host.at, host.len, &address))
		return;
	literal = add(literals);
	literal->place = place;
	literal->header = where->header;
	literal->index = where->index < 255 ? where->index : 255;
	literal->host.off = where->off + (size_t)(host.at - where->text);
	literal->host.len = host.len;
	literal->address = address;
	literal->port = port;
	if (!port_text.len)
		return;
	literal->port_text.off = where->off +
				 (size_t)(port_text.at - where->text);
	literal->port_text.len = port_text.len;
}

static struct naive_span span_of(const char *text, struct naive_place place)
{
	struct naive_span span = { text + place.off, place.len };

	return span;
}

/* The first maddr parameter of a URI; @params ends where its headers begin. */
static struct naive_span find_maddr(struct naive_span params)
{
	const char *at = params.at, *end = params.at + params.len;
	struct naive_span part = { at, 0 };

	while (at < end && *at == ';') {
		part.at = ++at;
		while (at < end && *at != ';' && *at != '?')
			at++;
		part.len = (size_t)(at - part.at);
		if (part.len > 6 && !strncasecmp(part.at, "maddr=", 6)) {
			part.at += 6;
			part.len -= 6;
			return part;
		}
	}
	part.len = 0;
	return part;
}

static void walk_uri(struct naive_literals *literals,
		     const struct place_of *where, struct naive_span text)
{
	struct naive_span none = { 0 }, params;
	struct naive_uri uri;

	if (!naive_uri(text, &uri))
		return;
	add_literal(literals, where, where->place, span_of(text.at, uri.host),
		    span_of(text.at, uri.port_text), uri.port);
	params.at = text.at + uri.rest;
	params.len = text.len - uri.rest;
	add_literal(literals, where, SIP_PLACE_MADDR, find_maddr(params), none,
		    uri.port);
}

struct via_params {
	struct naive_span received;
	struct naive_span rport;
	struct naive_span maddr;
};

static const char *read_via_params(const char *at, struct via_params *params)
{
	struct naive_span name, value;

	memset(params, 0, sizeof(*params));
	while (naive_param_next(&at, &name, &value)) {
		if (naive_text_is(&name, "received"))
			params->received = value;
		if (naive_text_is(&name, "rport"))
			params->rport = value;
		if (naive_text_is(&name, "maddr"))
			params->maddr = value;
	}
	return at;
}

static void walk_via_params(struct naive_literals *literals,
			    const struct place_of *where,
			    const struct via_params *params, unsigned int port)
{
	struct naive_span none = { 0 }, rport = params->rport;
	size_t i;
	bool good = rport.len;

	for (i = 0; i < rport.len; i++)
		good &= rport.at[i] >= '0' && rport.at[i] <= '9';
	good = good && naive_number(rport.at) <= 65535;
	if (params->received.len)
		add_literal(literals, where, SIP_PLACE_RECEIVED,
			    params->received, good ? rport : none,
			    good ? naive_number(rport.at) : port);
	if (params->maddr.len)
		add_literal(literals, where, SIP_PLACE_MADDR, params->maddr,
			    none, port);
}

/* One value of Via; returns where it ends. */
static const char *walk_via(struct naive_literals *literals,
			    const struct place_of *where, const char *at)
{
	struct naive_place digits;
	struct via_params params;
	regmatch_t groups[6];
	unsigned int port;

	if (!naive_match(at, VIA, groups, 6))
		return naive_value_end(at);
	port = strncasecmp(at + groups[1].rm_so, "tls", 3) ? 5060 : 5061;
	if (!take_port(at, &groups[4], &digits, &port))
		return naive_value_end(at);
	add_literal(literals, where, SIP_PLACE_VIA,
		    span_of(at, group_place(&groups[2])), span_of(at, digits),
		    port);
	at = read_via_params(at + groups[5].rm_so, &params);
	walk_via_params(literals, where, &params, port);
	return at;
}

static const char *walk_value(struct naive_literals *literals,
			      const struct place_of *where, const char *at)
{
	struct naive_span uri;

	if (where->header == SIP_HEADER_VIA)
		return walk_via(literals, where, at);
	if (naive_params(at, &uri))
		walk_uri(literals, where, uri);
	return naive_value_end(at);
}

static bool has_one_value(int id)
{
	return id == SIP_HEADER_FROM || id == SIP_HEADER_TO ||
	       id == SIP_HEADER_REFER_TO || id == SIP_HEADER_REFERRED_BY;
}

static bool is_walked(int id)
{
	return has_one_value(id) || id == SIP_HEADER_VIA ||
	       id == SIP_HEADER_CONTACT || id == SIP_HEADER_ROUTE ||
	       id == SIP_HEADER_RECORD_ROUTE || id == SIP_HEADER_PATH ||
	       id == SIP_HEADER_SERVICE_ROUTE;
}

/* One header; @index counts the values of its kind. */
static void walk_header(struct naive_literals *literals, const u8 *bytes,
			const struct naive_header *header, unsigned int *index)
{
	char *text = naive_text(bytes, header->value,
				header->value + header->value_len);
	struct place_of where = { SIP_PLACE_URI, header->id, 0, text,
				  header->value };
	const char *at = text;

	while (*at) {
		where.index = (*index)++;
		at = walk_value(literals, &where, at);
		if (has_one_value(header->id))
			break;
		if (*at == ',')
			at++;
	}
	free(text);
}

void naive_walk(const struct naive *naive, const u8 *bytes,
		struct naive_literals *literals)
{
	unsigned int values[SIP_HEADER_MAX] = { 0 }, i;
	char *text = naive_text(bytes, naive->uri,
				naive->uri + naive->uri_len);
	struct place_of where = { SIP_PLACE_REQUEST_URI, SIP_HEADER_OTHER, 0,
				  text, naive->uri };
	struct naive_span uri = { text, naive->uri_len };

	literals->count = 0;
	if (naive->request && strcmp(naive->method, "REGISTER"))
		walk_uri(literals, &where, uri);
	for (i = 0; i < naive->count; i++) {
		const struct naive_header *header = &naive->headers[i];

		if (is_walked(header->id))
			walk_header(literals, bytes, header,
				    &values[header->id]);
	}
	free(text);
}

static void fill_contact(const char *text, size_t off, struct naive_span span,
			 const char *params, struct naive_contact *contact)
{
	struct naive_uri uri;
	char *expires;
	bool again;

	memset(contact, 0, sizeof(*contact));
	contact->star = span.len == 1 && *span.at == '*';
	if (contact->star)
		return;
	contact->uri.off = off + (size_t)(span.at - text);
	contact->uri.len = span.len;
	if (naive_uri(span, &uri)) {
		contact->host = uri.host;
		contact->host.off += contact->uri.off;
		contact->address = uri.address;
		contact->port = uri.port;
	}
	expires = naive_param(params, "expires", &again);
	contact->has_expires = expires && naive_matches(expires, "^[0-9]+$");
	if (contact->has_expires)
		contact->expires = naive_number(expires);
	free(expires);
}

static struct naive_contact *add_contact(struct naive_contacts *contacts)
{
	if (contacts->count == contacts->room) {
		contacts->room = 2 * contacts->room + 16;
		contacts->all = realloc(contacts->all, contacts->room *
					sizeof(*contacts->all));
		if (!contacts->all)
			abort();
	}
	return &contacts->all[contacts->count++];
}

static void contacts_in(struct naive_contacts *contacts, const u8 *bytes,
			const struct naive_header *header)
{
	char *text = naive_text(bytes, header->value,
				header->value + header->value_len);
	const char *at = text, *params;
	struct naive_span uri;

	while (*at) {
		params = naive_params(at, &uri);
		if (params)
			fill_contact(text, header->value, uri, params,
				     add_contact(contacts));
		at = naive_value_end(at);
		if (*at)
			at++;
	}
	free(text);
}

void naive_contacts(const struct naive *naive, const u8 *bytes,
		    struct naive_contacts *contacts)
{
	unsigned int i;

	contacts->count = 0;
	for (i = 0; i < naive->count; i++) {
		if (naive->headers[i].id == SIP_HEADER_CONTACT)
			contacts_in(contacts, bytes, &naive->headers[i]);
	}
}

struct naive_place naive_header_uri(const struct naive *naive, const u8 *bytes,
				    int id)
{
	struct naive_place place = { 0 };
	struct naive_span span;
	struct naive_uri uri;
	unsigned int i;
	char *text;

	for (i = 0; i < naive->count && naive->headers[i].id != id; i++)
		;
	if (i == naive->count)
		return place;
	text = naive_value(naive, bytes, id, 0);
	if (naive_params(text, &span)) {
		place.off = naive->headers[i].value + (size_t)(span.at - text);
		place.len = span.len;
		if (naive_uri(span, &uri))
			place.len = uri.rest;
		else if (strcspn(span.at, ";?") < span.len)
			place.len = strcspn(span.at, ";?");
	}
	free(text);
	return place;
}
