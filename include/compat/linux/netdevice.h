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
 * trgw_lockless() - a device that needs no lock to send
 * @dev: the device, being set up
 */
static inline void trgw_lockless(struct net_device *dev)
{
#ifdef SIP_IMS_KERNEL_NETDEV_LLTX
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

#endif /* _SIP_IMS_COMPAT_NETDEVICE_H */
