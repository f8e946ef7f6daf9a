// SPDX-License-Identifier: GPL-2.0-only
/*
 * The edit list: refusals at and past each limit, and random edits against a
 * naive replacement that handles one byte at a time.
 */
#include <errno.h>

#include "naive.h"
#include "unit.h"

#define ROUNDS	4000

static struct sip_edits edits;
static struct sip_message msg;
static u8 made[SIP_MESSAGE_MAX + 16];

static const u8 *u8_of(const char *text)
{
	return (const u8 *)text;
}

static struct sip_slice slice(u32 off, u32 len)
{
	struct sip_slice slice = { (u16)off, (u16)len };

	return slice;
}

static bool edit(const u8 *base, u32 off, u32 len, const char *text)
{
	return !sip_edit_bytes(&edits, base, slice(off, len), u8_of(text),
			      strlen(text));
}

/* Assembles and puts in place; the new length, or -1. */
static int put_in_place(const u8 *base, size_t len)
{
	static u8 out[SIP_MESSAGE_MAX];
	struct sip_splice splice;

	if (sip_edits_assemble(&edits, base, len, out, sizeof(out), &splice))
		return -1;
	memcpy(made, base, splice.off);
	memcpy(made + splice.off, out, splice.new_len);
	memcpy(made + splice.off + splice.new_len,
	       base + splice.off + splice.len, len - splice.off - splice.len);
	return (int)(len - splice.len + splice.new_len);
}

static void expect(const char *what, const char *old, const char *expected)
{
	int len = put_in_place(u8_of(old), strlen(old));

	check(len == (int)strlen(expected) &&
	      !memcmp(made, expected, (size_t)len), "edit", what);
}

static void test_small(void)
{
	const char *old = "0123456789";
	const u8 *base = u8_of(old);
	struct sip_splice splice;
	u8 out[16];

	sip_edits_init(&edits);
	expect("no edit changes nothing", old, old);
	check(edit(base, 3, 4, "3456") && !edits.count, "edit",
	      "what stands there already is no edit");
	check(edit(base, 8, 1, "XYZ") && edit(base, 2, 2, "") &&
	      edit(base, 5, 0, "-"), "edit", "added in any order");
	expect("replaces, deletes, inserts", old, "014-567XYZ9");
	check(!sip_edits_assemble(&edits, base, 10, out, sizeof(out), &splice) &&
	      splice.off == 2 && splice.len == 7 && splice.new_len == 8,
	      "edit", "the stretch is from the first edit to the last");
	check(!sip_edits_assemble(&edits, base, 10, out, 8, &splice), "edit",
	      "a buffer of the right size is enough");
	check(sip_edits_assemble(&edits, base, 10, out, 7, &splice) ==
	      -EMSGSIZE, "edit", "a buffer that is one byte smaller is not");
	check(sip_edits_assemble(&edits, base, 8, out, sizeof(out), &splice) ==
	      -EINVAL, "edit", "an edit beyond the end of the message");

	sip_edits_init(&edits);
	check(edit(base, 4, 2, "B") && edit(base, 4, 0, "1") &&
	      edit(base, 4, 0, "2") && edit(base, 6, 0, "3"), "edit",
	      "insertions around a replacement");
	expect("come out in order", old, "012312B36789");

	sip_edits_init(&edits);
	check(edit(base, 0, 10, ""), "edit", "all may be deleted");
	expect("and nothing is left", old, "");
}

