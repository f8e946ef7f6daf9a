// SPDX-License-Identifier: GPL-2.0-only
/*
 * A packet's way through trgw/ without a device: trgw/packet.c and
 * trgw/resolve.c for the small world of the tests.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../trgw/plain.h"
#include "../../trgw/headroom.h"
#include "translate.h"

#define GROWTH		(TRGW_IP6_LEN - TRGW_IP4_LEN)
#define LINK_LEN	14	/* the next device's header */
#define LIMIT		TRGW_IP6_MTU_MIN

unsigned long translate_plain_seen;

static const u8 hosts6[15] = { 0x20, 0x01, 0x0d, 0xb8, 0, 1 };
static const u8 hosts4[3] = { 192, 0, 2 };

static bool host_of(const u8 *v4, u8 *v6)
{
	memcpy(v6, hosts6, sizeof(hosts6));
	v6[15] = v4[3];
	return !memcmp(v4, hosts4, sizeof(hosts4));
}

static bool address_of(const u8 *v6, u8 *v4)
{
	memcpy(v4, hosts4, sizeof(hosts4));
	v4[3] = v6[15];
	return !memcmp(v6, hosts6, sizeof(hosts6));
}

static enum trgw_verdict resolve4(const struct world *world, const u8 *in,
				  const struct trgw_facts *facts,
				  struct trgw_addresses *to)
{
	const u8 *inner = in + facts->inner_at;

	if (trgw_is_martian4(trgw_src(in, 4)) ||
	    trgw_is_martian4(trgw_dst(in, 4)))
		return TRGW_MARTIAN;
	trgw_prefix_embed(&world->prefix, trgw_src(in, 4), to->src.v6);
	if (!host_of(trgw_dst(in, 4), to->dst.v6))
		return TRGW_UNMAPPED;
	if (facts->upper != TRGW_ERROR)
		return TRGW_OK;
	trgw_prefix_embed(&world->prefix, trgw_dst(inner, 4), to->inner_dst.v6);
	return host_of(trgw_src(inner, 4), to->inner_src.v6) ?
	       TRGW_OK : TRGW_ICMP_INNER;
}

static enum trgw_verdict resolve6(const struct world *world, const u8 *in,
				  const struct trgw_facts *facts,
				  struct trgw_addresses *to)
{
	const u8 *inner = in + facts->inner_at;
	bool error = facts->upper == TRGW_ERROR;

	if (trgw_is_martian6(trgw_src(in, 6)) ||
	    trgw_is_martian6(trgw_dst(in, 6)))
		return TRGW_MARTIAN;
	if (trgw_prefix_covers(&world->prefix, trgw_src(in, 6)))
		return TRGW_SOURCE_IN_PREFIX;
	if (!trgw_prefix_extract(&world->prefix, trgw_dst(in, 6), to->dst.v4))
		return TRGW_NOT_IN_PREFIX;
	if (trgw_is_martian4(to->dst.v4))
		return TRGW_MARTIAN;
	if (error && (!trgw_prefix_extract(&world->prefix, trgw_src(inner, 6),
					   to->inner_src.v4) ||
		      !address_of(trgw_dst(inner, 6), to->inner_dst.v4)))
		return TRGW_ICMP_INNER;
	if (address_of(trgw_src(in, 6), to->src.v4))
		return TRGW_OK;
	if (!error)
		return TRGW_POOL_EXHAUSTED;
	to->src = to->inner_dst;
	return TRGW_OK;
}

/* Complete a partial checksum, as hardware does. */
static void finish(u8 *packet, size_t len, const struct trgw_edit *edit)
{
	u8 *field = packet + edit->upper + edit->checksum;
	u32 sum = naive_sum(packet + edit->upper, len - edit->upper);
	u32 value = 65535 - sum;

	if (edit->checksum == 6 && value == 0)
		value = 65535;
	if (value == 65535 && edit->checksum != 6)
		value = 0;
	field[0] = (u8)(value >> 8);
	field[1] = (u8)value;
}

static bool intact(const u8 *in, const struct trgw_facts *facts)
{
	const struct trgw_ip *ip = &facts->outer;
	u32 sum = naive_sum(in + ip->header, ip->payload);

	if (ip->version == 6)
		sum += naive_pseudo(in, 6, ip->payload, 58);
	return sum % 65535 == 0;
}

/*
 * As the packet's buffer has it: @avail bytes of it with room around them, to
 * the byte, and the rest of it elsewhere.  Returns the length, 0 if the new
 * headers are written outside.
 */
