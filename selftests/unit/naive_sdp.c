// SPDX-License-Identifier: GPL-2.0-only
/*
 * The naive readers of a session description and of a multipart body, see
 * naive.h.
 */
#include <strings.h>

#include "naive.h"
#include "unit.h"

#define DEPTH_MAX	3

/* A line as a string, and where it begins in the message. */
struct line {
	const char *text;
	size_t off;
	size_t next;
};

static struct naive_span next_field(const char **at)
{
	struct naive_span field;

	field.at = *at + strspn(*at, " ");
	field.len = strcspn(field.at, " ");
	*at = field.at + field.len;
	return field;
}

static struct naive_place place_of(const struct line *line,
				   struct naive_span span)
{
	struct naive_place place = { 0 };

	place.off = line->off + (size_t)(span.at - line->text);
	place.len = span.len;
	return place;
}

/* nettype addrtype address["/"...] */
static bool read_address(const struct line *line, const char *at,
			 struct naive_sdp_address *address)
{
	struct naive_span net = next_field(&at), type = next_field(&at);
	struct naive_span text = next_field(&at);
	bool internet = naive_text_is(&net, "in");
	bool v4 = naive_text_is(&type, "ip4");

	if (internet && !v4 && !naive_text_is(&type, "ip6"))
		return false;
	if (memchr(text.at, '/', text.len))
		text.len = strcspn(text.at, "/");
	if (!text.len)
		return false;
	memset(address, 0, sizeof(*address));
	address->text = place_of(line, text);
	if (!internet || !naive_address(text.at, text.len, &address->address))
		return true;
	return address->address.family == (v4 ? 4 : 6);
}

static void read_origin(const struct line *line, const char *at,
			struct naive_sdp_address *origin)
{
	struct naive_sdp_address found;

	next_field(&at);
	next_field(&at);
	next_field(&at);
	if (!origin->text.len && read_address(line, at, &found))
		*origin = found;
}

/* The first one counts; the others must be readable, too. */
static bool read_connection(const struct line *line, const char *at,
			    struct naive_sdp_address *address)
{
	struct naive_sdp_address found;

	if (!read_address(line, at, &found))
		return false;
	if (address && !address->text.len)
		*address = found;
	return true;
}

static const struct {
	const char *pattern;
	enum sdp_transport transport;
} transports[] = {
	{ "^[Rr][Tt][Pp]/[Ss]?[Aa][Vv][Pp][Ff]?$", SDP_TRANSPORT_RTP },
	{ "^[Uu][Dd][Pp]/[Tt][Ll][Ss]/[Rr][Tt][Pp]/", SDP_TRANSPORT_RTP },
	{ "^[Uu][Dd][Pp]([Tt][Ll]$|/|$)", SDP_TRANSPORT_UDP },
	{ "^[Dd][Tt][Ll][Ss]/[Ss][Cc][Tt][Pp]$", SDP_TRANSPORT_UDP },
	{ "^[Tt][Cc][Pp](/|$)", SDP_TRANSPORT_TCP },
};

static enum sdp_transport read_transport(struct naive_span proto)
{
	enum sdp_transport found = SDP_TRANSPORT_OTHER;
	char *text = naive_text((const u8 *)proto.at, 0, proto.len);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(transports) && !found; i++) {
		if (naive_matches(text, transports[i].pattern))
			found = transports[i].transport;
	}
	free(text);
	return found;
}

/* The field after the name: port ["/" number of ports] */
static bool read_ports(struct naive_span field, struct naive_media *media)
{
	char *text = naive_text((const u8 *)field.at, 0, field.len);
	char *slash = strchr(text, '/');
	bool good = naive_matches(text, "^-?[0-9]+(/[0-9]+)?$");

	media->ports = 1;
	if (good && slash) {
		u32 ports = naive_number(slash + 1);

		good = ports && ports <= 65535;
		media->ports = ports;
	}
	if (good && (*text == '-' || naive_number(text) > 65535))
		media->absurd_port = true;
	else if (good)
		media->port = naive_number(text);
	media->port_text.len = slash ? (size_t)(slash - text) : field.len;
	free(text);
	return good;
}

static bool read_media(const struct line *line, const char *at,
		       struct naive_media *media)
{
	struct naive_span name = next_field(&at), port = next_field(&at);
	struct naive_span proto = next_field(&at);

	memset(media, 0, sizeof(*media));
	if (!name.len || !proto.len || !read_ports(port, media))
		return false;
	media->port_text.off = place_of(line, port).off;
	media->transport = read_transport(proto);
	return true;
}

