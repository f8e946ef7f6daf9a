// SPDX-License-Identifier: GPL-2.0-only
/*
 * SDP parser (RFC 8866).  It reads the lines o=, c= and m=, and the attributes
 * that determine how a stream is reached.  Other lines are recognised by their
 * first bytes and skipped.
 */
#include "lines.h"

/**
 * struct reader - state of the parser
 * @base: first byte of the message
 * @sdp: the facts found so far
 * @media: the m= line that attributes belong to; NULL before the first one and
 *	after one past SDP_MEDIA_MAX
 * @session: no m= line has been read yet
 * @origin: nettype, addrtype and address of o=; length 0 unless readable
 * @direction: enum sdp_direction of the session
 * @setup: enum sdp_setup of the session
 */
struct reader {
	const u8 *base;
	struct sdp *sdp;
	struct sdp_media *media;
	bool session;
	struct sip_slice origin;
	u8 direction;
	u8 setup;
};

/* Reads nettype and addrtype.  @family is set to 4, 6, or 0 for a network other
 * than IN (PSTN, RFC 7195), whose addresses are not IP addresses.
 */
static bool read_family(const u8 *base, size_t *at, size_t end,
			struct sip_slice *type, u8 *family)
{
	struct sip_slice net;

	if (end - *at > 7 && scan_same(base + *at, "in ip4 ", 7)) {
		*type = scan_slice(*at + 3, *at + 6);
		*at += 7;
		*family = 4;
		return true;
	}
	net = line_field(base, at, end);
	*type = line_field(base, at, end);
	if (!SCAN_SLICE_IS(base, net, "in"))
		*family = 0;
	else if (SCAN_SLICE_IS(base, *type, "ip4"))
		*family = 4;
	else if (SCAN_SLICE_IS(base, *type, "ip6"))
		*family = 6;
	else
		return false;
	return true;
}

/* Reads nettype, addrtype and address.  A "/ttl" is not part of the address. */
static bool read_address(const u8 *base, size_t at, size_t end,
			 struct sdp_address *address)
{
	size_t stop;
	u8 family;

	if (!read_family(base, &at, end, &address->family, &family))
		return false;
	while (at < end && base[at] == ' ')
		at++;
	stop = scan_either(base, at, end, ' ', '/');
	address->text = scan_slice(at, stop);
	if (stop == at)
		return false;
	if (!family)
		return true;
	return !sip_address_decode(base + at, stop - at, &address->address) ||
	       address->address.family == family;
}

static void clear_address(struct sdp_address *address)
{
	memset(address, 0, sizeof(*address));
}

/* o=<username> <sess-id> <sess-version> <nettype> <addrtype> <address> */
static void read_origin(struct reader *reader, size_t at, size_t end)
{
	struct sdp_address *origin = &reader->sdp->origin;
	size_t i;

	if (!reader->session || origin->text.len)
		return;
	for (i = 0; i < 3; i++)
		line_field(reader->base, &at, end);
	while (at < end && reader->base[at] == ' ')
		at++;
	if (!read_address(reader->base, at, end, origin))
		clear_address(origin);
	else
		reader->origin = scan_slice(at, end);
}

/* Usually c= has the same bytes as o=, and need not be decoded again. */
static bool equals_origin(const struct reader *reader, size_t at, size_t end)
{
	struct sip_slice origin = reader->origin;

	return origin.len && origin.len == end - at &&
	       !memcmp(reader->base + origin.off, reader->base + at,
		       origin.len);
}

static void copy_origin(const struct reader *reader, size_t at,
			struct sdp_address *address)
{
	*address = reader->sdp->origin;
	address->text.off += (u16)(at - reader->origin.off);
	address->family.off += (u16)(at - reader->origin.off);
}

/* c=<nettype> <addrtype> <address>
 *
 * The first of several lines is used, but all must be readable.
 */
static bool read_connection(struct reader *reader, size_t at, size_t end)
{
	struct sdp_address again;
	struct sdp_address *address = &reader->sdp->connection;

	if (!reader->session)
		address = reader->media ? &reader->media->connection : &again;
	if (address != &again && address->text.len)
		address = &again;
	if (equals_origin(reader, at, end)) {
		copy_origin(reader, at, address);
		return true;
	}
	clear_address(address);
	return read_address(reader->base, at, end, address);
}

struct proto {
	const char *name;
	u8 len;
	bool prefix;
	u8 transport;
};