static void test_overlap(void)
{
	static const struct {
		u32 off, len;
		bool good;
	} second[] = {
		{ 0, 3, true }, { 0, 4, false }, { 3, 2, false },
		{ 3, 0, true }, { 4, 0, false }, { 5, 1, false },
		{ 6, 0, true }, { 6, 1, true }, { 5, 2, false },
		{ 2, 6, false }, { 3, 3, false },
	};
	const u8 *base = u8_of("0123456789");
	size_t i;

	for (i = 0; i < ARRAY_SIZE(second); i++) {
		sip_edits_init(&edits);
		edit(base, 3, 3, "abc");
		check(edit(base, second[i].off, second[i].len, "zzzzzzzz") ==
		      second[i].good && edits.failed != second[i].good &&
		      (put_in_place(base, 10) >= 0) == second[i].good,
		      "edit", "overlap with [3, 6)");
	}
	sip_edits_init(&edits);
	edit(base, 5, 0, "x");
	check(edit(base, 5, 2, "y") &&
	      sip_edit_bytes(&edits, base, slice(4, 3), u8_of("z"), 1) ==
	      -EINVAL, "edit", "overlap with an insertion at 5");
}

static void test_full(void)
{
	static u8 base[SIP_MESSAGE_MAX], text[SIP_EDIT_TEXT_MAX + 1];
	struct sip_splice splice;
	u32 i;
	bool good = true;

	memset(text, 'x', sizeof(text));
	sip_edits_init(&edits);
	for (i = 0; i < SIP_EDITS_MAX; i++)
		good &= edit(base, 4 * (SIP_EDITS_MAX - i), 2, "ab");
	check(good && !edits.failed && edits.count == SIP_EDITS_MAX, "edit",
	      "as many as there is room for");
	for (i = 0; i < SIP_EDITS_MAX; i++)
		good &= edits.edit[i].off == 4 * (i + 1);
	check(good, "edit", "the last comes first");
	check(!edit(base, 0, 1, "a") && edits.failed, "edit", "one too many");

	sip_edits_init(&edits);
	check(!sip_edit_bytes(&edits, base, slice(0, 1), text,
			      SIP_EDIT_TEXT_MAX), "edit", "as much text");
	check(!sip_edit_bytes(&edits, base, slice(9, 1), text, 0), "edit",
	      "a deletion needs no text");
	check(sip_edit_bytes(&edits, base, slice(5, 0), text, 1) == -ENOSPC,
	      "edit", "one byte of text too many");

	sip_edits_init(&edits);
	check(sip_edit_bytes(&edits, base, slice(0, 1), text,
			     SIP_EDIT_TEXT_MAX + 1) == -ENOSPC, "edit",
	      "too much text");
	sip_edits_init(&edits);
	edit(base, SIP_MESSAGE_MAX - 1, 1, "ab");
	check(put_in_place(base, SIP_MESSAGE_MAX) < 0, "edit",
	      "a message past its limit");
	check(edit(base, 0, 1, "") && put_in_place(base, SIP_MESSAGE_MAX) ==
	      (int)SIP_MESSAGE_MAX, "edit", "a message at its limit");
	sip_edits_init(&edits);
	check(sip_edits_assemble(&edits, base, SIP_MESSAGE_MAX + 1, NULL, 0,
				 &splice) == -EINVAL, "edit",
	      "a message that is too long before the edits");
}

/* Naive: for each old byte what stands before it and whether it stays. */
struct naive_byte {
	char before[64];
	bool gone;
};

static struct naive_byte naive[2048];

static int naive_result(const u8 *base, size_t len, u8 *out)
{
	size_t i, at = 0;

	for (i = 0; i <= len; i++) {
		memcpy(out + at, naive[i].before, strlen(naive[i].before));
		at += strlen(naive[i].before);
		if (i < len && !naive[i].gone)
			out[at++] = base[i];
	}
	return (int)at;
}

/* Add a random edit at or after @off.  Return: where the next may begin. */
static u32 random_edit(const u8 *base, u32 off, u32 to)
{
	u32 size = random_below(6), i;
	char text[8] = "";

	off += random_below(60);
	if (off >= to || off + size > to)
		return to;
	for (i = random_below(7); i > 0; i--)
		strcat(text, random_below(2) ? "n" : "N");
	for (i = 0; i < size; i++)
		naive[off + i].gone = true;
	strcat(naive[off].before, text);
	if (!edit(base, off, size, text))
		fail("edit: a random one is refused");
	return off + size + 1;
}

