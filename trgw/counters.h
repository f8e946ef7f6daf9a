/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of a device, per CPU.
 */
#ifndef _TRGW_COUNTERS_H
#define _TRGW_COUNTERS_H

#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

#include "translate.h"

/**
 * enum trgw_count - what is counted besides verdicts
 * @TRGW_COUNT_FROM4: packets translated from IPv4 to IPv6
 * @TRGW_COUNT_FROM6: packets translated from IPv6 to IPv4
 * @TRGW_COUNT_BYTES_IN: length of these packets before their translation
 * @TRGW_COUNT_BYTES_OUT: length of these packets after their translation
 * @TRGW_COUNT_FRAGMENTED: IPv4 packets fragmented before their translation
 * @TRGW_COUNT_ASSIGNED: pool addresses assigned to an IPv6 host
 * @TRGW_COUNT_RELEASED: pool addresses released
 * @TRGW_COUNTS: number of counters, verdicts included
 */
enum trgw_count {
	TRGW_COUNT_FROM4 = TRGW_VERDICTS,
	TRGW_COUNT_FROM6,
	TRGW_COUNT_BYTES_IN,
	TRGW_COUNT_BYTES_OUT,
	TRGW_COUNT_FRAGMENTED,
	TRGW_COUNT_ASSIGNED,
	TRGW_COUNT_RELEASED,
	TRGW_COUNTS
};

/**
 * struct trgw_counters - counters of one CPU
 * @count: by enum trgw_verdict and enum trgw_count
 * @syncp: guards readers on 32-bit machines
 * @n_ids: identifications left in @ids; used by the sending CPU only
 * @ids: random bits for identifications of packets
 */
struct trgw_counters {
	u64_stats_t count[TRGW_COUNTS];
	struct u64_stats_sync syncp;
	u8 n_ids;
	u64 ids;
};

void trgw_counters_add(struct trgw_counters __percpu *all, unsigned int which,
		       u32 amount);
void trgw_counters_read(const struct trgw_counters __percpu *all, u64 *counts);

#endif /* _TRGW_COUNTERS_H */
