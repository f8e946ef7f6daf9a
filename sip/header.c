// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pieces of a header value: URI, Via, parameters.
 */
#include "parts.h"
#include "scan.h"

/**
 * sip_number() - a decimal number
 * @base: first byte of the message
 * @text: digits only
 * @number: the number, saturated at 2^32 - 1
 *
 * Return: false when @text is empty or not digits only.
 */
bool sip_number(const u8 *base, struct sip_slice text, u32 *number)
{
	u32 i, n = 0;

	if (!text.len)
		return false;
	for (i = text.off; i < scan_slice_end(text); i++) {
		u32 digit = (u32)base[i] - '0';

		if (digit > 9)
			return false;
		n = n > (0xffffffff - digit) / 10 ? 0xffffffff : n * 10 + digit;
	}
	*number = n;
	return true;
}

static bool read_port(const u8 *base, struct sip_slice text, u16 *port)
{
	u32 number;

	if (!sip_number(base, text, &number) || number > 65535)
		return false;
	*port = (u16)number;
	return true;
}

/* A URI without brackets ends at the first white space. */
static bool take_bare_uri(const u8 *base, u32 start, u32 at,
			  struct sip_value *value)
{
	u32 end = scan_trim(base, start, at);

	value->uri = scan_slice(start, end);
	value->params = at;
	return end > start && scan_until(base, start, end, SCAN_BLANK) == end;
}

/**
 * sip_value_read() - one value: a URI in angle brackets, or bare
 * @base: first byte of the message
 * @at: where the value begins
 * @end: where the header's value ends
 * @value: filled in
 *
 * Without brackets everything behind the first ";" belongs to the header
 * (RFC 3261 section 20).
 *
 * Return: false when it cannot be read.
 */
