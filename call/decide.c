// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the facts of one message to one plan, and the plan's two ends.
 */
#include <linux/module.h>

#include <sip_ims/registration.h>

/**
 * sip_ims_plan_init() - a plan that asks for nothing
 * @plan: filled, but for what only counts with something else
 */
void sip_ims_plan_init(struct sip_ims_plan *plan)
{
	memset(plan, 0, offsetof(struct sip_ims_plan, want));
	INIT_LIST_HEAD(&plan->want);
	INIT_LIST_HEAD(&plan->opened);
}

/**
 * sip_ims_decide() - what shall follow from a message
 * @plan: filled
 * @path: the packet's way
 * @base: first byte of the message
 * @msg: its facts
 * @sdp: its SDP; count 0 and an empty body when there is none
 *
 * Returns with plan->session locked when there is one.  In any case
 * sip_ims_plan_commit() or sip_ims_plan_abort() must follow, the latter when
 * plan->drop is set.
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_decide(struct sip_ims_plan *plan, const struct sip_ims_path *path,
		    const u8 *base, const struct sip_message *msg,
		    const struct sdp *sdp)
{
	sip_ims_plan_init(plan);
	plan->drop = sip_ims_transfer_prepare(plan, path, base, msg);
	if (plan->drop)
		return;
	switch (msg->method) {
	case SIP_METHOD_REGISTER:
		sip_ims_registration_decide(plan, path, base, msg);
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
		plan->drop = sip_ims_via_prepare(plan, path, base, msg);
		if (sdp->body.len)
			sip_ims_refuse(path->sn, STRAY_SDP);
		break;
	}
}
EXPORT_SYMBOL_GPL(sip_ims_decide);

/**
 * sip_ims_plan_commit() - everything was carried out
 * @plan: from sip_ims_decide()
 *
 * Unlocks and gives back the session.
 */
void sip_ims_plan_commit(struct sip_ims_plan *plan)
{
	struct sip_ims_session *session = plan->session;

	if (session) {
		if (session->key.kind == SIP_IMS_CALL)
			sip_ims_offer_commit(plan);
		sip_ims_target_commit(plan);
		sip_ims_pinhole_commit(plan);
		sip_ims_session_unlock(session);
	}
	sip_ims_visits_commit(plan);
}
EXPORT_SYMBOL_GPL(sip_ims_plan_commit);

static void session_abort(struct sip_ims_plan *plan)
{
	struct sip_ims_session *session = plan->session;
	bool created;

	sip_ims_pinhole_abort(plan);
	if (session->key.kind == SIP_IMS_CALL)
		sip_ims_offer_abort(plan);
	sip_ims_target_abort(plan);
	created = plan->created && refcount_inc_not_zero(&session->use);
	sip_ims_session_unlock(session);
	if (created) {
		sip_ims_session_close(session);
		sip_ims_session_put(session);
	}
}

/**
 * sip_ims_plan_abort() - something failed: as if the message had not come
 * @plan: from sip_ims_decide()
 *
 * Closes what was opened for it, unlocks and gives back the session; a session
 * made for it goes.
 */
void sip_ims_plan_abort(struct sip_ims_plan *plan)
{
	if (plan->session)
		session_abort(plan);
	sip_ims_visits_abort(plan);
}
EXPORT_SYMBOL_GPL(sip_ims_plan_abort);
