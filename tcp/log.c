// SPDX-License-Identifier: GPL-2.0-only
/*
 * The log: whole messages that the receiver has not acknowledged.
 *
 * An entry is what one segment completed, mostly one message.  It leaves the
 * log when all of it is acknowledged, not before: any part of it may be asked
 * for again, in any cut.
 */
#include "engine.h"

/* How much longer a segment's messages may become without further memory, and
 * how much of that there must still be for the next one.
 */
#define LOG_GROWTH	512u
#define LOG_GROWTH_LEFT	128u
/* Bytes of one entry, mostly; bytes of one message, mostly. */
#define LOG_ENTRY	16384u
#define LOG_MESSAGE	4096u

static struct sip_tcp_entry *new_entry(struct sip_tcp_passage *passage, u32 room)
{
	struct sip_tcp_direction *data = passage->data;
	u32 size = (u32)sizeof(struct sip_tcp_entry) + room;
	struct sip_tcp_entry *entry;

	entry = sip_tcp_memory_alloc(passage->tcp, passage->context, size);
	if (!entry) {
		passage->reason = SIP_TCP_REASON_MEMORY;
		return NULL;
	}
	memset(entry, 0, sizeof(*entry));
	entry->room = room;
	data->log_size += size;
	return entry;
}

static void drop_spare(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;
	struct sip_tcp_entry *spare = data->spare;
	u32 size;

	if (!spare)
		return;
	size = (u32)sizeof(*spare) + spare->room;
	data->spare = NULL;
	data->log_size -= size;
	sip_tcp_memory_free(passage->tcp, passage->context, spare, size);
}

static u32 with_growth(u32 len, u32 most, u32 growth)
{
	if (len > most)
		len = most;
	return len + (len < growth ? len : growth);
}

/* Is there room in an entry for what may be a message? */
static bool is_ready(const struct sip_tcp_entry *spare, u32 expected, u32 room)
{
	if (!spare)
		return false;
	if (!spare->length)
		return spare->room >= room;
	return spare->room - spare->new_length >=
	       with_growth(expected, LOG_MESSAGE, LOG_GROWTH_LEFT);
}

/* Puts the spare entry behind the log. */
static void append(struct sip_tcp_direction *data)
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

/**
 * sip_tcp_log_prepare() - make room before the reader is asked
 * @passage: the segment
 * @expected: original bytes that may become whole messages
 *
 * What is there may serve.  The log's limit is looked at here, too.
 *
 * Return: false when there is no memory, or too much in the log.
 */
bool sip_tcp_log_prepare(struct sip_tcp_passage *passage, u32 expected)
{
	struct sip_tcp_direction *data = passage->data;
	u32 room = with_growth(expected, data->held ?
			       SIP_TCP_MESSAGE_MAX : LOG_ENTRY, LOG_GROWTH);

	if (is_ready(data->spare, expected, room))
		return true;
	if (data->spare && data->spare->length)
		append(data);
	drop_spare(passage);
	if (data->log_size + sizeof(*data->spare) + room > SIP_TCP_LOG_MAX) {
		passage->reason = SIP_TCP_REASON_LOG_FULL;
		return false;
	}
	data->spare = new_entry(passage, room);
	return data->spare;
}

/* Behind the log with what is there; room for @room more bytes instead. */
static bool next_spare(struct sip_tcp_passage *passage, u32 room)
{
	struct sip_tcp_direction *data = passage->data;

	if (data->spare && data->spare->length)
		append(data);
	drop_spare(passage);
	data->spare = new_entry(passage, room);
	return data->spare;
}

/**
 * sip_tcp_log_add() - a whole message
 * @passage: the segment
 * @length: original bytes
 * @bytes: what goes instead
 * @new_length: bytes of that
 *
 * Return: false without memory.
 */
