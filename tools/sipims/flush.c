// SPDX-License-Identifier: GPL-2.0-only
/* sipims -F: remove all calls and registrations */
#include <stdio.h>

#include "sipims.h"

enum status run_flush(const struct options *options)
{
	json_t *list, *answer;

	list = netlink_query_zone(SIP_IMS_CMD_FLUSH, 0, options->zone);
	if (!list)
		return STATUS_ERROR;
	answer = json_array_get(list, 0);
	if (options->json)
		print_json(answer);
	else
		printf("%llu calls and registrations removed\n",
		       get_number(answer, KEY_MAIN_FLUSHED));
	json_decref(list);
	return STATUS_OK;
}
