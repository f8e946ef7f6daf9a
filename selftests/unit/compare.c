// SPDX-License-Identifier: GPL-2.0-only
/*
 * One message, read by sip/ and naively: in what they differ.
 */
#include "naive.h"
#include "oracle.h"
#include "unit.h"

static bool same_slice(const u8 *bytes, struct sip_slice slice,
		       const char *text)
{
	size_t len = text ? strlen(text) : 0;

	return slice.len == len && !memcmp(bytes + slice.off, text ? text : "",
					   len);
}

/* An absent one stands nowhere. */
static bool same_place(struct sip_slice slice, struct naive_place place)
{
	return slice.len == place.len && (!slice.len || slice.off == place.off);
}

static bool same_address(const struct sip_address *a,
			 const struct sip_address *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static const char *compare_headers(const struct sip_message *msg,
				   const struct naive *naive)
{
	unsigned int i;

	if (msg->count != naive->count)
		return "another number of headers";
	for (i = 0; i < naive->count; i++) {
		const struct sip_header *a = &msg->headers[i];
		const struct naive_header *b = &naive->headers[i];

		if (a->name != b->name)
			return "a header begins elsewhere";
		if (a->id != b->id)
			return "a header has another id";
		if (a->value.off != b->value || a->value.len != b->value_len)
			return "a header has another value";
	}
	return NULL;
}

static const char *compare_facts(const u8 *bytes,
				 const struct sip_message *msg,
				 const struct naive *naive)
{
	const char *method = sip_method_name(msg->method);
	struct naive_place uri = { naive->uri, naive->uri_len };

	if (msg->request != naive->request || msg->status != naive->status ||
	    !same_place(msg->uri, uri))
		return "another start line";
	if (msg->method ? strcmp(method, naive->method) :
	    strcmp(method, "UNKNOWN"))
		return "another method";
	if (!same_slice(bytes, msg->call_id, naive->call_id))
		return "another Call-ID";
	if (!same_slice(bytes, msg->from_tag, naive->from_tag) ||
	    !same_slice(bytes, msg->to_tag, naive->to_tag))
		return "another tag";
	if (!same_slice(bytes, msg->branch, naive->branch))
		return "another branch";
	if (msg->cseq != naive->cseq)
		return "another CSeq";
	if (msg->body.off != naive->body || msg->body.len != naive->body_len)
		return "another body";
	return NULL;
}

static const char *compare_literal(const struct sip_literal *a,
				   const struct naive_literal *b)
{
	if (a->place != b->place || a->header != b->header)
		return "a literal stands in another place";
	if (a->index != b->index)
		return "a literal has another index";
	if (!same_place(a->host, b->host) ||
	    !same_place(a->port_text, b->port_text))
		return "a literal has another text";
	if (!same_address(&a->address, &b->address) || a->port != b->port)
		return "a literal names another address";
	return NULL;
}

static const char *compare_walk(const u8 *bytes, const struct sip_message *msg,
				const struct naive *naive)
{
	static struct naive_literals literals;
	struct sip_literal literal;
	const char *wrong = NULL;
	struct sip_walk walk;
	size_t i;

	naive_walk(naive, bytes, &literals);
	sip_walk_init(&walk);
	for (i = 0; i < literals.count && !wrong; i++)
		wrong = sip_walk_next(&walk, bytes, msg, &literal) ?
			compare_literal(&literal, &literals.all[i]) :
			"a literal is missing";
	if (!wrong && sip_walk_next(&walk, bytes, msg, &literal))
		wrong = "a literal is too many";
	return wrong;
}

static const char *compare_contact(const struct sip_contact *a,
				   const struct naive_contact *b)
{
	if (a->star != b->star)
		return "another contact is a star";
	if (a->star)
		return NULL;
	if (!same_place(a->uri, b->uri) || !same_place(a->host, b->host) ||
	    !same_address(&a->address, &b->address) || a->port != b->port)
		return "another contact";
	if (a->has_expires != b->has_expires ||
	    (a->has_expires && a->expires != b->expires))
		return "a contact expires at another time";
	return NULL;
}

static const char *compare_contacts(const u8 *bytes,
				    const struct sip_message *msg,
				    const struct naive *naive)
{
	static struct naive_contacts contacts;
	struct sip_contact contact;
	const char *wrong = NULL;
	u32 cursor = 0;
	size_t i;

	naive_contacts(naive, bytes, &contacts);
	for (i = 0; i < contacts.count && !wrong; i++)
		wrong = sip_contact_next(bytes, msg, &cursor, &contact) ?
			compare_contact(&contact, &contacts.all[i]) :
			"a contact is missing";
	if (!wrong && sip_contact_next(bytes, msg, &cursor, &contact))
		wrong = "a contact is too many";
	return wrong;
}

/* The first value alone, even if a later one can be read where it cannot. */
static const char *compare_contact_first(const u8 *bytes,
					 const struct sip_message *msg,
					 const struct naive *naive)
{
	char *value = naive_value(naive, bytes, SIP_HEADER_CONTACT, 0);
	struct naive_span uri = { 0 };
	const struct sip_uri *fact = &msg->contact_uri;
	bool good = value && naive_params(value, &uri);
	const char *wrong = NULL;
	struct sip_contact next;
	u32 cursor = 0;

	if (!msg->contact_end == good)
		wrong = good ? "no first contact" : "a first contact";
	else if (good && (msg->contact.len != uri.len ||
			  memcmp(bytes + msg->contact.off, uri.at, uri.len)))
		wrong = "another first contact";
	else if (good && !sip_contact_next(bytes, msg, &cursor, &next))
		wrong = "the first contact is not there again";
	else if (good && !next.star &&
		 (fact->host.off != next.host.off ||
		  fact->host.len != next.host.len ||
		  !same_address(&fact->address, &next.address) ||
		  fact->port != next.port))
		wrong = "the first contact is another one";
	free(value);
	return wrong;
}

static const char *compare_expires(const u8 *bytes,
				   const struct sip_message *msg,
				   const struct naive *naive)
{
	char *value = naive_value(naive, bytes, SIP_HEADER_EXPIRES, 0);
	bool good = value && naive_matches(value, "^[0-9]+$"), same;
	u32 seconds = 0;

	same = sip_expires(bytes, msg, &seconds) == good &&
	       (!good || seconds == naive_number(value));
	free(value);
	return same ? NULL : "another Expires";
}

#define BLANK		"[ \t\r]*"
#define QOP		"^" BLANK "[Qq][Oo][Pp]"
#define AUTH_INT	"[Aa][Uu][Tt][Hh]-[Ii][Nn][Tt]"
#define INTEGRITY	"(\"" BLANK AUTH_INT BLANK "\"|" AUTH_INT ")" BLANK "$"
#define PLAIN		"[^\"\\\n\r]"
#define DIGEST		"^[A-Za-z]+ (" PLAIN "|\"" PLAIN "*\")*$"

/* The parameters of one Digest: each begins after the scheme or a comma. */
static bool naive_value_covers(const char *value)
{
	bool quoted = false, covers = false;
	char *text = strdup(value), *p, *start;

	for (p = text; *p; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\\' && quoted && p[1])
			p++;
		else if (*p == ',' && !quoted)
			*p = '\n';
	}
	start = text + strcspn(text, " \t\r\n");
	for (p = strtok(start, "\n"); p; p = strtok(NULL, "\n"))
		covers |= naive_matches(p, QOP BLANK "=" BLANK INTEGRITY);
	free(text);
	return covers;
}

/* Values that are odd for another reason are not compared. */
static const char *compare_auth_int(const u8 *bytes,
				    const struct sip_message *msg,
				    const struct naive *naive)
{
	static const int ids[] = {
		SIP_HEADER_AUTHORIZATION, SIP_HEADER_PROXY_AUTHORIZATION,
	};
	bool covers = false, plain = true;
	size_t i, k;
	char *value;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		for (k = 0; (value = naive_value(naive, bytes, ids[i], k)); k++) {
			plain &= naive_matches(value, DIGEST);
			covers |= naive_value_covers(value);
			free(value);
		}
	}
	if (!plain)
		return NULL;
	return sip_auth_int(bytes, msg) == covers ? NULL :
		"another opinion on auth-int";
}

