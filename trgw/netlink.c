// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests over generic netlink, see Documentation/netlink/specs/trgw.yaml.
 *
 * A device is looked up and used under the RTNL, so that it cannot be deleted
 * meanwhile.
 */
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include <net/sock.h>

#include <sip_ims/netlink_dump.h>

#include "config.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "pool.h"
#include "private.h"

/* ---- requests for one device ---- */

static struct net_device *find_device(struct net *net,
				      const struct nlattr *ifindex,
				      struct netlink_ext_ack *extack)
{
	struct net_device *dev;

	ASSERT_RTNL();
	if (!ifindex) {
		NL_SET_ERR_MSG(extack, "ifindex is missing");
		return ERR_PTR(-EINVAL);
	}
	dev = __dev_get_by_index(net, nla_get_u32(ifindex));
	if (dev && trgw_device_map(dev))
		return dev;
	NL_SET_ERR_MSG_ATTR(extack, ifindex, "no trgw device has this ifindex");
	return ERR_PTR(-ENODEV);
}

static struct net_device *request_device(struct genl_info *info)
{
	return find_device(genl_info_net(info),
			   info->attrs[TRGW_A_MAIN_IFINDEX], info->extack);
}

/* Replies with what @put writes about the device that the request names. */
static int reply_for_device(struct genl_info *info,
			    int (*put)(struct sk_buff *msg,
				       const struct net_device *dev))
{
	struct sk_buff *msg = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	struct net_device *dev;
	int err = -ENOMEM;
	void *hdr;

	if (!msg)
		return err;
	hdr = genlmsg_put_reply(msg, info, &trgw_nl_family, 0,
				info->genlhdr->cmd);
	if (!hdr)
		goto err_free;
	rtnl_lock();
	dev = request_device(info);
	err = IS_ERR(dev) ? PTR_ERR(dev) : put(msg, dev);
	rtnl_unlock();
	if (err)
		goto err_free;
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);

err_free:
	nlmsg_free(msg);
	return err;
}

/* Parses the nest @type of a request, which the policy has checked already. */
static int parse_nest(struct genl_info *info, int type, struct nlattr **tb,
		      int max)
{
	const struct nlattr *nest = info->attrs[type];

	if (!nest) {
		NL_SET_ERR_MSG(info->extack,
			       "the device or host to change is missing");
		return -EINVAL;
	}
	return nla_parse_nested(tb, max, nest, NULL, info->extack);
}

/* ---- settings ---- */

static int put_settings(struct sk_buff *skb,
			const struct trgw_settings *settings)
{
	const struct trgw_prefix *prefix = &settings->prefix;

	if (nla_put(skb, TRGW_A_DEVICE_PREFIX, 16, prefix->bytes) ||
	    nla_put_u8(skb, TRGW_A_DEVICE_PREFIX_LEN, prefix->len) ||
	    nla_put_in_addr(skb, TRGW_A_DEVICE_POOL_FIRST,
			    htonl(settings->pool_first)) ||
	    nla_put_in_addr(skb, TRGW_A_DEVICE_POOL_LAST,
			    htonl(settings->pool_last)) ||
	    nla_put_u32(skb, TRGW_A_DEVICE_IDLE, settings->idle) ||
	    nla_put_u16(skb, TRGW_A_DEVICE_LIMIT, settings->limit))
		return -EMSGSIZE;
	return 0;
}

static int put_device_info(struct sk_buff *skb, const struct net_device *dev)
{
	struct trgw_map *map = trgw_device_map(dev);
	struct nlattr *nest;
	int err;

	nest = nla_nest_start(skb, TRGW_A_MAIN_DEVICE);
	if (!nest ||
	    nla_put_u32(skb, TRGW_A_DEVICE_IFINDEX, dev->ifindex) ||
	    nla_put_string(skb, TRGW_A_DEVICE_NAME, dev->name) ||
	    nla_put_u32(skb, TRGW_A_DEVICE_STATIC, READ_ONCE(map->n_static)) ||
	    nla_put_u32(skb, TRGW_A_DEVICE_ASSIGNED,
			READ_ONCE(map->n_assigned)))
		return -EMSGSIZE;
	rcu_read_lock();
	err = put_settings(skb, rcu_dereference(map->settings));
	rcu_read_unlock();
	if (!err)
		nla_nest_end(skb, nest);
	return err;
}

