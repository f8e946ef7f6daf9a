// SPDX-License-Identifier: GPL-2.0-only
/*
 * A message that crosses the families is read once.
 *
 * It comes twice, once a leg, and in between its headers are translated but not
 * its bytes.  What the first leg knows of the message that it sends, its facts
 * moved by its edits, is kept in the working memory of the CPU together with
 * the bytes; the second leg, mostly the next to look at a message there, takes
 * the facts if the bytes are the same.  Facts follow from the bytes alone, so
 * it does not matter whose message it is, nor who has changed it on its way: if
 * anybody did, it is read anew.
 */
#include <linux/udp.h>

#include <packet/cache.h>
#include <packet/work.h>
#include <session/counters.h>

#include <sip_ims/edit.h>
#include <sip_ims/sdp.h>

#define STEP	(4 * sizeof(u64))

static inline u64 load(const u8 *bytes)
{
	u64 word;

	memcpy(&word, bytes, sizeof(word));
	return word;
}

/* Of a message all bytes are expected to be the same: few questions. */
static bool same_bytes(const u8 *a, const u8 *b, size_t len)
{
	for (; len >= STEP; len -= STEP, a += STEP, b += STEP) {
		if ((load(a) ^ load(b)) | (load(a + 8) ^ load(b + 8)) |
		    (load(a + 16) ^ load(b + 16)) |
		    (load(a + 24) ^ load(b + 24)))
			return false;
	}
	return !memcmp(a, b, len);
}

/**
 * sip_ims_cache_take() - are the facts of this message known already?
 * @work: @base and @len are set
 *
 * Either way they are forgotten: who takes them may change them.
 *
 * Context: bottom halves off.
 * Return: whether @work->msg and @work->sdp are those of this message.
 */
bool sip_ims_cache_take(struct sip_ims_work *work)
{
	u32 len = work->cached_len;

	work->cached_len = 0;
	if (likely(!len) || len != work->len ||
	    !same_bytes(work->cached, work->base, len))
		return false;
	sip_ims_count(work->path.sn, SIP_IMS_A_STATS_XLAT_CACHED);
	return true;
}

static const u8 *left_bytes(const struct sip_ims_work *work)
{
	if (!work->rewrite.edits.count)
		return work->base;
	if (work->path.l4proto == IPPROTO_TCP)
		return work->out;
	return work->skb->data + work->protoff + sizeof(struct udphdr);
}

/**
 * sip_ims_cache_store() - a message leaves for a translator device
 * @work: everything is done for it
 *
 * Context: bottom halves off.
 */
void sip_ims_cache_store(struct sip_ims_work *work)
{
	const u8 *bytes = left_bytes(work);
	u32 len = work->len;

	if (work->rewrite.edits.count)
		len = len - work->splice.len + work->splice.new_len;
	if (len > sizeof(work->cached) ||
	    (work->rewrite.edits.count &&
	     !sip_edited(&work->rewrite.edits, bytes, &work->msg, &work->sdp)))
		return;
	memcpy(work->cached, bytes, len);
	work->cached_len = len;
}
