// SPDX-License-Identifier: GPL-2.0-only
/*
 * The messages that ask for a grant.
 *
 * A request whose Via names another port than it came from needs a pinhole for
 * its response.  A REFER or a 3xx that names another phone of this side makes
 * its receiver call that phone, so the receiver needs a pinhole to it.
 */
#include <path/address.h>
#include <path/path.h>
#include <path/via.h>
#include <registration/grant.h>
#include <registration/plan_grant.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <registration/service_route.h>
#include <registration/transfer.h>
#include <session/counters.h>
#include <session/gate.h>
#include <session/net.h>
#include <session/plan.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sip.h>

/* 64 * T1: no response to a request other than INVITE comes later. */
static unsigned long via_expires(const struct sip_ims_path *path)
{
	struct sip_ims_settings settings;

	sip_ims_settings_copy(path->sn, path->zone, &settings);
	return jiffies + msecs_to_jiffies(64 * settings.t1);
}

static int via_open(struct sip_ims_plan *plan, const struct sip_ims_path *path,
		    struct sip_ims_registration *registration,
		    const struct sip_ims_endpoint *local)
{
	struct sip_ims_grant *grant = NULL;
	struct sip_ims_port *port;

	port = sip_ims_port_get(registration, path, local);
	if (port) {
		grant = sip_ims_grant_add(registration, port,
					  &path->dst_mapped.addr,
					  via_expires(path));
		sip_ims_port_put(port);
	}
	if (grant)
		return sip_ims_plan_grant_open(plan, path, registration, grant);
	sip_ims_registration_sweep(registration);
	return 0;
}

/**
 * sip_ims_via_prepare() - open the way back for the responses to a request
 * @plan: the plan of the message; has no session
 * @path: the path of the message
 * @msg: the facts of the message, which belongs neither to a registration nor
 *	to a call
 *
 * A port of the Via other than the source port of the request gets a public
 * port, which the receiver may use for 64 * T1.
 *
 * Context: RCU read side, bottom halves off; no session is locked.
 * Return: 0, or an error, counted, when the message has to be dropped.
 */
int sip_ims_via_prepare(struct sip_ims_plan *plan,
			const struct sip_ims_path *path,
			const struct sip_message *msg)
{
	struct sip_ims_registration *registration;
	struct sip_ims_endpoint local;
	bool created = false;
	int err;

	if (!sip_ims_via_read(path, msg, &local) ||
	    sip_ims_port_reaches(path, &local) ||
	    plan->n_grants >= SIP_IMS_PLAN_GRANTS_MAX)
		return 0;
	registration = sip_ims_registration_get(path, &created);
	if (!registration)
		return 0;
	err = via_open(plan, path, registration, &local);
	sip_ims_session_unlock(&registration->session);
	return err;
}

/**
 * struct transfer - a message that may name other phones of the sender's side
 * @plan: the plan of the message
 * @path: the path of the message
 * @hidden: NAT translates the sender's address
 */
struct transfer {
	struct sip_ims_plan *plan;
	const struct sip_ims_path *path;
	bool hidden;
};

/*
 * The named phone must be translated like the sender.  Without translation it
 * must be on the sender's side as the receiver sees it; otherwise the call to
 * it would not pass this router.
 */
static bool transfer_fits(struct sip_ims_port *port, const void *data)
{
	const struct transfer *transfer = data;
	const struct sip_ims_gate *gate = sip_ims_gate();

	if (!READ_ONCE(port->active) ||
	    transfer->hidden == nf_inet_addr_cmp(&port->local.addr,
						 &port->mapped.addr))
		return false;
	return transfer->hidden ||
	       (gate && gate->same_side(transfer->path, &port->local.addr,
					&transfer->path->src.addr));
}

/* A grant must not outlive the last contact at its port. */
static unsigned long
port_expires(const struct sip_ims_registration *registration,
	     const struct sip_ims_port *port)
{
	const struct sip_ims_contact *contact;
	unsigned long expires = jiffies;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact->active &&
		    sip_ims_same_endpoint(&contact->port->local,
					  &port->local) &&
		    time_after(contact->expires, expires))
			expires = contact->expires;
	}
	return expires;
}

static unsigned long
transfer_expires(const struct sip_ims_path *path,
		 const struct sip_ims_registration *registration,
		 const struct sip_ims_port *port)
{
	unsigned long last = port_expires(registration, port);
	struct sip_ims_settings settings;
	unsigned long expires;

	sip_ims_settings_copy(path->sn, path->zone, &settings);
	expires = jiffies + settings.timer_c * HZ;
	return time_after(expires, last) ? last : expires;
}

/* The phone's own registrar knows it by the registered port already. */
static struct sip_ims_port *
transfer_port_get(const struct sip_ims_path *path,
		  struct sip_ims_registration *registration,
		  struct sip_ims_port *port)
{
	if (!sip_ims_registration_has_host(registration,
					   &path->dst_mapped.addr))
		return sip_ims_port_get_pooled(registration, path, port);
	port->use++;
	return port;
}

