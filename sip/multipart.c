// SPDX-License-Identifier: GPL-2.0-only
/*
 * The body: where in it the SDP stands (RFC 2046, RFC 5621).
 */
#include "parts.h"
#include "scan.h"

#define DEPTH_MAX	3
#define BOUNDARY_MAX	70	/* RFC 2046 section 5.1.1 */

/* What a body or a part of it is. */
enum body_type {
	BODY_OTHER,
	BODY_SDP,
	BODY_MULTIPART,
};

/**
 * struct level - one multipart body being read
 * @boundary: what stands between its parts, without "--"
 * @at: where the next part begins
 * @end: where the body ends
 */
struct level {
	struct sip_slice boundary;
	size_t at;
	size_t end;
};

/**
 * struct part - the header part of a body part
 * @type: value of Content-Type; length 0 when absent
 * @coded: it has a coding we do not undo
 * @body: what follows it
 */
struct part {
	struct sip_slice type;
	bool coded;
	struct sip_slice body;
};

/* The media type's name alone, and where its parameters begin. */
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

/* Behind the end of the line, or @end. */
static size_t next_line(const u8 *base, size_t at, size_t end)
{
	at = scan_byte(base, at, end, '\n');
	return at < end ? at + 1 : end;
}

/* Is the line at @at a delimiter?  @next is behind it, @last when it closes
 * the body.
 */
static bool is_delimiter(const u8 *base, const struct level *level, size_t at,
			 size_t *next, bool *last)
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

/* The next delimiter at or behind @at, a line's begin; false when there is
 * none.
 */
static bool find_delimiter(const u8 *base, const struct level *level, size_t at,
			   size_t *found, size_t *next, bool *last)
{
	while (at < level->end) {
		if (is_delimiter(base, level, at, next, last)) {
			*found = at;
			return true;
		}
		at = next_line(base, at, level->end);
	}
	return false;
}

/* The line end before a delimiter belongs to the delimiter. */
static size_t before_line_end(const u8 *base, size_t start, size_t at)
{
	if (at > start && base[at - 1] == '\n')
		at--;
	if (at > start && base[at - 1] == '\r')
		at--;
	return at;
}

/* Opens a multipart body: up to the first delimiter. */
static enum sip_fault enter(const u8 *base, struct sip_slice type,
			    size_t params, struct sip_slice body,
			    struct level *level)
{
	size_t found;
	bool last;

	level->end = scan_slice_end(body);
	if (!read_boundary(base, type, params, &level->boundary) ||
	    !find_delimiter(base, level, body.off, &found, &level->at, &last))
		return SIP_FAULT_MULTIPART;
	if (last)
		level->at = level->end;
	return SIP_OK;
}

static void read_part_line(const u8 *base, size_t at, size_t end,
			   struct part *part)
{
	size_t stop = scan_while(base, at, end, SCAN_TOKEN);
	size_t value = scan_blank(base, stop, end);
	struct sip_slice name = scan_slice(at, stop), text;

	if (stop == at || value >= end || base[value] != ':')
		return;
	value = scan_blank(base, value + 1, end);
	text = scan_slice(value, scan_trim(base, value, end));
	switch (sip_header_lookup(base + at, stop - at)) {
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

/* The headers of a part in [at, end), with folded lines, and its body. */
static void read_part(const u8 *base, size_t at, size_t end, struct part *part)
{
	size_t next, stop;

	memset(part, 0, sizeof(*part));
	while (at < end) {
		next = next_line(base, at, end);
		stop = before_line_end(base, at, next);
		if (stop == at) {
			at = next;
			break;
		}
		while (next < end && (base[next] == ' ' || base[next] == '\t'))
			next = next_line(base, next, end);
		read_part_line(base, at, next, part);
		at = next;
	}
	part->body = scan_slice(at, end);
}

/* The next part of a multipart body; @found is false behind the last. */
static enum sip_fault next_part(const u8 *base, struct level *level,
				struct part *part, bool *found)
{
	size_t start = level->at, stop;
	bool last;

	*found = start < level->end;
	if (!*found)
		return SIP_OK;
	if (!find_delimiter(base, level, start, &stop, &level->at, &last))
		return SIP_FAULT_MULTIPART;
	if (last)
		level->at = level->end;
	read_part(base, start, before_line_end(base, start, stop), part);
	return SIP_OK;
}

static enum sip_fault search(const u8 *base, struct sip_slice type,
			     size_t params, struct sip_slice body,
			     struct sip_slice *sdp)
{
	struct level levels[DEPTH_MAX];
	struct part part;
	u32 depth = 1;
	bool found;
	enum sip_fault fault = enter(base, type, params, body, &levels[0]);

	while (!fault && depth) {
		fault = next_part(base, &levels[depth - 1], &part, &found);
		if (fault)
			break;
		if (!found) {
			depth--;
			continue;
		}
		if (part.coded)
			continue;
		switch (read_type(base, part.type, &params)) {
		case BODY_SDP:
			*sdp = part.body;
			return SIP_OK;
		case BODY_MULTIPART:
			if (depth < DEPTH_MAX)
				fault = enter(base, part.type, params,
					      part.body, &levels[depth++]);
			break;
		case BODY_OTHER:
			break;
		}
	}
	return fault;
}

/**
 * sip_find_sdp() - the session description in the body
 * @base: first byte of the message
 * @msg: its facts
 * @sdp: where it stands; length 0 when there is none
 *
 * The body itself, or the first part of a multipart body of this type; parts
 * nested deeper than three are not looked into.  A body or part with a
 * Content-Encoding, or one in base64 or quoted-printable, is passed over.
 *
 * Return: SIP_OK, or SIP_FAULT_MULTIPART when the parts cannot be told apart.
 */
enum sip_fault sip_find_sdp(const u8 *base, const struct sip_message *msg,
			    struct sip_slice *sdp)
{
	struct sip_slice type;
	u8 index = msg->first[SIP_HEADER_CONTENT_TYPE];
	size_t params;

	*sdp = scan_slice(0, 0);
	if (!msg->body.len || index == SIP_HEADER_NONE ||
	    msg->first[SIP_HEADER_CONTENT_ENCODING] != SIP_HEADER_NONE)
		return SIP_OK;
	type = msg->headers[index].value;
	switch (read_type(base, type, &params)) {
	case BODY_SDP:
		*sdp = msg->body;
		return SIP_OK;
	case BODY_MULTIPART:
		return search(base, type, params, msg->body, sdp);
	case BODY_OTHER:
		break;
	}
	return SIP_OK;
}
