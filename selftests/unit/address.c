// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses: compared with inet_pton() and inet_ntop(), from which they
 * differ in one thing: an IPv6 address may stand in brackets.
 */
#include <arpa/inet.h>

#include "unit.h"

#define RANDOM_TEXTS	200000
#define RANDOM_ADDRESSES	20000

static const char * const texts[] = {
	"0.0.0.0", "1.2.3.4", "255.255.255.255", "10.0.0.1", "127.0.0.1",
	"", "1", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.", "1.2.3.4.5",
	"1..2.3", "256.1.1.1", "1.1.1.256", "1.1.1.999", "01.2.3.4",
	"1.2.3.04", "1.2.3.00", "0x1.2.3.4", "1.2.3.4 ", " 1.2.3.4",
	"1.2.3.-4", "1.2.3.+4", "1.2.3.a", "1,2,3,4", "4294967296",
	"99999999999.1.1.1", "[1.2.3.4]", "1.2.3.4:5060",
	"::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8",
	"1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8",
	"1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2:3:4:5:6:7:8",
	"1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", ":1:2:3:4:5:6:7:8",
	"1:2:3:4:5:6:7:", "1:2:3:4:5:6:7:8:", ":::", "1:::2", "1::2::3",
	":", "", "a", "abcd", "::abcde", "::12345", "::g", "::ABCD",
	"FE80::A", "fe80::1%eth0", "::1.2.3.4", "::ffff:1.2.3.4",
	"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4",
	"1:2:3:4:5:1.2.3.4", "::1.2.3", "::1.2.3.4.5", "::1.2.3.256",
	"::01.2.3.4", "::1.2.3.4:5", "1.2.3.4::", "::a.2.3.4",
	"64:ff9b::192.0.2.33", "0:0:0:0:0:0:0:0", "0000::0000", "00000::",
	"::/64", "::1 ", " ::1", "2001:db8:0:0:1::1", "12345.1.1.1",
};

static const char * const bracketed[] = {
	"[::]", "[::1]", "[2001:db8::1]", "[::ffff:1.2.3.4]",
};

static const char * const not_bracketed[] = {
	"[", "]", "[]", "[]]", "[::1", "::1]", "[[::1]]", "[1.2.3.4]",
	"[::1]]", "[::1] ", "[:]",
};

/* A copy that ends where nothing may be read. */
static bool decode(const struct arena *arena, const char *text, size_t len,
		   struct sip_address *address)
{
	snprintf(current, sizeof(current), "address \"%.*s\"", (int)len, text);
	return sip_address_decode(arena_at_end(arena, (const u8 *)text, len),
				  len, address);
}

static bool agrees(const struct arena *arena, const char *text)
{
	struct sip_address found, expected = { 0 };

	if (inet_pton(AF_INET, text, expected.bytes) == 1)
		expected.family = 4;
	else if (inet_pton(AF_INET6, text, expected.bytes) == 1)
		expected.family = 6;
	if (!expected.family)
		memset(&expected, 0, sizeof(expected));
	return decode(arena, text, strlen(text), &found) ==
	       (expected.family != 0) &&
	       !memcmp(&found, &expected, sizeof(found));
}

static void test_tables(const struct arena *arena)
{
	struct sip_address address;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++)
		check(agrees(arena, texts[i]), texts[i],
		      "inet_pton() says something else");
	for (i = 0; i < ARRAY_SIZE(bracketed); i++)
		check(decode(arena, bracketed[i], strlen(bracketed[i]),
			     &address) && address.family == 6,
		      bracketed[i], "should be an address");
	for (i = 0; i < ARRAY_SIZE(not_bracketed); i++)
		check(!decode(arena, not_bracketed[i],
			      strlen(not_bracketed[i]), &address) &&
		      !address.family,
		      not_bracketed[i], "should be none");
	check(!decode(arena, "1.2.3.4\0", 8, &address), "a NUL after 1.2.3.4",
	      "should be none");
}

static void random_text(char *text)
{
	static const char set[] = "0123456789abcdefF:.::..::..g";
	u32 len = 1 + random_below(24), i;

	for (i = 0; i < len; i++)
		text[i] = set[random_below(sizeof(set) - 1)];
	text[len] = 0;
}

