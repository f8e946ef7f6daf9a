// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names: character classes, header names, methods, faults.
 */
#include "parts.h"
#include "scan.h"

#define ALNUM	(SCAN_TOKEN | SCAN_HOST | SCAN_SCHEME)
#define DIGIT	(ALNUM | SCAN_DIGIT | SCAN_HEX)
#define ALPHA	(ALNUM | SCAN_ALPHA)
#define HEX	(ALPHA | SCAN_HEX)

/* RFC 3261 section 25.1 */
const u8 sip_class[256] = {
	['\t'] = SCAN_BLANK, ['\n'] = SCAN_BLANK,
	['\r'] = SCAN_BLANK, [' '] = SCAN_BLANK,
	['"'] = SCAN_MARK, ['<'] = SCAN_MARK, ['>'] = SCAN_MARK,
	[';'] = SCAN_MARK, [','] = SCAN_MARK,
	['0' ... '9'] = DIGIT,
	['A' ... 'F'] = HEX, ['G' ... 'Z'] = ALPHA,
	['a' ... 'f'] = HEX, ['g' ... 'z'] = ALPHA,
	['-'] = ALNUM, ['.'] = ALNUM,
	['_'] = SCAN_TOKEN | SCAN_HOST,
	['+'] = SCAN_TOKEN | SCAN_SCHEME,
	['!'] = SCAN_TOKEN, ['%'] = SCAN_TOKEN, ['*'] = SCAN_TOKEN,
	['`'] = SCAN_TOKEN, ['\''] = SCAN_TOKEN, ['~'] = SCAN_TOKEN,
};

/* Compact forms: RFC 3261 section 7.3.3, RFC 3515, RFC 3892 */
static enum sip_header_id lookup_compact_form(u8 letter)
{
	switch (letter | 0x20) {
	case 'v':
		return SIP_HEADER_VIA;
	case 'f':
		return SIP_HEADER_FROM;
	case 't':
		return SIP_HEADER_TO;
	case 'i':
		return SIP_HEADER_CALL_ID;
	case 'm':
		return SIP_HEADER_CONTACT;
	case 'l':
		return SIP_HEADER_CONTENT_LENGTH;
	case 'c':
		return SIP_HEADER_CONTENT_TYPE;
	case 'e':
		return SIP_HEADER_CONTENT_ENCODING;
	case 'r':
		return SIP_HEADER_REFER_TO;
	case 'b':
		return SIP_HEADER_REFERRED_BY;
	default:
		return SIP_HEADER_OTHER;
	}
}

/* The length of the name equals that of @text. */
#define TRY(text, id) do {						\
	if (scan_same(name, text, sizeof(text) - 1))			\
		return SIP_HEADER_##id;					\
} while (0)

/**
 * sip_header_lookup() - look up a header by its name
 * @name: the name, token characters only
 * @len: length of the name, bytes
 *
 * Return: the id; SIP_HEADER_OTHER for a header that is not read.
 */
enum sip_header_id sip_header_lookup(const u8 *name, size_t len)
{
	switch (len) {
	case 1:
		return lookup_compact_form(name[0]);
	case 2:
		TRY("to", TO);
		break;
	case 3:
		TRY("via", VIA);
		break;
	case 4:
		TRY("from", FROM);
		TRY("cseq", CSEQ);
		TRY("path", PATH);
		break;
	case 5:
		TRY("route", ROUTE);
		break;
	case 7:
		TRY("call-id", CALL_ID);
		TRY("contact", CONTACT);
		TRY("expires", EXPIRES);
		break;
	case 8:
		TRY("refer-to", REFER_TO);
		break;
	case 11:
		TRY("referred-by", REFERRED_BY);
		break;
	case 12:
		TRY("content-type", CONTENT_TYPE);
		TRY("record-route", RECORD_ROUTE);
		break;
	case 13:
		TRY("service-route", SERVICE_ROUTE);
		TRY("authorization", AUTHORIZATION);
		break;
	case 14:
		TRY("content-length", CONTENT_LENGTH);
		break;
	case 15:
		TRY("security-client", SECURITY_CLIENT);
		TRY("security-verify", SECURITY_VERIFY);
		TRY("security-server", SECURITY_SERVER);
		break;
	case 16:
		TRY("content-encoding", CONTENT_ENCODING);
		break;
	case 19:
		TRY("proxy-authorization", PROXY_AUTHORIZATION);
		break;
	}
	return SIP_HEADER_OTHER;
}

