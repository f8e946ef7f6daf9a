// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the SDP in the body of a message (RFC 2046, RFC 5621).
 */
#include "multipart.h"
#include "parts.h"
#include "scan.h"

#define BOUNDARY_MAX	70	/* RFC 2046 section 5.1.1 */

enum body_type {
	BODY_OTHER,
	BODY_SDP,
	BODY_MULTIPART,
};

/* Reads the media type without its parameters; @params is set to the offset
 * after it.
 */
static enum body_type read_type(const u8 *base, struct sip_slice text,
				size_t *params)
{
	static const char multipart[] = "multipart";
	size_t end = scan_slice_end(text), stop, sub;

	*params = end;
	if (SCAN_SLICE_IS(base, text, "application/sdp"))
		return BODY_SDP;
	stop = scan_while(base, text.off, end, SCAN_TOKEN);
	sub = scan_blank(base, stop, end);
	if (sub >= end || base[sub] != '/')
		return BODY_OTHER;
	sub = scan_blank(base, sub + 1, end);
	*params = scan_while(base, sub, end, SCAN_TOKEN);
	text = scan_slice(text.off, stop);
	if (SCAN_SLICE_IS(base, text, multipart))
		return BODY_MULTIPART;
	if (SCAN_SLICE_IS(base, text, "application") &&
	    SCAN_SLICE_IS(base, scan_slice(sub, *params), "sdp"))
		return BODY_SDP;
	return BODY_OTHER;
}

static bool read_boundary(const u8 *base, struct sip_slice type, size_t params,
			  struct sip_slice *boundary)
{
	struct sip_param param;
	size_t end = scan_slice_end(type);

	while (sip_param_next(base, &params, end, &param)) {
		struct sip_slice value = param.value;

		if (!SCAN_SLICE_IS(base, param.name, "boundary"))
			continue;
		if (value.len >= 2 && base[value.off] == '"')
			value = scan_slice(value.off + 1u,
					   scan_slice_end(value) - 1);
		*boundary = value;
		return value.len && value.len <= BOUNDARY_MAX;
	}
	return false;
}

/* Returns the offset after the end of the line, or @end. */
static size_t skip_line(const u8 *base, size_t at, size_t end)
{
	at = scan_byte(base, at, end, '\n');
	return at < end ? at + 1 : end;
}

/* Reads the line at @at if it is a delimiter.  @next is set to the offset after
 * it, @last if the delimiter closes the body.
 */
static bool read_delimiter(const u8 *base, const struct sip_level *level,
			   size_t at, size_t *next, bool *last)
{
	size_t len = level->boundary.len, end = level->end;

	if (end - at < len + 2 || base[at] != '-' || base[at + 1] != '-' ||
	    memcmp(base + at + 2, base + level->boundary.off, len))
		return false;
	at += len + 2;
	*last = end - at >= 2 && base[at] == '-' && base[at + 1] == '-';
	if (*last)
		at += 2;
	while (at < end && (base[at] == ' ' || base[at] == '\t'))
		at++;
	if (at < end && base[at] == '\r')
		at++;
	if (at < end && base[at] != '\n')
		return false;
	*next = at < end ? at + 1 : end;
	return true;
}

/* Finds the first delimiter from @at on, which is the beginning of a line. */
static bool find_delimiter(const u8 *base, const struct sip_level *level,
			   size_t at, size_t *found, size_t *next, bool *last)
{
	while (at < level->end) {
		if (read_delimiter(base, level, at, next, last)) {
			*found = at;
			return true;
		}
		at = skip_line(base, at, level->end);
	}
	return false;
}

/* Returns the offset of the line end before @at.  It belongs to the delimiter
 * that follows, not to the part (RFC 2046 section 5.1.1).
 */
static size_t strip_line_end(const u8 *base, size_t start, size_t at)
{
	if (at > start && base[at - 1] == '\n')
		at--;
	if (at > start && base[at - 1] == '\r')
		at--;
	return at;
}

