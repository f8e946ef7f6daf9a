// SPDX-License-Identifier: GPL-2.0-only
/*
 * sip/ against the naive parser: all messages of the corpus, and messages bent
 * at random (the same ones in every run).
 */
#include "oracle.h"
#include "unit.h"

#define BENT_MESSAGES	50000
#define BENT_SIZE_MAX	4096

static u8 odd_byte(void)
{
	static const u8 odd[] = "\r\n\t \0\":;,<>@[]%\\=/.?&-+0159azAZ*\x7f"
				"\x80\xbf\xc2\xc3\xa9\xe0\xed\xa0\xf0\xf4\x90";

	return random_below(8) ? odd[random_below(sizeof(odd) - 1)] :
				 (u8)random_u32();
}

static size_t line_begin(const u8 *bytes, size_t at)
{
	while (at && bytes[at - 1] != '\n')
		at--;
	return at;
}

/* Copies the line at one place to another. */
static size_t copy_line(u8 *bytes, size_t len)
{
	size_t from = line_begin(bytes, random_below((u32)len));
	size_t to = line_begin(bytes, random_below((u32)len)), size = 0;
	u8 line[BENT_SIZE_MAX];

	while (from + size < len && bytes[from + size] != '\n')
		size++;
	size++;
	if (from + size > len || len + size > BENT_SIZE_MAX)
		return len;
	memcpy(line, bytes + from, size);
	memmove(bytes + to + size, bytes + to, len - to);
	memcpy(bytes + to, line, size);
	return len + size;
}

static size_t remove_run(u8 *bytes, size_t len)
{
	size_t from = random_below((u32)len);
	size_t size = random_below(4) ? 1 : random_below((u32)(len - from));

	memmove(bytes + from, bytes + from + size, len - from - size);
	return len - size;
}

static size_t insert_byte(u8 *bytes, size_t len)
{
	size_t at = random_below((u32)len);

	if (len == BENT_SIZE_MAX)
		return len;
	memmove(bytes + at + 1, bytes + at, len - at);
	bytes[at] = odd_byte();
	return len + 1;
}

static size_t bend(u8 *bytes, size_t len)
{
	u32 times = 1 + random_below(3);

	while (times-- && len) {
		switch (random_below(5)) {
		case 0:
			len = copy_line(bytes, len);
			break;
		case 1:
			len = remove_run(bytes, len);
			break;
		case 2:
			len = insert_byte(bytes, len);
			break;
		default:
			bytes[random_below((u32)len)] = odd_byte();
		}
	}
	return len;
}

static void save(const u8 *bytes, size_t len)
{
	FILE *file = fopen("failed.sip", "w");

	if (!file)
		return;
	fwrite(bytes, 1, len, file);
	fclose(file);
}

static void test_bent(const struct corpus *corpus)
{
	static u8 bytes[BENT_SIZE_MAX];
	const struct test_case *test;
	struct arena arena;
	const char *wrong;
	size_t len;
	u32 i;

	arena_open(&arena, BENT_SIZE_MAX);
	for (i = 0; i < BENT_MESSAGES; i++) {
		test = &corpus->cases[random_below((u32)corpus->count)];
		if (test->len > BENT_SIZE_MAX)
			continue;
		snprintf(current, sizeof(current), "%s: %s: bent, no. %u",
			 test->file, test->name, i);
		memcpy(bytes, test->bytes, test->len);
		len = bend(bytes, test->len);
		wrong = compare_message(bytes, len);
		if (!wrong)
			wrong = exercise(arena_at_end(&arena, bytes, len), len);
		if (wrong) {
			fail("%s: %s (bytes in failed.sip)", current, wrong);
			save(bytes, len);
			return;
		}
	}
	pass();
}

void test_oracle(const struct corpus *corpus)
{
	const char *wrong;
	size_t i;

	for (i = 0; i < corpus->count; i++) {
		const struct test_case *test = &corpus->cases[i];

		snprintf(current, sizeof(current), "%s: %s: naively",
			 test->file, test->name);
		wrong = compare_message(test->bytes, test->len);
		if (wrong)
			fail("%s: %s", current, wrong);
		else
			pass();
	}
	test_bent(corpus);
}
