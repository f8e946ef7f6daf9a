// SPDX-License-Identifier: GPL-2.0-only
/*
 * Assignment of pool addresses to IPv6 hosts.
 *
 * A host is assigned an address with its first packet, and the address is
 * released when neither a packet nor a flow has used it for the idle time.
 */
#include "assign.h"
#include "conflict.h"
#include "conntrack.h"
#include "pool.h"

#define SWEEP_BATCH	256	/* hosts looked at while the lock is held */

static enum trgw_verdict assign_locked(struct trgw_map *map, const u8 *addr6,
				       __be32 *addr4)
{
	const struct trgw_settings *settings = trgw_map_settings(map);
	const struct trgw_host *host;

	/* Another CPU may have assigned one meanwhile. */
	host = trgw_map_find6(map, addr6);
	if (host) {
		*addr4 = host->addr4;
		return TRGW_OK;
	}
	/* The prefix may have changed since the packet was checked. */
	if (trgw_prefix_covers(&settings->prefix, addr6) ||
	    trgw_conflict_covers(map, addr6))
		return TRGW_SOURCE_IN_PREFIX;
	return trgw_pool_take(map, addr6, addr4);
}

/**
 * trgw_assign_address() - assign an IPv4 address to an IPv6 host
 * @map: the map
 * @addr6: the host, of 16 bytes
 * @addr4: filled in: its address, of 4 bytes
 *
 * Context: RCU read side; any context but hard interrupts.
 * Return: TRGW_OK; TRGW_SOURCE_IN_PREFIX if @addr6 is an IPv4 host of a device
 * of the namespace; TRGW_POOL_EXHAUSTED or TRGW_NO_MEMORY.
 */
enum trgw_verdict trgw_assign_address(struct trgw_map *map, const u8 *addr6,
				      u8 *addr4)
{
	enum trgw_verdict verdict;
	__be32 address;

	spin_lock_bh(&map->lock);
	verdict = assign_locked(map, addr6, &address);
	spin_unlock_bh(&map->lock);
	if (verdict == TRGW_OK)
		memcpy(addr4, &address, sizeof(address));
	return verdict;
}

static void mark_idle(struct trgw_map *map, struct trgw_host *host, bool *found)
{
	unsigned long idle = trgw_pool_idle(trgw_map_settings(map), host);

	WRITE_ONCE(host->expiring,
		   time_after_eq(jiffies, READ_ONCE(host->used) + idle));
	*found |= host->expiring;
}

/* Releases the address of a host that is still marked and still idle. */
static void release_idle(struct trgw_map *map, struct trgw_host *host,
			 bool *found)
{
	if (!READ_ONCE(host->expiring))
		return;
	mark_idle(map, host, found);
	if (host->expiring)
		trgw_pool_release(map, host);
}

/*
 * Calls @visit for each assigned host once. Visited hosts move to the end of
 * the list, so that the lock can be dropped between two batches.
 */
static bool visit_assigned(struct trgw_map *map,
			   void (*visit)(struct trgw_map *map,
					 struct trgw_host *host, bool *found))
{
	struct list_head *list = &map->assigned_hosts;
	bool found = false;
	u32 left, batch;

	spin_lock_bh(&map->lock);
	for (left = map->n_assigned; left && !list_empty(list); left -= batch) {
		for (batch = 0; batch < min_t(u32, left, SWEEP_BATCH) &&
		     !list_empty(list); batch++) {
			struct trgw_host *host;

			host = list_first_entry(list, struct trgw_host, list);
			list_move_tail(&host->list, list);
			visit(map, host, &found);
		}
		spin_unlock_bh(&map->lock);
		cond_resched();
		spin_lock_bh(&map->lock);
	}
	spin_unlock_bh(&map->lock);
	return found;
}

/**
 * trgw_assign_sweep() - release addresses that are not in use
 * @work: of the map
 *
 * Conntrack is searched for idle hosts before their addresses are released:
 * otherwise the next packet of a resting flow would come from another host.
 *
 * Context: process context.
 */
void trgw_assign_sweep(struct work_struct *work)
{
	struct trgw_map *map = container_of(to_delayed_work(work),
					    struct trgw_map, sweep);

	if (visit_assigned(map, mark_idle)) {
		trgw_conntrack_refresh(map);
		visit_assigned(map, release_idle);
	}
	spin_lock_bh(&map->lock);
	if (map->n_assigned)
		trgw_pool_schedule_sweep(map, trgw_map_settings(map));
	spin_unlock_bh(&map->lock);
}

/**
 * trgw_assign_init() - prepare a new map for assignments
 * @map: the map
 */
void trgw_assign_init(struct trgw_map *map)
{
	INIT_DELAYED_WORK(&map->sweep, trgw_assign_sweep);
}

/**
 * trgw_assign_stop() - stop releasing idle addresses
 * @map: of a device that no packet reaches any more
 *
 * Context: process context, may sleep.
 */
void trgw_assign_stop(struct trgw_map *map)
{
	cancel_delayed_work_sync(&map->sweep);
}
