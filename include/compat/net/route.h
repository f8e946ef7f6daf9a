/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/route.h> between kernels: how the type of service of an
 * IPv4 packet is told to a lookup.
 */
#ifndef _SIP_IMS_COMPAT_ROUTE_H
#define _SIP_IMS_COMPAT_ROUTE_H

#include <compat/probed.h>
#include <linux/ip.h>
#include <net/inet_dscp.h>
#include <net/route.h>

/**
 * sip_ims_route_class() - as the lookup of a packet would set it
 * @flow: what is looked up
 * @ip: header of the packet
 */
static inline void sip_ims_route_class(struct flowi4 *flow, const struct iphdr *ip)
{
#ifdef SIP_IMS_KERNEL_ROUTE_DSCP
	flow->flowi4_dscp = inet_dsfield_to_dscp(ip->tos);
#elif defined(IPTOS_RT_MASK)
	flow->flowi4_tos = ip->tos & IPTOS_RT_MASK;
#else
	flow->flowi4_tos = ip->tos & INET_DSCP_MASK;
#endif
}

/**
 * sip_ims_route_input() - look up where a packet goes, as the stack does
 * @skb: the packet, an IPv4 one; gets its route, not referenced
 * @dev: the device that received it
 *
 * Return: true if there is none, or it is to be dropped.
 */
static inline bool sip_ims_route_input(struct sk_buff *skb, struct net_device *dev)
{
	const struct iphdr *ip = ip_hdr(skb);

#ifdef SIP_IMS_KERNEL_ROUTE_DSCP
	return ip_route_input_noref(skb, ip->daddr, ip->saddr,
				    inet_dsfield_to_dscp(ip->tos), dev);
#else
	return ip_route_input_noref(skb, ip->daddr, ip->saddr, ip->tos, dev);
#endif
}

#endif /* _SIP_IMS_COMPAT_ROUTE_H */
