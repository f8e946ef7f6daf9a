// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which pinholes follow from what is registered.
 *
 * Inward: the registrar, the other hosts of its service_route and the grants reach each
 * port that has a contact with a 2xx.
 *
 * Outward: what such a port sends to one of those hosts leaves by the public
 * port that was registered, whatever else the ruleset's NAT would choose for
 * that host.  It is not about permission: had another phone's flow that port
 * towards the host, calls from there would come to the wrong phone.
 */

#include <session/plan.h>
#include <path/path.h>
#include <path/via.h>
#include <registration/grant.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <registration/registration_pinholes.h>
#include <registration/service_route.h>
#include <session/counters.h>
#include <session/pinhole.h>
#include <session/session.h>

static int require_port(struct sip_ims_plan *plan, const struct sip_ims_port *port,
		     const union nf_inet_addr *source)
{
	struct sip_ims_pinhole_spec want = {
		.l4proto = port->registration->l4proto,
		.signalling = true,
		.source = source,
		.outer = &port->mapped,
		.inner = &port->local,
	};

	return sip_ims_pinhole_require(plan, &want);
}

static int require_ports(struct sip_ims_plan *plan,
		      struct sip_ims_registration *registration,
		      const union nf_inet_addr *source)
{
	struct sip_ims_port *port;
	int err = 0;

	list_for_each_entry(port, &registration->ports, list) {
		if (!err && port->active)
			err = require_port(plan, port, source);
	}
	return err;
}

/* The registrar comes first: what a service_route adds must not take its place. */
static int require_inward(struct sip_ims_plan *plan,
		       struct sip_ims_registration *registration)
{
	const struct sip_ims_service_route *service_route = rcu_dereference(registration->service_route);
	struct sip_ims_grant *grant;
	int err;
	u8 i;

	err = require_ports(plan, registration, &registration->registrar.addr);
	list_for_each_entry(grant, &registration->grants, list) {
		if (!err)
			err = require_port(plan, grant->port, &grant->source);
	}
	for (i = 0; !err && service_route && i < service_route->count; i++)
		err = require_ports(plan, registration, &service_route->host[i].addr);
	return err;
}

/* A TCP connection has a port of the moment, which nobody calls back on. */
static bool port_is_translated(const struct sip_ims_port *port)
{
	return port->active && port->registration->l4proto == IPPROTO_UDP &&
	       !sip_ims_same_endpoint(&port->local, &port->mapped);
}

/*
 * An expectation has one destination port, so it is the one that the host was
 * named with.  Of two public ports of one phone's port the later one counts: it
 * is what the phone is known by now.
 *
 * @room: how many more there may be; the ways in of ports still to come need
 * the others
 */
static int require_outward_to(struct sip_ims_plan *plan,
			   struct sip_ims_registration *registration,
			   const struct sip_ims_endpoint *host, u8 *room)
{
	struct sip_ims_pinhole_spec want = {
		.l4proto = IPPROTO_UDP,
		.signalling = true,
		.outer = host,
		.inner = host,
	};
	struct sip_ims_port *port;
	int err = 0;

	if (ntohs(host->port) < SIP_IMS_PORT_FLOOR)
		return 0;
	list_for_each_entry(port, &registration->ports, list) {
		if (err || !port_is_translated(port))
			continue;
		if (!*room) {
			sip_ims_refuse(registration->session.sn, PINHOLE_LIMIT);
			return -ENOSPC;
		}
		--*room;
		want.source = &port->local.addr;
		want.source_port = port->local.port;
		want.peer = &port->local;
		want.peer_mapped = &port->mapped;
		err = sip_ims_pinhole_require(plan, &want);
	}
	return err;
}

static int require_outward(struct sip_ims_plan *plan,
			struct sip_ims_registration *registration)
{
	const struct sip_ims_service_route *service_route = rcu_dereference(registration->service_route);
	u8 room = SIP_IMS_OUTWARD_MAX;
	int err;
	u8 i;

	err = require_outward_to(plan, registration, &registration->registrar,
			      &room);
	for (i = 0; !err && service_route && i < service_route->count; i++)
		err = require_outward_to(plan, registration, &service_route->host[i],
				      &room);
	return err;
}

