/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The facts of a message that passes the helper on two legs.
 */
#ifndef _PACKET_CACHE_H
#define _PACKET_CACHE_H

#include <sip_ims/types.h>

struct sip_ims_work;

int sip_ims_cache_take(struct sip_ims_work *work);
void sip_ims_cache_store(struct sip_ims_work *work);

#endif /* _PACKET_CACHE_H */
