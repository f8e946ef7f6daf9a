// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the suites look into beyond what the halves use: only in a build with
 * SIP_IMS_KUNIT=y.
 */
#include <linux/module.h>

#include <sip_ims/call.h>
#include <sip_ims/sdp.h>

EXPORT_SYMBOL_GPL(sip_contact_next);
EXPORT_SYMBOL_GPL(sip_expires);
EXPORT_SYMBOL_GPL(sip_header_uri);
EXPORT_SYMBOL_GPL(sip_method_name);
EXPORT_SYMBOL_GPL(sip_ims_guard_exit);
EXPORT_SYMBOL_GPL(sip_ims_guard_failed);
EXPORT_SYMBOL_GPL(sip_ims_guard_init);
EXPORT_SYMBOL_GPL(sip_ims_binding_get);
EXPORT_SYMBOL_GPL(sip_ims_binding_put);
EXPORT_SYMBOL_GPL(sip_ims_hash);
EXPORT_SYMBOL_GPL(sip_ims_pool_free);
EXPORT_SYMBOL_GPL(sip_ims_pool_owner);
EXPORT_SYMBOL_GPL(sip_ims_pool_take);
EXPORT_SYMBOL_GPL(sip_ims_pools_exit);
EXPORT_SYMBOL_GPL(sip_ims_session_close);
EXPORT_SYMBOL_GPL(sip_ims_session_expire);
EXPORT_SYMBOL_GPL(sip_ims_session_flush);
EXPORT_SYMBOL_GPL(sip_ims_session_init);
EXPORT_SYMBOL_GPL(sip_ims_session_insert);
EXPORT_SYMBOL_GPL(sip_ims_session_list);
EXPORT_SYMBOL_GPL(sip_ims_session_lock);
EXPORT_SYMBOL_GPL(sip_ims_session_put);
EXPORT_SYMBOL_GPL(sip_ims_session_unlock);
EXPORT_SYMBOL_GPL(sip_ims_sessions_exit);
EXPORT_SYMBOL_GPL(sip_ims_sessions_init);
EXPORT_SYMBOL_GPL(sip_ims_source_put);
EXPORT_SYMBOL_GPL(sip_ims_source_take);
EXPORT_SYMBOL_GPL(sip_ims_zone_set);
EXPORT_SYMBOL_GPL(sip_ims_zones_exit);