static void random_edits(const u8 *base, size_t len, u32 from, u32 to)
{
	while (from < to && to <= len)
		from = random_edit(base, from, to);
}

static void test_random(const struct corpus *corpus)
{
	static u8 expected[SIP_MESSAGE_MAX];
	u32 round;
	int len, want;

	for (round = 0; round < ROUNDS; round++) {
		const struct test_case *test =
			&corpus->cases[random_below((u32)corpus->count)];
		u32 half = (u32)test->len / 2;

		if (test->len >= ARRAY_SIZE(naive) || test->len < 64)
			continue;
		memset(naive, 0, sizeof(naive));
		sip_edits_init(&edits);
		/* the later half now and then first */
		if (random_below(2))
			random_edits(test->bytes, test->len, half,
				     (u32)test->len);
		random_edits(test->bytes, test->len, 0, half);
		len = put_in_place(test->bytes, test->len);
		want = naive_result(test->bytes, test->len, expected);
		if (len != want || memcmp(made, expected, (size_t)len)) {
			fail("edit: round %u differs from the naive result",
			     round);
			return;
		}
	}
	pass();
}

/* Every literal, and the SDP, of a message: to another address and back. */
static bool move_all(const u8 *base, size_t len,
		     const struct sip_address *address, u16 port)
{
	static struct sdp sdp;
	struct sip_literal literal;
	struct sip_slice body;
	struct sip_walk walk;
	u32 i;

	sip_edits_init(&edits);
	if (sip_parse(base, len, &msg))
		return false;
	sip_walk_init(&walk);
	while (sip_walk_next(&walk, base, &msg, &literal))
		sip_edit_literal(&edits, base, &literal, address, port);
	if (!sip_find_sdp(base, &msg, &body) && body.len &&
	    !sdp_parse(base, body, &sdp)) {
		if (sdp.connection.address.family)
			sip_edit_address(&edits, base, sdp.connection.text,
					 address, false);
		for (i = 0; i < sdp.count; i++)
			sip_edit_number(&edits, base, sdp.media[i].port_text,
					port);
	}
	return !sip_edit_content_length(&edits, base, &msg);
}

static const char *check_moved(const struct sip_address *address, u16 port,
			       size_t len)
{
	struct sip_literal literal;
	struct sip_walk walk;
	u16 trailing = msg.trailing, count = msg.count;

	if (sip_parse(made, len, &msg))
		return "the new message is none";
	if (msg.trailing != trailing && msg.content_length.len)
		return "Content-Length is wrong";
	if (msg.count != count)
		return "headers got lost";
	sip_walk_init(&walk);
	while (sip_walk_next(&walk, made, &msg, &literal)) {
		if (memcmp(&literal.address, address, sizeof(*address)))
			return "a literal was forgotten";
		if (literal.port != port &&
		    literal.place != SIP_PLACE_RECEIVED &&
		    literal.place != SIP_PLACE_MADDR)
			return "a port was forgotten";
	}
	return NULL;
}

static void test_move(const struct corpus *corpus,
		      const struct sip_address *address, u16 port)
{
	const struct test_case *test;
	const char *wrong;
	int len;
	size_t i;

	for (i = 0; i < corpus->count; i++) {
		test = &corpus->cases[i];
		if (test->len > 20000 ||
		    sip_parse(test->bytes, test->len, &msg))
			continue;
		if (!move_all(test->bytes, test->len, address, port)) {
			fail("%s: %s: cannot be edited", test->file,
			     test->name);
			continue;
		}
		len = put_in_place(test->bytes, test->len);
		wrong = len < 0 ? "cannot be put together" :
			check_moved(address, port, (size_t)len);
		if (!wrong)
			wrong = naive_lengths(test->bytes, test->len, made,
					      (size_t)len);
		if (wrong)
			fail("%s: %s: edited: %s", test->file, test->name,
			     wrong);
		else
			pass();
	}
}

