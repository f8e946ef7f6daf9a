// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a message ends in a stream (RFC 3261 section 18.3).
 */
#include "parts.h"
#include "scan.h"

static enum sip_framing broken(struct sip_frame *frame, enum sip_fault fault)
{
	frame->fault = fault;
	return SIP_FRAMING_BROKEN;
}

static enum sip_framing more(struct sip_frame *frame, size_t needed)
{
	frame->length = (u32)needed;
	return SIP_FRAMING_MORE;
}

/* All empty lines there are; a lone CR waits for its LF. */
static enum sip_framing frame_empty_lines(const u8 *base, size_t len,
					  struct sip_frame *frame)
{
	size_t at = 0;

	while (at < len) {
		if (base[at] == '\n')
			at++;
		else if (len - at >= 2 && base[at] == '\r' &&
			 base[at + 1] == '\n')
			at += 2;
		else
			break;
	}
	if (!at)
		return len == 1 ? more(frame, 0) : SIP_FRAMING_OTHER;
	frame->length = (u32)at;
	return SIP_FRAMING_KEEPALIVE;
}

/* "SIP/" as far as there are bytes, the first of which is there. */
static bool begins_with_sip(const u8 *base, size_t len)
{
	static const char lower[4] = "sip/";
	size_t at;

	for (at = 0; at < len && at < 4; at++) {
		if (!scan_same(base + at, lower + at, 1))
			return false;
	}
	return true;
}

/* Could these bytes begin a start line? */
static bool may_be_start_line(const u8 *base, size_t len)
{
	size_t at = scan_token(base, 0, len), scheme;

	if (at == len)
		return at;
	if (base[at] == '/')
		return at == 3 && begins_with_sip(base, len);
	if (!at || base[at] != ' ')
		return false;
	scheme = ++at;
	if (at < len && !scan_is(base[at], SCAN_ALPHA))
		return false;
	at = scan_while(base, at, len, SCAN_SCHEME);
	return at == len || (base[at] == ':' && at > scheme);
}

/* Does the line [0, end) say SIP, as its first or its last word? */
static bool is_start_line(const u8 *base, size_t end)
{
	size_t at = end;

	if (end >= 4 && scan_same(base, "sip/", 4))
		return true;
	if (end && base[end - 1] == '\r')
		at = --end;
	while (at && base[at - 1] != ' ')
		at--;
	return at && end - at >= 4 && scan_same(base + at, "sip/", 4);
}

/* Behind the empty line that ends the header part, or 0.  Below @at there is
 * none that ends before @seen.
 */
static size_t header_end(const u8 *base, size_t len, size_t at)
{
	while ((at = scan_byte(base, at, len, '\n')) < len) {
		at++;
		if (at < len && base[at] == '\n')
			return at + 1;
		if (len - at >= 2 && base[at] == '\r' && base[at + 1] == '\n')
			return at + 2;
	}
	return 0;
}

/* Is this line Content-Length?  Where its value begins, else 0. */
static size_t length_value(const u8 *base, size_t at, size_t end)
{
	size_t stop;

	if ((base[at] | 0x20) != 'c' && (base[at] | 0x20) != 'l')
		return 0;
	stop = scan_token(base, at, end);
	if (sip_header_lookup(base + at, stop - at) !=
	    SIP_HEADER_CONTENT_LENGTH)
		return 0;
	while (stop < end && (base[stop] == ' ' || base[stop] == '\t'))
		stop++;
	return stop < end && base[stop] == ':' ? stop + 1 : 0;
}

/* The line end, folded lines included. */
static size_t field_end(const u8 *base, size_t at, size_t end)
{
	do {
		at = scan_byte(base, at, end, '\n') + 1;
	} while (at < end && (base[at] == ' ' || base[at] == '\t'));
	return at < end ? at : end;
}

/* All of them must be numbers and agree; without any there is no body. */
static bool content_length(const u8 *base, size_t end, u32 *length)
{
	size_t at = scan_byte(base, 0, end, '\n') + 1, value, next;
	struct sip_slice digits;
	bool seen = false;
	u32 number;

	for (*length = 0; at < end; at = next) {
		next = scan_byte(base, at, end, '\n') + 1;
		value = length_value(base, at, end);
		if (!value)
			continue;
		next = field_end(base, value, end);
		value = scan_blank(base, value, next);
		digits = scan_slice(value, scan_trim(base, value, next));
		if (!sip_number(base, digits, &number) ||
		    (seen && number != *length))
			return false;
		*length = number;
		seen = true;
	}
	return true;
}

static enum sip_framing frame_body(const u8 *base, size_t len, size_t body,
				   struct sip_frame *frame)
{
	u32 length;

	if (body > SIP_MESSAGE_MAX)
		return broken(frame, SIP_FAULT_TOO_LONG);
	if (!content_length(base, body, &length))
		return broken(frame, SIP_FAULT_CONTENT_LENGTH);
	if (length > SIP_MESSAGE_MAX - body)
		return broken(frame, SIP_FAULT_TOO_LONG);
	if (len < body + length)
		return more(frame, body + length);
	frame->length = (u32)body + length;
	return SIP_FRAMING_MESSAGE;
}

/* The start line, or what there is of it; not without an end. */
static bool is_ours(const u8 *base, size_t len)
{
	size_t end = scan_byte(base, 0, len, '\n');

	if (end > SIP_HEADER_LENGTH_MAX || !may_be_start_line(base, end))
		return false;
	return end == len || is_start_line(base, end);
}

/**
 * sip_frame() - the message at the beginning of some bytes
 * @base: where a message begins in a stream
 * @len: bytes there are, at least one
 * @seen: how many of them there were when SIP_FRAMING_MORE without a length was
 *	last said of this message; 0 after one with a length, or if never
 * @frame: filled in
 *
 * RFC 3261 section 18.3: Content-Length tells where a message ends.  Where
 * there are several, they must agree; without any there is no body, as in a
 * message that another sent over UDP: what follows must begin like a message.
 * Empty lines are keepalives of their own (RFC 5626 section 4.4.1), as many as
 * there are.  Only the framing is looked at; sip_parse() says more.
 *
 * To ask again for each byte costs no more than linear time.
 *
 * Return: what it is.
 */
enum sip_framing sip_frame(const u8 *base, size_t len, size_t seen,
			   struct sip_frame *frame)
{
	size_t end;

	frame->length = 0;
	frame->fault = SIP_OK;
	if (base[0] == '\r' || base[0] == '\n')
		return frame_empty_lines(base, len, frame);
	if (base[0] >= 20 && base[0] <= 23)
		return SIP_FRAMING_TLS;
	if (!is_ours(base, len))
		return SIP_FRAMING_OTHER;
	end = header_end(base, len, seen > 3 ? seen - 3 : 0);
	if (end)
		return frame_body(base, len, end, frame);
	if (len >= SIP_MESSAGE_MAX)
		return broken(frame, SIP_FAULT_TOO_LONG);
	return more(frame, 0);
}
