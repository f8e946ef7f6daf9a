/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending bytes: the beginning of a message.
 */
#ifndef _TCP_PENDING_H
#define _TCP_PENDING_H

#include <sip_ims/types.h>

struct sip_tcp;
struct sip_tcp_direction;
struct sip_tcp_passage;

int sip_tcp_pending_add(struct sip_tcp_passage *passage, const u8 *bytes,
			u32 len);
void sip_tcp_pending_remove(struct sip_tcp_direction *direction, u32 len);
void sip_tcp_pending_truncate(struct sip_tcp_direction *direction, u32 len);
void sip_tcp_pending_free(struct sip_tcp *tcp, void *context,
			  struct sip_tcp_direction *direction);

#endif /* _TCP_PENDING_H */
