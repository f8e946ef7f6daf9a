// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ways in that a session wants, compared with those it has.
 *
 * Decisions name every pinhole a session shall have; what is open already is
 * marked, what is not goes to the plan.  Nothing open is touched before all
 * of the plan succeeded.
 */
#include <linux/slab.h>

#include <session/plan.h>
#include <path/path.h>
#include <session/admission.h>
#include <session/counters.h>
#include <session/gate.h>
#include <session/net.h>
#include <session/pinhole.h>
#include <session/session.h>
#include <session/settings.h>

static struct sip_ims_pinhole *pinhole_in(struct list_head *list,
					  const struct sip_ims_pinhole_spec *want)
{
	struct sip_ims_pinhole *pinhole;

	list_for_each_entry(pinhole, list, list) {
		if (sip_ims_same_endpoint(&pinhole->outer, want->outer) &&
		    pinhole->source_port == want->source_port &&
		    pinhole->l4proto == want->l4proto &&
		    nf_inet_addr_cmp(&pinhole->source, want->source))
			return pinhole;
	}
	return NULL;
}

/**
 * sip_ims_pinhole_find() - the pinhole a new flow came through
 * @session: locked
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @source: where the flow comes from
 * @outer: its destination before translation
 *
 * Return: the pinhole, or NULL.
 */
struct sip_ims_pinhole *
sip_ims_pinhole_find(struct sip_ims_session *session, u8 l4proto,
		     const struct sip_ims_endpoint *source,
		     const struct sip_ims_endpoint *outer)
{
	struct sip_ims_pinhole *pinhole;

	lockdep_assert_held(&session->lock);

	list_for_each_entry(pinhole, &session->pinholes, list) {
		if (sip_ims_same_endpoint(&pinhole->outer, outer) &&
		    (!pinhole->source_port ||
		     pinhole->source_port == source->port) &&
		    pinhole->l4proto == l4proto &&
		    nf_inet_addr_cmp(&pinhole->source, &source->addr))
			return pinhole;
	}
	return NULL;
}

/* Free a pinhole that is closed and in no list. */
static void pinhole_free(struct sip_ims_pinhole *pinhole)
{
	struct sip_ims_flow *flow, *next;

	list_for_each_entry_safe(flow, next, &pinhole->flows, list)
		kfree(flow);
	kfree(pinhole);
}

/**
 * sip_ims_pinholes_free() - free the pinholes of a session that has ended
 * @session: there is no reference left
 */
void sip_ims_pinholes_free(struct sip_ims_session *session)
{
	struct sip_ims_pinhole *pinhole, *next;

	list_for_each_entry_safe(pinhole, next, &session->pinholes, list)
		pinhole_free(pinhole);
}

/**
 * sip_ims_pinhole_remember() - remember a flow, so that it ends with the session
 * @pinhole: its session is locked
 * @source: where the flow's first packet came from
 *
 * Return: 0; -ENOSPC when SIP_IMS_FLOWS_MAX are remembered; -ENOMEM.
 */
int sip_ims_pinhole_remember(struct sip_ims_pinhole *pinhole,
			     const struct sip_ims_endpoint *source)
{
	struct sip_ims_flow *flow;

	list_for_each_entry(flow, &pinhole->flows, list) {
		if (sip_ims_same_endpoint(&flow->source, source))
			return 0;
	}
	if (pinhole->n_flows >= SIP_IMS_FLOWS_MAX)
		return -ENOSPC;
	flow = kzalloc(sizeof(*flow), GFP_ATOMIC);
	if (!flow)
		return -ENOMEM;
	flow->source = *source;
	list_add(&flow->list, &pinhole->flows);
	pinhole->n_flows++;
	return 0;
}

/**
 * sip_ims_pinhole_forget() - a flow is gone
 * @pinhole: its session is locked
 * @flow: one of its flows; freed
 */
void sip_ims_pinhole_forget(struct sip_ims_pinhole *pinhole,
			    struct sip_ims_flow *flow)
{
	list_del(&flow->list);
	pinhole->n_flows--;
	kfree(flow);
}

/**
 * sip_ims_pinhole_compare() - begin to name what a session shall have
 * @plan: its session is locked
 */
void sip_ims_pinhole_compare(struct sip_ims_plan *plan)
{
	struct sip_ims_pinhole *pinhole;

	plan->compare = true;
	list_for_each_entry(pinhole, &plan->session->pinholes, list)
		pinhole->keep = false;
}

static const struct sip_ims_endpoint nowhere;

