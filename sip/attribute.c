// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading of the SDP attributes that name further addresses or depend on the
 * addresses in other lines: ICE, ALTC, the path of MSRP, OMR.
 *
 * Fields whose value is not needed must be present, but are not checked.  An
 * endpoint may be less strict than this reader and use the address in such a
 * line, so the line must not be skipped.
 */
#include "lines.h"

#define COMPONENT_MAX	256	/* RFC 8839 section 5.1 */

struct name {
	const char *text;
	u8 len;
	bool prefix;
	u8 kind;
};

#define NAME(text, kind) { text, sizeof(text) - 1, false, SDP_##kind }
#define NAME_PREFIX(text, kind) { text, sizeof(text) - 1, true, SDP_##kind }

/* IANA "attribute-name" registry; names are case-sensitive (RFC 8866). */
static const struct name names[] = {
	NAME("candidate", CANDIDATE),
	NAME("remote-candidates", REMOTE_CANDIDATE),
	NAME_PREFIX("ice-", ICE),
	NAME("end-of-candidates", ICE),
	NAME("altc", ALTC),
	NAME("path", PATH),
	NAME("visited-realm", OMR),
	NAME("secondary-realm", OMR),
	NAME_PREFIX("omr-", OMR),
};

static bool read_kind(const u8 *base, struct sip_slice text, u8 *kind)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const struct name *name = &names[i];

		if (text.len < name->len ||
		    (text.len > name->len && !name->prefix) ||
		    memcmp(base + text.off, name->text, name->len))
			continue;
		*kind = name->kind;
		return true;
	}
	return false;
}

static bool read_host(const u8 *base, struct sip_slice text,
		      struct sdp_place *place)
{
	place->text = text;
	sip_address_decode(base + text.off, text.len, &place->address);
	return text.len;
}

static bool read_place_port(const u8 *base, struct sip_slice text,
			    struct sdp_place *place)
{
	place->port_text = text;
	return line_port(base, text, &place->port);
}

/* Reads an address and a port as two fields. */
static bool read_place(const u8 *base, size_t *at, size_t end,
		       struct sdp_place *place)
{
	return read_host(base, line_field(base, at, end), place) &&
	       read_place_port(base, line_field(base, at, end), place);
}

static bool read_component(const u8 *base, size_t *at, size_t end,
			   struct sdp_attribute *attribute)
{
	u32 number;

	if (!sip_number(base, line_field(base, at, end), &number) ||
	    !number || number > COMPONENT_MAX)
		return false;
	attribute->component = number < 255 ? (u8)number : 255;
	return true;
}

static u8 read_l4proto(const u8 *base, struct sip_slice text)
{
	if (SCAN_SLICE_IS(base, text, "udp"))
		return 17;
	return SCAN_SLICE_IS(base, text, "tcp") ? 6 : 0;
}

/* Reads the pairs of a name and a value that follow the candidate type.  They
 * may come in any order; the first raddr and the first rport are used.
 */
static bool read_related(const u8 *base, size_t at, size_t end,
			 struct sdp_place *place)
{
	for (;;) {
		struct sip_slice name = line_field(base, &at, end);
		struct sip_slice value = line_field(base, &at, end);
		bool good = true;

		if (!name.len)
			return true;
		if (!place->text.len && SCAN_SLICE_IS(base, name, "raddr"))
			good = read_host(base, value, place);
		else if (!place->port_text.len &&
			 SCAN_SLICE_IS(base, name, "rport"))
			good = read_place_port(base, value, place);
		if (!good)
			return false;
	}
}

/* a=candidate:<foundation> <component-id> <transport> <priority> <address>
 * <port> typ <type> [raddr <address>] [rport <port>] *(<name> <value>)
 */
static bool read_candidate(const u8 *base, size_t at, size_t end,
			   struct sdp_attribute *attribute)
{
	u32 priority;

