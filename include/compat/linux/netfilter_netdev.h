/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <linux/netfilter_netdev.h> between kernels: can netfilter's
 * ingress be run before a packet is received?
 */
#ifndef _SIP_IMS_COMPAT_NETFILTER_NETDEV_H
#define _SIP_IMS_COMPAT_NETFILTER_NETDEV_H

#include <compat/probed.h>
#include <linux/netdevice.h>
#include <linux/netfilter_netdev.h>
#include <linux/skbuff.h>

#ifdef SIP_IMS_KERNEL_PACKET_CLASSIFIED

static inline bool sip_ims_ingress_has_tc(const struct net_device *dev)
{
#ifdef SIP_IMS_KERNEL_NETDEV_TCX
	return rcu_access_pointer(dev->tcx_ingress);
#else
	return rcu_access_pointer(dev->miniq_ingress);
#endif
}

/**
 * sip_ims_ingress_is_first() - would netfilter be the first to see a packet?
 * @skb: the packet, of the device that is about to receive it
 *
 * Return: true if netfilter has hooks there and neither XDP nor a tap (tcpdump)
 * nor tc comes before them.
 */
static inline bool sip_ims_ingress_is_first(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;

	return nf_hook_ingress_active(skb) && !rcu_access_pointer(dev->xdp_prog) &&
	       !sip_ims_ingress_has_tc(dev) && !dev_nit_active(dev);
}

/**
 * sip_ims_ingress_is_done() - netfilter has seen the packet and lets it pass
 * @skb: the packet; it is received without another look there
 */
static inline void sip_ims_ingress_is_done(struct sk_buff *skb)
{
	skb_reset_redirect(skb);
	skb->tc_skip_classify = 1;
}

#else

static inline bool sip_ims_ingress_is_first(struct sk_buff *skb)
{
	return false;
}

static inline void sip_ims_ingress_is_done(struct sk_buff *skb)
{
}

#endif

#endif /* _SIP_IMS_COMPAT_NETFILTER_NETDEV_H */
