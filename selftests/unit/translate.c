// SPDX-License-Identifier: GPL-2.0-only
/*
 * trgw/: a table of what RFC 7915 says, and random packets against the naive
 * translator, looked at from every length on.
 */
#include <arpa/inet.h>

#include "../../trgw/bytes.h"
#include "../../trgw/icmp.h"
#include "../../trgw/headroom.h"
#include "translate.h"
#include "unit.h"

#define ROUNDS		60000

static u8 input[PACKET_MAX], got[PACKET_MAX], expected[PACKET_MAX];

static const u8 prefixes[][16] = {
	{ 0x20, 0x01, 0x0d, 0xb8 }, { 0x20, 0x01, 0x0d, 0xb8, 0xaa },
	{ 0x20, 0x01, 0x0d, 0xb8, 0xaa, 0xbb },
	{ 0x20, 0x01, 0x0d, 0xb8, 0xaa, 0xbb, 0xcc },
	{ 0x20, 0x01, 0x0d, 0xb8, 0xaa, 0xbb, 0xcc, 0xdd },
	{ 0x00, 0x64, 0xff, 0x9b },
};

static const u8 lengths[] = { 32, 40, 48, 56, 64, 96 };

static void world_make(struct world *world, size_t i)
{
	*world = (struct world){ .link = { .mtu = 1500, .id = 0x1234 } };
	memcpy(world->prefix.bytes, prefixes[i], 16);
	world->prefix.len = lengths[i];
	/* 2001:db8::/32 is where the hosts are, too */
	if (i == 0)
		world->prefix.bytes[3] = 0xb9;
}

/* ---- random packets ---- */

static void put(u8 *p, u32 value, size_t bytes)
{
	while (bytes--) {
		p[bytes] = (u8)value;
		value >>= 8;
	}
}

static bool one_in(u32 n)
{
	return random_below(n) == 0;
}

static u32 choose(const u32 *from, size_t count)
{
	return from[random_below((u32)count)];
}

/* Usually the address of a host of this world; with @far, of an IPv4 host */
static void put_address(const struct world *world, u8 *p, u8 version, bool far)
{
	static const u32 odd[] = { 0x7f000001, 0, 0xe0000001, 0xa9fe0101, 0xffffffff };
	u8 v4[4];
	size_t i;

	put(v4, far ? 0xcb007100 + random_below(256) : 0xc0000200 + random_below(256), 4);
	if (one_in(40))
		put(v4, choose(odd, ARRAY_SIZE(odd)), 4);
	if (version == 4) {
		memcpy(p, v4, 4);
	} else if (far) {
		trgw_prefix_embed(&world->prefix, v4, p);
		if (one_in(40))
			p[random_below(16)] ^= 1u << random_below(8);
	} else {
		put(p, 0x20010db8, 4);
		put(p + 4, 0x00010000, 4);
		memset(p + 8, 0, 8);
		p[15] = (u8)random_u32();
		if (one_in(20))
			p[random_below(16)] = (u8)random_u32();
		for (i = 0; one_in(40) && i < 16; i++)
			p[i] = i < 10 ? 0 : (u8)random_u32();
	}
}

static size_t make_options(u8 *p)
{
	static const u32 kinds[] = { 0, 1, 7, 68, 131, 137, 148 };
	size_t words = random_below(11), i;

	for (i = 0; i < words * 4; i++)
		p[i] = one_in(2) ? (u8)random_below(12) : (u8)choose(kinds, 7);
	return words * 4;
}

static size_t make_header4(const struct world *world, u8 *p, u8 protocol, size_t payload,
			   bool far)
{
	size_t len = 20 + (one_in(8) ? make_options(p + 20) : 0);

	p[0] = (u8)(0x40 + len / 4);
	p[1] = (u8)random_u32();
	put(p + 2, (u32)(len + payload), 2);
	put(p + 4, random_u32(), 2);
	put(p + 6, one_in(2) ? 0x4000 : 0, 2);
	if (one_in(6))
		put(p + 6, random_below(4) << 13 | (one_in(2) ? random_below(300) : 0), 2);
	p[8] = (u8)random_u32();
	p[9] = protocol;
	put_address(world, p + 12, 4, far);
	put_address(world, p + 16, 4, !far);
	naive_header_checksum(p, len);
	return len;
}

