// SPDX-License-Identifier: GPL-2.0-only
/*
 * Contents of the segment to send in place of a received one.
 */
#include <tcp/emit.h>
#include <tcp/engine.h>
#include <tcp/log.h>

/**
 * sip_tcp_emit_probe() - make the receiver send an acknowledgment
 * @passage: the segment; becomes a keepalive of one byte
 *
 * See RFC 9293 section 3.8.4.  The byte lies below the acknowledged sequence
 * number: a byte above it could be taken for data.
 *
 * Return: SIP_TCP_CHANGED.
 */
enum sip_tcp_verdict sip_tcp_emit_probe(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;

	passage->out[0] = 0;
	segment->seq = passage->data->acked - 1;
	segment->flags &= (u8)~(SIP_TCP_FIN | SIP_TCP_PSH | SIP_TCP_URG);
	segment->payload = passage->out;
	segment->len = 1;
	return SIP_TCP_CHANGED;
}

/* Sequence numbers of a segment, including that of a FIN */
static u32 segment_length(const struct sip_tcp_segment *segment)
{
	return segment->len + !!(segment->flags & SIP_TCP_FIN);
}

/*
 * Map the segment's sequence range to new sequence numbers, from @from up to
 * @to, without what is acknowledged.  Entries are mapped as a whole.
 */
static bool map_repeated(const struct sip_tcp_passage *passage, u32 *from,
			 u32 *to)
{
	const struct sip_tcp_segment *segment = passage->segment;
	const struct sip_tcp_direction *data = passage->data;
	u32 end = segment->seq + segment_length(segment);
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

/*
 * Choose the new sequence numbers to send: those never sent, and those of a
 * retransmission.  @head: end of the log before this segment.
 */
static bool choose_range(const struct sip_tcp_passage *passage, u32 head,
			 u32 *from, u32 *to)
{
	const struct sip_tcp_segment *segment = passage->segment;
	const struct sip_tcp_direction *data = passage->data;
	bool unsent = sip_tcp_has_unsent(data);
	u32 low, high;

	*from = data->next;
	*to = data->new_head;
	if (seq_before(segment->seq, head) && segment_length(segment) &&
	    map_repeated(passage, &low, &high)) {
		if (!unsent || seq_before(low, *from))
			*from = low;
		if (!unsent)
			*to = high;
		unsent = true;
	}
	return unsent;
}

/* Limit the range to the receiver's window and the output buffer. */
static bool limit_range(const struct sip_tcp_passage *passage, u32 from,
			u32 *to)
{
	if (seq_after(*to, passage->data->edge))
		*to = passage->data->edge;
	if (!seq_after(*to, from))
		return false;
	if (*to - from > passage->size)
		*to = from + passage->size;
	return true;
}

static void advance_next(struct sip_tcp_direction *data, u32 to)
{
	if (seq_after(to, data->next))
		data->next = to;
}

/* Only the last entry of the log can end with a FIN. */
static bool ends_with_fin(const struct sip_tcp_direction *data, u32 to)
{
	return data->last && data->last->fin && to == data->new_head;
}

/* Fill the segment with the new sequence numbers from @from up to @to. */
static void fill_segment(struct sip_tcp_passage *passage, u32 from, u32 to)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	bool fin = ends_with_fin(data, to);
	u32 len = to - from - fin;
	bool unchanged = passage->unchanged && from == data->next &&
			 len == segment->len;

	advance_next(data, to);
	segment->seq = from;
	segment->flags &= (u8)~(SIP_TCP_FIN | SIP_TCP_URG);
	if (fin)
		segment->flags |= SIP_TCP_FIN;
	if (unchanged)
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

/*
 * Choose a sequence number at which the receiver accepts an empty segment.
 *
 * A scaled window is rounded down, so the edge may move back by less than one
 * unit of the scale below bytes that were sent within the window.  Such bytes
 * have probably arrived, and the receiver drops an empty segment below them.
 */
static u32 place_empty(const struct sip_tcp_passage *passage)
{
	const struct sip_tcp_direction *data = passage->data;
	u32 unit = 1u << sip_tcp_window_scale(passage->tcp, !passage->side);

	if (!seq_after(data->next, data->edge) ||
	    data->next - data->edge < unit)
		return data->next;
	return seq_after(data->edge, data->acked) ? data->edge : data->acked;
}

/*
 * There is nothing to send: probe the receiver if its acknowledgment is needed,
 * else give the empty segment a sequence number that the receiver accepts.
 */
static enum sip_tcp_verdict emit_empty(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_segment *segment = passage->segment;

	if (segment_length(segment) || passage->probe ||
	    seq_before(segment->seq, data->sender_acked))
		return sip_tcp_emit_probe(passage);
	segment->seq = place_empty(passage);
	return SIP_TCP_PASS;
}

/* Append the unread payload to the log bytes sent up to @to. */
static void append_raw(struct sip_tcp_passage *passage, u32 from, u32 to)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	u32 end = segment->seq + segment->len;
	bool fin = segment->flags & SIP_TCP_FIN;
	const u8 *tail = segment->payload + (data->head - segment->seq);
	u32 len = end - data->head;

	if (to != data->new_head || seq_after(segment->seq, data->head) ||
	    seq_before(end, data->head) || to - from + len > passage->size) {
		fill_segment(passage, from, to);
		return;
	}
	sip_tcp_log_gather(data, from, to, passage->out);
	if (len)
		memcpy(passage->out + (to - from), tail, len);
	/* The urgent pointer is relative to the sequence number. */
	segment->flags &= (u8)~SIP_TCP_URG;
	segment->seq = from;
	segment->payload = passage->out;
	segment->len = to - from + len;
	advance_next(data, to + len + fin);
}

static enum sip_tcp_verdict emit_raw(struct sip_tcp_passage *passage, u32 head)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	u32 from, to;

	if (data->first && choose_range(passage, head, &from, &to)) {
		if (!limit_range(passage, from, &to))
			return emit_empty(passage);
		append_raw(passage, from, to);
		return SIP_TCP_CHANGED;
	}
	advance_next(data, segment->seq + segment_length(segment));
	return passage->probe ? sip_tcp_emit_probe(passage) : SIP_TCP_PASS;
}

/**
 * sip_tcp_emit_segment() - fill the segment to send
 * @passage: the segment; its payload was processed
 * @head: original sequence number at the end of the log before this segment
 *
 * The segment carries the bytes never sent and all entries that the segment
 * retransmits a part of, as far as the receiver's window permits.
 *
 * Return: SIP_TCP_DROP when there is nothing to send and the reason is set;
 * otherwise SIP_TCP_PASS or SIP_TCP_CHANGED.
 */
enum sip_tcp_verdict sip_tcp_emit_segment(struct sip_tcp_passage *passage,
					  u32 head)
{
	u32 from, to;

	if (passage->data->raw)
		return emit_raw(passage, head);
	if (choose_range(passage, head, &from, &to) &&
	    limit_range(passage, from, &to)) {
		fill_segment(passage, from, to);
		return SIP_TCP_CHANGED;
	}
	if (passage->reason)
		return SIP_TCP_DROP;
	return emit_empty(passage);
}