struct literal_case {
	const char *old;
	const char *new;
};

/* moved to 192.0.2.9 port 4000 */
static const struct literal_case to_v4[] = {
	{ "Contact: <sip:a@10.0.0.1>", "Contact: <sip:a@192.0.2.9:4000>" },
	{ "Contact: <sip:a@10.0.0.1:5060>", "Contact: <sip:a@192.0.2.9:4000>" },
	{ "Contact: <sip:a@[::1]:1;lr>", "Contact: <sip:a@192.0.2.9:4000;lr>" },
	{ "Contact: <sip:a@192.0.2.9:4000>",
	  "Contact: <sip:a@192.0.2.9:4000>" },
	{ "Contact: <sip:a@192.0.2.9>", "Contact: <sip:a@192.0.2.9:4000>" },
	{ "Contact: <sip:a@h;maddr=10.0.0.1>",
	  "Contact: <sip:a@h;maddr=192.0.2.9>" },
	{ "v: SIP/2.0/UDP 10.0.0.1;received=1.2.3.4;rport",
	  "v: SIP/2.0/UDP 192.0.2.9:4000;received=192.0.2.9;rport" },
	{ "v: SIP/2.0/UDP 10.0.0.1:1;rport=7;received=1.2.3.4",
	  "v: SIP/2.0/UDP 192.0.2.9:4000;rport=4000;received=192.0.2.9" },
	{ "v: SIP/2.0/UDP 10.0.0.1:4000;received=10.0.0.1;rport=4000",
	  "v: SIP/2.0/UDP 192.0.2.9:4000;received=192.0.2.9;rport=4000" },
	{ "v: SIP/2.0/UDP h;received=10.0.0.1",
	  "v: SIP/2.0/UDP h;received=192.0.2.9" },
	{ "v: SIP/2.0/UDP h;received=::1;rport=04000",
	  "v: SIP/2.0/UDP h;received=192.0.2.9;rport=04000" },
	{ "Subject: 10.0.0.1", "Subject: 10.0.0.1" },
};

/* moved to 2001:db8::9 port 4000 */
static const struct literal_case to_v6[] = {
	{ "v: SIP/2.0/UDP 10.0.0.1;received=10.0.0.1;maddr=10.0.0.1",
	  "v: SIP/2.0/UDP [2001:db8::9]:4000;received=2001:db8::9;"
	  "maddr=[2001:db8::9]" },
	{ "v: SIP/2.0/UDP h;received=[::1];maddr=::1",
	  "v: SIP/2.0/UDP h;received=[2001:db8::9];maddr=[2001:db8::9]" },
	{ "Contact: sip:10.0.0.1:4000",
	  "Contact: sip:[2001:db8::9]:4000" },
};

static void test_literal(const struct literal_case *literal,
			 const struct sip_address *address)
{
	static const char form[] = "OPTIONS sip:h SIP/2.0\r\n%s\r\n"
		"v: SIP/2.0/UDP h;branch=z\r\nf: <sip:a@h>;tag=1\r\n"
		"t: <sip:h>\r\ni: 1\r\nCSeq: 1 OPTIONS\r\nl: 0\r\n\r\n";
	char old[512], expected[512];

	snprintf(old, sizeof(old), form, literal->old);
	snprintf(expected, sizeof(expected), form, literal->new);
	check(move_all(u8_of(old), strlen(old), address, 4000), literal->old,
	      "cannot be edited");
	expect(literal->old, old, expected);
}

static void test_literals(void)
{
	struct sip_address v4 = { 4, { 192, 0, 2, 9 } };
	struct sip_address v6 = { 6, { 0x20, 1, 0xd, 0xb8, [15] = 9 } };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(to_v4); i++)
		test_literal(&to_v4[i], &v4);
	for (i = 0; i < ARRAY_SIZE(to_v6); i++)
		test_literal(&to_v6[i], &v6);
}

