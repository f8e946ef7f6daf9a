/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Media of a call: its packets, and streams without any.
 */
#ifndef _CALL_TRAFFIC_H
#define _CALL_TRAFFIC_H

#include <sip_ims/types.h>

struct sip_ims_call;
struct sip_ims_session;

u64 sip_ims_traffic_count(struct sip_ims_session *session);
u32 sip_ims_traffic_check(struct sip_ims_call *call, u32 *inactive_media);
void sip_ims_traffic_close(struct sip_ims_call *call, u32 streams);

#endif /* _CALL_TRAFFIC_H */
