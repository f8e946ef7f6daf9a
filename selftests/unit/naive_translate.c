// SPDX-License-Identifier: GPL-2.0-only
/*
 * A translator that is slow and simple: it reads a packet into fields, one
 * after the other, changes them as RFC 7915 says, and writes them down again.
 * Nothing is shared with trgw/ but the structure of a prefix.
 *
 * Checksums are numbers modulo 65535, computed over everything.  What was
 * wrong by some number stays wrong by that number.
 */
#include "translate.h"

#define DROP	((size_t)0)
#define ONES	65535u
#define ADDRESS4_ANY	0u		/* an IPv4 address */

struct packet {
	u8 version;
	u8 tos, ttl, protocol;
	u8 src[16], dst[16];
	bool fragmented, more, dont;
	u32 id, offset;
	const u8 *payload;
	size_t len;		/* as the header says */
	size_t have;		/* of it, really */
};

/* The last byte that had to be read; it may be beyond the limit. */
static const u8 *begin, *reached;

static void reach(const u8 *p)
{
	if (p > reached)
		reached = p;
}

static u32 be(const u8 *p, int bytes)
{
	u32 value = 0;

	while (bytes--)
		value = value * 256 + *p++;
	return value;
}

static void to_be(u8 *p, u32 value, int bytes)
{
	while (bytes--) {
		p[bytes] = (u8)value;
		value /= 256;
	}
}

/* ---- sums ---- */

u32 naive_sum(const u8 *bytes, size_t len)
{
	u64 sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? bytes[i] : bytes[i] * 256u;
	return (u32)(sum % ONES);
}

static u32 sum_pseudo(const u8 *src, const u8 *dst, u8 version, u32 len,
		      u8 protocol)
{
	size_t size = version == 4 ? 4 : 16;
	u64 sum = naive_sum(src, size) + naive_sum(dst, size) + len / 65536 +
		  len % 65536 + protocol;

	return (u32)(sum % ONES);
}

u32 naive_pseudo(const u8 *header, u8 version, u32 len, u8 protocol)
{
	return version == 4 ?
	       sum_pseudo(header + 12, header + 16, 4, len, protocol) :
	       sum_pseudo(header + 8, header + 24, 6, len, protocol);
}

void naive_header_checksum(u8 *header, size_t len)
{
	size_t size = len ? (header[0] & 15u) * 4 : 0;

	if (len < 20 || header[0] >> 4 != 4 || size < 20 || size > len)
		return;
	to_be(header + 10, 0, 2);
	to_be(header + 10, ONES - naive_sum(header, size), 2);
	if (be(header + 10, 2) == ONES)
		to_be(header + 10, 0, 2);
}

/* By how much the number in @field is not what @sum of all else makes it */
static u32 wrong_by(const u8 *field, u32 sum)
{
	return (be(field, 2) % ONES + sum) % ONES;
}

static void write_checksum(u8 *field, u32 sum, u32 wrong, bool udp)
{
	u32 value = (2 * ONES - sum % ONES + wrong) % ONES;

	to_be(field, udp && !value ? ONES : value, 2);
}

/* ---- reading ---- */

static bool read_options(const u8 *p, size_t len)
{
	size_t i = 20;

	while (i < len) {
		if (p[i] == 0)
			return true;
		if (p[i] == 1) {
			i++;
			continue;
		}
		if (i + 1 >= len || p[i + 1] < 2 || i + p[i + 1] > len)
			return false;
		if ((p[i] == 131 || p[i] == 137) &&
		    (p[i + 1] < 3 || p[i + 2] <= p[i + 1]))
			return false;
		i += p[i + 1];
	}
	return true;
}

