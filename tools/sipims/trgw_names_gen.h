/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/trgw.yaml
 */
#ifndef _SIPIMS_TRGW_NAMES_GEN_H
#define _SIPIMS_TRGW_NAMES_GEN_H

#include "names.h"

extern const struct attr_set trgw_main_set;
extern const struct attr_set trgw_device_set;
extern const struct attr_set trgw_host_set;
extern const struct attr_set trgw_stats_set;

#endif /* _SIPIMS_TRGW_NAMES_GEN_H */
