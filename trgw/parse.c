// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading the headers of a packet.
 */
#include "bytes.h"
#include "icmp.h"
#include "parse.h"
#include "protocol.h"

#define IP4_OPTION_END		0
#define IP4_OPTION_NOP		1
#define IP4_OPTION_LSRR		131
#define IP4_OPTION_SSRR		137

/* Extension headers of a packet at most; telephones send one or none */
#define EXTENSIONS_MAX		4

/**
 * struct view - the readable part of a packet
 * @data: its first byte
 * @avail: bytes that can be read
 * @len: length of the packet
 * @look: bytes that are read at most, whatever is available
 * @inner: the packet is quoted in an ICMP error, and may be cut short
 */
struct view {
	const u8 *data;
	size_t avail;
	size_t len;
	size_t look;
	bool inner;
};

/* Returns TRGW_OK if @bytes bytes can be read. */
static enum trgw_verdict require_bytes(const struct view *view, size_t bytes)
{
	if (likely(view->avail >= bytes))
		return TRGW_OK;
	if (view->len < bytes)
		return TRGW_MALFORMED;
	return bytes <= view->look ? TRGW_MORE : TRGW_EXTENSION;
}

/* ---- IPv4 ---- */

/*
 * RFC 7915 section 4.1: options are ignored, but a packet with an unexpired
 * source route is dropped.
 */
static enum trgw_verdict check_options(const u8 *header, size_t len)
{
	size_t at = TRGW_IP4_LEN, size;

	while (at < len && header[at] != IP4_OPTION_END) {
		if (header[at] == IP4_OPTION_NOP) {
			at++;
			continue;
		}
		size = at + 1 < len ? header[at + 1] : 0;
		if (size < 2 || size > len - at)
			return TRGW_MALFORMED;
		if ((header[at] == IP4_OPTION_LSRR ||
		     header[at] == IP4_OPTION_SSRR) &&
		    (size < 3 || header[at + 2] <= size))
			return TRGW_SOURCE_ROUTE;
		at += size;
	}
	return TRGW_OK;
}

/* Checks that do not apply to a quoted packet */
static enum trgw_verdict check_header4(const struct view *view,
				       const struct trgw_ip *ip)
{
	if (sum_fold(sum_add(0, view->data, ip->header)) != 0xffff ||
	    view->len < (size_t)ip->header + ip->payload)
		return TRGW_MALFORMED;
	if (likely(ip->header == TRGW_IP4_LEN))
		return TRGW_OK;
	return check_options(view->data, ip->header);
}

static bool is_possible_fragment(const struct trgw_ip *ip)
{
	return !(ip->more && ip->payload % 8) &&
	       ip->offset * 8 + ip->payload <= 0xffff;
}

static enum trgw_verdict parse_header4(const struct view *view,
				       struct trgw_ip *ip)
{
	const u8 *header = view->data;
	enum trgw_verdict verdict;
	u16 total, flags;

	verdict = require_bytes(view, TRGW_IP4_LEN);
	if (verdict != TRGW_OK)
		return verdict;
	ip->header = (u16)((header[0] & 0xf) * 4);
	total = get16(header + 2);
	if (header[0] >> 4 != 4 || ip->header < TRGW_IP4_LEN ||
	    total < ip->header)
		return TRGW_MALFORMED;
	verdict = require_bytes(view, ip->header);
	if (verdict != TRGW_OK)
		return verdict;

	flags = get16(header + 6);
	ip->version = 4;
	ip->payload = (u16)(total - ip->header);
	ip->tos = header[1];
	ip->ttl = header[8];
	ip->protocol = header[9];
	ip->id = get16(header + 4);
	ip->dont = flags & IP4_DF;
	ip->more = flags & IP4_MF;
	ip->offset = flags & IP4_OFFSET;
	ip->fragment = ip->more || ip->offset;
	if (ip->fragment && !is_possible_fragment(ip))
		return TRGW_MALFORMED;
	return view->inner ? TRGW_OK : check_header4(view, ip);
}

/* ---- IPv6 ---- */

static bool is_extension(u8 protocol)
{
	return protocol == IP6_HOP || protocol == IP6_ROUTING ||
	       protocol == IP6_FRAGMENT || protocol == IP6_DESTINATION;
}

/*
 * RFC 7915 section 5.1.1. A packet with another extension header after the
 * fragment header is dropped.
 */