static bool read4(const u8 *p, size_t have, bool quoted, struct packet *packet)
{
	size_t header, total;

	if (have < 20 || p[0] / 16 != 4)
		return false;
	header = p[0] % 16 * 4;
	total = be(p + 2, 2);
	if (header < 20 || have < header || total < header)
		return false;
	if (!quoted &&
	    (naive_sum(p, header) || total > have || !read_options(p, header)))
		return false;
	packet->tos = p[1];
	packet->id = be(p + 4, 2);
	packet->dont = p[6] & 0x40;
	packet->more = p[6] & 0x20;
	packet->offset = be(p + 6, 2) % 8192;
	packet->fragmented = packet->more || packet->offset;
	packet->ttl = p[8];
	packet->protocol = p[9];
	memcpy(packet->src, p + 12, 4);
	memcpy(packet->dst, p + 16, 4);
	packet->payload = p + header;
	reach(p + header);
	packet->len = total - header;
	packet->have = have - header;
	return true;
}

static bool is_extension(u8 next)
{
	return next == 0 || next == 43 || next == 44 || next == 60;
}

/* Neither ICMP, TCP nor UDP, and no header of IPv6's own */
static bool crosses_as_it_is(u8 protocol)
{
	static const u8 not[] = { 1, 6, 17, 51, 58, 59, 135, 139, 140 };

	return !memchr(not, protocol, sizeof(not)) && !is_extension(protocol);
}

static bool is_piece(const struct packet *packet)
{
	return packet->more || packet->offset;
}

static bool read6(const u8 *p, size_t have, bool quoted, struct packet *packet)
{
	size_t at = 40, total, size;
	int extensions;

	if (have < 40 || p[0] / 16 != 6)
		return false;
	total = 40 + be(p + 4, 2);
	if (!quoted && total > have)
		return false;
	packet->tos = (u8)(be(p, 2) / 16);
	packet->ttl = p[7];
	packet->protocol = p[6];
	memcpy(packet->src, p + 8, 16);
	memcpy(packet->dst, p + 24, 16);
	for (extensions = 0; is_extension(packet->protocol); extensions++) {
		if (extensions == 4 || at + 8 > have)
			return false;
		size = packet->protocol == 44 ? 8 : p[at + 1] * 8 + 8;
		if (at + size > total || at + size > have)
			return false;
		if (packet->protocol == 43 && p[at + 3])
			return false;
		if (packet->protocol == 44) {
			if (is_extension(p[at]))
				return false;
			packet->fragmented = true;
			packet->offset = be(p + at + 2, 2) / 8;
			packet->more = p[at + 3] & 1;
			packet->id = be(p + at + 4, 4);
		}
		packet->protocol = p[at];
		at += size;
		reach(p + at);
	}
	reach(p + at);
	packet->payload = p + at;
	packet->len = total - at;
	packet->have = have - at;
	return true;
}

static bool read_packet(const u8 *p, size_t have, u8 version, bool quoted,
			struct packet *packet)
{
	*packet = (struct packet){ .version = version };
	if (!(version == 4 ? read4 : read6)(p, have, quoted, packet))
		return false;
	if (packet->have > packet->len)
		packet->have = packet->len;
	return !packet->fragmented ||
	       (packet->offset * 8 + packet->len <= 65535 &&
		!(packet->more && packet->len % 8));
}

/* ---- addresses ---- */

static bool martian(const u8 *a, u8 version)
{
	u32 word = be(a, 4);
	size_t i;

	if (version == 4)
		return word >> 24 == 0 || word >> 24 == 127 ||
		       word >> 28 >= 14 || word >> 16 == 0xa9fe;
	if (word >> 24 == 0xff || word >> 22 == 0xfe80 >> 6)
		return true;
	for (i = 0; i < 10; i++) {
		if (a[i])
			return false;
	}
	return be(a + 10, 2) == 0 || be(a + 10, 2) == 0xffff;
}