static const struct {
	const char *old;
	const char *address;
	bool brackets;
	const char *new;
} addresses[] = {
	{ "10.0.0.1", "10.0.0.2", true, "10.0.0.2" },
	{ "10.0.0.1", "::1", false, "::1" },
	{ "10.0.0.1", "::1", true, "[::1]" },
	{ "host", "10.0.0.1", true, "10.0.0.1" },
	{ "", "10.0.0.1", false, "10.0.0.1" },
	/* what it is already, in another spelling */
	{ "10.0.0.1", "10.0.0.1", true, "10.0.0.1" },
	{ "0:0::1", "::1", false, "0:0::1" },
	{ "[0:0::1]", "::1", true, "[0:0::1]" },
	{ "0:0::1", "::1", true, "[::1]" },
	{ "[0:0::1]", "::1", false, "::1" },
};

static void test_addresses(void)
{
	struct sip_address address;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addresses); i++) {
		const char *old = addresses[i].old;
		const char *text = addresses[i].address;

		sip_address_decode(u8_of(text), strlen(text), &address);
		sip_edits_init(&edits);
		check(!sip_edit_address(&edits, u8_of(old),
					slice(0, (u32)strlen(old)), &address,
				       addresses[i].brackets),
		      old, "cannot be edited");
		expect(old, old, addresses[i].new);
	}
	memset(&address, 0, sizeof(address));
	sip_edits_init(&edits);
	check(sip_edit_address(&edits, u8_of("h"), slice(0, 1), &address,
			       false) == -EAFNOSUPPORT && edits.failed,
	      "edit", "an address without family is refused");
}

/* A list in which nothing has room any more */
static void fill(const u8 *base)
{
	u32 i;

	sip_edits_init(&edits);
	for (i = 0; i < SIP_EDITS_MAX; i++)
		edit(base, 2000 + 4 * i, 1, "xy");
}

/* A literal with a port, and one without, at the end of the list's room */
static void test_literal_without_room(const u8 *base,
				      const struct sip_literal *literal)
{
	struct sip_address address = { 4, { 192, 0, 2, 9 } };

	fill(base);
	check(!sip_edit_literal(&edits, base, literal, &literal->address,
				literal->port) && !edits.failed, "edit",
	      "what stands there already needs no room");
	check(sip_edit_literal(&edits, base, literal, &literal->address, 1) &&
	      edits.failed, "edit", "no room for a port");
	fill(base);
	check(sip_edit_literal(&edits, base, literal, &address,
			       literal->port) && edits.failed, "edit",
	      "no room for a literal");
}

static void test_no_room(void)
{
	static u8 base[4 * SIP_EDITS_MAX + 2001] =
		"INFO sip:10.0.0.1 SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.1:9\r\n"
		"f: <sip:a@h>;tag=1\r\nt: <sip:h>\r\ni: 1\r\nCSeq: 1 INFO\r\n"
		"l: 2048\r\n\r\n";
	struct sip_literal literal;
	struct sip_walk walk;

	check(!sip_parse(base, sizeof(base), &msg), "edit",
	      "the message without room");
	sip_walk_init(&walk);
	while (sip_walk_next(&walk, base, &msg, &literal))
		test_literal_without_room(base, &literal);
	fill(base);
	check(sip_edit_content_length(&edits, base, &msg) && edits.failed,
	      "edit", "no room for Content-Length");
	fill(base);
	edit(base, 0, 1, "x");
	check(sip_edit_content_length(&edits, base, &msg), "edit",
	      "no Content-Length for a list that has failed");
}