static void pinhole_learn(struct sip_ims_pinhole *pinhole,
			  const struct sip_ims_endpoint *peer,
			  const struct sip_ims_endpoint *mapped)
{
	pinhole->peer = *(peer ?: &nowhere);
	pinhole->peer_mapped = *(mapped ?: &nowhere);
}

static struct sip_ims_pinhole *pinhole_new(const struct sip_ims_pinhole_spec *want)
{
	struct sip_ims_pinhole *pinhole = kzalloc(sizeof(*pinhole), GFP_ATOMIC);

	if (!pinhole)
		return NULL;
	pinhole->l4proto = want->l4proto;
	pinhole->mline = want->mline;
	pinhole->signalling = want->signalling;
	pinhole->keep = true;
	pinhole->source = *want->source;
	pinhole->source_port = want->source_port;
	pinhole->outer = *want->outer;
	pinhole->inner = *want->inner;
	pinhole_learn(pinhole, want->peer, want->peer_mapped);
	pinhole->active = (u32)jiffies;
	INIT_LIST_HEAD(&pinhole->flows);
	return pinhole;
}

/**
 * sip_ims_pinhole_require() - name one pinhole the session shall have
 * @plan: its session is locked
 * @want: what it shall be; copied but for what it points to
 *
 * Return: 0; -ENOSPC past SIP_IMS_PINHOLES_MAX; -ENOMEM; both counted.
 */
int sip_ims_pinhole_require(struct sip_ims_plan *plan,
			    const struct sip_ims_pinhole_spec *want)
{
	struct sip_ims_session *session = plan->session;
	struct sip_ims_pinhole *pinhole;

	pinhole = pinhole_in(&session->pinholes, want);
	if (pinhole && sip_ims_same_endpoint(&pinhole->inner, want->inner)) {
		pinhole->keep = true;
		pinhole->planned_peer = want->peer;
		pinhole->planned_mapped = want->peer_mapped;
		return 0;
	}
	if (plan->narrow)
		return 0;
	pinhole = pinhole_in(&plan->to_open, want);
	if (pinhole) {
		pinhole_learn(pinhole, want->peer, want->peer_mapped);
		return 0;
	}
	if (session->n_pinholes + plan->n_open >= SIP_IMS_PINHOLES_MAX) {
		sip_ims_refuse(session->sn, PINHOLE_LIMIT);
		return -ENOSPC;
	}
	pinhole = pinhole_new(want);
	if (!pinhole) {
		sip_ims_refuse(session->sn, NO_MEMORY);
		return -ENOMEM;
	}
	list_add_tail(&pinhole->list, &plan->to_open);
	plan->n_open++;
	return 0;
}

static void pinhole_refused(struct sip_ims_net *sn, int err)
{
	if (err == -EMFILE)
		sip_ims_refuse(sn, EXPECTATION_FULL);
	else
		sip_ims_refuse(sn, NO_MEMORY);
}

/**
 * sip_ims_pinhole_open() - open what the plan wants, all or none
 * @plan: its session is locked
 * @path: the packet it is made for
 *
 * After an error sip_ims_plan_abort() closes those that were opened.
 *
 * Return: 0, or the error of the first one that failed, counted.
 */
int sip_ims_pinhole_open(struct sip_ims_plan *plan,
			 const struct sip_ims_path *path)
{
	struct sip_ims_net *sn = plan->session->sn;
	const struct sip_ims_gate *gate = sip_ims_gate();
	struct sip_ims_pinhole *pinhole, *next;
	int err;

	list_for_each_entry_safe(pinhole, next, &plan->to_open, list) {
		err = gate ? gate->open(plan->session, pinhole, path) : -ENOMEM;
		if (err == -EALREADY) {
			sip_ims_refuse(sn, EXPECTATION_SHARED);
			pinhole->shared = true;
		} else if (err) {
			pinhole_refused(sn, err);
			if (err == -EMFILE)
				plan->retry_after = SIP_IMS_RETRY_AFTER;
			return err;
		}
		list_move_tail(&pinhole->list, &plan->opened);
	}
	return 0;
}

static void pinhole_close(struct sip_ims_session *session,
			  struct sip_ims_pinhole *pinhole)
{
	const struct sip_ims_gate *gate = sip_ims_gate();

	if (gate)
		gate->close(session, pinhole);
	list_del(&pinhole->list);
	pinhole_free(pinhole);
}

/**
 * sip_ims_pinhole_sweep() - close every pinhole that is not marked
 * @session: locked
 *
 * Context: RCU read side.
 */
