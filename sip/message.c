// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing a message in one pass: the start line, then the table of headers.
 */
#include "parts.h"
#include "scan.h"

static bool is_keepalive(const u8 *base, size_t len)
{
	size_t i;

	if (len > 4)
		return false;
	for (i = 0; i < len; i++) {
		if (base[i] != '\r' && base[i] != '\n' && base[i] != ' ' &&
		    base[i])
			return false;
	}
	return true;
}

static bool is_stun(const u8 *base, size_t len)
{
	static const u8 cookie[4] = { 0x21, 0x12, 0xa4, 0x42 };
	size_t attributes;

	if (len < 20 || base[0] & 0xc0 || memcmp(base + 4, cookie, 4))
		return false;
	attributes = (size_t)base[2] << 8 | base[3];
	return !(attributes & 3) && attributes + 20 == len;
}

static bool is_tls(const u8 *base, size_t len)
{
	if (len < 3 || base[0] < SIP_TLS_CHANGE_CIPHER_SPEC ||
	    base[0] > SIP_DTLS_CID)
		return false;
	if (base[1] == SIP_TLS_MAJOR)
		return base[0] <= SIP_TLS_APPLICATION_DATA &&
		       base[2] <= SIP_TLS_MINOR_MAX;
	return base[1] == SIP_DTLS_MAJOR &&
	       (base[2] == SIP_DTLS_MINOR_1_2 || base[2] == SIP_DTLS_MINOR_1_0);
}

static size_t skip_empty_lines(const u8 *base, size_t len)
{
	size_t at = 0;

	for (;;) {
		if (at < len && base[at] == '\n')
			at++;
		else if (len - at >= 2 && base[at] == '\r' &&
			 base[at + 1] == '\n')
			at += 2;
		else
			return at;
	}
}

/**
 * sip_classify() - classify a datagram on a signalling flow
 * @base: first byte of the datagram
 * @len: length of the datagram, bytes
 *
 * SIP_KIND_SIP means only that the first byte, after any empty lines, can be
 * the first one of a method or a status line.
 *
 * Return: the kind.
 */
enum sip_kind sip_classify(const u8 *base, size_t len)
{
	size_t at;

	if (is_keepalive(base, len))
		return SIP_KIND_KEEPALIVE;
	if ((base[0] & 0xf8) == 0xf8)
		return SIP_KIND_SIGCOMP;
	if (is_stun(base, len))
		return SIP_KIND_STUN;
	if (is_tls(base, len))
		return SIP_KIND_TLS;
	if (len > SIP_MESSAGE_MAX)
		len = SIP_MESSAGE_MAX;
	at = skip_empty_lines(base, len);
	if (at < len && scan_is(base[at], SCAN_TOKEN))
		return SIP_KIND_SIP;
	return SIP_KIND_OTHER;
}

