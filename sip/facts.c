// SPDX-License-Identifier: GPL-2.0-only
/*
 * The facts every message must state: who, which call, which transaction,
 * how long.
 */
#include "parts.h"
#include "scan.h"

static struct sip_slice first_value(const struct sip_message *msg,
				    enum sip_header_id id)
{
	return msg->headers[msg->first[id]].value;
}

static bool has(const struct sip_message *msg, enum sip_header_id id)
{
	return msg->first[id] != SIP_HEADER_NONE;
}

static bool is_twice(const struct sip_message *msg, enum sip_header_id id)
{
	return msg->headers[msg->first[id]].next != SIP_HEADER_NONE;
}

/* RFC 3261 section 8.1.1: what every message carries. */
static enum sip_fault check_presence(const struct sip_message *msg)
{
	if (!has(msg, SIP_HEADER_VIA))
		return SIP_FAULT_NO_VIA;
	if (!has(msg, SIP_HEADER_FROM))
		return SIP_FAULT_NO_FROM;
	if (!has(msg, SIP_HEADER_TO))
		return SIP_FAULT_NO_TO;
	if (!has(msg, SIP_HEADER_CALL_ID))
		return SIP_FAULT_NO_CALL_ID;
	if (!has(msg, SIP_HEADER_CSEQ))
		return SIP_FAULT_NO_CSEQ;
	if (is_twice(msg, SIP_HEADER_FROM) || is_twice(msg, SIP_HEADER_TO) ||
	    is_twice(msg, SIP_HEADER_CALL_ID) ||
	    is_twice(msg, SIP_HEADER_CSEQ))
		return SIP_FAULT_DUPLICATE;
	return SIP_OK;
}

static enum sip_fault read_call_id(struct sip_message *msg)
{
	msg->call_id = first_value(msg, SIP_HEADER_CALL_ID);
	if (!msg->call_id.len || msg->call_id.len > SIP_CALL_ID_MAX)
		return SIP_FAULT_CALL_ID;
	return SIP_OK;
}

/* The URI of From or To, and the tag, which is a parameter of the header and
 * never one of the URI in brackets.
 */
static enum sip_fault read_end(const u8 *base, struct sip_slice text,
			       struct sip_slice *uri, struct sip_slice *tag)
{
	struct sip_value value;
	struct sip_param param;
	size_t end = scan_slice_end(text), at;

	if (!sip_value_read(base, text.off, end, &value))
		return SIP_FAULT_URI;
	*uri = value.uri;
	at = value.params;
	while (sip_param_next(base, &at, end, &param)) {
		if (!SCAN_SLICE_IS(base, param.name, "tag"))
			continue;
		if (tag->len || !param.value.len ||
		    param.value.len > SIP_TAG_MAX)
			return SIP_FAULT_TAG;
		*tag = param.value;
	}
	return SIP_OK;
}

/* 1*DIGIT LWS Method; the method of a request is that of its request line
 * (RFC 3261 section 8.1.1.5).
 */
static enum sip_fault read_cseq(const u8 *base, struct sip_slice method,
				struct sip_message *msg)
{
	struct sip_slice value = first_value(msg, SIP_HEADER_CSEQ);
	size_t end = scan_slice_end(value);
	size_t digits_end = scan_while(base, value.off, end, SCAN_DIGIT);
	size_t name = scan_blank(base, digits_end, end);

	if (!sip_number(base, scan_slice(value.off, digits_end), &msg->cseq) ||
	    msg->cseq > 0x7fffffff || name == digits_end || name == end ||
	    scan_while(base, name, end, SCAN_TOKEN) != end)
		return SIP_FAULT_CSEQ;
	if (!msg->request)
		msg->method = sip_method_lookup(base + name, end - name);
	else if (method.len != end - name ||
		 memcmp(base + method.off, base + name, method.len))
		return SIP_FAULT_CSEQ;
	return SIP_OK;
}

/* Everybody asks for it: the transaction, where answers go, the walk.  One that
 * cannot be read still has its parameters.
 */
static void read_top_via(const u8 *base, struct sip_message *msg)
{
	struct sip_slice value = first_value(msg, SIP_HEADER_VIA);
	struct sip_via *via = &msg->via;
	size_t end = scan_slice_end(value);

	msg->via_end = (u16)sip_via_read(base, value.off, end, via);
	if (unlikely(!msg->via_end))
		sip_via_params(base, scan_either(base, value.off, end, ';',
						 ','), end, via);
	msg->branch = via->branch;
	msg->rport = via->has_rport;
}

/* The first value only: where a call's next requests go, and the walk. */
static void read_contact(const u8 *base, struct sip_message *msg)
{
	struct sip_value value;
	struct sip_slice text;

	if (!has(msg, SIP_HEADER_CONTACT))
		return;
	text = first_value(msg, SIP_HEADER_CONTACT);
	if (!sip_value_read(base, text.off, scan_slice_end(text), &value))
		return;
	msg->contact_end = (u16)value.params;
	msg->contact = value.uri;
	if (!sip_uri_read(base, value.uri, &msg->contact_uri))
		memset(&msg->contact_uri, 0, sizeof(msg->contact_uri));
}

/* All Content-Length there are must be numbers and agree. */
static enum sip_fault read_content_length(const u8 *base, size_t len,
					  struct sip_message *msg)
{
	u8 index = msg->first[SIP_HEADER_CONTENT_LENGTH];
	u32 number, said = 0;
	bool seen = false;

	for (; index != SIP_HEADER_NONE; index = msg->headers[index].next) {
		if (!sip_number(base, msg->headers[index].value, &number) ||
		    (seen && number != said))
			return SIP_FAULT_CONTENT_LENGTH;
		if (!seen)
			msg->content_length = msg->headers[index].value;
		said = number;
		seen = true;
	}
	if (seen && said > msg->body.len)
		return SIP_FAULT_BODY_SHORT;
	if (seen)
		msg->body.len = (u16)said;
	msg->len = (u16)scan_slice_end(msg->body);
	msg->trailing = (u16)(len - msg->len);
	return SIP_OK;
}

/**
 * sip_read_facts() - the facts behind the table of headers
 * @base: first byte of the message
 * @method: name in the request line; unused in a response
 * @len: bytes there are
 * @msg: the table is filled in, @body is the rest of the bytes
 *
 * Return: SIP_OK, or the first fault found.
 */
enum sip_fault sip_read_facts(const u8 *base, struct sip_slice method,
			      size_t len, struct sip_message *msg)
{
	enum sip_fault fault = check_presence(msg);

	if (!fault)
		fault = read_call_id(msg);
	if (!fault)
		fault = read_end(base, first_value(msg, SIP_HEADER_FROM),
				 &msg->from, &msg->from_tag);
	if (!fault)
		fault = read_end(base, first_value(msg, SIP_HEADER_TO),
				 &msg->to, &msg->to_tag);
	if (!fault)
		fault = read_cseq(base, method, msg);
	if (!fault)
		fault = read_content_length(base, len, msg);
	if (fault)
		return fault;
	read_top_via(base, msg);
	read_contact(base, msg);
	return SIP_OK;
}
