/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <trace/trace_events.h> between kernels: __assign_str() took
 * the source as second argument up to 6.9.
 */
#ifndef _SIP_IMS_COMPAT_TRACE_EVENTS_H
#define _SIP_IMS_COMPAT_TRACE_EVENTS_H

#define sip_ims_assign_reason()	__assign_str(reason, reason)

#endif /* _SIP_IMS_COMPAT_TRACE_EVENTS_H */