#define PROTO(name, transport) \
	{ name, sizeof(name) - 1, false, SDP_TRANSPORT_##transport }
#define PROTO_PREFIX(name, transport) \
	{ name, sizeof(name) - 1, true, SDP_TRANSPORT_##transport }

/* IANA "proto" registry; the first matching entry is used. */
static const struct proto protos[] = {
	PROTO("rtp/avp", RTP),
	PROTO("rtp/avpf", RTP),
	PROTO("rtp/savp", RTP),
	PROTO("rtp/savpf", RTP),
	PROTO_PREFIX("udp/tls/rtp/", RTP),
	PROTO("udp", UDP),
	PROTO("udptl", UDP),
	PROTO_PREFIX("udp/", UDP),
	PROTO("dtls/sctp", UDP),
	PROTO("tcp", TCP),
	PROTO_PREFIX("tcp/", TCP),
};

static u8 read_transport(const u8 *base, struct sip_slice text)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(protos); i++) {
		const struct proto *proto = &protos[i];

		if (text.len < proto->len ||
		    (text.len > proto->len && !proto->prefix))
			continue;
		if (scan_same(base + text.off, proto->name, proto->len))
			return proto->transport;
	}
	return SDP_TRANSPORT_OTHER;
}

/* Is this a number outside the range of ports?  Such a stream cannot receive
 * packets, but the other lines of the SDP are still valid.
 */
static bool is_absurd_port(const u8 *base, struct sip_slice text)
{
	size_t at = text.off, end = scan_slice_end(text);

	if (at < end && base[at] == '-')
		at++;
	return at < end && scan_while(base, at, end, SCAN_DIGIT) == end;
}

/* m=<media> <port>[/<number of ports>] <proto> <fmt> ... */
static bool read_media(struct reader *reader, size_t at, size_t end)
{
	const u8 *base = reader->base;
	struct sdp *sdp = reader->sdp;
	struct sdp_media spare, *media = &spare;
	struct sip_slice name = line_field(base, &at, end);
	struct sip_slice port = line_field(base, &at, end);
	struct sip_slice proto = line_field(base, &at, end);
	size_t port_end = scan_slice_end(port), slash;

	reader->session = false;
	reader->media = NULL;
	if (sdp->count < SDP_MEDIA_MAX) {
		media = &sdp->media[sdp->count++];
		reader->media = media;
	} else {
		sdp->excess++;
	}
	memset(media, 0, sizeof(*media));
	media->direction = reader->direction;
	media->setup = reader->setup;
	slash = scan_byte(base, port.off, port_end, '/');
	media->port_text = scan_slice(port.off, slash);
	media->ports = 1;
	if (!name.len || !proto.len)
		return false;
	if (!line_port(base, media->port_text, &media->port)) {
		media->absurd_port = is_absurd_port(base, media->port_text);
		if (!media->absurd_port)
			return false;
	}
	media->transport = read_transport(base, proto);
	return slash == port_end ||
	       (line_port(base, scan_slice(slash + 1, port_end),
			  &media->ports) && media->ports);
}

/* a=rtcp:<port> [<nettype> <addrtype> <address>] (RFC 3605), a=rtcp-mux */
static bool read_rtcp(struct reader *reader, size_t at, size_t end)
{
	const u8 *base = reader->base;
	struct sdp_media *media = reader->media;
	size_t stop;

	if (!media || end - at < 5 || memcmp(base + at, "rtcp", 4))
		return true;
	at += 4;
	if (end - at == 4 && !memcmp(base + at, "-mux", 4))
		media->rtcp_mux = true;
	if (base[at] != ':' || media->rtcp_text.len)
		return true;
	at++;
	media->rtcp_text = line_field(base, &at, end);
	if (!line_port(base, media->rtcp_text, &media->rtcp_port))
		return false;
	stop = at;
	if (!line_field(base, &stop, end).len)
		return true;
	return read_address(base, at, end, &media->rtcp);
}

#define DIRECTION_LEN	8

static const char directions[][DIRECTION_LEN + 1] = {
	[SDP_SENDRECV] = "sendrecv",
	[SDP_SENDONLY] = "sendonly",
	[SDP_RECVONLY] = "recvonly",
	[SDP_INACTIVE] = "inactive",
};

/* Of several direction attributes the last one is used. */
static bool read_direction(struct reader *reader, size_t at, size_t end)
{
	struct sdp_media *media = reader->media;
	u8 i;

	if (end - at != DIRECTION_LEN)
		return false;
	for (i = 0; i < ARRAY_SIZE(directions); i++) {
		if (memcmp(reader->base + at, directions[i], DIRECTION_LEN))
			continue;
		*(media ? &media->direction : &reader->direction) = i;
		return true;
	}
	return false;
}

static u8 read_role(const u8 *base, struct sip_slice text)
{
	if (SCAN_SLICE_IS(base, text, "active"))
		return SDP_SETUP_ACTIVE;
	if (SCAN_SLICE_IS(base, text, "passive"))
		return SDP_SETUP_PASSIVE;
	if (SCAN_SLICE_IS(base, text, "actpass"))
		return SDP_SETUP_ACTPASS;
	if (SCAN_SLICE_IS(base, text, "holdconn"))
		return SDP_SETUP_HOLDCONN;
	return SDP_SETUP_NONE;
}

