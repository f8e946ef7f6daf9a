// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications of calls.
 *
 * netlink/ lies above this room, so it leaves a function here: before the first
 * session exists, and until the last one has ended.
 */
#include <linux/cache.h>
#include <linux/compiler.h>

#include <call/notify.h>

static sip_ims_notify_inactive_fn *notify_inactive __read_mostly;

/**
 * sip_ims_notify_set() - say who reports streams that close by inactivity
 * @inactive: see sip_ims_notify_inactive(); NULL for nobody
 *
 * Context: process context, while there is no session.
 */
void sip_ims_notify_set(sip_ims_notify_inactive_fn *inactive)
{
	WRITE_ONCE(notify_inactive, inactive);
}

/**
 * sip_ims_notify_inactive() - report streams that close by inactivity
 * @call: locked; the pinholes of the streams are still open
 * @streams: a bit for each m= line
 * @inactive_media: the setting that closes them, seconds
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_notify_inactive(const struct sip_ims_call *call, u32 streams,
			     u32 inactive_media)
{
	sip_ims_notify_inactive_fn *inactive = READ_ONCE(notify_inactive);

	if (inactive)
		inactive(call, streams, inactive_media);
}
