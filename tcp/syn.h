/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Beginning of a connection: SYN and SYN-ACK.
 */
#ifndef _TCP_SYN_H
#define _TCP_SYN_H

#include <tcp/engine.h>

enum sip_tcp_verdict sip_tcp_syn_read(struct sip_tcp_passage *passage);

#endif /* _TCP_SYN_H */