	if (!line_field(base, &at, end).len ||
	    !read_component(base, &at, end, attribute))
		return false;
	attribute->l4proto = read_l4proto(base, line_field(base, &at, end));
	if (!sip_number(base, line_field(base, &at, end), &priority) ||
	    !read_place(base, &at, end, &attribute->place[0]))
		return false;
	if (!SCAN_SLICE_IS(base, line_field(base, &at, end), "typ") ||
	    !line_field(base, &at, end).len)
		return false;
	return read_related(base, at, end, &attribute->place[1]);
}

/* <component-id> <address> <port>
 *
 * Returns the offset after the triple and the blanks that follow it, or 0.
 */
static size_t read_triple(const u8 *base, size_t at, size_t end,
			  struct sdp_attribute *attribute)
{
	if (!read_component(base, &at, end, attribute) ||
	    !read_place(base, &at, end, &attribute->place[0]))
		return 0;
	while (at < end && base[at] == ' ')
		at++;
	return at;
}

/* Reads the first triple if all triples of the line are readable.  Returns the
 * offset after it, or 0.  A line has one triple for each component.  Without
 * that limit, reading the triples one by one would take quadratic time.
 */
static size_t read_triples(const u8 *base, size_t at, size_t end,
			   struct sdp_attribute *attribute)
{
	struct sdp_attribute other;
	size_t first = read_triple(base, at, end, attribute), next = first;
	u32 count;

	for (count = 1; next && next < end; count++) {
		if (count == COMPONENT_MAX)
			return 0;
		next = read_triple(base, next, end, &other);
	}
	return next ? first : 0;
}

/* a=altc:<number> IP4|IP6 <address> <port>[/<RTCP port>] */
static bool read_altc(const u8 *base, size_t at, size_t end,
		      struct sdp_attribute *attribute)
{
	struct sdp_place *place = attribute->place;
	struct sip_slice type, port;
	size_t slash, stop;
	u32 number;

	if (!sip_number(base, line_field(base, &at, end), &number))
		return false;
	type = line_field(base, &at, end);
	if (!read_host(base, line_field(base, &at, end), place))
		return false;
	if (!SCAN_SLICE_IS(base, type, "ip4") &&
	    !SCAN_SLICE_IS(base, type, "ip6"))
		return false;
	if (place->address.family &&
	    place->address.family != base[type.off + 2] - '0')
		return false;
	place->family = type;
	port = line_field(base, &at, end);
	stop = scan_slice_end(port);
	slash = scan_byte(base, port.off, stop, '/');
	if (!read_place_port(base, scan_slice(port.off, slash), place))
		return false;
	return slash == stop ||
	       read_place_port(base, scan_slice(slash + 1, stop), &place[1]);
}

/* Returns the offset after "msrp://" or "msrps://", or 0. */
static size_t skip_scheme(const u8 *base, struct sip_slice uri)
{
	const u8 *p = base + uri.off;

	if (uri.len >= 7 && scan_same(p, "msrp://", 7))
		return uri.off + 7u;
	if (uri.len >= 8 && scan_same(p, "msrps://", 8))
		return uri.off + 8u;
	return 0;
}

/* a=path:msrp://[<user>@]<host>[:<port>]/<session>;tcp *(SP <URI>) */
static bool read_path(const u8 *base, size_t at, size_t end,
		      struct sdp_attribute *attribute)
{
	struct sdp_place *place = attribute->place;
	struct sip_slice uri = line_field(base, &at, end);
	size_t user, stop;

	at = skip_scheme(base, uri);
	if (!at)
		return false;
	end = scan_byte(base, at, scan_slice_end(uri), '/');
	user = scan_byte(base, at, end, '@');
	if (user < end)
		at = user + 1;
	end = scan_byte(base, at, end, ';');
	if (at < end && base[at] == '[')
		stop = scan_byte(base, at, end, ']') + 1;
	else
		stop = scan_byte(base, at, end, ':');
	if (stop > end || !read_host(base, scan_slice(at, stop), place) ||
	    (base[at] == '[' && !place->address.family))
		return false;
	if (stop == end)
		return true;
	return base[stop] == ':' &&
	       read_place_port(base, scan_slice(stop + 1, end), place);
}

