// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports a refused request: the message of the kernel, the name of the
 * attribute that it points to, and the range that the policy allows.
 */
#include <errno.h>
#include <linux/genetlink.h>
#include <stdio.h>
#include <string.h>

#include "sipims.h"

struct extack {
	const char *message;
	uint32_t offset;	/* of the attribute in the request, 0: none */
	bool range;
	unsigned long long min;
	unsigned long long max;
};

static void parse_policy(struct extack *extack, const struct nlattr *nest)
{
	const struct nlattr *attr;
	int bounds = 0;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_validate(attr, MNL_TYPE_U64) < 0)
			continue;
		if (mnl_attr_get_type(attr) ==
		    NL_POLICY_TYPE_ATTR_MIN_VALUE_U) {
			extack->min = mnl_attr_get_u64(attr);
			bounds++;
		}
		if (mnl_attr_get_type(attr) ==
		    NL_POLICY_TYPE_ATTR_MAX_VALUE_U) {
			extack->max = mnl_attr_get_u64(attr);
			bounds++;
		}
	}
	extack->range = bounds == 2;
}

static void parse_attr(struct extack *extack, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case NLMSGERR_ATTR_MSG:
		if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			extack->message = mnl_attr_get_str(attr);
		break;
	case NLMSGERR_ATTR_OFFS:
		if (mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			extack->offset = mnl_attr_get_u32(attr);
		break;
	case NLMSGERR_ATTR_POLICY:
		parse_policy(extack, attr);
		break;
	}
}

/* The attributes follow the error code and, unless capped, the request. */
static void parse_extack(struct extack *extack, const struct nlmsghdr *answer)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(answer);
	const struct nlattr *attr;
	size_t skip = sizeof(int);

	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	if (answer->nlmsg_type == NLMSG_ERROR) {
		skip = sizeof(*err);
		if (!(answer->nlmsg_flags & NLM_F_CAPPED))
			skip += MNL_ALIGN(err->msg.nlmsg_len) -
				MNL_NLMSG_HDRLEN;
	}
	if (skip > mnl_nlmsg_get_payload_len(answer))
		return;
	mnl_attr_for_each(attr, answer, skip)
		parse_attr(extack, attr);
}

/* Finds the name of the attribute at @at, also inside nests. */
static const char *find_name(const struct attr_set *set, const void *data,
			     size_t len, const void *at)
{
	const struct attribute *known;
	const struct nlattr *attr;
	const char *name;

	mnl_attr_for_each_payload(data, len) {
		if (mnl_attr_get_type(attr) > set->max)
			continue;
		known = &set->attr[mnl_attr_get_type(attr)];
		if ((const void *)attr == at)
			return known->name;
		if (known->kind != KIND_NEST)
			continue;
		name = find_name(known->nested, mnl_attr_get_payload(attr),
				 mnl_attr_get_payload_len(attr), at);
		if (name)
			return name;
	}
	return NULL;
}

static const char *find_offending_name(const struct netlink *netlink,
				       uint32_t offset)
{
	const struct nlmsghdr *request = (const void *)netlink->request;
	const char *data = mnl_nlmsg_get_payload_offset(request, GENL_HDRLEN);
	const char *end = mnl_nlmsg_get_payload_tail(request);

	if (!offset)
		return NULL;
	return find_name(netlink->known->set, data, (size_t)(end - data),
			 (const char *)request + offset);
}

enum status report_refusal(const struct netlink *netlink,
			   const struct nlmsghdr *answer, int error)
{
	struct extack extack = { .message = NULL };
	const char *message, *name;
	char range[64] = "";

	if (error == EPERM)
		return fail(STATUS_ERROR,
			    "not permitted: sipims needs CAP_NET_ADMIN in the initial user namespace");
	parse_extack(&extack, answer);
	message = extack.message ? extack.message : strerror(error);
	if (extack.range)
		snprintf(range, sizeof(range), " (%llu to %llu)",
			 extack.min, extack.max);
	name = find_offending_name(netlink, extack.offset);
	if (name && !strstr(message, name))
		return fail(STATUS_ERROR, "%s: %s%s", name, message, range);
	return fail(STATUS_ERROR, "%s%s", message, range);
}
