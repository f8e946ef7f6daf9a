/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where memory comes from.  In userspace whoever links this says so, and may
 * refuse.
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

#endif /* _TCP_MEMORY_H */
