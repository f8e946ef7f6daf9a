// SPDX-License-Identifier: GPL-2.0-only
/*
 * Symbols of trgw.ko that the suites use: only in a build with SIP_IMS_KUNIT=y.
 */
#include <linux/module.h>

#include "../../trgw/assign.h"
#include "../../trgw/config.h"
#include "../../trgw/conflict.h"
#include "../../trgw/parse.h"
#include "../../trgw/pool.h"
#include "../../trgw/resolve.h"

EXPORT_SYMBOL_GPL(trgw_assign_address);
EXPORT_SYMBOL_GPL(trgw_assign_init);
EXPORT_SYMBOL_GPL(trgw_assign_stop);
EXPORT_SYMBOL_GPL(trgw_assign_sweep);
EXPORT_SYMBOL_GPL(trgw_config_add_host);
EXPORT_SYMBOL_GPL(trgw_config_delete_host);
EXPORT_SYMBOL_GPL(trgw_config_set);
EXPORT_SYMBOL_GPL(trgw_conflict_add_map);
EXPORT_SYMBOL_GPL(trgw_conflict_remove_map);
EXPORT_SYMBOL_GPL(trgw_counters_read);
EXPORT_SYMBOL_GPL(trgw_map_create);
EXPORT_SYMBOL_GPL(trgw_map_find4);
EXPORT_SYMBOL_GPL(trgw_map_find6);
EXPORT_SYMBOL_GPL(trgw_map_get);
EXPORT_SYMBOL_GPL(trgw_map_put);
EXPORT_SYMBOL_GPL(trgw_parse_packet);
EXPORT_SYMBOL_GPL(trgw_pool_flush);
EXPORT_SYMBOL_GPL(trgw_pool_idle);
EXPORT_SYMBOL_GPL(trgw_resolve_addresses);
