/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trgw/: the translation of packets between IPv4 and IPv6 (RFC 7915), on bytes.
 * The same files build in userspace and in the kernel; they know no device, no
 * packet buffer, no lock and no memory.
 *
 * One packet takes three steps: trgw_parse() turns its headers into facts, the
 * caller finds the new addresses, trgw_build() writes the new headers.  The
 * packet itself is only read; what becomes of it is said by a struct trgw_edit.
 * Most packets can do without: trgw/plain.h.
 */
#ifndef _SIP_IMS_TRANSLATE_H
#define _SIP_IMS_TRANSLATE_H

#include <sip_ims/types.h>

#define TRGW_IP4_LEN		20
#define TRGW_IP6_LEN		40
#define TRGW_FRAGMENT_LEN	8
#define TRGW_ICMP_LEN		8
#define TRGW_IP6_MTU_MIN	1280

/*
 * So many bytes from the beginning of a packet are read at most: an IPv6
 * header with extension headers, ICMP, such a header again, an upper layer's.
 */
#define TRGW_LOOK		256

/* And so many are written: two IPv6 headers with fragment headers, ICMP, TCP. */
#define TRGW_HEAD_MAX		(2 * (TRGW_IP6_LEN + TRGW_FRAGMENT_LEN) + TRGW_ICMP_LEN + 20)

/**
 * enum trgw_verdict - what becomes of a packet
 * @TRGW_OK: it is translated
 * @TRGW_MORE: more of its beginning has to be looked at
 * @TRGW_NOT_IP: neither IPv4 nor IPv6
 * @TRGW_MALFORMED: lengths, versions or checksums that cannot be
 * @TRGW_TOO_LONG: the translation has no room for its length
 * @TRGW_MARTIAN: from or to an address that no packet crosses a router with
 * @TRGW_SOURCE_ROUTE: it wants to take another way first
 * @TRGW_EXTENSION: extension headers that are not understood, or too many
 * @TRGW_PROTOCOL: an upper layer that cannot be translated
 * @TRGW_FRAGMENT: a fragment of what can only be translated in one piece
 * @TRGW_ICMP_TYPE: an ICMP message the other family does not have
 * @TRGW_ICMP_INNER: the packet inside of an ICMP error cannot be translated
 * @TRGW_NO_PREFIX: the device has no prefix yet
 * @TRGW_SOURCE_IN_PREFIX: an IPv6 packet that claims to come from IPv4
 * @TRGW_NOT_IN_PREFIX: an IPv6 packet to what is no IPv4 address
 * @TRGW_UNMAPPED: an IPv4 packet to an address that no IPv6 host has
 * @TRGW_POOL_EXHAUSTED: no IPv4 address is left for a new IPv6 host
 * @TRGW_NO_MEMORY: an allocation failed
 * @TRGW_BACKLOG: the receive queue of the processor was full
 * @TRGW_VERDICTS: how many there are
 */
enum trgw_verdict {
	TRGW_OK,
	TRGW_MORE,
	TRGW_NOT_IP,
	TRGW_MALFORMED,
	TRGW_TOO_LONG,
	TRGW_MARTIAN,
	TRGW_SOURCE_ROUTE,
	TRGW_EXTENSION,
	TRGW_PROTOCOL,
	TRGW_FRAGMENT,
	TRGW_ICMP_TYPE,
	TRGW_ICMP_INNER,
	TRGW_NO_PREFIX,
	TRGW_SOURCE_IN_PREFIX,
	TRGW_NOT_IN_PREFIX,
	TRGW_UNMAPPED,
	TRGW_POOL_EXHAUSTED,
	TRGW_NO_MEMORY,
	TRGW_BACKLOG,
	TRGW_VERDICTS
};

/**
 * union trgw_address - an address of either family, in network byte order
 * @v4: of IPv4
 * @v6: of IPv6
 */
union trgw_address {
	u8 v4[4];
	u8 v6[16];
};

/**
 * struct trgw_prefix - where IPv4 hosts are in IPv6 (RFC 6052)
 * @bytes: its bytes, 0 behind its length
 * @len: in bits; 0 when there is none
 */
