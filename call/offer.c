// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offers and answers (RFC 3264), as SIP carries them (RFC 3261 section 13.2.1
 * and 14, RFC 3262 section 5, RFC 3311 section 5).
 *
 * A negotiation knows what each end said last, and for the last offer of each
 * end what counted before.  As long as the offer is open both count: media may
 * use the old and the new addresses.  A refused offer brings back what was; an
 * answered one lets go of it after T4, when nothing to the old addresses is on
 * its way any more.
 *
 * SDPs in several provisional answers, or one that is repeated in the 2xx, are
 * all answers to the same offer: the last one counts.
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
 * enum offer_role - what an SDP is in its dialog
 * @ROLE_STRAY: neither: nothing is opened for it
 * @ROLE_REPEATED: one that has had its effect
 * @ROLE_OFFER: a new offer
 * @ROLE_ANSWER: the answer to the other end's offer
 */
enum offer_role {
	ROLE_STRAY,
	ROLE_REPEATED,
	ROLE_OFFER,
	ROLE_ANSWER,
};

/**
 * struct offer_work - one message in one negotiation
 * @plan: filled
 * @call: locked
 * @negotiation: the dialog's, or the call's
 * @end: who sent the message
 * @msg: its facts
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
			    struct sip_ims_description **where,
			    struct sip_ims_description *description)
{
	struct sip_ims_description *old = *where;

	*where = description_get(description);
	sip_ims_description_put(call, old);
}

/**
 * sip_ims_negotiation_copy() - begin where another one stands
 * @to: not in use
 * @from: of the same call, locked
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

/* It is over, well or not. */
static void offer_forget(struct sip_ims_call *call, struct sip_ims_offer *offer)
{
	unsigned int i;

	offer->state = SIP_IMS_OFFER_NONE;
	for (i = 0; i < SIP_IMS_ENDS; i++)
		description_set(call, &offer->before[i], NULL);
}

/**
 * sip_ims_negotiation_free() - let go of all that was said
 * @call: locked, or nobody else holds it
 * @negotiation: empty afterwards
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

static bool offer_in(const struct sip_ims_offer *offer,
		     const struct sip_message *msg)
{
	return offer->method == msg->method && offer->cseq == msg->cseq;
}

static enum offer_role role_in_response(const struct offer_work *work)
{
	const struct sip_ims_offer *own = &work->negotiation->offer[work->end];
	const struct sip_ims_offer *other =
		&work->negotiation->offer[!work->end];

	if (!other->response && offer_in(other, work->msg))
		return other->state == SIP_IMS_OFFER_PENDING ? ROLE_ANSWER :
							       ROLE_REPEATED;
	if (own->response && offer_in(own, work->msg))
		return own->state == SIP_IMS_OFFER_PENDING ? ROLE_OFFER :
							     ROLE_REPEATED;
	/* An INVITE that had its answer, before the last offer. */
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

static bool same_sdp(const struct sip_ims_description *description, u64 hash)
{
	return description && description->hash == hash;
}