/* Opens a multipart body and skips everything up to its first delimiter. */
static bool open_level(struct sip_parts *parts, const u8 *base,
		       struct sip_slice type, size_t params,
		       struct sip_slice body)
{
	struct sip_level *level = &parts->level[parts->depth];
	size_t found;
	bool last;

	level->end = scan_slice_end(body);
	if (!read_boundary(base, type, params, &level->boundary) ||
	    !find_delimiter(base, level, body.off, &found, &level->at, &last)) {
		parts->fault = SIP_FAULT_MULTIPART;
		return false;
	}
	if (last)
		level->at = level->end;
	parts->depth++;
	return true;
}

/* Finds the end of the header field at @at, including its folded lines.  At the
 * empty line false is returned, and @next is the offset after that line.
 */
static bool find_header_end(const u8 *base, size_t at, size_t end, size_t *next)
{
	*next = skip_line(base, at, end);
	if (at >= end || strip_line_end(base, at, *next) == at)
		return false;
	while (*next < end && (base[*next] == ' ' || base[*next] == '\t'))
		*next = skip_line(base, *next, end);
	return true;
}

/* Reads name and value; false when [at, end) is not a header field. */
static bool read_header(const u8 *base, size_t at, size_t end,
			struct sip_slice *name, struct sip_slice *value)
{
	size_t stop = scan_while(base, at, end, SCAN_TOKEN);
	size_t colon = scan_blank(base, stop, end);

	if (stop == at || colon >= end || base[colon] != ':')
		return false;
	*name = scan_slice(at, stop);
	at = scan_blank(base, colon + 1, end);
	*value = scan_slice(at, scan_trim(base, at, end));
	return true;
}

static void read_part_header(const u8 *base, size_t at, size_t end,
			     struct sip_part *part)
{
	struct sip_slice name, text;

	if (!read_header(base, at, end, &name, &text))
		return;
	switch (sip_header_lookup(base + name.off, name.len)) {
	case SIP_HEADER_CONTENT_TYPE:
		if (!part->type.len)
			part->type = text;
		break;
	case SIP_HEADER_CONTENT_ENCODING:
		part->coded = true;
		break;
	default:
		if (SCAN_SLICE_IS(base, name, "content-transfer-encoding") &&
		    !SCAN_SLICE_IS(base, text, "binary") &&
		    !SCAN_SLICE_IS(base, text, "8bit") &&
		    !SCAN_SLICE_IS(base, text, "7bit"))
			part->coded = true;
	}
}

static void read_part(const u8 *base, size_t at, size_t end,
		      struct sip_part *part)
{
	size_t start = at, next;

	memset(part, 0, sizeof(*part));
	for (; find_header_end(base, at, end, &next); at = next)
		read_part_header(base, at, next, part);
	part->headers = scan_slice(start, next);
	part->body = scan_slice(next, end);
}

/* Reads the next part of one multipart body. */
static bool read_next_part(struct sip_parts *parts, const u8 *base,
			   struct sip_level *level, struct sip_part *part)
{
	size_t start = level->at, stop;
	bool last;

	if (start >= level->end)
		return false;
	if (!find_delimiter(base, level, start, &stop, &level->at, &last)) {
		parts->fault = SIP_FAULT_MULTIPART;
		return false;
	}
	if (last)
		level->at = level->end;
	read_part(base, start, strip_line_end(base, start, stop), part);
	return true;
}

static bool enter_part(struct sip_parts *parts, const u8 *base,
		       const struct sip_part *part)
{
	size_t params;

	if (part->coded || parts->depth == SIP_PARTS_DEPTH_MAX ||
	    read_type(base, part->type, &params) != BODY_MULTIPART ||
	    !open_level(parts, base, part->type, params, part->body))
		return false;
	parts->level[parts->depth - 1].part = *part;
	return true;
}

/**
 * sip_parts_init() - start the iteration over the parts of a message
 * @parts: the cursor, filled in; at its end when the body is not multipart
 * @base: first byte of the message
 * @msg: facts of the message
 */
