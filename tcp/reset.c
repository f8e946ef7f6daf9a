// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end by reset: by one of the two, or because something cannot be let
 * pass and something else was already changed.
 */
#include "engine.h"

static enum sip_tcp_verdict as_rst(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;

	segment->flags = SIP_TCP_RST | (segment->flags & SIP_TCP_ACK);
	segment->seq = passage->data->next;
	segment->len = 0;
	passage->tcp->reset = true;
	return SIP_TCP_RESET;
}

/**
 * sip_tcp_reset() - a connection cannot go on
 * @passage: the segment that is the cause; becomes an RST to its receiver
 *
 * Its sender hears of it from the receiver: a closed port answers with an RST.
 *
 * Return: SIP_TCP_RESET.
 */
enum sip_tcp_verdict sip_tcp_reset(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;

	sip_tcp_direction_free(tcp, passage->context, passage->data);
	sip_tcp_direction_free(tcp, passage->context, passage->back);
	tcp->over = true;
	tcp->ended = true;
	tcp->culprit = (u8)passage->side;
	return as_rst(passage);
}

/**
 * sip_tcp_after() - a segment of a connection that was reset
 * @passage: the segment, no RST and no SYN
 *
 * The RST may get lost, or its sequence number not be what the receiver expects
 * (RFC 5961 section 3.2): then an answer shows that the receiver lives, and he
 * gets another.  Probes make either end answer, with a RST if it is closed.
 *
 * Return: SIP_TCP_CHANGED.
 */
enum sip_tcp_verdict sip_tcp_after(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *back = passage->back;

	if (passage->side != tcp->culprit) {
		tcp->reset = false;
		if (segment->flags & SIP_TCP_ACK &&
		    !seq_after(segment->ack, back->next) &&
		    seq_after(segment->ack, back->acked))
			back->acked = segment->ack;
		back->next = back->acked;
	} else if (segment->flags & SIP_TCP_ACK &&
		   seq_after(segment->ack, back->acked) &&
		   !seq_after(segment->ack, back->next)) {
		back->acked = segment->ack;
	}
	segment->ack = back->owned;
	if (passage->side != tcp->culprit || tcp->reset)
		return sip_tcp_probe(passage);
	as_rst(passage);
	return SIP_TCP_CHANGED;
}

/**
 * sip_tcp_rst() - one of the two ends the connection
 * @passage: the segment, with SIP_TCP_RST
 *
 * A receiver accepts an RST at exactly the number it expects.  The two numbers
 * a sender may rightly use become those; any other stays wrong, so that nobody
 * finds it easier to guess (RFC 5961).
 *
 * Return: SIP_TCP_PASS.
 */
enum sip_tcp_verdict sip_tcp_rst(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_direction *back = passage->back;
	u32 expected = sip_tcp_expected(data);

	if (segment->seq == data->owned || segment->seq == expected)
		passage->tcp->ended = true;
	if (segment->seq == data->owned || passage->tcp->over)
		segment->seq = data->acked;
	else if (!data->raw)
		segment->seq += data->new_head - expected;
	if (segment->flags & SIP_TCP_ACK && back->known)
		segment->ack = back->owned;
	segment->len = 0;
	return SIP_TCP_PASS;
}