/**
 * sdp_attribute_read() - read an attribute that names or depends on addresses
 * @base: first byte of the message
 * @at: offset after "a="
 * @end: offset of the end of the line
 * @attribute: filled in except for @mline and @line; undefined when 0 is
 *	returned
 *
 * Return: offset of the next entry of the same line, or @end when there is
 * none; 0 when the line has another attribute or cannot be read.
 */
size_t sdp_attribute_read(const u8 *base, size_t at, size_t end,
			  struct sdp_attribute *attribute)
{
	size_t stop = scan_byte(base, at, end, ':');
	bool good = true;

	memset(attribute, 0, sizeof(*attribute));
	if (!read_kind(base, scan_slice(at, stop), &attribute->kind))
		return 0;
	at = stop < end ? stop + 1 : end;
	switch (attribute->kind) {
	case SDP_CANDIDATE:
		good = read_candidate(base, at, end, attribute);
		break;
	case SDP_REMOTE_CANDIDATE:
		return read_triples(base, at, end, attribute);
	case SDP_ALTC:
		good = read_altc(base, at, end, attribute);
		break;
	case SDP_PATH:
		good = read_path(base, at, end, attribute);
		break;
	}
	return good ? end : 0;
}

/* Returns the number of the m= line that the line at @at belongs to. */
static u8 find_mline(const struct sdp *sdp, size_t at)
{
	u8 count = 0;

	while (count < sdp->count && sdp->media[count].port_text.off < at)
		count++;
	return count ? (u8)(count - 1) : (u8)SDP_SESSION;
}

/* Is the line at @at an m= line past SDP_MEDIA_MAX? */
static bool is_excess_mline(const u8 *base, const struct sdp *sdp, size_t at,
			    size_t end)
{
	return sdp->excess && end - at >= 2 && base[at] == 'm' &&
	       base[at + 1] == '=' &&
	       at > sdp->media[sdp->count - 1].port_text.off;
}

/* Reads one entry of a line.  @at is past @begin when earlier entries of the
 * line have been returned; only a=remote-candidates has several.
 */
static size_t read_entry(const u8 *base, size_t begin, size_t at, size_t end,
			 struct sdp_attribute *attribute)
{
	if (at > begin) {
		memset(attribute, 0, sizeof(*attribute));
		attribute->kind = SDP_REMOTE_CANDIDATE;
		return read_triple(base, at, end, attribute);
	}
	if (end - begin < 2 || base[begin] != 'a' || base[begin + 1] != '=')
		return 0;
	return sdp_attribute_read(base, begin + 2, end, attribute);
}

/**
 * sdp_attribute_next() - find the next attribute that names or depends on
 *	addresses
 * @base: first byte of the message
 * @sdp: facts of the session description, from sdp_parse()
 * @cursor: 0 before the first call; private to this function afterwards
 * @attribute: filled in; undefined when false is returned
 *
 * Attributes are returned in the order of the SDP.  Lines that cannot be read
 * and the attributes of m= lines past SDP_MEDIA_MAX are skipped.
 *
 * Return: false when there are no more.
 */
bool sdp_attribute_next(const u8 *base, const struct sdp *sdp, u32 *cursor,
			struct sdp_attribute *attribute)
{
	size_t first = sdp->body.off, end = scan_slice_end(sdp->body);
	/* The lower half of the cursor is the offset of the line in the body,
	 * the upper half the offset up to which the line has been read.
	 */
	size_t line = first + (*cursor & 0xffff);
	size_t at = first + (*cursor >> 16), stop, next;

	for (; line < end; line = next) {
		stop = scan_byte(base, at > line ? at : line, end, '\n');
		next = stop < end ? stop + 1 : end;
		if (stop > line && stop < end && base[stop - 1] == '\r')
			stop--;
		if (is_excess_mline(base, sdp, line, stop))
			break;
		at = read_entry(base, line, at, stop, attribute);
		if (!at)
			continue;
		attribute->line = scan_slice(line, next);
		attribute->mline = find_mline(sdp, line);
		if (at < stop)
			*cursor = (u32)((at - first) << 16 | (line - first));
		else
			*cursor = (u32)(next - first);
		return true;
	}
	*cursor = sdp->body.len;
	return false;
}
