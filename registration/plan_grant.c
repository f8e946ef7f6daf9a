// SPDX-License-Identifier: GPL-2.0-only
/*
 * The grants of a plan: those that one message causes.
 *
 * A grant belongs to the registration that owns the port, which is seldom the
 * session of the message, and two sessions are never locked at once.  Therefore
 * the grants are opened before the message's own session is looked up, and an
 * aborted plan withdraws them after it has unlocked that session.
 */
#include <path/path.h>
#include <registration/grant.h>
#include <registration/plan_grant.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <session/pinhole.h>
#include <session/plan.h>
#include <session/session.h>

/* Until the message has its own session, @plan can open pinholes of another. */
static int grant_open_pinhole(struct sip_ims_plan *plan,
			      const struct sip_ims_path *path,
			      struct sip_ims_registration *registration,
			      const struct sip_ims_grant *grant)
{
	struct sip_ims_pinhole_spec spec = {
		.l4proto = registration->l4proto,
		.signalling = true,
		.source = &grant->source,
		.outer = &grant->port->mapped,
		.inner = &grant->port->local,
	};
	int err;

	plan->session = &registration->session;
	err = sip_ims_pinhole_require(plan, &spec);
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

/**
 * sip_ims_plan_grant_open() - open the pinhole of a grant for a message
 * @plan: the plan of the message; has no session yet, and an unused entry in
 *	its grants
 * @path: the path of the message
 * @registration: the registration that owns @grant, locked
 * @grant: the grant, just added for this message; freed on error when no other
 *	message asked for it
 *
 * Above a limit the message is forwarded all the same, without a grant.
 *
 * Context: RCU read side, bottom halves off.
 * Return: 0, or an error, counted, when the message has to be dropped.
 */
int sip_ims_plan_grant_open(struct sip_ims_plan *plan,
			    const struct sip_ims_path *path,
			    struct sip_ims_registration *registration,
			    struct sip_ims_grant *grant)
{
	int err = grant_open_pinhole(plan, path, registration, grant);

	if (err && grant->asked == 1)
		sip_ims_grant_free(registration, grant);
	else if (!err)
		plan_grant_add(plan, registration, grant);
	sip_ims_registration_sweep(registration);
	return err == -ENOSPC ? 0 : err;
}

/**
 * sip_ims_plan_grant_map() - translate a port that the message has a grant for
 * @plan: the plan of the message
 * @from: the endpoint that the message names
 * @to: filled in: the endpoint by which the receiver reaches that port
 *
 * Return: whether the message has a grant for @from.
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
 * sip_ims_plan_grants_commit() - keep the grants of a forwarded message
 * @plan: the plan of the message
 *
 * Puts the references to the registrations.
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
	grant = sip_ims_grant_find(registration, &plan_grant->to,
				   &plan_grant->source);
	/* Keep the grant when another message has asked for it, too. */
	if (grant && grant->asked == 1 && plan_grant->asked == 1)
		sip_ims_grant_free(registration, grant);
	if (!session->closed)
		sip_ims_registration_sweep(registration);
	spin_unlock(&session->lock);
}

/**
 * sip_ims_plan_grants_abort() - withdraw the grants of a dropped message
 * @plan: the plan of the message
 *
 * Puts the references to the registrations.
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
