// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translation of the receiver's acknowledgments and windows to what the sender
 * has to see.
 */
#include <tcp/acknowledge.h>
#include <tcp/engine.h>
#include <tcp/log.h>

/*
 * Limit the window field to forward, which limits the log.  Pending bytes are
 * not subtracted: the window could close before the end of a message arrives.
 */
static u16 bound_window(const struct sip_tcp *tcp, unsigned int side,
			u16 window)
{
	u16 most = (u16)(SIP_TCP_WINDOW >> sip_tcp_window_scale(tcp, side));

	return window < most ? window : most;
}

/* As Linux does, ignore the window of a segment older than the last update. */
static void update_edge(struct sip_tcp_passage *passage, u32 ack, bool fresh)
{
	const struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *back = passage->back;
	u32 edge = ack + ((u32)segment->window <<
			  sip_tcp_window_scale(passage->tcp, passage->side));

	if (ack != back->acked)
		return;
	if (!fresh && !seq_after(segment->seq, back->edge_seq) &&
	    !(segment->seq == back->edge_seq && seq_after(edge, back->edge)))
		return;
	back->edge_seq = segment->seq;
	back->edge = edge;
}

/*
 * Map an acknowledgment number to an original one.  If an entry is acknowledged
 * in part, at least its last original sequence number stays unacknowledged, so
 * that the sender retransmits until all of the entry has arrived.
 */
static u32 translate_ack(const struct sip_tcp_direction *back, u32 ack)
{
	const struct sip_tcp_entry *entry = back->first;
	u32 inside, mapped;

	if (!seq_before(ack, back->new_head)) {
		mapped = back->raw ? ack : sip_tcp_expected(back);
	} else {
		while (entry && !seq_after(sip_tcp_entry_new_end(entry), ack))
			entry = entry->next;
		if (!entry || seq_before(ack, entry->new_start))
			return back->sender_acked;
		inside = ack - entry->new_start;
		if (inside > entry->length - 1)
			inside = entry->length - 1;
		mapped = entry->start + inside;
	}
	return seq_after(mapped, back->sender_acked) ? mapped :
						       back->sender_acked;
}

static bool is_pure_ack(const struct sip_tcp_segment *segment)
{
	return !segment->len &&
	       !(segment->flags & (SIP_TCP_FIN | SIP_TCP_SYN | SIP_TCP_RST));
}

/*
 * The receiver's window has space for unsent bytes of the log, but the sender
 * believes that it has sent everything.  A probe makes the sender respond, and
 * the response carries these bytes.
 */
static bool needs_probe(const struct sip_tcp_passage *passage)
{
	const struct sip_tcp_direction *back = passage->back;

	return sip_tcp_has_unsent(back) && seq_after(back->edge, back->next) &&
	       is_pure_ack(passage->segment);
}

/**
 * sip_tcp_acknowledge_data() - process the acknowledgment of a segment
 * @passage: the segment, with SIP_TCP_ACK
 *
 * Translates acknowledgment and window in place.  An ACK inside of a rewritten
 * message is dropped when its translation is the same as that of the last one:
 * the sender would count it as a duplicate, a sign of loss.
 *
 * Return: SIP_TCP_DROP with the reason set, or SIP_TCP_PASS.
 */
enum sip_tcp_verdict sip_tcp_acknowledge_data(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *back = passage->back;
	u32 ack = segment->ack, sender_acked = back->sender_acked;
	bool fresh = seq_after(ack, back->acked), duplicate;
	u16 window = bound_window(passage->tcp, passage->side,
				  segment->window);

	if (seq_after(ack, back->next) ||
	    seq_before(ack, back->acked - SIP_TCP_REACH)) {
		passage->reason = SIP_TCP_REASON_ACK_BEYOND;
		return SIP_TCP_DROP;
	}
	if (fresh)
		back->acked = ack;
	update_edge(passage, ack, fresh);
	if (fresh)
		sip_tcp_log_release(passage->tcp, passage->context, back);
	back->sender_acked = translate_ack(back, ack);
	duplicate = fresh && back->sender_acked == sender_acked &&
		    window == back->advertised && is_pure_ack(segment);
	segment->ack = back->sender_acked;
	segment->window = window;
	back->advertised = window;
	passage->probe = needs_probe(passage);
	if (!duplicate || passage->probe)
		return SIP_TCP_PASS;
	passage->reason = SIP_TCP_REASON_PARTIAL;
	return SIP_TCP_DROP;
}