bool sip_tcp_log_add(struct sip_tcp_passage *passage, u32 length,
		     const u8 *bytes, u32 new_length)
{
	struct sip_tcp_entry *entry = passage->data->spare;

	if (!entry || entry->room - entry->new_length < new_length) {
		if (!next_spare(passage, new_length))
			return false;
		entry = passage->data->spare;
	}
	if (new_length)
		memcpy(entry->bytes + entry->new_length, bytes, new_length);
	entry->length += length;
	entry->new_length += new_length;
	return true;
}

/**
 * sip_tcp_log_commit() - the bytes of a segment are read
 * @passage: the segment
 *
 * What was added is in the log now, unless it is nothing to anybody.
 */
void sip_tcp_log_commit(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;

	if (data->spare && data->spare->length)
		append(data);
	if (!data->held)
		drop_spare(passage);
	sip_tcp_log_release(passage->tcp, passage->context, data);
}

/**
 * sip_tcp_log_fin() - the end of a direction
 * @passage: the segment
 *
 * The beginning of a message that will have no end does not leave: it may be
 * what should have been rewritten.
 *
 * Return: false without memory.
 */
bool sip_tcp_log_fin(struct sip_tcp_passage *passage)
{
	struct sip_tcp_direction *data = passage->data;

	if (!next_spare(passage, 0))
		return false;
	data->spare->length = data->held + 1;
	data->spare->new_length = 1;
	data->spare->fin = true;
	append(data);
	if (data->held) {
		passage->tcp->changed = true;
		passage->reason = SIP_TCP_REASON_UNFINISHED;
	}
	sip_tcp_pending_free(passage->tcp, passage->context, data);
	sip_tcp_early_free(passage->tcp, passage->context, data);
	data->fin = true;
	return true;
}

/**
 * sip_tcp_log_raw() - what is held goes as it came
 * @passage: a segment of this direction or of the other
 * @direction: whose hold
 *
 * Return: false without memory; then it is still held.
 */
bool sip_tcp_log_raw(struct sip_tcp_passage *passage,
		     struct sip_tcp_direction *direction)
{
	struct sip_tcp_passage own = *passage;
	u32 held = direction->held;
	bool done = true;

	own.data = direction;
	if (held) {
		done = next_spare(&own, held) &&
		       sip_tcp_log_add(&own, held, direction->hold, held);
	}
	if (!done)
		return false;
	if (held)
		append(direction);
	sip_tcp_pending_free(passage->tcp, passage->context, direction);
	return true;
}

/**
 * sip_tcp_log_find() - what was sent with this number
 * @direction: whose
 * @seq: original
 *
 * Return: the first entry that ends behind @seq, or NULL.
 */
const struct sip_tcp_entry *
sip_tcp_log_find(const struct sip_tcp_direction *direction, u32 seq)
{
	const struct sip_tcp_entry *entry = direction->first;

	while (entry && !seq_after(sip_tcp_entry_end(entry), seq))
		entry = entry->next;
	return entry;
}

/* New bytes of an entry; a FIN is none. */
static u32 entry_bytes(const struct sip_tcp_entry *entry)
{
	return entry->new_length - entry->fin;
}

/**
 * sip_tcp_log_bytes() - new bytes that lie in one piece
 * @direction: whose
 * @from: new sequence number
 * @to: behind the last
 *
 * Return: the bytes, which stay until the log changes, or NULL when they lie
 * in several.
 */
const u8 *sip_tcp_log_bytes(const struct sip_tcp_direction *direction, u32 from,
			    u32 to)
{
	const struct sip_tcp_entry *entry = direction->first;

	while (entry && !seq_after(sip_tcp_entry_new_end(entry), from))
		entry = entry->next;
	if (!entry || seq_after(to, entry->new_start + entry_bytes(entry)))
		return NULL;
	return entry->bytes + (from - entry->new_start);
}

/**
 * sip_tcp_log_gather() - new bytes into one piece
 * @direction: whose
 * @from: new sequence number
 * @to: behind the last; all is in the log
 * @out: room for them
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
