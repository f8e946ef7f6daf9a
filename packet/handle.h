/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entry point for packets of signalling flows, and their working memory.
 */
#ifndef _PACKET_HANDLE_H
#define _PACKET_HANDLE_H

#include <sip_ims/helper.h>

int sip_ims_work_alloc(void);
void sip_ims_work_free(void);

#endif /* _PACKET_HANDLE_H */
