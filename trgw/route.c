// SPDX-License-Identifier: GPL-2.0-only
/*
 * Routes of the packets that leave the device.
 *
 * A packet has been routed to the device, and the stack would route it again
 * for its second leg. The device caches that second route for all packets with
 * equal addresses, mark and traffic class, as long as no route and no rule
 * changes. It sets the route in the receive handler of layer 3 devices
 * (l3mdev), which the stack calls after all prerouting hooks, when addresses
 * and mark are final.
 *
 * A route is cached only if every packet with the same key is sure to get it:
 * it has one next hop, no exception, and leads to another device. The stack
 * routes all other packets itself, among them local ones and those that it has
 * to drop.
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

#include "route.h"

/**
 * struct trgw_route_key - input of a route lookup, apart from the tables
 * @src: source address after prerouting; IPv4 in the first word
 * @dst: destination address, likewise
 * @class: IPv4: type of service; IPv6: traffic class and flow label
 * @mark: of the packet
 * @settings: IPv4: of the device, see get_settings4(); IPv6: SETTINGS6
 */
struct trgw_route_key {
	struct in6_addr src;
	struct in6_addr dst;
	__be32 class;
	u32 mark;
	u32 settings;
};

#define SETTINGS_MARK	0x100		/* src_valid_mark is set */
#define SETTINGS6	0x80000000	/* keeps keys of the families apart */

/**
 * struct trgw_route - result of a lookup; replaced, never changed except @used
 * @key: input of the lookup
 * @to: the route, referenced; NULL if it must not be cached
 * @cookie: of the route, when it was looked up
 * @used: jiffies of the last packet; without a route, of the lookup
 * @rcu: for freeing it
 */
struct trgw_route {
	struct trgw_route_key key;
	struct dst_entry *to;
	u32 cookie;
	unsigned long used;
	struct rcu_head rcu;
};

static void free_route(struct trgw_route *route)
{
	dst_release(route->to);		/* or NULL */
	kfree(route);
}

static void free_route_rcu(struct rcu_head *rcu)
{
	free_route(container_of(rcu, struct trgw_route, rcu));
}

/* In IPv6, a lost carrier does not invalidate routes. */
static __always_inline bool is_valid(const struct trgw_route *route)
{
	return dst_check(route->to, route->cookie) &&
	       netif_carrier_ok(route->to->dev);
}

/* Do not replace an entry younger than a second unless its route is dead. */
static bool must_stay(const struct trgw_route *route)
{
	if (time_after(jiffies, READ_ONCE(route->used) + HZ))
		return false;
	return !route->to || is_valid(route);
}

/* Stores the result of a lookup. Takes over the reference to @to, or NULL. */
static void cache_route(struct trgw_routes *routes,
			struct trgw_route __rcu **place,
			const struct trgw_route_key *key, struct dst_entry *to,
			u32 cookie)
{
	struct trgw_route *route, *old;

	route = kmalloc(sizeof(*route), GFP_ATOMIC | __GFP_NOWARN);
	old = route;
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
		old = rcu_replace_pointer(*place, route,
					  lockdep_is_held(&routes->lock));
	spin_unlock_bh(&routes->lock);
	if (old)
		call_rcu(&old->rcu, free_route_rcu);
}

/* ---- IPv4 ---- */

/*
 * The hash has no secret: addresses chosen to collide cannot evict entries in
 * use, see must_stay().
 */
static __always_inline u32 hash4(const struct iphdr *ip)
{
	return hash_32((__force u32)ip->saddr * 3 ^ (__force u32)ip->daddr,
		       TRGW_ROUTE_BITS);
}

static __always_inline __be32 get_class4(const struct iphdr *ip)
{
	return (__force __be32)(u32)ip->tos;
}

static __always_inline bool matches4(const struct trgw_route_key *key,
				     const struct iphdr *ip, u32 mark,
				     u32 settings)
{
	return key->dst.s6_addr32[0] == ip->daddr &&
	       key->src.s6_addr32[0] == ip->saddr &&
	       key->class == get_class4(ip) && key->mark == mark &&
	       key->settings == settings;
}

/* Settings of the device that do not invalidate routes when they change */
static u32 get_settings4(struct in_device *in_dev)
{
	return IN_DEV_RPFILTER(in_dev) |
	       (IN_DEV_SRC_VMARK(in_dev) ? SETTINGS_MARK : 0);
}

/*
 * Looks the packet up again, after its route was found. If the tables change
 * later, the route is invalidated; if they changed in between, the next hop
 * found here does not own the route.
 */
