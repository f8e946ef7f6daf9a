// SPDX-License-Identifier: GPL-2.0-only
/*
 * A connection that is none of ours: nothing of it was changed, so what is
 * held goes as it came, and then all the rest.
 */
#include "engine.h"

/**
 * stream_leave() - read nothing any more, in neither direction
 * @passage: the segment that showed it
 *
 * Nothing of the connection was changed.  What is held goes with this segment;
 * at least its last byte is new, so the sender repeats it until it arrives.
 * What the other direction holds may be acknowledged to its sender in full, who
 * then repeats nothing: it goes with the next new byte.
 *
 * Return: false without memory; then nothing has happened.
 */
bool stream_leave(struct stream_passage *passage)
{
	struct stream_direction *data = passage->data;
	struct stream_direction *back = passage->back;

	if (!stream_log_raw(passage, data)) {
		passage->reason = STREAM_REASON_MEMORY;
		return false;
	}
	data->raw = true;
	data->leaving = false;
	if (back->held)
		back->leaving = true;
	else
		back->raw = true;
	stream_early_free(passage->stream, passage->context, data);
	stream_early_free(passage->stream, passage->context, back);
	return true;
}

/**
 * stream_leave_check() - is there anything left to keep?
 * @passage: a segment, when all is done
 */
void stream_leave_check(struct stream_passage *passage)
{
	struct stream *stream = passage->stream;
	struct stream_direction *data = passage->data;
	struct stream_direction *back = passage->back;

	if (!data->raw || !back->raw || data->first || back->first)
		return;
	stream->left = true;
	stream_direction_free(stream, passage->context, data);
	stream_direction_free(stream, passage->context, back);
}
