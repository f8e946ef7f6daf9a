// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts of a header value: URI, Via, parameters.
 */
#include "parts.h"
#include "scan.h"

/**
 * sip_number() - read a decimal number
 * @base: first byte of the message
 * @text: the digits
 * @number: filled in; 2^32 - 1 if the number is larger
 *
 * Return: whether @text consists of digits, at least one.
 */
bool sip_number(const u8 *base, struct sip_slice text, u32 *number)
{
	const u8 *p = base + text.off, *end = p + text.len;
	u64 n = 0;

	if (p == end)
		return false;
	for (; p < end; p++) {
		u8 digit = *p - '0';

		if (digit > 9)
			return false;
		n = n * 10 + digit;
		if (n > 0xffffffff)
			n = 0xffffffff;
	}
	*number = (u32)n;
	return true;
}

/* Return: the offset after the port; 0 if it is no number up to 65535. */
static size_t read_port(const u8 *base, size_t at, size_t end,
			struct sip_slice *text, u16 *port)
{
	size_t start = at;
	u32 number = 0;

	while (at < end && scan_is(base[at], SCAN_DIGIT)) {
		number = number * 10 + (base[at++] - '0');
		if (number > 65535)
			return 0;
	}
	*text = scan_slice(start, at);
	*port = (u16)number;
	return at > start ? at : 0;
}

/* A URI without brackets contains no white space. */
static bool read_bare_uri(const u8 *base, size_t start, size_t at,
			  struct sip_value *value)
{
	size_t end = scan_trim(base, start, at);

	value->uri = scan_slice(start, end);
	value->params = at;
	return end > start && scan_until(base, start, end, SCAN_BLANK) == end;
}

/**
 * sip_value_read() - read a value with a URI, in angle brackets or without
 * @base: first byte of the message
 * @at: begin of the value
 * @end: end of the header's values
 * @value: filled in
 *
 * Without brackets, everything from the first ";" on is a parameter of the
 * header, not of the URI (RFC 3261 section 20).
 *
 * Return: whether the value can be read.
 */
bool sip_value_read(const u8 *base, size_t at, size_t end,
		    struct sip_value *value)
{
	size_t start = scan_blank(base, at, end);

	for (at = start;;) {
		at = scan_until(base, at, end, SCAN_MARK);
		if (at >= end || base[at] == ';' || base[at] == ',')
			return read_bare_uri(base, start, at, value);
		if (base[at] == '>')
			return false;
		if (base[at] == '<')
			break;
		at = scan_quoted(base, at, end);
		if (!at)
			return false;
	}
	start = at + 1;
	at = scan_byte(base, start, end, '>');
	value->uri = scan_slice(start, at);
	value->params = at + 1;
	return at < end && at > start;
}

/**
 * sip_value_end() - find the end of one of several values
 * @base: first byte of the message
 * @at: any offset in the value outside of quotes and brackets
 * @end: end of the header's values
 *
 * Return: offset of the next comma outside of quotes and brackets, or @end.
 */
size_t sip_value_end(const u8 *base, size_t at, size_t end)
{
	/* usually this is the last value */
	if (scan_byte(base, at, end, ',') == end)
		return end;
	while (at < end) {
		at = scan_until(base, at, end, SCAN_MARK);
		if (at >= end || base[at] == ',')
			return at;
		if (base[at] == '"')
			at = scan_quoted(base, at, end);
		else if (base[at] == '<')
			at = scan_byte(base, at, end, '>');
		else
			at++;
		if (!at)
			return end;
	}
	return end;
}

/**
 * sip_param_next() - read the next parameter
 * @base: first byte of the message
 * @at: offset where it begins; set to the offset after it
 * @end: end of the value
 * @param: filled in
 *
 * Return: whether there is another parameter.
 */
bool sip_param_next(const u8 *base, size_t *at, size_t end,
		    struct sip_param *param)
{
	size_t start = scan_blank(base, *at, end), stop;