static size_t make_extensions(u8 *p, u8 *next, u8 protocol)
{
	static const u32 kinds[] = { 0, 43, 44, 44, 44, 60 };
	size_t at = 0, size;
	u8 kind;

	while (one_in(at ? 3 : 1) && at < 300) {
		kind = (u8)choose(kinds, ARRAY_SIZE(kinds));
		size = kind == 44 ? 8 : 8 * (1 + random_below(one_in(10) ? 40 : 3));
		*next = kind;
		put(p + at + 4, random_u32(), 4);
		put(p + at, random_u32(), 4);
		if (kind == 43 && !one_in(4))
			p[at + 3] = 0;
		if (kind == 44)
			put(p + at + 2, (one_in(2) ? random_below(300) << 3 : 0) |
			    random_below(2), 2);
		else
			p[at + 1] = (u8)(size / 8 - 1);
		next = p + at;
		at += size;
	}
	*next = protocol;
	return at;
}

static size_t make_header6(const struct world *world, u8 *p, u8 protocol, size_t payload,
			   bool far)
{
	size_t len = 40;

	put(p, 6u << 28 | (random_u32() & 0x0fffffff), 4);
	p[6] = protocol;
	p[7] = (u8)random_u32();
	put_address(world, p + 8, 6, far);
	put_address(world, p + 24, 6, !far);
	if (one_in(5))
		len += make_extensions(p + 40, p + 6, protocol);
	put(p + 4, (u32)(len - 40 + payload), 2);
	return len;
}

static size_t make_ip(const struct world *world, u8 *p, u8 version, u8 protocol,
		      size_t payload, bool far)
{
	return version == 4 ? make_header4(world, p, protocol, payload, far) :
			      make_header6(world, p, protocol, payload, far);
}

static u8 pick_protocol(u8 version, bool quoted)
{
	static const u32 all[] = { 6, 6, 17, 17, 17, 50, 132, 1, 58, 2, 51, 33, 136, 59, 4 };

	if (one_in(quoted ? 6 : 2))
		return version == 4 ? 1 : 58;
	return (u8)choose(all, one_in(4) ? ARRAY_SIZE(all) : 7);
}

static size_t make_packet(const struct world *world, u8 *p, u8 version, bool far,
			  bool quoted);

static size_t make_icmp(const struct world *world, u8 *p, u8 version, bool far, bool quoted)
{
	static const u32 types4[] = { 0, 8, 3, 3, 3, 11, 12, 4, 5, 13 };
	static const u32 types6[] = { 128, 129, 1, 1, 2, 3, 4, 5, 133, 135 };
	size_t len = 8 + random_below(60), inner;

	p[0] = (u8)choose(version == 4 ? types4 : types6, one_in(8) ? 10 : 7);
	p[1] = one_in(10) ? (u8)random_u32() : (u8)random_below(17);
	put(p + 4, one_in(2) ? random_below(50) : random_u32(), 4);
	if (one_in(2))
		put(p + 4, random_below(3000), 4);
	if (version == 4 && p[0] == 12)
		p[4] = (u8)random_below(24);
	if (!quoted && p[0] != 0 && p[0] != 8 && p[0] < 100) {
		inner = make_packet(world, p + 8, version, !far, true);
		len = 8 + (one_in(3) ? random_below((u32)inner + 1) : inner);
		if (one_in(6))
			p[version == 4 ? 5 : 4] = (u8)(len / (version == 4 ? 4 : 8));
		if (one_in(6))
			len += random_below(40);
	}
	return len;
}

static size_t upper_size(const struct world *world, u8 *p, u8 version, u8 protocol, bool far,
			 bool quoted)
{
	size_t len = random_below(one_in(5) ? 2000 : 120), i;

	if (one_in(500))
		len = 65000 + random_below(520);
	for (i = 0; i < len; i++)
		p[i] = (u8)random_u32();
	if (protocol == (version == 4 ? 1 : 58))
		return make_icmp(world, p, version, far, quoted);
	if (protocol == 17 && len >= 8 && !one_in(10)) {
		put(p + 4, (u32)len, 2);
		if (one_in(3))
			put(p + 6, 0, 2);
	}
	return len;
}

