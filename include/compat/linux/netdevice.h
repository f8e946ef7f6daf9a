/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <linux/netdevice.h> between kernels.
 */
#ifndef _SIP_IMS_COMPAT_NETDEVICE_H
#define _SIP_IMS_COMPAT_NETDEVICE_H

#include <compat/probed.h>
#include <linux/netdevice.h>

/* netdev_lockdep_set_classes() */
#ifdef SIP_IMS_KERNEL_NETDEV_LOCK_HEADER
#include <net/netdev_lock.h>
#endif

/**
 * sip_ims_netdev_set_lockless() - let a device transmit without the queue lock
 * @dev: the device, not registered yet
 */
static inline void sip_ims_netdev_set_lockless(struct net_device *dev)
{
#ifdef SIP_IMS_KERNEL_NETDEV_LLTX
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

#endif /* _SIP_IMS_COMPAT_NETDEVICE_H */