struct method_name {
	char name[12];
	u8 len;
};

#define METHOD(name)	{ #name, sizeof(#name) - 1 }

static const struct method_name method_names[] = {
	[SIP_METHOD_UNKNOWN] = METHOD(UNKNOWN),
	[SIP_METHOD_INVITE] = METHOD(INVITE),
	[SIP_METHOD_ACK] = METHOD(ACK),
	[SIP_METHOD_BYE] = METHOD(BYE),
	[SIP_METHOD_CANCEL] = METHOD(CANCEL),
	[SIP_METHOD_PRACK] = METHOD(PRACK),
	[SIP_METHOD_UPDATE] = METHOD(UPDATE),
	[SIP_METHOD_REGISTER] = METHOD(REGISTER),
	[SIP_METHOD_SUBSCRIBE] = METHOD(SUBSCRIBE),
	[SIP_METHOD_NOTIFY] = METHOD(NOTIFY),
	[SIP_METHOD_PUBLISH] = METHOD(PUBLISH),
	[SIP_METHOD_REFER] = METHOD(REFER),
	[SIP_METHOD_INFO] = METHOD(INFO),
	[SIP_METHOD_OPTIONS] = METHOD(OPTIONS),
	[SIP_METHOD_MESSAGE] = METHOD(MESSAGE),
};

/**
 * sip_method_lookup() - look up a method by its name
 * @name: the name; methods are case-sensitive (RFC 3261 section 7.1)
 * @len: length of the name, bytes
 *
 * Return: the method, SIP_METHOD_UNKNOWN for any other token.
 */
enum sip_method sip_method_lookup(const u8 *name, size_t len)
{
	unsigned int i;

	for (i = SIP_METHOD_INVITE; i < ARRAY_SIZE(method_names); i++) {
		if (method_names[i].len == len &&
		    method_names[i].name[0] == (char)name[0] &&
		    !memcmp(method_names[i].name, name, len))
			return (enum sip_method)i;
	}
	return SIP_METHOD_UNKNOWN;
}

/**
 * sip_method_name() - get the name of a method
 * @method: the method
 *
 * Return: a constant string; "UNKNOWN" for SIP_METHOD_UNKNOWN and for values
 * that are not methods.
 */
const char *sip_method_name(enum sip_method method)
{
	unsigned int i = method;

	return method_names[i < ARRAY_SIZE(method_names) ? i : 0].name;
}

static const char * const fault_names[] = {
	[SIP_OK] = "ok",
	[SIP_FAULT_NOT_SIP] = "not-sip",
	[SIP_FAULT_START_LINE] = "start-line",
	[SIP_FAULT_VERSION] = "version",
	[SIP_FAULT_TRUNCATED] = "truncated",
	[SIP_FAULT_LINE_END] = "line-end",
	[SIP_FAULT_CONTROL] = "control",
	[SIP_FAULT_UTF8] = "utf8",
	[SIP_FAULT_HEADER_NAME] = "header-name",
	[SIP_FAULT_HEADER_LENGTH] = "header-length",
	[SIP_FAULT_HEADER_COUNT] = "header-count",
	[SIP_FAULT_TOO_LONG] = "too-long",
	[SIP_FAULT_NO_VIA] = "no-via",
	[SIP_FAULT_NO_FROM] = "no-from",
	[SIP_FAULT_NO_TO] = "no-to",
	[SIP_FAULT_NO_CALL_ID] = "no-call-id",
	[SIP_FAULT_NO_CSEQ] = "no-cseq",
	[SIP_FAULT_DUPLICATE] = "duplicate",
	[SIP_FAULT_CALL_ID] = "call-id",
	[SIP_FAULT_TAG] = "tag",
	[SIP_FAULT_CSEQ] = "cseq",
	[SIP_FAULT_CONTENT_LENGTH] = "content-length",
	[SIP_FAULT_BODY_SHORT] = "body-short",
	[SIP_FAULT_URI] = "uri",
	[SIP_FAULT_SDP] = "sdp",
	[SIP_FAULT_MULTIPART] = "multipart",
};

static_assert(ARRAY_SIZE(fault_names) == SIP_FAULT_MAX);

/**
 * sip_fault_name() - get the name of a fault, as in the counters
 * @fault: the fault
 *
 * Return: a constant string; "unknown" for a value that is not a fault.
 */
const char *sip_fault_name(enum sip_fault fault)
{
	unsigned int i = fault;

	return i < ARRAY_SIZE(fault_names) ? fault_names[i] : "unknown";
}
