// SPDX-License-Identifier: GPL-2.0-only
/* sipims get: print the settings of a zone, or of zone 0 and each set zone */
#include <stdio.h>

#include "sipims.h"

/* Inserts in the order of zones; ignores a zone that is in the list already. */
static void insert_zone(json_t *zones, json_t *settings)
{
	size_t i;

	for (i = json_array_size(zones); i > 0; i--) {
		uint64_t zone = get_number(json_array_get(zones, i - 1),
					   KEY_SETTINGS_ZONE);

		if (zone == get_number(settings, KEY_SETTINGS_ZONE))
			return;
		if (zone < get_number(settings, KEY_SETTINGS_ZONE))
			break;
	}
	json_array_insert(zones, i, settings);
}

static enum status add_zones(json_t *zones, uint16_t flags, int zone)
{
	json_t *list, *answer;
	size_t i;

	list = netlink_query_zone(SIP_IMS_CMD_SETTINGS_GET, flags, zone);
	if (!list)
		return STATUS_ERROR;
	json_array_foreach(list, i, answer)
		insert_zone(zones, json_object_get(answer, KEY_MAIN_SETTINGS));
	json_decref(list);
	return STATUS_OK;
}

static void print_zones(json_t *zones, bool json)
{
	json_t *settings;
	size_t i;

	if (json) {
		settings = json_pack("{sO}", KEY_TOP_SETTINGS, zones);
		print_json(settings);
		json_decref(settings);
		return;
	}
	json_array_foreach(zones, i, settings) {
		if (i)
			putchar('\n');
		print_settings(settings);
	}
}

enum status run_get(const struct options *options)
{
	json_t *zones = json_array();
	enum status status = STATUS_OK;

	if (options->zone < 0)
		status = add_zones(zones, NLM_F_DUMP, -1);
	if (status == STATUS_OK)
		status = add_zones(zones, 0,
				   options->zone < 0 ? 0 : options->zone);
	if (status == STATUS_OK)
		print_zones(zones, options->json);
	json_decref(zones);
	return status;
}
