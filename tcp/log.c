// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log: complete messages that the receiver has not acknowledged.
 *
 * An entry holds the messages that one segment completed, mostly one message.
 * An entry is kept until all of it is acknowledged, because the sender may
 * retransmit any part of it, segmented in any way.
 */
#include <linux/errno.h>

#include <tcp/early.h>
#include <tcp/engine.h>
#include <tcp/log.h>
#include <tcp/memory.h>
#include <tcp/pending.h>

/*
 * Bytes by which the messages of a segment may grow within their entry, and how
 * many of them must be left for another message to be added to the entry.
 */
#define LOG_GROWTH	512u
#define LOG_GROWTH_LEFT	128u
/* Typical upper bounds of the bytes of an entry and of a message */
#define LOG_ENTRY	16384u
#define LOG_MESSAGE	4096u

static struct sip_tcp_entry *alloc_entry(struct sip_tcp_passage *passage,
					 u32 size)
{
	struct sip_tcp_direction *data = passage->data;
	u32 memory = (u32)sizeof(struct sip_tcp_entry) + size;
	struct sip_tcp_entry *entry;

	entry = sip_tcp_memory_alloc(passage->tcp->reader, passage->context,
				     memory);
	if (!entry) {
		passage->reason = SIP_TCP_REASON_MEMORY;
		return NULL;
	}
	memset(entry, 0, sizeof(*entry));
	entry->size = size;
	data->log_size += memory;
	return entry;
}

static void free_entry(struct sip_tcp *tcp, void *context,
		       struct sip_tcp_direction *direction,
		       struct sip_tcp_entry *entry)
{
	u32 memory = (u32)sizeof(*entry) + entry->size;

	direction->log_size -= memory;
	sip_tcp_memory_free(tcp->reader, context, entry, memory);
}

static void free_spare(struct sip_tcp *tcp, void *context,
		       struct sip_tcp_direction *direction)
{
	if (direction->spare)
		free_entry(tcp, context, direction, direction->spare);
	direction->spare = NULL;
}

static u32 add_growth(u32 len, u32 most, u32 growth)
{
	if (len > most)
		len = most;
	return len + (len < growth ? len : growth);
}

/* Check whether the spare entry has space for what may become a message. */
static bool has_space(const struct sip_tcp_entry *spare, u32 expected,
		      u32 size)
{
	if (!spare)
		return false;
	if (!spare->length)
		return spare->size >= size;
	return spare->size - spare->new_length >=
	       add_growth(expected, LOG_MESSAGE, LOG_GROWTH_LEFT);
}

static void append_spare(struct sip_tcp_direction *data)
{
	struct sip_tcp_entry *entry = data->spare;

	data->spare = NULL;
	entry->start = data->head;
	entry->new_start = data->new_head;
	if (data->last)
		data->last->next = entry;
	else
		data->first = entry;
	data->last = entry;
	data->head += entry->length;
	data->new_head += entry->new_length;
}

/* Append the spare entry to the log, or free it if it is empty. */
static void flush_spare(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;

	if (data->spare && data->spare->length)
		append_spare(data);
	free_spare(passage->tcp, passage->context, data);
}

/* Replace the spare entry by one of @size bytes. */
static int renew_spare(struct sip_tcp_passage *passage, u32 size)
{
	flush_spare(passage);
	passage->data->spare = alloc_entry(passage, size);
	return passage->data->spare ? 0 : -ENOMEM;
}

/**
 * sip_tcp_log_prepare() - reserve memory before the reader is called
 * @passage: the segment
 * @expected: original bytes that may turn out to be complete messages
 *
 * Space left in the spare entry is used first.  The limit of the log is
 * enforced here only, because a message once read must be stored.
 *
 * Return: 0; -ENOMEM without memory, -ENOBUFS when the log is full, both with
 * the reason set.
 */
int sip_tcp_log_prepare(struct sip_tcp_passage *passage, u32 expected)
{
	struct sip_tcp_direction *data = passage->data;
	u32 size = add_growth(expected, data->pending_len ?
			      SIP_TCP_MESSAGE_MAX : LOG_ENTRY, LOG_GROWTH);

	if (has_space(data->spare, expected, size))
		return 0;
	flush_spare(passage);
	if (data->log_size + sizeof(*data->spare) + size > SIP_TCP_LOG_MAX) {
		passage->reason = SIP_TCP_REASON_LOG_FULL;
		return -ENOBUFS;
	}
	return renew_spare(passage, size);
}

/**
 * sip_tcp_log_add() - add a complete message to the spare entry
 * @passage: the segment
 * @length: original bytes
 * @bytes: new bytes
 * @new_length: number of new bytes
 *
 * Return: 0, or -ENOMEM with the reason set when the message has outgrown the
 * reserved memory.
 */
int sip_tcp_log_add(struct sip_tcp_passage *passage, u32 length,
		    const u8 *bytes, u32 new_length)
{
	struct sip_tcp_entry *entry = passage->data->spare;
	int err;

	if (!entry || entry->size - entry->new_length < new_length) {
		err = renew_spare(passage, new_length);
		if (err)
			return err;
		entry = passage->data->spare;
	}
	if (new_length)
		memcpy(entry->bytes + entry->new_length, bytes, new_length);
	entry->length += length;
	entry->new_length += new_length;
	return 0;
}

