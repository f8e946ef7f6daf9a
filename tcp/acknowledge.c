// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a receiver acknowledges, as the sender has to see it.
 */
#include "engine.h"

static u8 scale_of(const struct stream *stream, unsigned int side)
{
	s8 scale = stream->direction[side].scale;

	if (scale < 0 || stream->direction[!side].scale < 0)
		return 0;
	return scale < 14 ? (u8)scale : 14;	/* RFC 7323 section 2.3 */
}

/**
 * stream_window_bytes() - a window in bytes
 * @stream: the connection
 * @side: whose window
 * @window: as it stands in a header, not of a SYN
 *
 * Return: bytes.
 */
u32 stream_window_bytes(const struct stream *stream, unsigned int side,
			u16 window)
{
	return (u32)window << scale_of(stream, side);
}

/**
 * stream_window() - as much of a window as may be used
 * @stream: the connection
 * @side: whose window
 * @window: as it stands in a header, not of a SYN
 *
 * It bounds the log.  What is held is not taken from it: the window could
 * close while the message waits for its end.
 *
 * Return: what has to stand there.
 */
u16 stream_window(const struct stream *stream, unsigned int side, u16 window)
{
	u16 most = (u16)(STREAM_WINDOW >> scale_of(stream, side));

	return window < most ? window : most;
}

/* Linux's rule: what an old segment says of the window is not believed. */
static void take_window(struct stream_passage *passage, u32 ack, bool fresh)
{
	const struct stream_segment *segment = passage->segment;
	struct stream_direction *back = passage->back;
	u32 edge = ack + stream_window_bytes(passage->stream, passage->side,
					     segment->window);

	if (ack != back->acked)
		return;
	if (!fresh && !seq_after(segment->seq, back->update) &&
	    !(segment->seq == back->update && seq_after(edge, back->edge)))
		return;
	back->update = segment->seq;
	back->edge = edge;
}

/* Inside of an entry at least its last number stays with the sender, so that
 * he repeats it until all of it has arrived.
 */
static u32 original_ack(const struct stream_direction *back, u32 ack)
{
	const struct stream_entry *entry = back->first;
	u32 inside, mapped;

	if (!seq_before(ack, back->new_head)) {
		mapped = back->raw ? ack : stream_expected(back);
	} else {
		while (entry && !seq_after(stream_entry_new_end(entry), ack))
			entry = entry->next;
		if (!entry || seq_before(ack, entry->new_start))
			return back->owned;
		inside = ack - entry->new_start;
		if (inside > entry->length - 1)
			inside = entry->length - 1;
		mapped = entry->start + inside;
	}
	return seq_after(mapped, back->owned) ? mapped : back->owned;
}

static bool pure_ack(const struct stream_segment *segment)
{
	return !segment->len &&
	       !(segment->flags & (STREAM_FIN | STREAM_SYN | STREAM_RST));
}

/* The receiver has room for more and the sender thinks that all was sent: a
 * probe makes him speak, and with what he says goes the rest.
 */
static bool wants_more(const struct stream_passage *passage)
{
	const struct stream_direction *back = passage->back;

	return stream_unsent(back) && seq_after(back->edge, back->next) &&
	       pure_ack(passage->segment);
}

/**
 * stream_acknowledge() - the acknowledgment of a segment
 * @passage: the segment, with STREAM_ACK
 *
 * Writes acknowledgment and window as the sender of the acknowledged has to
 * see them.  An ACK inside of a rewritten message may tell nothing new: to him
 * it would be a duplicate, which says that something was lost.
 *
 * Return: STREAM_DROP with a reason, or STREAM_PASS.
 */
enum stream_verdict stream_acknowledge(struct stream_passage *passage)
{
	struct stream_segment *segment = passage->segment;
	struct stream_direction *back = passage->back;
	u32 ack = segment->ack, owned = back->owned;
	bool fresh = seq_after(ack, back->acked), silent;
	u16 window = stream_window(passage->stream, passage->side,
				   segment->window);

	if (seq_after(ack, back->next) ||
	    seq_before(ack, back->acked - STREAM_REACH)) {
		passage->reason = STREAM_REASON_ACK_BEYOND;
		return STREAM_DROP;
	}
	if (fresh)
		back->acked = ack;
	take_window(passage, ack, fresh);
	if (fresh)
		stream_log_release(passage->stream, passage->context, back);
	back->owned = original_ack(back, ack);
	silent = fresh && back->owned == owned && window == back->told &&
		 pure_ack(segment);
	segment->ack = back->owned;
	segment->window = window;
	back->told = window;
	passage->wake = wants_more(passage);
	if (!silent || passage->wake)
		return STREAM_PASS;
	passage->reason = STREAM_REASON_PARTIAL;
	return STREAM_DROP;
}
