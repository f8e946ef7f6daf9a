/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Assignment of pool addresses to IPv6 hosts.
 */
#ifndef _TRGW_ASSIGN_H
#define _TRGW_ASSIGN_H

#include "map.h"

void trgw_assign_init(struct trgw_map *map);
void trgw_assign_stop(struct trgw_map *map);
enum trgw_verdict trgw_assign_address(struct trgw_map *map, const u8 *addr6,
				      u8 *addr4);
void trgw_assign_sweep(struct work_struct *work);

#endif /* _TRGW_ASSIGN_H */
