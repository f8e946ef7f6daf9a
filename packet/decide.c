// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decisions: from the facts of one message to a plan, and the commit or abort
 * of that plan.
 */
#include <call/call.h>
#include <call/offer.h>
#include <call/plan.h>
#include <call/target.h>
#include <packet/decide.h>
#include <path/path.h>
#include <registration/plan_grant.h>
#include <registration/registration.h>
#include <registration/transfer.h>
#include <session/counters.h>
#include <session/pinhole.h>
#include <session/session.h>

#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

/**
 * sip_ims_plan_decide() - decide what a message changes, and plan it
 * @plan: filled in
 * @path: the packet's path
 * @base: first byte of the message
 * @msg: its facts
 * @sdp: its SDP; count 0 and an empty body when there is none
 *
 * Returns with plan->base.session locked if there is one.  In any case
 * sip_ims_plan_commit() or sip_ims_plan_abort() must follow, the latter if
 * plan->base.drop is set.
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_plan_decide(struct sip_ims_call_plan *plan,
			 const struct sip_ims_path *path, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp)
{
	sip_ims_call_plan_init(plan);
	if (sip_ims_transfer_prepare(&plan->base, path, base, msg)) {
		plan->base.drop = true;
		return;
	}
	switch (msg->method) {
	case SIP_METHOD_REGISTER:
		sip_ims_registration_decide(&plan->base, path, base, msg);
		break;
	case SIP_METHOD_INVITE:
	case SIP_METHOD_ACK:
	case SIP_METHOD_BYE:
	case SIP_METHOD_CANCEL:
	case SIP_METHOD_PRACK:
	case SIP_METHOD_UPDATE:
		sip_ims_call_decide(plan, path, base, msg, sdp);
		break;
	default:
		if (sip_ims_via_prepare(&plan->base, path, msg))
			plan->base.drop = true;
		if (sdp->body.len)
			sip_ims_refuse(path->sn, STRAY_SDP);
		break;
	}
}

/**
 * sip_ims_plan_commit() - make a plan that was carried out take effect
 * @plan: from sip_ims_plan_decide()
 *
 * Unlocks the session and drops the plan's reference to it.
 */
void sip_ims_plan_commit(struct sip_ims_call_plan *plan)
{
	struct sip_ims_session *session = plan->base.session;

	if (session) {
		if (session->key.kind == SIP_IMS_CALL)
			sip_ims_offer_commit(plan);
		sip_ims_target_commit(plan);
		sip_ims_pinhole_commit(&plan->base);
		sip_ims_session_unlock(session);
	}
	sip_ims_plan_grants_commit(&plan->base);
}

static void session_abort(struct sip_ims_call_plan *plan)
{
	struct sip_ims_session *session = plan->base.session;
	bool created;

	sip_ims_pinhole_abort(&plan->base);
	if (session->key.kind == SIP_IMS_CALL)
		sip_ims_offer_abort(plan);
	sip_ims_target_abort(plan);
	created = plan->base.created && refcount_inc_not_zero(&session->use);
	sip_ims_session_unlock(session);
	if (created) {
		sip_ims_session_close(session);
		sip_ims_session_put(session);
	}
}

/**
 * sip_ims_plan_abort() - undo a plan, as if the message had not arrived
 * @plan: from sip_ims_plan_decide()
 *
 * Closes the pinholes that were opened for the message, unlocks the session
 * and drops the plan's reference to it.  A session that was created for the
 * message ends.
 */
void sip_ims_plan_abort(struct sip_ims_call_plan *plan)
{
	if (plan->base.session)
		session_abort(plan);
	sip_ims_plan_grants_abort(&plan->base);
}
