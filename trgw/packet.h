/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translation of packet buffers.
 */
#ifndef _TRGW_PACKET_H
#define _TRGW_PACKET_H

#include "map.h"

void trgw_packet_translate(struct trgw_map *map, struct sk_buff *skb,
			   struct net_device *dev);

#endif /* _TRGW_PACKET_H */
