/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of a connection, charged to the reader.
 *
 * In userspace the program that links the engine supplies the allocator, so
 * that tests can make allocations fail.
 */
#ifndef _TCP_MEMORY_H
#define _TCP_MEMORY_H

#include <sip_ims/types.h>

#ifdef __KERNEL__
#include <linux/slab.h>

static inline void *sip_tcp_block_alloc(size_t size)
{
	return kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
}

static inline void sip_tcp_block_free(void *memory)
{
	kfree(memory);
}
#else
void *sip_tcp_block_alloc(size_t size);
void sip_tcp_block_free(void *memory);
#endif /* __KERNEL__ */

struct sip_tcp_reader;

void *sip_tcp_memory_alloc(const struct sip_tcp_reader *reader, void *context,
			   u32 size);
void sip_tcp_memory_free(const struct sip_tcp_reader *reader, void *context,
			 void *memory, u32 size);

#endif /* _TCP_MEMORY_H */
