// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pinholes of a registration.
 *
 * Inward: the registrar and the other hosts of its Service-Route reach each
 * port that has an active contact, and a host with a grant reaches the port of
 * the grant.
 *
 * Outward: a packet from such a port to the registrar or to a host of its
 * Service-Route keeps the registered public port, regardless of the port that
 * the ruleset's NAT would choose for that host.  The purpose is not permission:
 * if the flow of another phone had that public port towards the host, calls
 * from the host would reach the wrong phone.
 */
#include <path/path.h>
#include <path/via.h>
#include <registration/grant.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <registration/registration_pinholes.h>
#include <registration/service_route.h>
#include <session/counters.h>
#include <session/pinhole.h>
#include <session/plan.h>
#include <session/session.h>

static int require_port(struct sip_ims_plan *plan,
			const struct sip_ims_port *port,
			const union nf_inet_addr *source)
{
	struct sip_ims_pinhole_spec spec = {
		.l4proto = port->registration->l4proto,
		.signalling = true,
		.source = source,
		.outer = &port->mapped,
		.inner = &port->local,
	};

	return sip_ims_pinhole_require(plan, &spec);
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

/* The registrar's pinholes come first, so that no limit leaves them out. */
static int require_inward(struct sip_ims_plan *plan,
			  struct sip_ims_registration *registration)
{
	const struct sip_ims_service_route *route =
		rcu_dereference(registration->service_route);
	struct sip_ims_grant *grant;
	int err;
	u8 i;

	err = require_ports(plan, registration, &registration->registrar.addr);
	list_for_each_entry(grant, &registration->grants, list) {
		if (!err)
			err = require_port(plan, grant->port, &grant->source);
	}
	for (i = 0; !err && route && i < route->count; i++)
		err = require_ports(plan, registration, &route->host[i].addr);
	return err;
}

/* The source port of a TCP connection is ephemeral; no host connects to it. */
static bool port_needs_outward(const struct sip_ims_port *port)
{
	return port->active && port->registration->l4proto == IPPROTO_UDP &&
	       !sip_ims_same_endpoint(&port->local, &port->mapped);
}

/*
 * An expectation has one destination port, so use the port that the host was
 * named with.  When one local port has two public ports, the later one of the
 * list supplies the source: it is the port that the registrar knows now.
 *
 * @left: how many outward pinholes the registration may still have; the inward
 *	pinholes of later contacts need the rest
 */
static int require_outward_to(struct sip_ims_plan *plan,
			      struct sip_ims_registration *registration,
			      const struct sip_ims_endpoint *host, u8 *left)
{
	struct sip_ims_pinhole_spec spec = {
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
		if (err || !port_needs_outward(port))
			continue;
		if (!*left) {
			sip_ims_refuse(registration->session.sn, PINHOLE_LIMIT);
			return -ENOSPC;
		}
		--*left;
		spec.source = &port->local.addr;
		spec.source_port = port->local.port;
		spec.peer = &port->local;
		spec.peer_mapped = &port->mapped;
		err = sip_ims_pinhole_require(plan, &spec);
	}
	return err;
}

static int require_outward(struct sip_ims_plan *plan,
			   struct sip_ims_registration *registration)
{
	const struct sip_ims_service_route *route =
		rcu_dereference(registration->service_route);
	u8 left = SIP_IMS_OUTWARD_MAX;
	int err;
	u8 i;

	err = require_outward_to(plan, registration, &registration->registrar,
				 &left);
	for (i = 0; !err && route && i < route->count; i++)
		err = require_outward_to(plan, registration, &route->host[i],
					 &left);
	return err;
}

/**
 * sip_ims_registration_require_pinholes() - plan all pinholes of a registration
 * @plan: its session is @registration
 * @registration: the registration, locked
 *
 * Above a limit the last pinholes are left out, and the message is forwarded
 * all the same; the inward pinholes come first.
 *
 * Context: RCU read side.
 * Return: 0, or -ENOMEM, counted, when the message has to be dropped.
 */
int
sip_ims_registration_require_pinholes(struct sip_ims_plan *plan,
				      struct sip_ims_registration *registration)
{
	int err;

	sip_ims_pinhole_compare(plan);
	err = require_inward(plan, registration);
	if (!err)
		err = require_outward(plan, registration);
	return err == -ENOSPC ? 0 : err;
}

static bool outward_is_needed(const struct sip_ims_registration *registration,
			      const struct sip_ims_pinhole *pinhole)
{
	const struct sip_ims_endpoint *host = &pinhole->outer;
	const struct sip_ims_port *port;

	list_for_each_entry(port, &registration->ports, list) {
		if (port->active &&
		    sip_ims_same_endpoint(&pinhole->peer, &port->local) &&
		    sip_ims_same_endpoint(&pinhole->peer_mapped, &port->mapped))
			return sip_ims_registration_has_endpoint(registration,
								 host);
	}
	return false;
}

static bool inward_is_needed(const struct sip_ims_registration *registration,
			     const struct sip_ims_pinhole *pinhole)
{
	const struct sip_ims_grant *grant;
	const struct sip_ims_port *port;

	list_for_each_entry(port, &registration->ports, list) {
		if (port->active &&
		    sip_ims_same_endpoint(&pinhole->outer, &port->mapped) &&
		    sip_ims_registration_has_host(registration,
						  &pinhole->source))
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

static bool pinhole_is_unneeded(const struct sip_ims_pinhole *pinhole,
				const void *arg)
{
	const struct sip_ims_registration *registration = arg;

	if (sip_ims_pinhole_is_outward(pinhole))
		return !outward_is_needed(registration, pinhole);
	return !inward_is_needed(registration, pinhole);
}

/**
 * sip_ims_registration_close_unneeded() - close the pinholes that no contact or
 * grant needs any more
 * @registration: the registration, locked
 *
 * Context: RCU read side.
 */
void
sip_ims_registration_close_unneeded(struct sip_ims_registration *registration)
{
	sip_ims_pinhole_close_if(&registration->session, pinhole_is_unneeded,
				 registration);
}

/**
 * sip_ims_registration_find_moved() - find the outward pinhole of a new flow
 * that leaves through another device than the registration
 * @session: the session whose pinhole let the flow in, locked
 * @path: the path of the flow's first packet
 *
 * After a route change the registered public port belongs to another device
 * than the one that the packet is about to leave through.
 *
 * Context: RCU read side, bottom halves off.
 * Return: the pinhole, owned by @session; NULL when the flow may keep the
 * registered port or does not have it.
 */
const struct sip_ims_pinhole *
sip_ims_registration_find_moved(struct sip_ims_session *session,
				const struct sip_ims_path *path)
{
	const struct sip_ims_pinhole *pinhole;

	lockdep_assert_held(&session->lock);

	if (session->closed || session->key.kind != SIP_IMS_REGISTRATION ||
	    sip_ims_registration_of(session)->ifindex == path->ifindex)
		return NULL;
	pinhole = sip_ims_pinhole_find(session, path->l4proto, &path->src,
				       &path->dst);
	if (!pinhole || !sip_ims_pinhole_is_outward(pinhole) ||
	    !sip_ims_same_endpoint(&path->src_mapped, &pinhole->peer_mapped))
		return NULL;
	return pinhole;
}

static bool pinhole_is(const struct sip_ims_pinhole *pinhole, const void *arg)
{
	return pinhole == arg;
}

/**
 * sip_ims_registration_close_moved() - close an outward pinhole after a route
 * change
 * @session: the registration of the pinhole, locked
 * @moved: from sip_ims_registration_find_moved(); freed
 *
 * The caller drops the packet; its retransmission then gets the source that the
 * ruleset's NAT has for the new device.
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_registration_close_moved(struct sip_ims_session *session,
				      const struct sip_ims_pinhole *moved)
{
	sip_ims_pinhole_close_if(session, pinhole_is, moved);
}
