// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests: who else than its registrar may use a phone's port for a while.
 *
 * The receiver of a request whose answer goes to another port than it came
 * from (RFC 3261 section 18.2.2), for as long as a transaction takes; and the
 * receiver of a REFER or a 3xx that names another phone behind this router, for
 * as long as it may take to call it.
 *
 * A grant belongs to the registration of the port's phone, which is seldom the
 * session of the message.  So that no two sessions are ever locked at once,
 * grants come in before the message's own session is looked for, and are sent
 * away again after it was let go of, when the message does not leave.
 */
#include <linux/slab.h>

#include <session/plan.h>
#include <path/address.h>
#include <path/path.h>
#include <path/via.h>
#include <registration/grant.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <registration/service_route.h>
#include <session/counters.h>
#include <session/gate.h>
#include <session/net.h>
#include <session/pinhole.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sip.h>

static struct sip_ims_grant *
grant_find(struct sip_ims_registration *registration,
	   const struct sip_ims_endpoint *mapped,
	   const union nf_inet_addr *source)
{
	struct sip_ims_grant *grant;

	list_for_each_entry(grant, &registration->grants, list) {
		if (sip_ims_same_endpoint(&grant->port->mapped, mapped) &&
		    nf_inet_addr_cmp(&grant->source, source))
			return grant;
	}
	return NULL;
}

static struct sip_ims_grant *
grant_create(struct sip_ims_registration *registration,
	     struct sip_ims_port *port, const union nf_inet_addr *source)
{
	struct sip_ims_net *sn = registration->session.sn;
	struct sip_ims_grant *grant;

	if (registration->n_grants >= SIP_IMS_GRANTS_MAX) {
		sip_ims_refuse(sn, PINHOLE_LIMIT);
		return NULL;
	}
	grant = kzalloc(sizeof(*grant), GFP_ATOMIC);
	if (!grant) {
		sip_ims_refuse(sn, NO_MEMORY);
		return NULL;
	}
	grant->port = port;
	grant->source = *source;
	grant->expires = jiffies;
	port->use++;
	list_add_tail(&grant->list, &registration->grants);
	registration->n_grants++;
	return grant;
}

/**
 * sip_ims_grant_add() - somebody else may use a port for a while
 * @registration: locked
 * @port: one of its ports
 * @source: who
 * @expires: jiffies; an end that is later already stays
 *
 * Opens nothing yet.
 *
 * Return: the grant; NULL, counted, without memory or past
 * SIP_IMS_GRANTS_MAX.
 */
struct sip_ims_grant *
sip_ims_grant_add(struct sip_ims_registration *registration,
		  struct sip_ims_port *port, const union nf_inet_addr *source,
		  unsigned long expires)
{
	struct sip_ims_grant *grant;

	lockdep_assert_held(&registration->session.lock);

	grant = grant_find(registration, &port->mapped, source);
	if (!grant)
		grant = grant_create(registration, port, source);
	if (!grant)
		return NULL;
	grant->asked++;
	if (time_before(grant->expires, expires))
		grant->expires = expires;
	return grant;
}

/**
 * sip_ims_grant_free() - a grant goes
 * @registration: its registration, locked, or nobody's any more
 * @grant: the grant
 *
 * Its pinhole goes with the next sweep.
 */
void sip_ims_grant_free(struct sip_ims_registration *registration,
			struct sip_ims_grant *grant)
{
	list_del(&grant->list);
	registration->n_grants--;
	sip_ims_port_put(grant->port);
	kfree(grant);
}

/* Opens what a grant needs, by the plan of a message that has no session yet. */
static int grant_open(struct sip_ims_plan *plan,
		      const struct sip_ims_path *path,
		      struct sip_ims_registration *registration,
		      const struct sip_ims_grant *grant)
{
	struct sip_ims_pinhole_spec want = {
		.l4proto = registration->l4proto,
		.signalling = true,
		.source = &grant->source,
		.outer = &grant->port->mapped,
		.inner = &grant->port->local,
	};
	int err;

	plan->session = &registration->session;
	err = sip_ims_pinhole_require(plan, &want);
	if (!err)
		err = sip_ims_pinhole_open(plan, path);
	if (err)
		sip_ims_pinhole_abort(plan);
	else
		sip_ims_pinhole_commit(plan);
	plan->session = NULL;
	plan->n_open = 0;
	return err;
}

/* Records that @registration has a grant because of this message. */
static void plan_grant_add(struct sip_ims_plan *plan,
		      struct sip_ims_registration *registration,
		      const struct sip_ims_grant *grant)
{
	struct sip_ims_plan_grant *plan_grant = &plan->grants[plan->n_grants++];

	refcount_inc(&registration->session.use);
	plan_grant->session = &registration->session;
	plan_grant->from = grant->port->local;
	plan_grant->to = grant->port->mapped;
	plan_grant->source = grant->source;
	plan_grant->asked = grant->asked;
}

/*
 * Past a limit the message goes on and nothing opens for it; without memory it
 * does not.
 */
