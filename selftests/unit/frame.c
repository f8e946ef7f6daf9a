// SPDX-License-Identifier: GPL-2.0-only
/*
 * sip_frame(): every message of the corpus, as it arrives.
 */
#include "unit.h"

static struct sip_message parsed;

/* The empty lines before a message are keepalives of their own. */
static size_t skip_keepalives(const u8 *bytes, size_t len)
{
	struct sip_frame frame;

	if (len && sip_frame(bytes, len, 0, &frame) == SIP_FRAMING_KEEPALIVE)
		return frame.length;
	return 0;
}

/* A message that is to end with Content-Length, or with its header part. */
static size_t whole_length(const u8 *bytes, size_t len)
{
	if (sip_parse(bytes, len, &parsed))
		return 0;
	return parsed.content_length.len ? parsed.len : parsed.body.off;
}

static bool is_more(enum sip_framing framing, const struct sip_frame *frame,
		    size_t length, bool in_body)
{
	return framing == SIP_FRAMING_MORE &&
	       frame->length == (in_body ? length : 0);
}

/* Byte by byte, in copies of their own size, with what was seen before. */
static const char *grow(const u8 *bytes, size_t length)
{
	size_t len, seen = 0, header = parsed.body.off;
	enum sip_framing framing;
	struct sip_frame frame;
	u8 *copy;

	for (len = 1; len <= length; len++) {
		copy = malloc(len);
		if (!copy)
			abort();
		memcpy(copy, bytes, len);
		framing = sip_frame(copy, len, seen, &frame);
		free(copy);
		if (len < length &&
		    !is_more(framing, &frame, length, len >= header))
			return "a part is not yet a message";
		seen = framing == SIP_FRAMING_MORE && !frame.length ? len : 0;
	}
	if (framing != SIP_FRAMING_MESSAGE || frame.length != length)
		return "the whole is a message";
	return NULL;
}

static void test_message(const struct test_case *test)
{
	size_t skipped = skip_keepalives(test->bytes, test->len);
	const u8 *bytes = test->bytes + skipped;
	size_t len = test->len - skipped, length;
	struct sip_frame frame;
	const char *wrong;

	length = len ? whole_length(bytes, len) : 0;
	if (!length)
		return;
	snprintf(current, sizeof(current), "%s: %s: framing", test->file,
		 test->name);
	wrong = length > 6000 ? NULL : grow(bytes, length);
	if (!wrong && (sip_frame(bytes, len, 0, &frame) !=
		       SIP_FRAMING_MESSAGE || frame.length != length))
		wrong = "what follows does not matter";
	if (wrong)
		fail("%s: %s", current, wrong);
	else
		pass();
}

