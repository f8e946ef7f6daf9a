// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports for the suites; only in a build with SIP_IMS_KUNIT=y.
 */
#include <linux/module.h>

#include <call/binding.h>
#include <call/call.h>
#include <packet/decide.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <session/admission.h>
#include <session/gate.h>
#include <session/net.h>
#include <session/pinhole.h>
#include <session/pool.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

EXPORT_SYMBOL_GPL(sdp_attribute_next);
EXPORT_SYMBOL_GPL(sdp_parse);
EXPORT_SYMBOL_GPL(sip_classify);
EXPORT_SYMBOL_GPL(sip_contact_next);
EXPORT_SYMBOL_GPL(sip_expires);
EXPORT_SYMBOL_GPL(sip_fault_name);
EXPORT_SYMBOL_GPL(sip_find_sdp);
EXPORT_SYMBOL_GPL(sip_header_uri);
EXPORT_SYMBOL_GPL(sip_ims_admission_count_failure);
EXPORT_SYMBOL_GPL(sip_ims_admission_exit);
EXPORT_SYMBOL_GPL(sip_ims_admission_init);
EXPORT_SYMBOL_GPL(sip_ims_binding_get);
EXPORT_SYMBOL_GPL(sip_ims_binding_put);
EXPORT_SYMBOL_GPL(sip_ims_plan_decide);
EXPORT_SYMBOL_GPL(sip_ims_call_ops);
EXPORT_SYMBOL_GPL(sip_ims_registration_ops);
EXPORT_SYMBOL_GPL(sip_ims_gate_register);
EXPORT_SYMBOL_GPL(sip_ims_gate_unregister);
EXPORT_SYMBOL_GPL(sip_ims_hash);
EXPORT_SYMBOL_GPL(sip_ims_pinhole_find);
EXPORT_SYMBOL_GPL(sip_ims_pinhole_open);
EXPORT_SYMBOL_GPL(sip_ims_pinhole_remember);
EXPORT_SYMBOL_GPL(sip_ims_plan_abort);
EXPORT_SYMBOL_GPL(sip_ims_plan_commit);
EXPORT_SYMBOL_GPL(sip_ims_pool_find_owner);
EXPORT_SYMBOL_GPL(sip_ims_pool_free);
EXPORT_SYMBOL_GPL(sip_ims_pool_take);
EXPORT_SYMBOL_GPL(sip_ims_pools_exit);
EXPORT_SYMBOL_GPL(sip_ims_session_close);
EXPORT_SYMBOL_GPL(sip_ims_session_expire);
EXPORT_SYMBOL_GPL(sip_ims_session_flush);
EXPORT_SYMBOL_GPL(sip_ims_session_init);
EXPORT_SYMBOL_GPL(sip_ims_session_insert);
EXPORT_SYMBOL_GPL(sip_ims_session_lock);
EXPORT_SYMBOL_GPL(sip_ims_session_lookup);
EXPORT_SYMBOL_GPL(sip_ims_session_put);
EXPORT_SYMBOL_GPL(sip_ims_session_unlock);
EXPORT_SYMBOL_GPL(sip_ims_ports_exit);
EXPORT_SYMBOL_GPL(sip_ims_ports_init);
EXPORT_SYMBOL_GPL(sip_ims_sessions_exit);
EXPORT_SYMBOL_GPL(sip_ims_sessions_init);
EXPORT_SYMBOL_GPL(sip_ims_settings_copy);
EXPORT_SYMBOL_GPL(sip_ims_settings_exit);
EXPORT_SYMBOL_GPL(sip_ims_settings_replace);
EXPORT_SYMBOL_GPL(sip_ims_source_put);
EXPORT_SYMBOL_GPL(sip_ims_source_take);
EXPORT_SYMBOL_GPL(sip_method_name);
EXPORT_SYMBOL_GPL(sip_parse);
EXPORT_SYMBOL_GPL(sip_walk_init);
EXPORT_SYMBOL_GPL(sip_walk_next);
