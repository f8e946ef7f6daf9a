/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fuzzing of sip/: declarations that the targets share.
 *
 * A target is a file with fuzz_one().  hold() checks a property of every input;
 * if it does not hold, the program stops, the fuzzer keeps the input, and
 * `make fuzz-replay` runs it again.
 */
#ifndef _FUZZ_H
#define _FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#include <sip_ims/edit.h>
#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

/* The name by which the fuzzer knows it; returns 0. */
int fuzz_one(const u8 *data, size_t size) __asm__("LLVMFuzzerTestOneInput");

/* Stops the program, telling @property, unless it @holds. */
static inline void hold(bool holds, const char *property)
{
	if (holds)
		return;
	fprintf(stderr, "PROPERTY: %s\n", property);
	abort();
}

/* As hold(), with the message of a function of selftests/unit; NULL is good. */
static inline void hold_none(const char *wrong, const char *property)
{
	if (!wrong)
		return;
	fprintf(stderr, "PROPERTY: %s: %s\n", property, wrong);
	abort();
}

/* A copy of its own size on the heap, so that the byte before the first one
 * and the one after the last one are watched; to be freed.
 */
static inline u8 *copy_of(const u8 *bytes, size_t len)
{
	u8 *copy = malloc(len);

	if (!copy && len)
		abort();
	return len ? memcpy(copy, bytes, len) : copy;
}

static inline u64 mix(u64 digest, const void *data, size_t size)
{
	const u8 *p = data;

	while (size--)
		digest = (digest ^ *p++) * 0x100000001b3ull;
	return digest;
}

#define MIX_START	0xcbf29ce484222325ull

/* facts.c: all facts of a message as one number.  The memory they are written
 * to is filled with @fill before: it must not matter.
 */
u64 facts_digest(const u8 *bytes, size_t len, int fill);
/* The facts of both structures as one number; an empty body means no SDP. */
u64 facts_hash(const struct sip_message *msg, const struct sdp *sdp);

#endif /* _FUZZ_H */
