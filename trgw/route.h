/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Routes of the packets that leave the device.
 */
#ifndef _TRGW_ROUTE_H
#define _TRGW_ROUTE_H

#include <linux/skbuff.h>
#include <linux/spinlock.h>

#define TRGW_ROUTE_BITS		10	/* 1024 routes for each device */

struct trgw_route;

/**
 * struct trgw_routes - routes of the packets that leave a device
 * @place: by the hash of their key; read under RCU, written under @lock
 * @lock: protects all members; bottom halves off
 * @open: the device is up; written under @lock
 */
struct trgw_routes {
	struct trgw_route __rcu *place[1 << TRGW_ROUTE_BITS];
	spinlock_t lock;	/* writers */
	bool open;
};

void trgw_routes_init(struct trgw_routes *routes);
void trgw_routes_open(struct trgw_routes *routes);
void trgw_routes_close(struct trgw_routes *routes);
void trgw_route_packet(struct trgw_routes *routes, struct sk_buff *skb,
		       struct net_device *dev, u16 family);

#endif /* _TRGW_ROUTE_H */
