/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interface between sip_ims.ko and trgw.ko: queries for address pairs.
 *
 * The helper recognises a translator device by its kind, and finds the device's
 * operations in its private part. Neither module imports a symbol of the other:
 * the device works without SIP, and the helper without a device.
 */
#ifndef _SIP_IMS_XLAT_H
#define _SIP_IMS_XLAT_H

#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/rtnetlink.h>

#define TRGW_KIND		"trgw"

/**
 * enum trgw_holder - why an IPv6 address has an IPv4 address
 * @TRGW_HOLDER_NONE: it has none
 * @TRGW_HOLDER_EMBEDDED: it lies inside the prefix: it is an IPv4 host
 * @TRGW_HOLDER_ASSIGNED: it has been assigned an address of the pool
 * @TRGW_HOLDER_STATIC: the administrator configured the pair
 */
enum trgw_holder {
	TRGW_HOLDER_NONE,
	TRGW_HOLDER_EMBEDDED,
	TRGW_HOLDER_ASSIGNED,
	TRGW_HOLDER_STATIC,
};

/**
 * struct trgw_operations - queries to a translator device
 *
 * Call them on the RCU read side, for a device that is up. Addresses are bytes
 * in network order.
 *
 * @to4: get the IPv4 address of an IPv6 address
 * @assign: the same, and assign an address of the pool to a host without one.
 *	@early: the host has not sent anything yet; early hosts are given at
 *	most half of the pool
 * @to6: get the IPv6 address of an IPv4 address; false for a free address of
 *	the pool, and for an address that no router forwards
 */
struct trgw_operations {
	enum trgw_holder (*to4)(const struct net_device *dev, const u8 *addr6,
				u8 *addr4);
	enum trgw_holder (*assign)(const struct net_device *dev,
				   const u8 *addr6, bool early, u8 *addr4);
	bool (*to6)(const struct net_device *dev, const u8 *addr4, u8 *addr6);
};

/**
 * struct trgw_private - first member of the private part of every such device
 * @operations: never NULL, never changed
 */
struct trgw_private {
	const struct trgw_operations *operations;
};

/**
 * trgw_is_device() - check whether a device is a translator
 * @dev: any registered device
 *
 * Return: true if the private part of @dev begins with struct trgw_private.
 */
static inline bool trgw_is_device(const struct net_device *dev)
{
	return dev->rtnl_link_ops &&
	       !strcmp(dev->rtnl_link_ops->kind, TRGW_KIND);
}

#endif /* _SIP_IMS_XLAT_H */
