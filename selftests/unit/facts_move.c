// SPDX-License-Identifier: GPL-2.0-only
/*
 * The facts of an edited message: those derived from the old facts, and
 * what is read from its bytes.
 */
#include "unit.h"

/* One message before and after; all memory that nobody writes is zero. */
static struct {
	struct sip_message moved, read;
	struct sdp moved_sdp, read_sdp;
	struct sip_edits edits;
	u8 bytes[SIP_MESSAGE_MAX];
	size_t len;
} one;

static bool read_all(const u8 *bytes, size_t len, struct sip_message *msg,
		     struct sdp *sdp)
{
	struct sip_slice body;

	memset(msg, 0, sizeof(*msg));
	memset(sdp, 0, sizeof(*sdp));
	if (sip_parse(bytes, len, msg) || sip_find_sdp(bytes, msg, &body))
		return false;
	return !body.len || !sdp_parse(bytes, body, sdp);
}

static bool put_together(const u8 *bytes, size_t len)
{
	static u8 out[SIP_MESSAGE_MAX];
	struct sip_splice splice;
	size_t end;

	if (sip_edits_assemble(&one.edits, bytes, len, out, sizeof(out),
			       &splice))
		return false;
	end = (size_t)splice.off + splice.len;
	one.len = len - splice.len + splice.new_len;
	memcpy(one.bytes, bytes, splice.off);
	memcpy(one.bytes + splice.off, out, splice.new_len);
	memcpy(one.bytes + splice.off + splice.new_len, bytes + end, len - end);
	return true;
}

static bool same_facts(void)
{
	return !memcmp(&one.moved, &one.read, sizeof(one.moved)) &&
	       !memcmp(&one.moved_sdp, &one.read_sdp, sizeof(one.moved_sdp));
}

static bool move_literals(const u8 *bytes, const struct sip_address *address)
{
	struct sip_literal literal;
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, bytes, &one.moved, &literal)) {
		if (sip_edit_literal(&one.edits, bytes, &literal, address,
				     literal.port_text.len ? 40000 :
							      literal.port))
			return false;
	}
	return true;
}

static bool move_line(const u8 *bytes, const struct sdp_address *line,
		      const struct sip_address *address)
{
	struct sip_slice digit = {
		.off = (u16)(line->family.off + 2), .len = 1,
	};
	u8 family = (u8)('0' + address->family);

	return !line->address.family ||
	       (!sip_edit_bytes(&one.edits, bytes, digit, &family, 1) &&
		!sip_edit_address(&one.edits, bytes, line->text, address,
				 bytes[line->text.off] == '['));
}

static bool move_number(const u8 *bytes, struct sip_slice digits)
{
	return !digits.len ||
	       !sip_edit_number(&one.edits, bytes, digits, 50000);
}

static bool move_sdp(const u8 *bytes, const struct sip_address *address)
{
	const struct sdp *sdp = &one.moved_sdp;
	bool good = move_line(bytes, &sdp->origin, address) &&
		    move_line(bytes, &sdp->connection, address);
	u32 i;

	for (i = 0; i < sdp->count; i++) {
		const struct sdp_media *media = &sdp->media[i];

		good = good && move_number(bytes, media->port_text) &&
		       move_number(bytes, media->rtcp_text) &&
		       move_line(bytes, &media->connection, address) &&
		       move_line(bytes, &media->rtcp, address);
	}
	return good;
}

/* Whether facts were moved. */
static bool test_one(const struct test_case *test,
		     const struct sip_address *address)
{
	snprintf(current, sizeof(current), "%s: %s: edited", test->file,
		 test->name);
	if (!read_all(test->bytes, test->len, &one.moved, &one.moved_sdp))
		return false;
	sip_edits_init(&one.edits);
	if (!move_literals(test->bytes, address) ||
	    !move_sdp(test->bytes, address) ||
	    sip_edit_content_length(&one.edits, test->bytes, &one.moved) ||
	    !put_together(test->bytes, test->len) ||
	    sip_facts_move(&one.edits, one.bytes, &one.moved, &one.moved_sdp))
		return false;
	check(read_all(one.bytes, one.len, &one.read, &one.read_sdp) &&
	      same_facts(), current, "other facts are derived than are read");
	return true;
}

