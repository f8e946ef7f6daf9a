// SPDX-License-Identifier: GPL-2.0-only
/* Locks of devices have a header of their own. */
#include <net/netdev_lock.h>

void probe(struct net_device *dev);
void probe(struct net_device *dev)
{
	netdev_lockdep_set_classes(dev);
}
