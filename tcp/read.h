/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading bytes in order.
 */
#ifndef _TCP_READ_H
#define _TCP_READ_H

#include <tcp/engine.h>

enum sip_tcp_taken sip_tcp_read_bytes(struct sip_tcp_passage *passage,
				      const u8 *bytes, u32 len);

#endif /* _TCP_READ_H */
