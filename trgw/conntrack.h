/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Assigned addresses that flows and expectations of conntrack still refer to.
 */
#ifndef _TRGW_CONNTRACK_H
#define _TRGW_CONNTRACK_H

#include "map.h"

void trgw_conntrack_refresh(struct trgw_map *map);

#endif /* _TRGW_CONNTRACK_H */
