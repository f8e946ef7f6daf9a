// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading bytes in order: the reader finds the messages in them.
 */
#include <tcp/engine.h>
#include <tcp/log.h>
#include <tcp/pending.h>
#include <tcp/read.h>

static enum sip_tcp_taken set_broken(struct sip_tcp_passage *passage,
				     enum sip_tcp_reason reason)
{
	passage->reason = reason;
	return SIP_TCP_BROKEN;
}

static enum sip_tcp_taken await_more(struct sip_tcp_passage *passage, u32 len,
				     u32 need)
{
	struct sip_tcp_direction *data = passage->data;

	data->seen = need ? 0 : len;
	data->need = need;
	if (len >= SIP_TCP_MESSAGE_MAX || need > SIP_TCP_MESSAGE_MAX)
		return set_broken(passage, SIP_TCP_REASON_TOO_LONG);
	return SIP_TCP_TAKEN;
}

static enum sip_tcp_taken add_message(struct sip_tcp_passage *passage,
				      const u8 *bytes, u32 len,
				      const struct sip_tcp_message *message)
{
	struct sip_tcp_direction *data = passage->data;
	const u8 *new_bytes = message->new_bytes;
	u32 new_length = message->new_length;

	data->seen = 0;
	data->need = 0;
	if (!message->length || message->length > len)
		return set_broken(passage, SIP_TCP_REASON_BROKEN);
	if (new_bytes) {
		passage->tcp->changed = true;
		passage->unchanged = false;
		if (new_length > SIP_TCP_MESSAGE_MAX)
			return set_broken(passage, SIP_TCP_REASON_TOO_LONG);
	} else {
		new_bytes = bytes;
		new_length = message->length;
	}
	data->has_message = true;
	/* The reader's effects cannot be undone, so a retry is impossible. */
	if (sip_tcp_log_add(passage, message->length, new_bytes, new_length))
		return SIP_TCP_BROKEN;
	return SIP_TCP_TAKEN;
}

/* Move the complete messages of @bytes to the log; @used is their length. */
static enum sip_tcp_taken read_messages(struct sip_tcp_passage *passage,
					const u8 *bytes, u32 len, u32 *used)
{
	const struct sip_tcp_reader *reader = passage->tcp->reader;
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;

	for (*used = 0; *used < len && taken == SIP_TCP_TAKEN;) {
		struct sip_tcp_message message = { 0 };
		const u8 *at = bytes + *used;
		u32 rest = len - *used;

		if (sip_tcp_log_prepare(passage, rest))
			return SIP_TCP_REFUSED;
		switch (reader->read(passage->context, passage->side, at, rest,
				     data->seen, &message)) {
		case SIP_TCP_READ_MORE:
			return await_more(passage, rest, message.length);
		case SIP_TCP_READ_MESSAGE:
			taken = add_message(passage, at, rest, &message);
			if (taken == SIP_TCP_TAKEN)
				*used += message.length;
			break;
		case SIP_TCP_READ_BYPASS:
			if (!data->has_message)
				return SIP_TCP_BYPASS;
			fallthrough;
		default:
			return set_broken(passage, SIP_TCP_REASON_BROKEN);
		}
	}
	return taken;
}

/* No bytes are pending: read the payload in place. */
static enum sip_tcp_taken read_payload(struct sip_tcp_passage *passage,
				       const u8 *bytes, u32 len)
{
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken;
	u32 used;

	taken = read_messages(passage, bytes, len, &used);
	if (used < len)
		passage->unchanged = false;
	sip_tcp_log_commit(passage);
	if (taken == SIP_TCP_TAKEN && used < len &&
	    sip_tcp_pending_add(passage, bytes + used, len - used))
		taken = SIP_TCP_REFUSED;
	if (!data->pending_len) {
		data->seen = 0;
		data->need = 0;
	}
	return taken;
}

static enum sip_tcp_taken read_pending(struct sip_tcp_passage *passage,
				       const u8 *bytes, u32 len)
{
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken;
	u32 used;

	if (sip_tcp_pending_add(passage, bytes, len))
		return SIP_TCP_REFUSED;
	if (data->bypassing)
		return SIP_TCP_BYPASS;
	if (data->pending_len < data->need)
		return SIP_TCP_TAKEN;
	taken = read_messages(passage, data->pending, data->pending_len, &used);
	sip_tcp_pending_remove(data, used);
	sip_tcp_log_commit(passage);
	if (!data->pending_len)
		sip_tcp_pending_free(passage->tcp, passage->context, data);
	return taken;
}

/**
 * sip_tcp_read_bytes() - read new bytes that are in order
 * @passage: the segment
 * @bytes: bytes from the expected sequence number on
 * @len: number of bytes
 *
 * Complete messages are moved to the log, the rest becomes pending.
 *
 * Return: SIP_TCP_REFUSED, with the reason set, when part of the bytes was not
 * stored; the caller then truncates the pending bytes to their length before
 * the segment.
 */
enum sip_tcp_taken sip_tcp_read_bytes(struct sip_tcp_passage *passage,
				      const u8 *bytes, u32 len)
{
	struct sip_tcp_direction *data = passage->data;
	enum sip_tcp_taken taken = SIP_TCP_TAKEN;
	u32 part;

	while (len && taken == SIP_TCP_TAKEN) {
		if (!data->pending_len)
			return read_payload(passage, bytes, len);
		passage->unchanged = false;
		part = SIP_TCP_MESSAGE_MAX - data->pending_len;
		part = part < len ? part : len;
		taken = read_pending(passage, bytes, part);
		bytes += part;
		len -= part;
	}
	return taken;
}