static int grant_admit(struct sip_ims_plan *plan,
			const struct sip_ims_path *path,
			struct sip_ims_registration *registration,
			struct sip_ims_grant *grant)
{
	int err = grant_open(plan, path, registration, grant);

	if (err && grant->asked == 1)
		sip_ims_grant_free(registration, grant);
	else if (!err)
		plan_grant_add(plan, registration, grant);
	sip_ims_registration_sweep(registration);
	return err == -ENOSPC ? 0 : err;
}

static int via_admit(struct sip_ims_plan *plan,
		      const struct sip_ims_path *path,
		      struct sip_ims_registration *registration,
		      const struct sip_ims_endpoint *local)
{
	struct sip_ims_settings settings;
	struct sip_ims_grant *grant = NULL;
	struct sip_ims_port *port;

	sip_ims_zone_get(path->sn, path->zone, &settings);
	port = sip_ims_port_get(registration, path, local);
	if (port) {
		grant = sip_ims_grant_add(registration, port,
					  &path->dst_mapped.addr, jiffies +
					  msecs_to_jiffies(64 * settings.t1));
		sip_ims_port_put(port);
	}
	if (grant)
		return grant_admit(plan, path, registration, grant);
	sip_ims_registration_sweep(registration);
	return 0;
}

/**
 * sip_ims_via_prepare() - a way back for the answers to a request
 * @plan: has no session
 * @path: the packet's way
 * @base: first byte of the message
 * @msg: its facts; neither REGISTER nor of a call
 *
 * A Via on another port than the request came from gets a public port, and the
 * receiver may use it for 64 * T1.
 *
 * Return: 0; an error, counted, when it has to be dropped.
 */
int sip_ims_via_prepare(struct sip_ims_plan *plan,
			const struct sip_ims_path *path, const u8 *base,
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
	err = via_admit(plan, path, registration, &local);
	sip_ims_session_unlock(&registration->session);
	return err;
}

/**
 * struct transfer - one literal that may name another phone behind the router
 * @plan: the message's
 * @path: its way
 * @hidden: the sender's address is translated
 */
struct transfer {
	struct sip_ims_plan *plan;
	const struct sip_ims_path *path;
	bool hidden;
};