/* The checksum is usually correct, because random ones almost never are. */
static void fill_checksum(u8 *ip, u8 *p, size_t len, u8 version, u8 protocol)
{
	size_t at = protocol == 6 ? 16 : protocol == 17 ? 6 : 2;
	u32 sum;

	if ((protocol != 6 && protocol != 17 && protocol != 1 && protocol != 58) ||
	    len < at + 2 || one_in(8) || (protocol == 17 && !p[6] && !p[7]))
		return;
	put(p + at, 0, 2);
	sum = naive_sum(p, len);
	if (protocol != 1)
		sum += naive_pseudo(ip, version, (u32)len, protocol);
	put(p + at, 65535 - sum % 65535, 2);
	if (protocol != 17 && p[at] == 0xff && p[at + 1] == 0xff)
		put(p + at, 0, 2);
}

static size_t make_packet(const struct world *world, u8 *p, u8 version, bool far, bool quoted)
{
	static u8 payloads[2][PACKET_MAX];
	u8 protocol = pick_protocol(version, quoted), *payload = payloads[quoted];
	size_t len, header;

	len = upper_size(world, payload, version, protocol, far, quoted);
	header = make_ip(world, p, version, protocol, len, far);
	if (header + len > 65535)
		len = 65535 - header;
	fill_checksum(p, payload, len, version, protocol);
	memcpy(p + header, payload, len);
	return header + len;
}

static void damage(u8 *p, size_t len)
{
	p[random_below((u32)len)] ^= 1u << random_below(8);
	if (one_in(2))
		naive_header_checksum(p, len);
}

/* ---- against the oracle ---- */

static void print_packet(const char *name, const u8 *p, size_t len)
{
	size_t i;

	printf("  %s (%zu)", name, len);
	for (i = 0; i < len && i < 200; i++)
		printf("%s%02x", i % 4 ? "" : " ", p[i]);
	printf("\n");
}

/* Less to look at must not tell another story; the copy ends where it does. */
static bool same_from(const struct world *world, size_t len, u8 version, size_t avail,
		      enum trgw_verdict whole, size_t whole_len)
{
	static u8 other[PACKET_MAX];
	struct trgw_facts facts;
	enum trgw_verdict verdict;
	size_t other_len = 0;
	u8 *copy = malloc(avail ?: 1);

	memcpy(copy, input, avail);
	verdict = trgw_parse_packet(copy, avail, len, version, &facts);
	free(copy);
	if (verdict != TRGW_OK && verdict != TRGW_MORE)
		return verdict == whole;
	/* the short cut, too, must wait for more */
	if (verdict == TRGW_MORE)
		whole = avail < TRGW_LOOK ? TRGW_MORE : TRGW_OK;
	verdict = translate_one(world, input, avail, len, version, other, &other_len);
	return verdict == whole &&
	       (whole != TRGW_OK || (other_len == whole_len && !memcmp(other, got, whole_len)));
}

static bool compare(const struct world *world, size_t len, u8 version)
{
	size_t want, have = 0, avail;
	enum trgw_verdict verdict;

	memset(got, 0xaa, 256);
	want = naive_translate(world, input, len, version, expected);
	verdict = translate_one(world, input, len, len, version, got, &have);
	if (verdict != TRGW_OK)
		have = 0;
	if (have != want || memcmp(got, expected, want)) {
		fail("translate: verdict %d, not what the naive translator says", verdict);
		print_packet("in  ", input, len);
		print_packet("got ", got, have);
		print_packet("want", expected, want);
		return false;
	}
	for (avail = 0; avail < len && avail <= TRGW_LOOK; avail++) {
		if (same_from(world, len, version, avail, verdict, have))
			continue;
		fail("translate: another story from the first %zu bytes", avail);
		print_packet("in  ", input, len);
		return false;
	}
	return true;
}

static void test_random(void)
{
	unsigned long good[2] = { 0 }, i;
	struct world world;
	size_t len;
	u8 version;

	for (i = 0; i < ROUNDS; i++) {
		world_make(&world, i % ARRAY_SIZE(lengths));
		version = one_in(2) ? 4 : 6;
		world.head = (int)random_below(80);
		world.tail = (int)random_below(100);
		len = make_packet(&world, input, version, version == 4, false);
		if (one_in(4))
			damage(input, len);
		if (one_in(20))
			len = random_below((u32)len + 1);
		snprintf(current, sizeof(current), "random packet %lu", i);
		if (!compare(&world, len, version))
			return;
		good[version == 6] += got[0] >> 4 == (version == 4 ? 6 : 4);
	}
	/* or the oracle has compared nothing but refusals */
	check(good[0] > ROUNDS / 8 && good[1] > ROUNDS / 8, "translate",
	      "too few of the random packets can be translated");
	check(translate_plain_seen > ROUNDS / 8, "translate",
	      "too few of the random packets take the short cut");
	pass();
}

