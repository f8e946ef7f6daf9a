// SPDX-License-Identifier: GPL-2.0-only
/* sipims -C: how many calls and registrations there are */
#include <stdio.h>

#include "sipims.h"

static void count_print(const json_t *counts)
{
	printf("calls %llu\n", get_number(counts, "calls"));
	printf("registrations %llu\n", get_number(counts, "registrations"));
}

enum status run_count(const struct options *options)
{
	json_t *list, *stats, *counts;

	list = netlink_simple(SIP_IMS_CMD_STATS_GET, 0, -1);
	if (!list)
		return STATUS_ERROR;
	stats = json_object_get(json_array_get(list, 0), "stats");
	counts = json_pack("{sO?sO?}", "calls", json_object_get(stats, "calls"),
			   "registrations",
			   json_object_get(stats, "registrations"));
	if (options->json)
		print_json(counts);
	else
		count_print(counts);
	json_decref(counts);
	json_decref(list);
	return STATUS_OK;
}