static const char *compare_uris(const u8 *bytes, const struct sip_message *msg,
				const struct naive *naive)
{
	static const enum sip_header_id ids[] = {
		SIP_HEADER_FROM, SIP_HEADER_TO, SIP_HEADER_REFER_TO,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		if (!same_place(sip_header_uri(bytes, msg, ids[i]),
				naive_header_uri(naive, bytes, ids[i])))
			return "another URI of a header";
	}
	return NULL;
}

static bool same_sdp_address(const struct sdp_address *a,
			     const struct naive_sdp_address *b)
{
	return same_place(a->text, b->text) &&
	       same_address(&a->address, &b->address);
}

static const char *compare_media(const struct sdp_media *a,
				 const struct naive_media *b)
{
	if (a->transport != b->transport)
		return "a stream has another transport";
	if (a->port != b->port || a->ports != b->ports ||
	    a->absurd_port != b->absurd_port ||
	    !same_place(a->port_text, b->port_text))
		return "a stream has another port";
	if (a->rtcp_port != b->rtcp_port || a->rtcp_mux != b->rtcp_mux ||
	    !same_place(a->rtcp_text, b->rtcp_text) ||
	    !same_sdp_address(&a->rtcp, &b->rtcp))
		return "a stream has another RTCP";
	if (!same_sdp_address(&a->connection, &b->connection))
		return "a stream has another connection";
	if (a->direction != b->direction || a->setup != b->setup ||
	    a->cema != b->cema)
		return "a stream has another role";
	return NULL;
}

