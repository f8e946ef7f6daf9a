/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences of <net/route.h> between kernels: in which form a route lookup
 * takes the type of service of an IPv4 packet.
 */
#ifndef _SIP_IMS_COMPAT_ROUTE_H
#define _SIP_IMS_COMPAT_ROUTE_H

#include <compat/probed.h>
#include <linux/ip.h>
#include <net/inet_dscp.h>
#include <net/route.h>

/**
 * sip_ims_flow4_set_tos() - set the type of service of a lookup from a packet
 * @flow: input of the lookup
 * @ip: header of the packet
 *
 * Sets what the stack itself would look up for a received packet.
 */
static inline void sip_ims_flow4_set_tos(struct flowi4 *flow,
					 const struct iphdr *ip)
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
 * sip_ims_route4_input() - look up the route of a received IPv4 packet
 * @skb: the packet; its route is set, without a reference
 * @dev: the device that received it
 *
 * Context: RCU read side.
 * Return: 0; -EHOSTUNREACH if there is no route or the packet is to be dropped,
 * whatever the kernel's own reason is: an errno or a drop reason.
 */
static inline int sip_ims_route4_input(struct sk_buff *skb,
				       struct net_device *dev)
{
	const struct iphdr *ip = ip_hdr(skb);
	int reason;

#ifdef SIP_IMS_KERNEL_ROUTE_DSCP
	reason = ip_route_input_noref(skb, ip->daddr, ip->saddr,
				      inet_dsfield_to_dscp(ip->tos), dev);
#else
	reason = ip_route_input_noref(skb, ip->daddr, ip->saddr, ip->tos, dev);
#endif
	return reason ? -EHOSTUNREACH : 0;
}

#endif /* _SIP_IMS_COMPAT_ROUTE_H */
