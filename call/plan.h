/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plans of messages that belong to a call.
 */
#ifndef _CALL_PLAN_H
#define _CALL_PLAN_H

#include <call/offer.h>
#include <call/target.h>
#include <session/plan.h>

/**
 * struct sip_ims_call_plan - the consequences of one message, of any session
 *
 * sip_ims_plan_decide() fills it in and returns with @base.session locked;
 * sip_ims_plan_commit() or sip_ims_plan_abort() must follow on the same CPU.
 *
 * @base: the consequences that no call is needed for
 * @sdp_untouched: do not change a byte of the SDP
 * @new_target: @target replaces the target of @target_party
 * @new_via: @via replaces the Via port of @target_party
 * @negotiation: the negotiation that the message's SDP has changed, or NULL
 * @description: the message's SDP, referenced, for the rewriting; or NULL
 * @other: the last description of the other end, borrowed, for the rewriting;
 *	or NULL
 * @target_party: the party whose target or Via port the commit replaces, or
 *	NULL
 * @sender: the party that sent the message, or NULL
 * @receiver: the party that receives the message, or NULL
 * @target: see @new_target
 * @via: see @new_via
 * @undo: @negotiation before the message, references included
 */
struct sip_ims_call_plan {
	struct sip_ims_plan base;
	bool sdp_untouched;
	bool new_target;
	bool new_via;
	struct sip_ims_negotiation *negotiation;
	struct sip_ims_description *description;
	const struct sip_ims_description *other;
	struct sip_ims_party *target_party;
	struct sip_ims_party *sender;
	struct sip_ims_party *receiver;
	struct sip_ims_target target;
	struct sip_ims_target via;
	struct sip_ims_negotiation undo;
};

/**
 * sip_ims_call_plan_init() - begin a plan without any consequence
 * @plan: initialised; @target, @via and @undo stay undefined
 */
static inline void sip_ims_call_plan_init(struct sip_ims_call_plan *plan)
{
	const size_t begin = offsetof(struct sip_ims_call_plan, sdp_untouched);
	const size_t end = offsetof(struct sip_ims_call_plan, target);

	sip_ims_plan_init(&plan->base);
	memset((u8 *)plan + begin, 0, end - begin);
}

#endif /* _CALL_PLAN_H */
