// SPDX-License-Identifier: GPL-2.0-only
/*
 * Credentials whose digest covers the body.
 */
#include "parts.h"
#include "scan.h"

/* Returns the offset of the comma that ends a name=value, or @end.  The value
 * may be a quoted string.
 */
static size_t find_parameter_end(const u8 *base, size_t at, size_t end)
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

static bool is_auth_int_qop(const u8 *base, size_t at, size_t end)
{
	struct sip_slice name = scan_slice(at, scan_token(base, at, end));
	size_t equals = scan_blank(base, scan_slice_end(name), end);

	return SCAN_SLICE_IS(base, name, "qop") && equals < end &&
	       base[equals] == '=' && is_auth_int(base, equals + 1, end);
}

/* Credentials are a scheme, white space, and parameters separated by commas. */
static bool covers_body(const u8 *base, struct sip_slice value)
{
	size_t end = scan_slice_end(value), at, stop;

	at = scan_token(base, value.off, end);
	while (at < end) {
		at = scan_blank(base, at, end);
		stop = find_parameter_end(base, at, end);
		if (is_auth_int_qop(base, at, stop))
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
 * sip_auth_int() - test whether a digest in the message covers its body
 * @base: first byte of the message
 * @msg: facts of the message
 *
 * Such a digest has qop=auth-int (RFC 3261 section 22.4, RFC 8760), with or
 * without quotes, in upper or lower case.  A change of the body invalidates it.
 *
 * Return: true if Authorization or Proxy-Authorization has such a digest.
 */
bool sip_auth_int(const u8 *base, const struct sip_message *msg)
{
	return any_covers_body(base, msg, SIP_HEADER_AUTHORIZATION) ||
	       any_covers_body(base, msg, SIP_HEADER_PROXY_AUTHORIZATION);
}
