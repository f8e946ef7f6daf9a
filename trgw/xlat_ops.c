// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations for the helper: queries for address pairs.
 */
#include "assign.h"
#include "pool.h"
#include "private.h"
#include "xlat_ops.h"

static struct trgw_map *map_of(const struct net_device *dev)
{
	const struct trgw_device *device = netdev_priv(dev);

	return device->map;
}

static enum trgw_holder get_address4(const struct net_device *dev,
				     const u8 *addr6, u8 *addr4)
{
	struct trgw_map *map = map_of(dev);
	const struct trgw_settings *settings = rcu_dereference(map->settings);
	const struct trgw_host *host;

	if (trgw_prefix_covers(&settings->prefix, addr6))
		return trgw_prefix_extract(&settings->prefix, addr6, addr4) &&
		       !trgw_is_martian4(addr4) ? TRGW_HOLDER_EMBEDDED :
					       TRGW_HOLDER_NONE;
	host = trgw_map_find6(map, addr6);
	if (!host)
		return TRGW_HOLDER_NONE;
	memcpy(addr4, &host->addr4, sizeof(host->addr4));
	return host->assigned ? TRGW_HOLDER_ASSIGNED : TRGW_HOLDER_STATIC;
}

/* Half of the pool is reserved for hosts that have sent a packet. */
static bool may_assign_early(struct trgw_map *map,
			     const struct trgw_settings *settings)
{
	return READ_ONCE(map->n_assigned) < trgw_pool_size(settings) / 2;
}

static enum trgw_holder assign_address4(const struct net_device *dev,
					const u8 *addr6, bool early, u8 *addr4)
{
	struct trgw_map *map = map_of(dev);
	const struct trgw_settings *settings = rcu_dereference(map->settings);
	enum trgw_holder holder = get_address4(dev, addr6, addr4);

	if (holder || !(dev->flags & IFF_UP) || trgw_is_martian6(addr6) ||
	    trgw_prefix_covers(&settings->prefix, addr6) ||
	    (early && !may_assign_early(map, settings)))
		return holder;
	return trgw_assign_address(map, addr6, addr4) == TRGW_OK ?
	       TRGW_HOLDER_ASSIGNED : TRGW_HOLDER_NONE;
}

static bool get_address6(const struct net_device *dev, const u8 *addr4,
			 u8 *addr6)
{
	struct trgw_map *map = map_of(dev);
	const struct trgw_settings *settings = rcu_dereference(map->settings);
	const struct trgw_host *host = trgw_map_find4(map, addr4);
	__be32 address;

	if (host) {
		memcpy(addr6, &host->addr6, sizeof(host->addr6));
		return true;
	}
	memcpy(&address, addr4, sizeof(address));
	if (!settings->prefix.len || trgw_is_martian4(addr4) ||
	    trgw_pool_has(settings, address))
		return false;
	trgw_prefix_embed(&settings->prefix, addr4, addr6);
	return true;
}

const struct trgw_operations trgw_operations = {
	.to4 = get_address4,
	.assign = assign_address4,
	.to6 = get_address6,
};
