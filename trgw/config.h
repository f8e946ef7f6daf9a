/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Changes by the administrator: static hosts and settings.
 */
#ifndef _TRGW_CONFIG_H
#define _TRGW_CONFIG_H

#include "map.h"

struct netlink_ext_ack;

int trgw_config_add_host(struct trgw_map *map, __be32 addr4,
			 const struct in6_addr *addr6,
			 struct netlink_ext_ack *extack);
int trgw_config_delete_host(struct trgw_map *map, const u8 *addr4,
			    const u8 *addr6, struct netlink_ext_ack *extack);
int trgw_config_set(struct trgw_map *map, const struct trgw_settings *settings,
		    struct netlink_ext_ack *extack);

#endif /* _TRGW_CONFIG_H */
