// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pinholes that a session requires, compared with those that are open.
 *
 * Decisions name every pinhole that a session requires: one that is open
 * already is marked, any other is added to the plan.  The open ones do not
 * change before the plan is committed, so an abort has little to undo.
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

/* Two pinholes are equal if their expectations would have the same tuple. */
static struct sip_ims_pinhole *
pinhole_find_equal(struct list_head *list,
		   const struct sip_ims_pinhole_spec *spec)
{
	struct sip_ims_pinhole *pinhole;

	list_for_each_entry(pinhole, list, list) {
		if (sip_ims_same_endpoint(&pinhole->outer, spec->outer) &&
		    pinhole->source_port == spec->source_port &&
		    pinhole->l4proto == spec->l4proto &&
		    nf_inet_addr_cmp(&pinhole->source, spec->source))
			return pinhole;
	}
	return NULL;
}

/**
 * sip_ims_pinhole_find() - find the pinhole that a flow comes through
 * @session: the session, locked
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @source: source of the flow, before translation
 * @outer: destination of the flow, before translation
 *
 * Context: any.
 * Return: the pinhole, valid as long as @session is locked; NULL for none.
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

static void pinhole_free(struct sip_ims_pinhole *pinhole)
{
	struct sip_ims_flow *flow, *next;

	list_for_each_entry_safe(flow, next, &pinhole->flows, list)
		kfree(flow);
	kfree(pinhole);
}

/**
 * sip_ims_pinholes_free() - free the pinholes of a session
 * @session: the session, to which there is no reference any more; the gate has
 *	closed its pinholes
 *
 * Context: any.
 */
void sip_ims_pinholes_free(struct sip_ims_session *session)
{
	struct sip_ims_pinhole *pinhole, *next;

	list_for_each_entry_safe(pinhole, next, &session->pinholes, list)
		pinhole_free(pinhole);
}

/**
 * sip_ims_pinhole_remember() - remember a flow that came through a pinhole
 * @pinhole: the pinhole; its session is locked
 * @source: source of the flow's first packet, before translation
 *
 * The gate ends the remembered flows with the pinhole.
 *
 * Context: any.
 * Return: 0, also when the flow is remembered already; -ENOSPC when
 * SIP_IMS_FLOWS_MAX flows are; -ENOMEM.
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
 * sip_ims_pinhole_forget() - forget a flow that has ended
 * @pinhole: the pinhole; its session is locked
 * @flow: one of its flows; freed
 *
 * Context: any.
 */
void sip_ims_pinhole_forget(struct sip_ims_pinhole *pinhole,
			    struct sip_ims_flow *flow)
{
	list_del(&flow->list);
	pinhole->n_flows--;
	kfree(flow);
}

/**
 * sip_ims_pinhole_compare() - begin to name the required pinholes
 * @plan: the plan; its session is locked
 *
 * Clears all marks.  Pinholes that are not marked at the commit are closed.
 *
 * Context: any.
 */
void sip_ims_pinhole_compare(struct sip_ims_plan *plan)
{
	struct sip_ims_pinhole *pinhole;

	plan->compare = true;
	list_for_each_entry(pinhole, &plan->session->pinholes, list)
		pinhole->keep = false;
}

static const struct sip_ims_endpoint no_endpoint;

static void pinhole_set_peer(struct sip_ims_pinhole *pinhole,
			     const struct sip_ims_endpoint *peer,
			     const struct sip_ims_endpoint *mapped)
{
	pinhole->peer = *(peer ?: &no_endpoint);
	pinhole->peer_mapped = *(mapped ?: &no_endpoint);
}

static struct sip_ims_pinhole *
pinhole_new(const struct sip_ims_pinhole_spec *spec)
{
	struct sip_ims_pinhole *pinhole = kzalloc(sizeof(*pinhole), GFP_ATOMIC);

	if (!pinhole)
		return NULL;
	pinhole->l4proto = spec->l4proto;
	pinhole->mline = spec->mline;
	pinhole->signalling = spec->signalling;
	pinhole->keep = true;
	pinhole->source = *spec->source;
	pinhole->source_port = spec->source_port;
	pinhole->outer = *spec->outer;
	pinhole->inner = *spec->inner;
	pinhole_set_peer(pinhole, spec->peer, spec->peer_mapped);
	pinhole->active = (u32)jiffies;
	INIT_LIST_HEAD(&pinhole->flows);
	return pinhole;
}

/**
 * sip_ims_pinhole_require() - name one pinhole that the session requires
 * @plan: the plan; its session is locked
 * @spec: the pinhole; for its pointers see struct sip_ims_pinhole_spec
 *
 * Of two equal pinholes, the one that is named last supplies the peer.
 *
 * Context: any.
 * Return: 0; -ENOSPC above SIP_IMS_PINHOLES_MAX; -ENOMEM; errors are counted.
 */
