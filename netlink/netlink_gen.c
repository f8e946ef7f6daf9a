// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/sip_ims.yaml
 */

#include <linux/module.h>
#include <net/netlink.h>

#include <compat/net/genetlink.h>

#include "netlink_gen.h"

static struct netlink_range_validation settings_timer_c_range = {
	.min = 1,
	.max = 86400,
};

static struct netlink_range_validation settings_max_call_range = {
	.min = 60,
	.max = 86400,
};

static struct netlink_range_validation settings_max_registration_range = {
	.min = 60,
	.max = 604800,
};

static struct netlink_range_validation settings_registration_range = {
	.min = 60,
	.max = 604800,
};

static struct netlink_range_validation settings_inactive_media_range = {
	.max = 86400,
};

static struct netlink_range_validation settings_admission_failures_range = {
	.max = 100000,
};

static struct netlink_range_validation settings_source_calls_range = {
	.max = 65536,
};

static struct netlink_range_validation settings_tcp_memory_range = {
	.min = 64,
	.max = 1048576,
};

static const struct nla_policy
sip_ims_settings_nl_policy[SIP_IMS_A_SETTINGS_TCP_MEMORY + 1] = {
	[SIP_IMS_A_SETTINGS_ZONE] = { .type = NLA_U16, },
	[SIP_IMS_A_SETTINGS_MALFORMED] = NLA_POLICY_MAX(NLA_U8, 1),
	[SIP_IMS_A_SETTINGS_PORT_MIN] = NLA_POLICY_MIN(NLA_U16, 1024),
	[SIP_IMS_A_SETTINGS_PORT_MAX] = NLA_POLICY_MIN(NLA_U16, 1025),
	[SIP_IMS_A_SETTINGS_GRACE] = NLA_POLICY_MAX(NLA_U32, 3600),
	[SIP_IMS_A_SETTINGS_TIMER_C] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &settings_timer_c_range),
	[SIP_IMS_A_SETTINGS_MAX_CALL] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &settings_max_call_range),
	[SIP_IMS_A_SETTINGS_MAX_REGISTRATION] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &settings_max_registration_range),
	[SIP_IMS_A_SETTINGS_REGISTRATION] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &settings_registration_range),
	[SIP_IMS_A_SETTINGS_T1] = NLA_POLICY_RANGE(NLA_U32, 100, 10000),
	[SIP_IMS_A_SETTINGS_T4] = NLA_POLICY_MAX(NLA_U32, 32000),
	[SIP_IMS_A_SETTINGS_INACTIVE_MEDIA] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &settings_inactive_media_range),
	[SIP_IMS_A_SETTINGS_RETAIN_HOLD] = NLA_POLICY_MAX(NLA_U8, 1),
	[SIP_IMS_A_SETTINGS_CANDIDATES] = NLA_POLICY_MAX(NLA_U8, 1),
	[SIP_IMS_A_SETTINGS_AUTH_INT] = NLA_POLICY_MAX(NLA_U8, 1),
	[SIP_IMS_A_SETTINGS_LOCAL_MEDIA] = NLA_POLICY_MAX(NLA_U8, 1),
	[SIP_IMS_A_SETTINGS_LATCHING] = NLA_POLICY_MAX(NLA_U8, 1),
	[SIP_IMS_A_SETTINGS_ADMISSION_FAILURES] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &settings_admission_failures_range),
	[SIP_IMS_A_SETTINGS_ADMISSION_WINDOW] = NLA_POLICY_RANGE(NLA_U32, 1, 3600),
	[SIP_IMS_A_SETTINGS_ADMISSION_BLOCK] = NLA_POLICY_RANGE(NLA_U32, 1, 3600),
	[SIP_IMS_A_SETTINGS_SOURCE_CALLS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &settings_source_calls_range),
	[SIP_IMS_A_SETTINGS_TCP_MEMORY] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &settings_tcp_memory_range),
};

static const struct nla_policy
sip_ims_call_get_nl_policy[SIP_IMS_A_MAIN_CALL_ID + 1] = {
	[SIP_IMS_A_MAIN_ZONE] = { .type = NLA_U16, },
	[SIP_IMS_A_MAIN_ID] = { .type = NLA_U32, },
	[SIP_IMS_A_MAIN_CALL_ID] = { .type = NLA_NUL_STRING, .len = 255, },
};

