// SPDX-License-Identifier: GPL-2.0-only
/*
 * Refusals are counted by name, and traced.
 */
#include <session/counters.h>
#include <session/net.h>

#define CREATE_TRACE_POINTS
#include <session/trace.h>

/**
 * sip_ims_count_refusal() - count and trace something that was refused
 * @sn: the namespace
 * @counter: attribute number of the stats set
 * @reason: name of the counter, for the trace
 *
 * Use sip_ims_refuse() where the counter is constant: it derives the name.
 *
 * Context: any.
 */
void sip_ims_count_refusal(struct sip_ims_net *sn, unsigned int counter,
			   const char *reason)
{
	this_cpu_inc(sn->counters->value[counter]);
	trace_sip_ims_refused(sn->net, reason);
}
