// SPDX-License-Identifier: GPL-2.0-only
/* What classifies at a device's ingress is an entry of tcx. */
#include <linux/netdevice.h>

void *probe(struct net_device *dev);
void *probe(struct net_device *dev)
{
	return rcu_access_pointer(dev->tcx_ingress);
}
