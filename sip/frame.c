// SPDX-License-Identifier: GPL-2.0-only
/*
 * Framing of messages in a TCP connection (RFC 3261 section 18.3).
 */
#include "parts.h"
#include "scan.h"

static enum sip_framing set_broken(struct sip_frame *frame, enum sip_fault fault)
{
	frame->fault = fault;
	return SIP_FRAMING_BROKEN;
}

static enum sip_framing set_more(struct sip_frame *frame, size_t needed)
{
	frame->length = (u32)needed;
	return SIP_FRAMING_MORE;
}

/* All empty lines at the beginning; a CR that ends the bytes waits for its LF. */
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
		return len == 1 ? set_more(frame, 0) : SIP_FRAMING_OTHER;
	frame->length = (u32)at;
	return SIP_FRAMING_KEEPALIVE;
}

/* "SIP/", or as much of it as the bytes can hold; there is at least one. */
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

/* Return: whether these bytes can be the beginning of a start line. */
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

/* Return: whether the first or the last word of the line [0, end) is SIP. */
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

/*
 * Return: the offset after the empty line that ends the headers; 0 if there is
 * none from @at on.
 */
static size_t find_header_end(const u8 *base, size_t len, size_t at)
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

/* Return: where the value of this line begins; 0 if it is no Content-Length. */
static size_t find_length_value(const u8 *base, size_t at, size_t end)
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

/* Return: the end of a header field, with its folded lines. */
static size_t find_field_end(const u8 *base, size_t at, size_t end)
{
	do {
		at = scan_byte(base, at, end, '\n') + 1;
	} while (at < end && (base[at] == ' ' || base[at] == '\t'));
	return at < end ? at : end;
}

/*
 * Every Content-Length must be a number, and all must be equal.  Without one
 * there is no body.
 */
static bool read_content_length(const u8 *base, size_t end, u32 *length)
{
	size_t at = scan_byte(base, 0, end, '\n') + 1, value, next;
	struct sip_slice digits;
	bool seen = false;
	u32 number;

	for (*length = 0; at < end; at = next) {
		next = scan_byte(base, at, end, '\n') + 1;
		value = find_length_value(base, at, end);
		if (!value)
			continue;
		next = find_field_end(base, value, end);
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
		return set_broken(frame, SIP_FAULT_TOO_LONG);
	if (!read_content_length(base, body, &length))
		return set_broken(frame, SIP_FAULT_CONTENT_LENGTH);
	if (length > SIP_MESSAGE_MAX - body)
		return set_broken(frame, SIP_FAULT_TOO_LONG);
	if (len < body + length)
		return set_more(frame, body + length);
	frame->length = (u32)body + length;
	return SIP_FRAMING_MESSAGE;
}

/* A start line that has not ended yet must be shorter than the limit. */
static bool begins_message(const u8 *base, size_t len)
{
	size_t end = scan_byte(base, 0, len, '\n');

	if (end > SIP_HEADER_LENGTH_MAX || !may_be_start_line(base, end))
		return false;
	return end == len || is_start_line(base, end);
}

/**
 * sip_frame() - find the end of the message at the beginning of some bytes
 * @base: first byte, at the border of two messages
 * @len: number of bytes available, at least one
 * @seen: number of bytes that were available when the last call for this
 *	message returned SIP_FRAMING_MORE without a length; otherwise 0
 * @frame: filled in
 *
 * Content-Length determines where a message ends (RFC 3261 section 18.3).
 * Several ones must be equal.  A message without Content-Length, as some
 * senders use over UDP, has no body.  Empty lines, any number of them, are a
 * keepalive (RFC 5626 section 4.4.1).  Only the framing is checked here; the
 * rest is up to sip_parse().
 *
 * A call after each new byte takes linear time in total, because of @seen.
 *
 * Return: the kind of what begins at @base.
 */
enum sip_framing sip_frame(const u8 *base, size_t len, size_t seen,
			   struct sip_frame *frame)
{
	size_t end;

	frame->length = 0;
	frame->fault = SIP_OK;
	if (base[0] == '\r' || base[0] == '\n')
		return frame_empty_lines(base, len, frame);
	if (base[0] >= SIP_TLS_CHANGE_CIPHER_SPEC &&
	    base[0] <= SIP_TLS_APPLICATION_DATA)
		return SIP_FRAMING_TLS;
	if (!begins_message(base, len))
		return SIP_FRAMING_OTHER;
	end = find_header_end(base, len, seen > 3 ? seen - 3 : 0);
	if (end)
		return frame_body(base, len, end, frame);
	if (len >= SIP_MESSAGE_MAX)
		return set_broken(frame, SIP_FAULT_TOO_LONG);
	return set_more(frame, 0);
}
