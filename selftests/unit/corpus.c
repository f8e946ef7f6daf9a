// SPDX-License-Identifier: GPL-2.0-only
/*
 * The corpus: Markdown files; test and specification in one.  A case is a
 * heading "## name", a block "```sip" with the message and a block "```facts"
 * with what it says.  The notation of messages is described in
 * selftests/corpus/README.md.
 */
#include "unit.h"

struct buffer {
	u8 *bytes;
	size_t len;
	size_t room;
};

static void put(struct buffer *buffer, u8 byte)
{
	if (buffer->len == buffer->room) {
		buffer->room = buffer->room * 2 + 256;
		buffer->bytes = realloc(buffer->bytes, buffer->room);
		if (!buffer->bytes)
			abort();
	}
	buffer->bytes[buffer->len++] = byte;
}

static void put_text(struct buffer *buffer, const char *text)
{
	while (*text)
		put(buffer, (u8)*text++);
}

#define LENGTH_MARK	"\001LENGTH\001"

static void expand(struct buffer *buffer, const char *text, size_t len);

/* "\{count*text}".  Return: number of characters read after the "{". */
static size_t expand_repeat(struct buffer *buffer, const char *text, size_t len)
{
	const char *close = memchr(text, '}', len);
	char *star;
	unsigned long count = strtoul(text, &star, 10);

	if (!close || *star != '*') {
		fprintf(stderr, "corpus: bad repeat: %.40s\n", text);
		exit(2);
	}
	while (count--)
		expand(buffer, star + 1, (size_t)(close - star - 1));
	return (size_t)(close - text) + 1;
}

static size_t expand_escape(struct buffer *buffer, const char *text, size_t len)
{
	char hex[3] = "";

	switch (text[0]) {
	case 'r':
		put(buffer, '\r');
		return 1;
	case 'n':
		put(buffer, '\n');
		return 1;
	case 't':
		put(buffer, '\t');
		return 1;
	case 's':
		put(buffer, ' ');
		return 1;
	case '0':
		put(buffer, 0);
		return 1;
	case 'L':
		put_text(buffer, LENGTH_MARK);
		return 1;
	case 'x':
		memcpy(hex, text + 1, 2);
		put(buffer, (u8)strtoul(hex, NULL, 16));
		return 3;
	case '{':
		return 1 + expand_repeat(buffer, text + 1, len - 1);
	default:
		put(buffer, (u8)text[0]);
		return 1;
	}
}

static void expand(struct buffer *buffer, const char *text, size_t len)
{
	size_t at = 0;

	while (at < len) {
		if (text[at] == '\\' && at + 1 < len) {
			at++;
			at += expand_escape(buffer, text + at, len - at);
		} else {
			put(buffer, (u8)text[at++]);
		}
	}
}

/* Puts the length of the body where "\L" stands. */
static void fill_length(struct buffer *buffer)
{
	struct buffer out = { 0 };
	const u8 *body, *mark;
	char digits[24];
	size_t i;

	if (!buffer->len)
		return;
	body = memmem(buffer->bytes, buffer->len, "\r\n\r\n", 4);
	mark = memmem(buffer->bytes, buffer->len, LENGTH_MARK,
		      sizeof(LENGTH_MARK) - 1);
	if (!mark || !body)
		return;
	snprintf(digits, sizeof(digits), "%zu",
		 (size_t)(buffer->bytes + buffer->len - body - 4));
	for (i = 0; i < buffer->len; i++) {
		if (buffer->bytes + i == mark) {
			put_text(&out, digits);
			i += sizeof(LENGTH_MARK) - 2;
		} else {
			put(&out, buffer->bytes[i]);
		}
	}
	free(buffer->bytes);
	*buffer = out;
}

/* One line of a message: CRLF is added unless it ends with a backslash. */
static void add_line(struct buffer *buffer, const char *line, size_t len)
{
	bool open = len && line[len - 1] == '\\' &&
		    !(len > 1 && line[len - 2] == '\\');

	expand(buffer, line, len - open);
	if (!open)
		put_text(buffer, "\r\n");
}

static char *copy(const char *text, size_t len)
{
	char *out = malloc(len + 1);

	if (!out)
		abort();
	memcpy(out, text, len);
	out[len] = 0;
	return out;
}

static void add_case(struct corpus *corpus, const char *path, const char *name,
		     struct buffer *message, struct buffer *facts)
{
	struct test_case *test;
	const char *file = strrchr(path, '/');

	file = file ? file + 1 : path;
	fill_length(message);
	put(facts, 0);
	corpus->cases = realloc(corpus->cases, (corpus->count + 1) *
				sizeof(*corpus->cases));
	if (!corpus->cases)
		abort();
	test = &corpus->cases[corpus->count++];
	test->file = copy(file, strlen(file));
	test->name = copy(name, strlen(name));
	test->len = message->len;
	test->bytes = message->bytes ? message->bytes : malloc(1);
	test->facts = (char *)facts->bytes;
	memset(message, 0, sizeof(*message));
	memset(facts, 0, sizeof(*facts));
}

void corpus_read(struct corpus *corpus, const char *path)
{
	enum { PROSE, SIP, FACTS } state = PROSE;
	struct buffer message = { 0 }, facts = { 0 };
	char name[128] = "", *line = NULL;
	size_t room = 0;
	ssize_t len;
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		exit(2);
	}
	while ((len = getline(&line, &room, file)) > 0) {
		if (line[len - 1] == '\n')
			line[--len] = 0;
		if (state != PROSE && !strcmp(line, "```")) {
			if (state == FACTS)
				add_case(corpus, path, name, &message, &facts);
			state = PROSE;
		} else if (state == SIP) {
			add_line(&message, line, (size_t)len);
		} else if (state == FACTS) {
			put_text(&facts, line);
			put(&facts, '\n');
		} else if (!strcmp(line, "```sip")) {
			state = SIP;
		} else if (!strcmp(line, "```facts")) {
			state = FACTS;
		} else if (!strncmp(line, "## ", 3)) {
			snprintf(name, sizeof(name), "%s", line + 3);
		}
	}
	free(line);
	fclose(file);
}

const struct test_case *corpus_find(const struct corpus *corpus,
				    const char *name)
{
	size_t i;

	for (i = 0; i < corpus->count; i++) {
		if (!strcmp(corpus->cases[i].name, name))
			return &corpus->cases[i];
	}
	return NULL;
}
