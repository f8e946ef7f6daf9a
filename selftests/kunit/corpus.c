// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parser in the kernel: every message of the corpus says the same as in
 * userspace.
 */
#include <kunit/test.h>
#include <linux/seq_buf.h>

#include "../unit/facts.h"
#include "corpus.h"
#include "world.h"

#define FACTS_MAX	65536

static const void *case_params(struct kunit *test, const void *prev, char *desc)
{
	const struct corpus_case *next = prev ?
		(const struct corpus_case *)prev + 1 : corpus_cases;

	if (next == corpus_cases + n_corpus_cases)
		return NULL;
	strscpy(desc, next->name, KUNIT_PARAM_DESC_SIZE);
	return next;
}

/* In memory of exactly its size, so that KASAN sees the first byte too many. */
static void test_facts(struct kunit *test)
{
	const struct corpus_case *corpus = test->param_value;
	char *text = kunit_kzalloc(test, FACTS_MAX, GFP_KERNEL);
	u8 *bytes = kunit_kmalloc(test, corpus->len ?: 1, GFP_KERNEL);
	struct seq_buf out;

	KUNIT_ASSERT_TRUE(test, text && bytes);
	memcpy(bytes, corpus->bytes, corpus->len);
	seq_buf_init(&out, text, FACTS_MAX);
	print_facts(&out, bytes, corpus->len);
	KUNIT_EXPECT_FALSE(test, seq_buf_has_overflowed(&out));
	KUNIT_EXPECT_STREQ(test, seq_buf_str(&out), corpus->facts);
}

static void test_there_are(struct kunit *test)
{
	KUNIT_EXPECT_GT(test, n_corpus_cases, 250);
}

static struct kunit_case corpus_test_cases[] = {
	KUNIT_CASE_PARAM(test_facts, case_params),
	KUNIT_CASE(test_there_are),
	{}
};

static struct kunit_suite corpus_suite = {
	.name = "sip_ims_corpus",
	.test_cases = corpus_test_cases,
};

kunit_test_suite(corpus_suite);
MODULE_INFO(kunit_suite, "sip_ims_corpus");
