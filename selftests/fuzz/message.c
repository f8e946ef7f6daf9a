// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parser and all functions that read a message: nothing is read outside of
 * it, the facts lie inside of it and depend only on its bytes, and a part of a
 * message has no other facts than the whole.
 */
#include "fuzz.h"
#include "unit.h"

static struct sip_message whole, cut;

static void hold_same(const u8 *data, size_t size)
{
	u8 *here = copy_of(data, size), *there = malloc(size + 3);

	if (!there)
		abort();
	memcpy(there + 3, data, size);	/* otherwise aligned, too */
	hold(facts_digest(here, size, 0x00) ==
	     facts_digest(there + 3, size, 0xff),
	     "the facts depend on the bytes alone");
	free(here);
	free(there);
}

/* All but how long body and message are. */
static bool same_facts(void)
{
	u32 i;

	if (whole.request != cut.request || whole.method != cut.method ||
	    whole.status != cut.status || whole.cseq != cut.cseq ||
	    whole.count != cut.count || whole.body.off != cut.body.off ||
	    memcmp(whole.first, cut.first, sizeof(whole.first)) ||
	    memcmp(&whole.uri, &cut.uri, offsetof(struct sip_message, cseq) -
		   offsetof(struct sip_message, uri)))
		return false;
	for (i = 0; i < whole.count; i++) {
		if (whole.headers[i].name != cut.headers[i].name ||
		    whole.headers[i].id != cut.headers[i].id ||
		    memcmp(&whole.headers[i].value, &cut.headers[i].value,
			   sizeof(struct sip_slice)))
			return false;
	}
	return true;
}

static void hold_cut(const u8 *data, size_t size, enum sip_fault fault)
{
	u8 *copy = copy_of(data, size);

	hold_none(exercise(copy, size), "a message cut short");
	if (!sip_parse(copy, size, &cut)) {
		hold(!fault, "the whole is a message if a part of it is");
		hold(size >= whole.body.off,
		     "no message ends in the header part");
		hold(same_facts(), "a message cut short says the same");
		hold(cut.len <= size && cut.body.len <= whole.body.len,
		     "a message cut short has no more body");
	}
	free(copy);
}

/* Where a body begins and ends, and a place anywhere. */
static void hold_prefixes(const u8 *data, size_t size)
{
	enum sip_fault fault = sip_parse(data, size, &whole);
	size_t anywhere = mix(MIX_START, data, size) % (size + 1);

	hold(fault || sip_classify(data, size) == SIP_KIND_SIP,
	     "a message is classified as one");
	hold_cut(data, anywhere, fault);
	if (fault)
		return;
	hold_cut(data, whole.body.off, fault);
	hold_cut(data, whole.body.off - 1u, fault);
	hold_cut(data, whole.len, fault);
	hold_cut(data, whole.len - 1u, fault);
}

int fuzz_one(const u8 *data, size_t size)
{
	u8 *copy;

	if (size > SIP_MESSAGE_MAX)
		return 0;
	copy = copy_of(data, size);
	hold_none(exercise(copy, size), "a message");
	free(copy);
	hold_same(data, size);
	hold_prefixes(data, size);
	return 0;
}