/* ---- the table ---- */

/**
 * struct row - an ICMP message and what becomes of it
 * @version: it comes from
 * @type: and code before
 * @new_type: and code after; -1: dropped
 * @rest: the four bytes after it, before
 * @new_rest: and after
 * @section: of RFC 7915
 */
static const struct row {
	int version, type, code, new_type, new_code;
	u32 rest, new_rest;
	const char *section;
} rows[] = {
	{ 4, 8, 0, 128, 0, 0x00070001, 0x00070001, "4.2 echo" },
	{ 4, 0, 0, 129, 0, 0x00070001, 0x00070001, "4.2 echo reply" },
	{ 4, 13, 0, -1, 0, 0, 0, "4.2 timestamp" },
	{ 4, 5, 0, -1, 0, 0, 0, "4.2 redirect" },
	{ 4, 4, 0, -1, 0, 0, 0, "4.2 source quench" },
	{ 4, 3, 0, 1, 0, 0, 0, "4.2 net" },
	{ 4, 3, 1, 1, 0, 0, 0, "4.2 host" },
	{ 4, 3, 2, 4, 1, 0, 6, "4.2 protocol" },
	{ 4, 3, 3, 1, 4, 0, 0, "4.2 port" },
	{ 4, 3, 4, 2, 0, 1400, 1420, "4.2 too big" },
	{ 4, 3, 4, 2, 0, 1492, 1500, "4.2 too big, not more than the device's" },
	{ 4, 3, 4, 2, 0, 576, 1280, "4.2 too big, below the minimum" },
	{ 4, 3, 4, 2, 0, 0, 1280, "4.2 too big, of an old router" },
	{ 4, 3, 5, 1, 0, 0, 0, "4.2 source route" },
	{ 4, 3, 9, 1, 1, 0, 0, "4.2 net prohibited" },
	{ 4, 3, 10, 1, 1, 0, 0, "4.2 host prohibited" },
	{ 4, 3, 11, 1, 0, 0, 0, "4.2 net tos" },
	{ 4, 3, 13, 1, 1, 0, 0, "4.2 filter" },
	{ 4, 3, 14, -1, 0, 0, 0, "4.2 precedence violation" },
	{ 4, 3, 15, 1, 1, 0, 0, "4.2 precedence cutoff" },
	{ 4, 3, 16, -1, 0, 0, 0, "4.2 unknown code" },
	{ 4, 11, 0, 3, 0, 0, 0, "4.2 ttl" },
	{ 4, 11, 1, 3, 1, 0, 0, "4.2 reassembly" },
	{ 4, 12, 0, 4, 0, 8u << 24, 7, "4.2 parameter, ttl" },
	{ 4, 12, 0, 4, 0, 16u << 24, 24, "4.2 parameter, destination" },
	{ 4, 12, 0, -1, 0, 4u << 24, 0, "4.2 parameter, identification" },
	{ 4, 12, 1, -1, 0, 0, 0, "4.2 missing option" },
	{ 4, 12, 2, 4, 0, 2u << 24, 4, "4.2 bad length" },
	{ 6, 128, 0, 8, 0, 0x00070001, 0x00070001, "5.2 echo" },
	{ 6, 129, 0, 0, 0, 0x00070001, 0x00070001, "5.2 echo reply" },
	{ 6, 131, 0, -1, 0, 0, 0, "5.2 multicast listener" },
	{ 6, 135, 0, -1, 0, 0, 0, "5.2 neighbour" },
	{ 6, 1, 0, 3, 1, 0, 0, "5.2 no route" },
	{ 6, 1, 1, 3, 10, 0, 0, "5.2 prohibited" },
	{ 6, 1, 2, 3, 1, 0, 0, "5.2 scope" },
	{ 6, 1, 3, 3, 1, 0, 0, "5.2 address" },
	{ 6, 1, 4, 3, 3, 0, 0, "5.2 port" },
	{ 6, 1, 5, -1, 0, 0, 0, "5.2 unknown code" },
	{ 6, 2, 0, 3, 4, 1400, 1380, "5.2 too big" },
	{ 6, 2, 0, 3, 4, 9000, 1480, "5.2 too big, not more than the device's" },
	{ 6, 2, 0, 3, 4, 500, 1260, "5.2 too big, below the minimum" },
	{ 6, 3, 0, 11, 0, 0, 0, "5.2 hop limit" },
	{ 6, 4, 0, 12, 0, 7, 8u << 24, "5.2 parameter, hop limit" },
	{ 6, 4, 0, 12, 0, 30, 16u << 24, "5.2 parameter, destination" },
	{ 6, 4, 0, -1, 0, 2, 0, "5.2 parameter, flow label" },
	{ 6, 4, 0, -1, 0, 40, 0, "5.2 parameter, after the header" },
	{ 6, 4, 1, 3, 2, 0, 0, "5.2 next header" },
	{ 6, 4, 2, -1, 0, 0, 0, "5.2 option" },
};

