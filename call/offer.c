// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offers and answers (RFC 3264), as SIP carries them (RFC 3261 sections 13.2.1
 * and 14, RFC 3262 section 5, RFC 3311 section 5).
 *
 * A negotiation has the last description of each end, and for the last offer of
 * each end the descriptions that were in effect before it.  While an offer is
 * pending, both are in effect, since media may use the old and the new
 * addresses.  A refused offer restores the old descriptions.  An answered one
 * drops them after T4, when no packet to the old addresses is in flight any
 * more.
 *
 * An offer may get several answers, in provisional responses and again in the
 * 2xx.  The last one is in effect.
 */
#include <call/call.h>
#include <call/description.h>
#include <call/offer.h>
#include <call/plan.h>
#include <path/path.h>
#include <session/counters.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

/**
 * enum offer_role - role of an SDP in its dialog
 * @ROLE_STRAY: neither offer nor answer; it opens no pinhole
 * @ROLE_REPEATED: an offer or answer that has had its effect
 * @ROLE_OFFER: a new offer
 * @ROLE_ANSWER: an answer to the pending offer of the other end
 */
enum offer_role {
	ROLE_STRAY,
	ROLE_REPEATED,
	ROLE_OFFER,
	ROLE_ANSWER,
};

/**
 * struct offer_work - a message and the negotiation that it belongs to
 * @plan: the plan of the message
 * @call: the call, locked
 * @negotiation: the negotiation of the dialog, or of the call before there is a
 *	dialog
 * @end: the end that sent the message
 * @msg: the facts of the message
 */
struct offer_work {
	struct sip_ims_call_plan *plan;
	struct sip_ims_call *call;
	struct sip_ims_negotiation *negotiation;
	enum sip_ims_end end;
	const struct sip_message *msg;
};

static struct sip_ims_description *
description_get(struct sip_ims_description *description)
{
	if (description)
		description->use++;
	return description;
}

static void description_set(struct sip_ims_call *call,
			    struct sip_ims_description **pointer,
			    struct sip_ims_description *description)
{
	struct sip_ims_description *old = *pointer;

	*pointer = description_get(description);
	sip_ims_description_put(call, old);
}

/**
 * sip_ims_negotiation_copy() - copy a negotiation, references included
 * @to: set; holds no references before
 * @from: a negotiation of the same call, which is locked
 *
 * Context: any.
 */
void sip_ims_negotiation_copy(struct sip_ims_negotiation *to,
			      const struct sip_ims_negotiation *from)
{
	unsigned int i, j;

	*to = *from;
	for (i = 0; i < SIP_IMS_ENDS; i++) {
		description_get(to->now[i]);
		for (j = 0; j < SIP_IMS_ENDS; j++)
			description_get(to->offer[i].before[j]);
	}
}

static void offer_forget(struct sip_ims_call *call, struct sip_ims_offer *offer)
{
	unsigned int i;

	offer->state = SIP_IMS_OFFER_NONE;
	for (i = 0; i < SIP_IMS_ENDS; i++)
		description_set(call, &offer->before[i], NULL);
}

/**
 * sip_ims_negotiation_free() - drop all references of a negotiation
 * @call: its call, locked or without any reference to it
 * @negotiation: the negotiation; has no descriptions and no offers afterwards
 *
 * Context: any.
 */
void sip_ims_negotiation_free(struct sip_ims_call *call,
			      struct sip_ims_negotiation *negotiation)
{
	unsigned int i;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		description_set(call, &negotiation->now[i], NULL);
		offer_forget(call, &negotiation->offer[i]);
	}
}

static bool offer_is_in(const struct sip_ims_offer *offer,
			const struct sip_message *msg)
{
	return offer->method == msg->method && offer->cseq == msg->cseq;
}

static enum offer_role role_in_response(const struct offer_work *work)
{
	const struct sip_ims_offer *own = &work->negotiation->offer[work->end];
	const struct sip_ims_offer *other =
		&work->negotiation->offer[!work->end];

	if (!other->response && offer_is_in(other, work->msg))
		return other->state == SIP_IMS_OFFER_PENDING ? ROLE_ANSWER :
							       ROLE_REPEATED;
	if (own->response && offer_is_in(own, work->msg))
		return own->state == SIP_IMS_OFFER_PENDING ? ROLE_OFFER :
							     ROLE_REPEATED;
	/* The response belongs to an INVITE before the last offer. */
	if (work->msg->method == SIP_METHOD_INVITE &&
	    work->msg->cseq < other->requested)
		return ROLE_REPEATED;
	return work->msg->method == SIP_METHOD_INVITE &&
	       work->msg->cseq == other->invited ? ROLE_OFFER : ROLE_STRAY;
}