	*at = start;
	if (start >= end || base[start] != ';')
		return false;
	start = scan_blank(base, start + 1, end);
	stop = scan_token(base, start, end);
	param->name = scan_slice(start, stop);
	param->value = scan_slice(0, 0);
	stop = scan_blank(base, stop, end);
	if (stop < end && base[stop] == '=') {
		start = scan_blank(base, stop + 1, end);
		if (start < end && base[start] == '"')
			stop = scan_quoted(base, start, end);
		else
			stop = scan_any(base, start, end, 0x21, ';', ',');
		if (!stop)
			stop = end;
		param->value = scan_slice(start, stop);
	}
	/* skip bytes that belong to no parameter */
	while (stop < end && base[stop] != ';' && base[stop] != ',') {
		if (base[stop] == '"')
			stop = scan_quoted(base, stop, end);
		else
			stop++;
		if (!stop)
			stop = end;
	}
	*at = stop;
	return true;
}

/*
 * An IPv6 address in brackets, possibly with a zone.  Bytes that cannot be part
 * of an address end the search for "]": a lone "[" must not hide the values
 * after it.  Return: the offset after the reference; @at if there is none.
 */
static size_t read_reference(const u8 *base, size_t at, size_t end,
			     struct sip_address *address)
{
	size_t stop = at + 1;

	while (stop < end && (scan_is(base[stop], SCAN_HOST) ||
			      base[stop] == ':' || base[stop] == '%'))
		stop++;
	if (stop == end || base[stop] != ']')
		return at;
	sip_address_decode(base + at, stop + 1 - at, address);
	return stop + 1;
}

/*
 * A host name, an IPv4 address, or an IPv6 reference.
 * Return: the offset after it; @at if there is none.
 */
static size_t read_host(const u8 *base, size_t at, size_t end,
			struct sip_slice *host, struct sip_address *address)
{
	size_t stop = at;

	memset(address, 0, sizeof(*address));
	if (at < end && scan_is(base[at], SCAN_DIGIT)) {
		stop += sip_address_v4(base + at, end - at, address->bytes);
		if (stop > at)
			address->family = 4;
	}
	if (stop < end && scan_is(base[stop], SCAN_HOST)) {
		stop = scan_while(base, stop, end, SCAN_HOST);
		memset(address, 0, sizeof(*address));
	} else if (at < end && base[at] == '[') {
		stop = read_reference(base, at, end, address);
	}
	*host = scan_slice(at, stop);
	return stop;
}

static bool read_scheme(const u8 *base, struct sip_slice text, size_t *at,
			u16 *port)
{
	const u8 *p = base + text.off;

	if (text.len >= 4 && scan_same(p, "sip:", 4)) {
		*at = text.off + 4;
		*port = 5060;
		return true;
	}
	if (text.len >= 5 && scan_same(p, "sips:", 5)) {
		*at = text.off + 5;
		*port = 5061;
		return true;
	}
	return false;
}

/**
 * sip_uri_read() - read host and port of a sip: or sips: URI
 * @base: first byte of the message
 * @text: the URI, without angle brackets
 * @uri: filled in
 *
 * The userinfo ends at the first "@": RFC 3261 section 25.1 requires that any
 * other "@" is escaped.  The userinfo may contain ";" and "?".
 *
 * Return: whether the URI has one of these schemes and can be read.
 */
bool sip_uri_read(const u8 *base, struct sip_slice text, struct sip_uri *uri)
{
	size_t end = scan_slice_end(text), at, stop;

	if (!read_scheme(base, text, &at, &uri->port))
		return false;
	stop = scan_byte(base, at, end, '@');
	if (stop < end)
		at = stop + 1;
	stop = read_host(base, at, end, &uri->host, &uri->address);
	if (stop == at)
		return false;
	uri->port_text = scan_slice(0, 0);
	if (stop < end && base[stop] == ':') {
		stop = read_port(base, stop + 1, end, &uri->port_text,
				 &uri->port);
		if (!stop)
			return false;
	}
	uri->rest = (u16)stop;
	return stop == end || base[stop] == ';' || base[stop] == '?';
}

/**
 * sip_uri_maddr() - find the maddr parameter of a URI
 * @base: first byte of the message
 * @at: offset after host and port
 * @end: end of the URI
 *
 * Return: the value of the parameter; length 0 if absent.
 */
struct sip_slice sip_uri_maddr(const u8 *base, size_t at, size_t end)
{
	size_t stop;