/**
 * trgw_nl_device_get_doit() - report the settings of one device
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int trgw_nl_device_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return reply_for_device(info, put_device_info);
}

static int dump_device(struct sk_buff *skb, struct netlink_callback *cb,
		       const struct net_device *dev)
{
	void *hdr = sip_ims_dump_begin(skb, cb, &trgw_nl_family,
				       TRGW_CMD_DEVICE_GET);

	return hdr ? sip_ims_dump_end(skb, hdr, put_device_info(skb, dev)) :
		     -EMSGSIZE;
}

/**
 * trgw_nl_device_get_dumpit() - report the settings of all devices
 * @skb: filled with messages
 * @cb: the dump; its first argument counts the devices reported so far
 *
 * Return: length of the messages.
 */
int trgw_nl_device_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct net *net = sock_net(cb->skb->sk);
	struct net_device *dev;
	long at = 0;

	rtnl_lock();
	for_each_netdev(net, dev) {
		if (!trgw_device_map(dev) || at++ < cb->args[0])
			continue;
		if (dump_device(skb, cb, dev))
			break;
		cb->args[0] = at;
	}
	rtnl_unlock();
	return skb->len;
}

static void merge_settings(struct trgw_settings *settings, struct nlattr **tb)
{
	const struct nlattr *first = tb[TRGW_A_DEVICE_POOL_FIRST];
	const struct nlattr *last = tb[TRGW_A_DEVICE_POOL_LAST];
	const struct nlattr *prefix = tb[TRGW_A_DEVICE_PREFIX];

	if (prefix)
		memcpy(settings->prefix.bytes, nla_data(prefix), 16);
	if (tb[TRGW_A_DEVICE_PREFIX_LEN])
		settings->prefix.len = nla_get_u8(tb[TRGW_A_DEVICE_PREFIX_LEN]);
	if (first)
		settings->pool_first = ntohl(nla_get_in_addr(first));
	if (last)
		settings->pool_last = ntohl(nla_get_in_addr(last));
	if (tb[TRGW_A_DEVICE_IDLE])
		settings->idle = nla_get_u32(tb[TRGW_A_DEVICE_IDLE]);
	if (tb[TRGW_A_DEVICE_LIMIT])
		settings->limit = nla_get_u16(tb[TRGW_A_DEVICE_LIMIT]);
}

/**
 * trgw_nl_device_set_doit() - change settings of a device
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int trgw_nl_device_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TRGW_A_DEVICE_MAX + 1];
	struct trgw_settings settings;
	struct net_device *dev;
	struct trgw_map *map;
	int err;

	err = parse_nest(info, TRGW_A_MAIN_DEVICE, tb, TRGW_A_DEVICE_MAX);
	if (err)
		return err;
	rtnl_lock();
	dev = request_device(info);
	if (IS_ERR(dev)) {
		err = PTR_ERR(dev);
	} else {
		map = trgw_device_map(dev);
		/* Replaced under the RTNL only. */
		settings = *rcu_dereference_protected(map->settings,
						      lockdep_rtnl_is_held());
		merge_settings(&settings, tb);
		err = trgw_config_set(map, &settings, info->extack);
	}
	rtnl_unlock();
	return err;
}

/* ---- hosts ---- */

