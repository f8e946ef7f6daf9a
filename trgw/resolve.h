/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Resolution of the addresses of a packet in the other family.
 */
#ifndef _TRGW_RESOLVE_H
#define _TRGW_RESOLVE_H

#include "map.h"
#include "translate.h"

enum trgw_verdict trgw_resolve_addresses(struct trgw_map *map,
					 const struct trgw_settings *settings,
					 const u8 *data,
					 const struct trgw_facts *facts,
					 struct trgw_addresses *addresses);

#endif /* _TRGW_RESOLVE_H */