	for (; at < end && base[at] == ';'; at = stop) {
		stop = scan_either(base, ++at, end, ';', '?');
		if (stop - at > 6 && scan_same(base + at, "maddr=", 6))
			return scan_slice(at + 6, stop);
	}
	return scan_slice(0, 0);
}

/*
 * name "/" version "/", with white space around each.
 * Return: the offset after it; 0 if it is not "SIP/2.0/".
 */
static size_t read_protocol(const u8 *base, size_t at, size_t end)
{
	struct sip_slice part;
	size_t stop, i;

	for (i = 0; i < 2; i++) {
		at = scan_blank(base, at, end);
		stop = scan_token(base, at, end);
		part = scan_slice(at, stop);
		if (!SCAN_SLICE_IS(base, part, "sip") &&
		    !SCAN_SLICE_IS(base, part, "2.0"))
			return 0;
		if ((part.len && base[at] == '2') != i)
			return 0;
		at = scan_blank(base, stop, end);
		if (at >= end || base[at++] != '/')
			return 0;
	}
	return scan_blank(base, at, end);
}

/* Return: the offset after sent-protocol and white space; 0 if malformed. */
static size_t read_sent_protocol(const u8 *base, size_t at, size_t end,
				 u16 *port)
{
	size_t stop;

	at = scan_blank(base, at, end);
	if (end - at > 8 && scan_same(base + at, "sip/2.0/", 8) &&
	    base[at + 8] > ' ')
		at += 8;
	else
		at = read_protocol(base, at, end);
	if (!at)
		return 0;
	stop = scan_token(base, at, end);
	if (stop == at || stop >= end || !scan_is(base[stop], SCAN_BLANK))
		return 0;
	*port = stop - at >= 3 && scan_same(base + at, "tls", 3) ? 5061 : 5060;
	return scan_blank(base, stop, end);
}

/*
 * sent-by: host [ ":" port ].
 * Return: the offset after it and white space; 0 if malformed.
 */
static size_t read_sent_by(const u8 *base, size_t at, size_t end,
			   struct sip_via *via)
{
	size_t stop = read_host(base, at, end, &via->host, &via->address);

	if (stop == at)
		return 0;
	at = scan_blank(base, stop, end);
	if (at >= end || base[at] != ':')
		return at;
	at = scan_blank(base, at + 1, end);
	stop = read_port(base, at, end, &via->port_text, &via->port);
	return stop ? scan_blank(base, stop, end) : 0;
}

/**
 * sip_via_params() - read the parameters of a Via
 * @base: first byte of the message
 * @at: begin of the parameters
 * @end: end of the header's values
 * @via: the parameters that are present are filled in
 *
 * Of several branch parameters the first one counts, even without a value; of
 * any other parameter the last one.
 *
 * Return: the offset after the parameters.
 */
size_t sip_via_params(const u8 *base, size_t at, size_t end,
		      struct sip_via *via)
{
	bool branched = false;
	struct sip_param param;

	while (sip_param_next(base, &at, end, &param)) {
		if (SCAN_SLICE_IS(base, param.name, "rport")) {
			via->rport = param.value;
			via->has_rport = true;
		} else if (SCAN_SLICE_IS(base, param.name, "branch")) {
			if (!branched)
				via->branch = param.value;
			branched = true;
		} else if (SCAN_SLICE_IS(base, param.name, "received")) {
			via->received = param.value;
		} else if (SCAN_SLICE_IS(base, param.name, "maddr")) {
			via->maddr = param.value;
		}
	}
	return at;
}

/**
 * sip_via_read() - read one value of Via
 * @base: first byte of the message
 * @at: begin of the value
 * @end: end of the header's values
 * @via: filled in
 *
 * White space is allowed around "/", ":" and ";" (RFC 3261 section 20.42).
 *
 * Return: the end of the value, a comma or @end; 0 if it cannot be read.
 */
size_t sip_via_read(const u8 *base, size_t at, size_t end, struct sip_via *via)
{
	memset(via, 0, sizeof(*via));
	at = read_sent_protocol(base, at, end, &via->port);
	if (at)
		at = read_sent_by(base, at, end, via);
	if (!at || at == end || base[at] == ',')
		return at;
	return base[at] == ';' ? sip_via_params(base, at, end, via) : 0;
}
