// SPDX-License-Identifier: GPL-2.0-only
/* sipims get: the settings of one zone, or of zone 0 and all that have some */
#include <stdio.h>

#include "sipims.h"

/* Keeps the list ordered by zone; an answer for a zone it has is left out. */
static void zones_insert(json_t *zones, json_t *settings)
{
	size_t i;

	for (i = json_array_size(zones); i > 0; i--) {
		uint64_t zone = get_number(json_array_get(zones, i - 1), "zone");

		if (zone == get_number(settings, "zone"))
			return;
		if (zone < get_number(settings, "zone"))
			break;
	}
	json_array_insert(zones, i, settings);
}

static enum status zones_add(json_t *zones, uint16_t flags, int zone)
{
	json_t *list, *answer;
	size_t i;

	list = netlink_simple(SIP_IMS_CMD_SETTINGS_GET, flags, zone);
	if (!list)
		return STATUS_ERROR;
	json_array_foreach(list, i, answer)
		zones_insert(zones, json_object_get(answer, "settings"));
	json_decref(list);
	return STATUS_OK;
}

static void get_print(json_t *zones, bool json)
{
	json_t *settings;
	size_t i;

	if (json) {
		settings = json_pack("{sO}", "settings", zones);
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
		status = zones_add(zones, NLM_F_DUMP, -1);
	if (status == STATUS_OK)
		status = zones_add(zones, 0, options->zone < 0 ? 0 : options->zone);
	if (status == STATUS_OK)
		get_print(zones, options->json);
	json_decref(zones);
	return status;
}
