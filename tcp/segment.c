// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of one segment.
 */
#include "engine.h"

/* Of a number that belongs to the connection the difference is small. */
static bool is_outside(const struct stream_passage *passage)
{
	const struct stream_segment *segment = passage->segment;
	u32 expected = stream_expected(passage->data);

	return seq_after(segment->seq, expected + STREAM_REACH) ||
	       seq_before(segment->seq + segment->len,
			  expected - STREAM_REACH);
}

static enum stream_taken take_fin(struct stream_passage *passage)
{
	struct stream_direction *data = passage->data;

	if (!data->fin_early || data->fin_at != stream_expected(data))
		return STREAM_TAKEN;
	if (data->leaving)
		return STREAM_LEAVE;
	return stream_log_fin(passage) ? STREAM_TAKEN : STREAM_REFUSED;
}

/* The bytes and the FIN of a segment: read, held, or kept for later. */
static enum stream_taken take(struct stream_passage *passage)
{
	const struct stream_segment *segment = passage->segment;
	struct stream_direction *data = passage->data;
	enum stream_taken taken = STREAM_TAKEN;
	u32 end = segment->seq + segment->len;
	u32 expected = stream_expected(data);

	passage->same = segment->seq == expected && !data->early;
	if (seq_after(segment->seq, expected))
		taken = stream_early_add(passage, segment->seq,
					 segment->payload, segment->len);
	else if (seq_after(end, expected))
		taken = stream_read(passage,
				    segment->payload + (expected - segment->seq),
				    end - expected);
	if (segment->flags & STREAM_FIN && !seq_before(end, expected)) {
		data->fin_early = true;
		data->fin_at = end;
	}
	if (taken == STREAM_TAKEN && data->early)
		taken = stream_early_join(passage);
	return taken == STREAM_TAKEN ? take_fin(passage) : taken;
}

/* Nothing of the segment has happened: the sender repeats it. */
static void cut_back(struct stream_direction *data, u32 expected)
{
	stream_hold_cut(data, seq_after(expected, data->head) ?
			expected - data->head : 0);
}

static enum stream_verdict carry_data(struct stream_passage *passage)
{
	struct stream_direction *data = passage->data;
	u32 expected = stream_expected(data), head = data->head;
	enum stream_taken taken = STREAM_TAKEN;

	if (is_outside(passage)) {
		passage->reason = STREAM_REASON_OUTSIDE;
		return STREAM_DROP;
	}
	if (!data->raw && !data->fin)
		taken = take(passage);
	if (taken == STREAM_LEAVE || taken == STREAM_BROKEN) {
		if (passage->stream->changed) {
			if (!passage->reason)
				passage->reason = STREAM_REASON_BROKEN;
			return stream_reset(passage);
		}
		if (!stream_leave(passage))
			taken = STREAM_REFUSED;
	}
	if (taken == STREAM_REFUSED)
		cut_back(data, expected);
	return stream_emit(passage, head);
}

/* Acknowledgment first, then data; both have numbers of their own. */
static enum stream_verdict established(struct stream_passage *passage)
{
	const struct stream_segment *segment = passage->segment;
	enum stream_verdict verdict;

	if (!(segment->flags & STREAM_ACK)) {
		passage->reason = STREAM_REASON_FLAGS;
		return STREAM_DROP;
	}
	if (segment->flags & STREAM_URG && !passage->data->raw) {
		passage->reason = STREAM_REASON_URGENT;
		return STREAM_DROP;
	}
	verdict = stream_acknowledge(passage);
	if (verdict == STREAM_PASS)
		verdict = carry_data(passage);
	stream_leave_check(passage);
	return verdict;
}

/*
 * Without a SYN of both ends there are no bytes: those that come after a SYN
 * alone are of a connection that was there before.  Whoever still has that one
 * answers with an ACK, and is told by an RST (RFC 9293 section 3.5.1).
 */
static enum stream_verdict unanswered(struct stream_passage *passage)
{
	const struct stream_segment *segment = passage->segment;

	if (!passage->data->known && !passage->back->known)
		passage->stream->left = !(segment->flags & STREAM_RST);
	else if (segment->len)
		passage->reason = STREAM_REASON_FLAGS;
	return passage->reason ? STREAM_DROP : STREAM_PASS;
}

static enum stream_verdict way(struct stream_passage *passage)
{
	struct stream *stream = passage->stream;
	u8 flags = passage->segment->flags;

	if (flags & STREAM_SYN)
		return stream_syn(passage);
	if (!passage->data->known || !passage->back->known)
		return unanswered(passage);
	stream->begun = true;
	if (flags & STREAM_RST)
		return stream_rst(passage);
	if (stream->over)
		return stream_after(passage);
	return established(passage);
}

static bool is_as_it_came(const struct stream_segment *a,
			  const struct stream_segment *b)
{
	return a->seq == b->seq && a->ack == b->ack && a->window == b->window &&
	       a->flags == b->flags && a->len == b->len &&
	       (!a->len || a->payload == b->payload);
}

/**
 * stream_segment() - one segment comes by
 * @stream: the connection, locked by the caller
 * @context: for the reader
 * @direction: 0 from the end that sent the first SYN, 1 from the other
 * @segment: in and out
 * @out: room for new payload
 * @room: bytes of it; at least 65,535
 * @reason: why something is dropped or ended, else STREAM_OK
 *
 * Bottom halves are off; nothing here sleeps.
 *
 * Return: what becomes of the segment.
 */
enum stream_verdict stream_segment(struct stream *stream, void *context,
				   unsigned int direction,
				   struct stream_segment *segment,
				   u8 *out, u32 room,
				   enum stream_reason *reason)
{
	struct stream_segment came = *segment;
	struct stream_passage passage = {
		.stream = stream,
		.context = context,
		.side = direction,
		.data = &stream->direction[direction],
		.back = &stream->direction[!direction],
		.segment = segment,
		.out = out,
		.room = room < STREAM_EMIT_MAX ? room : STREAM_EMIT_MAX,
		.reason = STREAM_OK,
	};
	enum stream_verdict verdict = STREAM_PASS;

	if (!stream->left)
		verdict = way(&passage);
	*reason = passage.reason;
	if (verdict == STREAM_PASS || verdict == STREAM_CHANGED)
		verdict = is_as_it_came(&came, segment) ? STREAM_PASS :
							  STREAM_CHANGED;
	return verdict;
}
