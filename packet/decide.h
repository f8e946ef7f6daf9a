/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decisions: from the facts of one message to a plan, and the commit or abort
 * of that plan.
 */
#ifndef _PACKET_DECIDE_H
#define _PACKET_DECIDE_H

#include <sip_ims/types.h>

struct sdp;
struct sip_ims_call_plan;
struct sip_ims_path;
struct sip_message;

void sip_ims_plan_decide(struct sip_ims_call_plan *plan,
			 const struct sip_ims_path *path, const u8 *base,
			 const struct sip_message *msg, const struct sdp *sdp);
void sip_ims_plan_commit(struct sip_ims_call_plan *plan);
void sip_ims_plan_abort(struct sip_ims_call_plan *plan);

#endif /* _PACKET_DECIDE_H */
