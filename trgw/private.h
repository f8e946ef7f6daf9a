/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The private part of the network device.
 */
#ifndef _TRGW_PRIVATE_H
#define _TRGW_PRIVATE_H

#include <sip_ims/xlat.h>

#include "map.h"
#include "route.h"

/**
 * struct trgw_device - private part of the network device
 * @private: must be first
 * @map: its addresses, settings and counters
 * @routes: routes of the packets that leave it
 */
struct trgw_device {
	struct trgw_private private;
	struct trgw_map *map;
	struct trgw_routes routes;
};

/**
 * trgw_device_map() - get the map of a device
 * @dev: any registered device; the caller holds the RTNL or the RCU read side
 *
 * Return: its map, or NULL if the device is not a translator.
 */
static inline struct trgw_map *trgw_device_map(const struct net_device *dev)
{
	const struct trgw_device *device = netdev_priv(dev);

	return trgw_is_device(dev) ? device->map : NULL;
}

#endif /* _TRGW_PRIVATE_H */
