// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reset of a connection: by one of its ends, or by the engine when bytes cannot
 * be forwarded and the connection was changed already.
 */
#include <tcp/connection.h>
#include <tcp/emit.h>
#include <tcp/engine.h>
#include <tcp/reset.h>

static void make_rst(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;

	segment->flags = SIP_TCP_RST | (segment->flags & SIP_TCP_ACK);
	segment->seq = passage->data->next;
	segment->len = 0;
	passage->tcp->rst_sent = true;
}

/**
 * sip_tcp_reset_connection() - reset a connection that cannot continue
 * @passage: the segment that is the cause; becomes an RST to its receiver
 *
 * The engine sends nothing to the sender: the receiver, whose port is closed,
 * responds to the sender's next segment with an RST.
 *
 * Return: SIP_TCP_RESET.
 */
enum sip_tcp_verdict sip_tcp_reset_connection(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;

	sip_tcp_connection_clear(tcp, passage->context);
	tcp->broken = true;
	tcp->restartable = true;
	tcp->culprit = (u8)passage->side;
	make_rst(passage);
	return SIP_TCP_RESET;
}

static bool acks_new_data(const struct sip_tcp_direction *back,
			  const struct sip_tcp_segment *segment)
{
	return segment->flags & SIP_TCP_ACK &&
	       seq_after(segment->ack, back->acked) &&
	       !seq_after(segment->ack, back->next);
}

/**
 * sip_tcp_reset_repeat() - process a segment after the engine's reset
 * @passage: the segment, neither RST nor SYN
 *
 * The RST may be lost, or its sequence number may not be the one that the
 * receiver expects (RFC 5961 section 3.2).  A segment of the receiver shows
 * that it is still open, and another RST follows.  Probes make either end
 * respond, with an RST if it is closed.
 *
 * Return: SIP_TCP_CHANGED.
 */
enum sip_tcp_verdict sip_tcp_reset_repeat(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *back = passage->back;

	if (acks_new_data(back, segment))
		back->acked = segment->ack;
	if (passage->side != tcp->culprit) {
		tcp->rst_sent = false;
		back->next = back->acked;
	}
	segment->ack = back->sender_acked;
	if (passage->side != tcp->culprit || tcp->rst_sent)
		return sip_tcp_emit_probe(passage);
	make_rst(passage);
	return SIP_TCP_CHANGED;
}

/**
 * sip_tcp_reset_translate() - translate the RST of an end
 * @passage: the segment, with SIP_TCP_RST
 *
 * A receiver accepts an RST at exactly the sequence number that it expects.
 * The two numbers that a sender may legitimately use are translated to that
 * number.  Any other number stays wrong, so that the engine does not make it
 * easier to guess the number (RFC 5961).
 *
 * Return: SIP_TCP_PASS.
 */
enum sip_tcp_verdict sip_tcp_reset_translate(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_direction *back = passage->back;
	u32 expected = sip_tcp_expected(data);

	if (segment->seq == data->sender_acked || segment->seq == expected)
		passage->tcp->restartable = true;
	if (segment->seq == data->sender_acked || passage->tcp->broken)
		segment->seq = data->acked;
	else if (!data->raw)
		segment->seq += data->new_head - expected;
	if (segment->flags & SIP_TCP_ACK && back->synced)
		segment->ack = back->sender_acked;
	segment->len = 0;
	return SIP_TCP_PASS;
}
