// SPDX-License-Identifier: GPL-2.0-only
/* netdev_lockdep_set_classes() is declared in <net/netdev_lock.h>. */
#include <net/netdev_lock.h>

void probe(struct net_device *dev);
void probe(struct net_device *dev)
{
	netdev_lockdep_set_classes(dev);
}
