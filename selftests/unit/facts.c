// SPDX-License-Identifier: GPL-2.0-only
/*
 * The facts of a message as text, as they stand in the corpus; here and in the
 * kernel.
 */
#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

#include "facts.h"

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
	[SIP_HEADER_SECURITY_SERVER] = "security-server",
	[SIP_HEADER_AUTHORIZATION] = "authorization",
	[SIP_HEADER_PROXY_AUTHORIZATION] = "proxy-authorization",
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

/* sendrecv is the default and not printed. */
static const char * const directions[] = {
	[SDP_SENDRECV] = "",
	[SDP_SENDONLY] = " sendonly",
	[SDP_RECVONLY] = " recvonly",
	[SDP_INACTIVE] = " inactive",
};

static const char * const setups[] = {
	[SDP_SETUP_NONE] = "",
	[SDP_SETUP_ACTIVE] = " active",
	[SDP_SETUP_PASSIVE] = " passive",
	[SDP_SETUP_ACTPASS] = " actpass",
	[SDP_SETUP_HOLDCONN] = " holdconn",
};

static const char * const attributes[] = {
	[SDP_CANDIDATE] = "candidate",
	[SDP_REMOTE_CANDIDATE] = "remote-candidate",
	[SDP_ICE] = "ice",
	[SDP_ALTC] = "altc",
	[SDP_PATH] = "path",
	[SDP_OMR] = "omr",
};

/* The bytes of a slice, what cannot be printed as \xNN; long ones cut. */
static void print_slice(struct seq_buf *out, const u8 *base,
			struct sip_slice slice)
{
	u32 i;

	for (i = 0; i < slice.len; i++) {
		u8 c = base[slice.off + i];

		if (i == 72 && slice.len > 80) {
			seq_buf_printf(out, "... (%u)", slice.len);
			return;
		}
		if (c < 0x20 || c >= 0x7f)
			seq_buf_printf(out, "\\x%02x", c);
		else
			seq_buf_putc(out, c);
	}
}

static void print_fact(struct seq_buf *out, const char *name, const u8 *base,
		       struct sip_slice slice)
{
	if (!slice.len)
		return;
	seq_buf_printf(out, "%s ", name);
	print_slice(out, base, slice);
	seq_buf_putc(out, '\n');
}

static void dump_start(struct seq_buf *out, const u8 *base,
		       const struct sip_message *msg)
{
	const char *method = sip_method_name(msg->method);

	if (!msg->request) {
		seq_buf_printf(out, "response %u %s\n", msg->status, method);
		return;
	}
	seq_buf_printf(out, "request %s ", method);
	print_slice(out, base, msg->uri);
	seq_buf_putc(out, '\n');
}

static void dump_message(struct seq_buf *out, const u8 *base,
			 const struct sip_message *msg)
{
	dump_start(out, base, msg);
	print_fact(out, "call-id", base, msg->call_id);
	print_fact(out, "from", base,
		   sip_header_uri(base, msg, SIP_HEADER_FROM));
	print_fact(out, "from-tag", base, msg->from_tag);
	print_fact(out, "to", base, sip_header_uri(base, msg, SIP_HEADER_TO));
	print_fact(out, "to-tag", base, msg->to_tag);
	seq_buf_printf(out, "cseq %u\n", msg->cseq);
	print_fact(out, "branch", base, msg->branch);
	seq_buf_printf(out, "headers %u\n", msg->count);
	print_fact(out, "content-length", base, msg->content_length);
	if (msg->body.len)
		seq_buf_printf(out, "body %u\n", msg->body.len);
	if (msg->trailing)
		seq_buf_printf(out, "trailing %u\n", msg->trailing);
}

static void dump_literals(struct seq_buf *out, const u8 *base,
			  const struct sip_message *msg)
{
	struct sip_literal literal;
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, base, msg, &literal)) {
		seq_buf_printf(out, "literal %s[%u] %s ",
			       headers[literal.header], literal.index,
			       places[literal.place]);
		print_slice(out, base, literal.host);
		seq_buf_printf(out, " %u%s\n", literal.port,
			       literal.port_text.len ? "" : " implied");
	}
}

static void dump_contacts(struct seq_buf *out, const u8 *base,
			  const struct sip_message *msg)
{
	struct sip_contact contact;
	u32 cursor = 0, seconds;

	while (sip_contact_next(base, msg, &cursor, &contact)) {
		if (contact.star) {
			seq_buf_printf(out, "contact *\n");
			continue;
		}
		seq_buf_printf(out, "contact ");
		print_slice(out, base, contact.uri);
		if (contact.host.len) {
			seq_buf_printf(out, " %s ", contact.address.family ?
				       "literal" : "name");
			print_slice(out, base, contact.host);
			seq_buf_printf(out, " %u", contact.port);
		}
		if (contact.has_expires)
			seq_buf_printf(out, " expires %u", contact.expires);
		seq_buf_putc(out, '\n');
	}
	if (sip_expires(base, msg, &seconds))
		seq_buf_printf(out, "expires %u\n", seconds);
}