struct trgw_prefix {
	u8 bytes[16];
	u8 len;
};

/**
 * struct trgw_ip - what an IP header says
 * @id: of a fragment
 * @header: length up to the upper layer, extension headers included
 * @payload: bytes behind it
 * @offset: of a fragment, in units of 8 bytes
 * @version: 4 or 6
 * @tos: DSCP and ECN
 * @ttl: or hop limit
 * @protocol: of the upper layer
 * @dont: IPv4's don't fragment
 * @fragment: this is one, or has a fragment header
 * @more: more fragments follow
 */
struct trgw_ip {
	u32 id;
	u16 header;
	u16 payload;
	u16 offset;
	u8 version;
	u8 tos;
	u8 ttl;
	u8 protocol;
	bool dont;
	bool fragment;
	bool more;
};

/**
 * enum trgw_upper - what has to be done about an upper layer
 * @TRGW_OPAQUE: nothing; its checksum, if any, is not about addresses
 * @TRGW_TCP: the checksum
 * @TRGW_UDP: the checksum, which may be missing
 * @TRGW_ECHO: an ICMP message that keeps all but its type
 * @TRGW_ERROR: an ICMP message about another packet
 */
enum trgw_upper {
	TRGW_OPAQUE,
	TRGW_TCP,
	TRGW_UDP,
	TRGW_ECHO,
	TRGW_ERROR,
};

/**
 * struct trgw_icmp - an ICMP message's beginning, in the other family
 * @type: new type
 * @code: new code
 * @pointer: what is at fault, of a parameter problem
 * @mtu: of a packet that is too big, 0 for others
 */
struct trgw_icmp {
	u8 type;
	u8 code;
	u8 pointer;
	u32 mtu;
};

/**
 * struct trgw_facts - a packet that can be translated
 * @outer: its IP header
 * @inner: of the packet inside of an ICMP error
 * @icmp: of TRGW_ECHO and TRGW_ERROR
 * @upper: its upper layer
 * @inner_upper: of the packet inside: TRGW_ECHO, TRGW_TCP, TRGW_UDP, TRGW_OPAQUE
 * @inner_type: new ICMP type of an inner TRGW_ECHO
 * @inner_have: bytes of the inner upper layer that are there and to be changed
 * @inner_at: where the inner packet begins
 * @error_len: bytes of an ICMP error to keep, its header included; less than
 *	the payload when extensions (RFC 4884) are cut off
 */
struct trgw_facts {
	struct trgw_ip outer;
	struct trgw_ip inner;
	struct trgw_icmp icmp;
	u8 upper;
	u8 inner_upper;
	u8 inner_type;
	u8 inner_have;
	u16 inner_at;
	u16 error_len;
};

/**
 * struct trgw_addresses - the addresses after the translation
 * @src: of the packet
 * @dst: of the packet
 * @inner_src: of the packet inside of an ICMP error
 * @inner_dst: of the packet inside of an ICMP error
 */
struct trgw_addresses {
	union trgw_address src;
	union trgw_address dst;
	union trgw_address inner_src;
	union trgw_address inner_dst;
};

/**
 * struct trgw_link - what else a translation depends on
 * @mtu: of the device, for what ICMP tells about it
 * @id: an identification for IPv4, when the packet has none
 * @partial: TCP's or UDP's checksum covers the pseudo-header only so far
 */
struct trgw_link {
	u16 mtu;
	u16 id;
	bool partial;
};

/**
 * struct trgw_edit - what has to be done with a packet
 * @strip: so many bytes go from its beginning
 * @head_len: and so many of @head come there
 * @length: of the whole packet then; what is behind is cut off
 * @upper: where the upper layer begins then
 * @checksum: where the checksum is, from there, if @fill
 * @fill: the checksum holds the pseudo-header's sum, the rest is to be added
 * @head: the new bytes
 *
 * What moves keeps its place in the packet modulo 2.
 */
struct trgw_edit {
	u16 strip;
	u16 head_len;
	u32 length;
	u16 upper;
	u8 checksum;
	bool fill;
	u8 head[TRGW_HEAD_MAX];
};