/* Return: length of the UTF-8 sequence at @p (RFC 3629); 0 if it is invalid. */
static size_t utf8_sequence(const u8 *p, size_t len)
{
	u8 low = 0x80, high = 0xbf;
	size_t need, i;

	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	need = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (need > len)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;	/* overlong */
	else if (p[0] == 0xed)
		high = 0x9f;	/* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90;	/* overlong */
	else if (p[0] == 0xf4)
		high = 0x8f;	/* above U+10FFFF */
	for (i = 1; i < need; i++) {
		if (p[i] < low || p[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return need;
}

static bool is_utf8(const u8 *base, size_t at, size_t end)
{
	size_t step;

	while (at < end) {
		step = base[at] < 0x80 ? 1 : utf8_sequence(base + at, end - at);
		if (!step)
			return false;
		at += step;
	}
	return true;
}

/*
 * Find the first byte below 0x20 from @at on, or @end.  Sets @high if a byte
 * above 0x7f may precede it.
 */
static __always_inline size_t next_control(const u8 *base, size_t at,
					   size_t end, bool *high)
{
	size_t words = scan_words(end);

	while (at < words) {
		unsigned long word = scan_load(base + at);
		unsigned long less = word - SCAN_ONES * 0x20;

		if ((less | word) & SCAN_HIGHS) {
			unsigned long marks = less & ~word & SCAN_HIGHS;

			if (unlikely(word & SCAN_HIGHS))
				*high = true;
			if (likely(marks))
				return at + scan_lowest(marks);
		}
		at += SCAN_WORD;
	}
	for (; at < end && base[at] >= 0x20; at++) {
		if (base[at] >= 0x80)
			*high = true;
	}
	return at;
}

/*
 * The first control character, at @at, does not begin a CRLF.  A tab does not
 * end a line, a bare LF does.
 */
static enum sip_fault find_odd_line_end(const u8 *base, size_t len, size_t at,
					size_t *end, size_t *next, bool *high)
{
	while (at < len && base[at] == '\t')
		at = next_control(base, at + 1, len, high);
	*end = at;
	*next = at + 1;
	if (at >= len)
		return SIP_FAULT_TRUNCATED;
	if (base[at] == '\n')
		return SIP_OK;
	if (base[at] != '\r')
		return SIP_FAULT_CONTROL;
	*next = at + 2;
	if (len - at < 2)
		return SIP_FAULT_TRUNCATED;
	return base[at + 1] == '\n' ? SIP_OK : SIP_FAULT_LINE_END;
}

/* Sets @end to the end of the line from @start, @next to the next line. */
static __always_inline enum sip_fault
find_line_end(const u8 *base, size_t len, size_t start, size_t *end, size_t *next)
{
	bool high = false;
	enum sip_fault fault;
	size_t at = next_control(base, start, len, &high);

	if (likely(len - at >= 2 && base[at] == '\r' &&
		   base[at + 1] == '\n')) {
		*end = at;
		*next = at + 2;
	} else {
		bool more = high;

		fault = find_odd_line_end(base, len, at, end, next, &more);
		if (fault)
			return fault;
		high = more;
	}
	if (unlikely(high) && !is_utf8(base, start, *end))
		return SIP_FAULT_UTF8;
	return SIP_OK;
}

/* 1*DIGIT "." 1*DIGIT in [at, end).  Return: SIP_OK for 2.0. */
static enum sip_fault read_version(const u8 *base, size_t at, size_t end)
{
	size_t dot;

	if (end - at == 3 && !memcmp(base + at, "2.0", 3))
		return SIP_OK;
	dot = scan_while(base, at, end, SCAN_DIGIT);
	if (dot == at || dot + 1 >= end || base[dot] != '.' ||
	    scan_while(base, dot + 1, end, SCAN_DIGIT) != end)
		return SIP_FAULT_START_LINE;
	return SIP_FAULT_VERSION;
}

static bool is_sip_slash(const u8 *base, size_t at, size_t end)
{
	return end - at >= 4 && scan_same(base + at, "sip/", 4);
}

/* SIP-Version SP Status-Code SP Reason-Phrase; the last may be empty. */
static enum sip_fault read_status_line(const u8 *base, size_t at, size_t end,
				       struct sip_message *msg)
{
	size_t space = scan_byte(base, at, end, ' ');
	const u8 *code = base + space + 1;
	enum sip_fault fault = read_version(base, at + 4, space);

	if (fault)
		return fault;
	if (end - space < 5 || code[0] < '1' || code[0] > '6' ||
	    !scan_is(code[1], SCAN_DIGIT) || !scan_is(code[2], SCAN_DIGIT) ||
	    code[3] != ' ')
		return SIP_FAULT_START_LINE;
	msg->status = (u16)((code[0] - '0') * 100 + (code[1] - '0') * 10 +
			    (code[2] - '0'));
	return SIP_OK;
}

/* Return: why a line is not a request line. */
static enum sip_fault get_request_fault(const u8 *base, size_t at, size_t end)
{
	for (; end - at >= 5; at++) {
		if (base[at] == ' ' && is_sip_slash(base, at + 1, end))
			return SIP_FAULT_START_LINE;
	}
	return SIP_FAULT_NOT_SIP;
}

/* Method SP Request-URI SP SIP-Version */
static enum sip_fault read_request_line(const u8 *base, size_t at, size_t end,
					struct sip_message *msg,
					struct sip_slice *method)
{
	size_t uri, uri_end, scheme_end;
	size_t method_end = scan_token(base, at, end);

	if (method_end == at || method_end == end || base[method_end] != ' ')
		return get_request_fault(base, at, end);
	uri = method_end + 1;
	uri_end = scan_byte(base, uri, end, ' ');
	scheme_end = scan_while(base, uri, uri_end, SCAN_SCHEME);
	if (end == uri_end || !is_sip_slash(base, uri_end + 1, end) ||
	    scheme_end == uri_end || base[scheme_end] != ':' ||
	    !scan_is(base[uri], SCAN_ALPHA))
		return get_request_fault(base, at, end);

	msg->request = true;
	msg->uri = scan_slice(uri, uri_end);
	msg->method = sip_method_lookup(base + at, method_end - at);
	*method = scan_slice(at, method_end);
	return read_version(base, uri_end + 5, end);
}

/*
 * The first line is incomplete or contains a control character.
 * Return: whether it begins like a start line.
 */
static bool begins_like_start_line(const u8 *base, size_t at, size_t end)
{
	size_t token_end = scan_while(base, at, end, SCAN_TOKEN);

	if (token_end == at)
		return false;
	return token_end == end || base[token_end] == ' ' ||
	       is_sip_slash(base, at, end);
}

/* Sets @method for a request, and @next to the next line. */
static enum sip_fault read_start_line(const u8 *base, size_t len, size_t *next,
				      struct sip_message *msg,
				      struct sip_slice *method)
{
	size_t at = skip_empty_lines(base, len), end;
	enum sip_fault fault = find_line_end(base, len, at, &end, next);

	if (fault)
		return begins_like_start_line(base, at, end) ?
			fault : SIP_FAULT_NOT_SIP;
	if (is_sip_slash(base, at, end))
		return read_status_line(base, at, end, msg);
	return read_request_line(base, at, end, msg, method);
}

/* A line without a header name may have a fault in its bytes, too. */
static enum sip_fault get_name_fault(const u8 *base, size_t len, size_t at)
{
	size_t end, next;
	enum sip_fault fault = find_line_end(base, len, at, &end, &next);

	return fault ? fault : SIP_FAULT_HEADER_NAME;
}

static inline bool is_blank(u8 c)
{
	return c == ' ' || c == '\t';
}

/* Return: the colon after the white space at @at; @at if there is none. */
static size_t find_colon(const u8 *base, size_t at, size_t len)
{
	size_t colon = at;

	while (colon < len && is_blank(base[colon]))
		colon++;
	return colon < len && base[colon] == ':' ? colon : at;
}

/* Sets @id.  Return: the colon after the name; @at if there is none. */
static inline size_t read_name(const u8 *base, size_t at, size_t len, u8 *id)
{
	size_t end = scan_token(base, at, len), colon;

	*id = (u8)sip_header_lookup(base + at, end - at);
	if (likely(end < len && base[end] == ':'))
		return end;
	colon = find_colon(base, end, len);
	return colon == end ? at : colon;
}

/*
 * Return: the bytes between the colon and the end of the line, without the
 * white space around them.
 */
static __always_inline struct sip_slice read_value(const u8 *base, size_t at,
						   size_t end)
{
	if (likely(base[at] == ' '))
		at++;
	if (unlikely(base[at] <= ' '))
		at = scan_blank(base, at, end);
	if (unlikely(base[end - 1] <= ' '))
		end = scan_trim(base, at, end);
	return scan_slice(at, end);
}

/* Link the headers with the same id, in the order of the message. */
static void chain_headers(struct sip_message *msg, u32 count)
{
	msg->count = (u8)count;
	while (count-- > 0) {
		struct sip_header *header = &msg->headers[count];

		header->next = msg->first[header->id];
		msg->first[header->id] = (u8)count;
	}
}

/*
 * Read the headers from @at to the empty line, after which the body begins.  A
 * folded line (RFC 3261 section 7.3.1) is part of the header before it.
 */
static enum sip_fault read_headers(const u8 *base, size_t len, size_t at,
				   struct sip_message *msg)
{
	struct sip_header *header = msg->headers;
	size_t name = 0, value = 0, end;
	enum sip_fault fault;
	u32 count = 0;

	while (at < len) {
		if (likely(base[at] > ' ')) {
			if (unlikely(count == SIP_HEADERS_MAX))
				return SIP_FAULT_HEADER_COUNT;
			name = at;
			header = &msg->headers[count++];
			header->name = (u16)name;
			value = read_name(base, name, len, &header->id);
			if (unlikely(value == name))
				return get_name_fault(base, len, name);
			at = ++value;
		} else if (!count || !is_blank(base[at])) {
			break;
		}
		fault = find_line_end(base, len, at, &end, &at);
		if (unlikely(fault))
			return fault;
		if (unlikely(end - name > SIP_HEADER_LENGTH_MAX))
			return SIP_FAULT_HEADER_LENGTH;
		header->value = read_value(base, value, end);
	}
	chain_headers(msg, count);
	value = at;
	fault = find_line_end(base, len, at, &end, &at);
	msg->body = scan_slice(at, len);
	return !fault && end != value ? SIP_FAULT_HEADER_NAME : fault;
}

static void reset_message(struct sip_message *msg)
{
	memset(msg, 0, offsetof(struct sip_message, first));
	memset(msg->first, SIP_HEADER_NONE, sizeof(msg->first));
}

/**
 * sip_parse() - find the facts of a message
 * @base: first byte of the message
 * @len: number of bytes; those after the message are counted as trailing
 * @msg: filled in; undefined after a fault
 *
 * Leading empty lines are skipped (RFC 3261 section 7.5); offsets count from
 * @base nevertheless.  Lines end with CRLF or a bare LF.  Without
 * Content-Length, the body is the rest of the datagram (section 18.3).
 *
 * Return: SIP_OK, or the first fault found.
 */
enum sip_fault sip_parse(const u8 *base, size_t len, struct sip_message *msg)
{
	struct sip_slice method = { 0 };
	enum sip_fault fault;
	size_t at;

	reset_message(msg);
	if (len > SIP_MESSAGE_MAX)
		return SIP_FAULT_TOO_LONG;
	fault = read_start_line(base, len, &at, msg, &method);
	if (!fault)
		fault = read_headers(base, len, at, msg);
	if (!fault)
		fault = sip_read_facts(base, method, len, msg);
	return fault;
}