int sip_ims_pinhole_require(struct sip_ims_plan *plan,
			    const struct sip_ims_pinhole_spec *spec)
{
	struct sip_ims_session *session = plan->session;
	struct sip_ims_pinhole *pinhole;

	pinhole = pinhole_find_equal(&session->pinholes, spec);
	if (pinhole && sip_ims_same_endpoint(&pinhole->inner, spec->inner)) {
		pinhole->keep = true;
		pinhole->planned_peer = spec->peer;
		pinhole->planned_mapped = spec->peer_mapped;
		return 0;
	}
	if (plan->narrow)
		return 0;
	pinhole = pinhole_find_equal(&plan->to_open, spec);
	if (pinhole) {
		pinhole_set_peer(pinhole, spec->peer, spec->peer_mapped);
		return 0;
	}
	if (session->n_pinholes + plan->n_open >= SIP_IMS_PINHOLES_MAX) {
		sip_ims_refuse(session->sn, PINHOLE_LIMIT);
		return -ENOSPC;
	}
	pinhole = pinhole_new(spec);
	if (!pinhole) {
		sip_ims_refuse(session->sn, NO_MEMORY);
		return -ENOMEM;
	}
	list_add_tail(&pinhole->list, &plan->to_open);
	plan->n_open++;
	return 0;
}

static void pinhole_count_refusal(struct sip_ims_net *sn, int err)
{
	if (err == -EMFILE)
		sip_ims_refuse(sn, EXPECTATION_FULL);
	else
		sip_ims_refuse(sn, NO_MEMORY);
}

/**
 * sip_ims_pinhole_open() - open all pinholes of a plan, or none
 * @plan: the plan; its session is locked
 * @path: path of the packet that the plan is for
 *
 * A pinhole that another session has open becomes shared.  After an error
 * sip_ims_pinhole_abort() must follow, which closes those that were opened.
 *
 * Context: RCU read side, bottom halves off.
 * Return: 0, or the error of the first pinhole that failed, counted.
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
			pinhole_count_refusal(sn, err);
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
 * sip_ims_pinhole_close_if() - close the pinholes that a predicate selects
 * @session: the session, locked
 * @fn: returns true for a pinhole to close
 * @arg: passed to @fn
 *
 * Context: RCU read side, bottom halves off.
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

static bool pinhole_is_unmarked(const struct sip_ims_pinhole *pinhole,
				const void *unused)
{
	return !pinhole->keep;
}

/**
 * sip_ims_pinhole_sweep() - close every pinhole that is not marked
 * @session: the session, locked
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_pinhole_sweep(struct sip_ims_session *session)
{
	sip_ims_pinhole_close_if(session, pinhole_is_unmarked, NULL);
}

/*
 * Try again after half of the grace period: the other session is replaceable
 * from the answer to its BYE to the end of its grace period, and the shared
 * pinhole should be this session's own before the other closes it.
 */
static void schedule_reopen(struct sip_ims_session *session)
{
	struct sip_ims_settings settings;

	if (!session->ops->retries_shared)
		return;
	sip_ims_settings_copy(session->sn, session->key.zone, &settings);
	sip_ims_session_check(session, jiffies +
			      max_t(u32, settings.grace * HZ / 2, HZ));
}

/**
 * sip_ims_pinhole_reopen() - open shared pinholes whose other session is over
 * @session: the session, locked
 *
 * Stops at the first pinhole that cannot be opened, and moves it to the end of
 * the list, where it is tried last next time.  So a session with many shared
 * pinholes has only one failed attempt each time, as one with a single shared
 * pinhole has.  A call schedules the next attempt.
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
		schedule_reopen(session);
		return;
	}
}

/**
 * sip_ims_pinhole_update_peers() - copy the planned peers to the open pinholes
 * @session: the session, locked; all its pinholes are marked by the plan that
 *	is being committed
 *
 * A flow that hides a pinhole from a peer that has just become known is ended.
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_pinhole_update_peers(struct sip_ims_session *session)
{
	const struct sip_ims_gate *gate = sip_ims_gate();
	const struct sip_ims_endpoint *peer, *mapped;
	struct sip_ims_pinhole *pinhole;
	bool news;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		peer = pinhole->planned_peer ?: &no_endpoint;
		mapped = pinhole->planned_mapped ?: &no_endpoint;
		news = !sip_ims_same_endpoint(&pinhole->peer, peer) ||
		       !sip_ims_same_endpoint(&pinhole->peer_mapped, mapped);
		pinhole_set_peer(pinhole, peer, mapped);
		/* A phone without registration may have got the port since. */
		news |= sip_ims_pinhole_is_outward(pinhole);
		if (news && gate && gate->unhide)
			gate->unhide(session, pinhole);
	}
}

/**
 * sip_ims_pinhole_commit() - give the pinholes of a plan to its session
 * @plan: the plan, carried out; its session is locked
 *
 * Closes the pinholes that the plan does not require any more, if it compared
 * them.
 *
 * Context: RCU read side, bottom halves off.
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
			schedule_reopen(session);
	}
	list_splice_tail_init(&plan->opened, &session->pinholes);
	session->n_pinholes += plan->n_open;
}

/**
 * sip_ims_pinhole_abort() - close and free the pinholes of a plan
 * @plan: the plan; its session is locked, and keeps the pinholes that it had
 *
 * Context: RCU read side, bottom halves off.
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
