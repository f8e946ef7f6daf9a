// SPDX-License-Identifier: GPL-2.0-only
/* sipims -C: print the number of calls and of registrations */
#include <stdio.h>

#include "sipims.h"

static void print_counts(const json_t *counts)
{
	printf("calls %llu\n", get_number(counts, KEY_STATS_CALLS));
	printf("registrations %llu\n",
	       get_number(counts, KEY_STATS_REGISTRATIONS));
}

enum status run_count(const struct options *options)
{
	json_t *list, *stats, *counts;

	list = netlink_query_zone(SIP_IMS_CMD_STATS_GET, 0, -1);
	if (!list)
		return STATUS_ERROR;
	stats = json_object_get(json_array_get(list, 0), KEY_MAIN_STATS);
	counts = json_pack("{sO?sO?}",
			   KEY_STATS_CALLS,
			   json_object_get(stats, KEY_STATS_CALLS),
			   KEY_STATS_REGISTRATIONS,
			   json_object_get(stats, KEY_STATS_REGISTRATIONS));
	if (options->json)
		print_json(counts);
	else
		print_counts(counts);
	json_decref(counts);
	json_decref(list);
	return STATUS_OK;
}