static bool has_one_hop4(struct net *net, const struct sk_buff *skb,
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

	sip_ims_flow4_set_tos(&flow, ip);
	if (fib_lookup(net, &flow, &result, 0) || result.type != RTN_UNICAST ||
	    !result.fi || fib_info_num_path(result.fi) != 1)
		return false;
	/* Exceptions and realms have routes of their own. */
	return rcu_access_pointer(FIB_RES_NHC(result)->nhc_rth_input) ==
	       skb_rtable(skb);
}

static bool is_cacheable4(struct net *net, const struct sk_buff *skb,
			  const struct net_device *dev)
{
	const struct rtable *rt = skb_rtable(skb);
	const struct dst_entry *to = &rt->dst;

#ifdef CONFIG_IP_MULTIPLE_TABLES
	if (net->ipv4.fib_rules_require_fldissect)
		return false;
#endif
	return rt->rt_type == RTN_UNICAST && rt_is_input_route(rt) &&
	       !to->error && !to->lwtstate && !to->tclassid && to->dev != dev &&
	       netif_carrier_ok(to->dev) && has_one_hop4(net, skb, dev);
}

static void find_route4(struct trgw_routes *routes,
			struct trgw_route __rcu **place,
			const struct trgw_route_key *key, struct sk_buff *skb,
			struct net_device *dev)
{
	struct dst_entry *to = NULL;

	if (!sip_ims_route4_input(skb, dev)) {
		if (is_cacheable4(dev_net(dev), skb, dev) &&
		    dst_hold_safe(skb_dst(skb)))
			to = skb_dst(skb);
		else
			skb_dst_drop(skb);
	}
	cache_route(routes, place, key, to, 0);
}

/* ---- IPv6 ---- */

static __always_inline u64 get_half(const struct in6_addr *addr,
				    unsigned int which)
{
	u64 bits;

	memcpy(&bits, addr->s6_addr + which * sizeof(bits), sizeof(bits));
	return bits;
}

static __always_inline u32 hash6(const struct ipv6hdr *ip)
{
	u64 high = get_half(&ip->saddr, 0) ^ get_half(&ip->daddr, 0);
	u64 low = get_half(&ip->saddr, 1) * 3 ^ get_half(&ip->daddr, 1);

	return hash_64(high + low, TRGW_ROUTE_BITS);
}

static __always_inline bool matches6(const struct trgw_route_key *key,
				     const struct ipv6hdr *ip, u32 mark)
{
	return ipv6_addr_equal(&key->dst, &ip->daddr) &&
	       ipv6_addr_equal(&key->src, &ip->saddr) &&
	       key->class == ip6_flowinfo(ip) && key->mark == mark &&
	       key->settings == SETTINGS6;
}

static struct dst_entry *lookup_route6(struct sk_buff *skb,
				       struct net_device *dev)
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

/* Excludes routes among which a lookup chooses by the state of neighbours. */
static bool has_one_hop6(const struct rt6_info *rt)
{
	const struct fib6_info *from = rcu_dereference(rt->from);

	return from && from->fib6_type == RTN_UNICAST && !from->nh &&
	       !READ_ONCE(from->fib6_nsiblings) &&
	       !(from->fib6_flags & RTF_ADDRCONF &&
		 from->fib6_flags & RTF_GATEWAY) &&
	       !(from->fib6_flags & RTF_EXPIRES);
}

/* A per-CPU route (RTF_PCPU) is not an exception. */
static bool is_cacheable6(struct net *net, const struct dst_entry *to,
			  const struct net_device *dev)
{
	const struct rt6_info *rt = (const struct rt6_info *)to;

#ifdef CONFIG_IPV6_MULTIPLE_TABLES
	if (net->ipv6.fib6_rules_require_fldissect)
		return false;
#endif
	return !to->error && !to->lwtstate && rt->rt6i_flags & RTF_PCPU &&
	       !(rt->rt6i_flags &
		 (RTF_REJECT | RTF_LOCAL | RTF_ANYCAST | RTF_CACHE)) &&
	       to->dev != dev && netif_carrier_ok(to->dev) && has_one_hop6(rt);
}

/*
 * Looks the packet up again, after the cookie was read. If the tables change
 * later, the cookie changes; if they changed in between, the route differs.
 */
static void find_route6(struct trgw_routes *routes,
			struct trgw_route __rcu **place,
			const struct trgw_route_key *key, struct sk_buff *skb,
			struct net_device *dev)
{
	struct dst_entry *to = lookup_route6(skb, dev), *again;
	u32 cookie = 0;

	if (is_cacheable6(dev_net(dev), to, dev)) {
		cookie = rt6_get_cookie((struct rt6_info *)to);
		again = lookup_route6(skb, dev);
		dst_release(again);
		if (again == to) {
			skb_dst_set_noref(skb, to);
			cache_route(routes, place, key, to, cookie);
			return;
		}
	}
	dst_release(to);
	cache_route(routes, place, key, NULL, 0);
}