/* A plain header from a near host to a far one, or the other way */
static size_t plain(const struct world *world, u8 *p, u8 version, u8 protocol, size_t len,
		    bool far)
{
	static const u8 host[4] = { 192, 0, 2, 7 }, peer[4] = { 203, 0, 113, 9 };
	u8 near6[16] = { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = 7 }, far6[16];

	memset(p, 0, 40);
	trgw_prefix_embed(&world->prefix, peer, far6);
	p[0] = version == 4 ? 0x45 : 0x60;
	if (version == 4) {
		put(p + 2, (u32)(20 + len), 2);
		put(p + 6, 0x4000, 2);
		p[8] = 61;
		p[9] = protocol;
		memcpy(p + 12, far ? peer : host, 4);
		memcpy(p + 16, far ? host : peer, 4);
		naive_header_checksum(p, 20);
		return 20;
	}
	put(p + 4, (u32)len, 2);
	p[6] = protocol;
	p[7] = 61;
	memcpy(p + 8, far ? far6 : near6, 16);
	memcpy(p + 24, far ? near6 : far6, 16);
	return 40;
}

static void test_row(const struct world *world, const struct row *row)
{
	u8 version = (u8)row->version, protocol = version == 4 ? 1 : 58;
	bool echo = row->new_type == 128 || row->new_type == 129 ||
		    row->new_type == 8 || (row->new_type == 0 && version == 6);
	size_t inner = version == 4 ? 20 : 40, len = 8 + inner + 8, header, out = 0;
	enum trgw_verdict verdict;
	u8 *icmp;

	header = plain(world, input, version, protocol, len, version == 4);
	icmp = input + header;
	memset(icmp, 0, len);
	icmp[0] = (u8)row->type;
	icmp[1] = (u8)row->code;
	put(icmp + 4, row->rest, 4);
	if (!echo)
		plain(world, icmp + 8, version, 17, 8, version == 6);
	put(icmp + 2, 65535 - (naive_sum(icmp, len) + (version == 6 ?
	    naive_pseudo(input, 6, (u32)len, 58) : 0)) % 65535, 2);
	verdict = translate_one(world, input, header + len, header + len, version, got, &out);
	if (row->new_type < 0) {
		check(verdict == TRGW_ICMP_TYPE, row->section, "is not dropped");
		return;
	}
	icmp = got + (version == 4 ? 40 : 20);
	check(verdict == TRGW_OK && icmp[0] == row->new_type && icmp[1] == row->new_code &&
	      (u32)(icmp[4] << 24 | icmp[5] << 16 | icmp[6] << 8 | icmp[7]) == row->new_rest,
	      row->section, "is not what the RFC says");
	check(out == header + len + (version == 4 ? 20 : -20) + (echo ? 0 : version == 4 ?
	      20 : -20), row->section, "has another length");
	check(compare(world, header + len, version), row->section, "is not intact");
}

/* The MTUs of RFC 1191, 7.1, and where an error says that its extensions begin */
static void test_icmp_values(void)
{
	static const u16 plateaus[] = { 65535, 32000, 17914, 8166, 4352, 2002, 1492 };
	u8 error4[8] = { 3, 1 }, error6[8] = { 1 };
	size_t i;

	for (i = 1; i < ARRAY_SIZE(plateaus); i++)
		check(trgw_icmp_guess_mtu(plateaus[i - 1]) == plateaus[i] &&
		      trgw_icmp_guess_mtu((u16)(plateaus[i] + 1)) == plateaus[i],
		      "plateau", "is another one");
	check(trgw_icmp_guess_mtu(1492) == 1260 &&
	      trgw_icmp_guess_mtu(0) == 1260, "plateau",
	      "is not the least there is");
	for (i = 0; i < 256; i++) {
		error4[5] = (u8)i;
		error6[4] = (u8)i;
		check(trgw_icmp_length(4, error4) == (i < 32 ? 0 : 8 + 4 * i) &&
		      trgw_icmp_length(6, error6) == (i < 16 ? 0 : 8 + 8 * i),
		      "extensions", "are elsewhere");
	}
}

