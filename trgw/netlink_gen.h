/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/trgw.yaml
 */
#ifndef _TRGW_NETLINK_GEN_H
#define _TRGW_NETLINK_GEN_H

#include <net/genetlink.h>

#include <uapi/linux/trgw.h>

int trgw_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info);
int trgw_nl_device_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int trgw_nl_device_set_doit(struct sk_buff *skb, struct genl_info *info);
int trgw_nl_dump_start(struct netlink_callback *cb);
int trgw_nl_host_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int trgw_nl_dump_done(struct netlink_callback *cb);
int trgw_nl_host_add_doit(struct sk_buff *skb, struct genl_info *info);
int trgw_nl_host_del_doit(struct sk_buff *skb, struct genl_info *info);
int trgw_nl_flush_doit(struct sk_buff *skb, struct genl_info *info);
int trgw_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);

extern struct genl_family trgw_nl_family;

#endif /* _TRGW_NETLINK_GEN_H */
