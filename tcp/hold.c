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
	return room < STREAM_HOLD_MAX ? room : STREAM_HOLD_MAX;
}

static bool grow(struct stream_passage *passage, u32 needed)
{
	struct stream_direction *data = passage->data;
	u32 room = next_room(data->hold_room, needed);
	u8 *hold = stream_allocate(passage->stream, passage->context, room);

	if (!hold)
		return false;
	if (data->held)
		memcpy(hold, data->hold, data->held);
	stream_free(passage->stream, passage->context, data->hold,
		    data->hold_room);
	data->hold = hold;
	data->hold_room = room;
	return true;
}

/**
 * stream_hold_add() - further bytes
 * @passage: the segment
 * @bytes: they follow what is held
 * @len: how many; not more than fit into STREAM_HOLD_MAX
 *
 * Return: false without memory; then nothing was added.
 */
bool stream_hold_add(struct stream_passage *passage, const u8 *bytes, u32 len)
{
	struct stream_direction *data = passage->data;

	if (data->hold_room < data->held + len &&
	    !grow(passage, data->held + len)) {
		passage->reason = STREAM_REASON_MEMORY;
		return false;
	}
	memcpy(data->hold + data->held, bytes, len);
	data->held += len;
	return true;
}

/**
 * stream_hold_remove() - the first bytes have become whole messages
 * @direction: whose
 * @len: how many
 */
void stream_hold_remove(struct stream_direction *direction, u32 len)
{
	direction->held -= len;
	if (direction->held && len)
		memmove(direction->hold, direction->hold + len,
			direction->held);
}

/**
 * stream_hold_cut() - as if the last bytes had never come
 * @direction: whose
 * @held: how many stay
 */
void stream_hold_cut(struct stream_direction *direction, u32 held)
{
	if (direction->held <= held)
		return;
	direction->held = held;
	direction->need = 0;
	if (direction->seen > held)
		direction->seen = held;
}

/**
 * stream_hold_free() - nothing is held any more
 * @stream: the connection
 * @context: for the reader
 * @direction: whose
 */
void stream_hold_free(struct stream *stream, void *context,
		      struct stream_direction *direction)
{
	stream_free(stream, context, direction->hold, direction->hold_room);
	direction->hold = NULL;
	direction->hold_room = 0;
	direction->held = 0;
	direction->seen = 0;
	direction->need = 0;
}