/* a=rtcp:<port> [<nettype> <addrtype> <address>] */
static bool read_rtcp(const struct line *line, const char *at,
		      struct naive_media *media)
{
	struct naive_span port = next_field(&at);
	size_t i;

	if (media->rtcp_text.len)
		return true;
	for (i = 0; i < port.len; i++) {
		if (port.at[i] < '0' || port.at[i] > '9')
			return false;
	}
	if (!port.len || naive_number(port.at) > 65535)
		return false;
	media->rtcp_text = place_of(line, port);
	media->rtcp_port = naive_number(port.at);
	if (!at[strspn(at, " ")])
		return true;
	return read_address(line, at, &media->rtcp);
}

struct reader {
	struct naive_sdp *sdp;
	bool session;
	struct naive_media *media;
	struct naive_media excess;
	struct naive_media common;	/* what the session says for all */
};

static const struct {
	const char *pattern;
	enum sdp_setup setup;
} setups[] = {
	{ "^a=setup: *[Aa][Cc][Tt][Ii][Vv][Ee]( |$)", SDP_SETUP_ACTIVE },
	{ "^a=setup: *[Pp][Aa][Ss][Ss][Ii][Vv][Ee]( |$)", SDP_SETUP_PASSIVE },
	{ "^a=setup: *[Aa][Cc][Tt][Pp][Aa][Ss][Ss]( |$)", SDP_SETUP_ACTPASS },
	{ "^a=setup: *[Hh][Oo][Ll][Dd][Cc][Oo][Nn][Nn]( |$)",
	  SDP_SETUP_HOLDCONN },
};

/* Direction and setup role of @media, or of the session */
static void read_role(const char *line, struct naive_media *media)
{
	size_t i;

	if (strncmp(line, "a=", 2))
		return;
	if (!strcmp(line, "a=sendrecv"))
		media->direction = SDP_SENDRECV;
	if (!strcmp(line, "a=sendonly"))
		media->direction = SDP_SENDONLY;
	if (!strcmp(line, "a=recvonly"))
		media->direction = SDP_RECVONLY;
	if (!strcmp(line, "a=inactive"))
		media->direction = SDP_INACTIVE;
	if (!strcmp(line, "a=msrp-cema"))
		media->cema = true;
	for (i = 0; i < ARRAY_SIZE(setups); i++) {
		if (naive_matches(line, setups[i].pattern))
			media->setup = setups[i].setup;
	}
}

static void note_attribute(struct reader *reader, const struct line *line)
{
	struct naive_place whole = { line->off, line->next - line->off };
	unsigned int mline = SDP_SESSION;

	if (!reader->session)
		mline = (unsigned int)(reader->media - reader->sdp->media);
	if (reader->media != &reader->excess && !strncmp(line->text, "a=", 2))
		naive_attribute(&reader->sdp->attributes, line->text, whole,
				mline);
}

static bool read_line(struct reader *reader, const struct line *line)
{
	struct naive_sdp *sdp = reader->sdp;
	const char *value = line->text + 2;

	if (!strncmp(line->text, "o=", 2) && reader->session)
		read_origin(line, value, &sdp->origin);
	if (!strncmp(line->text, "c=", 2))
		return read_connection(line, value, reader->session ?
				       &sdp->connection :
				       &reader->media->connection);
	if (!strncmp(line->text, "m=", 2)) {
		reader->session = false;
		reader->media = sdp->count < SDP_MEDIA_MAX ?
			&sdp->media[sdp->count] : &reader->excess;
		sdp->count++;
		if (!read_media(line, value, reader->media))
			return false;
		reader->media->direction = reader->common.direction;
		reader->media->setup = reader->common.setup;
		return true;
	}
	note_attribute(reader, line);
	read_role(line->text, reader->session ? &reader->common :
		  reader->media);
	if (reader->session || reader->media == &reader->excess)
		return true;
	if (!strcmp(line->text, "a=rtcp-mux"))
		reader->media->rtcp_mux = true;
	if (!strncmp(line->text, "a=rtcp:", 7))
		return read_rtcp(line, line->text + 7, reader->media);
	return true;
}

bool naive_sdp(const u8 *bytes, struct naive_place body, struct naive_sdp *sdp)
{
	size_t end = body.off + body.len, at = body.off, stop;
	struct reader reader = { .sdp = sdp, .session = true };
	struct naive_attributes attributes = sdp->attributes;
	bool good = true;

	attributes.count = 0;
	memset(sdp, 0, sizeof(*sdp));
	sdp->attributes = attributes;
	while (at < end && good) {
		struct line line = { .off = at };
		char *text;

		for (stop = at; stop < end && bytes[stop] != '\n'; stop++)
			;
		text = naive_text(bytes, at, stop);
		if (stop < end && stop > at && bytes[stop - 1] == '\r')
			text[stop - at - 1] = 0;
		good = !memchr(bytes + at, 0, stop - at) && !strchr(text, '\r');
		line.text = text;
		line.next = stop < end ? stop + 1 : end;
		good = good && read_line(&reader, &line);
		free(text);
		at = stop + 1;
	}
	return good;
}

