/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/sip_ims.yaml
 */
#ifndef _SIPIMS_NAMES_GEN_H
#define _SIPIMS_NAMES_GEN_H

#include "names.h"

extern const struct enumeration call_state_names;
extern const struct enumeration registration_state_names;
extern const struct enumeration party_role_names;
extern const struct enumeration malformed_policy_names;
extern const struct enumeration switch_names;
extern const struct enumeration candidates_policy_names;
extern const struct enumeration integrity_policy_names;
extern const struct attr_set main_set;
extern const struct attr_set call_set;
extern const struct attr_set binding_set;
extern const struct attr_set inactivity_set;
extern const struct attr_set registration_set;
extern const struct attr_set settings_set;
extern const struct attr_set stats_set;
extern const struct enumeration event_names;

#endif /* _SIPIMS_NAMES_GEN_H */
