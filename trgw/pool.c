// SPDX-License-Identifier: GPL-2.0-only
/*
 * IPv4 addresses that are lent to IPv6 hosts which have none.
 *
 * An address is lent with the host's first packet, and goes back when neither
 * a packet nor a flow was seen for the idle time.  The one that was given back
 * first is lent first, so that an address rests as long as it can.
 */
#include <linux/netlink.h>
#include <linux/slab.h>

#include <compat/linux/workqueue.h>
#include <sip_ims/trgw.h>

/* So many hosts are looked at while the lock is held. */
#define BATCH		256

static struct trgw_settings *settings_locked(struct trgw_map *map)
{
	return rcu_dereference_protected(map->settings, lockdep_is_held(&map->lock));
}

/* Four looks in an idle time, but neither a busy loop nor a long wait */
static unsigned long sweep_period(const struct trgw_settings *settings)
{
	return clamp(settings->idle / 4, 1u, 60u) * HZ;
}

/**
 * trgw_pool_watch() - look for idle addresses from now on
 * @map: the map, locked
 * @settings: of its device
 */
void trgw_pool_watch(struct trgw_map *map, const struct trgw_settings *settings)
{
	lockdep_assert_held(&map->lock);
	sip_ims_work_in(&map->sweep, sweep_period(settings));
}

/**
 * trgw_pool_idle() - how long a lent address stays without a packet
 * @settings: of its device
 * @host: who has it
 *
 * A host that nobody ever answered may be one of many that a scan made up.
 *
 * Return: in jiffies.
 */
unsigned long trgw_pool_idle(const struct trgw_settings *settings,
			     const struct trgw_host *host)
{
	u32 idle = settings->idle;

	if (!READ_ONCE(host->answered))
		idle = min(idle, (u32)TRGW_UNANSWERED);
	return idle * (unsigned long)HZ;
}

/* ---- lending ----------------------------------------------------------------- */

static enum trgw_verdict lend_locked(struct trgw_map *map, const u8 *addr6, u8 *addr4)
{
	const struct trgw_settings *settings = settings_locked(map);
	u32 size = trgw_pool_size(settings);
	struct trgw_host *host;

	/* another processor may have been faster */
	host = trgw_map_find6(map, addr6);
	if (host) {
		memcpy(addr4, &host->addr4, sizeof(host->addr4));
		return TRGW_OK;
	}
	/* the prefix may be another one since the packet was looked at */
	if (trgw_prefix_covers(&settings->prefix, addr6) || trgw_others_cover(map, addr6))
		return TRGW_SOURCE_IN_PREFIX;
	if (map->n_lent >= size)
		return TRGW_POOL_EXHAUSTED;
	host = kzalloc(sizeof(*host), GFP_ATOMIC);
	if (!host)
		return TRGW_NO_MEMORY;
	memcpy(&host->addr6, addr6, sizeof(host->addr6));
	host->addr4 = htonl(settings->pool_first + map->free[map->free_at]);
	host->lent = true;
	host->used = jiffies;
	if (trgw_map_insert(map, host)) {
		kfree_rcu(host, rcu);
		return TRGW_NO_MEMORY;
	}
	map->free_at = (map->free_at + 1) % size;
	list_add_tail(&host->list, &map->lent);
	if (!map->n_lent++)
		trgw_pool_watch(map, settings);
	trgw_count(map, TRGW_COUNT_LENT, 1);
	memcpy(addr4, &host->addr4, sizeof(host->addr4));
	return TRGW_OK;
}

/**
 * trgw_pool_lend() - an IPv6 host borrows an IPv4 address
 * @map: the map
 * @addr6: the host, of 16 bytes
 * @addr4: where the address of 4 bytes is written
 *
 * Context: RCU read side; any context but hard interrupts.
 * Return: TRGW_OK, TRGW_SOURCE_IN_PREFIX if it is an IPv4 host of a device here,
 * TRGW_POOL_EXHAUSTED or TRGW_NO_MEMORY.
 */
