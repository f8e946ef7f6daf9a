/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The 503 that the router itself sends to a refused INVITE.
 */
#ifndef _PACKET_REJECT_H
#define _PACKET_REJECT_H

#include <sip_ims/types.h>

struct sip_ims_work;

void sip_ims_reject_send(struct sip_ims_work *work);
bool sip_ims_reject_is_acked(const struct sip_ims_work *work);

#endif /* _PACKET_REJECT_H */