static enum offer_role role_in_request(const struct offer_work *work)
{
	const struct sip_ims_offer *own = &work->negotiation->offer[work->end];
	const struct sip_ims_offer *other =
		&work->negotiation->offer[!work->end];
	bool awaited = other->response &&
		       other->state == SIP_IMS_OFFER_PENDING;

	switch (work->msg->method) {
	case SIP_METHOD_ACK:
		if (!other->response || other->cseq != work->msg->cseq)
			return ROLE_STRAY;
		return awaited ? ROLE_ANSWER : ROLE_REPEATED;
	case SIP_METHOD_PRACK:
		if (awaited)
			return ROLE_ANSWER;
		fallthrough;
	case SIP_METHOD_INVITE:
	case SIP_METHOD_UPDATE:
		return work->msg->cseq < own->requested ? ROLE_REPEATED :
							  ROLE_OFFER;
	default:
		return ROLE_STRAY;
	}
}

static bool has_hash(const struct sip_ims_description *description, u64 hash)
{
	return description && description->hash == hash;
}

/*
 * A repeated SDP is rewritten to the same bytes as before, even if another SDP
 * has been sent in between.
 */
static struct sip_ims_description *
description_find(const struct offer_work *work, u64 hash)
{
	struct sip_ims_negotiation *negotiation = work->negotiation;
	unsigned int i;

	if (has_hash(negotiation->now[work->end], hash))
		return negotiation->now[work->end];
	for (i = 0; i < SIP_IMS_ENDS; i++) {
		if (has_hash(negotiation->offer[i].before[work->end], hash))
			return negotiation->offer[i].before[work->end];
	}
	return NULL;
}

static void offer_settle(const struct offer_work *work,
			 struct sip_ims_offer *offer)
{
	struct sip_ims_description **now = work->negotiation->now;
	struct sip_ims_session *session = &work->call->session;
	const struct sip_ims_settings *settings;

	if (offer->before[0] == now[0] && offer->before[1] == now[1])
		offer_forget(work->call, offer);
	if (!offer->before[0] && !offer->before[1]) {
		offer->state = SIP_IMS_OFFER_NONE;
		return;
	}
	settings = sip_ims_settings_find(session->sn, session->key.zone);
	offer->state = SIP_IMS_OFFER_SETTLING;
	offer->until = jiffies + msecs_to_jiffies(settings->t4);
	sip_ims_session_check(session, offer->until);
}

static void offer_begin(const struct offer_work *work)
{
	struct sip_ims_negotiation *negotiation = work->negotiation;
	struct sip_ims_offer *own = &negotiation->offer[work->end];
	struct sip_ims_offer *other = &negotiation->offer[!work->end];
	unsigned int i;

	/* An end may offer only when the offer before has its answer. */
	if (other->state == SIP_IMS_OFFER_PENDING && other->answered)
		offer_settle(work, other);
	/* An offer that replaces an unanswered one keeps its @before. */
	if (own->state != SIP_IMS_OFFER_PENDING || own->answered) {
		for (i = 0; i < SIP_IMS_ENDS; i++)
			description_set(work->call, &own->before[i],
					negotiation->now[i]);
	}
	own->state = SIP_IMS_OFFER_PENDING;
	own->answered = false;
	own->response = !work->msg->request;
	own->method = work->msg->method;
	own->cseq = work->msg->cseq;
}

/* Another answer may follow one in a provisional response. */
static bool answer_is_final(const struct sip_message *msg)
{
	return msg->request || msg->status >= 200;
}

static void sdp_apply(const struct offer_work *work, enum offer_role role,
		      struct sip_ims_description *description)
{
	struct sip_ims_negotiation *negotiation = work->negotiation;
	struct sip_ims_offer *other = &negotiation->offer[!work->end];
	unsigned int requester = work->msg->request ? work->end : !work->end;
	struct sip_ims_offer *offer = &negotiation->offer[requester];

