// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every message of the corpus says what is written there.
 */
#include "facts.h"
#include "unit.h"

char *dump_facts(const u8 *bytes, size_t len)
{
	struct seq_buf out;
	char *text = NULL;
	size_t size;

	out.file = open_memstream(&text, &size);
	if (!out.file)
		abort();
	print_facts(&out, bytes, len);
	fclose(out.file);
	return text;
}

/* The first line in which the two texts differ. */
static void tell_difference(const struct test_case *test, const char *found)
{
	const char *expected = test->facts, *a, *b;
	int na, nb;

	for (;;) {
		na = (int)strcspn(expected, "\n");
		nb = (int)strcspn(found, "\n");
		a = expected;
		b = found;
		if (na != nb || memcmp(a, b, (size_t)na) || !*a || !*b)
			break;
		expected += na + 1;
		found += nb + 1;
	}
	fail("%s: %s: expected \"%.*s\", found \"%.*s\"", test->file,
	     test->name, na, a, nb, b);
}

void test_corpus(const struct corpus *corpus)
{
	size_t i;

	for (i = 0; i < corpus->count; i++) {
		const struct test_case *test = &corpus->cases[i];
		char *found;

		snprintf(current, sizeof(current), "%s: %s", test->file,
			 test->name);
		found = dump_facts(test->bytes, test->len);
		if (strcmp(found, test->facts))
			tell_difference(test, found);
		else
			pass();
		free(found);
	}
}
