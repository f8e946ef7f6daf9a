// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which pinholes follow from what is registered.
 *
 * Inward: the registrar, the other hosts of its farm and the guests reach each
 * port that has a contact with a 2xx.
 *
 * Outward: what such a port sends to one of those hosts leaves by the public
 * port that was registered, whatever else the ruleset's NAT would choose for
 * that host.  It is not about permission: had another phone's flow that port
 * towards the host, calls from there would come to the wrong phone.
 */
#include <linux/export.h>

#include <sip_ims/registration.h>

static int want_port(struct sip_ims_plan *plan, const struct sip_ims_port *port,
		     const union nf_inet_addr *source)
{
	struct sip_ims_want want = {
		.l4proto = port->registration->l4proto,
		.signalling = true,
		.source = source,
		.outer = &port->mapped,
		.inner = &port->local,
	};

	return sip_ims_pinhole_want(plan, &want);
}

static int want_ports(struct sip_ims_plan *plan,
		      struct sip_ims_registration *registration,
		      const union nf_inet_addr *source)
{
	struct sip_ims_port *port;
	int err = 0;

	list_for_each_entry(port, &registration->ports, list) {
		if (!err && port->active)
			err = want_port(plan, port, source);
	}
	return err;
}

/* The registrar comes first: what a farm adds must not take its place. */
static int want_inward(struct sip_ims_plan *plan,
		       struct sip_ims_registration *registration)
{
	const struct sip_ims_farm *farm = rcu_dereference(registration->farm);
	struct sip_ims_guest *guest;
	int err;
	u8 i;

	err = want_ports(plan, registration, &registration->registrar.addr);
	list_for_each_entry(guest, &registration->guests, list) {
		if (!err)
			err = want_port(plan, guest->port, &guest->source);
	}
	for (i = 0; !err && farm && i < farm->count; i++)
		err = want_ports(plan, registration, &farm->host[i].addr);
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
static int want_outward_to(struct sip_ims_plan *plan,
			   struct sip_ims_registration *registration,
			   const struct sip_ims_endpoint *host, u8 *room)
{
	struct sip_ims_want want = {
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
		err = sip_ims_pinhole_want(plan, &want);
	}
	return err;
}

static int want_outward(struct sip_ims_plan *plan,
			struct sip_ims_registration *registration)
{
	const struct sip_ims_farm *farm = rcu_dereference(registration->farm);
	u8 room = SIP_IMS_OUTWARD_MAX;
	int err;
	u8 i;

	err = want_outward_to(plan, registration, &registration->registrar,
			      &room);
	for (i = 0; !err && farm && i < farm->count; i++)
		err = want_outward_to(plan, registration, &farm->host[i],
				      &room);
	return err;
}

/**
 * sip_ims_registration_want() - name all pinholes a registration shall have
 * @plan: its session is @registration, locked
 * @registration: the registration
 *
 * Past a limit those that were named last are left out: the ways in come first.
 *
 * Context: RCU read side.
 * Return: whether the message can go on; if not, it is counted.
 */
bool sip_ims_registration_want(struct sip_ims_plan *plan,
			       struct sip_ims_registration *registration)
{
	int err;

	sip_ims_pinhole_compare(plan);
	err = want_inward(plan, registration);
	if (!err)
		err = want_outward(plan, registration);
	return !err || err == -ENOSPC;
}

static bool host_is_known(const struct sip_ims_registration *registration,
			  const struct sip_ims_endpoint *host)
{
	const struct sip_ims_farm *farm = rcu_dereference(registration->farm);
	u8 i;

	if (sip_ims_same_endpoint(&registration->registrar, host))
		return true;
	for (i = 0; farm && i < farm->count; i++) {
		if (sip_ims_same_endpoint(&farm->host[i], host))
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
 * sip_ims_registration_needs() - does a contact or guest still need a pinhole?
 * @registration: locked
 * @pinhole: one of its own
 *
 * Context: RCU read side.
 * Return: whether one does.
 */
bool sip_ims_registration_needs(struct sip_ims_registration *registration,
				const struct sip_ims_pinhole *pinhole)
{
	const struct sip_ims_guest *guest;
	const struct sip_ims_port *port;

	if (sip_ims_pinhole_outward(pinhole))
		return needs_outward(registration, pinhole);
	list_for_each_entry(port, &registration->ports, list) {
		if (port->active &&
		    sip_ims_same_endpoint(&pinhole->outer, &port->mapped) &&
		    sip_ims_registration_knows(registration, &pinhole->source))
			return true;
	}
	list_for_each_entry(guest, &registration->guests, list) {
		if (nf_inet_addr_cmp(&guest->source, &pinhole->source) &&
		    sip_ims_same_endpoint(&pinhole->outer,
					  &guest->port->mapped))
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
 * sip_ims_registration_strays() - does a phone's new flow leave elsewhere?
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
bool sip_ims_registration_strays(struct sip_ims_session *session,
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
EXPORT_SYMBOL_GPL(sip_ims_registration_strays);
