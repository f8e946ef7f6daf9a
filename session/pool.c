// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port allocator: even/odd pairs of one public address in one zone.
 *
 * The free pairs stand in an array; taking one swaps a random entry with the
 * last, giving one back appends it.  Both are O(1) at any fill, the ports are
 * hard to guess, and a port that was just given back is unlikely to be the
 * next one taken, so that late packets of an old call do not meet a new one.
 * An entry that was never written is 0 and means the pair of its own index:
 * a new pool costs no loop.
 *
 * Each pair knows whom it stands for, so that an SDP that comes back with one of
 * our own public ports leads to the phone behind it and not to the router.
 *
 * All under sip_ims_net->lock.  A pool goes with its last pair, so the range
 * of the zone's settings counts again for the next one.
 */
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/slab.h>

#include <path/path.h>
#include <session/net.h>
#include <session/pool.h>
#include <session/settings.h>

/* Pairs to a chain of owners stay below 32, with a full range of ports. */
#define POOL_OWNERS	1024u

/**
 * struct pool_owner - whom a pair stands for
 * @node: in sip_ims_pool.owners
 * @call: key hash of the call it serves, 0 for none
 * @binding: what its user has of it; the even port's endpoint, as it calls
 *	itself, is there
 * @odd: the odd port's
 * @pair: number of the pair
 */
struct pool_owner {
	struct hlist_node node;
	u64 call;
	struct sip_ims_binding binding;
	struct sip_ims_endpoint odd;
	u16 pair;
};

/* One for each stream of each call. */
static_assert(sizeof(struct pool_owner) <= 128);

/**
 * struct sip_ims_pool - the pairs of one address
 * @node: in sip_ims_net.pools
 * @addr: the address
 * @zone: conntrack zone
 * @l3num: AF_INET or AF_INET6
 * @port_min: first port of pair 0, host byte order
 * @total: pairs in the range
 * @users: pairs taken
 * @owners: struct pool_owner of each pair taken, by its number
 * @count: entries used in @free
 * @free: 1 + numbers of free pairs, in no order; 0 stands for 1 + index
 */
struct sip_ims_pool {
	struct hlist_node node;
	union nf_inet_addr addr;
	u16 zone;
	u8 l3num;
	u16 port_min;
	u32 total;
	u32 users;
	struct hlist_head owners[POOL_OWNERS];
	u32 count;
	u16 free[];
};

static struct hlist_head *pool_bucket(struct sip_ims_net *sn,
				      const union nf_inet_addr *addr)
{
	return &sn->pools[jhash2(addr->all, ARRAY_SIZE(addr->all), 0) %
			  SIP_IMS_HASH_SIZE];
}

static struct sip_ims_pool *pool_find(struct sip_ims_net *sn, u16 zone, u8 l3num,
				      const union nf_inet_addr *addr)
{
	struct sip_ims_pool *pool;

	hlist_for_each_entry(pool, pool_bucket(sn, addr), node) {
		if (pool->zone == zone && pool->l3num == l3num &&
		    nf_inet_addr_cmp(&pool->addr, addr))
			return pool;
	}
	return NULL;
}

static struct sip_ims_pool *pool_new(const struct sip_ims_path *path,
				     const union nf_inet_addr *addr)
{
	struct sip_ims_net *sn = path->sn;
	struct sip_ims_settings settings;
	struct sip_ims_pool *pool;
	u32 total;

	if (sn->n_pools >= SIP_IMS_POOLS_MAX)
		return NULL;
	sip_ims_settings_copy(sn, path->zone, &settings);
	total = (settings.port_max - settings.port_min + 1) / 2;
	pool = kzalloc(struct_size(pool, free, total),
		       GFP_ATOMIC | __GFP_NOWARN);
	if (!pool)
		return NULL;

	pool->addr = *addr;
	pool->zone = path->zone;
	pool->l3num = path->l3num;
	pool->port_min = settings.port_min;
	pool->total = total;
	pool->count = total;
	hlist_add_head(&pool->node, pool_bucket(sn, addr));
	sn->n_pools++;
	return pool;
}

static void pool_drop(struct sip_ims_net *sn, struct sip_ims_pool *pool)
{
	lockdep_assert_held(&sn->lock);

	hlist_del(&pool->node);
	sn->n_pools--;
	kfree(pool);
}

static struct pool_owner *owner_find(struct sip_ims_pool *pool, u16 pair)
{
	struct pool_owner *owner;

	hlist_for_each_entry(owner, &pool->owners[pair % POOL_OWNERS], node) {
		if (owner->pair == pair)
			return owner;
	}
	return NULL;
}

static void pool_put(struct sip_ims_pool *pool, u16 pair)
{
	pool->free[pool->count++] = pair + 1;
}

/* A pair that nobody owns would be there twice, and end the pool too early. */
static int pool_disown(struct sip_ims_pool *pool, u16 pair)
{
	struct pool_owner *owner = owner_find(pool, pair);

	if (WARN_ON_ONCE(!owner))
		return -ENOENT;
	hlist_del(&owner->node);
	kfree(owner);
	pool_put(pool, pair);
	return 0;
}

