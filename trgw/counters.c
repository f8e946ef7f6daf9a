// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of a device, per CPU.
 */
#include <linux/bottom_half.h>
#include <linux/string.h>

#include "counters.h"

/**
 * trgw_counters_add() - add to a counter
 * @all: counters of the device
 * @which: an enum trgw_verdict or enum trgw_count
 * @amount: to be added
 *
 * Context: any but hard interrupts.
 */
void trgw_counters_add(struct trgw_counters __percpu *all, unsigned int which,
		       u32 amount)
{
	struct trgw_counters *counters;

	local_bh_disable();
	counters = this_cpu_ptr(all);
	u64_stats_update_begin(&counters->syncp);
	u64_stats_add(&counters->count[which], amount);
	u64_stats_update_end(&counters->syncp);
	local_bh_enable();
}

/**
 * trgw_counters_read() - sum the counters of all CPUs
 * @all: counters of the device
 * @counts: filled in, TRGW_COUNTS of them
 */
void trgw_counters_read(const struct trgw_counters __percpu *all, u64 *counts)
{
	u64 once[TRGW_COUNTS];
	unsigned int start, i;
	int cpu;

	memset(counts, 0, TRGW_COUNTS * sizeof(*counts));
	for_each_possible_cpu(cpu) {
		const struct trgw_counters *counters = per_cpu_ptr(all, cpu);

		do {
			start = u64_stats_fetch_begin(&counters->syncp);
			for (i = 0; i < TRGW_COUNTS; i++)
				once[i] = u64_stats_read(&counters->count[i]);
		} while (u64_stats_fetch_retry(&counters->syncp, start));
		for (i = 0; i < TRGW_COUNTS; i++)
			counts[i] += once[i];
	}
}
