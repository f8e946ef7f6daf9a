// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes that came out of order wait for those before them.
 *
 * Two segments may not agree on a byte: the receiver sees the one that was read.
 */
#include "engine.h"

static u32 chunk_end(const struct stream_chunk *chunk)
{
	return chunk->start + chunk->length;
}

static void free_chunk(struct stream *stream, void *context,
		       struct stream_direction *direction,
		       struct stream_chunk *chunk)
{
	direction->early_size -= chunk->length;
	direction->early_count--;
	stream_free(stream, context, chunk,
		    (u32)sizeof(*chunk) + chunk->length);
}

static bool insert(struct stream_passage *passage, struct stream_chunk **at,
		   u32 seq, const u8 *bytes, u32 len)
{
	struct stream_direction *data = passage->data;
	struct stream_chunk *chunk;

	if (data->early_size + len > STREAM_EARLY_MAX ||
	    data->early_count >= STREAM_EARLY_CHUNKS) {
		passage->reason = STREAM_REASON_EARLY_FULL;
		return false;
	}
	chunk = stream_allocate(passage->stream, passage->context,
				(u32)sizeof(*chunk) + len);
	if (!chunk) {
		passage->reason = STREAM_REASON_MEMORY;
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
 * stream_early_add() - bytes that cannot be read yet
 * @passage: the segment
 * @seq: original; behind what is expected
 * @bytes: the bytes
 * @len: how many
 *
 * Return: STREAM_TAKEN, or STREAM_REFUSED with a reason when not all of them
 * could be kept.
 */
enum stream_taken stream_early_add(struct stream_passage *passage, u32 seq,
				   const u8 *bytes, u32 len)
{
	struct stream_chunk **at = &passage->data->early;
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
			return STREAM_REFUSED;
		bytes += stop - seq;
		seq = stop;
	}
	return STREAM_TAKEN;
}

/**
 * stream_early_join() - read what is in order by now
 * @passage: the segment
 *
 * Return: what became of it.
 */
enum stream_taken stream_early_join(struct stream_passage *passage)
{
	struct stream_direction *data = passage->data;
	enum stream_taken taken = STREAM_TAKEN;
	struct stream_chunk *chunk;
	u32 skip;

	while (taken == STREAM_TAKEN && (chunk = data->early) &&
	       !seq_after(chunk->start, stream_expected(data))) {
		data->early = chunk->next;
		skip = stream_expected(data) - chunk->start;
		if (skip < chunk->length)
			taken = stream_read(passage, chunk->bytes + skip,
					    chunk->length - skip);
		free_chunk(passage->stream, passage->context, data, chunk);
	}
	return taken;
}

/**
 * stream_early_free() - nothing waits any more
 * @stream: the connection
 * @context: for the reader
 * @direction: whose
 */
void stream_early_free(struct stream *stream, void *context,
		       struct stream_direction *direction)
{
	struct stream_chunk *chunk;

	while ((chunk = direction->early)) {
		direction->early = chunk->next;
		free_chunk(stream, context, direction, chunk);
	}
	direction->fin_early = false;
}