/* Bit by bit: the prefix, the address, and bits 64 to 71 left out */
static void embed(const struct trgw_prefix *prefix, const u8 *v4, u8 *v6)
{
	int bit, at = prefix->len;

	memset(v6, 0, 16);
	memcpy(v6, prefix->bytes, prefix->len / 8);
	for (bit = 0; bit < 32; bit++, at++) {
		if (at == 64 && prefix->len != 96)
			at = 72;
		if (v4[bit / 8] & 0x80 >> bit % 8)
			v6[at / 8] |= 0x80 >> at % 8;
	}
}

static bool in_prefix(const struct trgw_prefix *prefix, const u8 *v6)
{
	return !memcmp(prefix->bytes, v6, prefix->len / 8);
}

/* Tries: the address is the one that comes back. */
static bool extract(const struct trgw_prefix *prefix, const u8 *v6, u8 *v4)
{
	int bit, at = prefix->len;
	u8 again[16];

	memset(v4, 0, 4);
	for (bit = 0; bit < 32; bit++, at++) {
		if (at == 64 && prefix->len != 96)
			at = 72;
		if (v6[at / 8] & 0x80 >> at % 8)
			v4[bit / 8] |= 0x80 >> bit % 8;
	}
	embed(prefix, v4, again);
	return !memcmp(v6, again, 16);
}

static bool host6(const u8 *v4, u8 *v6)
{
	static const u8 host[16] = { 0x20, 1, 0x0d, 0xb8, 0, 1 };

	memcpy(v6, host, 16);
	v6[15] = v4[3];
	return be(v4, 4) >> 8 == 0xc00002;
}

static bool host4(const u8 *v6, u8 *v4)
{
	u8 again[16];

	to_be(v4, 0xc0000200u + v6[15], 4);
	host6(v4, again);
	return !memcmp(v6, again, 16);
}

/* The addresses of a packet, or of a quoted one, which went the other way */
static bool new_addresses(const struct world *world, const struct packet *old,
			  bool error, bool quoted, struct packet *new)
{
	if (old->version == 4) {
		embed(&world->prefix, quoted ? old->dst : old->src,
		      quoted ? new->dst : new->src);
		return host6(quoted ? old->src : old->dst,
			     quoted ? new->src : new->dst);
	}
	if (quoted)
		return in_prefix(&world->prefix, old->src) &&
		       extract(&world->prefix, old->src, new->src) &&
		       host4(old->dst, new->dst);
	if (!extract(&world->prefix, old->dst, new->dst) ||
	    martian(new->dst, 4) || in_prefix(&world->prefix, old->src))
		return false;
	if (host4(old->src, new->src))
		return true;
	to_be(new->src, ADDRESS4_ANY, 4);
	return error;
}

/* ---- writing ---- */

static size_t header_size(const struct packet *packet)
{
	return packet->version == 4 ? 20 : packet->fragmented ? 48 : 40;
}

static void write4(u8 *p, const struct packet *packet)
{
	size_t total = 20 + packet->len;

	p[0] = 0x45;
	p[1] = packet->tos;
	to_be(p + 2, (u32)total, 2);
	to_be(p + 4, packet->id % 65536, 2);
	to_be(p + 6,
	      packet->dont * 16384u + packet->more * 8192u + packet->offset, 2);
	p[8] = packet->ttl;
	p[9] = packet->protocol;
	memcpy(p + 12, packet->src, 4);
	memcpy(p + 16, packet->dst, 4);
	naive_header_checksum(p, 20);
}

static void write6(u8 *p, const struct packet *packet)
{
	to_be(p, 0x60000000u + packet->tos * 0x100000u, 4);
	to_be(p + 4, (u32)(packet->len + header_size(packet) - 40), 2);
	p[6] = packet->fragmented ? 44 : packet->protocol;
	p[7] = packet->ttl;
	memcpy(p + 8, packet->src, 16);
	memcpy(p + 24, packet->dst, 16);
	if (!packet->fragmented)
		return;
	p[40] = packet->protocol;
	p[41] = 0;
	to_be(p + 42, packet->offset * 8 + packet->more, 2);
	to_be(p + 44, packet->id, 4);
}

