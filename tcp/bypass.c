// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bypass: the bytes of a connection are no longer read.
 *
 * Only a connection without changes can be bypassed: its original and new
 * sequence numbers are equal, so once the pending bytes have departed all
 * further segments pass as received.
 */
#include <linux/errno.h>

#include <tcp/bypass.h>
#include <tcp/connection.h>
#include <tcp/early.h>
#include <tcp/engine.h>
#include <tcp/log.h>

/**
 * sip_tcp_bypass_begin() - stop reading both directions
 * @passage: the segment that shows another protocol or an error
 *
 * The pending bytes of the segment's direction depart with this segment.  At
 * least the last byte is new, so the sender retransmits it until it arrives.
 * The pending bytes of the other direction may be acknowledged to their sender
 * in full, so that it retransmits nothing; they depart with its next new byte.
 *
 * Return: 0, or -ENOMEM with the reason set and nothing changed.
 */
int sip_tcp_bypass_begin(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_direction *back = passage->back;
	int err = sip_tcp_log_add_pending(passage);

	if (err)
		return err;
	data->raw = true;
	data->bypassing = false;
	if (back->pending_len)
		back->bypassing = true;
	else
		back->raw = true;
	sip_tcp_early_free(passage->tcp, passage->context, data);
	sip_tcp_early_free(passage->tcp, passage->context, back);
	return 0;
}

/**
 * sip_tcp_bypass_finish() - drop the state of a bypassed connection
 * @passage: a segment, fully processed
 *
 * Does nothing until both directions are raw and their logs are empty.
 */
void sip_tcp_bypass_finish(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_direction *back = passage->back;

	if (!data->raw || !back->raw || data->first || back->first)
		return;
	passage->tcp->bypassed = true;
	sip_tcp_connection_clear(passage->tcp, passage->context);
}
