// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a connection: each byte is on somebody's account.
 */
#include "engine.h"
#include "memory.h"

/**
 * stream_allocate() - memory, if the reader agrees
 * @stream: the connection
 * @context: for the reader
 * @size: bytes
 *
 * Return: the memory, to be given back by stream_free(), or NULL.
 */
void *stream_allocate(struct stream *stream, void *context, u32 size)
{
	void *memory;

	if (!stream->reader->charge(context, (s32)size))
		return NULL;
	memory = stream_memory_get(size);
	if (!memory)
		stream->reader->charge(context, -(s32)size);
	return memory;
}

/**
 * stream_free() - give memory back
 * @stream: the connection
 * @context: for the reader
 * @memory: of stream_allocate(), or NULL
 * @size: the same as then
 */
void stream_free(struct stream *stream, void *context, void *memory, u32 size)
{
	if (!memory)
		return;
	stream->reader->charge(context, -(s32)size);
	stream_memory_put(memory);
}

static void free_entry(struct stream *stream, void *context,
		       struct stream_direction *direction,
		       struct stream_entry *entry)
{
	u32 size = (u32)sizeof(*entry) + entry->room;

	direction->log_size -= size;
	stream_free(stream, context, entry, size);
}

/**
 * stream_log_release() - forget what the receiver has
 * @stream: the connection
 * @context: for the reader
 * @direction: what became acknowledged is in @acked
 */
void stream_log_release(struct stream *stream, void *context,
			struct stream_direction *direction)
{
	struct stream_entry *entry;

	while ((entry = direction->first) &&
	       !seq_after(stream_entry_new_end(entry), direction->acked)) {
		direction->first = entry->next;
		if (!direction->first)
			direction->last = NULL;
		free_entry(stream, context, direction, entry);
	}
}

/**
 * stream_direction_free() - all that a direction keeps
 * @stream: the connection
 * @context: for the reader
 * @direction: its numbers stay as they are
 */
void stream_direction_free(struct stream *stream, void *context,
			   struct stream_direction *direction)
{
	struct stream_entry *entry;

	while ((entry = direction->first)) {
		direction->first = entry->next;
		free_entry(stream, context, direction, entry);
	}
	direction->last = NULL;
	if (direction->spare)
		free_entry(stream, context, direction, direction->spare);
	direction->spare = NULL;
	stream_hold_free(stream, context, direction);
	stream_early_free(stream, context, direction);
}

/**
 * stream_create() - a connection begins
 * @reader: whom to ask; must outlive the stream
 * @context: handed to @reader's charge()
 *
 * Each call that may ask the reader brings a context of its own.
 *
 * Return: the stream, or NULL without memory.
 */
struct stream *stream_create(const struct stream_reader *reader, void *context)
{
	struct stream *stream;

	if (!reader->charge(context, (s32)sizeof(*stream)))
		return NULL;
	stream = stream_memory_get(sizeof(*stream));
	if (!stream) {
		reader->charge(context, -(s32)sizeof(*stream));
		return NULL;
	}
	memset(stream, 0, sizeof(*stream));
	stream->reader = reader;
	stream->direction[0].scale = -1;
	stream->direction[1].scale = -1;
	return stream;
}

/**
 * stream_destroy() - forget a connection
 * @stream: nobody else uses it any more; or NULL
 * @context: for the reader
 *
 * Frees all that it holds and gives back what was charged.
 */
void stream_destroy(struct stream *stream, void *context)
{
	if (!stream)
		return;
	stream_direction_free(stream, context, &stream->direction[0]);
	stream_direction_free(stream, context, &stream->direction[1]);
	stream_free(stream, context, stream, sizeof(*stream));
}

/**
 * stream_left() - does the stream only pass segments on from now on?
 * @stream: the connection, locked by the caller
 *
 * Return: true when each segment from now on leaves as it comes, so that the
 * stream can be forgotten.
 */
bool stream_left(const struct stream *stream)
{
	return stream->left;
}
