// SPDX-License-Identifier: GPL-2.0-only
/*
 * The 503 Service Unavailable that the router itself sends, built from the
 * request (RFC 3261 section 8.2.6.2).
 */
#include <sip_ims/edit.h>

#include "parts.h"
#include "response.h"
#include "scan.h"

/**
 * struct writer - output buffer that counts bytes past its end
 * @out: the buffer
 * @len: bytes written so far; exceeds @size when the buffer was too small
 * @size: size of the buffer in bytes
 */
struct writer {
	u8 *out;
	size_t len;
	size_t size;
};

static void put_bytes(struct writer *writer, const void *bytes, size_t len)
{
	if (writer->len + len <= writer->size)
		memcpy(writer->out + writer->len, bytes, len);
	writer->len += len;
}

#define PUT_TEXT(writer, text) put_bytes(writer, text, sizeof(text) - 1)

static void put_range(struct writer *writer, const u8 *base, size_t at,
		      size_t end)
{
	put_bytes(writer, base + at, end - at);
}

static void put_slice(struct writer *writer, const u8 *base,
		      struct sip_slice slice)
{
	put_range(writer, base, slice.off, scan_slice_end(slice));
}

static void put_number(struct writer *writer, u32 number)
{
	u8 digits[10];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (u8)('0' + number % 10);
		number /= 10;
	} while (number);
	put_bytes(writer, digits + at, sizeof(digits) - at);
}

static void put_address(struct writer *writer,
			const struct sip_address *address)
{
	u8 text[SIP_ADDRESS_TEXT_MAX];

	put_bytes(writer, text, sip_address_text(text, address, false));
}

static bool same_address(const struct sip_address *a,
			 const struct sip_address *b)
{
	return a->family == b->family &&
	       !memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

static bool asks_rport(const u8 *base, size_t at, size_t end)
{
	struct sip_param param;

	while (sip_param_next(base, &at, end, &param)) {
		if (SCAN_SLICE_IS(base, param.name, "rport"))
			return true;
	}
	return false;
}

/*
 * RFC 3261 section 18.2.1: received= is added unless sent-by is the source
 * address.  RFC 3581 section 4: a requested rport is filled in, and received=
 * then always accompanies it.
 */
static void put_received(struct writer *writer, struct sip_response *response,
			 const struct sip_via *via, bool rport)
{
	response->port = rport ? response->source_port : via->port;
	if (rport || !same_address(&via->address, &response->source)) {
		PUT_TEXT(writer, ";received=");
		put_address(writer, &response->source);
	}
	if (rport) {
		PUT_TEXT(writer, ";rport=");
		put_number(writer, response->source_port);
	}
}

/* The sender's own received= and rport= are dropped: only the source address of
 * the packet is trusted.
 */
static void put_params(struct writer *writer, const u8 *base, size_t at,
		       size_t end)
{
	struct sip_param param;
	size_t start = at;

	while (sip_param_next(base, &at, end, &param)) {
		if (!SCAN_SLICE_IS(base, param.name, "rport") &&
		    !SCAN_SLICE_IS(base, param.name, "received"))
			put_range(writer, base, start,
				  scan_trim(base, start, at));
		start = at;
	}
}

/*
 * The topmost Via, then the other values of the same line.  The new parameters
 * directly follow sent-by, so that a malformed parameter cannot hide them.
 */
static bool put_top_via(struct writer *writer, struct sip_response *response,
			const u8 *base, struct sip_slice value)
{
	size_t end = scan_slice_end(value), at, stop;
	struct sip_via via;

	stop = sip_via_read(base, value.off, end, &via);
	if (!stop)
		return false;
	at = scan_slice_end(via.port_text.len ? via.port_text : via.host);
	PUT_TEXT(writer, "Via: ");
	put_range(writer, base, value.off, at);
	put_received(writer, response, &via, asks_rport(base, at, stop));
	put_params(writer, base, at, stop);
	put_range(writer, base, stop, end);
	PUT_TEXT(writer, "\r\n");
	return true;
}

static bool put_vias(struct writer *writer, struct sip_response *response,
		     const u8 *base, const struct sip_message *msg)
{
	u8 i = msg->first[SIP_HEADER_VIA];

	if (i == SIP_HEADER_NONE ||
	    !put_top_via(writer, response, base, msg->headers[i].value))
		return false;
	while ((i = msg->headers[i].next) != SIP_HEADER_NONE) {
		PUT_TEXT(writer, "Via: ");
		put_slice(writer, base, msg->headers[i].value);
		PUT_TEXT(writer, "\r\n");
	}
	return true;
}

static void put_header(struct writer *writer, const u8 *base,
		       const struct sip_message *msg, enum sip_header_id id)
{
	put_slice(writer, base, msg->headers[msg->first[id]].value);
	PUT_TEXT(writer, "\r\n");
}

/* The tag directly follows the URI, so that a malformed parameter cannot hide
 * it.
 */
static bool put_to(struct writer *writer, const struct sip_response *response,
		   const u8 *base, const struct sip_message *msg)
{
	struct sip_slice to = msg->headers[msg->first[SIP_HEADER_TO]].value;
	size_t at = to.off, end = scan_slice_end(to), next;
	struct sip_value value;

	PUT_TEXT(writer, "To: ");
	if (!msg->to_tag.len) {
		if (!sip_value_read(base, at, end, &value))
			return false;
		next = scan_blank(base, value.params, end);
		if (next < end && base[next] != ';')
			return false;
		put_range(writer, base, at, value.params);
		PUT_TEXT(writer, ";tag=");
		put_bytes(writer, response->tag, sizeof(response->tag));
		at = value.params;
	}
	put_range(writer, base, at, end);
	PUT_TEXT(writer, "\r\n");
	return true;
}

/* sip_parse() has checked that each of these headers is present once. */
static bool put_dialog(struct writer *writer,
		       const struct sip_response *response, const u8 *base,
		       const struct sip_message *msg)
{
	PUT_TEXT(writer, "From: ");
	put_header(writer, base, msg, SIP_HEADER_FROM);
	if (!put_to(writer, response, base, msg))
		return false;
	PUT_TEXT(writer, "Call-ID: ");
	put_header(writer, base, msg, SIP_HEADER_CALL_ID);
	PUT_TEXT(writer, "CSeq: ");
	put_header(writer, base, msg, SIP_HEADER_CSEQ);
	return true;
}

/**
 * sip_response_write_unavailable() - write a 503 response to a request
 * @response: addressee and contents of the response; @port is filled in
 * @base: first byte of the request
 * @msg: facts of the request, whose method is not ACK
 * @out: output buffer
 * @size: size of @out in bytes
 *
 * Return: length of the response in bytes, or 0 when it would exceed @size or
 * when the topmost Via or To of the request cannot be read.
 */
size_t sip_response_write_unavailable(struct sip_response *response,
				      const u8 *base,
				      const struct sip_message *msg, u8 *out,
				      size_t size)
{
	struct writer writer = { .out = out, .size = size };

	PUT_TEXT(&writer, "SIP/2.0 503 Service Unavailable\r\n");
	if (!put_vias(&writer, response, base, msg) ||
	    !put_dialog(&writer, response, base, msg))
		return 0;
	PUT_TEXT(&writer, "Retry-After: ");
	put_number(&writer, response->retry_after);
	PUT_TEXT(&writer, "\r\nContent-Length: 0\r\n\r\n");
	return writer.len <= size ? writer.len : 0;
}
