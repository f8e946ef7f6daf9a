// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counters of a device, per CPU.
 */
#include <sip_ims/trgw.h>

/**
 * trgw_count() - something happened
 * @map: of the device
 * @what: an enum trgw_verdict or enum trgw_count
 * @more: how much
 *
 * Context: any but hard interrupts.
 */
void trgw_count(struct trgw_map *map, unsigned int what, u32 more)
{
	struct trgw_counters *counters;

	local_bh_disable();
	counters = this_cpu_ptr(map->counters);
	u64_stats_update_begin(&counters->syncp);
	u64_stats_add(&counters->count[what], more);
	u64_stats_update_end(&counters->syncp);
	local_bh_enable();
}

/**
 * trgw_counts() - what happened so far
 * @map: of the device
 * @counts: filled in, TRGW_COUNTS of them
 */
void trgw_counts(struct trgw_map *map, u64 *counts)
{
	u64 once[TRGW_COUNTS];
	unsigned int start, i;
	int cpu;

	memset(counts, 0, TRGW_COUNTS * sizeof(*counts));
	for_each_possible_cpu(cpu) {
		const struct trgw_counters *counters = per_cpu_ptr(map->counters, cpu);

		do {
			start = u64_stats_fetch_begin(&counters->syncp);
			for (i = 0; i < TRGW_COUNTS; i++)
				once[i] = u64_stats_read(&counters->count[i]);
		} while (u64_stats_fetch_retry(&counters->syncp, start));
		for (i = 0; i < TRGW_COUNTS; i++)
			counts[i] += once[i];
	}
}
