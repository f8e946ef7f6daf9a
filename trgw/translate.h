/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Types of the translation between IPv4 and IPv6 (RFC 7915) on plain bytes.
 *
 * parse.c, icmp.c, build.c, prefix.c and plain.h build in userspace and in the
 * kernel: they know neither devices nor packet buffers, and take no lock and no
 * memory.
 *
 * A packet takes three steps: trgw_parse_packet() reads its headers into a
 * struct trgw_facts, the caller resolves the new addresses, and
 * trgw_build_headers() writes the new headers. The packet itself is only read;
 * a struct trgw_edit describes how to change it. Most packets take the short
 * cut in plain.h instead.
 */
#ifndef _TRGW_TRANSLATE_H
#define _TRGW_TRANSLATE_H

#include <sip_ims/types.h>

#define TRGW_IP4_LEN		20
#define TRGW_IP6_LEN		40
#define TRGW_FRAGMENT_LEN	8
#define TRGW_ICMP_LEN		8
#define TRGW_IP6_MTU_MIN	1280

/*
 * Bytes read from the beginning of a packet at most: an IPv6 header with
 * extension headers, ICMP, another such header and an upper-layer header.
 */
#define TRGW_LOOK		256

/*
 * Bytes written at most: two IPv6 headers with fragment headers, ICMP, TCP.
 */
#define TRGW_HEAD_MAX		(2 * (TRGW_IP6_LEN + TRGW_FRAGMENT_LEN) + \
				 TRGW_ICMP_LEN + 20)

/**
 * enum trgw_verdict - result of translating a packet
 * @TRGW_OK: the packet is translated
 * @TRGW_MORE: more bytes of its beginning are needed
 * @TRGW_NOT_IP: neither IPv4 nor IPv6
 * @TRGW_MALFORMED: impossible lengths or versions, or a wrong checksum
 * @TRGW_TOO_LONG: the length does not fit into the other family's header
 * @TRGW_MARTIAN: source or destination is an address that no router forwards
 * @TRGW_SOURCE_ROUTE: a source route that has not been completed
 * @TRGW_EXTENSION: unknown extension headers, or too many of them
 * @TRGW_PROTOCOL: an upper layer that cannot be translated
 * @TRGW_FRAGMENT: a fragment that can only be translated reassembled
 * @TRGW_ICMP_TYPE: an ICMP message that the other family does not have
 * @TRGW_ICMP_INNER: the packet in an ICMP error cannot be translated
 * @TRGW_NO_PREFIX: the device has no prefix yet
 * @TRGW_SOURCE_IN_PREFIX: an IPv6 packet with the source of an IPv4 host
 * @TRGW_NOT_IN_PREFIX: an IPv6 packet to an address that is no IPv4 host
 * @TRGW_UNMAPPED: an IPv4 packet to an address that no IPv6 host has
 * @TRGW_POOL_EXHAUSTED: no IPv4 address is left for a new IPv6 host
 * @TRGW_NO_MEMORY: an allocation failed
 * @TRGW_BACKLOG: the receive queue of the processor was full
 * @TRGW_VERDICTS: number of verdicts
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
 * @v4: IPv4
 * @v6: IPv6
 */
union trgw_address {
	u8 v4[4];
	u8 v6[16];
};

/**
 * struct trgw_ip - the fields of an IP header
 * @id: identification of a fragment
 * @header: length up to the upper layer, extension headers included
 * @payload: bytes after @header
 * @offset: of a fragment, in units of 8 bytes
 * @version: 4 or 6
 * @tos: DSCP and ECN
 * @ttl: or hop limit
 * @protocol: of the upper layer
 * @dont: IPv4's don't fragment
 * @fragment: the packet is a fragment, or has a fragment header
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
 * enum trgw_upper - how to translate an upper layer
 * @TRGW_OPAQUE: copy it; its checksum, if any, does not cover addresses
 * @TRGW_TCP: adjust the checksum
 * @TRGW_UDP: adjust the checksum, which may be missing
 * @TRGW_ECHO: an ICMP message that changes in type and checksum only
 * @TRGW_ERROR: an ICMP message that quotes another packet
 */
enum trgw_upper {
	TRGW_OPAQUE,
	TRGW_TCP,
	TRGW_UDP,
	TRGW_ECHO,
	TRGW_ERROR,
};

/**
 * struct trgw_icmp - the beginning of an ICMP message in the other family
 * @type: new type
 * @code: new code
 * @pointer: new pointer of a parameter problem
 * @mtu: new MTU of a packet that is too big, 0 in other messages
 */
struct trgw_icmp {
	u8 type;
	u8 code;
	u8 pointer;
	u32 mtu;
};

/**
 * struct trgw_facts - headers of a packet that can be translated
 * @outer: IP header of the packet
 * @inner: IP header of the packet in an ICMP error
 * @icmp: of TRGW_ECHO and TRGW_ERROR
 * @upper: enum trgw_upper of the packet
 * @inner_upper: of the packet in an ICMP error, anything but TRGW_ERROR
 * @inner_type: new ICMP type of an inner TRGW_ECHO
 * @inner_have: bytes of the inner upper layer that are present and change
 * @inner_at: offset of the inner packet
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
 * @src: source of the packet
 * @dst: destination of the packet
 * @inner_src: source of the packet in an ICMP error
 * @inner_dst: destination of the packet in an ICMP error
 */
struct trgw_addresses {
	union trgw_address src;
	union trgw_address dst;
	union trgw_address inner_src;
	union trgw_address inner_dst;
};

/**
 * struct trgw_link - what a translation needs from outside the packet
 * @mtu: of the device, an upper bound for the MTU in ICMP errors
 * @id: identification for an IPv4 header when the packet has none
 * @partial: the checksum of TCP or UDP covers only the pseudo-header so far
 */
struct trgw_link {
	u16 mtu;
	u16 id;
	bool partial;
};

/**
 * struct trgw_edit - how to change a packet
 * @strip: bytes to remove from its beginning
 * @head_len: bytes of @head to put there instead
 * @length: of the whole packet afterwards; bytes past it are cut off
 * @upper: offset of the upper layer afterwards
 * @checksum: offset of the checksum in the upper layer, if @fill
 * @fill: the checksum holds the sum of the pseudo-header; add the payload's
 * @head: the new bytes
 *
 * Bytes that move keep the parity of their offset, so a checksum over them
 * stays valid.
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

/**
 * trgw_src() - get the source address of an IP header
 * @header: the header
 * @version: its IP version
 *
 * Return: the address, of 4 or 16 bytes; the destination follows it.
 */
static inline const u8 *trgw_src(const u8 *header, u8 version)
{
	return header + (version == 4 ? 12 : 8);
}

/**
 * trgw_dst() - get the destination address of an IP header
 * @header: the header
 * @version: its IP version
 *
 * Return: the address, of 4 or 16 bytes.
 */
static inline const u8 *trgw_dst(const u8 *header, u8 version)
{
	return header + (version == 4 ? 16 : 24);
}

#endif /* _TRGW_TRANSLATE_H */
