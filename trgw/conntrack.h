/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hosts that conntrack still refers to.
 */
#ifndef _TRGW_CONNTRACK_H
#define _TRGW_CONNTRACK_H

#include "map.h"

void trgw_conntrack_refresh(struct trgw_map *map);

#endif /* _TRGW_CONNTRACK_H */
