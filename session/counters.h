/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters: each outcome other than success is counted under a name of its own.
 */
#ifndef _SESSION_COUNTERS_H
#define _SESSION_COUNTERS_H

#include <linux/percpu.h>

#include <session/net.h>

void sip_ims_count_refusal(struct sip_ims_net *sn, unsigned int counter,
			   const char *reason);

/*
 * Count and trace something that was refused, dropped or left out.  @reason is
 * the name of a counter without its prefix SIP_IMS_A_STATS_.
 */
#define sip_ims_refuse(sn, reason) \
	sip_ims_count_refusal(sn, SIP_IMS_A_STATS_##reason, #reason)

/* @counter is an attribute number of the stats set.  Context: any. */
#define sip_ims_count(sn, counter) \
	this_cpu_inc((sn)->counters->value[counter])

#define sip_ims_count_more(sn, counter, more) \
	this_cpu_add((sn)->counters->value[counter], more)

#endif /* _SESSION_COUNTERS_H */
