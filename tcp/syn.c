// SPDX-License-Identifier: GPL-2.0-only
/*
 * The beginning of a connection.
 */
#include "engine.h"

static void start_at(struct stream_direction *direction, u32 start)
{
	direction->known = true;
	direction->head = start;
	direction->new_head = start;
	direction->next = start;
	direction->acked = start;
	direction->owned = start;
	direction->edge = start;
}

/* Both ends may begin at once: the second of two SYNs tells all, too. */
static void begin(struct stream_passage *passage)
{
	const struct stream_segment *segment = passage->segment;
	struct stream_direction *data = passage->data;
	struct stream_direction *back = passage->back;
	u32 start = segment->seq + 1;

	start_at(data, start);
	data->scale = segment->wscale;
	data->window = segment->window;
	if (segment->flags & STREAM_ACK && !back->known)
		start_at(back, segment->ack);
	if (back->known) {
		data->edge = start + back->window;
		back->edge = back->acked + segment->window;
		data->update = back->head - 1;
		back->update = segment->seq;
	}
}

/* The same addresses and ports, another connection. */
static void begin_anew(struct stream_passage *passage)
{
	struct stream *stream = passage->stream;
	const struct stream_reader *reader = stream->reader;

	stream_direction_free(stream, passage->context, passage->data);
	stream_direction_free(stream, passage->context, passage->back);
	memset(stream, 0, sizeof(*stream));
	stream->reader = reader;
	stream->direction[0].scale = -1;
	stream->direction[1].scale = -1;
}

/**
 * stream_syn() - a SYN, or a SYN with an ACK
 * @passage: the segment
 *
 * Data on it does not leave: the sender repeats it (RFC 7413 section 4.2).
 * When a connection has begun, and not ended by RST, it is left to the receiver
 * to answer.
 *
 * Return: STREAM_PASS.
 */
enum stream_verdict stream_syn(struct stream_passage *passage)
{
	struct stream_segment *segment = passage->segment;

	segment->len = 0;
	segment->flags &= (u8)~STREAM_FIN;
	if (passage->stream->ended && !(segment->flags & STREAM_ACK))
		begin_anew(passage);
	if (!passage->stream->begun)
		begin(passage);
	if (segment->window > STREAM_WINDOW)
		segment->window = STREAM_WINDOW;
	return STREAM_PASS;
}
