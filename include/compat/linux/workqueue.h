/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <linux/workqueue.h> between kernels.
 */
#ifndef _SIP_IMS_COMPAT_WORKQUEUE_H
#define _SIP_IMS_COMPAT_WORKQUEUE_H

#include <compat/probed.h>
#include <linux/workqueue.h>

/**
 * sip_ims_work_schedule() - schedule short work on the shared workqueue
 * @work: the work; if it is pending already, only its time changes
 * @delay: jiffies from now
 *
 * Context: any.
 */
static inline void sip_ims_work_schedule(struct delayed_work *work,
					 unsigned long delay)
{
#ifdef SIP_IMS_KERNEL_WORKQUEUE_PERCPU
	mod_delayed_work(system_percpu_wq, work, delay);
#else
	mod_delayed_work(system_wq, work, delay);
#endif
}

#endif /* _SIP_IMS_COMPAT_WORKQUEUE_H */
