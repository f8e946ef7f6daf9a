// SPDX-License-Identifier: GPL-2.0-only
/*
 * The beginning of a connection.
 */
#include "engine.h"

static void start_at(struct sip_tcp_direction *direction, u32 start)
{
	direction->known = true;
	direction->head = start;
	direction->new_head = start;
	direction->next = start;
	direction->acked = start;
	direction->owned = start;
	direction->edge = start;
}

/* Both ends may begin at once: the second of two SYNs tells all, too. */
static void begin(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_direction *back = passage->back;
	u32 start = segment->seq + 1;

	start_at(data, start);
	data->scale = segment->wscale;
	data->window = segment->window;
	if (segment->flags & SIP_TCP_ACK && !back->known)
		start_at(back, segment->ack);
	if (back->known) {
		data->edge = start + back->window;
		back->edge = back->acked + segment->window;
		data->update = back->head - 1;
		back->update = segment->seq;
	}
}

/* The same addresses and ports, another connection. */
static void begin_anew(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;
	const struct sip_tcp_reader *reader = tcp->reader;

	sip_tcp_direction_free(tcp, passage->context, passage->data);
	sip_tcp_direction_free(tcp, passage->context, passage->back);
	memset(tcp, 0, sizeof(*tcp));
	tcp->reader = reader;
	tcp->direction[0].scale = -1;
	tcp->direction[1].scale = -1;
}

/**
 * sip_tcp_syn_read() - a SYN, or a SYN with an ACK
 * @passage: the segment
 *
 * Data on it does not leave: the sender repeats it (RFC 7413 section 4.2).
 * When a connection has begun, and not ended by RST, it is left to the receiver
 * to answer.
 *
 * Return: SIP_TCP_PASS.
 */
enum sip_tcp_verdict sip_tcp_syn_read(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;

	segment->len = 0;
	segment->flags &= (u8)~SIP_TCP_FIN;
	if (passage->tcp->ended && !(segment->flags & SIP_TCP_ACK))
		begin_anew(passage);
	if (!passage->tcp->begun)
		begin(passage);
	if (segment->window > SIP_TCP_WINDOW)
		segment->window = SIP_TCP_WINDOW;
	return SIP_TCP_PASS;
}
