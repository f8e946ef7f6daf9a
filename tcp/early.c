// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes that came out of order wait for those before them.
 *
 * Two segments may not agree on a byte: the receiver sees the one that was read.
 */
#include "engine.h"

static u32 chunk_end(const struct sip_tcp_chunk *chunk)
{
	return chunk->start + chunk->length;
}

static void free_chunk(struct sip_tcp *tcp, void *context,
		       struct sip_tcp_direction *direction,
		       struct sip_tcp_chunk *chunk)
{
	direction->early_size -= chunk->length;
	direction->early_count--;
	sip_tcp_memory_free(tcp, context, chunk,
			    (u32)sizeof(*chunk) + chunk->length);
}

static bool insert(struct sip_tcp_passage *passage, struct sip_tcp_chunk **at,
		   u32 seq, const u8 *bytes, u32 len)
{
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_chunk *chunk;

	if (data->early_size + len > SIP_TCP_EARLY_MAX ||
	    data->early_count >= SIP_TCP_EARLY_CHUNKS) {
		passage->reason = SIP_TCP_REASON_EARLY_FULL;
		return false;
	}
	chunk = sip_tcp_memory_alloc(passage->tcp, passage->context,
				     (u32)sizeof(*chunk) + len);
	if (!chunk) {
		passage->reason = SIP_TCP_REASON_MEMORY;
		return false;
	}
	chunk->start = seq;
	chunk->length = len;
	memcpy(chunk->bytes, bytes, len);
	chunk->next = *at;
	*at = chunk;
	data->early_size += len;
	data->early_count++;
	return true;
}

/**
 * sip_tcp_early_add() - bytes that cannot be read yet
 * @passage: the segment
 * @seq: original; behind what is expected
 * @bytes: the bytes
 * @len: how many
 *
 * Return: SIP_TCP_TAKEN, or SIP_TCP_REFUSED with a reason when not all of them
 * could be kept.
 */
enum sip_tcp_taken sip_tcp_early_add(struct sip_tcp_passage *passage, u32 seq,
				     const u8 *bytes, u32 len)
{
	struct sip_tcp_chunk **at = &passage->data->early;
	u32 end = seq + len, stop, skip;

	while (seq != end) {
		while (*at && !seq_after(chunk_end(*at), seq))
			at = &(*at)->next;
		if (*at && !seq_after((*at)->start, seq)) {
			skip = chunk_end(*at) - seq;	/* these are there */
			if (skip >= end - seq)
				break;
			bytes += skip;
			seq += skip;
			continue;
		}
		stop = *at && seq_before((*at)->start, end) ? (*at)->start :
							      end;
		if (!insert(passage, at, seq, bytes, stop - seq))
			return SIP_TCP_REFUSED;
		bytes += stop - seq;
		seq = stop;
	}
	return SIP_TCP_TAKEN;
}

/**
 * sip_tcp_early_join() - read what is in order by now
 * @passage: the segment
 *
 * Return: what became of it.
 */
enum sip_tcp_taken sip_tcp_early_join(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;
	struct sip_tcp_chunk *chunk;
	u32 skip;

	while (taken == SIP_TCP_TAKEN && (chunk = data->early) &&
	       !seq_after(chunk->start, sip_tcp_expected(data))) {
		data->early = chunk->next;
		skip = sip_tcp_expected(data) - chunk->start;
		if (skip < chunk->length)
			taken = sip_tcp_read(passage, chunk->bytes + skip,
					     chunk->length - skip);
		free_chunk(passage->tcp, passage->context, data, chunk);
	}
	return taken;
}

/**
 * sip_tcp_early_free() - nothing waits any more
 * @tcp: the connection
 * @context: for the reader
 * @direction: whose
 */
void sip_tcp_early_free(struct sip_tcp *tcp, void *context,
			struct sip_tcp_direction *direction)
{
	struct sip_tcp_chunk *chunk;

	while ((chunk = direction->early)) {
		direction->early = chunk->next;
		free_chunk(tcp, context, direction, chunk);
	}
	direction->fin_early = false;
}
