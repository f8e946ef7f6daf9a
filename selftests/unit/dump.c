// SPDX-License-Identifier: GPL-2.0-only
/*
 * The facts of a message as text, as they stand in the corpus.
 */
#include "unit.h"

static const char * const kinds[] = {
	[SIP_KIND_SIP] = "sip",
	[SIP_KIND_KEEPALIVE] = "keepalive",
	[SIP_KIND_STUN] = "stun",
	[SIP_KIND_SIGCOMP] = "sigcomp",
	[SIP_KIND_TLS] = "tls",
	[SIP_KIND_OTHER] = "other",
};

static const char * const headers[] = {
	[SIP_HEADER_OTHER] = "request-uri",
	[SIP_HEADER_VIA] = "via",
	[SIP_HEADER_FROM] = "from",
	[SIP_HEADER_TO] = "to",
	[SIP_HEADER_CALL_ID] = "call-id",
	[SIP_HEADER_CSEQ] = "cseq",
	[SIP_HEADER_CONTACT] = "contact",
	[SIP_HEADER_CONTENT_LENGTH] = "content-length",
	[SIP_HEADER_CONTENT_TYPE] = "content-type",
	[SIP_HEADER_CONTENT_ENCODING] = "content-encoding",
	[SIP_HEADER_EXPIRES] = "expires",
	[SIP_HEADER_ROUTE] = "route",
	[SIP_HEADER_RECORD_ROUTE] = "record-route",
	[SIP_HEADER_PATH] = "path",
	[SIP_HEADER_SERVICE_ROUTE] = "service-route",
	[SIP_HEADER_REFER_TO] = "refer-to",
	[SIP_HEADER_REFERRED_BY] = "referred-by",
	[SIP_HEADER_SECURITY_CLIENT] = "security-client",
	[SIP_HEADER_SECURITY_VERIFY] = "security-verify",
};

static const char * const places[] = {
	[SIP_PLACE_REQUEST_URI] = "uri",
	[SIP_PLACE_URI] = "uri",
	[SIP_PLACE_MADDR] = "maddr",
	[SIP_PLACE_VIA] = "sent-by",
	[SIP_PLACE_RECEIVED] = "received",
};

static const char * const transports[] = {
	[SDP_TRANSPORT_OTHER] = "other",
	[SDP_TRANSPORT_RTP] = "rtp",
	[SDP_TRANSPORT_UDP] = "udp",
	[SDP_TRANSPORT_TCP] = "tcp",
};

/* The bytes of a slice, what cannot be printed as \xNN; long ones cut. */
static void print_slice(FILE *out, const u8 *base, struct sip_slice slice)
{
	u32 i;

	for (i = 0; i < slice.len; i++) {
		u8 c = base[slice.off + i];

		if (i == 72 && slice.len > 80) {
			fprintf(out, "... (%u)", slice.len);
			return;
		}
		if (c < 0x20 || c >= 0x7f)
			fprintf(out, "\\x%02x", c);
		else
			fputc(c, out);
	}
}

static void print_fact(FILE *out, const char *name, const u8 *base,
		       struct sip_slice slice)
{
	if (!slice.len)
		return;
	fprintf(out, "%s ", name);
	print_slice(out, base, slice);
	fputc('\n', out);
}

static void dump_start(FILE *out, const u8 *base, const struct sip_message *msg)
{
	const char *method = sip_method_name(msg->method);

	if (!msg->request) {
		fprintf(out, "response %u %s\n", msg->status, method);
		return;
	}
	fprintf(out, "request %s ", method);
	print_slice(out, base, msg->uri);
	fputc('\n', out);
}

static void dump_message(FILE *out, const u8 *base,
			 const struct sip_message *msg)
{
	dump_start(out, base, msg);
	print_fact(out, "call-id", base, msg->call_id);
	print_fact(out, "from", base,
		   sip_header_uri(base, msg, SIP_HEADER_FROM));
	print_fact(out, "from-tag", base, msg->from_tag);
	print_fact(out, "to", base, sip_header_uri(base, msg, SIP_HEADER_TO));
	print_fact(out, "to-tag", base, msg->to_tag);
	fprintf(out, "cseq %u\n", msg->cseq);
	print_fact(out, "branch", base, msg->branch);
	fprintf(out, "headers %u\n", msg->count);
	print_fact(out, "content-length", base, msg->content_length);
	if (msg->body.len)
		fprintf(out, "body %u\n", msg->body.len);
	if (msg->trailing)
		fprintf(out, "trailing %u\n", msg->trailing);
}