/* a=setup:<role> (RFC 4145); an unknown role is ignored. */
static bool read_setup(struct reader *reader, size_t at, size_t end)
{
	struct sdp_media *media = reader->media;
	u8 setup;

	if (end - at < 6 || memcmp(reader->base + at, "setup:", 6))
		return false;
	at += 6;
	setup = read_role(reader->base, line_field(reader->base, &at, end));
	if (setup)
		*(media ? &media->setup : &reader->setup) = setup;
	return true;
}

/* a=msrp-cema (RFC 6714), defined at the media level only */
static bool read_cema(struct reader *reader, size_t at, size_t end)
{
	if (end - at != 9 || memcmp(reader->base + at, "msrp-cema", 9))
		return false;
	if (reader->media)
		reader->media->cema = true;
	return true;
}

/* One readable attribute is enough for sdp->attributes. */
static void note_attribute(struct reader *reader, size_t at, size_t end)
{
	struct sdp *sdp = reader->sdp;
	struct sdp_attribute attribute;

	if (!sdp->attributes)
		sdp->attributes = sdp_attribute_read(reader->base, at, end,
						     &attribute);
}

/* Attributes after an m= line past SDP_MEDIA_MAX are ignored. */
static void read_needed(struct reader *reader, size_t at, size_t end)
{
	if (!reader->media && !reader->session)
		return;
	if (!read_direction(reader, at, end) && !read_setup(reader, at, end) &&
	    !read_cema(reader, at, end))
		note_attribute(reader, at, end);
}

#define PAIR(a, b)	((a) << 8 | (b))

/* The first two bytes exclude most attributes that are not needed. */
static inline bool may_be_needed(const u8 *name)
{
	switch (PAIR(name[0], name[1])) {
	case PAIR('s', 'e'):	/* sendrecv, sendonly, setup, secondary-realm */
	case PAIR('r', 'e'):	/* recvonly, remote-candidates */
	case PAIR('i', 'n'):	/* inactive */
	case PAIR('m', 's'):	/* msrp-cema */
	case PAIR('c', 'a'):	/* candidate */
	case PAIR('i', 'c'):	/* ice- */
	case PAIR('e', 'n'):	/* end-of-candidates */
	case PAIR('a', 'l'):	/* altc */
	case PAIR('p', 'a'):	/* path */
	case PAIR('v', 'i'):	/* visited-realm */
	case PAIR('o', 'm'):	/* omr- */
		return true;
	default:
		return false;
	}
}

static bool read_attribute(struct reader *reader, size_t at, size_t end)
{
	const u8 *name = reader->base + at;

	if (end - at < 4)
		return true;
	if (name[0] == 'r' && name[1] == 't')
		return read_rtcp(reader, at, end);
	if (may_be_needed(name))
		read_needed(reader, at, end);
	return true;
}

static bool read_line(struct reader *reader, size_t at, size_t end)
{
	if (end - at < 2 || reader->base[at + 1] != '=')
		return true;
	switch (reader->base[at]) {
	case 'o':
		read_origin(reader, at + 2, end);
		return true;
	case 'c':
		return read_connection(reader, at + 2, end);
	case 'm':
		return read_media(reader, at + 2, end);
	case 'a':
		return read_attribute(reader, at + 2, end);
	default:
		return true;
	}
}

/* Returns the offset of the next NUL, LF or CR, or @end. */
static inline size_t find_break(const u8 *base, size_t at, size_t end)
{
	for (;; at++) {
		at = scan_any(base, at, end, '\r' + 1, 0, 0);
		if (at == end || base[at] == '\r' || base[at] == '\n' ||
		    !base[at])
			return at;
	}
}

/**
 * sdp_parse() - read the addresses and ports of a session description
 * @base: first byte of the message
 * @body: the session description, from sip_find_sdp()
 * @sdp: filled in; valid only when SIP_OK is returned
 *
 * Lines end with CRLF or LF; the last line may have no line end.  The contents
 * of other lines are not checked, except that NUL and a CR without LF are
 * refused anywhere.
 *
 * Return: SIP_OK or SIP_FAULT_SDP.
 */
enum sip_fault sdp_parse(const u8 *base, struct sip_slice body, struct sdp *sdp)
{
	struct reader reader = { .base = base, .sdp = sdp, .session = true };
	size_t at = body.off, end = scan_slice_end(body), stop;

	memset(sdp, 0, offsetof(struct sdp, media));
	sdp->body = body;
	for (; at < end; at = stop + 1) {
		stop = find_break(base, at, end);
		if (!read_line(&reader, at, stop))
			return SIP_FAULT_SDP;
		if (stop < end && base[stop] == '\r')
			stop++;
		else if (stop == end)
			break;
		if (stop == end || base[stop] != '\n')
			return SIP_FAULT_SDP;
	}
	return SIP_OK;
}
