// SPDX-License-Identifier: GPL-2.0-only
/* A device that needs no lock to send says so with a bit of its own. */
#include <linux/netdevice.h>

void probe(struct net_device *dev);
void probe(struct net_device *dev)
{
	dev->lltx = true;
}
