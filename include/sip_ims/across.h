/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a translator device tells of its addresses.
 *
 * The helper knows such a device by its kind and asks it through its private
 * part, so that neither module depends on the other: the device is of use
 * without SIP, and the helper without a device.
 */
#ifndef _SIP_IMS_ACROSS_H
#define _SIP_IMS_ACROSS_H

#include <linux/netdevice.h>

#define TRGW_KIND		"trgw"

/**
 * enum trgw_holder - why an IPv6 address has an IPv4 address
 * @TRGW_HOLDER_NONE: it has none
 * @TRGW_HOLDER_EMBEDDED: it is inside of the prefix: an IPv4 host
 * @TRGW_HOLDER_LENT: it has one of the pool
 * @TRGW_HOLDER_ENTERED: somebody entered it
 */
enum trgw_holder {
	TRGW_HOLDER_NONE,
	TRGW_HOLDER_EMBEDDED,
	TRGW_HOLDER_LENT,
	TRGW_HOLDER_ENTERED,
};

/**
 * struct trgw_operations - what may be asked
 *
 * All are called on the RCU read side, for a device that is up; addresses are
 * bytes in network order.
 *
 * @to4: the IPv4 address of an IPv6 address
 * @lend: the same; one of the pool for a host that has none.  @early: it has
 *	not sent anything yet; such ones get half of the pool at most
 * @to6: the IPv6 address of an IPv4 address; false for one of the pool that
 *	nobody has, and for one that no router forwards
 */
struct trgw_operations {
	enum trgw_holder (*to4)(const struct net_device *dev, const u8 *addr6,
				u8 *addr4);
	enum trgw_holder (*lend)(const struct net_device *dev, const u8 *addr6,
				 bool early, u8 *addr4);
	bool (*to6)(const struct net_device *dev, const u8 *addr4, u8 *addr6);
};

/**
 * struct trgw_private - begin of the private part of every such device
 * @operations: never NULL, never changed
 */
struct trgw_private {
	const struct trgw_operations *operations;
};

#endif /* _SIP_IMS_ACROSS_H */
