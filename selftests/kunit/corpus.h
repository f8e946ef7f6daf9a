/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The corpus of selftests/corpus, as mkcorpus.c writes it down.
 */
#ifndef _KUNIT_CORPUS_H
#define _KUNIT_CORPUS_H

#include <linux/types.h>

/**
 * struct corpus_case - one message, and what it says
 * @name: file and heading
 * @len: bytes of the message
 * @bytes: the message
 * @facts: what print_facts() must say
 */
struct corpus_case {
	const char *name;
	size_t len;
	const char *bytes;
	const char *facts;
};

extern const struct corpus_case corpus_cases[];
extern const unsigned int n_corpus_cases;

#endif /* _KUNIT_CORPUS_H */
