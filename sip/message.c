// SPDX-License-Identifier: GPL-2.0-only
/*
 * One pass over a message: start line, then the table of headers.
 */
#include "parts.h"
#include "scan.h"

/**
 * struct parser - where the pass stands
 * @base: first byte of the message
 * @len: bytes there are
 * @at: the next byte to look at
 * @method: the method's name in a request; length 0 in a response
 * @msg: the facts so far
 * @last: index of the latest header of each id
 */
struct parser {
	const u8 *base;
	u32 len;
	u32 at;
	struct sip_slice method;
	struct sip_message *msg;
	u8 last[SIP_HEADER_MAX];
};

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
	if (len < 3 || base[0] < 20 || base[0] > 25)
		return false;
	if (base[1] == 3)
		return base[0] <= 23 && base[2] <= 4;
	return base[1] == 254 && (base[2] == 253 || base[2] == 255);
}

static u32 skip_empty_lines(const u8 *base, u32 len)
{
	u32 at = 0;

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
 * sip_classify() - what a datagram on a SIP port is
 * @base: its first byte
 * @len: its length in bytes
 *
 * SIP_KIND_SIP says no more than that the first byte, after any empty lines,
 * can begin a method or a status line.
 *
 * Return: the kind.
 */
enum sip_kind sip_classify(const u8 *base, size_t len)
{
	u32 at;

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
	at = skip_empty_lines(base, (u32)len);
	if (at < len && scan_is(base[at], SCAN_TOKEN))
		return SIP_KIND_SIP;
	return SIP_KIND_OTHER;
}

/* RFC 3629: the length of the sequence at @p, 0 when it is none. */
static u32 utf8_sequence(const u8 *p, u32 len)
{
	u8 low = 0x80, high = 0xbf;
	u32 need, i;

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
		high = 0x8f;	/* past U+10FFFF */
	for (i = 1; i < need; i++) {
		if (p[i] < low || p[i] > high)
			return 0;
		low = 0x80;
		high = 0xbf;
	}
	return need;
}

static bool is_utf8(const u8 *base, u32 at, u32 end)
{
	u32 step;

	while (at < end) {
		step = base[at] < 0x80 ? 1 : utf8_sequence(base + at, end - at);
		if (!step)
			return false;
		at += step;
	}
	return true;
}

/* The next byte below 0x20 at or behind @at, or @end; the high bits of all
 * bytes before it are or-ed into @high.
 */
static inline u32 next_control(const u8 *base, u32 at, u32 end,
			       unsigned long *high)
{
	unsigned long seen = 0;

	while (end - at >= SCAN_WORD) {
		unsigned long word = scan_load(base + at);
		unsigned long marks = scan_below(word, 0x20);

		if (marks) {
			/* the bytes below the lowest mark's byte */
			seen |= word & (((marks & -marks) >> 7) - 1);
			*high |= seen & SCAN_HIGHS;
			return at + scan_lowest(marks);
		}
		seen |= word;
		at += SCAN_WORD;
	}
	for (; at < end && base[at] >= 0x20; at++)
		seen |= base[at];
	*high |= seen & SCAN_HIGHS;
	return at;
}

/* From @start to the end of the line: @end is behind its last byte, @next
 * behind its line end.
 */
static inline enum sip_fault line_end(const struct parser *parser, u32 start,
				      u32 *end, u32 *next)
{
	const u8 *base = parser->base;
	unsigned long high = 0;
	u32 at = start;

	for (;; at++) {
		at = next_control(base, at, parser->len, &high);
		if (at >= parser->len)
			return SIP_FAULT_TRUNCATED;
		if (base[at] != '\t')
			break;
	}
	*end = at;
	if (base[at] == '\r') {
		if (++at >= parser->len)
			return SIP_FAULT_TRUNCATED;
		if (base[at] != '\n')
			return SIP_FAULT_LINE_END;
	} else if (base[at] != '\n') {
		return SIP_FAULT_CONTROL;
	}
	*next = at + 1;
	if (unlikely(high) && !is_utf8(base, start, *end))
		return SIP_FAULT_UTF8;
	return SIP_OK;
}

/* 1*DIGIT "." 1*DIGIT in [at, end): SIP_OK for 2.0, else why not. */
static enum sip_fault read_version(const u8 *base, u32 at, u32 end)
{
	u32 dot = scan_while(base, at, end, SCAN_DIGIT);

	if (dot == at || dot + 1 >= end || base[dot] != '.' ||
	    scan_while(base, dot + 1, end, SCAN_DIGIT) != end)
		return SIP_FAULT_START_LINE;
	return end - at == 3 && !memcmp(base + at, "2.0", 3) ?
		SIP_OK : SIP_FAULT_VERSION;
}

static bool is_sip_slash(const u8 *base, u32 at, u32 end)
{
	return end - at >= 4 && scan_same(base + at, "sip/", 4);
}

/* SIP-Version SP Status-Code SP Reason-Phrase, which may be empty. */
static enum sip_fault read_status_line(struct parser *parser, u32 at, u32 end)
{
	const u8 *code;
	u32 space = scan_byte(parser->base, at, end, ' ');
	enum sip_fault fault;

	fault = read_version(parser->base, at + 4, space);
	if (fault)
		return fault;
	code = parser->base + space + 1;
	if (end - space < 5 || code[0] < '1' || code[0] > '6' ||
	    !scan_is(code[1], SCAN_DIGIT) || !scan_is(code[2], SCAN_DIGIT) ||
	    code[3] != ' ')
		return SIP_FAULT_START_LINE;
	parser->msg->status = (u16)((code[0] - '0') * 100 +
				    (code[1] - '0') * 10 + (code[2] - '0'));
	return SIP_OK;
}

/* A line that is no request line: does it at least end like one? */
static enum sip_fault not_a_request(const u8 *base, u32 at, u32 end)
{
	for (; end - at >= 5; at++) {
		if (base[at] == ' ' && is_sip_slash(base, at + 1, end))
			return SIP_FAULT_START_LINE;
	}
	return SIP_FAULT_NOT_SIP;
}

/* Method SP Request-URI SP SIP-Version. */
static enum sip_fault read_request_line(struct parser *parser, u32 at, u32 end)
{
	const u8 *base = parser->base;
	u32 uri, uri_end, scheme_end;
	u32 method_end = scan_while(base, at, end, SCAN_TOKEN);

	if (method_end == at || method_end == end || base[method_end] != ' ')
		return not_a_request(base, at, end);
	uri = method_end + 1;
	uri_end = scan_byte(base, uri, end, ' ');
	scheme_end = scan_while(base, uri, uri_end, SCAN_SCHEME);
	if (end == uri_end || !is_sip_slash(base, uri_end + 1, end) ||
	    scheme_end == uri_end || base[scheme_end] != ':' ||
	    !scan_is(base[uri], SCAN_ALPHA))
		return not_a_request(base, at, end);

	parser->msg->request = true;
	parser->msg->uri = scan_slice(uri, uri_end);
	parser->method = scan_slice(at, method_end);
	parser->msg->method = sip_method_lookup(base + at, method_end - at);
	return read_version(base, uri_end + 5, end);
}

/* The start line is broken off or has a control character in it: could it
 * have become one?
 */
static bool begins_like_start_line(const u8 *base, u32 at, u32 end)
{
	u32 token_end = scan_while(base, at, end, SCAN_TOKEN);

	if (token_end == at)
		return false;
	return token_end == end || base[token_end] == ' ' ||
	       is_sip_slash(base, at, end);
}

static enum sip_fault read_start_line(struct parser *parser)
{
	u32 at = skip_empty_lines(parser->base, parser->len);
	u32 end, next;
	enum sip_fault fault;

	end = parser->len;
	fault = line_end(parser, at, &end, &next);
	if (fault)
		return begins_like_start_line(parser->base, at, end) ?
			fault : SIP_FAULT_NOT_SIP;
	parser->at = next;
	if (is_sip_slash(parser->base, at, end))
		return read_status_line(parser, at, end);
	return read_request_line(parser, at, end);
}

/* A line without a proper name: a fault of the bytes goes first. */
static enum sip_fault name_fault(const struct parser *parser)
{
	u32 end, next;
	enum sip_fault fault = line_end(parser, parser->at, &end, &next);

	return fault ? fault : SIP_FAULT_HEADER_NAME;
}

static enum sip_fault add_header(struct parser *parser, u32 name, u8 id,
				 struct sip_slice value)
{
	struct sip_message *msg = parser->msg;
	struct sip_header *header;
	u8 index = msg->count;

	if (index >= SIP_HEADERS_MAX)
		return SIP_FAULT_HEADER_COUNT;
	header = &msg->headers[index];
	header->name = (u16)name;
	header->value = value;
	header->id = id;
	header->next = SIP_HEADER_NONE;
	if (msg->first[id] == SIP_HEADER_NONE)
		msg->first[id] = index;
	else
		msg->headers[parser->last[id]].next = index;
	parser->last[id] = index;
	msg->count++;
	return SIP_OK;
}

/* One header field with its folded lines (RFC 3261 section 7.3.1). */
static enum sip_fault read_header(struct parser *parser)
{
	const u8 *base = parser->base;
	u32 name = parser->at, value, end, next;
	u32 name_end = scan_while(base, name, parser->len, SCAN_TOKEN);
	enum sip_fault fault;

	value = name_end;
	while (value < parser->len &&
	       (base[value] == ' ' || base[value] == '\t'))
		value++;
	if (name_end == name || value >= parser->len || base[value] != ':')
		return name_fault(parser);
	next = ++value;
	do {
		fault = line_end(parser, next, &end, &next);
		if (fault)
			return fault;
	} while (next < parser->len &&
		 (base[next] == ' ' || base[next] == '\t'));
	if (end - name > SIP_HEADER_LENGTH_MAX)
		return SIP_FAULT_HEADER_LENGTH;
	parser->at = next;
	value = scan_blank(base, value, end);
	end = scan_trim(base, value, end);
	return add_header(parser, name,
			  sip_header_lookup(base + name, name_end - name),
			  scan_slice(value, end));
}

/* Up to the empty line; @at ends behind it. */
static enum sip_fault read_headers(struct parser *parser)
{
	const u8 *base = parser->base;
	enum sip_fault fault;

	while (parser->at < parser->len) {
		u8 c = base[parser->at];

		if (c == '\n') {
			parser->at++;
			return SIP_OK;
		}
		if (c == '\r') {
			if (parser->len - parser->at < 2)
				break;
			if (base[parser->at + 1] != '\n')
				return SIP_FAULT_LINE_END;
			parser->at += 2;
			return SIP_OK;
		}
		fault = read_header(parser);
		if (fault)
			return fault;
	}
	return SIP_FAULT_TRUNCATED;
}

static void reset(struct sip_message *msg)
{
	memset(msg, 0, offsetof(struct sip_message, first));
	memset(msg->first, SIP_HEADER_NONE, sizeof(msg->first));
}

/**
 * sip_parse() - the facts of one message
 * @base: its first byte
 * @len: bytes there are; more than the message needs is "trailing"
 * @msg: filled in; only meaningful when SIP_OK is returned
 *
 * Leading empty lines are passed over (RFC 3261 section 7.5); offsets still
 * count from @base.  Lines end with CRLF, a bare LF is tolerated.  Without
 * Content-Length the body is the rest, as in a datagram (section 18.3).
 *
 * Return: SIP_OK, or the first fault found.
 */
enum sip_fault sip_parse(const u8 *base, size_t len, struct sip_message *msg)
{
	struct parser parser;
	enum sip_fault fault;

	reset(msg);
	if (len > SIP_MESSAGE_MAX)
		return SIP_FAULT_TOO_LONG;
	parser.base = base;
	parser.len = (u32)len;
	parser.method = scan_slice(0, 0);
	parser.msg = msg;
	fault = read_start_line(&parser);
	if (!fault)
		fault = read_headers(&parser);
	if (fault)
		return fault;
	msg->body = scan_slice(parser.at, parser.len);
	return sip_read_facts(base, parser.method, parser.len, msg);
}
