/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The path of one packet: both ends of its flow on both sides of the router,
 * and whether its message changes its address family on this leg.
 *
 * This header also builds in userspace.
 */
#ifndef _PATH_PATH_H
#define _PATH_PATH_H

#include <linux/netfilter.h>

#include <sip_ims/types.h>

struct net;
struct net_device;
struct nf_conn;
struct sip_ims_net;

/**
 * struct sip_ims_endpoint - an address and a port
 * @addr: network byte order; unused bytes are zero, so memcmp() compares
 * @port: network byte order
 */
struct sip_ims_endpoint {
	union nf_inet_addr addr;
	__be16 port;
};

/**
 * enum sip_ims_xlat - how a translator device affects the message on this leg
 *
 * A packet that changes its address family passes the helper twice, once on
 * its IPv6 leg and once on its IPv4 leg.  The IPv6 leg rewrites the message;
 * between the two legs the message is an IPv4 one.
 *
 * @SIP_IMS_XLAT_NONE: not at all, or this is the IPv4 leg
 * @SIP_IMS_XLAT_TO4: the packet departs through the device: the addresses that
 *	are written into the message must be IPv4 addresses
 * @SIP_IMS_XLAT_TO6: the packet came from the device: the message still holds
 *	IPv4 addresses
 */
enum sip_ims_xlat {
	SIP_IMS_XLAT_NONE,
	SIP_IMS_XLAT_TO4,
	SIP_IMS_XLAT_TO6,
};

/**
 * struct sip_ims_path - the path of one packet through the router
 * @sn: state of the network namespace
 * @net: the network namespace
 * @zone: conntrack zone
 * @l3num: AF_INET or AF_INET6
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @translated: NAT changes the source or the destination
 * @src: the sender, as it knows itself
 * @src_mapped: the sender, as the receiver sees it
 * @dst: the receiver, as the sender sees it
 * @dst_mapped: the receiver, as it knows itself
 * @ifindex: the device towards the receiver
 * @iif: the device that the packet arrived on, or 0
 * @xlat: enum sip_ims_xlat
 * @departs: the packet departs through a translator device, so another leg
 *	follows
 * @static_host: with SIP_IMS_XLAT_TO4: the sender has a static entry in the
 *	device's map; it is a server and not a phone with an address of the pool
 * @src_xlat: with SIP_IMS_XLAT_TO4: the IPv4 address of @src_mapped
 * @translator: unless @xlat is SIP_IMS_XLAT_NONE: the device; valid within the
 *	RCU read side
 * @mark: the packet's mark
 * @ct: the signalling flow; only the gate uses it
 */
struct sip_ims_path {
	struct sip_ims_net *sn;
	struct net *net;
	u16 zone;
	u8 l3num;
	u8 l4proto;
	bool translated;
	struct sip_ims_endpoint src;
	struct sip_ims_endpoint src_mapped;
	struct sip_ims_endpoint dst;
	struct sip_ims_endpoint dst_mapped;
	int ifindex;
	int iif;
	u8 xlat;
	bool departs;
	bool static_host;
	u8 src_xlat[4];
	const struct net_device *translator;
	u32 mark;
	struct nf_conn *ct;
};

/**
 * sip_ims_same_endpoint() - compare two endpoints of one address family
 * @a: one endpoint
 * @b: the other endpoint
 *
 * Return: whether address and port are equal.
 */
static inline bool sip_ims_same_endpoint(const struct sip_ims_endpoint *a,
					 const struct sip_ims_endpoint *b)
{
	return a->port == b->port && nf_inet_addr_cmp(&a->addr, &b->addr);
}

/**
 * sip_ims_source_hidden() - check whether NAT translates the sender's address
 * @path: the packet's path
 *
 * Return: whether the receiver sees another address than the sender has.
 */
static inline bool sip_ims_source_hidden(const struct sip_ims_path *path)
{
	return !nf_inet_addr_cmp(&path->src.addr, &path->src_mapped.addr);
}

/**
 * sip_ims_destination_hidden() - check whether NAT translates the receiver's
 * address
 * @path: the packet's path
 *
 * Return: whether the sender knows the receiver by another address than the
 * receiver has.
 */
static inline bool sip_ims_destination_hidden(const struct sip_ims_path *path)
{
	return !nf_inet_addr_cmp(&path->dst.addr, &path->dst_mapped.addr);
}

#endif /* _PATH_PATH_H */