void sip_parts_init(struct sip_parts *parts, const u8 *base,
		    const struct sip_message *msg)
{
	u8 index = msg->first[SIP_HEADER_CONTENT_TYPE];
	struct sip_slice type;
	size_t params;

	parts->fault = SIP_OK;
	parts->depth = 0;
	if (!msg->body.len || index == SIP_HEADER_NONE ||
	    msg->first[SIP_HEADER_CONTENT_ENCODING] != SIP_HEADER_NONE)
		return;
	type = msg->headers[index].value;
	/* The first letter excludes application/sdp, the usual type. */
	if (type.len && (base[type.off] | 0x20) == 'm' &&
	    read_type(base, type, &params) == BODY_MULTIPART)
		open_level(parts, base, type, params, msg->body);
}

/**
 * sip_parts_next() - read the next part of a multipart body
 * @parts: the cursor
 * @base: first byte of the message
 * @part: filled in; undefined when false is returned
 *
 * A part that is itself multipart is returned after the parts inside it.  Parts
 * that are nested deeper than SIP_PARTS_DEPTH_MAX or have a coding are returned
 * without looking into them.
 *
 * Return: false when there are no more parts.
 */
bool sip_parts_next(struct sip_parts *parts, const u8 *base,
		    struct sip_part *part)
{
	while (parts->depth) {
		struct sip_level *level = &parts->level[parts->depth - 1];

		if (read_next_part(parts, base, level, part)) {
			if (!enter_part(parts, base, part))
				return true;
			continue;
		}
		*part = level->part;
		if (--parts->depth)
			return true;
	}
	return false;
}

/**
 * sip_part_is_sdp() - test whether a part is a session description
 * @base: first byte of the message
 * @part: the part
 *
 * Return: true for application/sdp without a content coding or transfer
 * encoding that changes the bytes.
 */
bool sip_part_is_sdp(const u8 *base, const struct sip_part *part)
{
	size_t params;

	return !part->coded &&
	       read_type(base, part->type, &params) == BODY_SDP;
}

/**
 * sip_part_length_next() - find the next Content-Length of a part
 * @base: first byte of the message
 * @part: the part
 * @at: 0 before the first call; private to this function afterwards
 * @value: set to the value of the header field
 *
 * Return: false when there are no more.
 */
bool sip_part_length_next(const u8 *base, const struct sip_part *part,
			  size_t *at, struct sip_slice *value)
{
	size_t line = *at ? *at : part->headers.off;
	size_t end = scan_slice_end(part->headers);
	struct sip_slice name;

	for (; find_header_end(base, line, end, at); line = *at) {
		if (read_header(base, line, *at, &name, value) &&
		    sip_header_lookup(base + name.off, name.len) ==
		    SIP_HEADER_CONTENT_LENGTH)
			return true;
	}
	return false;
}

/**
 * sip_find_sdp() - find the session description in the body of a message
 * @base: first byte of the message
 * @msg: facts of the message
 * @sdp: set to the session description; length 0 when there is none
 *
 * The session description is the body itself, or the first part of type
 * application/sdp in a multipart body, nested at most SIP_PARTS_DEPTH_MAX deep.
 * A body or part with a Content-Encoding, or a part in base64 or
 * quoted-printable, is skipped.
 *
 * Return: SIP_OK, or SIP_FAULT_MULTIPART when the parts cannot be separated.
 */
enum sip_fault sip_find_sdp(const u8 *base, const struct sip_message *msg,
			    struct sip_slice *sdp)
{
	u8 index = msg->first[SIP_HEADER_CONTENT_TYPE];
	struct sip_parts parts;
	struct sip_part part;
	size_t params;

	*sdp = scan_slice(0, 0);
	if (!msg->body.len || index == SIP_HEADER_NONE ||
	    msg->first[SIP_HEADER_CONTENT_ENCODING] != SIP_HEADER_NONE)
		return SIP_OK;
	if (read_type(base, msg->headers[index].value, &params) == BODY_SDP) {
		*sdp = msg->body;
		return SIP_OK;
	}
	sip_parts_init(&parts, base, msg);
	while (sip_parts_next(&parts, base, &part) && !parts.fault) {
		if (!sip_part_is_sdp(base, &part))
			continue;
		*sdp = part.body;
		return SIP_OK;
	}
	return parts.fault;
}
