// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connection that is none of ours: nothing of it was changed, so what is
 * held goes as it came, and then all the rest.
 */
#include "engine.h"

/**
 * sip_tcp_bypass_begin() - read nothing any more, in neither direction
 * @passage: the segment that showed it
 *
 * Nothing of the connection was changed.  What is held goes with this segment;
 * at least its last byte is new, so the sender repeats it until it arrives.
 * What the other direction holds may be acknowledged to its sender in full, who
 * then repeats nothing: it goes with the next new byte.
 *
 * Return: false without memory; then nothing has happened.
 */
bool sip_tcp_bypass_begin(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_direction *back = passage->back;

	if (!sip_tcp_log_raw(passage, data)) {
		passage->reason = SIP_TCP_REASON_MEMORY;
		return false;
	}
	data->raw = true;
	data->bypassing = false;
	if (back->held)
		back->bypassing = true;
	else
		back->raw = true;
	sip_tcp_early_free(passage->tcp, passage->context, data);
	sip_tcp_early_free(passage->tcp, passage->context, back);
	return true;
}

/**
 * sip_tcp_bypass_finish() - is there anything left to keep?
 * @passage: a segment, when all is done
 */
void sip_tcp_bypass_finish(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_direction *back = passage->back;

	if (!data->raw || !back->raw || data->first || back->first)
		return;
	tcp->bypassed = true;
	sip_tcp_direction_free(tcp, passage->context, data);
	sip_tcp_direction_free(tcp, passage->context, back);
}
