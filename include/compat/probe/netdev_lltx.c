// SPDX-License-Identifier: GPL-2.0-only
/* Lockless transmission is the member lltx of a device, not a feature. */
#include <linux/netdevice.h>

void probe(struct net_device *dev);
void probe(struct net_device *dev)
{
	dev->lltx = true;
}
