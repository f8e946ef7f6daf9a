// SPDX-License-Identifier: GPL-2.0-only
/*
 * Seeds: the messages of the unit tests' corpus, sent from here to there.
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>

#include <unit.h>

#include "live.h"

static struct corpus corpus;

void seeds_read(char **paths, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		corpus_read(&corpus, paths[i]);
	if (!corpus.count)
		errx(2, "the corpus has no message");
}

static void put_address(char *text, u32 address)
{
	snprintf(text, ADDRESS_MAX, "%u.%u.%u.%u", address >> 24,
		 address >> 16 & 255, address >> 8 & 255, address & 255);
}

/* The length of an IPv4 address at @at, or 0. */
static size_t address_length(const struct message *message, size_t at)
{
	size_t len = strspn((const char *)message->bytes + at, "0123456789.");
	size_t i, dots = 0;

	for (i = 0; i < len; i++)
		dots += message->bytes[at + i] == '.';
	return len >= 7 && len < ADDRESS_MAX && dots == 3 ? len : 0;
}

/* Replaces the addresses by ones that the router translates. */
static void put_addresses(struct message *message, const struct place *src,
			  const struct place *dst)
{
	char text[ADDRESS_MAX];
	size_t at, len;

	for (at = 0; at < message->len; at++) {
		if (!isdigit(message->bytes[at]))
			continue;
		len = address_length(message, at);
		if (len && random_percent(75)) {
			put_address(text, random_percent(70) ? src->address :
					  dst->address);
			message_replace(message, at, len, text, strlen(text));
		}
		at += strspn((const char *)message->bytes + at,
			     "0123456789.");
	}
}

/* Any message of the corpus, as it is or as one of this flow. */
void seed_message(struct message *message, const struct place *src,
		  const struct place *dst)
{
	const struct test_case *test = &corpus.cases[random_below(corpus.count)];

	message->len = 0;
	message_bytes(message, test->bytes, test->len);
	if (random_percent(75)) {
		put_addresses(message, src, dst);
		message_fix_length(message);
	}
}