/* One line of a body: [at, stop) without its end; the next one. */
static size_t body_line(const u8 *bytes, size_t at, size_t end, size_t *stop)
{
	size_t i;

	for (i = at; i < end && bytes[i] != '\n'; i++)
		;
	*stop = i;
	if (i < end && i > at && bytes[i - 1] == '\r')
		*stop = i - 1;
	return i < end ? i + 1 : end;
}

/* Is there a delimiter at @at: 0 no, 1 yes, 2 the last one. */
static int delimiter(const u8 *bytes, size_t at, size_t end,
		     const struct naive_span *boundary, size_t *next)
{
	size_t len = boundary->len, stop;
	int found = 1;

	if (end - at < 2 + len || memcmp(bytes + at, "--", 2) ||
	    memcmp(bytes + at + 2, boundary->at, len))
		return 0;
	at += 2 + len;
	*next = body_line(bytes, at, end, &stop);
	if (stop - at >= 2 && !memcmp(bytes + at, "--", 2)) {
		found = 2;
		at += 2;
	}
	while (at < stop && (bytes[at] == ' ' || bytes[at] == '\t'))
		at++;
	/* the very last line may have a CR alone */
	if (stop == end && at + 1 == end && bytes[at] == '\r')
		at++;
	return at == stop ? found : 0;
}

/* Where the parts are collected, if all of them are asked for. */
static struct naive_parts *collected;

static void collect(const struct naive_part *part)
{
	size_t size = (collected->count + 1) * sizeof(*part);

	collected->all = realloc(collected->all, size);
	if (!collected->all)
		abort();
	collected->all[collected->count++] = *part;
}

static void part_header(char *text, size_t off, struct naive_part *part)
{
	struct naive_span name = { text, 0 }, value;

	while (naive_is_token(text[name.len]))
		name.len++;
	value.at = naive_skip_space(text + name.len);
	if (!name.len || *value.at != ':')
		return;
	value.at = naive_skip_space(value.at + 1);
	value.len = strlen(value.at);
	while (value.len && naive_is_space(value.at[value.len - 1]))
		value.len--;
	if (naive_text_is(&name, "content-type") || naive_text_is(&name, "c")) {
		if (!part->type && value.len)
			part->type = strndup(value.at, value.len);
	} else if (naive_text_is(&name, "content-length") ||
		   naive_text_is(&name, "l")) {
		part->length.off = off + (size_t)(value.at - text);
		part->length.len = value.len;
	} else if (naive_text_is(&name, "content-encoding") ||
		   naive_text_is(&name, "e")) {
		part->coded = true;
	} else if (naive_text_is(&name, "content-transfer-encoding") &&
		   !naive_text_is(&value, "binary") &&
		   !naive_text_is(&value, "7bit") &&
		   !naive_text_is(&value, "8bit")) {
		part->coded = true;
	}
}

static void read_part(const u8 *bytes, size_t at, size_t end,
		      struct naive_part *part)
{
	size_t next, stop;
	char *text;

	memset(part, 0, sizeof(*part));
	while (at < end) {
		next = body_line(bytes, at, end, &stop);
		if (stop == at) {
			at = next;
			break;
		}
		while (next < end && (bytes[next] == ' ' ||
				      bytes[next] == '\t'))
			next = body_line(bytes, next, end, &stop);
		text = naive_text(bytes, at, next);
		part_header(text, at, part);
		free(text);
		at = next;
	}
	part->body.off = at;
	part->body.len = end - at;
}

static bool find(const u8 *bytes, const char *type, struct naive_place body,
		 int depth, struct naive_place *sdp);

/* A part that is neither coded nor too deep. */
static bool find_in_part(const u8 *bytes, const struct naive_part *part,
			 int depth, struct naive_place *sdp)
{
	if (part->coded || !part->type)
		return true;
	return find(bytes, part->type, part->body, depth, sdp);
}

static size_t without_line_end(const u8 *bytes, size_t start, size_t at)
{
	if (at > start && bytes[at - 1] == '\n')
		at--;
	if (at > start && bytes[at - 1] == '\r')
		at--;
	return at;
}

static bool find_in_parts(const u8 *bytes, const struct naive_span *boundary,
			  struct naive_place body, int depth,
			  struct naive_place *sdp)
{
	size_t end = body.off + body.len, at = body.off, begin = 0, next, stop;
	bool in_part = false, good;
	struct naive_part part;
	int found;

