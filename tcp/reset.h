/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reset of a connection, by an end or by the engine.
 */
#ifndef _TCP_RESET_H
#define _TCP_RESET_H

#include <tcp/engine.h>

enum sip_tcp_verdict sip_tcp_reset_connection(struct sip_tcp_passage *passage);
enum sip_tcp_verdict sip_tcp_reset_repeat(struct sip_tcp_passage *passage);
enum sip_tcp_verdict sip_tcp_reset_translate(struct sip_tcp_passage *passage);

#endif /* _TCP_RESET_H */
