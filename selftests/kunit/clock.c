// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clock of the tests, which never wait.  All that a session is due for
 * comes nearer, and its timer is run when it would have fired.
 */
#include <linux/timer.h>

#include "world.h"

static void negotiation_nearer(struct sip_ims_negotiation *negotiation,
			       unsigned long by)
{
	unsigned int i;

	for (i = 0; i < SIP_IMS_ENDS; i++)
		negotiation->offer[i].until -= by;
}

static void call_nearer(struct sip_ims_call *call, unsigned long by)
{
	struct sip_ims_dialog *dialog;

	call->deadline -= by;
	negotiation_nearer(&call->negotiation, by);
	list_for_each_entry(dialog, &call->dialogs, list) {
		dialog->until -= by;
		dialog->bye.probe -= by;
		negotiation_nearer(&dialog->negotiation, by);
	}
}

static void registration_nearer(struct sip_ims_registration *registration,
				unsigned long by)
{
	struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list)
		contact->expires -= by;
}

static void session_nearer(struct sip_ims_session *session, unsigned long by)
{
	struct sip_ims_pinhole *pinhole;

	session->expires -= by;
	session->check -= by;
	session->created -= by;
	list_for_each_entry(pinhole, &session->pinholes, list)
		pinhole->active -= by;
	if (session->key.kind == SIP_IMS_CALL)
		call_nearer(sip_ims_call_of(session), by);
	else
		registration_nearer(sip_ims_registration_of(session), by);
}

/**
 * clock_tick() - run a session's timer, due or not
 * @session: the caller holds a reference, and not the lock
 *
 * Return: false when none was set.
 */
bool clock_tick(struct sip_ims_session *session)
{
	if (!timer_delete(&session->timer))
		return false;
	/* The function gives back the reference that the timer had. */
	local_bh_disable();
	session->timer.function(&session->timer);
	local_bh_enable();
	return true;
}

/* Lets time pass up to the next tick; returns what is left of it then. */
static unsigned long clock_step(struct sip_ims_session *session,
				unsigned long left, bool *due)
{
	struct timer_list *timer = &session->timer;
	unsigned long by = left;

	spin_lock_bh(&session->lock);
	*due = timer_pending(timer) &&
	       time_before_eq(timer->expires, jiffies + left);
	if (*due)
		by = time_after(timer->expires, jiffies) ?
		     timer->expires - jiffies : 0;
	session_nearer(session, by);
	if (timer_pending(timer))
		mod_timer(timer, timer->expires - by);
	spin_unlock_bh(&session->lock);
	return left - by;
}

static void session_pass(struct sip_ims_session *session, unsigned long left)
{
	bool due;

	do {
		left = clock_step(session, left, &due);
		if (due && !clock_tick(session))
			break;
	} while (due && !READ_ONCE(session->closed));
}

static void sessions_pass(struct world *world, unsigned long by, bool tick)
{
	struct sip_ims_session *session;
	u32 id;

	for (id = 1; id <= world->sn.next_id; id++) {
		session = world_session(world, id);
		if (!session)
			continue;
		session_pass(session, by);
		if (tick && !READ_ONCE(session->closed))
			clock_tick(session);
		sip_ims_session_put(session);
	}
}

/**
 * clock_pass() - let time pass
 * @world: the namespace; nothing else works on it
 * @seconds: how much
 *
 * With world->fidget it passes in uneven pieces, and the timers are run after
 * each, though they are not due: that must not make a difference.
 */
void clock_pass(struct world *world, unsigned int seconds)
{
	unsigned long left = seconds * HZ, piece;

	for (; world->fidget && left; left -= piece) {
		piece = left > 8 ? left * 3 / 8 : left;
		sessions_pass(world, piece, true);
	}
	sessions_pass(world, left, false);
}
