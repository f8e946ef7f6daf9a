// SPDX-License-Identifier: GPL-2.0-only
/*
 * Beginning of a connection: SYN and SYN-ACK.
 */
#include <tcp/connection.h>
#include <tcp/engine.h>
#include <tcp/syn.h>

static void set_start(struct sip_tcp_direction *direction, u32 start)
{
	direction->synced = true;
	direction->head = start;
	direction->new_head = start;
	direction->next = start;
	direction->acked = start;
	direction->sender_acked = start;
	direction->edge = start;
}

/*
 * With a simultaneous open, the second SYN completes the state as a SYN-ACK
 * does.
 */
static void read_numbers(struct sip_tcp_passage *passage)
{
	const struct sip_tcp_segment *segment = passage->segment;
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_direction *back = passage->back;
	u32 start = segment->seq + 1;

	set_start(data, start);
	data->scale = segment->wscale;
	data->window = segment->window;
	if (segment->flags & SIP_TCP_ACK && !back->synced)
		set_start(back, segment->ack);
	if (back->synced) {
		data->edge = start + back->window;
		back->edge = back->acked + segment->window;
		data->edge_seq = back->head - 1;
		back->edge_seq = segment->seq;
	}
}

/**
 * sip_tcp_syn_read() - process a SYN or a SYN-ACK
 * @passage: the segment
 *
 * Data on a SYN is cut off, and the sender retransmits it (RFC 7413 section
 * 4.2).  A SYN within an established connection changes nothing: the receiver
 * decides about it.
 *
 * Return: SIP_TCP_PASS.
 */
enum sip_tcp_verdict sip_tcp_syn_read(struct sip_tcp_passage *passage)
{
	struct sip_tcp_segment *segment = passage->segment;

	segment->len = 0;
	segment->flags &= (u8)~SIP_TCP_FIN;
	if (passage->tcp->restartable && !(segment->flags & SIP_TCP_ACK))
		sip_tcp_connection_restart(passage);
	if (!passage->tcp->started)
		read_numbers(passage);
	if (segment->window > SIP_TCP_WINDOW)
		segment->window = SIP_TCP_WINDOW;
	return SIP_TCP_PASS;
}
