// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end by reset: by one of the two, or because something cannot be let
 * pass and something else was already changed.
 */
#include "engine.h"

static enum stream_verdict as_rst(struct stream_passage *passage)
{
	struct stream_segment *segment = passage->segment;

	segment->flags = STREAM_RST | (segment->flags & STREAM_ACK);
	segment->seq = passage->data->next;
	segment->len = 0;
	passage->stream->reset = true;
	return STREAM_RESET;
}

/**
 * stream_reset() - a connection cannot go on
 * @passage: the segment that is the cause; becomes an RST to its receiver
 *
 * Its sender hears of it from the receiver: a closed port answers with an RST.
 *
 * Return: STREAM_RESET.
 */
enum stream_verdict stream_reset(struct stream_passage *passage)
{
	struct stream *stream = passage->stream;

	stream_direction_free(stream, passage->context, passage->data);
	stream_direction_free(stream, passage->context, passage->back);
	stream->over = true;
	stream->ended = true;
	stream->culprit = (u8)passage->side;
	return as_rst(passage);
}

/**
 * stream_after() - a segment of a connection that was reset
 * @passage: the segment, no RST and no SYN
 *
 * The RST may get lost, or its sequence number not be what the receiver expects
 * (RFC 5961 section 3.2): then an answer shows that the receiver lives, and he
 * gets another.  Probes make either end answer, with a RST if it is closed.
 *
 * Return: STREAM_CHANGED.
 */
enum stream_verdict stream_after(struct stream_passage *passage)
{
	struct stream *stream = passage->stream;
	struct stream_segment *segment = passage->segment;
	struct stream_direction *back = passage->back;

	if (passage->side != stream->culprit) {
		stream->reset = false;
		if (segment->flags & STREAM_ACK &&
		    !seq_after(segment->ack, back->next) &&
		    seq_after(segment->ack, back->acked))
			back->acked = segment->ack;
		back->next = back->acked;
	} else if (segment->flags & STREAM_ACK &&
		   seq_after(segment->ack, back->acked) &&
		   !seq_after(segment->ack, back->next)) {
		back->acked = segment->ack;
	}
	segment->ack = back->owned;
	if (passage->side != stream->culprit || stream->reset)
		return stream_probe(passage);
	as_rst(passage);
	return STREAM_CHANGED;
}

/**
 * stream_rst() - one of the two ends the connection
 * @passage: the segment, with STREAM_RST
 *
 * A receiver accepts an RST at exactly the number it expects.  The two numbers
 * a sender may rightly use become those; any other stays wrong, so that nobody
 * finds it easier to guess (RFC 5961).
 *
 * Return: STREAM_PASS.
 */
enum stream_verdict stream_rst(struct stream_passage *passage)
{
	struct stream_segment *segment = passage->segment;
	struct stream_direction *data = passage->data;
	struct stream_direction *back = passage->back;
	u32 expected = stream_expected(data);

	if (segment->seq == data->owned || segment->seq == expected)
		passage->stream->ended = true;
	if (segment->seq == data->owned || passage->stream->over)
		segment->seq = data->acked;
	else if (!data->raw)
		segment->seq += data->new_head - expected;
	if (segment->flags & STREAM_ACK && back->known)
		segment->ack = back->owned;
	segment->len = 0;
	return STREAM_PASS;
}
