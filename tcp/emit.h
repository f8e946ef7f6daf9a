/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contents of the segment to send.
 */
#ifndef _TCP_EMIT_H
#define _TCP_EMIT_H

#include <tcp/engine.h>

enum sip_tcp_verdict sip_tcp_emit_segment(struct sip_tcp_passage *passage,
					  u32 head);
enum sip_tcp_verdict sip_tcp_emit_probe(struct sip_tcp_passage *passage);

#endif /* _TCP_EMIT_H */