static enum trgw_verdict parse_fragment(const u8 *extension, struct trgw_ip *ip)
{
	u16 field = get16(extension + 2);

	if (is_extension(extension[0]))
		return TRGW_EXTENSION;
	ip->fragment = true;
	ip->offset = field >> 3;
	ip->more = field & 1;
	ip->id = get32(extension + 4);
	return TRGW_OK;
}

/* Parses one extension header; @left bytes remain in the packet. */
static enum trgw_verdict parse_extension(const struct view *view,
					 struct trgw_ip *ip, size_t *left)
{
	const u8 *extension = view->data + ip->header;
	enum trgw_verdict verdict;
	size_t size;

	verdict = require_bytes(view, ip->header + 8u);
	if (verdict != TRGW_OK)
		return verdict;
	size = ip->protocol == IP6_FRAGMENT ? TRGW_FRAGMENT_LEN :
					      (extension[1] + 1u) * 8;
	if (size > *left)
		return TRGW_MALFORMED;
	if (ip->protocol == IP6_ROUTING && extension[3])
		return TRGW_SOURCE_ROUTE;
	if (ip->protocol == IP6_FRAGMENT)
		verdict = parse_fragment(extension, ip);
	if (verdict != TRGW_OK)
		return verdict;
	ip->protocol = extension[0];
	ip->header += (u16)size;
	*left -= size;
	return require_bytes(view, ip->header);
}

static enum trgw_verdict parse_header6(const struct view *view,
				       struct trgw_ip *ip)
{
	const u8 *header = view->data;
	enum trgw_verdict verdict;
	int count = 0;
	size_t left;

	verdict = require_bytes(view, TRGW_IP6_LEN);
	if (verdict != TRGW_OK)
		return verdict;
	left = get16(header + 4);
	if (header[0] >> 4 != 6 ||
	    (!view->inner && view->len < TRGW_IP6_LEN + left))
		return TRGW_MALFORMED;

	ip->version = 6;
	ip->header = TRGW_IP6_LEN;
	ip->tos = (u8)(get16(header) >> 4);
	ip->protocol = header[6];
	ip->ttl = header[7];
	ip->id = 0;
	ip->offset = 0;
	ip->dont = false;
	ip->more = false;
	ip->fragment = false;
	while (unlikely(is_extension(ip->protocol))) {
		if (count++ == EXTENSIONS_MAX)
			return TRGW_EXTENSION;
		verdict = parse_extension(view, ip, &left);
		if (verdict != TRGW_OK)
			return verdict;
	}
	ip->payload = (u16)left;
	return is_possible_fragment(ip) ? TRGW_OK : TRGW_MALFORMED;
}

static enum trgw_verdict parse_ip(const struct view *view, u8 version,
				  struct trgw_ip *ip)
{
	return version == 4 ? parse_header4(view, ip) : parse_header6(view, ip);
}

/* ---- the upper layer ---- */

static bool is_icmp(const struct trgw_ip *ip)
{
	return ip->protocol ==
	       (ip->version == 4 ? PROTOCOL_ICMP : PROTOCOL_ICMP6);
}

/*
 * RFC 7915 sections 4.5 and 5.5: unknown upper layers are forwarded unchanged,
 * even if their checksum covers the addresses. Excluded are protocols that the
 * other family does not have, such as the headers of IPv6 and the other ICMP,
 * and AH, which signs the header.
 */
static bool is_opaque(const struct trgw_ip *ip)
{
	switch (ip->protocol) {
	case PROTOCOL_ICMP:
	case PROTOCOL_TCP:
	case PROTOCOL_UDP:
	case PROTOCOL_AH:
	case PROTOCOL_ICMP6:
	case PROTOCOL_NONE:
	case PROTOCOL_MOBILITY:
	case PROTOCOL_HIP:
	case PROTOCOL_SHIM6:
		return false;
	default:
		return !is_extension(ip->protocol);
	}
}

/* An IPv6 packet with a fragment header may be complete (RFC 6946). */
static bool is_partial(const struct trgw_ip *ip)
{
	return ip->offset || ip->more;
}

static bool is_transport(const struct trgw_ip *ip)
{
	return ip->protocol == PROTOCOL_TCP || ip->protocol == PROTOCOL_UDP;
}