/* The same SDP again gets the same answer, whatever else was said meanwhile. */
static struct sip_ims_description *sdp_known(const struct offer_work *work,
					     u64 hash)
{
	struct sip_ims_negotiation *negotiation = work->negotiation;
	unsigned int i;

	if (same_sdp(negotiation->now[work->end], hash))
		return negotiation->now[work->end];
	for (i = 0; i < SIP_IMS_ENDS; i++) {
		if (same_sdp(negotiation->offer[i].before[work->end], hash))
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

static void offer_make(const struct offer_work *work)
{
	struct sip_ims_negotiation *negotiation = work->negotiation;
	struct sip_ims_offer *own = &negotiation->offer[work->end];
	struct sip_ims_offer *other = &negotiation->offer[!work->end];
	unsigned int i;

	/* Who offers has the answers to all that was offered before. */
	if (other->state == SIP_IMS_OFFER_PENDING && other->answered)
		offer_settle(work, other);
	/* In place of one that nobody answered: what was before both counts. */
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

/* 18x answers may be followed by others; a 2xx, an ACK or a PRACK is the end. */
static bool answer_is_final(const struct sip_message *msg)
{
	return msg->request || msg->status >= 200;
}

static void sdp_apply(const struct offer_work *work, enum offer_role role,
		      struct sip_ims_description *description)
{
	struct sip_ims_negotiation *negotiation = work->negotiation;
	struct sip_ims_offer *other = &negotiation->offer[!work->end];
	struct sip_ims_offer *asked =
		&negotiation->offer[work->msg->request ? work->end : !work->end];

	asked->requested = max(asked->requested, work->msg->cseq + 1);
	if (role == ROLE_OFFER)
		offer_make(work);
	description_set(work->call, &negotiation->now[work->end], description);
	if (role != ROLE_ANSWER)
		return;
	other->answered = true;
	if (answer_is_final(work->msg) &&
	    other->state == SIP_IMS_OFFER_PENDING)
		offer_settle(work, other);
}

/*
 * From here on commit or abort has to decide which of the two counts.  A call
 * that is made for this message goes with it, there is nothing to go back to.
 */
static void undo_begin(const struct offer_work *work)
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
	u64 hash = sip_ims_media_hash(path, base, sdp);
	struct sip_ims_description *known = sdp_known(work, hash);
	enum offer_role role = work->msg->request ? role_in_request(work) :
						    role_in_response(work);
	struct sip_ims_call_plan *plan = work->plan;
	struct sip_ims_description *said;

	if (role == ROLE_STRAY || (role == ROLE_REPEATED && !known))
		sip_ims_refuse(path->sn, STRAY_SDP);
	said = description_get(known);
	if (!known)
		said = sip_ims_media_describe(path, work->call,
					      work->negotiation->now[work->end],
					      base, sdp, hash);
	if (IS_ERR(said))
		return PTR_ERR(said);
	plan->description = said;
	if (role == ROLE_STRAY || role == ROLE_REPEATED)
		return 0;
	undo_begin(work);
	sdp_apply(work, role, plan->description);
	return 0;
}

/* What counted before counts again; an answer that came counts no more. */
static void offer_refused(const struct offer_work *work, enum sip_ims_end end)
{
	struct sip_ims_negotiation *negotiation = work->negotiation;
	struct sip_ims_offer *offer = &negotiation->offer[end];
	struct sip_ims_offer *crossing = &negotiation->offer[!end];

	undo_begin(work);
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

static bool offer_pending(const struct sip_ims_offer *offer,
			  const struct sip_message *msg)
{
	return offer->state == SIP_IMS_OFFER_PENDING && offer_in(offer, msg);
}

/* The first offer of a dialog ends with the call, not by itself. */
static void final_response(const struct offer_work *work)
{
	struct sip_ims_offer *asked = &work->negotiation->offer[!work->end];
	struct sip_ims_offer *own = &work->negotiation->offer[work->end];
	bool refused = work->msg->status >= 300;

	if (offer_pending(asked, work->msg) && !asked->response) {
		if (refused && asked->before[!work->end]) {
			offer_refused(work, !work->end);
		} else if (!refused) {
			undo_begin(work);
			offer_settle(work, asked);
		}
	} else if (offer_pending(own, work->msg) && own->response && refused &&
		   own->before[work->end]) {
		offer_refused(work, work->end);
	}
}

/* An ACK without SDP owes us the answer; what was offered counts. */
static void answer_missing(const struct offer_work *work)
{
	struct sip_ims_offer *other = &work->negotiation->offer[!work->end];

	if (!other->response || other->cseq != work->msg->cseq ||
	    other->state != SIP_IMS_OFFER_PENDING)
		return;
	undo_begin(work);
	offer_settle(work, other);
}

/*
 * A digest that covers the body (qop=auth-int) does not fit a changed one; the
 * zone says which of the two is the lesser evil.
 */
static bool sdp_signed(const struct offer_work *work, const u8 *base)
{
	struct sip_ims_session *session = work->plan->base.session;
	const struct sip_ims_settings *settings;

	if (!sip_auth_int(base, work->msg))
		return false;
	sip_ims_count(session->sn, SIP_IMS_A_STATS_AUTH_INT);
	settings = sip_ims_settings_find(session->sn, session->key.zone);
	work->plan->sdp_untouched =
		settings->auth_int == SIP_IMS_INTEGRITY_POLICY_PASS;
	return work->plan->sdp_untouched;
}

/**
 * sip_ims_offer_decide() - what a message means for the media of its dialog
 * @plan: its session is a call, locked
 * @path: the packet
 * @negotiation: of the dialog, or of the call before there is one
 * @end: who sent the message
 * @base: first byte of the message
 * @msg: its facts
 * @sdp: its SDP; an empty body when there is none
 *
 * Sets plan->negotiation when something changed; then sip_ims_offer_commit() or
 * sip_ims_offer_abort() has to follow.
 *
 * Return: 0, or an error that is counted.
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
	if (sdp->body.len && sdp_signed(&work, base))
		return 0;
	if (sdp->body.len && (msg->request || msg->status < 300))
		return sdp_decide(&work, path, base, sdp);
	if (!msg->request && msg->status >= 200)
		final_response(&work);
	else if (msg->request && msg->method == SIP_METHOD_ACK)
		answer_missing(&work);
	return 0;
}

/**
 * sip_ims_offer_commit() - the message left: the negotiation stays as it is
 * @plan: its session is a call, locked
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
 * sip_ims_offer_abort() - the message did not leave: the negotiation is as before
 * @plan: its session is a call, locked
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
 * sip_ims_offer_tick() - let go of what counted before, when it is time
 * @call: locked
 * @negotiation: of one of its dialogs
 *
 * Return: whether something changed.
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
