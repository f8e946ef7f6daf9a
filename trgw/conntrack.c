// SPDX-License-Identifier: GPL-2.0-only
/*
 * Assigned addresses that flows and expectations of conntrack still refer to.
 */
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_expect.h>

#include "conntrack.h"

/* Restarts the idle time of a host in use. */
static void refresh_host(struct trgw_host *host)
{
	if (!host || !READ_ONCE(host->expiring))
		return;
	WRITE_ONCE(host->used, jiffies);
	WRITE_ONCE(host->expiring, false);
}

static void refresh_address(struct trgw_map *map, u16 family,
			    const union nf_inet_addr *addr)
{
	if (family == NFPROTO_IPV4)
		refresh_host(trgw_map_find4(map, (const u8 *)&addr->ip));
	else if (family == NFPROTO_IPV6)
		refresh_host(trgw_map_find6(map, addr->in6.s6_addr));
}

static void refresh_tuple4(struct trgw_map *map,
			   const struct nf_conntrack_tuple *tuple)
{
	refresh_address(map, NFPROTO_IPV4, &tuple->src.u3);
	refresh_address(map, NFPROTO_IPV4, &tuple->dst.u3);
}

/* The IPv6 leg: a flow between a host and an address inside the prefix */
static void refresh_tuple6(struct trgw_map *map,
			   const struct nf_conntrack_tuple *tuple)
{
	const struct trgw_settings *settings = rcu_dereference(map->settings);
	const struct trgw_prefix *prefix = &settings->prefix;

	if (trgw_prefix_covers(prefix, tuple->dst.u3.in6.s6_addr))
		refresh_address(map, NFPROTO_IPV6, &tuple->src.u3);
	else if (trgw_prefix_covers(prefix, tuple->src.u3.in6.s6_addr))
		refresh_address(map, NFPROTO_IPV6, &tuple->dst.u3);
}

/* Always returns 0: the iteration must not delete any flow. */
static int refresh_flow(struct nf_conn *ct, void *data)
{
	struct trgw_map *map = data;
	int dir;

	rcu_read_lock();
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++) {
		if (nf_ct_l3num(ct) == NFPROTO_IPV4)
			refresh_tuple4(map, &ct->tuplehash[dir].tuple);
		else if (nf_ct_l3num(ct) == NFPROTO_IPV6)
			refresh_tuple6(map, &ct->tuplehash[dir].tuple);
	}
	rcu_read_unlock();
	return 0;
}

/* A pinhole may leave either end open, so each address it names counts. */
static void refresh_expectation(struct trgw_map *map,
				const struct nf_conntrack_expect *exp)
{
	u16 family = exp->tuple.src.l3num;

	refresh_address(map, family, &exp->tuple.src.u3);
	refresh_address(map, family, &exp->tuple.dst.u3);
#if IS_ENABLED(CONFIG_NF_NAT)
	/* The host to which a pinhole at a public address leads. */
	refresh_address(map, family, &exp->saved_addr);
#endif
}

/*
 * All namespaces together have nf_ct_expect_max expectations at most. One that
 * is added meanwhile comes from a packet of the host or its peer, which has
 * refreshed the host itself.
 */
static void refresh_expectations(struct trgw_map *map, const struct net *net)
{
	const struct nf_conntrack_expect *exp;
	unsigned int bucket;

	for (bucket = 0; bucket < nf_ct_expect_hsize; bucket++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(exp, &nf_ct_expect_hash[bucket],
					 hnode) {
			if (net_eq(nf_ct_net(exp->master), net))
				refresh_expectation(map, exp);
		}
		rcu_read_unlock();
		cond_resched();
	}
}

/**
 * trgw_conntrack_refresh() - keep the addresses that conntrack refers to
 * @map: the map, some of whose hosts are marked as expiring
 *
 * Hosts with a flow or an expectation are no longer expiring. Expectations
 * count because the helper opens pinholes minutes before media arrives. Does
 * nothing if the namespace is being destroyed.
 *
 * Context: process context, may sleep.
 */
void trgw_conntrack_refresh(struct trgw_map *map)
{
	struct nf_ct_iter_data data = { .data = map };

	rcu_read_lock();
	data.net = maybe_get_net(dev_net(map->dev));
	rcu_read_unlock();
	if (!data.net)
		return;
	/*
	 * Expectations before flows: one that turns into a flow meanwhile is
	 * found as a flow.
	 */
	refresh_expectations(map, data.net);
	nf_ct_iterate_cleanup_net(refresh_flow, &data);
	put_net(data.net);
}
