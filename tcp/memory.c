// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a connection: each byte is on somebody's account.
 */
#include "engine.h"
#include "memory.h"

/**
 * sip_tcp_memory_alloc() - memory, if the reader agrees
 * @tcp: the connection
 * @context: for the reader
 * @size: bytes
 *
 * Return: the memory, to be given back by sip_tcp_memory_free(), or NULL.
 */
void *sip_tcp_memory_alloc(struct sip_tcp *tcp, void *context, u32 size)
{
	void *memory;

	if (!tcp->reader->charge(context, (s32)size))
		return NULL;
	memory = sip_tcp_block_alloc(size);
	if (!memory)
		tcp->reader->charge(context, -(s32)size);
	return memory;
}

/**
 * sip_tcp_memory_free() - give memory back
 * @tcp: the connection
 * @context: for the reader
 * @memory: of sip_tcp_memory_alloc(), or NULL
 * @size: the same as then
 */
void sip_tcp_memory_free(struct sip_tcp *tcp, void *context, void *memory, u32 size)
{
	if (!memory)
		return;
	tcp->reader->charge(context, -(s32)size);
	sip_tcp_block_free(memory);
}

static void free_entry(struct sip_tcp *tcp, void *context,
		       struct sip_tcp_direction *direction,
		       struct sip_tcp_entry *entry)
{
	u32 size = (u32)sizeof(*entry) + entry->room;

	direction->log_size -= size;
	sip_tcp_memory_free(tcp, context, entry, size);
}

/**
 * sip_tcp_log_release() - forget what the receiver has
 * @tcp: the connection
 * @context: for the reader
 * @direction: what became acknowledged is in @acked
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
 * sip_tcp_direction_free() - all that a direction keeps
 * @tcp: the connection
 * @context: for the reader
 * @direction: its numbers stay as they are
 */
void sip_tcp_direction_free(struct sip_tcp *tcp, void *context,
			    struct sip_tcp_direction *direction)
{
	struct sip_tcp_entry *entry;

	while ((entry = direction->first)) {
		direction->first = entry->next;
		free_entry(tcp, context, direction, entry);
	}
	direction->last = NULL;
	if (direction->spare)
		free_entry(tcp, context, direction, direction->spare);
	direction->spare = NULL;
	sip_tcp_pending_free(tcp, context, direction);
	sip_tcp_early_free(tcp, context, direction);
}

/**
 * sip_tcp_create() - a connection begins
 * @reader: whom to ask; must outlive the stream
 * @context: handed to @reader's charge()
 *
 * Each call that may ask the reader brings a context of its own.
 *
 * Return: the tcp, or NULL without memory.
 */
struct sip_tcp *sip_tcp_create(const struct sip_tcp_reader *reader, void *context)
{
	struct sip_tcp *tcp;

	if (!reader->charge(context, (s32)sizeof(*tcp)))
		return NULL;
	tcp = sip_tcp_block_alloc(sizeof(*tcp));
	if (!tcp) {
		reader->charge(context, -(s32)sizeof(*tcp));
		return NULL;
	}
	memset(tcp, 0, sizeof(*tcp));
	tcp->reader = reader;
	tcp->direction[0].scale = -1;
	tcp->direction[1].scale = -1;
	return tcp;
}

/**
 * sip_tcp_destroy() - forget a connection
 * @tcp: nobody else uses it any more; or NULL
 * @context: for the reader
 *
 * Frees all that it holds and gives back what was charged.
 */
void sip_tcp_destroy(struct sip_tcp *tcp, void *context)
{
	if (!tcp)
		return;
	sip_tcp_direction_free(tcp, context, &tcp->direction[0]);
	sip_tcp_direction_free(tcp, context, &tcp->direction[1]);
	sip_tcp_memory_free(tcp, context, tcp, sizeof(*tcp));
}

/**
 * sip_tcp_is_bypassed() - does the stream only pass segments on from now on?
 * @tcp: the connection, locked by the caller
 *
 * Return: true when each segment from now on leaves as it comes, so that the
 * stream can be forgotten.
 */
bool sip_tcp_is_bypassed(const struct sip_tcp *tcp)
{
	return tcp->bypassed;
}
