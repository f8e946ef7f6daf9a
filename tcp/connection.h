/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lifetime of a connection and of the memory that its directions hold.
 */
#ifndef _TCP_CONNECTION_H
#define _TCP_CONNECTION_H

struct sip_tcp;
struct sip_tcp_passage;

void sip_tcp_connection_clear(struct sip_tcp *tcp, void *context);
void sip_tcp_connection_restart(struct sip_tcp_passage *passage);

#endif /* _TCP_CONNECTION_H */