/* An error of IPv6 is not longer than 1280 bytes: up to there, and one more */
static void test_error_lengths(const struct world *world)
{
	size_t most = 1280 - 40 - 8 - 40 - 8, header, len, out, more;
	u8 *icmp;

	for (more = most - 1; more <= most + 1; more++) {
		len = 8 + 20 + 8 + more;
		header = plain(world, input, 4, 1, len, true);
		icmp = input + header;
		memset(icmp, 0, len);
		icmp[0] = 3;
		plain(world, icmp + 8, 4, 17, 8 + more, false);
		put(icmp + 8 + 20 + 4, 8 + (u32)more, 2);
		put(icmp + 2, 65535 - naive_sum(icmp, len) % 65535, 2);
		check(translate_one(world, input, header + len, header + len, 4, got,
				    &out) == TRGW_OK &&
		      out == 1280 - (more < most ? most - more : 0),
		      "an error of 1280 bytes", "is too long, or cut");
		check(compare(world, header + len, 4), "an error of 1280 bytes",
		      "is not intact");
	}
}

/* The smallest and the largest of a thing, and one more */
static void test_bounds(const struct world *world)
{
	struct trgw_facts facts;
	size_t header = plain(world, input, 4, 50, 65487, true), out = 0;

	input[6] = 0x20;	/* a fragment: 8 more, 65,488 is a multiple of 8 */
	memset(input + 20, 0, 65535 - 20);
	put(input + 2, 20 + 65512, 2);
	put(input + 6, 0x2000, 2);
	naive_header_checksum(input, header);
	check(translate_one(world, input, 65532, 65532, 4, got, &out) == TRGW_OK &&
	      out == 40 + 65520, "longest fragment", "is not translated");
	plain(world, input, 6, 50, 65515, false);
	check(translate_one(world, input, 65555, 65555, 6, got, &out) == TRGW_OK &&
	      out == 65535, "longest IPv4 packet", "is not translated");
	plain(world, input, 6, 50, 65516, false);
	check(translate_one(world, input, 65556, 65556, 6, got, &out) == TRGW_TOO_LONG,
	      "one byte more", "is not refused");

	plain(world, input, 6, 17, 65515, false);
	put(input + 44, 65515u << 16 | 1, 4);
	check(translate_one(world, input, 65555, 65555, 6, got, &out) == TRGW_OK &&
	      out == 65535, "longest datagram of IPv4", "is not translated");
	plain(world, input, 6, 17, 65516, false);
	put(input + 44, 65516u << 16 | 1, 4);
	check(translate_one(world, input, 65556, 65556, 6, got, &out) == TRGW_TOO_LONG,
	      "one byte more of UDP", "is not refused");

	header = plain(world, input, 4, 17, 1240, true);
	input[6] = 0;
	put(input + 24, 1240, 2);
	input[26] = 1;
	naive_header_checksum(input, header);
	check(trgw_parse_packet(input, 1260, 1260, 4, &facts) == TRGW_OK &&
	      !trgw_fragment_size(&facts, 1280), "1280 bytes", "are fragmented");
	plain(world, input, 4, 17, 1241, true);
	put(input + 24, 1241 << 16 | 1, 4);
	check(trgw_parse_packet(input, 1261, 1261, 4, &facts) == TRGW_OK &&
	      !trgw_fragment_size(&facts, 1280), "1281 bytes with DF", "are fragmented");
	input[6] = 0;
	naive_header_checksum(input, header);
	check(trgw_parse_packet(input, 1261, 1261, 4, &facts) == TRGW_OK &&
	      trgw_fragment_size(&facts, 1280) == 1252, "1281 bytes",
	      "are not fragmented as RFC 7915, 4.1 says");
}

/* Options that count nothing: the header's first 20 bytes look as if alone. */
static void test_options(const struct world *world)
{
	size_t header = plain(world, input, 4, 17, 16, true);

	memset(input + header, 0, 16);
	input[0] = 0x46;
	put(input + header + 4, 0x13881388, 4);
	put(input + header + 8, 12u << 16 | 1, 4);
	naive_header_checksum(input, header + 4);
	check(compare(world, header + 16, 4), "options that are nothing",
	      "are taken for none");
	check(got[0] == 0x60, "options that are nothing", "are not translated");
}

