// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs while the suites are built: the corpus as a table in C.
 *
 *	mkcorpus CORPUS.md...
 */
#include "../unit/unit.h"

/* Octal, so that a digit after it is not part of the escape. */
static void put_bytes(const u8 *bytes, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (i % 16 == 0)
			printf("\n\t\t\"");
		printf("\\%03o", bytes[i]);
		if (i % 16 == 15 || i + 1 == len)
			putchar('"');
	}
	if (!len)
		printf(" \"\"");
}

/* A name becomes part of a line of KTAP, where "#" has a meaning. */
static void put_name(const char *name)
{
	for (; *name; name++)
		putchar(*name == '#' || *name == '"' || *name == '\\' ? '-' :
			*name);
}

static void put_case(const struct test_case *test)
{
	printf("\t{\n\t\t.name = \"");
	put_name(test->file);
	printf(": ");
	put_name(test->name);
	printf("\",\n\t\t.len = %zu,\n\t\t.bytes =", test->len);
	put_bytes(test->bytes, test->len);
	printf(",\n\t\t.facts =");
	put_bytes((const u8 *)test->facts, strlen(test->facts));
	printf(",\n\t},\n");
}

int main(int argc, char **argv)
{
	struct corpus corpus = { 0 };
	size_t i;
	int arg;

	for (arg = 1; arg < argc; arg++)
		corpus_read(&corpus, argv[arg]);
	printf("/* Generated from selftests/corpus */\n"
	       "#include \"corpus.h\"\n\n"
	       "const struct corpus_case corpus_cases[] = {\n");
	for (i = 0; i < corpus.count; i++)
		put_case(&corpus.cases[i]);
	printf("};\n\nconst unsigned int n_corpus_cases = %zu;\n",
	       corpus.count);
	return !corpus.count;
}
