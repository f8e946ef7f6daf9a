// SPDX-License-Identifier: GPL-2.0-only
/* sipims -S: print counters and gauges in the order of the specification */
#include "sipims.h"

/* Main counters are printed even if they are 0. */
static bool is_main(unsigned int type)
{
	switch (type) {
	case SIP_IMS_A_STATS_DATAGRAMS:
	case SIP_IMS_A_STATS_REQUESTS:
	case SIP_IMS_A_STATS_RESPONSES:
	case SIP_IMS_A_STATS_REWRITTEN:
	case SIP_IMS_A_STATS_UNCHANGED:
	case SIP_IMS_A_STATS_DROPPED:
	case SIP_IMS_A_STATS_MALFORMED:
	case SIP_IMS_A_STATS_CALLS:
	case SIP_IMS_A_STATS_REGISTRATIONS:
		return true;
	default:
		return false;
	}
}

static void print_stats(const json_t *stats, bool all)
{
	unsigned int type;

	for (type = 1; type <= stats_set.max; type++) {
		const struct attribute *attr = &stats_set.attr[type];
		uint64_t value = get_number(stats, attr->name);

		if (attr->kind != KIND_U64)
			continue;
		if (all || value || is_main(type))
			print_counter(attr->name, value,
				      all ? attr->doc : NULL);
	}
}

enum status run_stats(const struct options *options)
{
	json_t *list, *stats;

	list = netlink_query_zone(SIP_IMS_CMD_STATS_GET, 0, -1);
	if (!list)
		return STATUS_ERROR;
	stats = json_object_get(json_array_get(list, 0), KEY_MAIN_STATS);
	if (options->json)
		print_json(stats);
	else
		print_stats(stats, options->all);
	json_decref(list);
	return STATUS_OK;
}