/* ICMP's error that a port cannot be reached, around a datagram of 10 bytes */
static size_t around(const struct world *world, u8 *p, u8 version)
{
	u8 protocol = version == 4 ? 1 : 58;
	size_t len = 8 + (version == 4 ? 20 : 40) + 10;
	size_t header = plain(world, p, version, protocol, len, version == 4);
	u8 *icmp = p + header;

	put(icmp, version == 4 ? 0x03030000 : 0x01040000, 4);
	put(icmp + 4, 0, 4);
	return header + 8 + plain(world, icmp + 8, version, 17, 10, version == 6);
}

static void make_icmp_true(u8 *p, size_t len, u8 version)
{
	size_t header = version == 4 ? 20 : 40;
	u32 sum;

	len -= header;
	put(p + header + 2, 0, 2);
	sum = naive_sum(p + header, len) +
	      (version == 6 ? naive_pseudo(p, 6, (u32)len, 58) : 0);
	put(p + header + 2, 65535 - sum % 65535, 2);
}

/*
 * UDP datagrams that differ in two bytes, so that there is each checksum, by
 * themselves or in an error.
 */
static void test_checksums(const struct world *world, u8 version, bool quoted)
{
	size_t header = quoted ? around(world, input, version) :
				 plain(world, input, version, 17, 10, version == 4);
	const u8 *ip = input + header - (version == 4 ? 20 : 40);
	size_t len = header + 10, have = 0;
	u8 *udp = input + header;
	bool zero = false;
	u32 word, sum;

	put(udp, 0x13881388, 4);
	put(udp + 4, 10, 2);
	for (word = 0; word <= 0xffff; word++) {
		put(udp + 6, 0, 2);
		put(udp + 8, word, 2);
		sum = (naive_sum(udp, 10) + naive_pseudo(ip, version, 10, 17)) % 65535;
		put(udp + 6, 65535 - sum, 2);
		if (quoted)
			make_icmp_true(input, len, version);
		if (translate_one(world, input, len, len, version, got, &have) != TRGW_OK ||
		    naive_translate(world, input, len, version, expected) != have ||
		    memcmp(got, expected, have))
			break;
		zero |= got[have - 4] == 0xff && got[have - 3] == 0xff;
	}
	check(word > 0xffff, "each checksum of UDP", "is not what it should be");
	check(zero, "the checksum that would be 0", "is none of them");
}

static u32 folded(u64 sum)
{
	return ntohs(sum_fold(sum)) % 65535u;
}

/* Sums of an even number of bytes at any place, which carry or do not */
static const char *wrong_sum(void)
{
	u8 bytes[80], field[2], word[4];
	u8 *more = bytes + 72;
	u32 had, other;
	size_t at, len, i;
	u64 sum;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = one_in(3) ? 0xff : one_in(3) ? 0 : (u8)random_u32();
	at = random_below(8);
	len = 2 * random_below(33);
	had = naive_sum(more, 8) % 65535;
	other = naive_sum(bytes + at, len) % 65535;
	sum = sum_add(0, more, 8);
	if (folded(sum_add(sum, bytes + at, len)) != (had + other) % 65535)
		return "something else is added";
	if (folded(sum_sub(sum, bytes + at, len)) != (had + 65535 - other) % 65535)
		return "something else is taken away";
	sum_to_field(field, sum);
	if (folded(sum_of_field(field)) != had || get16(field) % 65535 != (65535 - had) % 65535)
		return "a field has another one";
	put32(word, get32(bytes + at));
	if (memcmp(word, bytes + at, 4))
		return "a number does not come back";
	if (folded(sum_pseudo(sum, get32(bytes), 17)) !=
	    (had + naive_sum(bytes, 4) + 17) % 65535)
		return "a pseudo-header is another one";
	return NULL;
}

static void test_sums(void)
{
	const char *wrong = NULL;
	unsigned int i;

	for (i = 0; i < 20000 && !wrong; i++)
		wrong = wrong_sum();
	check(!wrong, "sums", wrong);
}