static void dump_literals(FILE *out, const u8 *base,
			  const struct sip_message *msg)
{
	struct sip_literal literal;
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, base, msg, &literal)) {
		fprintf(out, "literal %s[%u] %s ", headers[literal.header],
			literal.index, places[literal.place]);
		print_slice(out, base, literal.host);
		fprintf(out, " %u%s\n", literal.port,
			literal.port_text.len ? "" : " implied");
	}
}

static void dump_contacts(FILE *out, const u8 *base,
			  const struct sip_message *msg)
{
	struct sip_contact contact;
	u32 cursor = 0, seconds;

	while (sip_contact_next(base, msg, &cursor, &contact)) {
		if (contact.star) {
			fprintf(out, "contact *\n");
			continue;
		}
		fprintf(out, "contact ");
		print_slice(out, base, contact.uri);
		if (contact.host.len) {
			fprintf(out, " %s ",
				contact.address.family ? "literal" : "name");
			print_slice(out, base, contact.host);
			fprintf(out, " %u", contact.port);
		}
		if (contact.has_expires)
			fprintf(out, " expires %u", contact.expires);
		fputc('\n', out);
	}
	if (sip_expires(base, msg, &seconds))
		fprintf(out, "expires %u\n", seconds);
}

static void dump_address(FILE *out, const char *name, const u8 *base,
			 const struct sdp_address *address)
{
	if (!address->text.len)
		return;
	fprintf(out, "%s ", name);
	print_slice(out, base, address->text);
	fprintf(out, " %s", address->address.family == 4 ? "v4" :
		address->address.family == 6 ? "v6" : "name");
}

static void dump_media(FILE *out, const u8 *base, const struct sdp_media *media)
{
	fprintf(out, "media %s %u", transports[media->transport], media->port);
	if (media->ports != 1)
		fprintf(out, "/%u", media->ports);
	dump_address(out, " connection", base, &media->connection);
	if (media->rtcp_text.len)
		fprintf(out, " rtcp %u", media->rtcp_port);
	dump_address(out, " rtcp-address", base, &media->rtcp);
	fprintf(out, "%s\n", media->rtcp_mux ? " mux" : "");
}

static void dump_sdp(FILE *out, const u8 *base, const struct sip_message *msg)
{
	static struct sdp sdp;
	struct sip_slice body;
	enum sip_fault fault = sip_find_sdp(base, msg, &body);
	u32 i;

	if (!fault && !body.len)
		return;
	if (!fault) {
		fprintf(out, "sdp %u\n", body.len);
		fault = sdp_parse(base, body, &sdp);
	}
	if (fault) {
		fprintf(out, "body-fault %s\n", sip_fault_name(fault));
		return;
	}
	dump_address(out, "origin", base, &sdp.origin);
	if (sdp.origin.text.len)
		fputc('\n', out);
	dump_address(out, "connection", base, &sdp.connection);
	if (sdp.connection.text.len)
		fputc('\n', out);
	for (i = 0; i < sdp.count; i++)
		dump_media(out, base, &sdp.media[i]);
	if (sdp.excess)
		fprintf(out, "excess %u\n", sdp.excess);
}

char *dump_facts(const u8 *bytes, size_t len)
{
	static struct sip_message msg;
	enum sip_kind kind = sip_classify(bytes, len);
	enum sip_fault fault;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		abort();
	if (kind != SIP_KIND_SIP)
		fprintf(out, "kind %s\n", kinds[kind]);
	fault = sip_parse(bytes, len, &msg);
	if (fault) {
		fprintf(out, "fault %s\n", sip_fault_name(fault));
	} else {
		dump_message(out, bytes, &msg);
		dump_literals(out, bytes, &msg);
		dump_contacts(out, bytes, &msg);
		dump_sdp(out, bytes, &msg);
	}
	fclose(out);
	return text;
}

/* The first line in which the two texts differ. */
static void tell_difference(const struct test_case *test, const char *found)
{
	const char *expected = test->facts, *a, *b;
	int na, nb;

	for (;;) {
		na = (int)strcspn(expected, "\n");
		nb = (int)strcspn(found, "\n");
		a = expected;
		b = found;
		if (na != nb || memcmp(a, b, (size_t)na) || !*a || !*b)
			break;
		expected += na + 1;
		found += nb + 1;
	}
	fail("%s: %s: expected \"%.*s\", found \"%.*s\"", test->file,
	     test->name, na, a, nb, b);
}

void test_corpus(const struct corpus *corpus)
{
	size_t i;

	for (i = 0; i < corpus->count; i++) {
		const struct test_case *test = &corpus->cases[i];
		char *found;

		snprintf(current, sizeof(current), "%s: %s", test->file,
			 test->name);
		found = dump_facts(test->bytes, test->len);
		if (strcmp(found, test->facts))
			tell_difference(test, found);
		else
			pass();
		free(found);
	}
}
