// SPDX-License-Identifier: GPL-2.0-only
/*
 * SDP (RFC 8866): the lines o=, c=, m=, a=rtcp and a=rtcp-mux; all others are
 * known by their first byte and passed over.
 */
#include <sip_ims/sdp.h>

#include "parts.h"
#include "scan.h"

/**
 * struct reader - where the reading stands
 * @base: first byte of the message
 * @sdp: the facts so far
 * @media: the m= line that attributes belong to; NULL before the first, and
 *	behind one that is too many
 * @session: no m= line yet
 */
struct reader {
	const u8 *base;
	struct sdp *sdp;
	struct sdp_media *media;
	bool session;
};

/* The next field of a line, ended by a blank; length 0 at the line's end. */
static inline struct sip_slice next_field(const u8 *base, size_t *at,
					  size_t end)
{
	size_t start = *at;

	while (start < end && base[start] == ' ')
		start++;
	*at = scan_byte(base, start, end, ' ');
	return scan_slice(start, *at);
}

/* nettype and addrtype; 0 for another network than IN (RFC 7195: PSTN), which
 * is readable and names no IP address.
 */
static bool read_family(const u8 *base, size_t *at, size_t end, u8 *family)
{
	struct sip_slice net, type;

	if (end - *at > 7 && scan_same(base + *at, "in ip4 ", 7)) {
		*at += 7;
		*family = 4;
		return true;
	}
	net = next_field(base, at, end);
	type = next_field(base, at, end);
	if (!SCAN_SLICE_IS(base, net, "in"))
		*family = 0;
	else if (SCAN_SLICE_IS(base, type, "ip4"))
		*family = 4;
	else if (SCAN_SLICE_IS(base, type, "ip6"))
		*family = 6;
	else
		return false;
	return true;
}

/* nettype addrtype address; a "/ttl" is not part of the address. */
static bool read_address(const u8 *base, size_t at, size_t end,
			 struct sdp_address *address)
{
	size_t stop;
	u8 family;

	if (!read_family(base, &at, end, &family))
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

static void forget_address(struct sdp_address *address)
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
		next_field(reader->base, &at, end);
	if (!read_address(reader->base, at, end, origin))
		forget_address(origin);
}

/* c=<nettype> <addrtype> <address>; the first of several counts. */
static bool read_connection(struct reader *reader, size_t at, size_t end)
{
	struct sdp_address again;
	struct sdp_address *address = &reader->sdp->connection;

	if (!reader->session)
		address = reader->media ? &reader->media->connection : &again;
	if (address != &again && address->text.len)
		address = &again;
	forget_address(address);
	return read_address(reader->base, at, end, address);
}

static bool read_port(const u8 *base, struct sip_slice text, u16 *port)
{
	u32 number;

	if (!sip_number(base, text, &number) || number > 65535)
		return false;
	*port = (u16)number;
	return true;
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

/* IANA "proto" registry; the first that fits counts. */
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

/* A number that no port can have: a stream nobody can send to, but every other
 * line can still be read.
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
	struct sip_slice name = next_field(base, &at, end);
	struct sip_slice port = next_field(base, &at, end);
	struct sip_slice proto = next_field(base, &at, end);
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
	slash = scan_byte(base, port.off, port_end, '/');
	media->port_text = scan_slice(port.off, slash);
	media->ports = 1;
	if (!name.len || !proto.len)
		return false;
	if (!read_port(base, media->port_text, &media->port)) {
		media->absurd_port = is_absurd_port(base, media->port_text);
		if (!media->absurd_port)
			return false;
	}
	media->transport = read_transport(base, proto);
	return slash == port_end ||
	       (read_port(base, scan_slice(slash + 1, port_end),
			  &media->ports) && media->ports);
}

/* a=rtcp:<port> [<nettype> <addrtype> <address>] (RFC 3605), a=rtcp-mux */
static bool read_attribute(struct reader *reader, size_t at, size_t end)
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
	media->rtcp_text = next_field(base, &at, end);
	if (!read_port(base, media->rtcp_text, &media->rtcp_port))
		return false;
	stop = at;
	if (!next_field(base, &stop, end).len)
		return true;
	return read_address(base, at, end, &media->rtcp);
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

/* The next NUL, LF or CR. */
static inline size_t next_break(const u8 *base, size_t at, size_t end)
{
	for (;; at++) {
		at = scan_any(base, at, end, '\r' + 1, 0, 0);
		if (at == end || base[at] == '\r' || base[at] == '\n' ||
		    !base[at])
			return at;
	}
}

/**
 * sdp_parse() - the addresses and ports of a session description
 * @base: first byte of the message
 * @body: where the description stands, as sip_find_sdp() says
 * @sdp: filled in; only meaningful when SIP_OK is returned
 *
 * Lines end with CRLF or LF, the last one may have no end.  A line that
 * nobody asks for may hold anything but NUL and a CR without LF.
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
		stop = next_break(base, at, end);
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
