// SPDX-License-Identifier: GPL-2.0-only
/*
 * Credentials: does the digest cover the body?
 */
#include "parts.h"
#include "scan.h"

/* The end of one name=value, the value maybe in quotes: on its comma, or @end. */
static size_t parameter_end(const u8 *base, size_t at, size_t end)
{
	while (at < end && base[at] != ',') {
		at = base[at] == '"' ? scan_quoted(base, at, end) : at + 1;
		if (!at)
			return end;
	}
	return at;
}

static bool is_auth_int(const u8 *base, size_t at, size_t end)
{
	struct sip_slice value;

	at = scan_blank(base, at, end);
	end = scan_trim(base, at, end);
	if (end - at >= 2 && base[at] == '"' && base[end - 1] == '"') {
		at = scan_blank(base, at + 1, end - 1);
		end = scan_trim(base, at, end - 1);
	}
	value = scan_slice(at, end);
	return SCAN_SLICE_IS(base, value, "auth-int");
}

static bool is_qop(const u8 *base, size_t at, size_t end)
{
	struct sip_slice name = scan_slice(at, scan_token(base, at, end));
	size_t equals = scan_blank(base, scan_slice_end(name), end);

	return SCAN_SLICE_IS(base, name, "qop") && equals < end &&
	       base[equals] == '=' && is_auth_int(base, equals + 1, end);
}

/* Scheme, white space, then parameters with commas between them. */
static bool covers_body(const u8 *base, struct sip_slice value)
{
	size_t end = scan_slice_end(value), at, stop;

	at = scan_token(base, value.off, end);
	while (at < end) {
		at = scan_blank(base, at, end);
		stop = parameter_end(base, at, end);
		if (is_qop(base, at, stop))
			return true;
		at = stop + 1;
	}
	return false;
}

static bool any_covers_body(const u8 *base, const struct sip_message *msg,
			    enum sip_header_id id)
{
	u8 index = msg->first[id];

	for (; index != SIP_HEADER_NONE; index = msg->headers[index].next) {
		if (covers_body(base, msg->headers[index].value))
			return true;
	}
	return false;
}

/**
 * sip_auth_int() - does a digest in the message cover its body?
 * @base: first byte of the message
 * @msg: its facts
 *
 * RFC 3261 section 22.4, RFC 8760: qop=auth-int, in quotes or not, in any case.
 *
 * Return: whether Authorization or Proxy-Authorization says so.
 */
bool sip_auth_int(const u8 *base, const struct sip_message *msg)
{
	return any_covers_body(base, msg, SIP_HEADER_AUTHORIZATION) ||
	       any_covers_body(base, msg, SIP_HEADER_PROXY_AUTHORIZATION);
}
