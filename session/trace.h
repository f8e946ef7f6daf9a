/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One trace event for all refusals, with the name of the counter:
 *
 *	perf trace -e sip_ims:sip_ims_refused
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM sip_ims

#if !defined(_SESSION_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _SESSION_TRACE_H

#include <linux/tracepoint.h>
#include <net/net_namespace.h>

#define SIP_IMS_REASON_MAX	32	/* bytes, with the final 0 */

TRACE_EVENT(sip_ims_refused,
	    TP_PROTO(const struct net *net, const char *reason),
	    TP_ARGS(net, reason),
	    TP_STRUCT__entry(__field(unsigned int, netns)
			     __array(char, reason, SIP_IMS_REASON_MAX)),
	    TP_fast_assign(__entry->netns = net->ns.inum;
			   strscpy(__entry->reason, reason,
				   SIP_IMS_REASON_MAX);),
	    TP_printk("netns=%u reason=%s", __entry->netns,
		      __entry->reason)
);

#endif /* _SESSION_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH session
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace

#include <trace/define_trace.h>
