// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of one segment.
 */
#include "engine.h"

/* Of a number that belongs to the connection the difference is small. */
static bool is_outside(const struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;
	u32 expected = sip_tcp_expected(passage->data);

	return seq_after(segment->seq, expected + SIP_TCP_REACH) ||
	       seq_before(segment->seq + segment->len,
			  expected - SIP_TCP_REACH);
}

static enum sip_tcp_taken take_fin(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;

	if (!data->fin_early || data->fin_at != sip_tcp_expected(data))
		return SIP_TCP_TAKEN;
	if (data->bypassing)
		return SIP_TCP_BYPASS;
	return sip_tcp_log_fin(passage) ? SIP_TCP_TAKEN : SIP_TCP_REFUSED;
}

/* The bytes and the FIN of a segment: read, held, or kept for later. */
static enum sip_tcp_taken take(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;
	u32 end = segment->seq + segment->len;
	u32 expected = sip_tcp_expected(data);

	passage->same = segment->seq == expected && !data->early;
	if (seq_after(segment->seq, expected))
		taken = sip_tcp_early_add(passage, segment->seq,
					  segment->payload, segment->len);
	else if (seq_after(end, expected))
		taken = sip_tcp_read(passage,
				     segment->payload + (expected - segment->seq),
				     end - expected);
	if (segment->flags & SIP_TCP_FIN && !seq_before(end, expected)) {
		data->fin_early = true;
		data->fin_at = end;
	}
	if (taken == SIP_TCP_TAKEN && data->early)
		taken = sip_tcp_early_join(passage);
	return taken == SIP_TCP_TAKEN ? take_fin(passage) : taken;
}

/* Nothing of the segment has happened: the sender repeats it. */
static void cut_back(struct sip_tcp_direction *data, u32 expected)
{
	sip_tcp_pending_truncate(data, seq_after(expected, data->head) ?
				 expected - data->head : 0);
}

static enum sip_tcp_verdict carry_data(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	u32 expected = sip_tcp_expected(data), head = data->head;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;

	if (is_outside(passage)) {
		passage->reason = SIP_TCP_REASON_OUTSIDE;
		return SIP_TCP_DROP;
	}
	if (!data->raw && !data->fin)
		taken = take(passage);
	if (taken == SIP_TCP_BYPASS || taken == SIP_TCP_BROKEN) {
		if (passage->tcp->changed) {
			if (!passage->reason)
				passage->reason = SIP_TCP_REASON_BROKEN;
			return sip_tcp_reset(passage);
		}
		if (!sip_tcp_bypass_begin(passage))
			taken = SIP_TCP_REFUSED;
	}
	if (taken == SIP_TCP_REFUSED)
		cut_back(data, expected);
	return sip_tcp_emit(passage, head);
}

/* Acknowledgment first, then data; both have numbers of their own. */
static enum sip_tcp_verdict established(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;
	enum sip_tcp_verdict verdict;

	if (!(segment->flags & SIP_TCP_ACK)) {
		passage->reason = SIP_TCP_REASON_FLAGS;
		return SIP_TCP_DROP;
	}
	if (segment->flags & SIP_TCP_URG && !passage->data->raw) {
		passage->reason = SIP_TCP_REASON_URGENT;
		return SIP_TCP_DROP;
	}
	verdict = sip_tcp_acknowledge(passage);
	if (verdict == SIP_TCP_PASS)
		verdict = carry_data(passage);
	sip_tcp_bypass_finish(passage);
	return verdict;
}

/*
 * Without a SYN of both ends there are no bytes: those that come after a SYN
 * alone are of a connection that was there before.  Whoever still has that one
 * answers with an ACK, and is told by an RST (RFC 9293 section 3.5.1).
 */
static enum sip_tcp_verdict unanswered(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;

	if (!passage->data->known && !passage->back->known)
		passage->tcp->bypassed = !(segment->flags & SIP_TCP_RST);
	else if (segment->len)
		passage->reason = SIP_TCP_REASON_FLAGS;
	return passage->reason ? SIP_TCP_DROP : SIP_TCP_PASS;
}

static enum sip_tcp_verdict way(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;
	u8 flags = passage->segment->flags;

	if (flags & SIP_TCP_SYN)
		return sip_tcp_syn_read(passage);
	if (!passage->data->known || !passage->back->known)
		return unanswered(passage);
	tcp->begun = true;
	if (flags & SIP_TCP_RST)
		return sip_tcp_rst(passage);
	if (tcp->over)
		return sip_tcp_after(passage);
	return established(passage);
}

static bool is_as_it_came(const struct sip_tcp_segment *a,
			  const struct sip_tcp_segment *b)
{
	return a->seq == b->seq && a->ack == b->ack && a->window == b->window &&
	       a->flags == b->flags && a->len == b->len &&
	       (!a->len || a->payload == b->payload);
}

/**
 * sip_tcp_input() - one segment comes by
 * @tcp: the connection, locked by the caller
 * @context: for the reader
 * @direction: 0 from the end that sent the first SYN, 1 from the other
 * @segment: in and out
 * @out: room for new payload
 * @room: bytes of it; at least 65,535
 * @reason: why something is dropped or ended, else SIP_TCP_OK
 *
 * Bottom halves are off; nothing here sleeps.
 *
 * Return: what becomes of the segment.
 */
enum sip_tcp_verdict sip_tcp_input(struct sip_tcp *tcp, void *context,
				   unsigned int direction,
				   struct sip_tcp_segment *segment,
				   u8 *out, u32 room,
				   enum sip_tcp_reason *reason)
{
	struct sip_tcp_segment came = *segment;
	struct sip_tcp_passage passage = {
		.tcp = tcp,
		.context = context,
		.side = direction,
		.data = &tcp->direction[direction],
		.back = &tcp->direction[!direction],
		.segment = segment,
		.out = out,
		.room = room < SIP_TCP_EMIT_MAX ? room : SIP_TCP_EMIT_MAX,
		.reason = SIP_TCP_OK,
	};
	enum sip_tcp_verdict verdict = SIP_TCP_PASS;

	if (!tcp->bypassed)
		verdict = way(&passage);
	*reason = passage.reason;
	if (verdict == SIP_TCP_PASS || verdict == SIP_TCP_CHANGED)
		verdict = is_as_it_came(&came, segment) ? SIP_TCP_PASS :
							  SIP_TCP_CHANGED;
	return verdict;
}