	offer->requested = max(offer->requested, work->msg->cseq + 1);
	if (role == ROLE_OFFER)
		offer_begin(work);
	description_set(work->call, &negotiation->now[work->end], description);
	if (role != ROLE_ANSWER)
		return;
	other->answered = true;
	if (answer_is_final(work->msg) &&
	    other->state == SIP_IMS_OFFER_PENDING)
		offer_settle(work, other);
}

/*
 * The commit drops the copy, and the abort restores it.  The abort of a message
 * that created its call ends the call, so no copy is needed.
 */
static void save_undo(const struct offer_work *work)
{
	struct sip_ims_call_plan *plan = work->plan;

	plan->negotiation = work->negotiation;
	if (plan->base.created)
		memset(&plan->undo, 0, sizeof(plan->undo));
	else
		sip_ims_negotiation_copy(&plan->undo, work->negotiation);
}

static int sdp_decide(const struct offer_work *work,
		      const struct sip_ims_path *path, const u8 *base,
		      const struct sdp *sdp)
{
	u64 hash = sip_ims_description_hash(path, base, sdp);
	struct sip_ims_description *cached = description_find(work, hash);
	enum offer_role role = work->msg->request ? role_in_request(work) :
						    role_in_response(work);
	struct sip_ims_call_plan *plan = work->plan;
	struct sip_ims_description *description, *last;

	if (role == ROLE_STRAY || (role == ROLE_REPEATED && !cached))
		sip_ims_refuse(path->sn, STRAY_SDP);
	last = work->negotiation->now[work->end];
	description = description_get(cached);
	if (!cached)
		description = sip_ims_description_create(path, work->call,
							 last, sdp, hash);
	if (IS_ERR(description))
		return PTR_ERR(description);
	plan->description = description;
	if (role == ROLE_STRAY || role == ROLE_REPEATED)
		return 0;
	save_undo(work);
	sdp_apply(work, role, description);
	return 0;
}

/* An answer in a provisional response is withdrawn with the offer. */
static void offer_revert(const struct offer_work *work, enum sip_ims_end end)
{
	struct sip_ims_negotiation *negotiation = work->negotiation;
	struct sip_ims_offer *offer = &negotiation->offer[end];
	struct sip_ims_offer *crossing = &negotiation->offer[!end];

	save_undo(work);
	description_set(work->call, &negotiation->now[end],
			offer->before[end]);
	if (offer->answered)
		description_set(work->call, &negotiation->now[!end],
				offer->before[!end]);
	if (crossing->state == SIP_IMS_OFFER_PENDING)
		description_set(work->call, &crossing->before[end],
				negotiation->now[end]);
	offer_forget(work->call, offer);
	sip_ims_count(work->call->session.sn, SIP_IMS_A_STATS_OFFER_REFUSED);
}

static bool offer_is_pending(const struct sip_ims_offer *offer,
			     const struct sip_message *msg)
{
	return offer->state == SIP_IMS_OFFER_PENDING && offer_is_in(offer, msg);
}

/*
 * If the first offer of a dialog is refused, there is nothing to restore: it
 * ends with the call.
 */
static void handle_final_response(const struct offer_work *work)
{
	struct sip_ims_offer *other = &work->negotiation->offer[!work->end];
	struct sip_ims_offer *own = &work->negotiation->offer[work->end];
	bool refused = work->msg->status >= 300;

	if (offer_is_pending(other, work->msg) && !other->response) {
		if (refused && other->before[!work->end]) {
			offer_revert(work, !work->end);
		} else if (!refused) {
			save_undo(work);
			offer_settle(work, other);
		}
	} else if (offer_is_pending(own, work->msg) && own->response &&
		   refused && own->before[work->end]) {
		offer_revert(work, work->end);
	}
}

/*
 * The ACK must have the answer to an offer in the 2xx (RFC 3261 section
 * 13.2.1).  If it has none, the offer is in effect.
 */
static void handle_missing_answer(const struct offer_work *work)
{
	struct sip_ims_offer *other = &work->negotiation->offer[!work->end];

	if (!other->response || other->cseq != work->msg->cseq ||
	    other->state != SIP_IMS_OFFER_PENDING)
		return;
	save_undo(work);
	offer_settle(work, other);
}

/*
 * A digest that covers the body (qop=auth-int) does not match a changed body.
 * The setting auth-int decides whether the SDP is rewritten all the same.
 */
