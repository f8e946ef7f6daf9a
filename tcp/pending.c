// SPDX-License-Identifier: GPL-2.0-only
/*
 * The beginning of a message, until the rest of it comes.
 */
#include "engine.h"

#define HOLD_FIRST	512u

static u32 next_room(u32 room, u32 needed)
{
	if (!room)
		room = HOLD_FIRST;
	while (room < needed)
		room *= 2;
	return room < SIP_TCP_MESSAGE_MAX ? room : SIP_TCP_MESSAGE_MAX;
}

static bool grow(struct sip_tcp_passage *passage, u32 needed)
{
	struct sip_tcp_direction *data = passage->data;
	u32 room = next_room(data->hold_room, needed);
	u8 *hold = sip_tcp_memory_alloc(passage->tcp, passage->context, room);

	if (!hold)
		return false;
	if (data->held)
		memcpy(hold, data->hold, data->held);
	sip_tcp_memory_free(passage->tcp, passage->context, data->hold,
			    data->hold_room);
	data->hold = hold;
	data->hold_room = room;
	return true;
}

/**
 * sip_tcp_pending_add() - further bytes
 * @passage: the segment
 * @bytes: they follow what is held
 * @len: how many; not more than fit into SIP_TCP_MESSAGE_MAX
 *
 * Return: false without memory; then nothing was added.
 */
bool sip_tcp_pending_add(struct sip_tcp_passage *passage, const u8 *bytes, u32 len)
{
	struct sip_tcp_direction *data = passage->data;

	if (data->hold_room < data->held + len &&
	    !grow(passage, data->held + len)) {
		passage->reason = SIP_TCP_REASON_MEMORY;
		return false;
	}
	memcpy(data->hold + data->held, bytes, len);
	data->held += len;
	return true;
}

/**
 * sip_tcp_pending_remove() - the first bytes have become whole messages
 * @direction: whose
 * @len: how many
 */
void sip_tcp_pending_remove(struct sip_tcp_direction *direction, u32 len)
{
	direction->held -= len;
	if (direction->held && len)
		memmove(direction->hold, direction->hold + len,
			direction->held);
}

/**
 * sip_tcp_pending_truncate() - as if the last bytes had never come
 * @direction: whose
 * @held: how many stay
 */
void sip_tcp_pending_truncate(struct sip_tcp_direction *direction, u32 held)
{
	if (direction->held <= held)
		return;
	direction->held = held;
	direction->need = 0;
	if (direction->seen > held)
		direction->seen = held;
}

/**
 * sip_tcp_pending_free() - nothing is held any more
 * @tcp: the connection
 * @context: for the reader
 * @direction: whose
 */
void sip_tcp_pending_free(struct sip_tcp *tcp, void *context,
			  struct sip_tcp_direction *direction)
{
	sip_tcp_memory_free(tcp, context, direction->hold, direction->hold_room);
	direction->hold = NULL;
	direction->hold_room = 0;
	direction->held = 0;
	direction->seen = 0;
	direction->need = 0;
}
