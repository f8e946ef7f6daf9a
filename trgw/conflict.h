/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Conflicts between the prefixes and hosts of the devices of a namespace.
 */
#ifndef _TRGW_CONFLICT_H
#define _TRGW_CONFLICT_H

#include "map.h"

void trgw_conflict_add_map(struct trgw_map *map);
void trgw_conflict_remove_map(struct trgw_map *map);
bool trgw_conflict_covers(const struct trgw_map *map, const u8 *addr6);
const char *trgw_conflict_check(const struct trgw_map *map,
				const struct trgw_prefix *prefix);
void trgw_conflict_release(const struct trgw_map *map,
			   const struct trgw_prefix *prefix);
int trgw_conflict_resolve(struct trgw_map *map);

#endif /* _TRGW_CONFLICT_H */