void sip_ims_pinhole_sweep(struct sip_ims_session *session)
{
	struct sip_ims_pinhole *pinhole, *next;

	list_for_each_entry_safe(pinhole, next, &session->pinholes, list) {
		if (pinhole->keep)
			continue;
		session->n_pinholes--;
		pinhole_close(session, pinhole);
	}
}

/**
 * sip_ims_pinhole_close_if() - close the pinholes that a predicate selects
 * @session: locked
 * @fn: returns true for a pinhole to close
 * @arg: passed to @fn
 *
 * Context: RCU read side.
 */
void sip_ims_pinhole_close_if(struct sip_ims_session *session,
			      bool (*fn)(const struct sip_ims_pinhole *pinhole,
					 const void *arg),
			      const void *arg)
{
	struct sip_ims_pinhole *pinhole, *next;

	list_for_each_entry_safe(pinhole, next, &session->pinholes, list) {
		if (!fn(pinhole, arg))
			continue;
		session->n_pinholes--;
		pinhole_close(session, pinhole);
	}
}

/*
 * After half of the grace, so that what a call shares is its own before that of
 * the other one ends.
 */
static void reopen_later(struct sip_ims_session *session)
{
	struct sip_ims_settings settings;

	if (!session->ops->retries_shared)
		return;
	sip_ims_settings_copy(session->sn, session->key.zone, &settings);
	sip_ims_session_check(session, jiffies +
			      max_t(u32, settings.grace * HZ / 2, HZ));
}

/**
 * sip_ims_pinhole_reopen() - open what was shared, if its owner is over
 * @session: locked
 *
 * A call looks again before long.  The first one that cannot be opened ends it,
 * and is the last one to be tried next time, so that who shares many costs no
 * more than who shares one.
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_pinhole_reopen(struct sip_ims_session *session)
{
	const struct sip_ims_gate *gate = sip_ims_gate();
	struct sip_ims_pinhole *pinhole, *next;

	if (session->over)
		return;
	list_for_each_entry_safe(pinhole, next, &session->pinholes, list) {
		if (!pinhole->shared)
			continue;
		pinhole->shared = false;
		if (gate && !gate->open(session, pinhole, NULL))
			continue;
		pinhole->shared = true;
		list_move_tail(&pinhole->list, &session->pinholes);
		reopen_later(session);
		return;
	}
}

/**
 * sip_ims_pinhole_update_peers() - what was kept knows of its source what the plan does
 * @session: locked; all its pinholes were wanted
 */
void sip_ims_pinhole_update_peers(struct sip_ims_session *session)
{
	const struct sip_ims_gate *gate = sip_ims_gate();
	const struct sip_ims_endpoint *peer, *mapped;
	struct sip_ims_pinhole *pinhole;
	bool news;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		peer = pinhole->planned_peer ?: &nowhere;
		mapped = pinhole->planned_mapped ?: &nowhere;
		news = !sip_ims_same_endpoint(&pinhole->peer, peer) ||
		       !sip_ims_same_endpoint(&pinhole->peer_mapped, mapped);
		pinhole_learn(pinhole, peer, mapped);
		/* A phone without registration may have come in the way since. */
		news |= sip_ims_pinhole_is_outward(pinhole);
		if (news && gate && gate->unhide)
			gate->unhide(session, pinhole);
	}
}

/**
 * sip_ims_pinhole_commit() - the plan succeeded: it is now what the session has
 * @plan: its session is locked
 */
void sip_ims_pinhole_commit(struct sip_ims_plan *plan)
{
	struct sip_ims_session *session = plan->session;
	struct sip_ims_pinhole *pinhole;

	if (plan->compare) {
		sip_ims_pinhole_sweep(session);
		sip_ims_pinhole_update_peers(session);
		sip_ims_pinhole_reopen(session);
	}
	list_for_each_entry(pinhole, &plan->opened, list) {
		if (pinhole->shared)
			reopen_later(session);
	}
	list_splice_tail_init(&plan->opened, &session->pinholes);
	session->n_pinholes += plan->n_open;
}

/**
 * sip_ims_pinhole_abort() - the plan failed: close what it opened
 * @plan: its session is locked
 */
void sip_ims_pinhole_abort(struct sip_ims_plan *plan)
{
	struct sip_ims_pinhole *pinhole, *next;

	list_for_each_entry_safe(pinhole, next, &plan->opened, list)
		pinhole_close(plan->session, pinhole);
	list_for_each_entry_safe(pinhole, next, &plan->to_open, list) {
		list_del(&pinhole->list);
		pinhole_free(pinhole);
	}
}
