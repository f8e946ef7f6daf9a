// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which way an address lies, by the routes of the namespace.
 */
#include <linux/export.h>
#include <net/ip_fib.h>
#include <net/route.h>

#include <sip_ims/packet.h>

/* The device by which the receiver's packets reach @addr, or NULL. */
static const struct net_device *route_to(const struct sip_ims_path *path,
					 const union nf_inet_addr *addr)
{
	struct flowi4 fl4 = {
		.daddr = addr->ip,
		.saddr = path->dst_mapped.addr.ip,
		.flowi4_iif = path->ifindex,
		.flowi4_mark = path->mark,
		.flowi4_scope = RT_SCOPE_UNIVERSE,
	};
	struct fib_result result;

	if (fib_lookup(path->sn->net, &fl4, &result, 0) ||
	    result.type != RTN_UNICAST)
		return NULL;
	return FIB_RES_DEV(result);
}

/**
 * sip_ims_is_ours() - is an address the router's own?
 * @session: gives namespace and family
 * @addr: the address
 *
 * Return: whether it is.  IPv4 only.
 */
bool sip_ims_is_ours(const struct sip_ims_session *session,
		     const union nf_inet_addr *addr)
{
	return session->l3num == AF_INET &&
	       inet_addr_type(session->sn->net, addr->ip) == RTN_LOCAL;
}

/**
 * sip_ims_same_side() - does an address lie where another one does?
 * @path: the packet, for the receiver's point of view
 * @addr: the address
 * @peer: the other one
 *
 * Context: RCU read side.
 * Return: whether both are ordinary hosts that the receiver's packets reach by
 * the same device.  IPv4 only.
 */
bool sip_ims_same_side(const struct sip_ims_path *path,
		       const union nf_inet_addr *addr,
		       const union nf_inet_addr *peer)
{
	const struct net_device *dev;

	if (path->l3num != AF_INET)
		return false;
	dev = route_to(path, addr);
	return dev && dev == route_to(path, peer);
}
EXPORT_SYMBOL_GPL(sip_ims_same_side);
