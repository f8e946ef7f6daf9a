/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets of calls: TCP or UDP behind an IP header without anything special.
 *
 * They are translated where they are, in one go.  What is not plain is not
 * refused here, it takes the long way (parse.c, build.c), which says so; and
 * what is plain becomes the same there, byte for byte.
 *
 * Inline, so that for each of the two versions there is code that knows it.
 */
#ifndef _TRGW_PLAIN_H
#define _TRGW_PLAIN_H

#include "translate.h"
#include "write.h"

#define PLAIN_IP4_DF		0x4000
#define PLAIN_IP4_FRAGMENT	0x3fff	/* more follow, or an offset */
#define PLAIN_TCP_LEN		20
#define PLAIN_UDP_LEN		8

/**
 * struct trgw_plain - a packet that is nothing but TCP or UDP
 * @ip: what its IP header says
 * @checksum: where the checksum is in the upper layer
 */
struct trgw_plain {
	struct trgw_ip ip;
	u8 checksum;
};

/* Is the upper layer all there, and its checksum in use? */
static __always_inline bool upper_is_plain(const u8 *upper, size_t avail, u8 protocol,
					   struct trgw_plain *plain)
{
	size_t len = protocol == PROTOCOL_UDP ? PLAIN_UDP_LEN : PLAIN_TCP_LEN;

	if (plain->ip.payload < len || avail < plain->ip.header + len)
		return false;
	plain->checksum = TCP_CHECKSUM;
	if (likely(protocol == PROTOCOL_UDP)) {
		plain->checksum = UDP_CHECKSUM;
		return get16(upper + UDP_CHECKSUM);
	}
	return protocol == PROTOCOL_TCP;
}

static __always_inline bool is_plain4(const u8 *data, size_t avail, size_t len, u16 limit,
				      struct trgw_plain *plain)
{
	u16 flags;

	if (avail < TRGW_IP4_LEN + PLAIN_UDP_LEN || data[0] != 0x45 || get16(data + 2) != len)
		return false;
	flags = get16(data + 6);
	if (flags & PLAIN_IP4_FRAGMENT ||
	    (!(flags & PLAIN_IP4_DF) && len + TRGW_IP6_LEN - TRGW_IP4_LEN > limit) ||
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
	return upper_is_plain(data + TRGW_IP4_LEN, avail, data[9], plain);
}

static __always_inline bool is_plain6(const u8 *data, size_t avail, size_t len,
				      struct trgw_plain *plain)
{
	size_t payload = len - TRGW_IP6_LEN;

	if (avail < TRGW_IP6_LEN + PLAIN_UDP_LEN || data[0] >> 4 != 6 ||
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
	return upper_is_plain(data + TRGW_IP6_LEN, avail, data[6], plain);
}

/**
 * trgw_is_plain() - can this packet be translated in one go?
 * @data: the packet, from its IP header on
 * @avail: bytes of it that can be read
 * @len: its length
 * @version: the IP version it was sent as
 * @limit: as of trgw_fragment_size()
 * @plain: filled in if so
 *
 * Looks at no address.
 *
 * Return: true if trgw_parse_packet() would say TRGW_OK, trgw_build_headers() as well, and
 * there is nothing else to do about it.
 */
static __always_inline bool trgw_is_plain(const u8 *data, size_t avail, size_t len,
					  u8 version, u16 limit,
					  struct trgw_plain *plain)
{
	return version == 4 ? is_plain4(data, avail, len, limit, plain) :
			      is_plain6(data, avail, len, plain);
}

static __always_inline void change_checksum(u8 *field, const struct hop *hop, bool partial,
					    bool udp)
{
	if (partial) {
		change_partial(field, hop);
		return;
	}
	change_transport(field, hop);
	if (udp)
		udp_not_zero(field);
}

/**
 * trgw_plain_translate() - translate a plain packet where it is
 * @data: the packet; in front of it there is room for what it grows by
 * @version: the IP version it was sent as
 * @plain: what trgw_is_plain() made of it
 * @addresses: the new addresses
 * @link: what else there is to know
 *
 * The upper layer stays where it is.  The new header ends where the old one
 * did, which it overwrites.
 */
static __always_inline void trgw_plain_translate(u8 *data, u8 version, const struct trgw_plain *plain,
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
		write6(upper - TRGW_IP6_LEN, &hop);
	else
		write4(upper - TRGW_IP4_LEN, &hop, link->id);
}

#endif /* _TRGW_PLAIN_H */
