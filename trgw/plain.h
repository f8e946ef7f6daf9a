/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The short cut for plain packets: TCP or UDP after an IP header without
 * options, extension headers or fragments, as nearly all packets of calls are.
 *
 * Plain packets are translated in place. All others take the steps of parse.c
 * and build.c, which decide whether to drop them, and which would translate a
 * plain packet to the same bytes.
 *
 * The functions are inline so that each IP version gets code of its own.
 */
#ifndef _TRGW_PLAIN_H
#define _TRGW_PLAIN_H

#include "protocol.h"
#include "translate.h"
#include "write.h"

/**
 * struct trgw_plain - headers of a plain packet
 * @ip: its IP header
 * @checksum: offset of the checksum in the upper layer
 */
struct trgw_plain {
	struct trgw_ip ip;
	u8 checksum;
};

/* Checks whether TCP or UDP is complete and has a checksum. */
static __always_inline bool is_plain_upper(const u8 *upper, size_t avail,
					   u8 protocol,
					   struct trgw_plain *plain)
{
	size_t len = protocol == PROTOCOL_UDP ? UDP_LEN : TCP_LEN;

	if (plain->ip.payload < len || avail < plain->ip.header + len)
		return false;
	plain->checksum = TCP_CHECKSUM;
	if (likely(protocol == PROTOCOL_UDP)) {
		plain->checksum = UDP_CHECKSUM;
		return get16(upper + UDP_CHECKSUM);
	}
	return protocol == PROTOCOL_TCP;
}

static __always_inline bool is_plain4(const u8 *data, size_t avail, size_t len,
				      u16 limit, struct trgw_plain *plain)
{
	u16 flags;

	if (avail < TRGW_IP4_LEN + UDP_LEN || data[0] != 0x45 ||
	    get16(data + 2) != len)
		return false;
	flags = get16(data + 6);
	if (flags & (IP4_MF | IP4_OFFSET) ||
	    (!(flags & IP4_DF) &&
	     len + TRGW_IP6_LEN - TRGW_IP4_LEN > limit) ||
	    sum_fold(sum_header4(data)) != 0xffff)
		return false;
	plain->ip = (struct trgw_ip){
		.version = 4,
		.header = TRGW_IP4_LEN,
		.payload = (u16)(len - TRGW_IP4_LEN),
		.tos = data[1],
		.ttl = data[8],
		.protocol = data[9],
	};
	return is_plain_upper(data + TRGW_IP4_LEN, avail, data[9], plain);
}

static __always_inline bool is_plain6(const u8 *data, size_t avail, size_t len,
				      struct trgw_plain *plain)
{
	size_t payload = len - TRGW_IP6_LEN;

	if (avail < TRGW_IP6_LEN + UDP_LEN || data[0] >> 4 != 6 ||
	    get16(data + 4) != payload || payload > 0xffff - TRGW_IP4_LEN)
		return false;
	plain->ip = (struct trgw_ip){
		.version = 6,
		.header = TRGW_IP6_LEN,
		.payload = (u16)payload,
		.tos = (u8)(get16(data) >> 4),
		.ttl = data[7],
		.protocol = data[6],
	};
	return is_plain_upper(data + TRGW_IP6_LEN, avail, data[6], plain);
}

/**
 * trgw_is_plain() - check whether a packet can take the short cut
 * @data: the packet, from its IP header on
 * @avail: bytes of it that can be read
 * @len: its length
 * @version: the IP version it was sent as
 * @limit: as of trgw_fragment_size()
 * @plain: filled in if so
 *
 * Does not read addresses.
 *
 * Return: true if both trgw_parse_packet() and trgw_build_headers() would
 * return TRGW_OK, and nothing else is to be done for the packet.
 */
static __always_inline bool trgw_is_plain(const u8 *data, size_t avail,
					  size_t len, u8 version, u16 limit,
					  struct trgw_plain *plain)
{
	return version == 4 ? is_plain4(data, avail, len, limit, plain) :
			      is_plain6(data, avail, len, plain);
}

static __always_inline void change_checksum(u8 *field, const struct hop *hop,
					    bool partial, bool udp)
{
	if (partial) {
		change_partial(field, hop);
		return;
	}
	change_transport(field, hop);
	if (udp)
		avoid_udp_zero(field);
}

/**
 * trgw_plain_translate() - translate a plain packet in place
 * @data: the packet, with headroom for its growth
 * @version: the IP version it was sent as
 * @plain: from trgw_is_plain()
 * @addresses: the new addresses
 * @link: the mtu is not used
 *
 * The upper layer does not move. The new header ends where the old one did, and
 * overwrites it.
 */
static __always_inline void
trgw_plain_translate(u8 *data, u8 version, const struct trgw_plain *plain,
		     const struct trgw_addresses *addresses,
		     const struct trgw_link *link)
{
	struct hop hop = {
		.ip = &plain->ip,
		.old = data,
		.src = &addresses->src,
		.dst = &addresses->dst,
		.payload = plain->ip.payload,
	};
	u8 *upper = data + (version == 4 ? TRGW_IP4_LEN : TRGW_IP6_LEN);

	change_checksum(upper + plain->checksum, &hop, link->partial,
			plain->checksum == UDP_CHECKSUM);
	if (version == 4)
		write_ip6(upper - TRGW_IP6_LEN, &hop);
	else
		write_ip4(upper - TRGW_IP4_LEN, &hop, link->id);
}

#endif /* _TRGW_PLAIN_H */
