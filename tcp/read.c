// SPDX-License-Identifier: GPL-2.0-only
/*
 * New bytes in order: the reader finds the messages in them.
 */
#include "engine.h"

static enum sip_tcp_taken broken(struct sip_tcp_passage *passage,
				 enum sip_tcp_reason reason)
{
	passage->reason = reason;
	return SIP_TCP_BROKEN;
}

static enum sip_tcp_taken take_more(struct sip_tcp_passage *passage, u32 len,
				    u32 need)
{
	struct sip_tcp_direction *data = passage->data;

	data->seen = need ? 0 : len;
	data->need = need;
	if (len >= SIP_TCP_MESSAGE_MAX || need > SIP_TCP_MESSAGE_MAX)
		return broken(passage, SIP_TCP_REASON_TOO_LONG);
	return SIP_TCP_TAKEN;
}

static enum sip_tcp_taken take_message(struct sip_tcp_passage *passage,
				       const u8 *bytes, u32 len,
				       const struct sip_tcp_message *message)
{
	struct sip_tcp_direction *data = passage->data;
	const u8 *new_bytes = message->new_bytes;
	u32 new_length = message->new_length;

	data->seen = 0;
	data->need = 0;
	if (!message->length || message->length > len)
		return broken(passage, SIP_TCP_REASON_BROKEN);
	if (new_bytes) {
		passage->tcp->changed = true;
		passage->same = false;
		if (new_length > SIP_TCP_MESSAGE_MAX)
			return broken(passage, SIP_TCP_REASON_TOO_LONG);
	} else {
		new_bytes = bytes;
		new_length = message->length;
	}
	data->begun = true;
	if (!sip_tcp_log_add(passage, message->length, new_bytes, new_length))
		return SIP_TCP_BROKEN;	/* what the reader did is done */
	return SIP_TCP_TAKEN;
}

/* Whole messages of @bytes go into the log, @used of them. */
static enum sip_tcp_taken parse(struct sip_tcp_passage *passage, const u8 *bytes,
				u32 len, u32 *used)
{
	const struct sip_tcp_reader *reader = passage->tcp->reader;
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;

	for (*used = 0; *used < len && taken == SIP_TCP_TAKEN;) {
		struct sip_tcp_message message = { 0 };
		const u8 *at = bytes + *used;
		u32 rest = len - *used;

		if (!sip_tcp_log_prepare(passage, rest))
			return SIP_TCP_REFUSED;
		switch (reader->read(passage->context, passage->side, at, rest,
				     data->seen, &message)) {
		case SIP_TCP_READ_MORE:
			return take_more(passage, rest, message.length);
		case SIP_TCP_READ_MESSAGE:
			taken = take_message(passage, at, rest, &message);
			if (taken == SIP_TCP_TAKEN)
				*used += message.length;
			break;
		case SIP_TCP_READ_BYPASS:
			if (!data->begun)
				return SIP_TCP_BYPASS;
			fallthrough;
		default:
			return broken(passage, SIP_TCP_REASON_BROKEN);
		}
	}
	return taken;
}

/* Nothing is held: the bytes are read where they are. */
static enum sip_tcp_taken read_here(struct sip_tcp_passage *passage,
				    const u8 *bytes, u32 len)
{
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken;
	u32 used;

	taken = parse(passage, bytes, len, &used);
	if (used < len)
		passage->same = false;
	sip_tcp_log_commit(passage);
	if (taken == SIP_TCP_TAKEN && used < len &&
	    !sip_tcp_pending_add(passage, bytes + used, len - used))
		taken = SIP_TCP_REFUSED;
	if (!data->held) {
		data->seen = 0;
		data->need = 0;
	}
	return taken;
}

static enum sip_tcp_taken read_held(struct sip_tcp_passage *passage,
				    const u8 *bytes, u32 len)
{
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken;
	u32 used;

	if (!sip_tcp_pending_add(passage, bytes, len))
		return SIP_TCP_REFUSED;
	if (data->bypassing)
		return SIP_TCP_BYPASS;
	if (data->held < data->need)
		return SIP_TCP_TAKEN;
	taken = parse(passage, data->hold, data->held, &used);
	sip_tcp_pending_remove(data, used);
	sip_tcp_log_commit(passage);
	if (!data->held)
		sip_tcp_pending_free(passage->tcp, passage->context, data);
	return taken;
}

/**
 * sip_tcp_read() - new bytes, in order
 * @passage: the segment
 * @bytes: the first of them is the one expected
 * @len: how many
 *
 * Messages that became whole are in the log then, the rest is held.
 *
 * Return: SIP_TCP_REFUSED with a reason when not all of them were kept; the
 * caller cuts the hold back to what it was before the segment.
 */
enum sip_tcp_taken sip_tcp_read(struct sip_tcp_passage *passage, const u8 *bytes,
				u32 len)
{
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;
	u32 part;

	while (len && taken == SIP_TCP_TAKEN) {
		if (!data->held)
			return read_here(passage, bytes, len);
		passage->same = false;
		part = SIP_TCP_MESSAGE_MAX - data->held;
		part = part < len ? part : len;
		taken = read_held(passage, bytes, part);
		bytes += part;
		len -= part;
	}
	return taken;
}
