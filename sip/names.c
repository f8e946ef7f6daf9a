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

/* RFC 3261 section 25.1. */
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

#define NAME_MAX_LEN	16

struct header_name {
	char name[NAME_MAX_LEN];
	u8 id;
};

/* Sorted by length; names_of_length[] says where each length begins. */
static const struct header_name header_names[] = {
	{ "v", SIP_HEADER_VIA },
	{ "f", SIP_HEADER_FROM },
	{ "t", SIP_HEADER_TO },
	{ "i", SIP_HEADER_CALL_ID },
	{ "m", SIP_HEADER_CONTACT },
	{ "l", SIP_HEADER_CONTENT_LENGTH },
	{ "c", SIP_HEADER_CONTENT_TYPE },
	{ "e", SIP_HEADER_CONTENT_ENCODING },
	{ "r", SIP_HEADER_REFER_TO },
	{ "b", SIP_HEADER_REFERRED_BY },
	{ "to", SIP_HEADER_TO },
	{ "via", SIP_HEADER_VIA },
	{ "from", SIP_HEADER_FROM },
	{ "cseq", SIP_HEADER_CSEQ },
	{ "path", SIP_HEADER_PATH },
	{ "route", SIP_HEADER_ROUTE },
	{ "call-id", SIP_HEADER_CALL_ID },
	{ "contact", SIP_HEADER_CONTACT },
	{ "expires", SIP_HEADER_EXPIRES },
	{ "refer-to", SIP_HEADER_REFER_TO },
	{ "referred-by", SIP_HEADER_REFERRED_BY },
	{ "content-type", SIP_HEADER_CONTENT_TYPE },
	{ "record-route", SIP_HEADER_RECORD_ROUTE },
	{ "service-route", SIP_HEADER_SERVICE_ROUTE },
	{ "content-length", SIP_HEADER_CONTENT_LENGTH },
	{ "security-client", SIP_HEADER_SECURITY_CLIENT },
	{ "security-verify", SIP_HEADER_SECURITY_VERIFY },
	{ "content-encoding", SIP_HEADER_CONTENT_ENCODING },
};

static const u8 names_of_length[NAME_MAX_LEN + 2] = {
	0, 0, 10, 11, 12, 15, 16, 16, 19, 20, 20, 20, 21, 23, 24, 25, 27, 28,
};

static_assert(ARRAY_SIZE(header_names) == 28);

/**
 * sip_header_lookup() - the id of a header name
 * @name: the name, token characters only
 * @len: its length in bytes
 *
 * Compact forms: RFC 3261 section 7.3.3; Refer-To: RFC 3515; Referred-By:
 * RFC 3892.
 *
 * Return: the id, SIP_HEADER_OTHER for a name nobody asks for.
 */
enum sip_header_id sip_header_lookup(const u8 *name, u32 len)
{
	const struct header_name *entry, *last;
	u8 first;

	if (!len || len > NAME_MAX_LEN)
		return SIP_HEADER_OTHER;
	first = scan_lower(name[0]);
	entry = header_names + names_of_length[len];
	last = header_names + names_of_length[len + 1];
	for (; entry < last; entry++) {
		if ((u8)entry->name[0] == first &&
		    scan_same(name + 1, entry->name + 1, len - 1))
			return entry->id;
	}
	return SIP_HEADER_OTHER;
}

static const char * const method_names[] = {
	[SIP_METHOD_UNKNOWN] = "UNKNOWN",
	[SIP_METHOD_INVITE] = "INVITE",
	[SIP_METHOD_ACK] = "ACK",
	[SIP_METHOD_BYE] = "BYE",
	[SIP_METHOD_CANCEL] = "CANCEL",
	[SIP_METHOD_PRACK] = "PRACK",
	[SIP_METHOD_UPDATE] = "UPDATE",
	[SIP_METHOD_REGISTER] = "REGISTER",
	[SIP_METHOD_SUBSCRIBE] = "SUBSCRIBE",
	[SIP_METHOD_NOTIFY] = "NOTIFY",
	[SIP_METHOD_PUBLISH] = "PUBLISH",
	[SIP_METHOD_REFER] = "REFER",
	[SIP_METHOD_INFO] = "INFO",
	[SIP_METHOD_OPTIONS] = "OPTIONS",
	[SIP_METHOD_MESSAGE] = "MESSAGE",
};

static bool same_text(const u8 *text, u32 len, const char *name)
{
	u32 i;

	for (i = 0; i < len; i++) {
		if (!name[i] || text[i] != (u8)name[i])
			return false;
	}
	return !name[len];
}

/**
 * sip_method_lookup() - a method by its name
 * @name: the name; methods are case-sensitive (RFC 3261 section 7.1)
 * @len: its length in bytes
 *
 * Return: the method, SIP_METHOD_UNKNOWN for any other token.
 */
enum sip_method sip_method_lookup(const u8 *name, u32 len)
{
	unsigned int i;

	for (i = SIP_METHOD_INVITE; i < ARRAY_SIZE(method_names); i++) {
		if (same_text(name, len, method_names[i]))
			return (enum sip_method)i;
	}
	return SIP_METHOD_UNKNOWN;
}

/**
 * sip_method_name() - the name of a method
 * @method: the method
 *
 * Return: a constant string; "UNKNOWN" for SIP_METHOD_UNKNOWN and for values
 * that are no method.
 */
const char *sip_method_name(enum sip_method method)
{
	unsigned int i = method;

	return method_names[i < ARRAY_SIZE(method_names) ? i : 0];
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
 * sip_fault_name() - the name of a fault, as the counters show it
 * @fault: the fault
 *
 * Return: a constant string; "unknown" for a value that is no fault.
 */
const char *sip_fault_name(enum sip_fault fault)
{
	unsigned int i = fault;

	return i < ARRAY_SIZE(fault_names) ? fault_names[i] : "unknown";
}
