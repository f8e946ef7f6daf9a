// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every prefix of every message, placed so that the next byte after it, or
 * the one before it, stops the program.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "unit.h"

#define ARENA_SIZE	(128 * 1024)

void arena_open(struct arena *arena, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	u8 *map;

	size = (size + page - 1) / page * page;
	map = mmap(NULL, size + 2 * page, PROT_NONE,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (map == MAP_FAILED || mprotect(map + page, size,
					  PROT_READ | PROT_WRITE)) {
		perror("mmap");
		exit(2);
	}
	arena->begin = map + page;
	arena->end = arena->begin + size;
}

u8 *arena_at_end(const struct arena *arena, const u8 *bytes, size_t len)
{
	return memcpy(arena->end - len, bytes, len);
}

u8 *arena_at_begin(const struct arena *arena, const u8 *bytes, size_t len)
{
	return memcpy(arena->begin, bytes, len);
}

/* A long message is not tested at every prefix, except near both ends. */
static size_t step(size_t at, size_t len)
{
	return len <= 6000 || at < 300 || len - at < 300 ? 1 : 127;
}

static const char *exercise_prefixes(const struct arena *arena,
				     const struct test_case *test)
{
	const char *wrong = NULL;
	size_t len;

	for (len = 0; len <= test->len && !wrong; len += step(len, test->len)) {
		snprintf(current, sizeof(current), "%s: %s: first %zu bytes",
			 test->file, test->name, len);
		wrong = exercise(arena_at_end(arena, test->bytes, len), len);
		if (!wrong)
			wrong = exercise(arena_at_begin(arena, test->bytes,
							len), len);
	}
	return wrong;
}

void test_guard(const struct corpus *corpus)
{
	struct arena arena;
	const char *wrong;
	size_t i;

	arena_open(&arena, ARENA_SIZE);
	for (i = 0; i < corpus->count; i++) {
		if (corpus->cases[i].len > ARENA_SIZE)
			continue;
		wrong = exercise_prefixes(&arena, &corpus->cases[i]);
		if (wrong)
			fail("%s: %s", current, wrong);
		else
			pass();
	}
}
