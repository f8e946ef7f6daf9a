/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events for multicast listeners.
 */
#ifndef _NETLINK_EVENT_H
#define _NETLINK_EVENT_H

#include <sip_ims/types.h>

struct sip_ims_call;

void sip_ims_event_inactive(const struct sip_ims_call *call, u32 streams,
			    u32 inactive_media);

#endif /* _NETLINK_EVENT_H */
