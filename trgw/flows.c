// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which lent addresses conntrack still knows, of flows and expectations.
 */
#include <net/netfilter/nf_conntrack.h>
#include <net/netfilter/nf_conntrack_expect.h>

#include <sip_ims/trgw.h>

/* It is in use: the idle time begins anew. */
static void keep(struct trgw_host *host)
{
	if (!host || !READ_ONCE(host->leaving))
		return;
	WRITE_ONCE(host->used, jiffies);
	WRITE_ONCE(host->leaving, false);
}

static void keep_any(struct trgw_map *map, u16 family, const union nf_inet_addr *addr)
{
	if (family == NFPROTO_IPV4)
		keep(trgw_map_find4(map, (const u8 *)&addr->ip));
	else if (family == NFPROTO_IPV6)
		keep(trgw_map_find6(map, addr->in6.s6_addr));
}

/* ---- flows -------------------------------------------------------------------- */

static void keep4(struct trgw_map *map, const struct nf_conntrack_tuple *tuple)
{
	keep_any(map, NFPROTO_IPV4, &tuple->src.u3);
	keep_any(map, NFPROTO_IPV4, &tuple->dst.u3);
}

/* The leg on the other side: between a host and one inside of the prefix */
static void keep6(struct trgw_map *map, const struct nf_conntrack_tuple *tuple)
{
	const struct trgw_settings *settings = rcu_dereference(map->settings);

	if (trgw_prefix_covers(&settings->prefix, tuple->dst.u3.in6.s6_addr))
		keep_any(map, NFPROTO_IPV6, &tuple->src.u3);
	else if (trgw_prefix_covers(&settings->prefix, tuple->src.u3.in6.s6_addr))
		keep_any(map, NFPROTO_IPV6, &tuple->dst.u3);
}

/* 0: the flow stays, whatever this finds. */
static int look(struct nf_conn *ct, void *data)
{
	struct trgw_map *map = data;
	int dir;

	rcu_read_lock();
	for (dir = 0; dir < IP_CT_DIR_MAX; dir++) {
		if (nf_ct_l3num(ct) == NFPROTO_IPV4)
			keep4(map, &ct->tuplehash[dir].tuple);
		else if (nf_ct_l3num(ct) == NFPROTO_IPV6)
			keep6(map, &ct->tuplehash[dir].tuple);
	}
	rcu_read_unlock();
	return 0;
}

/* ---- expectations --------------------------------------------------------------- */

/* Either end may be left open in a pinhole, so any that is named counts. */
static void look_expected(struct trgw_map *map, const struct nf_conntrack_expect *exp)
{
	u16 family = exp->tuple.src.l3num;

	keep_any(map, family, &exp->tuple.src.u3);
	keep_any(map, family, &exp->tuple.dst.u3);
#if IS_ENABLED(CONFIG_NF_NAT)
	/* whom a pinhole at a public address is for */
	keep_any(map, family, &exp->saved_addr);
#endif
}

/*
 * There are nf_ct_expect_max of them at most, in all namespaces.  One that
 * comes while this looks was made by a packet of the host, or of its peer.
 */
static void look_at_expectations(struct trgw_map *map, const struct net *net)
{
	const struct nf_conntrack_expect *exp;
	unsigned int bucket;

	for (bucket = 0; bucket < nf_ct_expect_hsize; bucket++) {
		rcu_read_lock();
		hlist_for_each_entry_rcu(exp, &nf_ct_expect_hash[bucket], hnode) {
			if (net_eq(nf_ct_net(exp->master), net))
				look_expected(map, exp);
		}
		rcu_read_unlock();
		cond_resched();
	}
}

/**
 * trgw_flows_keep() - hosts with a flow, or a pinhole, keep their lent address
 * @map: the map, some of whose hosts are marked as leaving
 *
 * A helper opens pinholes minutes before media comes.
 *
 * Of a namespace that is going away nothing is asked.
 *
 * Context: process context, may sleep.
 */
void trgw_flows_keep(struct trgw_map *map)
{
	struct nf_ct_iter_data data = { .data = map };

	rcu_read_lock();
	data.net = maybe_get_net(dev_net(map->dev));
	rcu_read_unlock();
	if (!data.net)
		return;
	/*
	 * What was expected may have come meanwhile: then it is a flow, and is
	 * looked at afterwards.
	 */
	look_at_expectations(map, data.net);
	nf_ct_iterate_cleanup_net(look, &data);
	put_net(data.net);
}