/*
 * An inner packet may be cut short anywhere; only the bytes that are present
 * are translated.
 */
static enum trgw_verdict parse_inner_upper(const struct view *view,
					   struct trgw_facts *facts)
{
	const struct trgw_ip *ip = &facts->inner;
	size_t have = view->len - ip->header, want;
	enum trgw_verdict verdict;
	struct trgw_icmp icmp;
	const u8 *message;

	if (have > ip->payload)
		have = ip->payload;	/* the rest is padding */
	facts->inner_upper = TRGW_OPAQUE;
	facts->inner_have = 0;
	if (!is_icmp(ip) && !is_transport(ip))
		return is_opaque(ip) ? TRGW_OK : TRGW_PROTOCOL;
	if (is_icmp(ip) && is_partial(ip))
		return TRGW_FRAGMENT;
	if (ip->offset)
		return TRGW_OK;
	if (is_icmp(ip)) {
		if (have < TRGW_ICMP_LEN)
			return TRGW_MALFORMED;
		verdict = require_bytes(view,
					ip->header + (size_t)TRGW_ICMP_LEN);
		if (verdict != TRGW_OK)
			return verdict;
		/* A quoted error is refused below, and its type is not used. */
		facts->inner_upper = TRGW_ECHO;
		facts->inner_have = ICMP_CHECKSUM_END;
		message = view->data + ip->header;
		if (trgw_icmp_is_echo(ip->version, message[0]) &&
		    trgw_icmp_map(ip->version, message, &icmp) == TRGW_OK) {
			facts->inner_type = icmp.type;
			return TRGW_OK;
		}
		return TRGW_ICMP_TYPE;
	}
	want = ip->protocol == PROTOCOL_TCP ? TCP_CHECKSUM_END : UDP_LEN;
	if (have < want)
		return TRGW_OK;		/* the checksum was cut off */
	facts->inner_upper = ip->protocol == PROTOCOL_TCP ? TRGW_TCP : TRGW_UDP;
	facts->inner_have = (u8)want;
	return require_bytes(view, ip->header + want);
}

static enum trgw_verdict parse_inner(const struct view *outer,
				     struct trgw_facts *facts)
{
	enum trgw_verdict verdict;
	struct view view = {
		.data = outer->data + facts->inner_at,
		.avail = outer->avail - facts->inner_at,
		.len = facts->outer.header + facts->error_len - facts->inner_at,
		.look = outer->look - facts->inner_at,
		.inner = true,
	};

	if (view.avail > view.len)
		view.avail = view.len;
	verdict = parse_ip(&view, facts->outer.version, &facts->inner);
	if (verdict == TRGW_OK)
		verdict = parse_inner_upper(&view, facts);
	if (verdict == TRGW_OK || verdict == TRGW_MORE)
		return verdict;
	return TRGW_ICMP_INNER;
}

static enum trgw_verdict parse_icmp(const struct view *view,
				    struct trgw_facts *facts)
{
	const struct trgw_ip *ip = &facts->outer;
	const u8 *message = view->data + ip->header;
	enum trgw_verdict verdict;
	u16 cut;

	if (is_partial(ip))
		return TRGW_FRAGMENT;
	if (ip->payload < TRGW_ICMP_LEN)
		return TRGW_MALFORMED;
	verdict = require_bytes(view, ip->header + (size_t)TRGW_ICMP_LEN);
	if (verdict != TRGW_OK)
		return verdict;
	facts->error_len = ip->payload;
	if (trgw_icmp_is_echo(ip->version, message[0])) {
		facts->upper = TRGW_ECHO;
		return trgw_icmp_map(ip->version, message, &facts->icmp);
	}
	/* trgw_icmp_map() reads the length of the inner packet. */
	facts->upper = TRGW_ERROR;
	facts->inner_at = (u16)(ip->header + TRGW_ICMP_LEN);
	if (ip->payload < TRGW_ICMP_LEN + TRGW_IP4_LEN)
		return TRGW_ICMP_TYPE;
	verdict = require_bytes(view, facts->inner_at + (size_t)TRGW_IP4_LEN);
	if (verdict != TRGW_OK)
		return verdict;
	verdict = trgw_icmp_map(ip->version, message, &facts->icmp);
	if (verdict != TRGW_OK)
		return verdict;
	cut = trgw_icmp_length(ip->version, message);
	if (cut && cut < facts->error_len)
		facts->error_len = cut;
	return parse_inner(view, facts);
}

