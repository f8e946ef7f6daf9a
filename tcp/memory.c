// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of a connection, charged to the reader.
 */
#include <tcp/memory.h>

#include <sip_ims/tcp.h>

/**
 * sip_tcp_memory_alloc() - allocate memory if the reader's account allows it
 * @reader: callbacks of the user
 * @context: argument of the callbacks
 * @size: bytes
 *
 * Return: the memory, to be freed by sip_tcp_memory_free(), or NULL.
 */
void *sip_tcp_memory_alloc(const struct sip_tcp_reader *reader, void *context,
			   u32 size)
{
	void *memory;

	if (reader->charge(context, (s32)size))
		return NULL;
	memory = sip_tcp_block_alloc(size);
	if (!memory)
		reader->charge(context, -(s32)size);
	return memory;
}

/**
 * sip_tcp_memory_free() - free memory and credit the reader's account
 * @reader: callbacks of the user
 * @context: argument of the callbacks
 * @memory: memory of sip_tcp_memory_alloc(), or NULL
 * @size: bytes, as allocated
 */
void sip_tcp_memory_free(const struct sip_tcp_reader *reader, void *context,
			 void *memory, u32 size)
{
	if (!memory)
		return;
	reader->charge(context, -(s32)size);
	sip_tcp_block_free(memory);
}
