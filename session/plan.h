/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Plans: the consequences of one message, decided first and carried out later,
 * all of them or none.
 */
#ifndef _SESSION_PLAN_H
#define _SESSION_PLAN_H

#include <linux/list.h>

#include <path/path.h>

#define SIP_IMS_PLAN_GRANTS_MAX	4u	/* per message */

struct sip_ims_session;

/**
 * struct sip_ims_plan_grant - a grant that one message causes
 * @session: the registration that the grant belongs to, referenced, not locked
 * @from: the port, as the message names it
 * @to: the port, as the message has to name it for its receiver
 * @source: the host that may use the port
 * @asked: how many messages had asked for the grant, this one included
 */
struct sip_ims_plan_grant {
	struct sip_ims_session *session;
	struct sip_ims_endpoint from;
	struct sip_ims_endpoint to;
	union nf_inet_addr source;
	u32 asked;
};

/**
 * struct sip_ims_plan - the consequences of one message
 *
 * The fields that every message needs.  struct sip_ims_call_plan begins with
 * this structure and adds what only the messages of a call need.
 *
 * The plan of a message lives on one CPU, with bottom halves off, from
 * sip_ims_plan_decide() to sip_ims_plan_commit() or sip_ims_plan_abort(), one
 * of which must follow.
 *
 * @drop: drop the packet; the reason is counted already, and the plan has to be
 *	aborted
 * @untouched: do not change a byte of the message
 * @created: @session was created for this message; an abort removes it
 * @compare: @to_open and the marks of session->pinholes name all pinholes of
 *	the session; the commit closes those that are not marked
 * @narrow: mark pinholes, but do not add any to @to_open: the session only
 *	closes some
 * @n_open: length of @to_open and @opened together
 * @n_grants: entries used in @grants
 * @keepalive: seconds for which the signalling flow has to live at least; 0
 *	leaves its timeout alone
 * @retry_after: seconds after which the sender of a dropped INVITE may try
 *	again, as the router's own 503 says; 0 for no response
 * @session: the session of the message, locked and referenced, or NULL
 * @to_open: list of struct sip_ims_pinhole to open, all of them or none
 * @opened: those of them that are open already, until commit or abort
 * @grants: grants of registrations; they are open already, an abort closes
 *	them
 */
struct sip_ims_plan {
	bool drop;
	bool untouched;
	bool created;
	bool compare;
	bool narrow;
	u8 n_grants;
	u16 n_open;
	u32 keepalive;
	u32 retry_after;
	struct sip_ims_session *session;
	struct list_head to_open;
	struct list_head opened;
	struct sip_ims_plan_grant grants[SIP_IMS_PLAN_GRANTS_MAX];
};

/**
 * sip_ims_plan_init() - begin a plan without any consequence
 * @plan: initialised; the unused entries of @grants stay undefined
 *
 * Context: any.
 */
static inline void sip_ims_plan_init(struct sip_ims_plan *plan)
{
	memset(plan, 0, offsetof(struct sip_ims_plan, to_open));
	INIT_LIST_HEAD(&plan->to_open);
	INIT_LIST_HEAD(&plan->opened);
}

#endif /* _SESSION_PLAN_H */