/*
 * Translated as the sender is; without translation, beside the sender as the
 * receiver sees it, or the way to it would not lead through here.
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

/* The last contact at a port; no grant stays longer. */
static unsigned long port_expires(const struct sip_ims_registration *registration,
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

/* The registrar knows the phone by its registered port. */
static struct sip_ims_port *
transfer_port(const struct sip_ims_path *path,
	      struct sip_ims_registration *registration,
	      struct sip_ims_port *port)
{
	if (!sip_ims_registration_has_host(registration, &path->dst_mapped.addr))
		return sip_ims_port_apart(registration, path, port);
	port->use++;
	return port;
}

static int transfer_admit(const struct transfer *transfer,
			   struct sip_ims_registration *registration,
			   struct sip_ims_port *port)
{
	const struct sip_ims_path *path = transfer->path;
	struct sip_ims_settings settings;
	struct sip_ims_grant *grant;
	unsigned long expires;

	port = transfer_port(path, registration, port);
	if (!port)
		return 0;
	sip_ims_zone_get(path->sn, path->zone, &settings);
	expires = jiffies + settings.timer_c * HZ;
	if (time_after(expires, port_expires(registration, port)))
		expires = port_expires(registration, port);
	grant = sip_ims_grant_add(registration, port, &path->dst_mapped.addr,
				  expires);
	sip_ims_port_put(port);
	if (!grant)
		return 0;
	grant->registered = true;
	return grant_admit(transfer->plan, path, registration, grant);
}

static bool port_in(const struct sip_ims_registration *registration,
		    const struct sip_ims_port *wanted)
{
	const struct sip_ims_port *port;

	list_for_each_entry(port, &registration->ports, list) {
		if (port == wanted)
			return port->active;
	}
	return false;
}

/* What was found without a lock is looked at again with it. */
static int transfer_to(const struct transfer *transfer,
		       struct sip_ims_port *port)
{
	struct sip_ims_registration *registration = port->registration;
	int err = 0;

	if (!sip_ims_session_lock(&registration->session))
		return 0;
	if (port_in(registration, port))
		err = transfer_admit(transfer, registration, port);
	sip_ims_session_unlock(&registration->session);
	return err;
}

static bool plan_grant_known(const struct sip_ims_plan *plan,
			const struct sip_ims_endpoint *from)
{
	struct sip_ims_endpoint to;

	return sip_ims_plan_grant_map(plan, from, &to);
}

/* A phone may have registered by another transport than it is spoken of by. */
static struct sip_ims_port *
transfer_find(const struct transfer *transfer,
	      const struct sip_ims_endpoint *from)
{
	const struct sip_ims_path *path = transfer->path;
	u8 other = path->l4proto == IPPROTO_TCP ? IPPROTO_UDP : IPPROTO_TCP;

	return sip_ims_port_find(path, path->l4proto, from, transfer_fits,
				 transfer) ?:
	       sip_ims_port_find(path, other, from, transfer_fits, transfer);
}

static int transfer_literal(const struct transfer *transfer,
			    const struct sip_literal *literal)
{
	const struct sip_ims_path *path = transfer->path;
	struct sip_ims_endpoint from = { .port = htons(literal->port) };
	struct sip_ims_port *port;

	if (!sip_ims_address_read(&from.addr, &literal->address, path) ||
	    nf_inet_addr_cmp(&from.addr, &path->src.addr) ||
	    nf_inet_addr_cmp(&from.addr, &path->dst.addr) ||
	    plan_grant_known(transfer->plan, &from))
		return 0;
	port = transfer_find(transfer, &from);
	if (!port)
		return 0;
	if (transfer->plan->n_grants < SIP_IMS_PLAN_GRANTS_MAX)
		return transfer_to(transfer, port);
	sip_ims_refuse(path->sn, PINHOLE_LIMIT);
	return 0;
}

static bool transfer_names(const struct sip_message *msg,
			   const struct sip_literal *literal)
{
	if (literal->place != SIP_PLACE_URI)
		return false;
	return literal->header == SIP_HEADER_REFER_TO ||
	       literal->header == SIP_HEADER_REFERRED_BY ||
	       (literal->header == SIP_HEADER_CONTACT && !msg->request &&
		msg->status / 100 == 3);
}

static bool transfer_begins(const struct sip_message *msg)
{
	return msg->first[SIP_HEADER_REFER_TO] != SIP_HEADER_NONE ||
	       msg->first[SIP_HEADER_REFERRED_BY] != SIP_HEADER_NONE ||
	       msg->status / 100 == 3;
}

/**
 * sip_ims_transfer_prepare() - the phones that a REFER or a 3xx leads to
 * @plan: has no session yet
 * @path: the packet's way
 * @base: first byte of the message
 * @msg: its facts
 *
 * Another phone behind the router is named by a public port instead, and the
 * receiver may call it there for as long as timer C, and the registration,
 * last.  A host that registered nothing is left alone.
 *
 * Context: RCU read side, bottom halves off; no session is locked.
 * Return: 0; an error, counted, when the message has to be dropped.
 */
int sip_ims_transfer_prepare(struct sip_ims_plan *plan,
			     const struct sip_ims_path *path, const u8 *base,
			     const struct sip_message *msg)
{
	struct transfer transfer = { .plan = plan, .path = path };
	struct sip_literal literal;
	struct sip_walk walk;
	int err = 0;

	if (!transfer_begins(msg) ||
	    !nf_inet_addr_cmp(&path->dst.addr, &path->dst_mapped.addr))
		return 0;
	transfer.hidden = !nf_inet_addr_cmp(&path->src.addr,
					    &path->src_mapped.addr);
	sip_walk_init(&walk);
	while (!err && sip_walk_next(&walk, base, msg, &literal)) {
		if (transfer_names(msg, &literal))
			err = transfer_literal(&transfer, &literal);
	}
	return err;
}

/**
 * sip_ims_plan_grant_map() - translate a port that has a grant by this message
 * @plan: the plan of this message
 * @from: what stands in it
 * @to: what the other side knows it as
 *
 * Return: whether there is one.
 */
bool sip_ims_plan_grant_map(const struct sip_ims_plan *plan,
		       const struct sip_ims_endpoint *from,
		       struct sip_ims_endpoint *to)
{
	u8 i;

	for (i = 0; i < plan->n_grants; i++) {
		if (sip_ims_same_endpoint(&plan->grants[i].from, from)) {
			*to = plan->grants[i].to;
			return true;
		}
	}
	return false;
}

/**
 * sip_ims_plan_grants_commit() - the message leaves: its grants stay
 * @plan: from sip_ims_decide()
 *
 * Context: no session is locked.
 */
void sip_ims_plan_grants_commit(struct sip_ims_plan *plan)
{
	u8 i;

	for (i = 0; i < plan->n_grants; i++)
		sip_ims_session_put(plan->grants[i].session);
}

static void plan_grant_abort(const struct sip_ims_plan_grant *plan_grant)
{
	struct sip_ims_session *session = plan_grant->session;
	struct sip_ims_registration *registration;
	struct sip_ims_grant *grant;

	spin_lock(&session->lock);
	registration = sip_ims_registration_of(session);
	grant = grant_find(registration, &plan_grant->to, &plan_grant->source);
	/* Another message may have asked for it before or since. */
	if (grant && grant->asked == 1 && plan_grant->asked == 1)
		sip_ims_grant_free(registration, grant);
	if (!session->closed)
		sip_ims_registration_sweep(registration);
	spin_unlock(&session->lock);
}

/**
 * sip_ims_plan_grants_abort() - the message does not leave: nor do its grants come
 * @plan: from sip_ims_decide()
 *
 * Context: RCU read side, bottom halves off; no session is locked.
 */
void sip_ims_plan_grants_abort(struct sip_ims_plan *plan)
{
	u8 i;

	for (i = 0; i < plan->n_grants; i++) {
		plan_grant_abort(&plan->grants[i]);
		sip_ims_session_put(plan->grants[i].session);
	}
}