/**
 * trgw_nl_host_add_doit() - add a static host
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int trgw_nl_host_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TRGW_A_HOST_MAX + 1];
	struct net_device *dev;
	struct in6_addr addr6;
	__be32 addr4;
	int err;

	err = parse_nest(info, TRGW_A_MAIN_HOST, tb, TRGW_A_HOST_MAX);
	if (err)
		return err;
	if (!tb[TRGW_A_HOST_ADDRESS4] || !tb[TRGW_A_HOST_ADDRESS6]) {
		NL_SET_ERR_MSG(info->extack,
			       "a host has address4 and address6");
		return -EINVAL;
	}
	addr4 = nla_get_in_addr(tb[TRGW_A_HOST_ADDRESS4]);
	addr6 = nla_get_in6_addr(tb[TRGW_A_HOST_ADDRESS6]);
	rtnl_lock();
	dev = request_device(info);
	err = IS_ERR(dev) ? PTR_ERR(dev) :
	      trgw_config_add_host(trgw_device_map(dev), addr4, &addr6,
				   info->extack);
	rtnl_unlock();
	return err;
}

/**
 * trgw_nl_host_del_doit() - delete a host
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int trgw_nl_host_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[TRGW_A_HOST_MAX + 1], *addr4, *addr6;
	struct net_device *dev;
	int err;

	err = parse_nest(info, TRGW_A_MAIN_HOST, tb, TRGW_A_HOST_MAX);
	if (err)
		return err;
	addr4 = tb[TRGW_A_HOST_ADDRESS4];
	addr6 = tb[TRGW_A_HOST_ADDRESS6];
	if (!addr4 && !addr6) {
		NL_SET_ERR_MSG(info->extack,
			       "address4 or address6 names a host");
		return -EINVAL;
	}
	rtnl_lock();
	dev = request_device(info);
	err = IS_ERR(dev) ? PTR_ERR(dev) :
	      trgw_config_delete_host(trgw_device_map(dev),
				      addr4 ? nla_data(addr4) : NULL,
				      addr6 ? nla_data(addr6) : NULL,
				      info->extack);
	rtnl_unlock();
	return err;
}

static int put_host(struct sk_buff *skb, const struct trgw_host *host)
{
	unsigned long idle = jiffies - READ_ONCE(host->used);
	struct nlattr *nest;

	nest = nla_nest_start(skb, TRGW_A_MAIN_HOST);
	if (!nest ||
	    nla_put_in_addr(skb, TRGW_A_HOST_ADDRESS4, host->addr4) ||
	    nla_put_in6_addr(skb, TRGW_A_HOST_ADDRESS6, &host->addr6))
		return -EMSGSIZE;
	if (host->assigned &&
	    (nla_put_flag(skb, TRGW_A_HOST_ASSIGNED) ||
	     nla_put_u32(skb, TRGW_A_HOST_IDLE, idle / HZ)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * struct nl_dump - state of a dump of hosts
 * @map: of the device, which may be deleted meanwhile; referenced
 * @iter: position in its table of hosts
 */
struct nl_dump {
	struct trgw_map *map;
	struct rhashtable_iter iter;
};

static struct trgw_map *get_dump_map(struct netlink_callback *cb,
				     const struct nlattr *ifindex)
{
	struct trgw_map *map;
	struct net_device *dev;

	rtnl_lock();
	dev = find_device(sock_net(cb->skb->sk), ifindex, cb->extack);
	map = IS_ERR(dev) ? ERR_CAST(dev) : trgw_device_map(dev);
	if (!IS_ERR(map))
		trgw_map_get(map);
	rtnl_unlock();
	return map;
}

/**
 * trgw_nl_dump_start() - begin a dump of hosts
 * @cb: the dump
 *
 * Return: 0 or an error.
 */
int trgw_nl_dump_start(struct netlink_callback *cb)
{
	struct nlattr *tb[TRGW_A_MAIN_MAX + 1];
	struct nl_dump *dump;
	struct trgw_map *map;
	int err;

	/* The policy has been checked already. */
	err = genlmsg_parse(cb->nlh, &trgw_nl_family, tb, TRGW_A_MAIN_MAX, NULL,
			    NULL);
	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;
	map = get_dump_map(cb, tb[TRGW_A_MAIN_IFINDEX]);
	if (IS_ERR(map)) {
		kfree(dump);
		return PTR_ERR(map);
	}
	dump->map = map;
	rhashtable_walk_enter(&map->by6, &dump->iter);
	cb->args[0] = (long)dump;
	cb->seq = 1;
	return 0;
}

/**
 * trgw_nl_dump_done() - end a dump of hosts
 * @cb: the dump
 *
 * Return: 0.
 */
int trgw_nl_dump_done(struct netlink_callback *cb)
{
	struct nl_dump *dump = (struct nl_dump *)cb->args[0];

	rhashtable_walk_exit(&dump->iter);
	trgw_map_put(dump->map);
	kfree(dump);
	return 0;
}

static int dump_host(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct trgw_host *host)
{
	void *hdr = sip_ims_dump_begin(skb, cb, &trgw_nl_family,
				       TRGW_CMD_HOST_GET);

	return hdr ? sip_ims_dump_end(skb, hdr, put_host(skb, host)) :
		     -EMSGSIZE;
}

/**
 * trgw_nl_host_get_dumpit() - report the hosts of a device
 * @skb: filled with messages
 * @cb: the dump
 *
 * The walk restarts when the table is resized, and NLM_F_DUMP_INTR informs the
 * reader about it.
 *
 * Return: length of the messages.
 */
