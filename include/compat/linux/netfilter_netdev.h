/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <linux/netfilter_netdev.h> between kernels: whether a driver
 * can run the ingress hooks of netfilter before it hands a packet to the stack.
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
 * sip_ims_ingress_is_first() - check whether netfilter would see a packet first
 * @skb: the packet; its device is about to receive it
 *
 * Context: RCU read side.
 * Return: true if netfilter has ingress hooks on the device, and the packet
 * would pass neither XDP nor a tap (tcpdump) nor tc before it reaches them.
 */
static inline bool sip_ims_ingress_is_first(struct sk_buff *skb)
{
	struct net_device *dev = skb->dev;

	return nf_hook_ingress_active(skb) &&
	       !rcu_access_pointer(dev->xdp_prog) &&
	       !sip_ims_ingress_has_tc(dev) && !dev_nit_active(dev);
}

/**
 * sip_ims_ingress_skip() - make a packet skip tc and the ingress hooks
 * @skb: the packet, which the ingress hooks have accepted
 */
static inline void sip_ims_ingress_skip(struct sk_buff *skb)
{
	skb_reset_redirect(skb);
	skb->tc_skip_classify = 1;
}

#else

static inline bool sip_ims_ingress_is_first(struct sk_buff *skb)
{
	return false;
}

static inline void sip_ims_ingress_skip(struct sk_buff *skb)
{
}

#endif

#endif /* _SIP_IMS_COMPAT_NETFILTER_NETDEV_H */
