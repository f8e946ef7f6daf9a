/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Notifications of calls, for a directory above that sends them to listeners.
 */
#ifndef _CALL_NOTIFY_H
#define _CALL_NOTIFY_H

#include <sip_ims/types.h>

struct sip_ims_call;

/* See sip_ims_notify_inactive(). */
typedef void sip_ims_notify_handler_fn(const struct sip_ims_call *call,
				       u32 streams, u32 inactive_media);

void sip_ims_notify_set(sip_ims_notify_handler_fn *inactive);
void sip_ims_notify_inactive(const struct sip_ims_call *call, u32 streams,
			     u32 inactive_media);

#endif /* _CALL_NOTIFY_H */
