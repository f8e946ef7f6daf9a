// SPDX-License-Identifier: GPL-2.0-only
/*
 * The messages of the corpus as files to start from.
 *
 *	seeds DIR CORPUS.md...	fills DIR/message and DIR/sdp, and DIR/stream
 *				with the decisions of some networks
 */
#include <errno.h>
#include <sys/stat.h>

#include "unit.h"

static void make_folder(const char *path)
{
	if (mkdir(path, 0777) && errno != EEXIST) {
		perror(path);
		exit(2);
	}
}

static void write_seed(const char *dir, const char *kind,
		       const struct test_case *test, size_t number,
		       const u8 *bytes, size_t len)
{
	int name = (int)strcspn(test->file, ".");
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/%.*s-%zu", dir, kind, name,
		 test->file, number);
	file = fopen(path, "w");
	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file)) {
		perror(path);
		exit(2);
	}
}

/* Writes the text after "Content-Type: ", the input of the target sdp. */
static void write_body(const char *dir, const struct test_case *test,
		       size_t number, const struct sip_message *msg)
{
	u8 index = msg->first[SIP_HEADER_CONTENT_TYPE], *bytes;
	struct sip_slice type;

	if (index == SIP_HEADER_NONE || !msg->body.len)
		return;
	type = msg->headers[index].value;
	bytes = malloc(type.len + 4u + msg->body.len);
	if (!bytes)
		abort();
	memcpy(bytes, test->bytes + type.off, type.len);
	memcpy(bytes + type.len, "\r\n\r\n", 4);
	memcpy(bytes + type.len + 4, test->bytes + msg->body.off,
	       msg->body.len);
	write_seed(dir, "sdp", test, number, bytes,
		   type.len + 4u + msg->body.len);
	free(bytes);
}

static void write_networks(const char *dir)
{
	static const struct test_case test = { .file = (char *)"network" };
	u64 random = 88172645463325252ull;
	u8 bytes[2048];
	size_t i, at;

	for (i = 0; i < 32; i++) {
		for (at = 0; at < sizeof(bytes); at++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			bytes[at] = (u8)(random >> 32);
		}
		write_seed(dir, "tcp", &test, i, bytes, 64u << i % 6);
	}
}

int main(int argc, char **argv)
{
	static struct sip_message msg;
	struct corpus corpus = { 0 };
	char path[512];
	size_t i;
	int k;

	if (argc < 3)
		return 2;
	make_folder(argv[1]);
	snprintf(path, sizeof(path), "%s/message", argv[1]);
	make_folder(path);
	snprintf(path, sizeof(path), "%s/sdp", argv[1]);
	make_folder(path);
	snprintf(path, sizeof(path), "%s/tcp", argv[1]);
	make_folder(path);
	write_networks(argv[1]);
	for (k = 2; k < argc; k++)
		corpus_read(&corpus, argv[k]);
	for (i = 0; i < corpus.count; i++) {
		const struct test_case *test = &corpus.cases[i];

		if (test->len > SIP_MESSAGE_MAX)
			continue;
		write_seed(argv[1], "message", test, i, test->bytes, test->len);
		if (!sip_parse(test->bytes, test->len, &msg))
			write_body(argv[1], test, i, &msg);
	}
	return 0;
}