enum trgw_verdict trgw_pool_lend(struct trgw_map *map, const u8 *addr6, u8 *addr4)
{
	enum trgw_verdict verdict;

	spin_lock_bh(&map->lock);
	verdict = lend_locked(map, addr6, addr4);
	spin_unlock_bh(&map->lock);
	return verdict;
}

/* ---- and back ---------------------------------------------------------------- */

/**
 * trgw_pool_return() - an address goes back
 * @map: the map, locked
 * @host: who has it, freed
 */
void trgw_pool_return(struct trgw_map *map, struct trgw_host *host)
{
	const struct trgw_settings *settings = settings_locked(map);
	u32 size = trgw_pool_size(settings);
	u32 free = size - map->n_lent;

	lockdep_assert_held(&map->lock);
	map->free[(map->free_at + free) % size] =
		(u16)(ntohl(host->addr4) - settings->pool_first);
	map->n_lent--;
	trgw_count(map, TRGW_COUNT_RETURNED, 1);
	trgw_map_remove(map, host);
}

/**
 * trgw_pool_flush() - all lent addresses go back
 * @map: the map
 *
 * Return: how many there were.
 */
u32 trgw_pool_flush(struct trgw_map *map)
{
	u32 flushed;

	spin_lock_bh(&map->lock);
	flushed = map->n_lent;
	while (!list_empty(&map->lent))
		trgw_pool_return(map, list_first_entry(&map->lent, struct trgw_host,
						       list));
	spin_unlock_bh(&map->lock);
	return flushed;
}

/* Marks who has been idle; @found is set if there is anybody. */
static void mark_idle(struct trgw_map *map, struct trgw_host *host, bool *found)
{
	unsigned long idle = trgw_pool_idle(settings_locked(map), host);

	WRITE_ONCE(host->leaving, time_after_eq(jiffies, READ_ONCE(host->used) + idle));
	*found |= host->leaving;
}

/* Takes it back from who is marked still, and idle still. */
static void return_idle(struct trgw_map *map, struct trgw_host *host, bool *found)
{
	if (!READ_ONCE(host->leaving))
		return;
	mark_idle(map, host, found);
	if (host->leaving)
		trgw_pool_return(map, host);
}

/* Every host once, the lock given back between: what is done moves to the end. */
static bool each_lent(struct trgw_map *map,
		      void (*look)(struct trgw_map *, struct trgw_host *, bool *))
{
	bool found = false;
	u32 left, batch;

	spin_lock_bh(&map->lock);
	for (left = map->n_lent; left && !list_empty(&map->lent); left -= batch) {
		for (batch = 0; batch < min_t(u32, left, BATCH) && !list_empty(&map->lent);
		     batch++) {
			struct trgw_host *host;

			host = list_first_entry(&map->lent, struct trgw_host, list);
			list_move_tail(&host->list, &map->lent);
			look(map, host, &found);
		}
		spin_unlock_bh(&map->lock);
		cond_resched();
		spin_lock_bh(&map->lock);
	}
	spin_unlock_bh(&map->lock);
	return found;
}

/**
 * trgw_pool_sweep() - take back what nobody uses
 * @work: of the map
 *
 * Who was idle is asked for in the flows first: a flow that rests must not
 * wake up as somebody else's.
 *
 * Context: process context.
 */
void trgw_pool_sweep(struct work_struct *work)
{
	struct trgw_map *map = container_of(to_delayed_work(work), struct trgw_map,
					    sweep);

	if (each_lent(map, mark_idle)) {
		trgw_flows_keep(map);
		each_lent(map, return_idle);
	}
	spin_lock_bh(&map->lock);
	if (map->n_lent)
		trgw_pool_watch(map, settings_locked(map));
	spin_unlock_bh(&map->lock);
}
