// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sides of the router: whether the routes of the namespace lead to two
 * addresses by the same device.
 */
#include <net/addrconf.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6.h>
#include <net/route.h>

#include <path/path.h>
#include <path/route.h>
#include <path/xlat.h>

/*
 * Return: index of the device by which a packet from @saddr that arrived on
 * the device @iif reaches @daddr, or 0.
 */
static int route4(const struct sip_ims_path *path, int iif, __be32 saddr,
		  __be32 daddr)
{
	struct flowi4 fl4 = {
		.daddr = daddr,
		.saddr = saddr,
		.flowi4_iif = iif,
		.flowi4_mark = path->mark,
		.flowi4_scope = RT_SCOPE_UNIVERSE,
	};
	struct fib_result result;

	if (fib_lookup(path->net, &fl4, &result, 0) ||
	    result.type != RTN_UNICAST)
		return 0;
	return FIB_RES_DEV(result)->ifindex;
}

#if IS_ENABLED(CONFIG_IPV6)
/* Neither link-local nor a mapped or compatible IPv4 address. */
static bool address6_ordinary(const struct in6_addr *addr)
{
	return ipv6_addr_type(addr) == IPV6_ADDR_UNICAST;
}

static int route6_to(const struct sip_ims_path *path,
		     const union nf_inet_addr *addr)
{
	struct flowi6 fl6 = {
		.daddr = addr->in6,
		.saddr = path->dst_mapped.addr.in6,
		.flowi6_iif = path->ifindex,
		.flowi6_mark = path->mark,
	};
	const struct rt6_info *route;
	struct dst_entry *dst;
	int ifindex = 0;

	if (!address6_ordinary(&addr->in6))
		return 0;
	dst = ip6_route_lookup(path->net, &fl6, NULL,
			       RT6_LOOKUP_F_HAS_SADDR);
	route = container_of(dst, struct rt6_info, dst);
	if (!dst->error &&
	    !(route->rt6i_flags & (RTF_REJECT | RTF_ANYCAST | RTF_LOCAL)))
		ifindex = dst->dev->ifindex;
	dst_release(dst);
	return ifindex;
}
#else
static int route6_to(const struct sip_ims_path *path,
		     const union nf_inet_addr *addr)
{
	return 0;
}
#endif

/*
 * Return: index of the device by which packets of the receiver reach @addr, or
 * 0.
 */
static int route_to(const struct sip_ims_path *path,
		    const union nf_inet_addr *addr)
{
	if (path->l3num != AF_INET)
		return route6_to(path, addr);
	return route4(path, path->ifindex, path->dst_mapped.addr.ip, addr->ip);
}

/*
 * One translator device leads to all IPv4 hosts; on which side of the router a
 * particular one is follows from the IPv4 routes.
 *
 * Return: index of the device by which the receiver's packets reach @addr after
 * the translator device @ifindex; -ENODEV when @ifindex is no translator;
 * another error when there is no such route.
 */
static int route_beyond(const struct sip_ims_path *path, int ifindex,
			const union nf_inet_addr *addr)
{
	__be32 saddr, daddr;
	int err;

	err = sip_ims_xlat_find4(path->net, ifindex, addr, &daddr);
	if (!err)
		err = sip_ims_xlat_find4(path->net, ifindex,
					 &path->dst_mapped.addr, &saddr);
	return err ?: route4(path, ifindex, saddr, daddr) ?: -ENETUNREACH;
}

static bool same_beyond(const struct sip_ims_path *path, int ifindex,
			const union nf_inet_addr *addr,
			const union nf_inet_addr *peer)
{
	int beyond = route_beyond(path, ifindex, addr);

	return beyond == -ENODEV ||
	       (beyond > 0 && beyond == route_beyond(path, ifindex, peer));
}

/**
 * sip_ims_address_is_local() - check for an address of the router itself
 * @net: the network namespace
 * @l3num: AF_INET or AF_INET6
 * @addr: the address
 *
 * Return: whether a device of @net has the address.
 */
bool sip_ims_address_is_local(struct net *net, u8 l3num,
			      const union nf_inet_addr *addr)
{
	if (l3num == AF_INET)
		return inet_addr_type(net, addr->ip) == RTN_LOCAL;
#if IS_ENABLED(CONFIG_IPV6)
	return ipv6_chk_addr(net, &addr->in6, NULL, 0);
#else
	return false;
#endif
}

/**
 * sip_ims_same_side() - check whether two addresses are on the same side
 * @path: the packet's path; its receiver's routes count
 * @addr: an address
 * @peer: another address
 *
 * Context: RCU read side.
 * Return: whether both are unicast addresses of other hosts which the
 * receiver's packets reach by the same device; after a translator device, by
 * the same device there as well.
 */
bool sip_ims_same_side(const struct sip_ims_path *path,
		       const union nf_inet_addr *addr,
		       const union nf_inet_addr *peer)
{
	int ifindex = route_to(path, addr);

	return ifindex && ifindex == route_to(path, peer) &&
	       (path->l3num == AF_INET ||
		same_beyond(path, ifindex, addr, peer));
}