/* All that is about the IP header; not yet the payload */
static void change(const struct world *world, const struct packet *old,
		   bool quoted, struct packet *new)
{
	u8 src[16], dst[16];

	memcpy(src, new->src, 16);
	memcpy(dst, new->dst, 16);
	*new = *old;
	memcpy(new->src, src, 16);
	memcpy(new->dst, dst, 16);
	new->version = old->version == 4 ? 6 : 4;
	if (old->protocol == 1 && old->version == 4)
		new->protocol = 58;
	if (old->protocol == 58 && old->version == 6)
		new->protocol = 1;
	new->dont = false;
	if (new->version == 4 && !old->fragmented) {
		new->dont = 20 + old->len > 1260;
		new->id = new->dont || quoted ? 0 : world->link.id;
	}
}

static u32 sum_of(const struct packet *packet)
{
	return sum_pseudo(packet->src, packet->dst, packet->version,
			  (u32)packet->len, packet->protocol);
}

/* ---- TCP and UDP ---- */

/* By how much the sum over the addresses differs */
static void change_field(u8 *field, const struct packet *old,
			 const struct packet *new, bool udp)
{
	u32 value = ONES - be(field, 2) % ONES; /* the sum of all the rest */

	value = (value + ONES - sum_of(old) + sum_of(new)) % ONES;
	write_checksum(field, value, 0, udp);
}

static bool write_transport(u8 *to, const struct packet *old,
			    const struct packet *new, bool quoted)
{
	bool udp = old->protocol == 17;
	size_t field = udp ? 6 : 16;

	memcpy(to, old->payload, old->have);
	if (old->offset)
		return true;
	if (old->have < (udp ? 8 : quoted ? 18 : 20))
		return quoted;
	reach(old->payload + field + 2);
	if (!udp || be(to + field, 2) || (quoted && udp && be(to + field, 2))) {
		change_field(to + field, old, new, udp);
		return true;
	}
	if (quoted || old->version == 6)
		return true;		/* without a checksum */
	if (old->fragmented || be(to + 4, 2) != old->len)
		return false;
	write_checksum(to + 6, (naive_sum(to, old->len) + sum_of(new)) % ONES,
		       0, true);
	return true;
}

/* ---- ICMP ---- */

static bool echo_type(u8 *p, u8 version)
{
	if (version == 4 && (p[0] == 8 || p[0] == 0))
		p[0] = p[0] == 8 ? 128 : 129;
	else if (version == 6 && (p[0] == 128 || p[0] == 129))
		p[0] = p[0] == 128 ? 8 : 0;
	else
		return false;
	return true;
}

static u32 plateau(u32 len)
{
	static const u32 table[] = {
		65535, 32000, 17914, 8166, 4352, 2002, 1492
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(table); i++) {
		if (table[i] < len)
			return table[i];
	}
	return 1260;
}