	for (; at < end; at = next) {
		next = body_line(bytes, at, end, &stop);
		found = delimiter(bytes, at, end, boundary, &next);
		if (!found)
			continue;
		if (in_part) {
			read_part(bytes, begin,
				  without_line_end(bytes, begin, at), &part);
			if (collected)
				collect(&part);
			good = find_in_part(bytes, &part, depth, sdp);
			free(part.type);
			if (!collected && (!good || sdp->off))
				return good;
		}
		if (found == 2 || next == end)
			return true;
		in_part = true;
		begin = next;
	}
	return false;
}

static bool find_multipart(const u8 *bytes, const char *params,
			   struct naive_place body, int depth,
			   struct naive_place *sdp)
{
	bool again;
	char *value = naive_param(params, "boundary", &again);
	struct naive_span boundary = { value, value ? strlen(value) : 0 };
	bool good;

	if (boundary.len >= 2 && *value == '"') {
		boundary.at++;
		boundary.len -= 2;
	}
	good = boundary.len && boundary.len <= 70 &&
	       find_in_parts(bytes, &boundary, body, depth, sdp);
	free(value);
	return good;
}

#define MEDIA_TYPE	"^(" NAIVE_TOKEN "*)[ \t\r\n]*/[ \t\r\n]*(" \
			NAIVE_TOKEN "*)"

static bool find(const u8 *bytes, const char *type, struct naive_place body,
		 int depth, struct naive_place *sdp)
{
	regmatch_t groups[3];
	struct naive_span main_type, sub_type;

	if (!naive_match(type, MEDIA_TYPE, groups, 3))
		return true;
	main_type.at = type + groups[1].rm_so;
	main_type.len = (size_t)(groups[1].rm_eo - groups[1].rm_so);
	sub_type.at = type + groups[2].rm_so;
	sub_type.len = (size_t)(groups[2].rm_eo - groups[2].rm_so);
	if (naive_text_is(&main_type, "application") &&
	    naive_text_is(&sub_type, "sdp"))
		*sdp = body;
	if (!naive_text_is(&main_type, "multipart") || depth == DEPTH_MAX)
		return true;
	return find_multipart(bytes, sub_type.at + sub_type.len, body,
			      depth + 1, sdp);
}

bool naive_find_sdp(const struct naive *naive, const u8 *bytes,
		    struct naive_place *sdp)
{
	struct naive_place body = { naive->body, naive->body_len };
	char *type = naive_value(naive, bytes, SIP_HEADER_CONTENT_TYPE, 0);
	char *coding = naive_value(naive, bytes, SIP_HEADER_CONTENT_ENCODING,
				   0);
	bool good = true;

	memset(sdp, 0, sizeof(*sdp));
	if (type && !coding && body.len)
		good = find(bytes, type, body, 0, sdp);
	free(type);
	free(coding);
	return good;
}

void naive_parts(const struct naive *naive, const u8 *bytes,
		 struct naive_parts *parts)
{
	struct naive_place sdp;

	memset(parts, 0, sizeof(*parts));
	collected = parts;
	naive_find_sdp(naive, bytes, &sdp);
	collected = NULL;
}

static const char *naive_length(const u8 *old, const struct naive_part *a,
				const u8 *new, const struct naive_part *b)
{
	char *before = naive_text(old, a->length.off,
				  a->length.off + a->length.len);
	char *after = naive_text(new, b->length.off,
				 b->length.off + b->length.len);
	const char *wrong = NULL;

	if (a->body.len == b->body.len || !naive_matches(before, "^[0-9]+$"))
		wrong = strcmp(before, after) ?
			"a length of a part is changed for nothing" : NULL;
	else if (naive_number(after) != b->body.len)
		wrong = "a length of a part is wrong";
	free(before);
	free(after);
	return wrong;
}

const char *naive_lengths(const u8 *old, size_t old_len, const u8 *new,
			  size_t new_len)
{
	static struct naive a, b;
	struct naive_parts parts_a, parts_b;
	const char *wrong = NULL;
	size_t i;

	naive_parse(&a, old, old_len);
	naive_parse(&b, new, new_len);
	naive_parts(&a, old, &parts_a);
	naive_parts(&b, new, &parts_b);
	if (parts_a.count != parts_b.count)
		wrong = "another number of parts";
	for (i = 0; i < parts_a.count && !wrong; i++)
		wrong = naive_length(old, &parts_a.all[i], new,
				     &parts_b.all[i]);
	free(parts_a.all);
	free(parts_b.all);
	naive_free(&a);
	naive_free(&b);
	return wrong;
}
