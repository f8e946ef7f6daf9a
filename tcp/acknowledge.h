/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation of acknowledgments.
 */
#ifndef _TCP_ACKNOWLEDGE_H
#define _TCP_ACKNOWLEDGE_H

#include <tcp/engine.h>

enum sip_tcp_verdict sip_tcp_acknowledge_data(struct sip_tcp_passage *passage);

#endif /* _TCP_ACKNOWLEDGE_H */
