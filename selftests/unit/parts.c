// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines that go, and the lengths that the parts of a multipart body say.
 */
#include "naive.h"
#include "unit.h"

#define FORM	"INVITE sip:h SIP/2.0\r\nv: SIP/2.0/UDP h;branch=z\r\n" \
		"f: <sip:a@h>;tag=1\r\nt: <sip:h>\r\ni: 1\r\n" \
		"CSeq: 1 INVITE\r\nc: %s\r\nl: %zu\r\n\r\n%s"
#define A	"multipart/mixed;boundary=a"
#define SDP	"application/sdp"

static struct sip_edits edits;
static struct sip_message msg;
static struct sdp sdp;
static u8 made[SIP_MESSAGE_MAX];

struct parts_case {
	const char *what;
	const char *type;
	const char *old;
	const char *new;	/* NULL: refused */
};

static const struct parts_case cases[] = {
	{ "the only body", SDP,
	  "v=0\r\na=ice-lite\r\nm=x 1 udp x\r\na=ice-pwd:x\r\n",
	  "v=0\r\nm=x 1 udp x\r\n" },
	{ "nothing is left", SDP, "a=ice-lite", "" },
	{ "three triples are one line", SDP,
	  "a=remote-candidates:1 h 1 1 h 2 1 h 3\nv=0", "v=0" },
	{ "lines without an end", SDP, "v=0\na=ice-lite", "v=0\n" },
	{ "a part", A,
	  "--a\r\nContent-Type: " SDP "\r\nContent-Length: 15\r\n\r\n"
	  "v=0\r\na=ice-lite\r\n--a--",
	  "--a\r\nContent-Type: " SDP "\r\nContent-Length: 5\r\n\r\n"
	  "v=0\r\n\r\n--a--" },
	{ "a length before the type, compact, folded, and again", A,
	  "--a\nl:\n 9\nL : 07\t\nContent-Type: " SDP "\n"
	  "content-length:1\n\nv=0\na=ice-lite\n--a--",
	  "--a\nl:\n 4\nL : 4\t\nContent-Type: " SDP "\n"
	  "content-length:4\n\nv=0\n\n--a--" },
	{ "what is no number stays", A,
	  "--a\nl: x\nl:\nl: 1 2\nl: -1\nl: 14\nc: " SDP
	  "\n\nv=0\na=ice-lite\n--a--",
	  "--a\nl: x\nl:\nl: 1 2\nl: -1\nl: 4\nc: " SDP
	  "\n\nv=0\n\n--a--" },
	{ "the other parts stay", A,
	  "--a\nl: 1\n\na=ice-lite\n--a\nc: " SDP "\nl: 1\n\na=ice-lite\n"
	  "--a\nl: 9\nc: " SDP "\n\na=ice-lite\n--a--",
	  "--a\nl: 1\n\na=ice-lite\n--a\nc: " SDP "\nl: 0\n\n\n"
	  "--a\nl: 9\nc: " SDP "\n\na=ice-lite\n--a--" },
	{ "a length that stands in a body", A,
	  "--a\nc: " SDP "\n\nl: 1\na=ice-lite\n--a--",
	  "--a\nc: " SDP "\n\nl: 1\n\n--a--" },
	{ "nested, and a digit less of the inner one counts", A,
	  "--a\nl: 49\nc: multipart/x;boundary=b\n\n"
	  "--b\nc: " SDP "\nl: 13\n\na=ice-lite\nv=\n--b--\n--a--",
	  "--a\nl: 37\nc: multipart/x;boundary=b\n\n"
	  "--b\nc: " SDP "\nl: 2\n\nv=\n--b--\n--a--" },
	{ "three levels", A,
	  "--a\nl: 1\nc: multipart/x;boundary=b\n\n"
	  "--b\nl: 2\nc: multipart/x;boundary=d\n\n"
	  "--d\nc: " SDP "\nl: 3\n\na=ice-lite\n--d--\n--b--\n--a\nl:4\n\n\n--a--",
	  "--a\nl: 78\nc: multipart/x;boundary=b\n\n"
	  "--b\nl: 35\nc: multipart/x;boundary=d\n\n"
	  "--d\nc: " SDP "\nl: 0\n\n\n--d--\n--b--\n--a\nl:4\n\n\n--a--" },
	{ "an inner body without end", A,
	  "--a\nl: 1\nc: multipart/x;boundary=b\n\n"
	  "--b\nc: " SDP "\nl: 3\n\na=ice-lite\n--b\n\n\n--a\nl:4\n\n\n--a--",
	  "--a\nl: 35\nc: multipart/x;boundary=b\n\n"
	  "--b\nc: " SDP "\nl: 0\n\n\n--b\n\n\n--a\nl:4\n\n\n--a--" },
	{ "a body without end", A,
	  "--a\nc: " SDP "\nl: 3\n\na=ice-lite\n--a\nl:4\n\n\n",
	  "--a\nc: " SDP "\nl: 0\n\n\n--a\nl:4\n\n\n" },
};

static size_t make(char *out, size_t size, const char *type, const char *body)
{
	return (size_t)snprintf(out, size, FORM, type, strlen(body), body);
}

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