static void test_all(const struct corpus *corpus,
		     const struct sip_address *address)
{
	size_t i, readable = 0, moved = 0;

	for (i = 0; i < corpus->count; i++) {
		const struct test_case *test = &corpus->cases[i];

		readable += read_all(test->bytes, test->len, &one.read,
				     &one.read_sdp);
		moved += test_one(test, address);
	}
	check(moved > readable * 9 / 10, "edited",
	      "facts of nine in ten messages are derived");
}

#define HEAD	"OPTIONS sip:h SIP/2.0\r\n"
#define TAIL	"f: <sip:a@h>;tag=1\r\nt: <sip:h>\r\ni: 1\r\n" \
		"CSeq: 1 OPTIONS\r\nl: 0\r\n\r\n"
#define SDP	"f: <sip:a@h>;tag=1\r\nt: <sip:h>\r\ni: 1\r\n" \
		"CSeq: 1 OPTIONS\r\nc: application/sdp\r\n\r\nv=0\r\n" \
		"c=IN IP4 10.0.0.9\r\nm=audio 4000 RTP/AVP 0\r\n"
#define VIA	"v: SIP/2.0/UDP 10.0.0.1:5060;branch=z\r\n"

/* @what is replaced by @with where it stands first. */
static const struct {
	const char *old;
	const char *what;
	const char *with;
	bool moved;
} edits[] = {
	{ HEAD VIA TAIL, "10.0.0.1", "[::1]", true },
	{ HEAD VIA TAIL, "5060", "1", true },
	{ HEAD VIA TAIL, "5060", "65536", false },
	{ HEAD VIA TAIL, "10.0.0.1", "host", false },
	{ HEAD VIA TAIL, ":5060", "", false },
	{ HEAD VIA TAIL, "", ":5060", false },
	{ HEAD VIA TAIL, "10.0.0.1:5060", "[::1]:5061", false },
	{ HEAD "v: x 10.0.0.1\r\n" TAIL, "10.0.0.1", "[::1]", false },
	{ HEAD VIA "m: \"\r\n" TAIL, "10.0.0.1", "[::1]", false },
	{ HEAD VIA "m: <tel:1>\r\n" TAIL, "10.0.0.1", "[::1]", true },
	{ HEAD VIA "m: <sip:a@h>\r\n" TAIL, "10.0.0.1", "[::1]", true },
	{ HEAD VIA SDP, "10.0.0.9", "10.0.0.8", true },
	{ HEAD VIA SDP, "10.0.0.9", "::1", false },
	{ HEAD VIA SDP, "4000", "5000", true },
	{ HEAD VIA SDP, "4000", "70000", false },
};

static void test_edit_told(unsigned int i)
{
	const u8 *old = (const u8 *)edits[i].old;
	size_t len = strlen(edits[i].old);
	const char *at = strstr(edits[i].old, edits[i].what);
	struct sip_slice where = {
		(u16)(at - edits[i].old), (u16)strlen(edits[i].what),
	};
	bool moved;

	if (!read_all(old, len, &one.moved, &one.moved_sdp)) {
		fail("edited: case %u cannot be read", i);
		return;
	}
	sip_edits_init(&one.edits);
	sip_edit_bytes(&one.edits, old, where, (const u8 *)edits[i].with,
		       strlen(edits[i].with));
	put_together(old, len);
	moved = !sip_facts_move(&one.edits, one.bytes, &one.moved, &one.moved_sdp);
	check(moved == edits[i].moved, edits[i].with,
	      moved ? "facts are derived" : "no facts are derived");
	if (moved)
		check(read_all(one.bytes, one.len, &one.read, &one.read_sdp) &&
		      same_facts(), edits[i].with, "wrong facts are derived");
}

void test_facts_move(const struct corpus *corpus)
{
	struct sip_address v4 = { 4, { 192, 0, 2, 9 } };
	struct sip_address v6 = { 6, { 0x20, 1, 0xd, 0xb8, [15] = 9 } };
	unsigned int i;

	test_all(corpus, &v4);
	test_all(corpus, &v6);
	for (i = 0; i < ARRAY_SIZE(edits); i++)
		test_edit_told(i);
}