static bool same_sdp_place(const struct sdp_place *a,
			   const struct naive_attribute *b, int which)
{
	return same_place(a->text, b->host[which].text) &&
	       same_address(&a->address, &b->host[which].address) &&
	       same_place(a->port_text, b->port_text[which]) &&
	       a->port == b->port[which];
}

static const char *compare_attribute(const struct sdp_attribute *a,
				     const struct naive_attribute *b)
{
	if (a->kind != b->kind || !same_place(a->line, b->line))
		return "another attribute";
	if (a->mline != b->mline)
		return "an attribute of another stream";
	if (a->component != b->component || a->l4proto != b->l4proto)
		return "an attribute of another component";
	if (!same_sdp_place(&a->place[0], b, 0))
		return "an attribute names another address";
	if (!same_sdp_place(&a->place[1], b, 1))
		return "an attribute names another related address";
	return NULL;
}

static const char *compare_attributes(const u8 *bytes, const struct sdp *sdp,
				      const struct naive_attributes *naive)
{
	struct sdp_attribute attribute;
	const char *wrong = NULL;
	u32 cursor = 0;
	size_t i;

	if (sdp->attributes != !!naive->count)
		return "the flag of attributes differs";
	for (i = 0; i < naive->count && !wrong; i++) {
		/* what was there before must not matter */
		memset(&attribute, 0xff, sizeof(attribute));
		wrong = sdp_attribute_next(bytes, sdp, &cursor, &attribute) ?
			compare_attribute(&attribute, &naive->all[i]) :
			"an attribute is missing";
	}
	if (!wrong && sdp_attribute_next(bytes, sdp, &cursor, &attribute))
		wrong = "an attribute is too many";
	return wrong;
}

const char *compare_sdp(const u8 *bytes, struct sip_slice body)
{
	static struct naive_sdp naive;
	static struct sdp sdp;
	struct naive_place place = { body.off, body.len };
	bool good = naive_sdp(bytes, place, &naive);
	const char *wrong = NULL;
	u32 i;

	if ((sdp_parse(bytes, body, &sdp) == SIP_OK) != good)
		return good ? "an SDP is refused" : "a bad SDP is taken";
	if (!good)
		return NULL;
	if (!same_sdp_address(&sdp.origin, &naive.origin) ||
	    !same_sdp_address(&sdp.connection, &naive.connection))
		return "another address of the SDP";
	if ((u32)sdp.count + sdp.excess != naive.count)
		return "another number of streams";
	for (i = 0; i < sdp.count && !wrong; i++)
		wrong = compare_media(&sdp.media[i], &naive.media[i]);
	if (!wrong)
		wrong = compare_attributes(bytes, &sdp, &naive.attributes);
	return wrong;
}

static const char *compare_body(const u8 *bytes, const struct sip_message *msg,
				const struct naive *naive)
{
	struct naive_place place;
	struct sip_slice sdp;
	bool good;

	if (memchr(bytes + naive->body, 0, naive->body_len))
		return NULL;
	good = naive_find_sdp(naive, bytes, &place);
	if ((sip_find_sdp(bytes, msg, &sdp) == SIP_OK) != good)
		return good ? "a body is refused" : "a bad body is taken";
	if (!good)
		return NULL;
	if (!same_place(sdp, place))
		return "another SDP";
	return compare_sdp(bytes, sdp);
}

static const char *compare_all(const u8 *bytes, const struct sip_message *msg,
			       const struct naive *naive)
{
	const char *wrong = compare_facts(bytes, msg, naive);

	if (!wrong)
		wrong = compare_walk(bytes, msg, naive);
	if (!wrong)
		wrong = compare_contacts(bytes, msg, naive);
	if (!wrong)
		wrong = compare_contact_first(bytes, msg, naive);
	if (!wrong)
		wrong = compare_expires(bytes, msg, naive);
	if (!wrong)
		wrong = compare_auth_int(bytes, msg, naive);
	if (!wrong)
		wrong = compare_uris(bytes, msg, naive);
	if (!wrong)
		wrong = compare_body(bytes, msg, naive);
	return wrong;
}

const char *compare_message(const u8 *bytes, size_t len)
{
	static struct sip_message msg;
	static struct naive naive;
	enum sip_fault fault = sip_parse(bytes, len, &msg);
	static char difference[96];
	const char *wrong;

	naive_parse(&naive, bytes, len);
	if (fault != naive.fault) {
		snprintf(difference, sizeof(difference), "%s, but naively %s",
			 sip_fault_name(fault), sip_fault_name(naive.fault));
		wrong = difference;
	} else {
		/* after the empty line the table is complete */
		wrong = naive.body ? compare_headers(&msg, &naive) : NULL;
		if (!wrong && !fault)
			wrong = compare_all(bytes, &msg, &naive);
	}
	naive_free(&naive);
	return wrong;
}
