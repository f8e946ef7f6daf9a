// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing the headers of a translated packet (RFC 7915 sections 4 and 5).
 *
 * Checksums are adjusted by the difference of the bytes they cover, so a wrong
 * checksum stays wrong.
 */
#include "build.h"
#include "protocol.h"
#include "write.h"

/* ---- lengths ---- */

static bool is_too_long(const struct trgw_ip *ip, size_t payload)
{
	if (ip->version != 4)
		return payload + TRGW_IP4_LEN > 0xffff;
	if (ip->fragment)
		payload += TRGW_FRAGMENT_LEN;
	return payload > 0xffff;
}

/* ---- checksums ---- */

/* Writes the sum of the pseudo-header; hardware adds the rest. */
static void begin_partial(u8 *field, const struct hop *hop, u8 protocol)
{
	u16 sum = 0;

	if (hop->ip->version == 4)
		sum = sum_fold(sum_pseudo(add_addresses(0, hop), hop->payload,
					  protocol));
	memcpy(field, &sum, sizeof(sum));
}

/* ICMP has a pseudo-header in IPv6 only: adds the new or subtracts the old. */
static u64 change_icmp(u64 sum, const struct hop *hop)
{
	if (hop->ip->version == 4)
		return sum_pseudo(add_addresses(sum, hop), hop->payload,
				  PROTOCOL_ICMP6);
	sum = sum_sub_addresses(sum, trgw_src(hop->old, 6), 6);
	return sum_carry(sum, (u16)~sum_fold(sum_pseudo(0, hop->ip->payload,
							PROTOCOL_ICMP6)));
}

/* In an echo message, only type and code change. */
static void write_echo(u8 *to, const u8 *old, u8 type, u8 code,
		       const struct hop *hop)
{
	u64 sum = sum_sub(sum_of_field(old + ICMP_CHECKSUM), old, 2);

	to[0] = type;
	to[1] = code;
	sum = sum_add(sum, to, 2);
	sum_to_field(to + ICMP_CHECKSUM, change_icmp(sum, hop));
}

/* ---- upper layers ---- */

static size_t write_transport(struct trgw_edit *edit, const u8 *old,
			      const struct hop *hop, u8 checksum, bool partial)
{
	u8 *to = edit->head + edit->upper, *field = to + checksum;
	size_t len = checksum == TCP_CHECKSUM ? TCP_CHECKSUM + 2 :
						UDP_CHECKSUM + 2;

	memcpy(to, old, len);
	if (unlikely(partial)) {
		change_partial(field, hop);
	} else if (checksum == UDP_CHECKSUM && unlikely(!get16(field))) {
		if (hop->ip->version == 6)
			return len;	/* IPv4 allows it, too */
		begin_partial(field, hop, hop->ip->protocol);
		edit->fill = true;
	} else {
		change_transport(field, hop);
		if (checksum == UDP_CHECKSUM)
			avoid_udp_zero(field);
	}
	return len;
}

/* Writes the bytes that are present of the upper layer of the inner packet. */
static size_t write_inner_upper(u8 *to, const u8 *old,
				const struct trgw_facts *facts,
				const struct hop *hop)
{
	memcpy(to, old, facts->inner_have);
	switch (facts->inner_upper) {
	case TRGW_TCP:
		change_transport(to + TCP_CHECKSUM, hop);
		break;
	case TRGW_UDP:
		if (!get16(to + UDP_CHECKSUM))
			break;
		change_transport(to + UDP_CHECKSUM, hop);
		avoid_udp_zero(to + UDP_CHECKSUM);
		break;
	case TRGW_ECHO:
		write_echo(to, old, facts->inner_type, old[1], hop);
		break;
	}
	return facts->inner_have;
}

/* Writes the four bytes of an ICMP error after type, code and checksum. */
static void write_icmp_rest(u8 *to, const struct trgw_facts *facts, u16 mtu)
{
	const struct trgw_icmp *icmp = &facts->icmp;
	u32 most;

	put32(to, 0);
	if (!icmp->mtu) {
		if (facts->outer.version == 4)
			put32(to, icmp->pointer);
		else
			to[0] = icmp->pointer;
		return;
	}
	most = facts->outer.version == 4 ? mtu :
					   mtu - (TRGW_IP6_LEN - TRGW_IP4_LEN);
	if (most > icmp->mtu)
		most = icmp->mtu;
	if (facts->outer.version == 4)
		put32(to, most);
	else
		put16(to + 2, (u16)most);
}

/* Writes the headers of the inner packet, with its length before it was cut. */
static size_t write_inner(u8 *to, const u8 *data,
			  const struct trgw_facts *facts,
			  const struct trgw_addresses *addresses)
{
	const u8 *old = data + facts->inner_at;
	struct hop hop = {
		.ip = &facts->inner,
		.old = old,
		.src = &addresses->inner_src,
		.dst = &addresses->inner_dst,
		.payload = facts->inner.payload,
	};
	size_t len = write_ip(to, &hop, 0);

	return len + write_inner_upper(to + len, old + facts->inner.header,
				       facts, &hop);
}

