// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notifications of calls.
 *
 * call/ must not call netlink/, which is above it (scripts/rooms).  Therefore
 * netlink/ registers a function before the first session exists, and removes it
 * after the last one has ended.
 */
#include <linux/cache.h>
#include <linux/compiler.h>

#include <call/notify.h>

static sip_ims_notify_handler_fn *notify_inactive __read_mostly;

/**
 * sip_ims_notify_set() - register the function that reports inactive streams
 * @inactive: called by sip_ims_notify_inactive(); NULL to report nothing
 *
 * Context: process context, while there is no session.
 */
void sip_ims_notify_set(sip_ims_notify_handler_fn *inactive)
{
	WRITE_ONCE(notify_inactive, inactive);
}

/**
 * sip_ims_notify_inactive() - report streams that close because of inactivity
 * @call: the call, locked; the pinholes of the streams are still open
 * @streams: a bit for each m= line
 * @inactive_media: the setting inactive-media, in seconds
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_notify_inactive(const struct sip_ims_call *call, u32 streams,
			     u32 inactive_media)
{
	sip_ims_notify_handler_fn *inactive = READ_ONCE(notify_inactive);

	if (inactive)
		inactive(call, streams, inactive_media);
}
