// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which lent addresses conntrack still knows.
 */
#include <net/netfilter/nf_conntrack.h>

#include <sip_ims/trgw.h>

/* It is in use: the idle time begins anew. */
static void keep(struct trgw_host *host)
{
	if (!host || !READ_ONCE(host->leaving))
		return;
	WRITE_ONCE(host->used, jiffies);
	WRITE_ONCE(host->leaving, false);
}

static void keep4(struct trgw_map *map, const struct nf_conntrack_tuple *tuple)
{
	keep(trgw_map_find4(map, (const u8 *)&tuple->src.u3.ip));
	keep(trgw_map_find4(map, (const u8 *)&tuple->dst.u3.ip));
}

/* The leg on the other side: between a host and one inside of the prefix */
static void keep6(struct trgw_map *map, const struct nf_conntrack_tuple *tuple)
{
	const struct trgw_settings *settings = rcu_dereference(map->settings);
	const u8 *src = tuple->src.u3.in6.s6_addr, *dst = tuple->dst.u3.in6.s6_addr;

	if (trgw_prefix_covers(&settings->prefix, dst))
		keep(trgw_map_find6(map, src));
	else if (trgw_prefix_covers(&settings->prefix, src))
		keep(trgw_map_find6(map, dst));
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

/**
 * trgw_flows_keep() - hosts with a flow keep their lent address
 * @map: the map, some of whose hosts are marked as leaving
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
	nf_ct_iterate_cleanup_net(look, &data);
	put_net(data.net);
}