/* Each line once, the later ones first: each is put before the others. */
static bool remove_lines(const u8 *base)
{
	static struct sip_slice lines[SIP_EDITS_MAX];
	struct sdp_attribute attribute;
	u32 cursor = 0, count = 0;
	bool good = true;

	while (sdp_attribute_next(base, &sdp, &cursor, &attribute)) {
		if (!count || lines[count - 1].off != attribute.line.off)
			lines[count++] = attribute.line;
	}
	while (count--)
		good &= !sip_edit_bytes(&edits, base, lines[count], NULL, 0);
	return good;
}

static void test_case(const struct parts_case *parts)
{
	char old[2048], new[2048];
	size_t len = make(old, sizeof(old), parts->type, parts->old);
	size_t want = make(new, sizeof(new), parts->type, parts->new);
	const u8 *base = (const u8 *)old;
	struct sip_slice body;
	int found;

	sip_edits_init(&edits);
	check(!sip_parse(base, len, &msg) && !sip_find_sdp(base, &msg, &body) &&
	      !sdp_parse(base, body, &sdp) && remove_lines(base) &&
	      !sip_edit_content_length(&edits, base, &msg), parts->what,
	      "cannot be edited");
	found = put_in_place(base, len);
	check(found == (int)want && !memcmp(made, new, want), parts->what,
	      "another message");
	if (found >= 0)
		check(!naive_lengths(base, len, made, (size_t)found),
		      parts->what, "a length is wrong");
}

/* Edits that reach over where a part begins and ends */
static const struct {
	const char *type;
	u32 off, len;
	const char *text;
	const char *length;	/* NULL: refused */
} borders[] = {
	/* the body is "123", 10 bytes after the begin of the first delimiter */
	{ A, 10, 0, "x", "4" }, { A, 13, 0, "x", "4" }, { A, 10, 3, "", "0" },
	{ A, 9, 1, "\n\n", "3" }, { A, 13, 1, "\n\n", "3" },
	{ A, 9, 2, "\n", NULL }, { A, 12, 2, "\n", NULL },
	{ A, 9, 5, "\n", NULL }, { A, 7, 1, "8", "8" }, { A, 7, 2, "", "" },
	{ A ";x=y", 10, 0, "x", "4" }, { "multipart/mixed", 10, 0, "x", "3" },
	{ "text/plain", 10, 0, "x", "3" }, { SDP, 10, 0, "x", "3" },
	{ A "\r\ne: gzip", 10, 0, "x", "3" },
};

static void test_borders(void)
{
	static const char body[] = "--a\nl: 3\n\n123\n--a--";
	char old[1024];
	size_t i, len;
	bool good;

	for (i = 0; i < ARRAY_SIZE(borders); i++) {
		const char *length = borders[i].length;
		const u8 *base = (const u8 *)old;
		struct sip_slice where = { 0, (u16)borders[i].len };

		len = make(old, sizeof(old), borders[i].type, body);
		check(!sip_parse(base, len, &msg), "parts", "a message");
		where.off = (u16)(msg.body.off + borders[i].off);
		sip_edits_init(&edits);
		sip_edit_bytes(&edits, base, where, (const u8 *)borders[i].text,
			       strlen(borders[i].text));
		good = !sip_edit_content_length(&edits, base, &msg) &&
		       put_in_place(base, len) > 0;
		check(good == !!length, "parts", "an edit at the border");
		if (!good || !length || !*length)
			continue;
		check(!sip_parse(made, len + 1, &msg) ||
		      !sip_parse(made, len - 3, &msg) ||
		      !sip_parse(made, len, &msg), "parts", "a message again");
		check(made[msg.body.off + 7] == (u8)*length, "parts",
		      "the length at the border");
	}
}

/* The list is full before the length of the part, or of the message. */
static void test_no_room(void)
{
	static char old[8 * SIP_EDITS_MAX], body[7 * SIP_EDITS_MAX];
	const u8 *base = (const u8 *)old;
	struct sip_slice where = { 0, 1 };
	size_t len;
	u32 i, left;

	strcpy(body, "--a\nl: 3\n\n");
	memset(body + 10, 'x', 6 * SIP_EDITS_MAX);
	strcpy(body + 10 + 6 * SIP_EDITS_MAX, "\n--a--");
	len = make(old, sizeof(old), A, body);
	for (left = 0; left < 3; left++) {
		sip_parse(base, len, &msg);
		sip_edits_init(&edits);
		for (i = 0; i < SIP_EDITS_MAX - left; i++) {
			where.off = (u16)(msg.body.off + 10 + 2 * i);
			sip_edit_bytes(&edits, base, where, NULL, 0);
		}
		check(!sip_edit_content_length(&edits, base, &msg) ==
		      (left == 2) && edits.failed == (left < 2), "parts",
		      "a list that gets full");
	}
}

void test_parts(const struct corpus *corpus)
{
	size_t i;

	snprintf(current, sizeof(current), "parts");
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		test_case(&cases[i]);
	test_borders();
	test_no_room();
}