static int transfer_open(const struct transfer *transfer,
			 struct sip_ims_registration *registration,
			 struct sip_ims_port *port)
{
	const struct sip_ims_path *path = transfer->path;
	struct sip_ims_grant *grant;

	port = transfer_port_get(path, registration, port);
	if (!port)
		return 0;
	grant = sip_ims_grant_add(registration, port, &path->dst_mapped.addr,
				  transfer_expires(path, registration, port));
	sip_ims_port_put(port);
	if (!grant)
		return 0;
	grant->registered = true;
	return sip_ims_plan_grant_open(transfer->plan, path, registration,
				       grant);
}

static bool port_is_active(const struct sip_ims_registration *registration,
			   const struct sip_ims_port *wanted)
{
	const struct sip_ims_port *port;

	list_for_each_entry(port, &registration->ports, list) {
		if (port == wanted)
			return port->active;
	}
	return false;
}

/* The table of ports is read without a lock: check @port again under it. */
static int transfer_lock_and_open(const struct transfer *transfer,
				  struct sip_ims_port *port)
{
	struct sip_ims_registration *registration = port->registration;
	int err = 0;

	if (!sip_ims_session_lock(&registration->session))
		return 0;
	if (port_is_active(registration, port))
		err = transfer_open(transfer, registration, port);
	sip_ims_session_unlock(&registration->session);
	return err;
}

static bool plan_has_grant(const struct sip_ims_plan *plan,
			   const struct sip_ims_endpoint *from)
{
	struct sip_ims_endpoint to;

	return sip_ims_plan_grant_map(plan, from, &to);
}

/* The phone may have registered over another transport than this message's. */
static struct sip_ims_port *
transfer_find_port(const struct transfer *transfer,
		   const struct sip_ims_endpoint *from)
{
	const struct sip_ims_path *path = transfer->path;
	u8 other = path->l4proto == IPPROTO_TCP ? IPPROTO_UDP : IPPROTO_TCP;

	return sip_ims_port_find(path, path->l4proto, from, transfer_fits,
				 transfer) ?:
	       sip_ims_port_find(path, other, from, transfer_fits, transfer);
}

static int transfer_prepare_literal(const struct transfer *transfer,
				    const struct sip_literal *literal)
{
	const struct sip_ims_path *path = transfer->path;
	struct sip_ims_endpoint from = { .port = htons(literal->port) };
	struct sip_ims_port *port;

	if (!sip_ims_address_read(&from.addr, &literal->address, path) ||
	    nf_inet_addr_cmp(&from.addr, &path->src.addr) ||
	    nf_inet_addr_cmp(&from.addr, &path->dst.addr) ||
	    plan_has_grant(transfer->plan, &from))
		return 0;
	port = transfer_find_port(transfer, &from);
	if (!port)
		return 0;
	if (transfer->plan->n_grants < SIP_IMS_PLAN_GRANTS_MAX)
		return transfer_lock_and_open(transfer, port);
	sip_ims_refuse(path->sn, PINHOLE_LIMIT);
	return 0;
}

static bool literal_names_target(const struct sip_message *msg,
				 const struct sip_literal *literal)
{
	if (literal->place != SIP_PLACE_URI)
		return false;
	return literal->header == SIP_HEADER_REFER_TO ||
	       literal->header == SIP_HEADER_REFERRED_BY ||
	       (literal->header == SIP_HEADER_CONTACT && !msg->request &&
		msg->status / 100 == 3);
}

static bool message_transfers(const struct sip_message *msg)
{
	return msg->first[SIP_HEADER_REFER_TO] != SIP_HEADER_NONE ||
	       msg->first[SIP_HEADER_REFERRED_BY] != SIP_HEADER_NONE ||
	       msg->status / 100 == 3;
}

/**
 * sip_ims_transfer_prepare() - open the way to the phones that a message names
 * @plan: the plan of the message; has no session yet
 * @path: the path of the message
 * @base: first byte of the message
 * @msg: the facts of the message
 *
 * Refer-To, Referred-By (RFC 3515, RFC 3892) and the Contacts of a 3xx may name
 * another registered phone of the sender's side.  Such a phone is given a
 * public port, which the receiver may use for timer C but no longer than the
 * registration.  The address of a host that registered nothing stays as it is.
 *
 * Context: RCU read side, bottom halves off; no session is locked.
 * Return: 0, or an error, counted, when the message has to be dropped.
 */
int sip_ims_transfer_prepare(struct sip_ims_plan *plan,
			     const struct sip_ims_path *path, const u8 *base,
			     const struct sip_message *msg)
{
	struct transfer transfer = {
		.plan = plan,
		.path = path,
		.hidden = sip_ims_source_hidden(path),
	};
	struct sip_literal literal;
	struct sip_walk walk;
	int err = 0;

	if (!message_transfers(msg) || sip_ims_destination_hidden(path))
		return 0;
	sip_walk_init(&walk);
	while (!err && sip_walk_next(&walk, base, msg, &literal)) {
		if (literal_names_target(msg, &literal))
			err = transfer_prepare_literal(&transfer, &literal);
	}
	return err;
}
