// SPDX-License-Identifier: GPL-2.0-only
/* sipims -D: remove one call */
#include "sipims.h"

static json_t *send_delete(struct netlink *netlink,
			   const struct options *options)
{
	struct nlmsghdr *request;

	request = netlink_request(netlink, SIP_IMS_CMD_CALL_DEL, 0);
	if (options->zone >= 0)
		mnl_attr_put_u16(request, SIP_IMS_A_MAIN_ZONE,
				 (uint16_t)options->zone);
	if (options->id)
		mnl_attr_put_u32(request, SIP_IMS_A_MAIN_ID, options->id);
	if (options->call_id)
		mnl_attr_put_strz(request, SIP_IMS_A_MAIN_CALL_ID,
				  options->call_id);
	return netlink_query(netlink);
}

enum status run_delete(const struct options *options)
{
	struct netlink netlink;
	json_t *list;

	if (!options->id && !options->call_id)
		return fail(STATUS_USAGE,
			    "'delete' needs --id or --call-id; try 'sipims --help'");
	if (netlink_open(&netlink, &sip_ims_family) != STATUS_OK)
		return STATUS_ERROR;
	list = send_delete(&netlink, options);
	netlink_close(&netlink);
	if (!list)
		return STATUS_ERROR;
	json_decref(list);
	if (options->json) {
		json_t *done = json_pack("{sb}", KEY_TOP_DELETED, 1);

		print_json(done);
		json_decref(done);
	}
	return STATUS_OK;
}
