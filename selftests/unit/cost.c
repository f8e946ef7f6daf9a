// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does one thing with one message of the corpus many times, for an
 * instruction counter to watch: cost WHAT TIMES CASE CORPUS.md...
 */
#include "unit.h"

static struct sip_message msg;
static struct sip_edits edits;
static struct sdp sdp;

static void walk_all(const u8 *bytes)
{
	struct sip_literal literal;
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, bytes, &msg, &literal))
		;
}

static void read_sdp(const u8 *bytes)
{
	struct sip_slice body;

	if (!sip_find_sdp(bytes, &msg, &body) && body.len)
		sdp_parse(bytes, body, &sdp);
}

/* Each literal to another address, as a NAT does. */
static void edit_all(const u8 *bytes, size_t len)
{
	static const struct sip_address address = { 4, { 203, 0, 113, 7 } };
	static u8 out[SIP_MESSAGE_MAX];
	struct sip_splice splice;
	struct sip_literal literal;
	struct sip_walk walk;

	sip_edits_init(&edits);
	sip_walk_init(&walk);
	while (sip_walk_next(&walk, bytes, &msg, &literal))
		sip_edit_literal(&edits, bytes, &literal, &address, 40000);
	sip_edit_address(&edits, bytes, sdp.origin.text, &address, false);
	sip_edit_address(&edits, bytes, sdp.connection.text, &address, false);
	sip_edit_number(&edits, bytes, sdp.media[0].port_text, 40002);
	sip_edit_content_length(&edits, bytes, &msg);
	sip_edits_assemble(&edits, bytes, len, out, sizeof(out), &splice);
}

static void once(const char *what, const u8 *bytes, size_t len)
{
	switch (what[0]) {
	case 'c':
		sip_classify(bytes, len);
		break;
	case 'p':
		sip_parse(bytes, len, &msg);
		break;
	case 'w':
		walk_all(bytes);
		break;
	case 's':
		read_sdp(bytes);
		break;
	case 'e':
		edit_all(bytes, len);
		break;
	}
}

int main(int argc, char **argv)
{
	const struct test_case *test;
	struct corpus corpus = { 0 };
	long times;
	int i;

	if (argc < 5)
		return 2;
	for (i = 4; i < argc; i++)
		corpus_read(&corpus, argv[i]);
	test = corpus_find(&corpus, argv[3]);
	if (!test || sip_parse(test->bytes, test->len, &msg)) {
		fprintf(stderr, "no such message: %s\n", argv[3]);
		return 2;
	}
	read_sdp(test->bytes);
	for (times = atol(argv[2]); times > 0; times--)
		once(argv[1], test->bytes, test->len);
	if (!strcmp(argv[1], "length"))
		printf("%zu bytes, %u headers\n", test->len, msg.count);
	return 0;
}