static size_t rewrite(const struct world *world, const u8 *in, size_t avail,
		      const struct trgw_edit *edit, u8 *out)
{
	int grow = edit->head_len - edit->strip, head = world->head, shift = 0;
	size_t size, linear, len = edit->length - edit->head_len;
	u8 *buffer, *data;

	grow = (grow > 0 ? grow : 0) + LINK_LEN;
	size = (size_t)head + avail + (size_t)world->tail;
	buffer = malloc(size ?: 1);
	memcpy(buffer + head, in, avail);
	if (head < grow)
		shift = headroom_move(buffer + head, (unsigned int)avail, head,
				      world->tail, grow);
	if (head < grow && !shift) {	/* another buffer */
		free(buffer);
		buffer = malloc((size_t)grow + avail);
		memcpy(buffer + grow, in, avail);
		head = grow;
	}
	head += shift;
	data = buffer + head + edit->strip - edit->head_len;
	if (data < buffer + LINK_LEN) {
		free(buffer);
		return 0;
	}
	memcpy(data, edit->head, edit->head_len);
	linear = avail - edit->strip;
	linear = linear < len ? linear : len;
	memcpy(out, data, edit->head_len + linear);
	memcpy(out + edit->head_len + linear, in + edit->strip + linear,
	       len - linear);
	free(buffer);
	return edit->length;
}

/*
 * The short cut of plain packets: those that it takes become what the steps
 * make of them.  @out is NULL when they make nothing, or more than that.  There
 * are no more bytes than those that can be read, and room to grow.
 */
static bool plain_differs(const struct world *world, const u8 *in, size_t avail,
			  size_t len, u8 version,
			  const struct trgw_addresses *to, const u8 *out,
			  bool partial)
{
	u8 *buffer = malloc(GROWTH + avail), *data = buffer + GROWTH,
	   *end = data + avail;
	struct trgw_link link = world->link;
	struct trgw_plain plain;
	bool differs = false;

	memcpy(data, in, avail);
	if (trgw_is_plain(data, avail, len, version, LIMIT, &plain)) {
		differs = !out;
		if (out) {
			translate_plain_seen++;
			link.partial = partial;
			trgw_plain_translate(data, version, &plain, to, &link);
			data = version == 4 ? data - GROWTH : data + GROWTH;
			differs = memcmp(out, data, (size_t)(end - data)) ||
				  memcmp(out + (end - data), in + avail,
					 len - avail);
		}
	}
	free(buffer);
	return differs;
}

/* Return: whether the result differs for a packet with a partial checksum. */
static bool partial_differs(const struct world *world, const u8 *in,
			    size_t avail, size_t len,
			    const struct trgw_facts *facts,
			    const struct trgw_addresses *to)
{
	static u8 out[PACKET_MAX];
	struct trgw_link link = world->link;
	struct trgw_edit edit;

	link.partial = true;
	if (facts->upper > TRGW_UDP ||
	    trgw_build_headers(in, facts, to, &link, &edit) != TRGW_OK)
		return false;
	memcpy(out, edit.head, edit.head_len);
	memcpy(out + edit.head_len, in + edit.strip,
	       edit.length - edit.head_len);
	return plain_differs(world, in, avail, len, facts->outer.version, to,
			     trgw_fragment_size(facts, LIMIT) ? NULL : out,
			     true);
}

/* As the fuzzer tells it */
static void must_not(bool differs)
{
	if (!differs)
		return;
	fprintf(stderr, "PROPERTY: the short cut does what the steps do\n");
	abort();
}

enum trgw_verdict translate_one(const struct world *world, const u8 *in,
				size_t avail, size_t len, u8 version, u8 *out,
				size_t *out_len)
{
	struct trgw_addresses to;
	struct trgw_facts facts;
	enum trgw_verdict verdict;
	struct trgw_edit edit;

	verdict = trgw_parse_packet(in, avail, len, version, &facts);
	if (verdict != TRGW_OK) {
		must_not(plain_differs(world, in, avail, len, version, &to,
				       NULL, false));
		return verdict;
	}
	verdict = version == 4 ? resolve4(world, in, &facts, &to) :
				 resolve6(world, in, &facts, &to);
	if (verdict != TRGW_OK)
		return verdict;
	verdict = trgw_build_headers(in, &facts, &to, &world->link, &edit);
	if (verdict != TRGW_OK) {
		must_not(plain_differs(world, in, avail, len, version, &to,
				       NULL, false));
		return verdict;
	}
	if (edit.fill && facts.upper == TRGW_ERROR && !intact(in, &facts))
		return TRGW_MALFORMED;
	*out_len = rewrite(world, in, avail, &edit, out);
	if (edit.fill)
		finish(out, edit.length, &edit);
	must_not(plain_differs(world, in, avail, len, version, &to,
			       trgw_fragment_size(&facts, LIMIT) ? NULL : out,
			       false));
	must_not(partial_differs(world, in, avail, len, &facts, &to));
	return TRGW_OK;
}