/**
 * sip_ims_registration_require_pinholes() - name all pinholes a registration shall have
 * @plan: its session is @registration, locked
 * @registration: the registration
 *
 * Past a limit those that were named last are left out: the ways in come first.
 *
 * Context: RCU read side.
 * Return: whether the message can go on; if not, it is counted.
 */
bool sip_ims_registration_require_pinholes(struct sip_ims_plan *plan,
			       struct sip_ims_registration *registration)
{
	int err;

	sip_ims_pinhole_compare(plan);
	err = require_inward(plan, registration);
	if (!err)
		err = require_outward(plan, registration);
	return !err || err == -ENOSPC;
}

static bool host_is_known(const struct sip_ims_registration *registration,
			  const struct sip_ims_endpoint *host)
{
	const struct sip_ims_service_route *service_route = rcu_dereference(registration->service_route);
	u8 i;

	if (sip_ims_same_endpoint(&registration->registrar, host))
		return true;
	for (i = 0; service_route && i < service_route->count; i++) {
		if (sip_ims_same_endpoint(&service_route->host[i], host))
			return true;
	}
	return false;
}

static bool needs_outward(const struct sip_ims_registration *registration,
			  const struct sip_ims_pinhole *pinhole)
{
	const struct sip_ims_port *port;

	list_for_each_entry(port, &registration->ports, list) {
		if (port->active &&
		    sip_ims_same_endpoint(&pinhole->peer, &port->local) &&
		    sip_ims_same_endpoint(&pinhole->peer_mapped,
					  &port->mapped))
			return host_is_known(registration, &pinhole->outer);
	}
	return false;
}

/**
 * sip_ims_registration_needs_pinhole() - does a contact or grant still need a pinhole?
 * @registration: locked
 * @pinhole: one of its own
 *
 * Context: RCU read side.
 * Return: whether one does.
 */
bool sip_ims_registration_needs_pinhole(struct sip_ims_registration *registration,
				const struct sip_ims_pinhole *pinhole)
{
	const struct sip_ims_grant *grant;
	const struct sip_ims_port *port;

	if (sip_ims_pinhole_outward(pinhole))
		return needs_outward(registration, pinhole);
	list_for_each_entry(port, &registration->ports, list) {
		if (port->active &&
		    sip_ims_same_endpoint(&pinhole->outer, &port->mapped) &&
		    sip_ims_registration_has_host(registration, &pinhole->source))
			return true;
	}
	list_for_each_entry(grant, &registration->grants, list) {
		if (nf_inet_addr_cmp(&grant->source, &pinhole->source) &&
		    sip_ims_same_endpoint(&pinhole->outer,
					  &grant->port->mapped))
			return true;
	}
	return false;
}

static void outward_close(struct sip_ims_session *session,
			  const struct sip_ims_pinhole *unwanted)
{
	struct sip_ims_pinhole *pinhole;

	list_for_each_entry(pinhole, &session->pinholes, list)
		pinhole->keep = pinhole != unwanted;
	sip_ims_pinhole_sweep(session);
}

/**
 * sip_ims_registration_flow_strays() - does a phone's new flow leave elsewhere?
 * @session: locked; the flow came through one of its pinholes
 * @path: the way of the flow's first packet
 *
 * When the routes have changed, the registered port is known behind another
 * device than the one that the packet is about to leave by with it.  Then the
 * pinhole goes, and the packet's repetition gets what the ruleset's NAT has for
 * that device.
 *
 * Context: RCU read side, bottom halves off.
 * Return: whether the packet must not leave.
 */
bool sip_ims_registration_flow_strays(struct sip_ims_session *session,
				 const struct sip_ims_path *path)
{
	const struct sip_ims_pinhole *pinhole;

	lockdep_assert_held(&session->lock);

	if (session->closed || session->key.kind != SIP_IMS_REGISTRATION ||
	    sip_ims_registration_of(session)->ifindex == path->ifindex)
		return false;
	pinhole = sip_ims_pinhole_find(session, path->l4proto, &path->src,
				       &path->dst);
	if (!pinhole || !sip_ims_pinhole_outward(pinhole) ||
	    !sip_ims_same_endpoint(&path->src_mapped, &pinhole->peer_mapped))
		return false;
	outward_close(session, pinhole);
	return true;
}
