// SPDX-License-Identifier: GPL-2.0-only
/* sipims get: the settings of one zone, or of zone 0 and all that have some */
#include <stdio.h>

#include "sipims.h"

static json_t *get_zone(int zone)
{
	return netlink_simple(SIP_IMS_CMD_SETTINGS_GET, 0, zone);
}

static int by_zone(const void *a, const void *b)
{
	uint64_t left = get_number(*(json_t *const *)a, "zone");
	uint64_t right = get_number(*(json_t *const *)b, "zone");

	return left < right ? -1 : left > right;
}
