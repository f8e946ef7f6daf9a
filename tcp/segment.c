// SPDX-License-Identifier: GPL-2.0-only
/*
 * Processing of one segment.
 */
#include <tcp/acknowledge.h>
#include <tcp/bypass.h>
#include <tcp/early.h>
#include <tcp/emit.h>
#include <tcp/engine.h>
#include <tcp/log.h>
#include <tcp/pending.h>
#include <tcp/read.h>
#include <tcp/reset.h>
#include <tcp/syn.h>

/* Check for sequence numbers that cannot belong to the connection. */
static bool is_outside(const struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;
	u32 expected = sip_tcp_expected(passage->data);

	return seq_after(segment->seq, expected + SIP_TCP_REACH) ||
	       seq_before(segment->seq + segment->len,
			  expected - SIP_TCP_REACH);
}

/* Read the early bytes that are in order by now. */
static enum sip_tcp_taken read_early(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;
	struct sip_tcp_chunk *chunk;
	u32 skip;

	while (taken == SIP_TCP_TAKEN && (chunk = sip_tcp_early_pop(data))) {
		skip = sip_tcp_expected(data) - chunk->start;
		if (skip < chunk->length)
			taken = sip_tcp_read_bytes(passage, chunk->bytes + skip,
						   chunk->length - skip);
		sip_tcp_early_free_chunk(passage->tcp, passage->context, data,
					 chunk);
	}
	return taken;
}

static enum sip_tcp_taken read_fin(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;

	if (!data->fin_early || data->fin_at != sip_tcp_expected(data))
		return SIP_TCP_TAKEN;
	if (data->bypassing)
		return SIP_TCP_BYPASS;
	return sip_tcp_log_add_fin(passage) ? SIP_TCP_REFUSED : SIP_TCP_TAKEN;
}

static enum sip_tcp_taken read_payload(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;
	u32 expected = sip_tcp_expected(passage->data);
	u32 end = segment->seq + segment->len;

	if (seq_after(segment->seq, expected))
		return sip_tcp_early_add(passage, segment->seq,
					 segment->payload, segment->len) ?
		       SIP_TCP_REFUSED : SIP_TCP_TAKEN;
	if (!seq_after(end, expected))
		return SIP_TCP_TAKEN;
	return sip_tcp_read_bytes(passage, segment->payload +
				  (expected - segment->seq), end - expected);
}

/* Read the payload and the FIN of a segment, or store them as early. */
static enum sip_tcp_taken read_segment(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	u32 end = segment->seq + segment->len;
	u32 expected = sip_tcp_expected(data);
	enum sip_tcp_taken taken;

	passage->unchanged = segment->seq == expected && !data->early;
	taken = read_payload(passage);
	if (segment->flags & SIP_TCP_FIN && !seq_before(end, expected)) {
		data->fin_early = true;
		data->fin_at = end;
	}
	if (taken == SIP_TCP_TAKEN && data->early)
		taken = read_early(passage);
	return taken == SIP_TCP_TAKEN ? read_fin(passage) : taken;
}

/*
 * Discard the bytes that the segment has added to those pending, since the
 * sender retransmits it.
 */
static void undo_pending(struct sip_tcp_direction *data, u32 expected)
{
	sip_tcp_pending_truncate(data, seq_after(expected, data->head) ?
				 expected - data->head : 0);
}

static enum sip_tcp_verdict process_data(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	u32 expected = sip_tcp_expected(data), head = data->head;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;

	if (is_outside(passage)) {
		passage->reason = SIP_TCP_REASON_OUTSIDE;
		return SIP_TCP_DROP;
	}
	if (!data->raw && !data->fin)
		taken = read_segment(passage);
	if (taken == SIP_TCP_BYPASS || taken == SIP_TCP_BROKEN) {
		if (passage->tcp->changed) {
			if (!passage->reason)
				passage->reason = SIP_TCP_REASON_BROKEN;
			return sip_tcp_reset_connection(passage);
		}
		if (sip_tcp_bypass_begin(passage))
			taken = SIP_TCP_REFUSED;
	}
	if (taken == SIP_TCP_REFUSED)
		undo_pending(data, expected);
	return sip_tcp_emit_segment(passage, head);
}

static enum sip_tcp_verdict process_established(struct sip_tcp_passage *passage)
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
	verdict = sip_tcp_acknowledge_data(passage);
	if (verdict == SIP_TCP_PASS)
		verdict = process_data(passage);
	sip_tcp_bypass_finish(passage);
	return verdict;
}

/*
 * Process a segment that arrives before the SYNs of both ends were seen.  After
 * one SYN, data belongs to an earlier connection and is dropped; an ACK without
 * data passes, because the other end responds to it with an RST (RFC 9293
 * section 3.5.1).
 */
static enum sip_tcp_verdict process_unsynced(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;

	if (!passage->data->synced && !passage->back->synced)
		passage->tcp->bypassed = !(segment->flags & SIP_TCP_RST);
	else if (segment->len)
		passage->reason = SIP_TCP_REASON_FLAGS;
	return passage->reason ? SIP_TCP_DROP : SIP_TCP_PASS;
}

static enum sip_tcp_verdict process_segment(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;
	u8 flags = passage->segment->flags;

	if (flags & SIP_TCP_SYN)
		return sip_tcp_syn_read(passage);
	if (!passage->data->synced || !passage->back->synced)
		return process_unsynced(passage);
	tcp->started = true;
	if (flags & SIP_TCP_RST)
		return sip_tcp_reset_translate(passage);
	if (tcp->broken)
		return sip_tcp_reset_repeat(passage);
	return process_established(passage);
}

static bool is_same_segment(const struct sip_tcp_segment *a,
			    const struct sip_tcp_segment *b)
{
	return a->seq == b->seq && a->ack == b->ack && a->window == b->window &&
	       a->flags == b->flags && a->len == b->len &&
	       (!a->len || a->payload == b->payload);
}

/**
 * sip_tcp_input() - process a segment
 * @tcp: the connection, locked by the caller
 * @context: argument of the reader's callbacks
 * @direction: 0 for segments of the end that sent the first SYN, 1 for those of
 *	the other end
 * @segment: the segment as received; on return the segment to send
 * @out: buffer for new payload
 * @size: bytes of @out, at least 65,535
 * @reason: why something is dropped or reset, else SIP_TCP_OK
 *
 * Context: bottom halves disabled; does not sleep.
 * Return: what to do with the segment.
 */
enum sip_tcp_verdict sip_tcp_input(struct sip_tcp *tcp, void *context,
				   unsigned int direction,
				   struct sip_tcp_segment *segment,
				   u8 *out, u32 size,
				   enum sip_tcp_reason *reason)
{
	struct sip_tcp_segment received = *segment;
	struct sip_tcp_passage passage = {
		.tcp = tcp,
		.context = context,
		.side = direction,
		.data = &tcp->direction[direction],
		.back = &tcp->direction[!direction],
		.segment = segment,
		.out = out,
		.size = size < SIP_TCP_EMIT_MAX ? size : SIP_TCP_EMIT_MAX,
		.reason = SIP_TCP_OK,
	};
	enum sip_tcp_verdict verdict = SIP_TCP_PASS;

	if (!tcp->bypassed)
		verdict = process_segment(&passage);
	*reason = passage.reason;
	if (verdict == SIP_TCP_PASS || verdict == SIP_TCP_CHANGED)
		verdict = is_same_segment(&received, segment) ?
			  SIP_TCP_PASS : SIP_TCP_CHANGED;
	return verdict;
}
