// SPDX-License-Identifier: GPL-2.0-only
/*
 * New bytes in order: the reader finds the messages in them.
 */
#include "engine.h"

static enum stream_taken broken(struct stream_passage *passage,
				enum stream_reason reason)
{
	passage->reason = reason;
	return STREAM_BROKEN;
}

static enum stream_taken take_more(struct stream_passage *passage, u32 len,
				   u32 need)
{
	struct stream_direction *data = passage->data;

	data->seen = need ? 0 : len;
	data->need = need;
	if (len >= STREAM_HOLD_MAX || need > STREAM_HOLD_MAX)
		return broken(passage, STREAM_REASON_TOO_LONG);
	return STREAM_TAKEN;
}

static enum stream_taken take_message(struct stream_passage *passage,
				      const u8 *bytes, u32 len,
				      const struct stream_message *message)
{
	struct stream_direction *data = passage->data;
	const u8 *new_bytes = message->new_bytes;
	u32 new_length = message->new_length;

	data->seen = 0;
	data->need = 0;
	if (!message->length || message->length > len)
		return broken(passage, STREAM_REASON_BROKEN);
	if (new_bytes) {
		passage->stream->changed = true;
		passage->same = false;
		if (new_length > STREAM_HOLD_MAX)
			return broken(passage, STREAM_REASON_TOO_LONG);
	} else {
		new_bytes = bytes;
		new_length = message->length;
	}
	data->begun = true;
	if (!stream_log_add(passage, message->length, new_bytes, new_length))
		return STREAM_BROKEN;	/* what the reader did is done */
	return STREAM_TAKEN;
}

/* Whole messages of @bytes go into the log, @used of them. */
static enum stream_taken parse(struct stream_passage *passage, const u8 *bytes,
			       u32 len, u32 *used)
{
	const struct stream_reader *reader = passage->stream->reader;
	struct stream_direction *data = passage->data;
	enum stream_taken taken = STREAM_TAKEN;

	for (*used = 0; *used < len && taken == STREAM_TAKEN;) {
		struct stream_message message = { 0 };
		const u8 *at = bytes + *used;
		u32 rest = len - *used;

		if (!stream_log_prepare(passage, rest))
			return STREAM_REFUSED;
		switch (reader->read(passage->context, passage->side, at, rest,
				     data->seen, &message)) {
		case STREAM_READ_MORE:
			return take_more(passage, rest, message.length);
		case STREAM_READ_MESSAGE:
			taken = take_message(passage, at, rest, &message);
			if (taken == STREAM_TAKEN)
				*used += message.length;
			break;
		case STREAM_READ_LEAVE:
			if (!data->begun)
				return STREAM_LEAVE;
			fallthrough;
		default:
			return broken(passage, STREAM_REASON_BROKEN);
		}
	}
	return taken;
}

/* Nothing is held: the bytes are read where they are. */
static enum stream_taken read_here(struct stream_passage *passage,
				   const u8 *bytes, u32 len)
{
	struct stream_direction *data = passage->data;
	enum stream_taken taken;
	u32 used;

	taken = parse(passage, bytes, len, &used);
	if (used < len)
		passage->same = false;
	stream_log_commit(passage);
	if (taken == STREAM_TAKEN && used < len &&
	    !stream_hold_add(passage, bytes + used, len - used))
		taken = STREAM_REFUSED;
	if (!data->held) {
		data->seen = 0;
		data->need = 0;
	}
	return taken;
}

static enum stream_taken read_held(struct stream_passage *passage,
				   const u8 *bytes, u32 len)
{
	struct stream_direction *data = passage->data;
	enum stream_taken taken;
	u32 used;

	if (!stream_hold_add(passage, bytes, len))
		return STREAM_REFUSED;
	if (data->leaving)
		return STREAM_LEAVE;
	if (data->held < data->need)
		return STREAM_TAKEN;
	taken = parse(passage, data->hold, data->held, &used);
	stream_hold_remove(data, used);
	stream_log_commit(passage);
	if (!data->held)
		stream_hold_free(passage->stream, passage->context, data);
	return taken;
}

/**
 * stream_read() - new bytes, in order
 * @passage: the segment
 * @bytes: the first of them is the one expected
 * @len: how many
 *
 * Messages that became whole are in the log then, the rest is held.
 *
 * Return: STREAM_REFUSED with a reason when not all of them were kept; the
 * caller cuts the hold back to what it was before the segment.
 */
enum stream_taken stream_read(struct stream_passage *passage, const u8 *bytes,
			      u32 len)
{
	struct stream_direction *data = passage->data;
	enum stream_taken taken = STREAM_TAKEN;
	u32 part;

	while (len && taken == STREAM_TAKEN) {
		if (!data->held)
			return read_here(passage, bytes, len);
		passage->same = false;
		part = STREAM_HOLD_MAX - data->held;
		part = part < len ? part : len;
		taken = read_held(passage, bytes, part);
		bytes += part;
		len -= part;
	}
	return taken;
}
