// SPDX-License-Identifier: GPL-2.0-only
/*
 * trgw.ko: a network device that translates packets sent to it between IPv4 and
 * IPv6, and receives the translated ones.
 *
 *	ip link add trgw0 type trgw
 *
 * All state belongs to the device, not to its namespace: it is created and
 * freed with the device and moves with it.
 */
#include <linux/capability.h>
#include <linux/ethtool.h>
#include <linux/if_arp.h>
#include <linux/module.h>
#include <net/l3mdev.h>
#include <net/rtnetlink.h>

#include <compat/linux/netdevice.h>

#include "assign.h"
#include "conflict.h"
#include "netlink.h"
#include "packet.h"
#include "private.h"
#include "xlat_ops.h"

/* Packets may have any layout: the translation reads headers only. */
#define TRGW_FEATURES	(NETIF_F_SG | NETIF_F_FRAGLIST | NETIF_F_HIGHDMA | \
			 NETIF_F_HW_CSUM)

/* Growth of a packet at most: IPv6 header, fragment header */
#define TRGW_GROWTH	(TRGW_IP6_LEN + TRGW_FRAGMENT_LEN - TRGW_IP4_LEN)
#define TRGW_MTU_MAX	(65535 - TRGW_GROWTH)

static netdev_tx_t trgw_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct trgw_device *device = netdev_priv(dev);

	trgw_packet_translate(device->map, skb, dev);
	return NETDEV_TX_OK;
}

/* A translated packet was transmitted by the device and received from it. */
static void trgw_get_stats64(struct net_device *dev,
			     struct rtnl_link_stats64 *stats)
{
	struct trgw_device *device = netdev_priv(dev);
	u64 counts[TRGW_COUNTS];
	unsigned int i;

	trgw_counters_read(device->map->counters, counts);
	for (i = 0; i < TRGW_VERDICTS; i++)
		stats->tx_dropped += counts[i];
	stats->tx_dropped -= counts[TRGW_BACKLOG];
	stats->rx_dropped = counts[TRGW_BACKLOG];
	stats->tx_packets = counts[TRGW_COUNT_FROM4] + counts[TRGW_COUNT_FROM6];
	stats->rx_packets = stats->tx_packets - stats->rx_dropped;
	stats->tx_bytes = counts[TRGW_COUNT_BYTES_IN];
	stats->rx_bytes = counts[TRGW_COUNT_BYTES_OUT];
}

static int trgw_init(struct net_device *dev)
{
	struct trgw_device *device = netdev_priv(dev);

	/* Other devices transmit inside its own transmission. */
	netdev_lockdep_set_classes(dev);
	device->private.operations = &trgw_operations;
	trgw_routes_init(&device->routes);
	device->map = trgw_map_create(dev);
	if (!device->map)
		return -ENOMEM;
	trgw_assign_init(device->map);
	trgw_conflict_add_map(device->map);
	return 0;
}

static void trgw_uninit(struct net_device *dev)
{
	struct trgw_device *device = netdev_priv(dev);

	trgw_conflict_remove_map(device->map);
	trgw_assign_stop(device->map);
}

/* Called last: the counters are read until then. */
static void trgw_free(struct net_device *dev)
{
	struct trgw_device *device = netdev_priv(dev);

	trgw_map_put(device->map);
}

static int trgw_open(struct net_device *dev)
{
	struct trgw_device *device = netdev_priv(dev);
	int err = trgw_conflict_resolve(device->map);

	if (!err)
		trgw_routes_open(&device->routes);
	return err;
}

static int trgw_stop(struct net_device *dev)
{
	struct trgw_device *device = netdev_priv(dev);

	trgw_routes_close(&device->routes);
	return 0;
}

static const struct net_device_ops trgw_netdev_ops = {
	.ndo_init		= trgw_init,
	.ndo_uninit		= trgw_uninit,
	.ndo_open		= trgw_open,
	.ndo_stop		= trgw_stop,
	.ndo_start_xmit		= trgw_xmit,
	.ndo_get_stats64	= trgw_get_stats64,
	.ndo_features_check	= passthru_features_check,
};

#ifdef CONFIG_NET_L3_MASTER_DEV
/* In a VRF the handler of the VRF is called instead, and the stack routes. */
static struct sk_buff *trgw_l3_receive(struct net_device *dev,
				       struct sk_buff *skb, u16 family)
{
	struct trgw_device *device = netdev_priv(dev);

	trgw_route_packet(&device->routes, skb, dev, family);
	return skb;
}

static const struct l3mdev_ops trgw_l3mdev_ops = {
	.l3mdev_l3_rcv = trgw_l3_receive,
};

static void trgw_setup_l3(struct net_device *dev)
{
	dev->l3mdev_ops = &trgw_l3mdev_ops;
	dev->priv_flags |= IFF_L3MDEV_RX_HANDLER;
}
#else
static void trgw_setup_l3(struct net_device *dev)
{
}
#endif

static void trgw_setup(struct net_device *dev)
{
	dev->netdev_ops = &trgw_netdev_ops;
	dev->priv_destructor = trgw_free;
	dev->needs_free_netdev = true;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->features = TRGW_FEATURES;
	dev->hw_features = TRGW_FEATURES;
	sip_ims_netdev_set_lockless(dev);
	trgw_setup_l3(dev);
	/*
	 * No needed_headroom: IPv4 would copy forwarded packets that lack a few
	 * bytes, where moving them within their buffer is enough (packet.c).
	 */
	/* ip_do_fragment() needs the route. */
	netif_keep_dst(dev);
	dev->mtu = ETH_DATA_LEN;
	dev->min_mtu = TRGW_IP6_MTU_MIN;
	dev->max_mtu = TRGW_MTU_MAX;
}

/* As elsewhere in this project, unprivileged user namespaces are refused. */
static int trgw_validate(struct nlattr *tb[], struct nlattr *data[],
			 struct netlink_ext_ack *extack)
{
	if (!capable(CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(extack,
			       "it takes CAP_NET_ADMIN in the initial user namespace");
		return -EPERM;
	}
	if (data) {
		NL_SET_ERR_MSG(extack, "use sipims to set up a trgw device");
		return -EINVAL;
	}
	return 0;
}

static struct rtnl_link_ops trgw_link_ops __read_mostly = {
	.kind		= TRGW_KIND,
	.priv_size	= sizeof(struct trgw_device),
	.setup		= trgw_setup,
	.validate	= trgw_validate,
};

static int __init trgw_module_init(void)
{
	int err;

	err = trgw_netlink_init();
	if (err)
		return err;
	err = rtnl_link_register(&trgw_link_ops);
	if (err)
		trgw_netlink_exit();
	return err;
}

/* Unregistering the kind deletes its devices. */
static void __exit trgw_module_exit(void)
{
	rtnl_link_unregister(&trgw_link_ops);
	trgw_netlink_exit();
}

module_init(trgw_module_init);
module_exit(trgw_module_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("IPv4-IPv6 translator device of the IMS ALG");
MODULE_ALIAS_RTNL_LINK(TRGW_KIND);
