// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pending bytes: the beginning of a message, stored until the message is
 * complete.
 */
#include <linux/errno.h>

#include <tcp/engine.h>
#include <tcp/memory.h>
#include <tcp/pending.h>

#define PENDING_FIRST	512u

static u32 next_size(u32 size, u32 needed)
{
	if (!size)
		size = PENDING_FIRST;
	while (size < needed)
		size *= 2;
	return size < SIP_TCP_MESSAGE_MAX ? size : SIP_TCP_MESSAGE_MAX;
}

static int grow_buffer(struct sip_tcp_passage *passage, u32 needed)
{
	const struct sip_tcp_reader *reader = passage->tcp->reader;
	struct sip_tcp_direction *data = passage->data;
	u32 size = next_size(data->pending_size, needed);
	u8 *bytes = sip_tcp_memory_alloc(reader, passage->context, size);

	if (!bytes)
		return -ENOMEM;
	if (data->pending_len)
		memcpy(bytes, data->pending, data->pending_len);
	sip_tcp_memory_free(reader, passage->context, data->pending,
			    data->pending_size);
	data->pending = bytes;
	data->pending_size = size;
	return 0;
}

/**
 * sip_tcp_pending_add() - append bytes to those pending
 * @passage: the segment
 * @bytes: bytes that follow the pending ones
 * @len: number of bytes; with those pending at most SIP_TCP_MESSAGE_MAX
 *
 * Return: 0, or -ENOMEM with the reason set and nothing appended.
 */
int sip_tcp_pending_add(struct sip_tcp_passage *passage, const u8 *bytes,
			u32 len)
{
	struct sip_tcp_direction *data = passage->data;

	if (data->pending_size < data->pending_len + len &&
	    grow_buffer(passage, data->pending_len + len)) {
		passage->reason = SIP_TCP_REASON_MEMORY;
		return -ENOMEM;
	}
	memcpy(data->pending + data->pending_len, bytes, len);
	data->pending_len += len;
	return 0;
}

/**
 * sip_tcp_pending_remove() - remove the bytes of complete messages
 * @direction: direction of the bytes
 * @len: number of bytes to remove from the beginning
 */
void sip_tcp_pending_remove(struct sip_tcp_direction *direction, u32 len)
{
	direction->pending_len -= len;
	if (direction->pending_len && len)
		memmove(direction->pending, direction->pending + len,
			direction->pending_len);
}

/**
 * sip_tcp_pending_truncate() - undo the last sip_tcp_pending_add()
 * @direction: direction of the bytes
 * @len: number of bytes to keep
 */
void sip_tcp_pending_truncate(struct sip_tcp_direction *direction, u32 len)
{
	if (direction->pending_len <= len)
		return;
	direction->pending_len = len;
	direction->need = 0;
	if (direction->seen > len)
		direction->seen = len;
}

/**
 * sip_tcp_pending_free() - discard the pending bytes and free their buffer
 * @tcp: the connection
 * @context: argument of the reader's callbacks
 * @direction: direction of the bytes
 */
void sip_tcp_pending_free(struct sip_tcp *tcp, void *context,
			  struct sip_tcp_direction *direction)
{
	sip_tcp_memory_free(tcp->reader, context, direction->pending,
			    direction->pending_size);
	direction->pending = NULL;
	direction->pending_size = 0;
	direction->pending_len = 0;
	direction->seen = 0;
	direction->need = 0;
}