static const struct frame_case {
	const char *text;
	enum sip_framing framing;
	u32 length;
} cases[] = {
	{ "\r\n", SIP_FRAMING_KEEPALIVE, 2 },
	{ "\r\n\r\n", SIP_FRAMING_KEEPALIVE, 4 },
	{ "\r\n\r", SIP_FRAMING_KEEPALIVE, 2 },
	{ "\n\r\nA", SIP_FRAMING_KEEPALIVE, 3 },
	{ "\r", SIP_FRAMING_MORE, 0 },
	{ "\rA", SIP_FRAMING_OTHER, 0 },
	{ "\x16", SIP_FRAMING_TLS, 0 },
	{ "\x16\x03\x01", SIP_FRAMING_TLS, 0 },
	{ "\x13\x03", SIP_FRAMING_OTHER, 0 },
	{ "\x18\x03", SIP_FRAMING_OTHER, 0 },
	{ "I", SIP_FRAMING_MORE, 0 },
	{ "INVITE", SIP_FRAMING_MORE, 0 },
	{ "INVITE ", SIP_FRAMING_MORE, 0 },
	{ "INVITE s", SIP_FRAMING_MORE, 0 },
	{ "INVITE sip:a", SIP_FRAMING_MORE, 0 },
	{ "INVITE sip:a SIP/2.0\r\n", SIP_FRAMING_MORE, 0 },
	{ "INVITE sip:a SIP/2.0\r\n\r", SIP_FRAMING_MORE, 0 },
	{ "INVITE sip:a SIP/2.0\r\n\r\n", SIP_FRAMING_MESSAGE, 24 },
	{ "INVITE sip:a SIP/2.0\n\n", SIP_FRAMING_MESSAGE, 22 },
	{ "INVITE sip:a SIP/2.0\n\r\nx", SIP_FRAMING_MESSAGE, 23 },
	{ "S", SIP_FRAMING_MORE, 0 },
	{ "SIP/", SIP_FRAMING_MORE, 0 },
	{ "SIP/2.0 200 OK\r\n", SIP_FRAMING_MORE, 0 },
	{ "SIP/2.0 200 OK\r\n\r\n", SIP_FRAMING_MESSAGE, 18 },
	{ "SIX/", SIP_FRAMING_OTHER, 0 },
	{ "GET /", SIP_FRAMING_OTHER, 0 },
	{ "POST / HTTP/1.1\r\n", SIP_FRAMING_OTHER, 0 },
	{ "CONNECT a:5060 HTTP/1.1\r\n", SIP_FRAMING_OTHER, 0 },
	{ "GET http://a/ HTTP/1.1\r\n", SIP_FRAMING_OTHER, 0 },
	{ "HTTP/", SIP_FRAMING_OTHER, 0 },
	{ "SSH-2.0-a", SIP_FRAMING_MORE, 0 },
	{ "SSH-2.0-a\r\n", SIP_FRAMING_OTHER, 0 },
	{ "220 a.example ESMTP\r\n", SIP_FRAMING_OTHER, 0 },
	{ " INVITE", SIP_FRAMING_OTHER, 0 },
	{ "A a:b SIP/2.0\nl: 3\n\nabc", SIP_FRAMING_MESSAGE, 23 },
	{ "A a:b SIP/2.0\nl: 3\n\nabcd", SIP_FRAMING_MESSAGE, 23 },
	{ "A a:b SIP/2.0\nl: 3\n\nab", SIP_FRAMING_MORE, 23 },
	{ "A a:b SIP/2.0\nL:3\n\nabc", SIP_FRAMING_MESSAGE, 22 },
	{ "A a:b SIP/2.0\nl \t: 3 \r\n\nabc", SIP_FRAMING_MESSAGE, 27 },
	{ "A a:b SIP/2.0\nl:\n 3\n\nabc", SIP_FRAMING_MESSAGE, 24 },
	{ "A a:b SIP/2.0\nCONTENT-length: 1\n\na", SIP_FRAMING_MESSAGE, 34 },
	{ "A a:b SIP/2.0\nl: 1\nl: 1\n\na", SIP_FRAMING_MESSAGE, 26 },
	{ "A a:b SIP/2.0\nl: 1\nl: 2\n\na", SIP_FRAMING_BROKEN,
	  SIP_FAULT_CONTENT_LENGTH },
	{ "A a:b SIP/2.0\nl: 1, 1\n\na", SIP_FRAMING_BROKEN,
	  SIP_FAULT_CONTENT_LENGTH },
	{ "A a:b SIP/2.0\nl: -1\n\na", SIP_FRAMING_BROKEN,
	  SIP_FAULT_CONTENT_LENGTH },
	{ "A a:b SIP/2.0\nl:\n\na", SIP_FRAMING_BROKEN,
	  SIP_FAULT_CONTENT_LENGTH },
	{ "A a:b SIP/2.0\nl: 65509\n\n", SIP_FRAMING_MORE, 65533 },
	{ "A a:b SIP/2.0\nl: 65511\n\n", SIP_FRAMING_MORE, 65535 },
	{ "A a:b SIP/2.0\nl: 65512\n\n", SIP_FRAMING_BROKEN,
	  SIP_FAULT_TOO_LONG },
	{ "A a:b SIP/2.0\nl: 4294967297\n\n", SIP_FRAMING_BROKEN,
	  SIP_FAULT_TOO_LONG },
	/* a folded line is not a header of its own */
	{ "A a:b SIP/2.0\nx: y\n l: 3\n\nabc", SIP_FRAMING_MESSAGE, 26 },
	{ "A a:b SIP/2.0\nc: l: 9\n\n", SIP_FRAMING_MESSAGE, 23 },
};

static void test_case_of(const struct frame_case *test)
{
	size_t len = strlen(test->text);
	struct sip_frame frame = { 0 };
	u8 *copy = malloc(len);
	enum sip_framing framing;
	u32 said;

	if (!copy)
		abort();
	memcpy(copy, test->text, len);
	framing = sip_frame(copy, len, 0, &frame);
	free(copy);
	said = framing == SIP_FRAMING_BROKEN ? frame.fault : frame.length;
	if (framing == test->framing && said == test->length)
		pass();
	else
		fail("framing of \"%s\": %d, %u", test->text, framing, said);
}

/* A first line without an end, and a header part without one. */
static void test_endless(void)
{
	static u8 bytes[SIP_MESSAGE_MAX + 1];
	struct sip_frame frame;

	memset(bytes, 'a', sizeof(bytes));
	check(sip_frame(bytes, SIP_HEADER_LENGTH_MAX, 0, &frame) ==
	      SIP_FRAMING_MORE, "framing", "a long first line");
	check(sip_frame(bytes, SIP_HEADER_LENGTH_MAX + 1, 0, &frame) ==
	      SIP_FRAMING_OTHER, "framing", "a first line too long");
	memcpy(bytes, "A a:b SIP/2.0\nx: ", 17);
	check(sip_frame(bytes, SIP_MESSAGE_MAX - 1, 0, &frame) ==
	      SIP_FRAMING_MORE, "framing", "a long header part");
	check(sip_frame(bytes, SIP_MESSAGE_MAX, 0, &frame) ==
	      SIP_FRAMING_BROKEN && frame.fault == SIP_FAULT_TOO_LONG,
	      "framing", "a header part too long");
	memcpy(bytes + SIP_MESSAGE_MAX - 2, "\n\n", 2);
	check(sip_frame(bytes, SIP_MESSAGE_MAX, 0, &frame) ==
	      SIP_FRAMING_MESSAGE && frame.length == SIP_MESSAGE_MAX,
	      "framing", "the longest header part");
}

void test_frame(const struct corpus *corpus)
{
	size_t i;

	for (i = 0; i < corpus->count; i++)
		test_message(&corpus->cases[i]);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		test_case_of(&cases[i]);
	test_endless();
}
