// SPDX-License-Identifier: GPL-2.0-only
/* A device has the entry of its ingress classifiers in tcx_ingress. */
#include <linux/netdevice.h>

void *probe(struct net_device *dev);
void *probe(struct net_device *dev)
{
	return rcu_access_pointer(dev->tcx_ingress);
}