static const struct nla_policy
sip_ims_call_del_nl_policy[SIP_IMS_A_MAIN_CALL_ID + 1] = {
	[SIP_IMS_A_MAIN_ZONE] = { .type = NLA_U16, },
	[SIP_IMS_A_MAIN_ID] = { .type = NLA_U32, },
	[SIP_IMS_A_MAIN_CALL_ID] = { .type = NLA_NUL_STRING, .len = 255, },
};

static const struct nla_policy
sip_ims_registration_get_nl_policy[SIP_IMS_A_MAIN_ZONE + 1] = {
	[SIP_IMS_A_MAIN_ZONE] = { .type = NLA_U16, },
};

static const struct nla_policy
sip_ims_flush_nl_policy[SIP_IMS_A_MAIN_ZONE + 1] = {
	[SIP_IMS_A_MAIN_ZONE] = { .type = NLA_U16, },
};

static const struct nla_policy
sip_ims_settings_get_nl_policy[SIP_IMS_A_MAIN_ZONE + 1] = {
	[SIP_IMS_A_MAIN_ZONE] = { .type = NLA_U16, },
};

static const struct nla_policy
sip_ims_settings_set_nl_policy[SIP_IMS_A_MAIN_SETTINGS + 1] = {
	[SIP_IMS_A_MAIN_SETTINGS] = NLA_POLICY_NESTED(sip_ims_settings_nl_policy),
};

/* An operation without a policy refuses every attribute. */
static const struct genl_ops sip_ims_nl_ops[] = {
	{
		.cmd		= SIP_IMS_CMD_CALL_GET,
		.doit		= sip_ims_nl_call_get_doit,
		.start		= sip_ims_nl_dump_start,
		.dumpit		= sip_ims_nl_call_get_dumpit,
		.done		= sip_ims_nl_dump_done,
		.policy		= sip_ims_call_get_nl_policy,
		.maxattr	= SIP_IMS_A_MAIN_CALL_ID,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SIP_IMS_CMD_CALL_DEL,
		.doit		= sip_ims_nl_call_del_doit,
		.policy		= sip_ims_call_del_nl_policy,
		.maxattr	= SIP_IMS_A_MAIN_CALL_ID,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SIP_IMS_CMD_REGISTRATION_GET,
		.start		= sip_ims_nl_dump_start,
		.dumpit		= sip_ims_nl_registration_get_dumpit,
		.done		= sip_ims_nl_dump_done,
		.policy		= sip_ims_registration_get_nl_policy,
		.maxattr	= SIP_IMS_A_MAIN_ZONE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SIP_IMS_CMD_FLUSH,
		.doit		= sip_ims_nl_flush_doit,
		.policy		= sip_ims_flush_nl_policy,
		.maxattr	= SIP_IMS_A_MAIN_ZONE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SIP_IMS_CMD_STATS_GET,
		.doit		= sip_ims_nl_stats_get_doit,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SIP_IMS_CMD_SETTINGS_GET,
		.doit		= sip_ims_nl_settings_get_doit,
		.start		= sip_ims_nl_dump_start,
		.dumpit		= sip_ims_nl_settings_get_dumpit,
		.done		= sip_ims_nl_dump_done,
		.policy		= sip_ims_settings_get_nl_policy,
		.maxattr	= SIP_IMS_A_MAIN_ZONE,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= SIP_IMS_CMD_SETTINGS_SET,
		.doit		= sip_ims_nl_settings_set_doit,
		.policy		= sip_ims_settings_set_nl_policy,
		.maxattr	= SIP_IMS_A_MAIN_SETTINGS,
		.flags		= GENL_ADMIN_PERM,
	},
};

static const struct genl_multicast_group sip_ims_nl_mcgrps[] = {
	[SIP_IMS_NLGRP_EVENTS] = SIP_IMS_MCGRP_ADMIN(SIP_IMS_MCGRP_EVENTS),
};

struct genl_family sip_ims_nl_family __ro_after_init = {
	.name		= SIP_IMS_FAMILY_NAME,
	.version	= SIP_IMS_FAMILY_VERSION,
	.netnsok	= true,
	.module		= THIS_MODULE,
	.ops		= sip_ims_nl_ops,
	.n_ops		= ARRAY_SIZE(sip_ims_nl_ops),
	.mcgrps		= sip_ims_nl_mcgrps,
	.n_mcgrps	= SIP_IMS_MCGRPS_ADMIN(sip_ims_nl_mcgrps),
};