static void dump_address(struct seq_buf *out, const char *name, const u8 *base,
			 const struct sdp_address *address)
{
	if (!address->text.len)
		return;
	seq_buf_printf(out, "%s ", name);
	print_slice(out, base, address->text);
	seq_buf_printf(out, " %s", address->address.family == 4 ? "v4" :
		       address->address.family == 6 ? "v6" : "name");
}

static void dump_media(struct seq_buf *out, const u8 *base,
		       const struct sdp_media *media)
{
	seq_buf_printf(out, "media %s %u", transports[media->transport], media->port);
	if (media->ports != 1)
		seq_buf_printf(out, "/%u", media->ports);
	dump_address(out, " connection", base, &media->connection);
	if (media->rtcp_text.len)
		seq_buf_printf(out, " rtcp %u", media->rtcp_port);
	dump_address(out, " rtcp-address", base, &media->rtcp);
	seq_buf_printf(out, "%s%s%s%s\n", media->rtcp_mux ? " mux" : "",
		       directions[media->direction], setups[media->setup],
		       media->cema ? " cema" : "");
}

static void dump_place(struct seq_buf *out, const char *name, const u8 *base,
		       const struct sdp_place *place)
{
	struct sdp_address address = {
		.text = place->text, .address = place->address,
	};

	dump_address(out, name, base, &address);
	if (place->port_text.len)
		seq_buf_printf(out, " %u", place->port);
}

static void dump_attributes(struct seq_buf *out, const u8 *base,
			    const struct sdp *sdp)
{
	struct sdp_attribute attribute;
	u32 cursor = 0;

	while (sdp_attribute_next(base, sdp, &cursor, &attribute)) {
		seq_buf_printf(out, "attribute %s",
			       attributes[attribute.kind]);
		if (attribute.mline == SDP_SESSION)
			seq_buf_printf(out, " session");
		else
			seq_buf_printf(out, " %u", attribute.mline);
		if (attribute.component)
			seq_buf_printf(out, " component %u",
				       attribute.component);
		if (attribute.l4proto)
			seq_buf_printf(out, " %s", attribute.l4proto == 6 ?
				       "tcp" : "udp");
		dump_place(out, " at", base, &attribute.place[0]);
		dump_place(out, " related", base, &attribute.place[1]);
		seq_buf_printf(out, " line %u\n", attribute.line.len);
	}
}

static void dump_sdp(struct seq_buf *out, const u8 *base,
		     const struct sip_message *msg)
{
	static struct sdp sdp;
	struct sip_slice body;
	enum sip_fault fault = sip_find_sdp(base, msg, &body);
	u32 i;

	if (!fault && !body.len)
		return;
	if (!fault) {
		seq_buf_printf(out, "sdp %u\n", body.len);
		fault = sdp_parse(base, body, &sdp);
	}
	if (fault) {
		seq_buf_printf(out, "body-fault %s\n", sip_fault_name(fault));
		return;
	}
	dump_address(out, "origin", base, &sdp.origin);
	if (sdp.origin.text.len)
		seq_buf_putc(out, '\n');
	dump_address(out, "connection", base, &sdp.connection);
	if (sdp.connection.text.len)
		seq_buf_putc(out, '\n');
	for (i = 0; i < sdp.count; i++)
		dump_media(out, base, &sdp.media[i]);
	if (sdp.excess)
		seq_buf_printf(out, "excess %u\n", sdp.excess);
	dump_attributes(out, base, &sdp);
}

void print_facts(struct seq_buf *out, const u8 *bytes, size_t len)
{
	static struct sip_message msg;
	enum sip_kind kind = sip_classify(bytes, len);
	enum sip_fault fault;

	if (kind != SIP_KIND_SIP)
		seq_buf_printf(out, "kind %s\n", kinds[kind]);
	fault = sip_parse(bytes, len, &msg);
	if (fault) {
		seq_buf_printf(out, "fault %s\n", sip_fault_name(fault));
		return;
	}
	dump_message(out, bytes, &msg);
	dump_literals(out, bytes, &msg);
	dump_contacts(out, bytes, &msg);
	dump_sdp(out, bytes, &msg);
}
