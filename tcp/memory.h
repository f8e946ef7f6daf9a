/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where memory comes from.  In userspace whoever links this says so, and may
 * refuse.
 */
#ifndef _STREAM_MEMORY_H
#define _STREAM_MEMORY_H

#include <sip_ims/types.h>

#ifdef __KERNEL__
#include <linux/slab.h>

static inline void *stream_memory_get(size_t size)
{
	return kmalloc(size, GFP_ATOMIC | __GFP_NOWARN);
}

static inline void stream_memory_put(void *memory)
{
	kfree(memory);
}
#else
void *stream_memory_get(size_t size);
void stream_memory_put(void *memory);
#endif /* __KERNEL__ */

#endif /* _STREAM_MEMORY_H */
