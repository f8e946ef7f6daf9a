// SPDX-License-Identifier: GPL-2.0-only
/*
 * Service-Route: the other hosts of a registrar (RFC 3608).
 *
 * The phone sends REGISTER to one host.  The address literals of Service-Route
 * in the 2xx name the hosts that the phone sends its requests to, and that its
 * calls may come from.
 */
#include <linux/slab.h>

#include <path/address.h>
#include <path/path.h>
#include <registration/registration.h>
#include <registration/service_route.h>
#include <session/counters.h>
#include <session/gate.h>

#include <sip_ims/sip.h>

static bool route_has_endpoint(const struct sip_ims_service_route *route,
			       const struct sip_ims_endpoint *endpoint)
{
	u8 i;

	for (i = 0; route && i < route->count; i++) {
		if (sip_ims_same_endpoint(&route->host[i], endpoint))
			return true;
	}
	return false;
}

/*
 * Accept only a host on the side of the sender of the response: any other
 * address may belong to a victim.
 */
static bool host_is_accepted(const struct sip_ims_registration *registration,
			     const struct sip_ims_path *path,
			     const union nf_inet_addr *addr)
{
	const struct sip_ims_gate *gate = sip_ims_gate();

	return nf_inet_addr_cmp(addr, &registration->registrar.addr) ||
	       nf_inet_addr_cmp(addr, &path->src.addr) ||
	       (gate && gate->same_side(path, addr, &path->src.addr));
}

static void route_add(struct sip_ims_service_route *route,
		      const struct sip_ims_registration *registration,
		      const struct sip_ims_path *path,
		      const struct sip_ims_endpoint *host)
{
	if (sip_ims_same_endpoint(host, &registration->registrar) ||
	    route_has_endpoint(route, host))
		return;
	if (!host_is_accepted(registration, path, &host->addr))
		sip_ims_refuse(path->sn, THIRD_PARTY);
	else if (route->count >= SIP_IMS_SERVICE_ROUTES_MAX)
		sip_ims_refuse(path->sn, REGISTRATION_LIMIT);
	else
		route->host[route->count++] = *host;
}

static void route_read(struct sip_ims_service_route *route,
		       const struct sip_ims_registration *registration,
		       const struct sip_ims_path *path, const u8 *base,
		       const struct sip_message *msg)
{
	struct sip_literal literal;
	struct sip_ims_endpoint host = {};
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, base, msg, &literal)) {
		if (literal.header == SIP_HEADER_SERVICE_ROUTE &&
		    literal.place == SIP_PLACE_URI &&
		    sip_ims_address_read(&host.addr, &literal.address, path)) {
			host.port = htons(literal.port);
			route_add(route, registration, path, &host);
		}
	}
}

static void route_replace(struct sip_ims_registration *registration,
			  struct sip_ims_service_route *route)
{
	route = rcu_replace_pointer(registration->service_route, route,
				    lockdep_is_held(&registration->session.lock));
	if (route)
		kfree_rcu(route, rcu);
}

/**
 * sip_ims_service_route_learn() - replace the hosts of a registrar by those of
 * a 2xx
 * @registration: the registration, locked
 * @path: the path of the response
 * @base: first byte of the response
 * @msg: the facts of the response
 *
 * Each 2xx replaces the whole list, also by an empty one (RFC 3608 section
 * 6.1).  Without memory the previous list stays.
 */
void sip_ims_service_route_learn(struct sip_ims_registration *registration,
				 const struct sip_ims_path *path,
				 const u8 *base, const struct sip_message *msg)
{
	struct sip_ims_service_route *route = NULL;

	lockdep_assert_held(&registration->session.lock);

	if (msg->first[SIP_HEADER_SERVICE_ROUTE] != SIP_HEADER_NONE) {
		route = kzalloc(sizeof(*route), GFP_ATOMIC);
		if (!route) {
			sip_ims_refuse(path->sn, NO_MEMORY);
			return;
		}
		route_read(route, registration, path, base, msg);
	}
	route_replace(registration, route);
}

/**
 * sip_ims_registration_has_host() - check whether an address is the registrar's
 * @registration: the registration; its lock is not needed
 * @addr: the address
 *
 * Context: RCU read side.
 * Return: whether REGISTER went to @addr, or the last Service-Route names it.
 */
bool
sip_ims_registration_has_host(const struct sip_ims_registration *registration,
			      const union nf_inet_addr *addr)
{
	const struct sip_ims_service_route *route =
		rcu_dereference(registration->service_route);
	u8 i;

	if (nf_inet_addr_cmp(&registration->registrar.addr, addr))
		return true;
	for (i = 0; route && i < route->count; i++) {
		if (nf_inet_addr_cmp(&route->host[i].addr, addr))
			return true;
	}
	return false;
}

/**
 * sip_ims_registration_has_endpoint() - check whether an address and port are
 * the registrar's
 * @registration: the registration; its lock is not needed
 * @endpoint: the address and port
 *
 * Context: RCU read side.
 * Return: whether REGISTER went to @endpoint, or the last Service-Route names
 * it.
 */
bool
sip_ims_registration_has_endpoint(const struct sip_ims_registration *registration,
				  const struct sip_ims_endpoint *endpoint)
{
	return sip_ims_same_endpoint(&registration->registrar, endpoint) ||
	       route_has_endpoint(rcu_dereference(registration->service_route),
				  endpoint);
}
