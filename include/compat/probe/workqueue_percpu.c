// SPDX-License-Identifier: GPL-2.0-only
/* The shared workqueue is named system_percpu_wq. */
#include <linux/workqueue.h>

bool probe(struct delayed_work *work);
bool probe(struct delayed_work *work)
{
	return mod_delayed_work(system_percpu_wq, work, 1);
}
