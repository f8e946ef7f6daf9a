// SPDX-License-Identifier: GPL-2.0-only
/*
 * The facts that every message must have: both parties, the call, the
 * transaction and the length.
 */
#include "parts.h"
#include "scan.h"

static struct sip_slice first_value(const struct sip_message *msg,
				    enum sip_header_id id)
{
	return msg->headers[msg->first[id]].value;
}

static bool has_header(const struct sip_message *msg, enum sip_header_id id)
{
	return msg->first[id] != SIP_HEADER_NONE;
}

static bool is_twice(const struct sip_message *msg, enum sip_header_id id)
{
	return msg->headers[msg->first[id]].next != SIP_HEADER_NONE;
}

/* The mandatory headers (RFC 3261 section 8.1.1) */
static enum sip_fault check_presence(const struct sip_message *msg)
{
	if (!has_header(msg, SIP_HEADER_VIA))
		return SIP_FAULT_NO_VIA;
	if (!has_header(msg, SIP_HEADER_FROM))
		return SIP_FAULT_NO_FROM;
	if (!has_header(msg, SIP_HEADER_TO))
		return SIP_FAULT_NO_TO;
	if (!has_header(msg, SIP_HEADER_CALL_ID))
		return SIP_FAULT_NO_CALL_ID;
	if (!has_header(msg, SIP_HEADER_CSEQ))
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

/*
 * Read the URI and the tag of From or To.  The tag is a parameter of the
 * header, never one of the URI in brackets.
 */
static enum sip_fault read_party(const u8 *base, struct sip_slice text,
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

/*
 * 1*DIGIT LWS Method; the method of a request must equal that of its request
 * line (RFC 3261 section 8.1.1.5).
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

/*
 * The topmost Via identifies the transaction and determines where the response
 * goes.  The parameters of one that cannot be read are read all the same.
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

/* Only the first value, which is the target of the next requests of a call. */
static void read_contact(const u8 *base, struct sip_message *msg)
{
	struct sip_value value;
	struct sip_slice text;

	if (!has_header(msg, SIP_HEADER_CONTACT))
		return;
	text = first_value(msg, SIP_HEADER_CONTACT);
	if (!sip_value_read(base, text.off, scan_slice_end(text), &value))
		return;
	msg->contact_end = (u16)value.params;
	msg->contact = value.uri;
	if (!sip_uri_read(base, value.uri, &msg->contact_uri))
		memset(&msg->contact_uri, 0, sizeof(msg->contact_uri));
}

/* Every Content-Length must be a number, and all must be equal. */
static enum sip_fault read_content_length(const u8 *base, size_t len,
					  struct sip_message *msg)
{
	u8 index = msg->first[SIP_HEADER_CONTENT_LENGTH];
	u32 number, length = 0;
	bool seen = false;

	for (; index != SIP_HEADER_NONE; index = msg->headers[index].next) {
		if (!sip_number(base, msg->headers[index].value, &number) ||
		    (seen && number != length))
			return SIP_FAULT_CONTENT_LENGTH;
		if (!seen)
			msg->content_length = msg->headers[index].value;
		length = number;
		seen = true;
	}
	if (seen && length > msg->body.len)
		return SIP_FAULT_BODY_SHORT;
	if (seen)
		msg->body.len = (u16)length;
	msg->len = (u16)scan_slice_end(msg->body);
	msg->trailing = (u16)(len - msg->len);
	return SIP_OK;
}

/**
 * sip_read_facts() - read the facts in the headers of a message
 * @base: first byte of the message
 * @method: method in the request line; unused for a response
 * @len: number of bytes available
 * @msg: the table of headers and @body are set; the facts are filled in
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
		fault = read_party(base, first_value(msg, SIP_HEADER_FROM),
				   &msg->from, &msg->from_tag);
	if (!fault)
		fault = read_party(base, first_value(msg, SIP_HEADER_TO),
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
