// SPDX-License-Identifier: GPL-2.0-only
/*
 * Early bytes: received out of order, stored until the bytes before them have
 * arrived.
 *
 * Retransmissions may disagree about a byte.  Only bytes that the reader has
 * seen depart, so the receiver never sees the other version.
 */
#include <linux/errno.h>

#include <tcp/early.h>
#include <tcp/engine.h>
#include <tcp/memory.h>

static u32 chunk_end(const struct sip_tcp_chunk *chunk)
{
	return chunk->start + chunk->length;
}

static int insert_chunk(struct sip_tcp_passage *passage,
			struct sip_tcp_chunk **at, u32 seq, const u8 *bytes,
			u32 len)
{
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_chunk *chunk;

	if (data->early_size + len > SIP_TCP_EARLY_MAX ||
	    data->early_count >= SIP_TCP_EARLY_CHUNKS) {
		passage->reason = SIP_TCP_REASON_EARLY_FULL;
		return -ENOBUFS;
	}
	chunk = sip_tcp_memory_alloc(passage->tcp->reader, passage->context,
				     (u32)sizeof(*chunk) + len);
	if (!chunk) {
		passage->reason = SIP_TCP_REASON_MEMORY;
		return -ENOMEM;
	}
	chunk->start = seq;
	chunk->length = len;
	memcpy(chunk->bytes, bytes, len);
	chunk->next = *at;
	*at = chunk;
	data->early_size += len;
	data->early_count++;
	return 0;
}

/**
 * sip_tcp_early_add() - store bytes that cannot be read yet
 * @passage: the segment
 * @seq: original sequence number, after the one expected
 * @bytes: payload
 * @len: number of bytes
 *
 * Return: 0; -ENOBUFS or -ENOMEM, with the reason set, when part of the bytes
 * was not stored.
 */
int sip_tcp_early_add(struct sip_tcp_passage *passage, u32 seq,
		      const u8 *bytes, u32 len)
{
	struct sip_tcp_chunk **at = &passage->data->early;
	u32 end = seq + len, stop, skip;
	int err;

	while (seq != end) {
		while (*at && !seq_after(chunk_end(*at), seq))
			at = &(*at)->next;
		if (*at && !seq_after((*at)->start, seq)) {
			skip = chunk_end(*at) - seq;	/* already stored */
			if (skip >= end - seq)
				break;
			bytes += skip;
			seq += skip;
			continue;
		}
		stop = *at && seq_before((*at)->start, end) ? (*at)->start :
							      end;
		err = insert_chunk(passage, at, seq, bytes, stop - seq);
		if (err)
			return err;
		bytes += stop - seq;
		seq = stop;
	}
	return 0;
}

/**
 * sip_tcp_early_pop() - take a chunk that is in order by now
 * @direction: direction of the chunks
 *
 * Return: the first chunk, to be freed by sip_tcp_early_free_chunk(); NULL
 * when bytes before it are missing.
 */
struct sip_tcp_chunk *sip_tcp_early_pop(struct sip_tcp_direction *direction)
{
	struct sip_tcp_chunk *chunk = direction->early;

	if (!chunk || seq_after(chunk->start, sip_tcp_expected(direction)))
		return NULL;
	direction->early = chunk->next;
	return chunk;
}

/**
 * sip_tcp_early_free_chunk() - free a chunk taken by sip_tcp_early_pop()
 * @tcp: the connection
 * @context: argument of the reader's callbacks
 * @direction: direction of the chunk
 * @chunk: the chunk, no longer in the list
 */
void sip_tcp_early_free_chunk(struct sip_tcp *tcp, void *context,
			      struct sip_tcp_direction *direction,
			      struct sip_tcp_chunk *chunk)
{
	direction->early_size -= chunk->length;
	direction->early_count--;
	sip_tcp_memory_free(tcp->reader, context, chunk,
			    (u32)sizeof(*chunk) + chunk->length);
}

/**
 * sip_tcp_early_free() - discard all early bytes and an early FIN
 * @tcp: the connection
 * @context: argument of the reader's callbacks
 * @direction: direction of the bytes
 */
void sip_tcp_early_free(struct sip_tcp *tcp, void *context,
			struct sip_tcp_direction *direction)
{
	struct sip_tcp_chunk *chunk;

	while ((chunk = direction->early)) {
		direction->early = chunk->next;
		sip_tcp_early_free_chunk(tcp, context, direction, chunk);
	}
	direction->fin_early = false;
}
