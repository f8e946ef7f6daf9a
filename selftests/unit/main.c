// SPDX-License-Identifier: GPL-2.0-only
/*
 * The unit tests of sip/ and tcp/: one line for each failed check, then
 * "N passed, N failed".
 *
 *	unit CORPUS.md...		run all
 *	unit --dump CORPUS.md...	print the facts of each case as they are
 */
#include <stdarg.h>

#include "unit.h"

unsigned long passed, failed;
char current[256] = "nothing";

static u32 seed = 2463534242u;

/* xorshift32: the same numbers in every run */
u32 random_u32(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

u32 random_below(u32 limit)
{
	return limit ? random_u32() % limit : 0;
}

void pass(void)
{
	passed++;
}

void fail(const char *format, ...)
{
	va_list args;

	failed++;
	va_start(args, format);
	printf("FAIL ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

void check(bool good, const char *where, const char *what)
{
	if (good)
		pass();
	else
		fail("%s: %s", where, what);
}

/* A function of the sanitizers, absent when coverage is measured */
#pragma weak __sanitizer_set_death_callback
void __sanitizer_set_death_callback(void (*callback)(void));

static void tell_current(void)
{
	fprintf(stderr, "FAIL %s: stopped by a sanitizer\n", current);
}

static int dump(const struct corpus *corpus)
{
	size_t i;

	for (i = 0; i < corpus->count; i++) {
		const struct test_case *test = &corpus->cases[i];
		char *facts = dump_facts(test->bytes, test->len);

		printf("## %s\n\n%s\n", test->name, facts);
		free(facts);
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool dumping = argc > 1 && !strcmp(argv[1], "--dump");
	struct corpus corpus = { 0 };
	int i;

	if (__sanitizer_set_death_callback)
		__sanitizer_set_death_callback(tell_current);
	for (i = 1 + dumping; i < argc; i++)
		corpus_read(&corpus, argv[i]);
	if (dumping)
		return dump(&corpus);
	test_corpus(&corpus);
	test_address();
	test_auth();
	test_names();
	test_response(&corpus);
	test_guard(&corpus);
	test_oracle(&corpus);
	test_edit(&corpus);
	test_facts_move(&corpus);
	test_rewrite(&corpus);
	test_parts(&corpus);
	test_frame(&corpus);
	test_tcp();
	test_network();
	test_translate();
	printf("%lu passed, %lu failed\n", passed, failed);
	return failed != 0;
}
