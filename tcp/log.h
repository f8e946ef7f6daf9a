/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The log: complete messages that the receiver has not acknowledged.
 */
#ifndef _TCP_LOG_H
#define _TCP_LOG_H

#include <sip_ims/types.h>

struct sip_tcp;
struct sip_tcp_direction;
struct sip_tcp_entry;
struct sip_tcp_passage;

int sip_tcp_log_prepare(struct sip_tcp_passage *passage, u32 expected);
int sip_tcp_log_add(struct sip_tcp_passage *passage, u32 length,
		    const u8 *bytes, u32 new_length);
void sip_tcp_log_commit(struct sip_tcp_passage *passage);
int sip_tcp_log_add_fin(struct sip_tcp_passage *passage);
int sip_tcp_log_add_pending(struct sip_tcp_passage *passage);
void sip_tcp_log_release(struct sip_tcp *tcp, void *context,
			 struct sip_tcp_direction *direction);
void sip_tcp_log_free(struct sip_tcp *tcp, void *context,
		      struct sip_tcp_direction *direction);
const struct sip_tcp_entry *
sip_tcp_log_find(const struct sip_tcp_direction *direction, u32 seq);
const u8 *sip_tcp_log_bytes(const struct sip_tcp_direction *direction,
			    u32 from, u32 to);
void sip_tcp_log_gather(const struct sip_tcp_direction *direction, u32 from,
			u32 to, u8 *out);

#endif /* _TCP_LOG_H */
