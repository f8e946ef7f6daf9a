// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translates a packet between IPv4 and IPv6 and compares the result with that
 * of the naive translator, for any number of bytes that can be read directly.
 *
 * The first byte of the input chooses the world and repairs: without them, few
 * inputs would have an address or a header checksum that lets them pass.  The
 * second byte is the space before and after the packet.
 */
#include "../../trgw/bytes.h"
#include "../../trgw/headroom.h"
#include "fuzz.h"
#include "translate.h"

#define CHOICE_6	0x01	/* the packet is IPv6 */
#define CHOICE_NEAR	0x02	/* its addresses are hosts of this world */
#define CHOICE_INNER	0x04	/* so are those of the packet in an ICMP error */
#define CHOICE_LENGTH	0x08	/* its length field is right */

static const u8 lengths[] = { 96, 32, 40, 48, 56, 64, 96, 64 };

static void put_pair(const struct world *world, u8 *header, size_t len,
		     bool six, bool far)
{
	static const u8 host6[15] = { 0x20, 1, 0x0d, 0xb8, 0, 1 };
	static const u8 host4[3] = { 192, 0, 2 }, peer4[4] = { 203, 0, 113, 9 };
	size_t near_at = six ? 8 : 12, far_at = six ? 24 : 16;

	if (len < (six ? 40u : 20u))
		return;
	if (far) {
		size_t swap = near_at;

		near_at = far_at;
		far_at = swap;
	}
	if (six) {
		memcpy(header + near_at, host6, sizeof(host6));
		trgw_prefix_embed(&world->prefix, peer4, header + far_at);
	} else {
		memcpy(header + near_at, host4, sizeof(host4));
		memcpy(header + far_at, peer4, sizeof(peer4));
	}
}

static void help(const struct world *world, u8 *packet, size_t len, u8 choice)
{
	bool six = choice & CHOICE_6;
	size_t inner = six ? 48 : 28;

	if (len < 20)
		return;
	if (choice & CHOICE_LENGTH) {
		packet[0] = six ? 0x60 : packet[0] | 0x40;
		packet[six ? 4 : 2] = (u8)((len - (six ? 40 : 0)) >> 8);
		packet[six ? 5 : 3] = (u8)(len - (six ? 40 : 0));
	}
	if (choice & CHOICE_NEAR)
		put_pair(world, packet, len, six, !six);
	if ((choice & CHOICE_INNER) && len > inner)
		put_pair(world, packet + inner, len - inner, six, six);
	if (!six)
		naive_header_checksum(packet, len);
}

static void hold_from(const struct world *world, const u8 *packet, size_t avail,
		      size_t len, u8 version, enum trgw_verdict whole)
{
	enum trgw_verdict verdict;
	struct trgw_facts facts;
	u8 *copy = copy_of(packet, avail);
	u8 *out = malloc(PACKET_MAX);
	size_t out_len;

	verdict = trgw_parse_packet(copy, avail, len, version, &facts);
	free(copy);
	if (verdict == TRGW_MORE)
		whole = avail < TRGW_LOOK ? TRGW_MORE : TRGW_OK;
	if (verdict == TRGW_OK || verdict == TRGW_MORE)
		hold(translate_one(world, packet, avail, len, version, out,
				   &out_len) == whole,
		     "fewer readable bytes do not change the verdict");
	else
		hold(verdict == whole,
		     "fewer readable bytes do not change the verdict");
	free(out);
}

/* A packet that is moved has the headroom it needs, and the same bytes. */
static void hold_room(const struct world *world, const u8 *bytes, size_t len,
		      int grow)
{
	size_t size = (size_t)world->head + len + (size_t)world->tail + 1;
	u8 *buffer = malloc(size), *data;
	int shift;

	data = buffer + world->head;
	memcpy(data, bytes, len);
	memset(data + len, 0xee, (size_t)world->tail + 1);
	shift = headroom_move(data, (unsigned int)len, world->head, world->tail,
			      grow);
	hold(shift >= 0 && shift <= world->tail,
	     "a packet stays in its buffer");
	hold(!shift || world->head + shift >= grow,
	     "a moved packet has headroom");
	hold(!memcmp(data + shift, bytes, len) &&
	     data[(size_t)shift + len] == 0xee,
	     "a moved packet has the same bytes");
	free(buffer);
}

static u32 folded(u64 sum)
{
	u8 bytes[2];
	u16 value = sum_fold(sum);

	memcpy(bytes, &value, sizeof(value));
	return get16(bytes) % 65535u;
}

/* The sums equal those of the naive translator, at any alignment. */
static void hold_sums(const u8 *bytes, size_t len)
{
	size_t half = len / 4 * 2;
	u32 first = naive_sum(bytes, half) % 65535;
	u32 second = naive_sum(bytes + half, half) % 65535;
	u64 sum = sum_add(0, bytes, half);

	hold(folded(sum) == first, "a sum is that of the bytes");
	hold(folded(sum_add(sum, bytes + half, half)) ==
		     (first + second) % 65535,
	     "adding bytes adds their sum");
	hold(folded(sum_sub(sum, bytes + half, half)) ==
		     (first + 65535 - second) % 65535,
	     "subtracting bytes subtracts their sum");
}

int fuzz_one(const u8 *data, size_t size)
{
	struct world world = {
		.prefix = { .bytes = { 0x20, 0x01, 0x0d, 0xb9 } },
		.link = { .mtu = 1500, .id = 0x1234 },
	};
	u8 *packet, *got, *expected, choice, version;
	enum trgw_verdict verdict;
	size_t want, have = 0, avail;

	choice = size ? data[0] : 0;
	version = choice & CHOICE_6 ? 6 : 4;
	world.prefix.len = lengths[choice >> 5];
	if (size > 1) {
		world.head = data[1] % 16 * 4;
		world.tail = data[1] / 16 * 4;
	}
	data += size < 2 ? size : 2;
	size -= size < 2 ? size : 2;
	packet = copy_of(data, size);
	got = malloc(PACKET_MAX);
	expected = malloc(PACKET_MAX);
	help(&world, packet, size, choice);
	hold_room(&world, packet, size, choice % 96);
	hold_sums(packet, size);

	want = naive_translate(&world, packet, size, version, expected);
	verdict = translate_one(&world, packet, size, size, version, got,
				&have);
	if (verdict != TRGW_OK)
		have = 0;
	hold(have == want && !memcmp(got, expected, want),
	     "a packet is translated as the naive translator does it");
	for (avail = choice & 0x10 ? 0 : size;
	     avail < size && avail <= TRGW_LOOK; avail++)
		hold_from(&world, packet, avail, size, version, verdict);
	free(packet);
	free(got);
	free(expected);
	return 0;
}
