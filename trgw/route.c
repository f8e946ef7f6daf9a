// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where what was received goes on to.
 *
 * A packet that leaves the device has been routed once, to the device, and the
 * stack would ask the routes again, for its second leg.  That is asked once for
 * all packets of equal addresses, mark and traffic class, as long as no route
 * and no rule has changed.  It is done where a device of layer 3 may look at
 * what it received (l3mdev): behind every hook of prerouting, so addresses and
 * mark are the final ones.
 *
 * What is kept is what every packet of the key would get, for sure: one next
 * hop, without an exception, in another device.  For all else, local packets
 * among it, the stack asks itself, as ever; and drops what is to be dropped.
 */
#include <linux/hash.h>
#include <linux/inetdevice.h>
#include <linux/ipv6_route.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/ipv6.h>
#include <net/nexthop.h>
#include <net/route.h>

#include <compat/net/route.h>
#include <sip_ims/trgw.h>

/**
 * struct trgw_route_key - all that a lookup depends on, but for the tables
 * @src: source address, behind every hook of prerouting; IPv4 in the first word
 * @dst: destination address, likewise
 * @class: IPv4: type of service; IPv6: traffic class and flow label
 * @mark: of the packet
 * @settings: IPv4: of the device, see settings4(); IPv6: SETTINGS6
 */
struct trgw_route_key {
	struct in6_addr src;
	struct in6_addr dst;
	__be32 class;
	u32 mark;
	u32 settings;
};

#define SETTINGS_MARK	0x100		/* the way back is looked up with the mark */
#define SETTINGS6	0x80000000	/* no key of one family is one of the other */

/**
 * struct trgw_route - what was found; never changed but for @used, only replaced
 * @key: for whom
 * @to: the route, referenced; NULL if it cannot be kept
 * @cookie: of the route, when it was found
 * @used: jiffies of the last packet; without a route, of when it was found
 * @rcu: for freeing it
 */
struct trgw_route {
	struct trgw_route_key key;
	struct dst_entry *to;
	u32 cookie;
	unsigned long used;
	struct rcu_head rcu;
};

static void route_free(struct trgw_route *route)
{
	dst_release(route->to);		/* or NULL */
	kfree(route);
}

static void route_free_rcu(struct rcu_head *rcu)
{
	route_free(container_of(rcu, struct trgw_route, rcu));
}

/* The carrier is no matter of tables, in IPv6. */
static __always_inline bool is_valid(const struct trgw_route *route)
{
	return dst_check(route->to, route->cookie) && netif_carrier_ok(route->to->dev);
}

/* Whoever is here was here within a second, unless its route is gone. */
static bool has_to_stay(const struct trgw_route *route)
{
	if (time_after(jiffies, READ_ONCE(route->used) + HZ))
		return false;
	return !route->to || is_valid(route);
}

/* @to is referenced, which this takes over, or NULL. */
static void keep(struct trgw_routes *routes, struct trgw_route __rcu **place,
		 const struct trgw_route_key *key, struct dst_entry *to, u32 cookie)
{
	struct trgw_route *route = kmalloc(sizeof(*route), GFP_ATOMIC | __GFP_NOWARN);
	struct trgw_route *old = route;

	if (!route) {
		dst_release(to);
		return;
	}
	route->key = *key;
	route->to = to;
	route->cookie = cookie;
	route->used = jiffies;
	spin_lock_bh(&routes->lock);
	if (routes->open)
		old = rcu_replace_pointer(*place, route, lockdep_is_held(&routes->lock));
	spin_unlock_bh(&routes->lock);
	if (old)
		call_rcu(&old->rcu, route_free_rcu);
}

/* ---- IPv4 ---------------------------------------------------------------------- */

/* Who chooses addresses that share a place takes none from those who use it. */
static __always_inline u32 hash4(const struct iphdr *ip)
{
	return hash_32((__force u32)ip->saddr * 3 ^ (__force u32)ip->daddr, TRGW_ROUTE_BITS);
}

static __always_inline __be32 class4(const struct iphdr *ip)
{
	return (__force __be32)(u32)ip->tos;
}

static __always_inline bool is_for4(const struct trgw_route_key *key, const struct iphdr *ip,
				    u32 mark, u32 settings)
{
	return key->dst.s6_addr32[0] == ip->daddr && key->src.s6_addr32[0] == ip->saddr &&
	       key->class == class4(ip) && key->mark == mark && key->settings == settings;
}

/* These make no route expire when they change. */
static u32 settings4(struct in_device *in_dev)
{
	return IN_DEV_RPFILTER(in_dev) | (IN_DEV_SRC_VMARK(in_dev) ? SETTINGS_MARK : 0);
}

/*
 * Asked after the route was found: if the tables change afterwards, it expires;
 * if they changed between, it is not what the next hop keeps, or another one's.
 */
