// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/trgw.yaml
 */

#include <linux/module.h>
#include <net/netlink.h>

#include "netlink_gen.h"

static struct netlink_range_validation device_idle_range = {
	.min = 1,
	.max = 604800,
};

static const struct nla_policy
trgw_device_nl_policy[TRGW_A_DEVICE_ASSIGNED + 1] = {
	[TRGW_A_DEVICE_IFINDEX] = { .type = NLA_U32, },
	[TRGW_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[TRGW_A_DEVICE_PREFIX] = NLA_POLICY_EXACT_LEN(16),
	[TRGW_A_DEVICE_PREFIX_LEN] = NLA_POLICY_MAX(NLA_U8, 96),
	[TRGW_A_DEVICE_POOL_FIRST] = NLA_POLICY_EXACT_LEN(4),
	[TRGW_A_DEVICE_POOL_LAST] = NLA_POLICY_EXACT_LEN(4),
	[TRGW_A_DEVICE_IDLE] = NLA_POLICY_FULL_RANGE(NLA_U32, &device_idle_range),
	[TRGW_A_DEVICE_LIMIT] = NLA_POLICY_MIN(NLA_U16, 1280),
	[TRGW_A_DEVICE_STATIC] = { .type = NLA_U32, },
	[TRGW_A_DEVICE_ASSIGNED] = { .type = NLA_U32, },
};

static const struct nla_policy trgw_host_nl_policy[TRGW_A_HOST_IDLE + 1] = {
	[TRGW_A_HOST_ADDRESS4] = NLA_POLICY_EXACT_LEN(4),
	[TRGW_A_HOST_ADDRESS6] = NLA_POLICY_EXACT_LEN(16),
	[TRGW_A_HOST_ASSIGNED] = { .type = NLA_FLAG, },
	[TRGW_A_HOST_IDLE] = { .type = NLA_U32, },
};

static const struct nla_policy
trgw_device_get_nl_policy[TRGW_A_MAIN_IFINDEX + 1] = {
	[TRGW_A_MAIN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy
trgw_device_set_nl_policy[TRGW_A_MAIN_DEVICE + 1] = {
	[TRGW_A_MAIN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TRGW_A_MAIN_DEVICE] = NLA_POLICY_NESTED(trgw_device_nl_policy),
};

static const struct nla_policy
trgw_host_get_nl_policy[TRGW_A_MAIN_IFINDEX + 1] = {
	[TRGW_A_MAIN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy trgw_host_add_nl_policy[TRGW_A_MAIN_HOST + 1] = {
	[TRGW_A_MAIN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TRGW_A_MAIN_HOST] = NLA_POLICY_NESTED(trgw_host_nl_policy),
};

static const struct nla_policy trgw_host_del_nl_policy[TRGW_A_MAIN_HOST + 1] = {
	[TRGW_A_MAIN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[TRGW_A_MAIN_HOST] = NLA_POLICY_NESTED(trgw_host_nl_policy),
};

static const struct nla_policy trgw_flush_nl_policy[TRGW_A_MAIN_IFINDEX + 1] = {
	[TRGW_A_MAIN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

static const struct nla_policy
trgw_stats_get_nl_policy[TRGW_A_MAIN_IFINDEX + 1] = {
	[TRGW_A_MAIN_IFINDEX] = NLA_POLICY_MIN(NLA_U32, 1),
};

/* An operation without a policy refuses every attribute. */
static const struct genl_ops trgw_nl_ops[] = {
	{
		.cmd		= TRGW_CMD_DEVICE_GET,
		.doit		= trgw_nl_device_get_doit,
		.dumpit		= trgw_nl_device_get_dumpit,
		.policy		= trgw_device_get_nl_policy,
		.maxattr	= TRGW_A_MAIN_IFINDEX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= TRGW_CMD_DEVICE_SET,
		.doit		= trgw_nl_device_set_doit,
		.policy		= trgw_device_set_nl_policy,
		.maxattr	= TRGW_A_MAIN_DEVICE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= TRGW_CMD_HOST_GET,
		.start		= trgw_nl_dump_start,
		.dumpit		= trgw_nl_host_get_dumpit,
		.done		= trgw_nl_dump_done,
		.policy		= trgw_host_get_nl_policy,
		.maxattr	= TRGW_A_MAIN_IFINDEX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= TRGW_CMD_HOST_ADD,
		.doit		= trgw_nl_host_add_doit,
		.policy		= trgw_host_add_nl_policy,
		.maxattr	= TRGW_A_MAIN_HOST,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= TRGW_CMD_HOST_DEL,
		.doit		= trgw_nl_host_del_doit,
		.policy		= trgw_host_del_nl_policy,
		.maxattr	= TRGW_A_MAIN_HOST,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= TRGW_CMD_FLUSH,
		.doit		= trgw_nl_flush_doit,
		.policy		= trgw_flush_nl_policy,
		.maxattr	= TRGW_A_MAIN_IFINDEX,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= TRGW_CMD_STATS_GET,
		.doit		= trgw_nl_stats_get_doit,
		.policy		= trgw_stats_get_nl_policy,
		.maxattr	= TRGW_A_MAIN_IFINDEX,
		.flags		= GENL_ADMIN_PERM,
	},
};

struct genl_family trgw_nl_family __ro_after_init = {
	.name		= TRGW_FAMILY_NAME,
	.version	= TRGW_FAMILY_VERSION,
	.netnsok	= true,
	.module		= THIS_MODULE,
	.ops		= trgw_nl_ops,
	.n_ops		= ARRAY_SIZE(trgw_nl_ops),
};