static enum trgw_verdict parse_tcp(const struct view *view,
				   struct trgw_facts *facts)
{
	const struct trgw_ip *ip = &facts->outer;

	if (ip->payload < TCP_LEN)
		return TRGW_MALFORMED;
	facts->upper = TRGW_TCP;
	return require_bytes(view, ip->header + (size_t)TCP_CHECKSUM_END);
}

/* A missing checksum is computed over the UDP length, so that must be right. */
static enum trgw_verdict parse_udp(const struct view *view,
				   struct trgw_facts *facts)
{
	const struct trgw_ip *ip = &facts->outer;
	const u8 *header = view->data + ip->header;
	enum trgw_verdict verdict;

	if (ip->payload < UDP_LEN)
		return TRGW_MALFORMED;
	facts->upper = TRGW_UDP;
	verdict = require_bytes(view, ip->header + (size_t)UDP_LEN);
	if (verdict != TRGW_OK || likely(get16(header + UDP_CHECKSUM)))
		return verdict;
	if (ip->version == 6)
		return TRGW_OK;
	if (ip->fragment)
		return TRGW_FRAGMENT;
	return get16(header + 4) == ip->payload ? TRGW_OK : TRGW_MALFORMED;
}

static enum trgw_verdict parse_upper(const struct view *view,
				     struct trgw_facts *facts)
{
	const struct trgw_ip *ip = &facts->outer;

	if (is_icmp(ip))
		return parse_icmp(view, facts);
	facts->upper = TRGW_OPAQUE;
	if (is_opaque(ip) || (ip->offset && is_transport(ip)))
		return TRGW_OK;
	if (ip->protocol == PROTOCOL_TCP)
		return parse_tcp(view, facts);
	if (ip->protocol == PROTOCOL_UDP)
		return parse_udp(view, facts);
	return TRGW_PROTOCOL;
}

/**
 * trgw_parse_packet() - read the headers of a packet
 * @data: the packet, from its IP header on
 * @avail: bytes of it that can be read
 * @len: its length
 * @version: the IP version it was sent as
 * @facts: filled in; valid with TRGW_OK only, except that the outer header ends
 *	at the routing header with TRGW_SOURCE_ROUTE of IPv6
 *
 * Does not read addresses.
 *
 * Return: TRGW_OK when the packet can be translated; TRGW_MORE when @avail is
 * less than @len and TRGW_LOOK and more bytes are needed; or the reason why the
 * packet cannot be translated.
 */
enum trgw_verdict trgw_parse_packet(const u8 *data, size_t avail, size_t len,
				    u8 version, struct trgw_facts *facts)
{
	struct view view = {
		.data = data, .avail = avail, .len = len, .look = TRGW_LOOK,
	};
	enum trgw_verdict verdict;

	if (view.avail > view.look)
		view.avail = view.look;
	verdict = parse_ip(&view, version, &facts->outer);
	if (verdict != TRGW_OK)
		return verdict;
	/* Bytes after the length in the IP header are padding. */
	view.len = (size_t)facts->outer.header + facts->outer.payload;
	if (view.avail > view.len)
		view.avail = view.len;
	return parse_upper(&view, facts);
}

/**
 * trgw_fragment_size() - get the size of fragments of an IPv4 packet
 * @facts: the packet
 * @limit: the longest IPv6 packet that every path on that side carries
 *
 * RFC 7915 section 4.1: a sender that allows fragments ignores errors about
 * packets that are too long, so they are fragmented before the translation.
 * ICMP cannot be translated in fragments.
 *
 * Return: length of the longest IPv4 fragment whose translation is no longer
 * than @limit; 0 when the packet need not be fragmented.
 */
u16 trgw_fragment_size(const struct trgw_facts *facts, u16 limit)
{
	const struct trgw_ip *ip = &facts->outer;
	size_t len = (size_t)TRGW_IP6_LEN + ip->payload;

	if (ip->version != 4 || ip->dont || facts->upper >= TRGW_ECHO)
		return 0;
	if (ip->fragment)
		len += TRGW_FRAGMENT_LEN;
	if (len <= limit)
		return 0;
	return (u16)(ip->header +
		     ((limit - TRGW_IP6_LEN - TRGW_FRAGMENT_LEN) & ~7));
}