static void test_content_length(void)
{
	static const char old[] =
		"MESSAGE sip:h SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z\r\n"
		"f: <sip:a@h>;tag=1\r\nt: <sip:h>\r\ni: 1\r\n"
		"CSeq: 1 MESSAGE\r\nl: 9\r\nContent-Length: 9\r\n\r\n"
		"123456789";
	u32 body = sizeof(old) - 1 - 9;

	sip_parse(u8_of(old), sizeof(old) - 1, &msg);
	sip_edits_init(&edits);
	edit(u8_of(old), 0, 7, "INFO");
	check(!sip_edit_content_length(&edits, u8_of(old), &msg) &&
	      edits.count == 1, "Content-Length", "edits before the body");
	edit(u8_of(old), body, 1, "2");
	check(!sip_edit_content_length(&edits, u8_of(old), &msg) &&
	      edits.count == 2, "Content-Length", "the length stays");
	edit(u8_of(old), body + 9, 0, "x");
	check(!sip_edit_content_length(&edits, u8_of(old), &msg) &&
	      edits.count == 5, "Content-Length", "both are corrected");
	check(put_in_place(u8_of(old), sizeof(old) - 1) == sizeof(old) - 1 &&
	      memmem(made, sizeof(old), "l: 10\r\nContent-Length: 10", 25),
	      "Content-Length", "from one to two digits");

	sip_edits_init(&edits);
	edit(u8_of(old), body, 9, "");
	check(!sip_edit_content_length(&edits, u8_of(old), &msg) &&
	      put_in_place(u8_of(old), sizeof(old) - 1) == (int)body &&
	      !sip_parse(made, body, &msg) && !msg.body.len,
	      "Content-Length", "of an empty body");

	sip_parse(u8_of(old), sizeof(old) - 1, &msg);
	sip_edits_init(&edits);
	edit(u8_of(old), body - 1, 2, "\n\n\n");
	check(sip_edit_content_length(&edits, u8_of(old), &msg) &&
	      edits.failed, "Content-Length", "an edit across the border");
}

/* Edits at the borders of a body, one at a time: what belongs to it. */
static const struct {
	u32 off, len;
	const char *text;
	const char *length;	/* NULL: refused */
} borders[] = {
	/* the body is "345", 3 bytes from the digits of l: on */
	{ 0, 0, "xx", "3" }, { 2, 2, "", "3" }, { 3, 2, "x", NULL },
	{ 4, 0, "xx", "5" }, { 4, 1, "xx", "4" }, { 4, 3, "", "0" },
	{ 6, 1, "xx", "4" }, { 7, 0, "xx", "5" }, { 6, 2, "x", NULL },
	{ 7, 1, "xx", "3" }, { 8, 0, "xx", "3" }, { 3, 5, "", NULL },
};

static void test_borders(void)
{
	static const char form[] =
		"MESSAGE sip:h SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z\r\n"
		"f: <sip:a@h>;tag=1\r\nt: <sip:h>\r\ni: 1\r\n"
		"CSeq: 1 MESSAGE\r\nl: 3\r\n\r\n34567";
	u32 body = sizeof(form) - 1 - 5;
	size_t i;

	sip_parse(u8_of(form), sizeof(form) - 1, &msg);
	for (i = 0; i < ARRAY_SIZE(borders); i++) {
		const char *length = borders[i].length;
		bool good;
		int len;

		sip_edits_init(&edits);
		edit(u8_of(form), body - 4 + borders[i].off, borders[i].len,
		     borders[i].text);
		good = !sip_edit_content_length(&edits, u8_of(form), &msg);
		len = put_in_place(u8_of(form), sizeof(form) - 1);
		check(good == !!length && good == (len > 0), "Content-Length",
		      "an edit at the border");
		if (good && length)
			check(made[msg.content_length.off] == (u8)*length,
			      "Content-Length", "the length at the border");
	}
}

void test_edit(const struct corpus *corpus)
{
	static const struct sip_address v4 = { 4, { 203, 0, 113, 254 } };
	static const struct sip_address v6 = { 6, { 0x20, 1, 0xd, 0xb8,
						    [15] = 9 } };

	snprintf(current, sizeof(current), "edits");
	test_small();
	test_overlap();
	test_full();
	test_random(corpus);
	test_literals();
	test_addresses();
	test_no_room();
	test_content_length();
	test_borders();
	test_move(corpus, &v4, 65535);
	test_move(corpus, &v6, 6);
}