int trgw_nl_host_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct nl_dump *dump = (struct nl_dump *)cb->args[0];
	struct trgw_host *host;

	rhashtable_walk_start(&dump->iter);
	/* Repeat the host that did not fit into the last buffer. */
	host = rhashtable_walk_peek(&dump->iter);
	while (host) {
		if (IS_ERR(host))
			cb->seq++;
		else if (dump_host(skb, cb, host))
			break;
		host = rhashtable_walk_next(&dump->iter);
	}
	rhashtable_walk_stop(&dump->iter);
	return skb->len;
}

static int put_flushed(struct sk_buff *skb, const struct net_device *dev)
{
	return nla_put_u32(skb, TRGW_A_MAIN_FLUSHED,
			   trgw_pool_flush(trgw_device_map(dev)));
}

/**
 * trgw_nl_flush_doit() - release all assigned addresses
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int trgw_nl_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	return reply_for_device(info, put_flushed);
}

/* ---- counters ---- */

/* Attribute of each counter */
static const u8 stats[TRGW_COUNTS] = {
	[TRGW_NOT_IP] = TRGW_A_STATS_NOT_IP,
	[TRGW_MALFORMED] = TRGW_A_STATS_MALFORMED,
	[TRGW_TOO_LONG] = TRGW_A_STATS_TOO_LONG,
	[TRGW_MARTIAN] = TRGW_A_STATS_MARTIAN,
	[TRGW_SOURCE_ROUTE] = TRGW_A_STATS_SOURCE_ROUTE,
	[TRGW_EXTENSION] = TRGW_A_STATS_EXTENSION,
	[TRGW_PROTOCOL] = TRGW_A_STATS_PROTOCOL,
	[TRGW_FRAGMENT] = TRGW_A_STATS_FRAGMENT,
	[TRGW_ICMP_TYPE] = TRGW_A_STATS_ICMP_TYPE,
	[TRGW_ICMP_INNER] = TRGW_A_STATS_ICMP_INNER,
	[TRGW_NO_PREFIX] = TRGW_A_STATS_NO_PREFIX,
	[TRGW_SOURCE_IN_PREFIX] = TRGW_A_STATS_SOURCE_IN_PREFIX,
	[TRGW_NOT_IN_PREFIX] = TRGW_A_STATS_NOT_IN_PREFIX,
	[TRGW_UNMAPPED] = TRGW_A_STATS_UNMAPPED,
	[TRGW_POOL_EXHAUSTED] = TRGW_A_STATS_POOL_EXHAUSTED,
	[TRGW_NO_MEMORY] = TRGW_A_STATS_NO_MEMORY,
	[TRGW_BACKLOG] = TRGW_A_STATS_BACKLOG,
	[TRGW_COUNT_FROM4] = TRGW_A_STATS_FROM4,
	[TRGW_COUNT_FROM6] = TRGW_A_STATS_FROM6,
	[TRGW_COUNT_BYTES_IN] = TRGW_A_STATS_BYTES_IN,
	[TRGW_COUNT_BYTES_OUT] = TRGW_A_STATS_BYTES_OUT,
	[TRGW_COUNT_FRAGMENTED] = TRGW_A_STATS_FRAGMENTED,
	[TRGW_COUNT_ASSIGNED] = TRGW_A_STATS_ASSIGNED,
	[TRGW_COUNT_RELEASED] = TRGW_A_STATS_RELEASED,
};

/* TRGW_OK and TRGW_MORE are not counted, and padding is no counter. */
static_assert(TRGW_COUNTS - 2 == TRGW_A_STATS_MAX - 1);

static int put_stats(struct sk_buff *skb, const struct net_device *dev)
{
	u64 counts[TRGW_COUNTS];
	struct nlattr *nest;
	unsigned int i;

	trgw_counters_read(trgw_device_map(dev)->counters, counts);
	nest = nla_nest_start(skb, TRGW_A_MAIN_STATS);
	if (!nest)
		return -EMSGSIZE;
	for (i = 0; i < TRGW_COUNTS; i++) {
		if (stats[i] && nla_put_u64_64bit(skb, stats[i], counts[i],
						  TRGW_A_STATS_PAD))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/**
 * trgw_nl_stats_get_doit() - report the counters of a device
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int trgw_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	return reply_for_device(info, put_stats);
}

/* ---- registration ---- */

/**
 * trgw_netlink_init() - register the generic netlink family
 *
 * Return: 0 or an error.
 */
int trgw_netlink_init(void)
{
	return genl_register_family(&trgw_nl_family);
}

/**
 * trgw_netlink_exit() - unregister the generic netlink family
 */
void trgw_netlink_exit(void)
{
	genl_unregister_family(&trgw_nl_family);
}
