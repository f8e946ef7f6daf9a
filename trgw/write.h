/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing new IP headers, and adjusting the checksums that cover them.
 *
 * The functions are inline because most of their arguments are constant in the
 * callers, so that the compiler can drop the branches not taken.
 */
#ifndef _TRGW_WRITE_H
#define _TRGW_WRITE_H

#include "bytes.h"
#include "protocol.h"
#include "translate.h"

/* A translated packet up to this length may be fragmented, see below. */
#define IP4_FRAGMENTABLE	(TRGW_IP6_MTU_MIN - \
				 (TRGW_IP6_LEN - TRGW_IP4_LEN))

/**
 * struct hop - an IP header before and after its translation
 * @ip: fields of the old header
 * @old: bytes of the old header
 * @src: new source
 * @dst: new destination
 * @payload: length of the upper layer
 */
struct hop {
	const struct trgw_ip *ip;
	const u8 *old;
	const union trgw_address *src;
	const union trgw_address *dst;
	u16 payload;
};

static inline u8 map_protocol(const struct trgw_ip *ip)
{
	u8 protocol = ip->protocol;

	if (ip->version == 4)
		return protocol == PROTOCOL_ICMP ? PROTOCOL_ICMP6 : protocol;
	return protocol == PROTOCOL_ICMP6 ? PROTOCOL_ICMP : protocol;
}

/* ---- IP headers ---- */

static inline size_t write_ip6(u8 *to, const struct hop *hop)
{
	const struct trgw_ip *ip = hop->ip;
	size_t extra = ip->fragment ? TRGW_FRAGMENT_LEN : 0;
	u8 *fragment = to + TRGW_IP6_LEN;

	put32(to, 6u << 28 | (u32)ip->tos << 20);
	put16(to + 4, (u16)(hop->payload + extra));
	to[6] = map_protocol(ip);
	to[7] = ip->ttl;
	memcpy(to + 8, hop->src->v6, 16);
	memcpy(to + 24, hop->dst->v6, 16);
	if (extra) {
		fragment[0] = to[6];
		fragment[1] = 0;
		put16(fragment + 2, (u16)(ip->offset << 3 | ip->more));
		put32(fragment + 4, ip->id);
		to[6] = IP6_FRAGMENT;
	}
	return TRGW_IP6_LEN + extra;
}

/*
 * Builds the second word of an IPv4 header. A fragment keeps its
 * identification. Other short packets may be fragmented, since IPv6 hosts send
 * them without path MTU discovery; long ones may not (RFC 7915 section 5.1).
 */
static inline u32 make_identification(const struct trgw_ip *ip, size_t len,
				      u16 id)
{
	if (ip->fragment)
		return (u32)(u16)ip->id << 16 | (ip->more ? IP4_MF : 0) |
		       ip->offset;
	return len > IP4_FRAGMENTABLE ? IP4_DF : (u32)id << 16;
}

static inline size_t write_ip4(u8 *to, const struct hop *hop, u16 id)
{
	size_t len = (size_t)TRGW_IP4_LEN + hop->payload;

	to[0] = 0x45;
	to[1] = hop->ip->tos;
	put16(to + 2, (u16)len);
	put32(to + 4, make_identification(hop->ip, len, id));
	to[8] = hop->ip->ttl;
	to[9] = map_protocol(hop->ip);
	put16(to + 10, 0);
	memcpy(to + 12, hop->src->v4, 4);
	memcpy(to + 16, hop->dst->v4, 4);
	sum_to_field(to + 10, sum_header4(to));
	return TRGW_IP4_LEN;
}

static inline size_t write_ip(u8 *to, const struct hop *hop, u16 id)
{
	return hop->ip->version == 4 ? write_ip6(to, hop) :
				       write_ip4(to, hop, id);
}

/* ---- checksums ---- */

static inline u64 add_addresses(u64 sum, const struct hop *hop)
{
	if (hop->ip->version == 4) {
		sum = sum_add8(sum_add8(sum, hop->src->v6), hop->src->v6 + 8);
		return sum_add8(sum_add8(sum, hop->dst->v6), hop->dst->v6 + 8);
	}
	return sum_carry(sum, sum_rest(hop->src->v4, 4) +
			      sum_rest(hop->dst->v4, 4));
}

/* Replaces the addresses; the rest of the pseudo-header does not change. */
static inline u64 change_addresses(u64 sum, const struct hop *hop)
{
	u8 version = hop->ip->version;

	sum = sum_sub_addresses(sum, trgw_src(hop->old, version), version);
	return add_addresses(sum, hop);
}

/* In UDP, 0 means that there is no checksum. */
static inline void avoid_udp_zero(u8 *field)
{
	if (!get16(field))
		put16(field, 0xffff);
}

/* Adjusts a field that holds the sum of the pseudo-header, not inverted. */
static inline void change_partial(u8 *field, const struct hop *hop)
{
	u16 sum;

	memcpy(&sum, field, sizeof(sum));
	sum = sum_fold(change_addresses(sum, hop));
	memcpy(field, &sum, sizeof(sum));
}

/* Adjusts the checksum of TCP or UDP. */
static inline void change_transport(u8 *field, const struct hop *hop)
{
	sum_to_field(field, change_addresses(sum_of_field(field), hop));
}

#endif /* _TRGW_WRITE_H */
