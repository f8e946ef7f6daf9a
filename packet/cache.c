// SPDX-License-Identifier: GPL-2.0-only
/*
 * The facts of a message that passes the helper twice.
 *
 * A message that changes its address family is handled on two legs, and between
 * them only the packet headers change, not the bytes of the message.  The first
 * leg moves the facts by its own edits and keeps them with the bytes in the
 * working memory of the CPU.  The second leg, which is mostly the next message
 * on that CPU, takes the facts if the bytes are equal.  Facts follow from the
 * bytes alone, so a message that was changed in between is parsed again.
 */
#include <linux/udp.h>

#include <packet/cache.h>
#include <packet/work.h>
#include <session/counters.h>

#include <sip_ims/edit.h>
#include <sip_ims/sdp.h>

#define STEP	(4 * sizeof(u64))

static inline u64 load_word(const u8 *bytes)
{
	u64 word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* The bytes nearly always match: compare in large steps. */
static bool same_bytes(const u8 *a, const u8 *b, size_t len)
{
	for (; len >= STEP; len -= STEP, a += STEP, b += STEP) {
		if ((load_word(a) ^ load_word(b)) |
		    (load_word(a + 8) ^ load_word(b + 8)) |
		    (load_word(a + 16) ^ load_word(b + 16)) |
		    (load_word(a + 24) ^ load_word(b + 24)))
			return false;
	}
	return !memcmp(a, b, len);
}

/**
 * sip_ims_cache_take() - take the facts that the other leg has stored
 * @work: @base and @len are set
 *
 * Empties the cache in any case, since @work->msg and @work->sdp may change
 * from now on.
 *
 * Context: bottom halves off.
 * Return: 0 when @work->msg and @work->sdp are the facts of this message;
 * -ENOENT when the message has to be parsed.
 */
int sip_ims_cache_take(struct sip_ims_work *work)
{
	u32 len = work->cached_len;

	work->cached_len = 0;
	if (likely(!len) || len != work->len ||
	    !same_bytes(work->cached, work->base, len))
		return -ENOENT;
	sip_ims_count(work->path.sn, SIP_IMS_A_STATS_XLAT_CACHED);
	return 0;
}

/* Get the message as it departs. */
static const u8 *departing_bytes(const struct sip_ims_work *work)
{
	if (!work->rewrite.edits.count)
		return work->base;
	if (work->path.l4proto == IPPROTO_TCP)
		return work->out;
	return work->skb->data + work->protoff + sizeof(struct udphdr);
}

/**
 * sip_ims_cache_store() - store the facts of a message for the other leg
 * @work: the message, which departs through a translator device
 *
 * Does nothing if the message is too long for the cache, or if its edits cannot
 * be applied to its facts.
 *
 * Context: bottom halves off.
 */
void sip_ims_cache_store(struct sip_ims_work *work)
{
	const u8 *bytes = departing_bytes(work);
	u32 len = work->len;

	if (work->rewrite.edits.count)
		len = len - work->splice.len + work->splice.new_len;
	if (len > sizeof(work->cached) ||
	    (work->rewrite.edits.count &&
	     sip_facts_move(&work->rewrite.edits, bytes, &work->msg, &work->sdp)))
		return;
	memcpy(work->cached, bytes, len);
	work->cached_len = len;
}
