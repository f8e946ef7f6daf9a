/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters: everything that is not plain success has a name.
 */
#ifndef _SESSION_COUNTERS_H
#define _SESSION_COUNTERS_H

#include <linux/percpu.h>

#include <session/net.h>

void sip_ims_count_refusal(struct sip_ims_net *sn, unsigned int counter,
		     const char *reason);

/* @reason is the name of a counter without its prefix. */
#define sip_ims_refuse(sn, reason) \
	sip_ims_count_refusal(sn, SIP_IMS_A_STATS_##reason, #reason)

/* Any context; @counter is an attribute number of the stats set. */
#define sip_ims_count(sn, counter) \
	this_cpu_inc((sn)->counters->value[counter])

#define sip_ims_count_more(sn, counter, more) \
	this_cpu_add((sn)->counters->value[counter], more)

#endif /* _SESSION_COUNTERS_H */