/* Moved by words if it fits, or not at all; and nothing else is touched */
static const char *wrong_room(unsigned int len, int head, int tail, int grow)
{
	enum { WORD = sizeof(long) };
	int need = grow > head ? (grow - head + WORD - 1) / WORD * WORD : 0, shift;
	u8 data[HEADROOM_MOVE_MAX + 1 + 64];

	memset(data, 0xee, sizeof(data));
	memset(data, 0x11, len);
	data[len - 1] = 0x22;
	shift = headroom_move(data, len, head, tail, grow);
	if (shift != (need <= tail && len <= HEADROOM_MOVE_MAX ? need : 0))
		return "is not what is needed";
	if (data[len - 1 + (size_t)shift] != 0x22 || data[len + (size_t)shift] != 0xee ||
	    data[shift] != 0x11)
		return "holds something else";
	return NULL;
}

static void test_room(void)
{
	unsigned int len = HEADROOM_MOVE_MAX - 1, i;
	const char *wrong = NULL;

	for (; len <= HEADROOM_MOVE_MAX + 1; len++) {
		for (i = 0; i < 50 * 50 * 64 && !wrong; i++)
			wrong = wrong_room(len, (int)(i % 50), (int)(i / 2500),
					   (int)(i / 50 % 50));
	}
	check(!wrong, "room", wrong);
}

static void test_prefixes(void)
{
	static const u8 v4[4] = { 192, 0, 2, 33 };
	static const struct {
		u8 len;
		u8 v6[16];
	} examples[] = {	/* RFC 6052, 2.4 */
		{ 32, { 0x20, 1, 0x0d, 0xb8, 192, 0, 2, 33 } },
		{ 40, { 0x20, 1, 0x0d, 0xb8, 1, 192, 0, 2, 0, 33 } },
		{ 48, { 0x20, 1, 0x0d, 0xb8, 1, 0x22, 192, 0, 0, 2, 33 } },
		{ 56, { 0x20, 1, 0x0d, 0xb8, 1, 0x22, 3, 192, 0, 0, 2, 33 } },
		{ 64, { 0x20, 1, 0x0d, 0xb8, 1, 0x22, 3, 0x44, 0, 192, 0, 2, 33 } },
		{ 96, { 0x20, 1, 0x0d, 0xb8, 1, 0x22, 3, 0x44, 0, 0, 0, 0, 192, 0, 2, 33 } },
	};
	struct trgw_prefix prefix;
	u8 v6[16], back[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(examples); i++) {
		prefix = (struct trgw_prefix){ .len = examples[i].len };
		memcpy(prefix.bytes, examples[i].v6, prefix.len / 8);
		check(!trgw_prefix_check(&prefix), "prefix", "a good one is refused");
		trgw_prefix_embed(&prefix, v4, v6);
		check(!memcmp(v6, examples[i].v6, 16), "prefix", "not as RFC 6052, 2.4");
		check(trgw_prefix_extract(&prefix, v6, back) && !memcmp(back, v4, 4),
		      "prefix", "does not come back");
		v6[prefix.len == 96 ? 0 : 15] ^= 1;
		check(!trgw_prefix_extract(&prefix, v6, back), "prefix",
		      "an address of no host is taken");
		prefix.len++;
		check(!!trgw_prefix_check(&prefix), "prefix", "a bad length is taken");
	}
	prefix = (struct trgw_prefix){ .bytes = { 0x20, 1, [8] = 1 }, .len = 96 };
	check(!!trgw_prefix_check(&prefix), "prefix", "bits 64 to 71 are set");
	prefix = (struct trgw_prefix){ .bytes = { 0x20, 1, [4] = 1 }, .len = 32 };
	check(!!trgw_prefix_check(&prefix), "prefix", "bits after it are set");
	prefix = (struct trgw_prefix){ .bytes = { 0xff, 5 }, .len = 32 };
	check(!!trgw_prefix_check(&prefix), "prefix", "multicast is taken");
	prefix = (struct trgw_prefix){ .bytes = { [10] = 0xff, [11] = 0xff }, .len = 96 };
	check(!!trgw_prefix_check(&prefix), "prefix", "::ffff:0:0/96 is taken");
}

void test_translate(void)
{
	struct world world;
	size_t i;

	world_make(&world, 5);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(current, sizeof(current), "%s", rows[i].section);
		test_row(&world, &rows[i]);
	}
	test_prefixes();
	test_sums();
	test_room();
	test_bounds(&world);
	test_icmp_values();
	test_error_lengths(&world);
	test_options(&world);
	for (i = 0; i < 2; i++) {
		test_checksums(&world, 4, i);
		test_checksums(&world, 6, i);
	}
	test_random();
}