/* A proper address with one character changed. */
static void bent_text(char *text)
{
	u8 bytes[16];
	u32 i;

	for (i = 0; i < 16; i++)
		bytes[i] = random_below(3) ? 0 : (u8)random_u32();
	inet_ntop(random_below(2) ? AF_INET : AF_INET6, bytes, text, 64);
	i = random_below((u32)strlen(text));
	text[i] = "0123456789abcdefg:."[random_below(19)];
}

static void test_random_texts(const struct arena *arena)
{
	char text[64];
	u32 i;

	for (i = 0; i < RANDOM_TEXTS; i++) {
		if (i & 1)
			random_text(text);
		else
			bent_text(text);
		if (!agrees(arena, text)) {
			check(false, text, "inet_pton() says something else");
			return;
		}
	}
	pass();
}

static bool writes(const struct sip_address *address, bool brackets,
		   const char *expected)
{
	static struct sip_edits edits;
	struct sip_slice nowhere = { 0 };

	sip_edits_init(&edits);
	return !sip_edit_address(&edits, (const u8 *)"", nowhere, address,
				brackets) &&
	       edits.used == strlen(expected) &&
	       !memcmp(edits.text, expected, edits.used);
}

/* inet_ntop() writes the obsolete IPv4-compatible form; RFC 5952 does not. */
static void test_random_addresses(void)
{
	static const u8 zeros[12], mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct sip_address address;
	char text[64];
	u32 i, k;

	for (i = 0; i < RANDOM_ADDRESSES; i++) {
		address.family = i & 1 ? 4 : 6;
		for (k = 0; k < 16; k += 2) {
			bool set = random_below(2);

			address.bytes[k] = set ? (u8)random_u32() : 0;
			address.bytes[k + 1] = set ? (u8)random_u32() : 0;
		}
		if (i % 16 == 2)
			memcpy(address.bytes, mapped, 12);
		if (address.family == 6 && !memcmp(address.bytes, zeros, 12))
			continue;
		inet_ntop(address.family == 4 ? AF_INET : AF_INET6,
			  address.bytes, text, sizeof(text));
		if (!writes(&address, false, text)) {
			check(false, text, "is written differently");
			return;
		}
	}
	pass();
}

static const struct {
	const char *from;
	bool brackets;
	const char *to;
} written[] = {
	{ "10.0.0.1", false, "10.0.0.1" },
	{ "10.0.0.1", true, "10.0.0.1" },
	{ "2001:DB8::1", false, "2001:db8::1" },
	{ "2001:DB8::1", true, "[2001:db8::1]" },
	{ "::", true, "[::]" },
	{ "::1", false, "::1" },
	{ "::0102:0304", false, "::102:304" },
	{ "::ffff:1.2.3.4", false, "::ffff:1.2.3.4" },
	{ "2001:db8:0:1:1:1:1:1", false, "2001:db8:0:1:1:1:1:1" },
	{ "2001:0:0:1:0:0:0:1", false, "2001:0:0:1::1" },
	{ "2001:db8:0:0:1:0:0:1", false, "2001:db8::1:0:0:1" },
	{ "1:2:3:4:5:6:7:0", false, "1:2:3:4:5:6:7:0" },
	{ "1:2:3:4:5:6:0:0", false, "1:2:3:4:5:6::" },
	{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true,
	  "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]" },
};

void test_address(void)
{
	struct sip_address address;
	struct arena arena;
	size_t i;

	arena_open(&arena, 4096);
	test_tables(&arena);
	test_random_texts(&arena);
	test_random_addresses();
	for (i = 0; i < ARRAY_SIZE(written); i++) {
		const char *from = written[i].from;

		check(sip_address_decode((const u8 *)from, strlen(from),
					 &address) &&
		      writes(&address, written[i].brackets, written[i].to),
		      from, "is not written as it should");
	}
	memset(&address, 0, sizeof(address));
	check(!writes(&address, false, ""), "an address without family",
	      "is written");
}
