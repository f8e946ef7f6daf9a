// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a receiver acknowledges, as the sender has to see it.
 */
#include "engine.h"

static u8 scale_of(const struct sip_tcp *tcp, unsigned int side)
{
	s8 scale = tcp->direction[side].scale;

	if (scale < 0 || tcp->direction[!side].scale < 0)
		return 0;
	return scale < 14 ? (u8)scale : 14;	/* RFC 7323 section 2.3 */
}

/**
 * sip_tcp_window_bytes() - a window in bytes
 * @tcp: the connection
 * @side: whose window
 * @window: as it stands in a header, not of a SYN
 *
 * Return: bytes.
 */
u32 sip_tcp_window_bytes(const struct sip_tcp *tcp, unsigned int side,
			 u16 window)
{
	return (u32)window << scale_of(tcp, side);
}

/**
 * sip_tcp_window() - as much of a window as may be used
 * @tcp: the connection
 * @side: whose window
 * @window: as it stands in a header, not of a SYN
 *
 * It bounds the log.  What is held is not taken from it: the window could
 * close while the message waits for its end.
 *
 * Return: what has to stand there.
 */
u16 sip_tcp_window(const struct sip_tcp *tcp, unsigned int side, u16 window)
{
	u16 most = (u16)(SIP_TCP_WINDOW >> scale_of(tcp, side));

	return window < most ? window : most;
}

/* Linux's rule: what an old segment says of the window is not believed. */
static void take_window(struct sip_tcp_passage *passage, u32 ack, bool fresh)
{
	const struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *back = passage->back;
	u32 edge = ack + sip_tcp_window_bytes(passage->tcp, passage->side,
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
static u32 original_ack(const struct sip_tcp_direction *back, u32 ack)
{
	const struct sip_tcp_entry *entry = back->first;
	u32 inside, mapped;

	if (!seq_before(ack, back->new_head)) {
		mapped = back->raw ? ack : sip_tcp_expected(back);
	} else {
		while (entry && !seq_after(sip_tcp_entry_new_end(entry), ack))
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

static bool pure_ack(const struct sip_tcp_segment *segment)
{
	return !segment->len &&
	       !(segment->flags & (SIP_TCP_FIN | SIP_TCP_SYN | SIP_TCP_RST));
}

/* The receiver has room for more and the sender thinks that all was sent: a
 * probe makes him speak, and with what he says goes the rest.
 */
static bool wants_more(const struct sip_tcp_passage *passage)
{
	const struct sip_tcp_direction *back = passage->back;

	return sip_tcp_unsent(back) && seq_after(back->edge, back->next) &&
	       pure_ack(passage->segment);
}

/**
 * sip_tcp_acknowledge() - the acknowledgment of a segment
 * @passage: the segment, with SIP_TCP_ACK
 *
 * Writes acknowledgment and window as the sender of the acknowledged has to
 * see them.  An ACK inside of a rewritten message may tell nothing new: to him
 * it would be a duplicate, which says that something was lost.
 *
 * Return: SIP_TCP_DROP with a reason, or SIP_TCP_PASS.
 */
enum sip_tcp_verdict sip_tcp_acknowledge(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *back = passage->back;
	u32 ack = segment->ack, owned = back->owned;
	bool fresh = seq_after(ack, back->acked), silent;
	u16 window = sip_tcp_window(passage->tcp, passage->side,
				    segment->window);

	if (seq_after(ack, back->next) ||
	    seq_before(ack, back->acked - SIP_TCP_REACH)) {
		passage->reason = SIP_TCP_REASON_ACK_BEYOND;
		return SIP_TCP_DROP;
	}
	if (fresh)
		back->acked = ack;
	take_window(passage, ack, fresh);
	if (fresh)
		sip_tcp_log_release(passage->tcp, passage->context, back);
	back->owned = original_ack(back, ack);
	silent = fresh && back->owned == owned && window == back->told &&
		 pure_ack(segment);
	segment->ack = back->owned;
	segment->window = window;
	back->told = window;
	passage->wake = wants_more(passage);
	if (!silent || passage->wake)
		return SIP_TCP_PASS;
	passage->reason = SIP_TCP_REASON_PARTIAL;
	return SIP_TCP_DROP;
}