bool sip_value_read(const u8 *base, u32 at, u32 end, struct sip_value *value)
{
	u32 start = scan_blank(base, at, end);

	for (at = start;;) {
		at = scan_until(base, at, end, SCAN_MARK);
		if (at >= end || base[at] == ';' || base[at] == ',')
			return take_bare_uri(base, start, at, value);
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
 * sip_value_end() - where one of several values ends
 * @base: first byte of the message
 * @at: anywhere in the value, outside of quotes and brackets
 * @end: where the header's value ends
 *
 * Return: offset of the next comma outside of quotes and brackets, or @end.
 */
u32 sip_value_end(const u8 *base, u32 at, u32 end)
{
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

/* The end of an unquoted parameter value: white space, ";" or ",". */
static u32 param_end(const u8 *base, u32 at, u32 end)
{
	while (end - at >= SCAN_WORD) {
		unsigned long word = scan_load(base + at);
		unsigned long marks = scan_below(word, 0x21) |
				      scan_equal(word, ';') |
				      scan_equal(word, ',');

		if (marks)
			return at + scan_lowest(marks);
		at += SCAN_WORD;
	}
	while (at < end && base[at] > 0x20 && base[at] != ';' &&
	       base[at] != ',')
		at++;
	return at;
}

/**
 * sip_param_next() - the next parameter
 * @base: first byte of the message
 * @at: where to look; moves behind the parameter
 * @end: where the value ends
 * @param: filled in
 *
 * Return: false when no parameter follows.
 */
bool sip_param_next(const u8 *base, u32 *at, u32 end, struct sip_param *param)
{
	u32 start = scan_blank(base, *at, end), stop;

	*at = start;
	if (start >= end || base[start] != ';')
		return false;
	start = scan_blank(base, start + 1, end);
	stop = scan_while(base, start, end, SCAN_TOKEN);
	param->name = scan_slice(start, stop);
	param->value = scan_slice(0, 0);
	stop = scan_blank(base, stop, end);
	if (stop < end && base[stop] == '=') {
		start = scan_blank(base, stop + 1, end);
		if (start < end && base[start] == '"')
			stop = scan_quoted(base, start, end);
		else
			stop = param_end(base, start, end);
		if (!stop)
			stop = end;
		param->value = scan_slice(start, stop);
	}
	/* whatever else stands there belongs to nobody */
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

/* A host name, an IPv4 address, or an IPv6 reference; its end, or @at. */
static u32 host_end(const u8 *base, u32 at, u32 end)
{
	u32 stop;

	if (at >= end || base[at] != '[')
		return scan_while(base, at, end, SCAN_HOST);
	stop = scan_byte(base, at, end, ']');
	return stop < end ? stop + 1 : at;
}

static bool read_scheme(const u8 *base, struct sip_slice text, u32 *at,
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
 * sip_uri_read() - host and port of a sip: or sips: URI
 * @base: first byte of the message
 * @text: the URI, without angle brackets
 * @uri: filled in
 *
 * The userinfo ends at the first "@": RFC 3261 section 25.1 allows it
 * unescaped nowhere else, though ";" and "?" may stand before it.
 *
 * Return: false when it is of another scheme or cannot be read.
 */
bool sip_uri_read(const u8 *base, struct sip_slice text, struct sip_uri *uri)
{
	u32 end = scan_slice_end(text), at, stop;

	if (!read_scheme(base, text, &at, &uri->port))
		return false;
	stop = scan_byte(base, at, end, '@');
	if (stop < end)
		at = stop + 1;
	stop = host_end(base, at, end);
	if (stop == at)
		return false;
	uri->host = scan_slice(at, stop);
	uri->port_text = scan_slice(0, 0);
	if (stop < end && base[stop] == ':') {
		at = stop + 1;
		stop = scan_while(base, at, end, SCAN_DIGIT);
		uri->port_text = scan_slice(at, stop);
		if (!read_port(base, uri->port_text, &uri->port))
			return false;
	}
	uri->rest = stop;
	return stop == end || base[stop] == ';' || base[stop] == '?';
}

/**
 * sip_uri_maddr() - the maddr parameter of a URI
 * @base: first byte of the message
 * @at: behind host and port
 * @end: where the URI ends
 *
 * Return: its value; length 0 when absent.
 */
struct sip_slice sip_uri_maddr(const u8 *base, u32 at, u32 end)
{
	struct sip_param param;

	end = scan_byte(base, at, end, '?');
	while (sip_param_next(base, &at, end, &param)) {
		if (SCAN_SLICE_IS(base, param.name, "maddr"))
			return param.value;
	}
	return scan_slice(0, 0);
}

/* sent-protocol: "SIP" "/" "2.0" "/" transport; behind it, or 0. */
static u32 read_sent_protocol(const u8 *base, u32 at, u32 end, u16 *port)
{
	u32 part, stop = 0;

	for (part = 0; part < 3; part++) {
		at = scan_blank(base, at, end);
		stop = scan_while(base, at, end, SCAN_TOKEN);
		if (stop == at)
			return 0;
		if (part == 2)
			break;
		if (part ? stop - at != 3 || memcmp(base + at, "2.0", 3) :
			   stop - at != 3 || !scan_same(base + at, "sip", 3))
			return 0;
		at = scan_blank(base, stop, end);
		if (at >= end || base[at++] != '/')
			return 0;
	}
	*port = stop - at >= 3 && scan_same(base + at, "tls", 3) ? 5061 : 5060;
	return stop;
}

/* sent-by: host [ ":" port ]; behind it, or 0. */
static u32 read_sent_by(const u8 *base, u32 at, u32 end, struct sip_via *via)
{
	u32 stop = host_end(base, at, end);

	if (stop == at)
		return 0;
	via->host = scan_slice(at, stop);
	at = scan_blank(base, stop, end);
	if (at >= end || base[at] != ':')
		return at;
	at = scan_blank(base, at + 1, end);
	stop = scan_while(base, at, end, SCAN_DIGIT);
	via->port_text = scan_slice(at, stop);
	if (!read_port(base, via->port_text, &via->port))
		return 0;
	return scan_blank(base, stop, end);
}

static void read_via_params(const u8 *base, u32 at, u32 end,
			    struct sip_via *via)
{
	struct sip_param param;

	while (sip_param_next(base, &at, end, &param)) {
		if (SCAN_SLICE_IS(base, param.name, "received"))
			via->received = param.value;
		else if (SCAN_SLICE_IS(base, param.name, "rport"))
			via->rport = param.value;
		else if (SCAN_SLICE_IS(base, param.name, "maddr"))
			via->maddr = param.value;
	}
}

/**
 * sip_via_read() - one value of Via
 * @base: first byte of the message
 * @at: where the value begins
 * @end: where the header's value ends
 * @via: filled in
 *
 * RFC 3261 section 20.42: white space may stand around "/", ":" and ";".
 *
 * Return: false when it cannot be read.
 */
bool sip_via_read(const u8 *base, u32 at, u32 end, struct sip_via *via)
{
	u32 stop;

	memset(via, 0, sizeof(*via));
	stop = read_sent_protocol(base, at, end, &via->port);
	if (!stop)
		return false;
	at = scan_blank(base, stop, end);
	if (at == stop)
		return false;
	at = read_sent_by(base, at, end, via);
	if (!at || (at < end && base[at] != ';' && base[at] != ','))
		return false;
	read_via_params(base, at, end, via);
	return true;
}