static bool is_of_one_hop(struct net *net, const struct sk_buff *skb,
			  const struct net_device *dev)
{
	const struct iphdr *ip = ip_hdr(skb);
	struct flowi4 flow = {
		.flowi4_iif = dev->ifindex,
		.flowi4_mark = skb->mark,
		.flowi4_scope = RT_SCOPE_UNIVERSE,
		.daddr = ip->daddr,
		.saddr = ip->saddr,
	};
	struct fib_result result = {};

	sip_ims_route_class(&flow, ip);
	if (fib_lookup(net, &flow, &result, 0) || result.type != RTN_UNICAST ||
	    !result.fi || fib_info_num_path(result.fi) != 1)
		return false;
	/* no exception, no realm */
	return rcu_access_pointer(FIB_RES_NHC(result)->nhc_rth_input) == skb_rtable(skb);
}

static bool is_kept4(struct net *net, const struct sk_buff *skb,
		     const struct net_device *dev)
{
	const struct rtable *rt = skb_rtable(skb);
	const struct dst_entry *to = &rt->dst;

#ifdef CONFIG_IP_MULTIPLE_TABLES
	if (net->ipv4.fib_rules_require_fldissect)
		return false;
#endif
	return rt->rt_type == RTN_UNICAST && rt_is_input_route(rt) && !to->error &&
	       !to->lwtstate && !to->tclassid && to->dev != dev &&
	       netif_carrier_ok(to->dev) && is_of_one_hop(net, skb, dev);
}

static void find4(struct trgw_routes *routes, struct trgw_route __rcu **place,
		  const struct trgw_route_key *key, struct sk_buff *skb,
		  struct net_device *dev)
{
	struct dst_entry *to = NULL;

	if (!sip_ims_route_input(skb, dev)) {
		if (is_kept4(dev_net(dev), skb, dev) && dst_hold_safe(skb_dst(skb)))
			to = skb_dst(skb);
		else
			skb_dst_drop(skb);
	}
	keep(routes, place, key, to, 0);
}

/* ---- IPv6 ---------------------------------------------------------------------- */

static __always_inline u64 half(const struct in6_addr *addr, unsigned int which)
{
	u64 bits;

	memcpy(&bits, addr->s6_addr + which * sizeof(bits), sizeof(bits));
	return bits;
}

static __always_inline u32 hash6(const struct ipv6hdr *ip)
{
	u64 high = half(&ip->saddr, 0) ^ half(&ip->daddr, 0);
	u64 low = half(&ip->saddr, 1) * 3 ^ half(&ip->daddr, 1);

	return hash_64(high + low, TRGW_ROUTE_BITS);
}

static __always_inline bool is_for6(const struct trgw_route_key *key,
				    const struct ipv6hdr *ip, u32 mark)
{
	return ipv6_addr_equal(&key->dst, &ip->daddr) &&
	       ipv6_addr_equal(&key->src, &ip->saddr) &&
	       key->class == ip6_flowinfo(ip) && key->mark == mark &&
	       key->settings == SETTINGS6;
}

static struct dst_entry *lookup6(struct sk_buff *skb, struct net_device *dev)
{
	const struct ipv6hdr *ip = ipv6_hdr(skb);
	struct flowi6 flow = {
		.flowi6_iif = dev->ifindex,
		.daddr = ip->daddr,
		.saddr = ip->saddr,
		.flowlabel = ip6_flowinfo(ip),
		.flowi6_mark = skb->mark,
		.flowi6_proto = ip->nexthdr,
	};

	return ip6_route_input_lookup(dev_net(dev), dev, &flow, skb,
				      RT6_LOOKUP_F_HAS_SADDR);
}

/* Of those a lookup chooses from, by what it knows of neighbours, none is kept. */
static bool is_of_one_hop6(const struct rt6_info *rt)
{
	const struct fib6_info *from = rcu_dereference(rt->from);

	return from && from->fib6_type == RTN_UNICAST && !from->nh &&
	       !READ_ONCE(from->fib6_nsiblings) &&
	       !(from->fib6_flags & RTF_ADDRCONF && from->fib6_flags & RTF_GATEWAY) &&
	       !(from->fib6_flags & RTF_EXPIRES);
}

/* A route of a processor (RTF_PCPU) is no exception. */
static bool is_kept6(struct net *net, const struct dst_entry *to,
		     const struct net_device *dev)
{
	const struct rt6_info *rt = (const struct rt6_info *)to;

#ifdef CONFIG_IPV6_MULTIPLE_TABLES
	if (net->ipv6.fib6_rules_require_fldissect)
		return false;
#endif
	return !to->error && !to->lwtstate && rt->rt6i_flags & RTF_PCPU &&
	       !(rt->rt6i_flags & (RTF_REJECT | RTF_LOCAL | RTF_ANYCAST | RTF_CACHE)) &&
	       to->dev != dev && netif_carrier_ok(to->dev) && is_of_one_hop6(rt);
}

/*
 * Found again after the cookie was read: if the tables change afterwards, that
 * is another; if they changed between, so is the route.
 */
static void find6(struct trgw_routes *routes, struct trgw_route __rcu **place,
		  const struct trgw_route_key *key, struct sk_buff *skb,
		  struct net_device *dev)
{
	struct dst_entry *to = lookup6(skb, dev), *again;
	u32 cookie = 0;