static void apply_auth_int(const struct offer_work *work, const u8 *base)
{
	struct sip_ims_session *session = work->plan->base.session;
	const struct sip_ims_settings *settings;

	if (!sip_auth_int(base, work->msg))
		return;
	sip_ims_count(session->sn, SIP_IMS_A_STATS_AUTH_INT);
	settings = sip_ims_settings_find(session->sn, session->key.zone);
	work->plan->sdp_untouched =
		settings->auth_int == SIP_IMS_INTEGRITY_POLICY_PASS;
}

/**
 * sip_ims_offer_decide() - apply a message to the negotiation of its dialog
 * @plan: the plan of the message; its session is a call, locked
 * @path: path of the packet
 * @negotiation: the negotiation of the dialog, or of the call before there is a
 *	dialog
 * @end: the end that sent the message
 * @base: first byte of the message
 * @msg: its facts
 * @sdp: its SDP; with an empty body when there is none
 *
 * Sets plan->description and plan->other for the rewriting, and
 * plan->negotiation if the negotiation has changed.  sip_ims_offer_commit() or
 * sip_ims_offer_abort() must follow, also after an error.
 *
 * Context: RCU read side, bottom halves off.
 * Return: 0, or an error of sip_ims_description_create(), counted.
 */
int sip_ims_offer_decide(struct sip_ims_call_plan *plan,
			 const struct sip_ims_path *path,
			 struct sip_ims_negotiation *negotiation,
			 enum sip_ims_end end, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp)
{
	struct offer_work work = {
		.plan = plan, .negotiation = negotiation, .end = end,
		.call = sip_ims_call_of(plan->base.session), .msg = msg,
	};

	lockdep_assert_held(&plan->base.session->lock);

	if (msg->request && msg->method == SIP_METHOD_INVITE)
		negotiation->offer[end].invited = msg->cseq;
	plan->other = negotiation->now[!end];
	if (sdp->body.len)
		apply_auth_int(&work, base);
	if (plan->sdp_untouched)
		return 0;
	if (sdp->body.len && (msg->request || msg->status < 300))
		return sdp_decide(&work, path, base, sdp);
	if (!msg->request && msg->status >= 200)
		handle_final_response(&work);
	else if (msg->request && msg->method == SIP_METHOD_ACK)
		handle_missing_answer(&work);
	return 0;
}

/**
 * sip_ims_offer_commit() - keep what sip_ims_offer_decide() has changed
 * @plan: the plan of a message that leaves; its session is a call, locked
 *
 * Drops the references of the plan to descriptions.
 *
 * Context: bottom halves off.
 */
void sip_ims_offer_commit(struct sip_ims_call_plan *plan)
{
	struct sip_ims_call *call = sip_ims_call_of(plan->base.session);

	if (plan->base.compare) {
		call->inactive = 0;
		call->reopened = false;
	}
	if (plan->negotiation)
		sip_ims_negotiation_free(call, &plan->undo);
	sip_ims_description_put(call, plan->description);
}

/**
 * sip_ims_offer_abort() - undo what sip_ims_offer_decide() has changed
 * @plan: the plan of a message that is dropped; its session is a call, locked
 *
 * Drops the references of the plan to descriptions.
 *
 * Context: bottom halves off.
 */
void sip_ims_offer_abort(struct sip_ims_call_plan *plan)
{
	struct sip_ims_call *call = sip_ims_call_of(plan->base.session);

	if (plan->negotiation) {
		sip_ims_negotiation_free(call, plan->negotiation);
		*plan->negotiation = plan->undo;
	}
	sip_ims_description_put(call, plan->description);
}

/**
 * sip_ims_offer_tick() - drop descriptions that are older than T4
 * @call: the call, locked
 * @negotiation: the negotiation of one of its dialogs
 *
 * Asks for the next check.
 *
 * Context: bottom halves off.
 * Return: whether descriptions were dropped; pinholes may have to close then.
 */
bool sip_ims_offer_tick(struct sip_ims_call *call,
			struct sip_ims_negotiation *negotiation)
{
	struct sip_ims_offer *offer;
	bool changed = false;
	unsigned int i;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		offer = &negotiation->offer[i];
		if (offer->state != SIP_IMS_OFFER_SETTLING)
			continue;
		if (time_before(jiffies, offer->until)) {
			sip_ims_session_check(&call->session, offer->until);
			continue;
		}
		offer_forget(call, offer);
		changed = true;
	}
	return changed;
}
