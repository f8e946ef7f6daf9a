// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the suites look into of trgw.ko: only in a build with SIP_IMS_KUNIT=y.
 */
#include <linux/module.h>

#include <sip_ims/trgw.h>

EXPORT_SYMBOL_GPL(trgw_counts);
EXPORT_SYMBOL_GPL(trgw_map_add);
EXPORT_SYMBOL_GPL(trgw_map_create);
EXPORT_SYMBOL_GPL(trgw_map_del);
EXPORT_SYMBOL_GPL(trgw_map_find4);
EXPORT_SYMBOL_GPL(trgw_map_find6);
EXPORT_SYMBOL_GPL(trgw_map_get);
EXPORT_SYMBOL_GPL(trgw_map_put);
EXPORT_SYMBOL_GPL(trgw_map_set);
EXPORT_SYMBOL_GPL(trgw_map_stop);
EXPORT_SYMBOL_GPL(trgw_others_join);
EXPORT_SYMBOL_GPL(trgw_others_leave);
EXPORT_SYMBOL_GPL(trgw_parse);
EXPORT_SYMBOL_GPL(trgw_pool_flush);
EXPORT_SYMBOL_GPL(trgw_pool_idle);
EXPORT_SYMBOL_GPL(trgw_pool_lend);
EXPORT_SYMBOL_GPL(trgw_pool_sweep);
EXPORT_SYMBOL_GPL(trgw_resolve);
