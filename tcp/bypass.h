/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bypass: connections whose bytes are no longer read.
 */
#ifndef _TCP_BYPASS_H
#define _TCP_BYPASS_H

struct sip_tcp_passage;

int sip_tcp_bypass_begin(struct sip_tcp_passage *passage);
void sip_tcp_bypass_finish(struct sip_tcp_passage *passage);

#endif /* _TCP_BYPASS_H */
