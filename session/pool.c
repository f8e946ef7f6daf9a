// SPDX-License-Identifier: GPL-2.0-only
/*
 * The port allocator: pairs of one public address in one zone.
 *
 * The free pairs are in an array.  Taking one moves the last entry to a random
 * place and returns the pair that was there; a released pair is appended.  Both
 * are O(1) however many pairs are taken, and the ports are hard to guess.  A
 * pair that was just released is unlikely to be taken next, so late packets of
 * an old call do not reach a new one.  An entry that was never written is 0 and
 * stands for the pair of its own index, so that a new pool needs no loop.
 *
 * Each pair has an owner: the endpoint that it translates to.  An SDP from
 * outside that names a public port of this router is thereby led to the phone
 * that has the port.
 *
 * Everything is protected by sip_ims_net.lock.  A pool is freed with its last
 * pair, so that the next one has the range of the current settings.
 */
#include <linux/jhash.h>
#include <linux/random.h>
#include <linux/slab.h>

#include <path/path.h>
#include <session/net.h>
#include <session/pool.h>
#include <session/settings.h>

/* With all 32,256 pairs above port 1023 taken, a bucket has at most 32. */
#define POOL_OWNERS	1024u

/**
 * struct pool_owner - the owner of a pair
 * @node: in sip_ims_pool.owners
 * @call: hash in the key of the call whose media the pair carries; 0 for none
 * @binding: the part that the user of the pair refers to; its @local is the
 *	endpoint of the even port
 * @odd: endpoint of the odd port, as its host knows it; port 0 for none
 * @pair: number of the pair
 */
struct pool_owner {
	struct hlist_node node;
	u64 call;
	struct sip_ims_binding binding;
	struct sip_ims_endpoint odd;
	u16 pair;
};

/* There is one for each stream of each call. */
static_assert(sizeof(struct pool_owner) <= 128);

/**
 * struct sip_ims_pool - the pairs of one public address
 * @node: in sip_ims_net.pools
 * @addr: the address
 * @zone: conntrack zone
 * @l3num: AF_INET or AF_INET6
 * @port_min: even port of pair 0, host byte order
 * @total: number of pairs
 * @users: number of pairs that are taken; the pool is freed when it becomes 0
 * @owners: struct pool_owner of each pair that is taken, by number of the pair
 * @count: number of entries used in @free
 * @free: 1 + number of each free pair, in any order; 0 stands for 1 + index
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

static struct sip_ims_pool *pool_find(struct sip_ims_net *sn, u16 zone,
				      u8 l3num, const union nf_inet_addr *addr)
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

/* A pair without owner is free already; appended twice, it would overflow. */
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
 * @path: path of the packet; has namespace, zone and family
 * @addr: the public address
 * @local: the endpoints that the pair translates to, SIP_IMS_COMPONENTS
 *	entries; copied
 * @call: hash in the key of the call whose media the pair carries; 0 for
 *	anything else
 *
 * Context: any, without sip_ims_net.lock.
 * Return: the binding of the pair, valid until sip_ims_pool_free(), which must
 * follow once; the caller may use its @list, @use and @l4proto, which are
 * undefined.  An ERR_PTR(): -ENOSPC when all pairs are taken; -ENOMEM, also
 * when there are SIP_IMS_POOLS_MAX pools.
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
 * sip_ims_pool_free() - release a pair of ports
 * @sn: the namespace
 * @pool: pool of the pair; freed with its last pair
 * @port: even port of the pair, network byte order
 *
 * The binding of the pair is freed.
 *
 * Context: any, without sip_ims_net.lock.
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
 * sip_ims_pool_find_owner() - find the endpoint that a public port stands for
 * @sn: the namespace
 * @zone: conntrack zone
 * @l3num: AF_INET or AF_INET6
 * @mapped: a public endpoint of that family, even or odd port
 * @call: hash in the key of the call whose SDP names @mapped
 * @local: filled in with the endpoint as its host knows it; undefined after an
 *	error
 *
 * Only ports of the same call are found.  Otherwise an outside host could lead
 * the media of one phone to any other phone by naming its public port.
 *
 * Context: any, without sip_ims_net.lock.
 * Return: 0; -ENOENT when the port is not one of this call.
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
 * sip_ims_pools_exit() - check that all pools of a namespace are freed
 * @sn: the namespace, which is being removed; it has no sessions
 *
 * Context: any.
 */
void sip_ims_pools_exit(struct sip_ims_net *sn)
{
	WARN_ON_ONCE(sn->n_pools);
}
