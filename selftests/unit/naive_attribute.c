// SPDX-License-Identifier: GPL-2.0-only
/*
 * The naive reader of the attributes that name addresses, see naive.h: a line
 * is cut into all of its fields first.
 */
#include "naive.h"
#include "unit.h"

struct fields {
	struct naive_span *all;
	size_t count;
};

static const struct naive_span no_field = { "", 0 };

static struct fields split(const char *at)
{
	struct fields fields = { malloc((strlen(at) / 2 + 1) *
					sizeof(*fields.all)), 0 };

	if (!fields.all)
		abort();
	for (at += strspn(at, " "); *at; at += strspn(at, " ")) {
		struct naive_span *field = &fields.all[fields.count++];

		field->at = at;
		field->len = strcspn(at, " ");
		at += field->len;
	}
	return fields;
}

static struct naive_span field(const struct fields *fields, size_t index)
{
	return index < fields->count ? fields->all[index] : no_field;
}

static bool number(struct naive_span text, u32 *value)
{
	char *copy = naive_text((const u8 *)text.at, 0, text.len);
	bool good = naive_matches(copy, "^[0-9]+$");

	*value = good ? naive_number(copy) : 0;
	free(copy);
	return good;
}

static bool component(struct naive_span text, struct naive_attribute *attribute)
{
	u32 value;

	if (!number(text, &value) || value < 1 || value > 256)
		return false;
	attribute->component = value == 256 ? 255 : value;
	return true;
}

static struct naive_place place_in(const struct naive_attribute *attribute,
				   const char *line, struct naive_span text)
{
	struct naive_place place = {
		attribute->line.off + (size_t)(text.at - line), text.len
	};

	return place;
}

static bool host(struct naive_attribute *attribute, const char *line,
		 struct naive_span text, int which)
{
	attribute->host[which].text = place_in(attribute, line, text);
	naive_address(text.at, text.len, &attribute->host[which].address);
	return text.len > 0;
}

static bool port(struct naive_attribute *attribute, const char *line,
		 struct naive_span text, int which)
{
	u32 value;

	if (!number(text, &value) || value > 65535)
		return false;
	attribute->port_text[which] = place_in(attribute, line, text);
	attribute->port[which] = value;
	return true;
}

static bool read_candidate(struct naive_attribute *attribute, const char *line)
{
	struct fields fields = split(line + strlen("a=candidate:"));
	struct naive_span protocol = field(&fields, 2), typ = field(&fields, 6);
	bool good, raddr = false, rport = false;
	size_t i;
	u32 priority;

	good = fields.count >= 8 && component(field(&fields, 1), attribute) &&
	       number(field(&fields, 3), &priority) &&
	       host(attribute, line, field(&fields, 4), 0) &&
	       port(attribute, line, field(&fields, 5), 0) &&
	       naive_text_is(&typ, "typ");
	attribute->l4proto = naive_text_is(&protocol, "udp") ? 17 :
			     naive_text_is(&protocol, "tcp") ? 6 : 0;
	for (i = 8; i < fields.count && good; i += 2) {
		struct naive_span name = field(&fields, i);

		if (naive_text_is(&name, "raddr") && !raddr) {
			raddr = true;
			good = host(attribute, line, field(&fields, i + 1), 1);
		} else if (naive_text_is(&name, "rport") && !rport) {
			rport = true;
			good = port(attribute, line, field(&fields, i + 1), 1);
		}
	}
	free(fields.all);
	return good;
}

