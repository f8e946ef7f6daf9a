// SPDX-License-Identifier: GPL-2.0-only
/*
 * Farms: a registrar that is many hosts.
 *
 * The phone sends REGISTER to one of them; the address literals of Service-Route
 * in its 2xx (RFC 3608) name those that its requests shall go to, and that its
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

static bool service_route_has(const struct sip_ims_service_route *service_route,
		     const struct sip_ims_endpoint *host)
{
	u8 i;

	for (i = 0; i < service_route->count; i++) {
		if (sip_ims_same_endpoint(&service_route->host[i], host))
			return true;
	}
	return false;
}

/* Only a host beside the one that sent the answer: all else may be a victim. */
static void service_route_add(const struct sip_ims_registration *registration,
		     const struct sip_ims_path *path, struct sip_ims_service_route *service_route,
		     const struct sip_ims_endpoint *host)
{
	const struct sip_ims_gate *gate = sip_ims_gate();

	if (sip_ims_same_endpoint(host, &registration->registrar) ||
	    service_route_has(service_route, host))
		return;
	if (!nf_inet_addr_cmp(&host->addr, &registration->registrar.addr) &&
	    !nf_inet_addr_cmp(&host->addr, &path->src.addr) &&
	    (!gate || !gate->same_side(path, &host->addr, &path->src.addr)))
		sip_ims_refuse(path->sn, THIRD_PARTY);
	else if (service_route->count >= SIP_IMS_SERVICE_ROUTES_MAX)
		sip_ims_refuse(path->sn, REGISTRATION_LIMIT);
	else
		service_route->host[service_route->count++] = *host;
}

static void service_route_read(const struct sip_ims_registration *registration,
		      const struct sip_ims_path *path, const u8 *base,
		      const struct sip_message *msg, struct sip_ims_service_route *service_route)
{
	struct sip_literal literal;
	struct sip_ims_endpoint host = {};
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, base, msg, &literal)) {
		if (literal.header == SIP_HEADER_SERVICE_ROUTE &&
		    literal.place == SIP_PLACE_URI &&
		    sip_ims_address_read(&host.addr, &literal.address,
					path)) {
			host.port = htons(literal.port);
			service_route_add(registration, path, service_route, &host);
		}
	}
}

static void service_route_replace(struct sip_ims_registration *registration,
			 struct sip_ims_service_route *service_route)
{
	service_route = rcu_replace_pointer(registration->service_route, service_route,
				   lockdep_is_held(&registration->session.lock));
	if (service_route)
		kfree_rcu(service_route, rcu);
}

/**
 * sip_ims_service_route_learn() - a 2xx says which hosts the registrar is
 * @registration: locked
 * @path: the answer's way
 * @base: first byte of the answer
 * @msg: its facts
 *
 * Each 2xx names the whole service_route anew (RFC 3608 section 6.1).  Without memory
 * the old one stays.
 */
void sip_ims_service_route_learn(struct sip_ims_registration *registration,
			const struct sip_ims_path *path, const u8 *base,
			const struct sip_message *msg)
{
	struct sip_ims_service_route *service_route = NULL;

	lockdep_assert_held(&registration->session.lock);

	if (msg->first[SIP_HEADER_SERVICE_ROUTE] != SIP_HEADER_NONE) {
		service_route = kzalloc(sizeof(*service_route), GFP_ATOMIC);
		if (!service_route) {
			sip_ims_refuse(path->sn, NO_MEMORY);
			return;
		}
		service_route_read(registration, path, base, msg, service_route);
	}
	service_route_replace(registration, service_route);
}

/**
 * sip_ims_registration_has_host() - does an address belong to the registrar?
 * @registration: need not be locked
 * @addr: the address
 *
 * Context: RCU read side.
 * Return: whether it is where REGISTER went, or was named in Service-Route.
 */
bool sip_ims_registration_has_host(const struct sip_ims_registration *registration,
				const union nf_inet_addr *addr)
{
	const struct sip_ims_service_route *service_route = rcu_dereference(registration->service_route);
	u8 i;

	if (nf_inet_addr_cmp(&registration->registrar.addr, addr))
		return true;
	for (i = 0; service_route && i < service_route->count; i++) {
		if (nf_inet_addr_cmp(&service_route->host[i].addr, addr))
			return true;
	}
	return false;
}