	if (is_kept6(dev_net(dev), to, dev)) {
		cookie = rt6_get_cookie((struct rt6_info *)to);
		again = lookup6(skb, dev);
		dst_release(again);
		if (again == to) {
			skb_dst_set_noref(skb, to);
			keep(routes, place, key, to, cookie);
			return;
		}
	}
	dst_release(to);
	keep(routes, place, key, NULL, 0);
}

/* ---- both ---------------------------------------------------------------------- */

static void key_of(struct trgw_route_key *key, const struct sk_buff *skb, u32 settings,
		   u8 version)
{
	memset(key, 0, sizeof(*key));
	key->mark = skb->mark;
	key->settings = settings;
	if (version == 4) {
		key->src.s6_addr32[0] = ip_hdr(skb)->saddr;
		key->dst.s6_addr32[0] = ip_hdr(skb)->daddr;
		key->class = class4(ip_hdr(skb));
	} else {
		key->src = ipv6_hdr(skb)->saddr;
		key->dst = ipv6_hdr(skb)->daddr;
		key->class = ip6_flowinfo(ipv6_hdr(skb));
	}
}

static noinline void find(struct trgw_routes *routes, struct trgw_route __rcu **place,
			  u32 settings, struct sk_buff *skb, struct net_device *dev)
{
	const struct trgw_route *route = rcu_dereference(*place);
	u8 version = settings == SETTINGS6 ? 6 : 4;
	struct trgw_route_key key;

	if (!READ_ONCE(routes->open) || (route && has_to_stay(route)))
		return;
	key_of(&key, skb, settings, version);
	if (version == 4)
		find4(routes, place, &key, skb, dev);
	else
		find6(routes, place, &key, skb, dev);
}

/* False: the route is of no use any more. */
static __always_inline bool follow(struct trgw_route *route, struct sk_buff *skb)
{
	unsigned long now = jiffies;

	if (unlikely(!route->to || !is_valid(route)))
		return false;
	if (READ_ONCE(route->used) != now)
		WRITE_ONCE(route->used, now);
	skb_dst_set_noref(skb, route->to);
	return true;
}

static __always_inline void receive4(struct trgw_routes *routes, struct sk_buff *skb,
				     struct net_device *dev)
{
	const struct iphdr *ip = ip_hdr(skb);
	struct in_device *in_dev = __in_dev_get_rcu(dev);
	struct trgw_route __rcu **place = &routes->place[hash4(ip)];
	struct trgw_route *route = rcu_dereference(*place);
	u32 settings;

	if (unlikely(!in_dev))
		return;
	settings = settings4(in_dev);
	if (unlikely(!route || !is_for4(&route->key, ip, skb->mark, settings) ||
		     !follow(route, skb)))
		find(routes, place, settings, skb, dev);
}

static __always_inline void receive6(struct trgw_routes *routes, struct sk_buff *skb,
				     struct net_device *dev)
{
	const struct ipv6hdr *ip = ipv6_hdr(skb);
	struct trgw_route __rcu **place = &routes->place[hash6(ip)];
	struct trgw_route *route = rcu_dereference(*place);

	if (unlikely(!route || !is_for6(&route->key, ip, skb->mark) ||
		     !follow(route, skb)))
		find(routes, place, SETTINGS6, skb, dev);
}

/**
 * trgw_routes_receive() - a packet of the device has passed prerouting
 * @routes: of the device
 * @skb: the packet; may get its route, and is not changed else
 * @dev: the device, which received it
 * @family: AF_INET or AF_INET6, of the packet
 *
 * Context: RCU read side.
 */
void trgw_routes_receive(struct trgw_routes *routes, struct sk_buff *skb,
			 struct net_device *dev, u16 family)
{
	/* somebody has decided already, as a transparent proxy does */
	if (unlikely(skb_dst(skb) || skb->sk))
		return;
	if (family == AF_INET)
		receive4(routes, skb, dev);
	else
		receive6(routes, skb, dev);
}

/**
 * trgw_routes_open() - the device is up: routes may be kept
 * @routes: of the device
 */
void trgw_routes_open(struct trgw_routes *routes)
{
	spin_lock_bh(&routes->lock);
	WRITE_ONCE(routes->open, true);
	spin_unlock_bh(&routes->lock);
}

/**
 * trgw_routes_close() - the device is down, or goes: none is kept any more
 * @routes: of the device
 *
 * A device that leaves its namespace goes down first.
 *
 * Context: process context, may sleep.
 */
void trgw_routes_close(struct trgw_routes *routes)
{
	unsigned int i;

	spin_lock_bh(&routes->lock);
	WRITE_ONCE(routes->open, false);
	spin_unlock_bh(&routes->lock);
	for (i = 0; i < ARRAY_SIZE(routes->place); i++) {
		struct trgw_route *route;

		route = rcu_replace_pointer(routes->place[i], NULL, true);
		if (route)
			call_rcu(&route->rcu, route_free_rcu);
	}
	rcu_barrier();
}