static bool read_altc(struct naive_attribute *attribute, const char *line)
{
	struct fields fields = split(line + strlen("a=altc:"));
	struct naive_span type = field(&fields, 1), ports = field(&fields, 3);
	struct naive_span rtcp = no_field;
	const char *slash = memchr(ports.at, '/', ports.len);
	bool good, v4 = naive_text_is(&type, "ip4");
	u8 family;
	u32 order;

	if (slash) {
		rtcp.at = slash + 1;
		rtcp.len = ports.len - (size_t)(rtcp.at - ports.at);
		ports.len = (size_t)(slash - ports.at);
	}
	good = number(field(&fields, 0), &order) &&
	       (v4 || naive_text_is(&type, "ip6")) &&
	       host(attribute, line, field(&fields, 2), 0) &&
	       port(attribute, line, ports, 0) &&
	       (!slash || port(attribute, line, rtcp, 1));
	family = attribute->host[0].address.family;
	free(fields.all);
	return good && (!family || family == (v4 ? 4 : 6));
}

#define PATH	"^a=path: *[Mm][Ss][Rr][Pp][Ss]?://([^/@ ]*@)?" \
		"(\\[[^];/ ]*\\]|[^:[;/ ][^:;/ ]*)(:([0-9]+))?([;/ ]|$)"

static struct naive_span group_of(const char *line, regmatch_t group)
{
	struct naive_span span = { line + group.rm_so,
				   (size_t)(group.rm_eo - group.rm_so) };

	return span;
}

static bool read_path(struct naive_attribute *attribute, const char *line)
{
	regmatch_t groups[6];

	/* a user, if there is one, is not taken for a host */
	if (!naive_match(line, PATH, groups, 6) ||
	    (groups[1].rm_so < 0 && naive_matches(line, "^[^/]*//[^/ ]*@")) ||
	    !host(attribute, line, group_of(line, groups[2]), 0))
		return false;
	if (line[groups[2].rm_so] == '[' &&
	    attribute->host[0].address.family != 6)
		return false;
	return groups[4].rm_so < 0 ||
	       port(attribute, line, group_of(line, groups[4]), 0);
}

static void keep(struct naive_attributes *list,
		 const struct naive_attribute *attribute)
{
	if (list->count == list->room) {
		list->room = list->room * 2 + 16;
		list->all = realloc(list->all, list->room * sizeof(*list->all));
		if (!list->all)
			abort();
	}
	list->all[list->count++] = *attribute;
}

/* All of the triples or none. */
static void read_triples(struct naive_attributes *list,
			 const struct naive_attribute *empty, const char *line)
{
	struct fields fields = split(line + strlen("a=remote-candidates:"));
	size_t i, count = list->count;
	bool good = fields.count > 0 && fields.count <= 3 * 256;

	for (i = 0; i < fields.count && good; i += 3) {
		struct naive_attribute attribute = *empty;

		attribute.kind = SDP_REMOTE_CANDIDATE;
		good = component(field(&fields, i), &attribute) &&
		       host(&attribute, line, field(&fields, i + 1), 0) &&
		       port(&attribute, line, field(&fields, i + 2), 0);
		keep(list, &attribute);
	}
	if (!good)
		list->count = count;
	free(fields.all);
}

void naive_attribute(struct naive_attributes *list, const char *line,
		     struct naive_place whole, unsigned int mline)
{
	struct naive_attribute attribute = { .line = whole, .mline = mline };
	bool good = false;

	if (!strncmp(line, "a=candidate:", 12)) {
		attribute.kind = SDP_CANDIDATE;
		good = read_candidate(&attribute, line);
	} else if (!strncmp(line, "a=remote-candidates:", 20)) {
		read_triples(list, &attribute, line);
	} else if (naive_matches(line,
				 "^a=(ice-|end-of-candidates(:|$))")) {
		attribute.kind = SDP_ICE;
		good = true;
	} else if (!strncmp(line, "a=altc:", 7)) {
		attribute.kind = SDP_ALTC;
		good = read_altc(&attribute, line);
	} else if (!strncmp(line, "a=path:", 7)) {
		attribute.kind = SDP_PATH;
		good = read_path(&attribute, line);
	} else if (naive_matches(line, "^a=(omr-|(visited|secondary)-realm(:|$))")) {
		attribute.kind = SDP_OMR;
		good = true;
	}
	if (good)
		keep(list, &attribute);
}