/* RFC 4443 section 2.4 c: an IPv6 error must not exceed the minimum MTU. */
static u16 get_error_length(const struct trgw_facts *facts, size_t grown)
{
	size_t len = facts->error_len + grown;

	if (facts->outer.version == 4 && len > TRGW_IP6_MTU_MIN - TRGW_IP6_LEN)
		len = TRGW_IP6_MTU_MIN - TRGW_IP6_LEN;
	return (u16)len;
}

/*
 * Translating the inner packet changes the length of the error, so its IP
 * header is written last. If the error is cut short, its checksum is computed
 * from scratch, since the bytes cut off cannot be read here.
 */
static void write_error(struct trgw_edit *edit, const u8 *data,
			const struct trgw_facts *facts,
			const struct trgw_addresses *addresses,
			const struct trgw_link *link, struct hop *hop)
{
	const u8 *old = data + facts->outer.header;
	u8 *to = edit->head + edit->upper;
	size_t taken = TRGW_ICMP_LEN + (size_t)facts->inner.header +
		       facts->inner_have;
	size_t len;
	u64 sum;

	to[0] = facts->icmp.type;
	to[1] = facts->icmp.code;
	put16(to + ICMP_CHECKSUM, 0);
	write_icmp_rest(to + ICMP_CHECKSUM_END, facts, link->mtu);
	len = TRGW_ICMP_LEN +
	      write_inner(to + TRGW_ICMP_LEN, data, facts, addresses);
	hop->payload = get_error_length(facts, len - taken);
	edit->strip = (u16)(facts->outer.header + taken);
	edit->head_len = (u16)(edit->upper + len);
	edit->fill = hop->payload != facts->outer.payload + len - taken;
	if (edit->fill) {
		begin_partial(to + ICMP_CHECKSUM, hop, PROTOCOL_ICMP6);
		return;
	}
	sum = sum_of_field(old + ICMP_CHECKSUM);
	sum = sum_sub(sum, old, ICMP_CHECKSUM);
	sum = sum_sub(sum, old + ICMP_CHECKSUM_END, taken - ICMP_CHECKSUM_END);
	sum = sum_add(sum, to, len);
	sum_to_field(to + ICMP_CHECKSUM, change_icmp(sum, hop));
}

static void write_upper(struct trgw_edit *edit, const u8 *data,
			const struct trgw_facts *facts, const struct hop *hop,
			bool partial)
{
	const u8 *old = data + facts->outer.header;
	size_t len = 0;

	switch (facts->upper) {
	case TRGW_TCP:
		edit->checksum = TCP_CHECKSUM;
		len = write_transport(edit, old, hop, TCP_CHECKSUM, partial);
		break;
	case TRGW_UDP:
		edit->checksum = UDP_CHECKSUM;
		len = write_transport(edit, old, hop, UDP_CHECKSUM, partial);
		break;
	case TRGW_ECHO:
		write_echo(edit->head + edit->upper, old, facts->icmp.type,
			   facts->icmp.code, hop);
		len = ICMP_CHECKSUM_END;
		break;
	}
	edit->strip = (u16)(facts->outer.header + len);
	edit->head_len = (u16)(edit->upper + len);
}

/**
 * trgw_build_headers() - write the headers of a packet in the other family
 * @data: the packet, as passed to trgw_parse_packet()
 * @facts: from trgw_parse_packet()
 * @addresses: the new addresses
 * @link: other input
 * @edit: filled in
 *
 * Return: TRGW_OK; TRGW_TOO_LONG; TRGW_ICMP_INNER when the inner packet is too
 * long.
 */
enum trgw_verdict trgw_build_headers(const u8 *data,
				     const struct trgw_facts *facts,
				     const struct trgw_addresses *addresses,
				     const struct trgw_link *link,
				     struct trgw_edit *edit)
{
	struct hop hop = {
		.ip = &facts->outer,
		.old = data,
		.src = &addresses->src,
		.dst = &addresses->dst,
		.payload = facts->outer.payload,
	};

	if (unlikely(is_too_long(hop.ip, hop.payload)))
		return TRGW_TOO_LONG;
	if (unlikely(facts->upper == TRGW_ERROR &&
		     is_too_long(&facts->inner, facts->inner.payload)))
		return TRGW_ICMP_INNER;
	edit->fill = false;
	edit->upper = hop.ip->version == 6 ? TRGW_IP4_LEN :
		      TRGW_IP6_LEN + (hop.ip->fragment ? TRGW_FRAGMENT_LEN : 0);
	if (unlikely(facts->upper == TRGW_ERROR)) {
		edit->checksum = ICMP_CHECKSUM;
		write_error(edit, data, facts, addresses, link, &hop);
	} else {
		write_upper(edit, data, facts, &hop, link->partial);
	}
	write_ip(edit->head, &hop, link->id);
	edit->length = edit->upper + hop.payload;
	return TRGW_OK;
}
