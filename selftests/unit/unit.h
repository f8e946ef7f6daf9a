/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The unit tests of sip/ and tcp/: what the test files share.
 */
#ifndef _UNIT_H
#define _UNIT_H

#include <stdio.h>
#include <stdlib.h>

#include <sip_ims/edit.h>
#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

/* One message of the corpus, and what is expected of it. */
struct test_case {
	char *file;
	char *name;
	u8 *bytes;
	size_t len;
	char *facts;
};

struct corpus {
	struct test_case *cases;
	size_t count;
};

/* corpus.c: reads the Markdown files; exits when one cannot be read. */
void corpus_read(struct corpus *corpus, const char *path);
const struct test_case *corpus_find(const struct corpus *corpus,
				    const char *name);

/* dump.c: the facts of a message as text, one a line; to be freed. */
char *dump_facts(const u8 *bytes, size_t len);

/* A place for messages between two pages that must not be touched. */
struct arena {
	u8 *begin;
	u8 *end;
};

void arena_open(struct arena *arena, size_t size);
/* A copy whose last byte is the arena's last, or whose first is its first. */
u8 *arena_at_end(const struct arena *arena, const u8 *bytes, size_t len);
u8 *arena_at_begin(const struct arena *arena, const u8 *bytes, size_t len);

/* Everything that reads a message, with checks that hold for all of them;
 * NULL or what is wrong.
 */
const char *exercise(const u8 *bytes, size_t len);

/* main.c: results. A passed check is silent. */
extern unsigned long passed, failed;
extern char current[256];	/* printed when a sanitizer stops the run */

void pass(void);
void fail(const char *format, ...);
void check(bool good, const char *where, const char *what);
u32 random_u32(void);
u32 random_below(u32 limit);

/* The suites. */
void test_corpus(const struct corpus *corpus);
void test_guard(const struct corpus *corpus);
void test_oracle(const struct corpus *corpus);
void test_edit(const struct corpus *corpus);
void test_facts_move(const struct corpus *corpus);
void test_parts(const struct corpus *corpus);
void test_address(void);
void test_auth(void);
void test_names(void);
void test_response(const struct corpus *corpus);
void test_frame(const struct corpus *corpus);
void test_tcp(void);
void test_network(void);
void test_rewrite(const struct corpus *corpus);
void test_translate(void);

#endif /* _UNIT_H */
