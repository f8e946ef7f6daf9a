// SPDX-License-Identifier: GPL-2.0-only
/*
 * Everything that is not plain success is counted by name, and traced.
 */

#include <session/counters.h>
#include <session/net.h>

#define CREATE_TRACE_POINTS
#include <session/trace.h>

/**
 * sip_ims_count_refusal() - something was refused, dropped or left out
 * @sn: the namespace
 * @counter: attribute number of the stats set
 * @reason: its name, for the trace
 *
 * Context: any.  Use sip_ims_refuse(), which makes both of one word.
 */
void sip_ims_count_refusal(struct sip_ims_net *sn, unsigned int counter,
		     const char *reason)
{
	this_cpu_inc(sn->counters->value[counter]);
	trace_sip_ims_refused(sn->net, reason);
}