/* prefix.c */
const char *trgw_prefix_check(const struct trgw_prefix *prefix);
void trgw_prefix_embed_any(const struct trgw_prefix *prefix, const u8 *v4, u8 *v6);
bool trgw_prefix_extract_any(const struct trgw_prefix *prefix, const u8 *v6, u8 *v4);
bool trgw_martian6(const u8 *v6);

/* parse.c */
enum trgw_verdict trgw_parse(const u8 *data, size_t avail, size_t len, u8 version,
			     struct trgw_facts *facts);
u16 trgw_fragment_size(const struct trgw_facts *facts, u16 limit);

/* icmp.c */
enum trgw_verdict trgw_icmp_map(u8 version, const u8 *message, struct trgw_icmp *icmp);
bool trgw_icmp_is_echo(u8 version, u8 type);
u16 trgw_icmp_length(u8 version, const u8 *message);
u32 trgw_icmp_plateau(u16 length);

/* build.c */
enum trgw_verdict trgw_build(const u8 *data, const struct trgw_facts *facts,
			     const struct trgw_addresses *addresses,
			     const struct trgw_link *link, struct trgw_edit *edit);

/* Where an IP header has its addresses */

static inline const u8 *trgw_src(const u8 *header, u8 version)
{
	return header + (version == 4 ? 12 : 8);
}

static inline const u8 *trgw_dst(const u8 *header, u8 version)
{
	return header + (version == 4 ? 16 : 24);
}

/* What each packet asks is inline; of prefixes all but one length are rare. */

/**
 * trgw_prefix_covers() - does an address belong to a prefix?
 * @prefix: the prefix; one without length covers nothing
 * @v6: the address, of 16 bytes
 *
 * Return: true if it begins with the prefix, whatever follows.
 */
static inline bool trgw_prefix_covers(const struct trgw_prefix *prefix, const u8 *v6)
{
	if (likely(prefix->len == 96))	/* of a constant length */
		return !memcmp(v6, prefix->bytes, 8) &&
		       !memcmp(v6 + 8, prefix->bytes + 8, 4);
	return prefix->len && !memcmp(v6, prefix->bytes, prefix->len / 8);
}

/**
 * trgw_prefix_embed() - the IPv6 address of an IPv4 host
 * @prefix: the prefix
 * @v4: the IPv4 address, of 4 bytes
 * @v6: where the IPv6 address of 16 bytes is written
 */
static inline void trgw_prefix_embed(const struct trgw_prefix *prefix, const u8 *v4, u8 *v6)
{
	if (unlikely(prefix->len != 96)) {
		trgw_prefix_embed_any(prefix, v4, v6);
		return;
	}
	memcpy(v6, prefix->bytes, 12);
	memcpy(v6 + 12, v4, 4);
}

/**
 * trgw_prefix_extract() - the IPv4 host that an IPv6 address means
 * @prefix: the prefix
 * @v6: the IPv6 address, of 16 bytes
 * @v4: where the IPv4 address of 4 bytes is written
 *
 * Stricter than RFC 6052: an address with bits behind the IPv4 address means
 * nobody, since an answer could not be translated back to it.
 *
 * Return: true if the address means one.
 */
static inline bool trgw_prefix_extract(const struct trgw_prefix *prefix, const u8 *v6, u8 *v4)
{
	if (unlikely(prefix->len != 96))
		return trgw_prefix_extract_any(prefix, v6, v4);
	memcpy(v4, v6 + 12, 4);
	return trgw_prefix_covers(prefix, v6);
}

/**
 * trgw_martian4() - can no packet of this address cross a router?
 * @v4: source or destination, of 4 bytes
 *
 * Return: true for this network (0/8), loopback, link-local, multicast and
 * what is reserved, broadcast included.
 */
static inline bool trgw_martian4(const u8 *v4)
{
	return v4[0] == 0 || v4[0] == 127 || v4[0] >= 224 ||
	       (v4[0] == 169 && v4[1] == 254);
}

#endif /* _SIP_IMS_TRANSLATE_H */
