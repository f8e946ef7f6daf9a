// SPDX-License-Identifier: GPL-2.0-only
/*
 * What leaves in the place of a segment.
 */
#include "engine.h"

/**
 * sip_tcp_probe() - a segment that makes the receiver acknowledge
 * @passage: the segment; becomes one byte that the receiver has
 *
 * RFC 9293 section 3.8.4: a keepalive.  The byte must lie below what the
 * receiver is known to have: anything higher may be taken for data.
 *
 * Return: SIP_TCP_CHANGED.
 */
enum sip_tcp_verdict sip_tcp_probe(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;

	passage->out[0] = 0;
	segment->seq = passage->data->acked - 1;
	segment->flags &= (u8)~(SIP_TCP_FIN | SIP_TCP_PSH | SIP_TCP_URG);
	segment->payload = passage->out;
	segment->len = 1;
	return SIP_TCP_CHANGED;
}

/* Sequence numbers of a segment, that of a FIN included. */
static u32 numbers(const struct sip_tcp_segment *segment)
{
	return segment->len + !!(segment->flags & SIP_TCP_FIN);
}

/* What of the log the numbers of a segment lie in, as new numbers from @from;
 * not what the receiver has.
 */
static bool repeated(const struct sip_tcp_passage *passage, u32 *from, u32 *to)
{
	const struct sip_tcp_segment *segment = passage->segment;
	const struct sip_tcp_direction *data = passage->data;
	u32 end = segment->seq + numbers(segment);
	const struct sip_tcp_entry *entry;

	entry = sip_tcp_log_find(data, segment->seq);
	if (!entry || !seq_before(entry->start, end))
		return false;
	*from = entry->new_start;
	if (seq_before(*from, data->acked))
		*from = data->acked;
	for (; entry && seq_before(entry->start, end); entry = entry->next)
		*to = sip_tcp_entry_new_end(entry);
	return seq_after(*to, *from);
}

/* The part of the log that has to leave; @head is where it ended before. */
static bool choose(const struct sip_tcp_passage *passage, u32 head, u32 *from,
		   u32 *to)
{
	const struct sip_tcp_segment *segment = passage->segment;
	const struct sip_tcp_direction *data = passage->data;
	bool unsent = sip_tcp_unsent(data);
	u32 low, high;

	*from = data->next;
	*to = data->new_head;
	if (seq_before(segment->seq, head) && numbers(segment) &&
	    repeated(passage, &low, &high)) {
		if (!unsent || seq_before(low, *from))
			*from = low;
		if (!unsent)
			*to = high;
		unsent = true;
	}
	return unsent;
}

/* Not more than the receiver has room for, nor a packet. */
static bool fit(const struct sip_tcp_passage *passage, u32 from, u32 *to)
{
	if (seq_after(*to, passage->data->edge))
		*to = passage->data->edge;
	if (!seq_after(*to, from))
		return false;
	if (*to - from > passage->room)
		*to = from + passage->room;
	return true;
}

static void advance(struct sip_tcp_direction *data, u32 to)
{
	if (seq_after(to, data->next))
		data->next = to;
}

/* A FIN stands at the end of the log, and @to is behind it. */
static bool ends_with_fin(const struct sip_tcp_direction *data, u32 to)
{
	return data->last && data->last->fin && to == data->new_head;
}

/* The segment becomes what of the log lies in these new numbers. */
static void carry(struct sip_tcp_passage *passage, u32 from, u32 to)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	bool fin = ends_with_fin(data, to);
	u32 len = to - from - fin;
	bool same = passage->same && from == data->next &&
		    len == segment->len;

	advance(data, to);
	segment->seq = from;
	segment->flags &= (u8)~(SIP_TCP_FIN | SIP_TCP_URG);
	if (fin)
		segment->flags |= SIP_TCP_FIN;
	if (same)
		return;
	if (len)
		segment->flags |= SIP_TCP_PSH;
	segment->len = len;
	segment->payload = sip_tcp_log_bytes(data, from, from + len);
	if (!segment->payload) {
		sip_tcp_log_gather(data, from, from + len, passage->out);
		segment->payload = passage->out;
	}
}

/* A segment that carries nothing lies where the receiver accepts it. */
static enum sip_tcp_verdict empty(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_segment *segment = passage->segment;

	if (numbers(segment) || seq_before(segment->seq, data->owned) ||
	    passage->wake)
		return sip_tcp_probe(passage);
	segment->seq = data->next;
	if (seq_after(segment->seq, data->edge))
		segment->seq = seq_after(data->edge, data->acked) ?
			       data->edge : data->acked;
	return SIP_TCP_PASS;
}

/* Behind what of the log leaves as far as @to, what is read no more. */
static void join_raw(struct sip_tcp_passage *passage, u32 from, u32 to)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	u32 end = segment->seq + segment->len;
	bool fin = segment->flags & SIP_TCP_FIN;
	const u8 *tail = segment->payload + (data->head - segment->seq);
	u32 len = end - data->head;

	if (to != data->new_head || seq_after(segment->seq, data->head) ||
	    seq_before(end, data->head) || to - from + len > passage->room) {
		carry(passage, from, to);
		return;
	}
	sip_tcp_log_gather(data, from, to, passage->out);
	if (len)
		memcpy(passage->out + (to - from), tail, len);
	/* what an urgent pointer counts from has moved */
	segment->flags &= (u8)~SIP_TCP_URG;
	segment->seq = from;
	segment->payload = passage->out;
	segment->len = to - from + len;
	advance(data, to + len + fin);
}

static enum sip_tcp_verdict emit_raw(struct sip_tcp_passage *passage, u32 head)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	u32 from, to;

	if (data->first && choose(passage, head, &from, &to)) {
		if (!fit(passage, from, &to))
			return empty(passage);
		join_raw(passage, from, to);
		return SIP_TCP_CHANGED;
	}
	advance(data, segment->seq + numbers(segment));
	return passage->wake ? sip_tcp_probe(passage) : SIP_TCP_PASS;
}

/**
 * sip_tcp_emit() - what leaves in the place of a segment
 * @passage: the segment; its bytes are in the log, or kept elsewhere
 * @head: where the log ended before, original
 *
 * That is what has never left, and all entries that a repeated part of the
 * segment lies in: as much of it as the receiver's window takes.
 *
 * Return: SIP_TCP_DROP if there is nothing, and a reason for it; otherwise what
 * is in the segment may leave.
 */
enum sip_tcp_verdict sip_tcp_emit(struct sip_tcp_passage *passage, u32 head)
{
	u32 from, to;

	if (passage->data->raw)
		return emit_raw(passage, head);
	if (choose(passage, head, &from, &to) && fit(passage, from, &to)) {
		carry(passage, from, to);
		return SIP_TCP_CHANGED;
	}
	if (passage->reason)
		return SIP_TCP_DROP;
	return empty(passage);
}