static u32 least(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* Where a header's bytes come from, -1 from nowhere */
static int pointer_from4(u32 at)
{
	if (at == 0 || at == 1)
		return (int)at;
	if (at == 2 || at == 3)
		return 4;
	if (at == 8)
		return 7;
	if (at == 9)
		return 6;
	if (at >= 12 && at < 16)
		return 8;
	return at >= 16 && at < 20 ? 24 : -1;
}

static int pointer_from6(u32 at)
{
	if (at == 0 || at == 1)
		return (int)at;
	if (at == 4 || at == 5)
		return 2;
	if (at == 6)
		return 9;
	if (at == 7)
		return 8;
	if (at >= 8 && at < 24)
		return 12;
	return at >= 24 && at < 40 ? 16 : -1;
}

static bool head(u8 *p, u8 type, u8 code, u32 rest)
{
	p[0] = type;
	p[1] = code;
	to_be(p + 2, 0, 2);
	to_be(p + 4, rest, 4);
	return true;
}

/* @p: 8 bytes of ICMP, changed in place; @total: length of the quoted packet */
static bool error_from4(u8 *p, u32 total, u32 mtu)
{
	u8 code = p[1];
	u32 stated = be(p + 6, 2);
	int pointer = pointer_from4(p[4]);

	if (p[0] == 11)
		return head(p, 3, code, 0);
	if (p[0] == 12)
		return (code == 0 || code == 2) && pointer >= 0 &&
		       head(p, 4, 0, (u32)pointer);
	if (p[0] != 3)
		return false;
	switch (code) {
	case 2:
		return head(p, 4, 1, 6);
	case 3:
		return head(p, 1, 4, 0);
	case 4:
		if (!stated)
			stated = plateau(total);
		stated = stated + 20 < 1280 ? 1280 : stated + 20;
		return head(p, 2, 0, least(stated, mtu));
	case 0: case 1: case 5: case 6: case 7: case 8: case 11: case 12:
		return head(p, 1, 0, 0);
	case 9: case 10: case 13: case 15:
		return head(p, 1, 1, 0);
	default:
		return false;
	}
}

static bool error_from6(u8 *p, u32 mtu)
{
	u8 code = p[1];
	u32 value = be(p + 4, 4);
	int pointer = pointer_from6(value);

	if (p[0] == 1 && code == 1)
		return head(p, 3, 10, 0);
	if (p[0] == 1 && code == 4)
		return head(p, 3, 3, 0);
	if (p[0] == 1 && code < 4)
		return head(p, 3, 1, 0);
	if (p[0] == 2)
		return head(p, 3, 4,
			    least(value < 1280 ? 1260 : value - 20, mtu - 20));
	if (p[0] == 3)
		return head(p, 11, code, 0);
	if (p[0] == 4 && code == 1)
		return head(p, 3, 2, 0);
	if (p[0] == 4 && code == 0)
		return pointer >= 0 && head(p, 12, 0, (u32)pointer << 24);
	return false;
}

/* The quoted packet.  Returns its new length; 0: it cannot be translated. */
static size_t write_quoted(const struct world *world, const u8 *p, size_t have,
			   u8 version, u8 *to)
{
	struct packet old, new = { 0 };
	size_t size;
	u8 *payload;
	u32 wrong;

	if (!read_packet(p, have, version, true, &old) ||
	    !new_addresses(world, &old, false, true, &new))
		return DROP;
	change(world, &old, true, &new);
	if (version == 6 ? old.len > 65515 :
			   old.len + (old.fragmented ? 8 : 0) > 65535)
		return DROP;
	size = header_size(&new);
	payload = to + size;
	if (old.protocol == 6 || old.protocol == 17) {
		write_transport(payload, &old, &new, true);
	} else if (old.protocol == (version == 4 ? 1 : 58)) {
		memcpy(payload, old.payload, old.have);
		reach(old.payload + 8);
		if (is_piece(&old) || old.have < 8 ||
		    !echo_type(payload, version))
			return DROP;
		/* what the old sum was, and what has changed in it */
		wrong = ONES - be(payload + 2, 2) % ONES;
		wrong += ONES - old.payload[0] * 256u + payload[0] * 256u;
		if (version == 4)
			wrong += sum_of(&new);
		else
			wrong += ONES - sum_of(&old);
		write_checksum(payload + 2, wrong % ONES, 0, false);
	} else if (crosses_as_it_is(old.protocol)) {
		memcpy(payload, old.payload, old.have);
	} else {
		return DROP;
	}
	(new.version == 4 ? write4 : write6)(to, &new);
	/* what follows the quoted packet stays after it */
	memcpy(payload + old.have, old.payload + old.have,
	       have - (size_t)(old.payload + old.have - p));
	return size + have - (size_t)(old.payload - p);
}

/* RFC 4884: extensions follow after this length. */
static size_t without_extensions(const u8 *p, size_t len, u8 version)
{
	size_t words = 0;

	if (version == 4 && (p[0] == 3 || p[0] == 11 || p[0] == 12))
		words = p[5];
	if (version == 6 && (p[0] == 1 || p[0] == 3))
		words = p[4] * 2u;
	return words >= 32 && 8 + words * 4 < len ? 8 + words * 4 : len;
}

static bool write_icmp(const struct world *world, const struct packet *old,
		       struct packet *new, u8 *to)
{
	const u8 *p = old->payload;
	u32 wrong = naive_sum(p, 2) + naive_sum(p + 4, old->len - 4);
	size_t len, quoted, keep;
	bool cut;

	if (old->version == 6)
		wrong += sum_of(old);
	wrong = wrong_by(p + 2, wrong);
	memcpy(to, p, old->len);
	if (echo_type(to, old->version)) {
		to_be(to + 2, 0, 2);
		wrong += 0;
		write_checksum(to + 2,
			       naive_sum(to, new->len) +
				       (new->version == 6 ? sum_of(new) : 0),
			       wrong, false);
		return true;
	}
	if (old->len < 28)
		return false;
	reach(p + 28);
	if (!(old->version == 4 ?
	      error_from4(to, be(p + 10, 2), world->link.mtu) :
	      error_from6(to, world->link.mtu)))
		return false;
	keep = without_extensions(p, old->len, old->version);
	quoted = write_quoted(world, p + 8, keep - 8, old->version, to + 8);
	if (!quoted)
		return false;
	len = 8 + quoted;
	cut = keep < old->len;
	if (old->version == 4 && len > 1240) {
		len = 1240;
		cut = true;
	}
	if (cut && wrong)
		return false;
	new->len = len;
	/* what is wrong stays wrong; of the quoted one it is wrong anyway */
	write_checksum(to + 2, (naive_sum(to, len) +
				(new->version == 6 ? sum_of(new) : 0)) % ONES,
		       wrong, false);
	return true;
}

/* ---- whole packets ---- */

size_t naive_translate(const struct world *world, const u8 *in, size_t len,
		       u8 version, u8 *out)
{
	struct packet old, new = { 0 };
	size_t size;
	u8 *payload;
	bool icmp;

	begin = in;
	reached = in;
	if (!read_packet(in, len, version, false, &old))
		return DROP;
	icmp = old.protocol == (version == 4 ? 1 : 58);
	if (martian(old.src, version) || martian(old.dst, version))
		return DROP;
	if (!new_addresses(world, &old, icmp, false, &new))
		return DROP;
	change(world, &old, false, &new);
	if (version == 4 ? old.len + (old.fragmented ? 8 : 0) > 65535 :
			   old.len > 65515)
		return DROP;
	if (icmp)
		reach(old.payload + 8);
	size = header_size(&new);
	payload = out + size;
	if (icmp) {
		if (is_piece(&old) || old.len < 8 ||
		    !write_icmp(world, &old, &new, payload))
			return DROP;
		/* an address is given for an error only */
		if (version == 6 &&
		    (old.payload[0] == 128 || old.payload[0] == 129) &&
		    be(new.src, 4) == ADDRESS4_ANY)
			return DROP;
		if (version == 6 && be(new.src, 4) == ADDRESS4_ANY)
			memcpy(new.src, payload + 8 + 16, 4);
		/* ... whose length decides about DF */
		if (new.version == 4 && !old.fragmented) {
			new.dont = 20 + new.len > 1260;
			new.id = new.dont ? 0 : world->link.id;
		}
	} else if (be(new.src, 4) == ADDRESS4_ANY && version == 6) {
		return DROP;
	} else if (old.protocol == 6 || old.protocol == 17) {
		if (!write_transport(payload, &old, &new, false))
			return DROP;
	} else if (crosses_as_it_is(old.protocol)) {
		memcpy(payload, old.payload, old.len);
	} else {
		return DROP;
	}
	if (reached > begin + TRGW_LOOK)
		return DROP;
	(new.version == 4 ? write4 : write6)(out, &new);
	return size + new.len;
}