/* ---- both ---- */

static void make_key(struct trgw_route_key *key, const struct sk_buff *skb,
		     u32 settings, u8 version)
{
	memset(key, 0, sizeof(*key));
	key->mark = skb->mark;
	key->settings = settings;
	if (version == 4) {
		key->src.s6_addr32[0] = ip_hdr(skb)->saddr;
		key->dst.s6_addr32[0] = ip_hdr(skb)->daddr;
		key->class = get_class4(ip_hdr(skb));
	} else {
		key->src = ipv6_hdr(skb)->saddr;
		key->dst = ipv6_hdr(skb)->daddr;
		key->class = ip6_flowinfo(ipv6_hdr(skb));
	}
}

static noinline void find_route(struct trgw_routes *routes,
				struct trgw_route __rcu **place, u32 settings,
				struct sk_buff *skb, struct net_device *dev)
{
	const struct trgw_route *route = rcu_dereference(*place);
	u8 version = settings == SETTINGS6 ? 6 : 4;
	struct trgw_route_key key;

	if (!READ_ONCE(routes->open) || (route && must_stay(route)))
		return;
	make_key(&key, skb, settings, version);
	if (version == 4)
		find_route4(routes, place, &key, skb, dev);
	else
		find_route6(routes, place, &key, skb, dev);
}

/* Sets the cached route of a packet; false if it is not valid any more. */
static __always_inline bool set_route(struct trgw_route *route,
				      struct sk_buff *skb)
{
	unsigned long now = jiffies;

	if (unlikely(!route->to || !is_valid(route)))
		return false;
	if (READ_ONCE(route->used) != now)
		WRITE_ONCE(route->used, now);
	skb_dst_set_noref(skb, route->to);
	return true;
}

static __always_inline void route_packet4(struct trgw_routes *routes,
					  struct sk_buff *skb,
					  struct net_device *dev)
{
	const struct iphdr *ip = ip_hdr(skb);
	struct in_device *in_dev = __in_dev_get_rcu(dev);
	struct trgw_route __rcu **place = &routes->place[hash4(ip)];
	struct trgw_route *route = rcu_dereference(*place);
	u32 settings;

	if (unlikely(!in_dev))
		return;
	settings = get_settings4(in_dev);
	if (unlikely(!route ||
		     !matches4(&route->key, ip, skb->mark, settings) ||
		     !set_route(route, skb)))
		find_route(routes, place, settings, skb, dev);
}

static __always_inline void route_packet6(struct trgw_routes *routes,
					  struct sk_buff *skb,
					  struct net_device *dev)
{
	const struct ipv6hdr *ip = ipv6_hdr(skb);
	struct trgw_route __rcu **place = &routes->place[hash6(ip)];
	struct trgw_route *route = rcu_dereference(*place);

	if (unlikely(!route || !matches6(&route->key, ip, skb->mark) ||
		     !set_route(route, skb)))
		find_route(routes, place, SETTINGS6, skb, dev);
}

/**
 * trgw_route_packet() - set the route of a packet that has passed prerouting
 * @routes: of the device
 * @skb: the packet; may get its route, and does not change otherwise
 * @dev: the device, which received it
 * @family: AF_INET or AF_INET6, of the packet
 *
 * Leaves the packet to the stack if its route is not cached and must not be.
 *
 * Context: RCU read side.
 */
void trgw_route_packet(struct trgw_routes *routes, struct sk_buff *skb,
		       struct net_device *dev, u16 family)
{
	/* Already decided, as by a transparent proxy. */
	if (unlikely(skb_dst(skb) || skb->sk))
		return;
	if (family == AF_INET)
		route_packet4(routes, skb, dev);
	else
		route_packet6(routes, skb, dev);
}

/**
 * trgw_routes_init() - initialise the routes of a new device
 * @routes: zeroed
 */
void trgw_routes_init(struct trgw_routes *routes)
{
	spin_lock_init(&routes->lock);
}

/**
 * trgw_routes_open() - begin to cache routes, when the device goes up
 * @routes: of the device
 */
void trgw_routes_open(struct trgw_routes *routes)
{
	spin_lock_bh(&routes->lock);
	WRITE_ONCE(routes->open, true);
	spin_unlock_bh(&routes->lock);
}

/**
 * trgw_routes_close() - drop all routes, when the device goes down
 * @routes: of the device
 *
 * A device goes down before it leaves its namespace, so no route outlives it.
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
			call_rcu(&route->rcu, free_route_rcu);
	}
	rcu_barrier();
}