static struct sip_ims_binding *
pool_own(struct sip_ims_pool *pool, u16 pair,
	 const struct sip_ims_endpoint *local, u64 call)
{
	struct pool_owner *owner = kmalloc(sizeof(*owner), GFP_ATOMIC);
	struct sip_ims_binding *binding;

	if (!owner) {
		pool_put(pool, pair);
		return ERR_PTR(-ENOMEM);
	}
	owner->call = call;
	owner->odd = local[SIP_IMS_RTCP];
	owner->pair = pair;
	binding = &owner->binding;
	binding->pool = pool;
	binding->local = local[SIP_IMS_RTP];
	binding->mapped.addr = pool->addr;
	binding->mapped.port = htons(pool->port_min + 2 * pair);
	hlist_add_head(&owner->node, &pool->owners[pair % POOL_OWNERS]);
	pool->users++;
	return binding;
}

static u16 pool_take(struct sip_ims_pool *pool)
{
	u32 last = --pool->count;
	u32 i = get_random_u32_below(last + 1);
	u16 pair = (pool->free[i] ?: i + 1) - 1;

	pool->free[i] = pool->free[last] ?: last + 1;
	return pair;
}

static struct sip_ims_pool *pool_get(const struct sip_ims_path *path,
				     const union nf_inet_addr *addr)
{
	return pool_find(path->sn, path->zone, path->l3num, addr) ?:
	       pool_new(path, addr);
}

/**
 * sip_ims_pool_take() - take a pair of ports
 * @path: gives namespace, zone and family
 * @addr: the public address
 * @local: whom it stands for, SIP_IMS_COMPONENTS entries; copied
 * @call: key hash of the call whose media it carries, 0 for anything else
 *
 * Context: bottom halves off.
 * Return: what there is to know of the pair, for its user to keep more in it:
 * list, use and l4proto are undefined.  It lives until sip_ims_pool_free().
 * An ERR_PTR(): -ENOSPC when all are taken; -ENOMEM, also with
 * SIP_IMS_POOLS_MAX pools.
 */
struct sip_ims_binding *sip_ims_pool_take(const struct sip_ims_path *path,
					  const union nf_inet_addr *addr,
					  const struct sip_ims_endpoint *local,
					  u64 call)
{
	struct sip_ims_binding *binding = ERR_PTR(-ENOMEM);
	struct sip_ims_net *sn = path->sn;
	struct sip_ims_pool *pool;

	spin_lock_bh(&sn->lock);
	pool = pool_get(path, addr);
	if (pool && !pool->count)
		binding = ERR_PTR(-ENOSPC);
	else if (pool)
		binding = pool_own(pool, pool_take(pool), local, call);
	if (pool && !pool->users)
		pool_drop(sn, pool);
	spin_unlock_bh(&sn->lock);
	return binding;
}

/**
 * sip_ims_pool_free() - give a pair back
 * @sn: the namespace
 * @pool: where it came from; freed with its last pair
 * @port: the even port, network byte order
 *
 * Context: any.
 */
void sip_ims_pool_free(struct sip_ims_net *sn, struct sip_ims_pool *pool,
		       __be16 port)
{
	spin_lock_bh(&sn->lock);
	if (!pool_disown(pool, (ntohs(port) - pool->port_min) / 2) &&
	    !--pool->users)
		pool_drop(sn, pool);
	spin_unlock_bh(&sn->lock);
}

/**
 * sip_ims_pool_find_owner() - whom one of our public ports stands for
 * @sn: the namespace
 * @zone: conntrack zone
 * @l3num: AF_INET or AF_INET6
 * @mapped: a public endpoint of that family, as the outside knows it
 * @call: key hash of the call that asks; never 0
 * @local: filled in, as the owner calls itself
 *
 * Only media of the same call: else anybody outside could lead a phone's audio
 * to another phone by naming its public port.
 *
 * Context: bottom halves off.
 * Return: 0; -ENOENT when it is none of this call's.
 */
int sip_ims_pool_find_owner(struct sip_ims_net *sn, u16 zone, u8 l3num,
			    const struct sip_ims_endpoint *mapped, u64 call,
			    struct sip_ims_endpoint *local)
{
	const struct pool_owner *owner = NULL;
	struct sip_ims_pool *pool;
	u16 port = ntohs(mapped->port);

	spin_lock_bh(&sn->lock);
	pool = pool_find(sn, zone, l3num, &mapped->addr);
	if (pool && port >= pool->port_min)
		owner = owner_find(pool, (port - pool->port_min) / 2);
	if (owner && owner->call != call)
		owner = NULL;
	if (owner)
		*local = (port - pool->port_min) % 2 ? owner->odd :
						       owner->binding.local;
	spin_unlock_bh(&sn->lock);
	return owner && local->port ? 0 : -ENOENT;
}

/**
 * sip_ims_pools_exit() - check that a namespace that goes left no pool
 * @sn: the namespace
 */
void sip_ims_pools_exit(struct sip_ims_net *sn)
{
	WARN_ON_ONCE(sn->n_pools);
}
