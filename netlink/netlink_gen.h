/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/sip_ims.yaml
 */
#ifndef _SIP_IMS_NETLINK_GEN_H
#define _SIP_IMS_NETLINK_GEN_H

#include <net/genetlink.h>

#include <uapi/linux/sip_ims.h>

int sip_ims_nl_call_get_doit(struct sk_buff *skb, struct genl_info *info);
int sip_ims_nl_dump_start(struct netlink_callback *cb);
int sip_ims_nl_call_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int sip_ims_nl_dump_done(struct netlink_callback *cb);
int sip_ims_nl_call_del_doit(struct sk_buff *skb, struct genl_info *info);
int sip_ims_nl_registration_get_dumpit(struct sk_buff *skb,
				       struct netlink_callback *cb);
int sip_ims_nl_flush_doit(struct sk_buff *skb, struct genl_info *info);
int sip_ims_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int sip_ims_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info);
int sip_ims_nl_settings_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb);
int sip_ims_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info);

enum {
	SIP_IMS_NLGRP_EVENTS,
};

extern struct genl_family sip_ims_nl_family;

#endif /* _SIP_IMS_NETLINK_GEN_H */
