/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Early bytes: received out of order.
 */
#ifndef _TCP_EARLY_H
#define _TCP_EARLY_H

#include <sip_ims/types.h>

struct sip_tcp;
struct sip_tcp_chunk;
struct sip_tcp_direction;
struct sip_tcp_passage;

int sip_tcp_early_add(struct sip_tcp_passage *passage, u32 seq,
		      const u8 *bytes, u32 len);
struct sip_tcp_chunk *
sip_tcp_early_pop(struct sip_tcp_direction *direction);
void sip_tcp_early_free_chunk(struct sip_tcp *tcp, void *context,
			      struct sip_tcp_direction *direction,
			      struct sip_tcp_chunk *chunk);
void sip_tcp_early_free(struct sip_tcp *tcp, void *context,
			struct sip_tcp_direction *direction);

#endif /* _TCP_EARLY_H */