/**
 * sip_tcp_log_commit() - move the added messages to the log
 * @passage: the segment, whose bytes were read
 *
 * Entries without new bytes that follow acknowledged ones are freed at once.
 * An empty spare entry is kept for the rest of a pending message.
 */
void sip_tcp_log_commit(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;

	if (data->spare && data->spare->length)
		append_spare(data);
	if (!data->pending_len)
		free_spare(passage->tcp, passage->context, data);
	sip_tcp_log_release(passage->tcp, passage->context, data);
}

/**
 * sip_tcp_log_add_fin() - add the FIN of the sender to the log
 * @passage: the segment
 *
 * Pending bytes are discarded: they belong to a message that will never be
 * complete, and may contain addresses that had to be rewritten.
 *
 * Return: 0, or -ENOMEM with the reason set.
 */
int sip_tcp_log_add_fin(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	int err = renew_spare(passage, 0);

	if (err)
		return err;
	data->spare->length = data->pending_len + 1;
	data->spare->new_length = 1;
	data->spare->fin = true;
	append_spare(data);
	if (data->pending_len) {
		passage->tcp->changed = true;
		passage->reason = SIP_TCP_REASON_UNFINISHED;
	}
	sip_tcp_pending_free(passage->tcp, passage->context, data);
	sip_tcp_early_free(passage->tcp, passage->context, data);
	data->fin = true;
	return 0;
}

/**
 * sip_tcp_log_add_pending() - move the pending bytes to the log unread
 * @passage: a segment of the direction of these bytes
 *
 * Return: 0, or -ENOMEM with the reason set and the bytes still pending.
 */
int sip_tcp_log_add_pending(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	u32 len = data->pending_len;
	int err;

	if (len) {
		err = renew_spare(passage, len);
		if (err)
			return err;
		sip_tcp_log_add(passage, len, data->pending, len);
		append_spare(data);
	}
	sip_tcp_pending_free(passage->tcp, passage->context, data);
	return 0;
}

/**
 * sip_tcp_log_release() - free the entries that the receiver has acknowledged
 * @tcp: the connection
 * @context: argument of the reader's callbacks
 * @direction: direction whose @acked has advanced
 */
void sip_tcp_log_release(struct sip_tcp *tcp, void *context,
			 struct sip_tcp_direction *direction)
{
	struct sip_tcp_entry *entry;

	while ((entry = direction->first) &&
	       !seq_after(sip_tcp_entry_new_end(entry), direction->acked)) {
		direction->first = entry->next;
		if (!direction->first)
			direction->last = NULL;
		free_entry(tcp, context, direction, entry);
	}
}

/**
 * sip_tcp_log_free() - free all entries, including the spare one
 * @tcp: the connection
 * @context: argument of the reader's callbacks
 * @direction: direction of the log
 */
void sip_tcp_log_free(struct sip_tcp *tcp, void *context,
		      struct sip_tcp_direction *direction)
{
	struct sip_tcp_entry *entry;

	while ((entry = direction->first)) {
		direction->first = entry->next;
		free_entry(tcp, context, direction, entry);
	}
	direction->last = NULL;
	free_spare(tcp, context, direction);
}

/**
 * sip_tcp_log_find() - find the entry of an original sequence number
 * @direction: direction of the log
 * @seq: original sequence number
 *
 * Return: the first entry that ends after @seq, or NULL.
 */
const struct sip_tcp_entry *
sip_tcp_log_find(const struct sip_tcp_direction *direction, u32 seq)
{
	const struct sip_tcp_entry *entry = direction->first;

	while (entry && !seq_after(sip_tcp_entry_end(entry), seq))
		entry = entry->next;
	return entry;
}

/* New bytes of an entry, without the sequence number of a FIN */
static u32 entry_bytes(const struct sip_tcp_entry *entry)
{
	return entry->new_length - entry->fin;
}

/**
 * sip_tcp_log_bytes() - get new bytes without copying them
 * @direction: direction of the log
 * @from: first new sequence number
 * @to: new sequence number after the last one
 *
 * Return: the bytes, valid until the log changes; NULL when they are spread
 * over several entries.
 */
const u8 *sip_tcp_log_bytes(const struct sip_tcp_direction *direction,
			    u32 from, u32 to)
{
	const struct sip_tcp_entry *entry = direction->first;

	while (entry && !seq_after(sip_tcp_entry_new_end(entry), from))
		entry = entry->next;
	if (!entry || seq_after(to, entry->new_start + entry_bytes(entry)))
		return NULL;
	return entry->bytes + (from - entry->new_start);
}

/**
 * sip_tcp_log_gather() - copy new bytes of several entries
 * @direction: direction of the log
 * @from: first new sequence number
 * @to: new sequence number after the last one; the log contains all of them
 * @out: buffer of at least @to - @from bytes
 */
void sip_tcp_log_gather(const struct sip_tcp_direction *direction, u32 from,
			u32 to, u8 *out)
{
	const struct sip_tcp_entry *entry;
	u32 end, len;

	for (entry = direction->first; entry && from != to;
	     entry = entry->next) {
		end = entry->new_start + entry_bytes(entry);
		if (!seq_after(end, from))
			continue;
		len = (seq_before(to, end) ? to : end) - from;
		memcpy(out, entry->bytes + (from - entry->new_start), len);
		out += len;
		from += len;
	}
}
