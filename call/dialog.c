// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dialogs: the branches of a call, each with an end of its own.
 *
 * The first 2xx decides the call: the other early branches are lost, and their
 * pinholes close after the grace; a late 2xx opens them again (RFC 3261 section
 * 13.2.2.4).  A BYE ends its dialog after the grace.  If nobody answered it and
 * media still flows then, it was forged, and the dialog goes on.
 */
#include <linux/slab.h>

#include <call/call.h>
#include <call/dialog.h>
#include <call/offer.h>
#include <call/plan.h>
#include <call/traffic.h>
#include <session/counters.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sip.h>

/**
 * sip_ims_dialog_open() - may it have pinholes?
 * @dialog: its call is locked
 *
 * Return: false when it is over, and so is its grace.
 */
bool sip_ims_dialog_open(const struct sip_ims_dialog *dialog)
{
	switch (dialog->state) {
	case SIP_IMS_DIALOG_EARLY:
	case SIP_IMS_DIALOG_CONFIRMED:
		return true;
	case SIP_IMS_DIALOG_LOST:
	case SIP_IMS_DIALOG_ENDING:
		return time_before(jiffies, dialog->until);
	default:
		return false;
	}
}

/**
 * sip_ims_dialog_alive() - does it keep its call?
 * @dialog: its call is locked
 *
 * Return: whether it is neither over nor lost.
 */
bool sip_ims_dialog_alive(const struct sip_ims_dialog *dialog)
{
	return dialog->state == SIP_IMS_DIALOG_EARLY ||
	       dialog->state == SIP_IMS_DIALOG_CONFIRMED;
}

/**
 * sip_ims_dialog_free() - free a dialog and what it owns
 * @call: its call, locked, or nobody else holds it
 * @dialog: gone afterwards
 */
void sip_ims_dialog_free(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog)
{
	sip_ims_negotiation_free(call, &dialog->negotiation);
	sip_ims_target_free(call->session.sn, &dialog->callee);
	list_del(&dialog->list);
	call->n_dialogs--;
	kfree(dialog);
}

/* Room for one more: the oldest that is over goes first. */
static bool dialogs_room(struct sip_ims_call *call)
{
	struct sip_ims_dialog *dialog;

	if (call->n_dialogs < SIP_IMS_DIALOGS_MAX)
		return true;
	list_for_each_entry(dialog, &call->dialogs, list) {
		if (sip_ims_dialog_open(dialog))
			continue;
		sip_ims_dialog_free(call, dialog);
		return true;
	}
	return false;
}

/**
 * sip_ims_dialog_create() - a new branch
 * @plan: its session is @call, locked
 * @call: the call
 * @tag: the callee's tag
 * @len: bytes of @tag
 *
 * Without memory plan->base.drop is set: the message comes again, its media would
 * not.
 *
 * Return: the dialog, with the caller's offer; NULL for a reason that is
 * counted.
 */
struct sip_ims_dialog *sip_ims_dialog_create(struct sip_ims_call_plan *plan,
					     struct sip_ims_call *call,
					     const u8 *tag, u8 len)
{
	struct sip_ims_dialog *dialog;

	if (!dialogs_room(call)) {
		sip_ims_refuse(call->session.sn, DIALOG_LIMIT);
		return NULL;
	}
	dialog = kzalloc(struct_size(dialog, tag, len), GFP_ATOMIC);
	if (!dialog) {
		sip_ims_refuse(call->session.sn, NO_MEMORY);
		plan->base.drop = true;
		return NULL;
	}
	dialog->callee.tag = dialog->tag;
	dialog->callee.tag_len = len;
	memcpy(dialog->tag, tag, len);
	sip_ims_negotiation_copy(&dialog->negotiation, &call->negotiation);
	list_add_tail(&dialog->list, &call->dialogs);
	call->n_dialogs++;
	return dialog;
}

static unsigned long call_grace(const struct sip_ims_call *call)
{
	struct sip_ims_settings settings;

	sip_ims_settings_copy(call->session.sn, call->session.key.zone,
			      &settings);
	return settings.grace * HZ;
}

/**
 * sip_ims_dialog_lose() - another branch was answered
 * @call: locked
 * @dialog: early
 */
void sip_ims_dialog_lose(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog)
{
	dialog->state = SIP_IMS_DIALOG_LOST;
	dialog->until = jiffies + call_grace(call);
	sip_ims_session_check(&call->session, dialog->until);
}

/**
 * sip_ims_dialog_confirm() - a 2xx came
 * @call: locked
 * @dialog: early or lost
 */
void sip_ims_dialog_confirm(struct sip_ims_call *call,
			    struct sip_ims_dialog *dialog)
{
	struct sip_ims_dialog *other;

	if (dialog->state == SIP_IMS_DIALOG_LOST)
		call->reopened = true;
	dialog->state = SIP_IMS_DIALOG_CONFIRMED;
	list_for_each_entry(other, &call->dialogs, list) {
		if (other->state == SIP_IMS_DIALOG_EARLY)
			sip_ims_dialog_lose(call, other);
	}
}

static bool dialogs_alive(const struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;

	list_for_each_entry(dialog, &call->dialogs, list) {
		if (sip_ims_dialog_alive(dialog))
			return true;
	}
	return false;
}

/**
 * sip_ims_dialog_bye() - a BYE came
 * @call: locked
 * @dialog: its dialog
 * @from_caller: who sent it
 * @cseq: its CSeq
 *
 * Return: SIP_IMS_DIALOG_LAST_ENDS if no branch of the call is left, else
 * SIP_IMS_DIALOG_UNCHANGED.
 */
enum sip_ims_dialog_event
sip_ims_dialog_bye(struct sip_ims_call *call, struct sip_ims_dialog *dialog,
		   bool from_caller, u32 cseq)
{
	unsigned long grace = call_grace(call);

	if (dialog->state == SIP_IMS_DIALOG_CLOSED)
		return SIP_IMS_DIALOG_UNCHANGED;
	dialog->bye.cseq = cseq;
	dialog->bye.from_caller = from_caller;
	if (dialog->state == SIP_IMS_DIALOG_ENDING)
		return SIP_IMS_DIALOG_UNCHANGED;
	dialog->bye.state = dialog->state;
	dialog->state = SIP_IMS_DIALOG_ENDING;
	dialog->until = jiffies + grace;
	dialog->bye.answered = false;
	dialog->bye.probed = false;
	dialog->bye.probe = jiffies + grace / 2;
	sip_ims_session_check(&call->session, dialog->bye.probe);
	return dialogs_alive(call) ? SIP_IMS_DIALOG_UNCHANGED :
				     SIP_IMS_DIALOG_LAST_ENDS;
}

static enum sip_ims_dialog_event
dialog_revive(struct sip_ims_call *call, struct sip_ims_dialog *dialog)
{
	if (dialog->bye.state == SIP_IMS_DIALOG_LOST)
		sip_ims_dialog_lose(call, dialog);
	else
		dialog->state = dialog->bye.state;
	return SIP_IMS_DIALOG_REVIVED;
}

/**
 * sip_ims_dialog_bye_answered() - a final answer to a BYE came
 * @call: locked
 * @dialog: its dialog
 * @msg: the answer
 * @from_caller: who answers
 *
 * A 2xx ends the dialog, and so do 408 and 481 (RFC 3261 section 15.1.1); after
 * a 401 it goes on until the next BYE.
 *
 * Return: SIP_IMS_DIALOG_REVIVED or SIP_IMS_DIALOG_UNCHANGED.
 */
enum sip_ims_dialog_event
sip_ims_dialog_bye_answered(struct sip_ims_call *call,
			    struct sip_ims_dialog *dialog,
			    const struct sip_message *msg, bool from_caller)
{
	if (dialog->state != SIP_IMS_DIALOG_ENDING || dialog->bye.answered ||
	    dialog->bye.from_caller == from_caller ||
	    dialog->bye.cseq != msg->cseq)
		return SIP_IMS_DIALOG_UNCHANGED;
	if (msg->status >= 300 && msg->status != 408 && msg->status != 481)
		return dialog_revive(call, dialog);
	dialog->bye.answered = true;
	return SIP_IMS_DIALOG_UNCHANGED;
}

static void dialog_probe(struct sip_ims_call *call, struct sip_ims_bye *bye)
{
	if (bye->probed)
		return;
	if (time_before(jiffies, bye->probe)) {
		sip_ims_session_check(&call->session, bye->probe);
		return;
	}
	bye->probed = true;
	bye->packets = sip_ims_traffic_count(&call->session);
}

static bool dialog_talks(struct sip_ims_call *call,
			 const struct sip_ims_bye *bye)
{
	return !bye->answered && bye->probed &&
	       sip_ims_traffic_count(&call->session) > bye->packets;
}

static enum sip_ims_dialog_event
dialog_ending(struct sip_ims_call *call, struct sip_ims_dialog *dialog)
{
	if (time_before(jiffies, dialog->until)) {
		dialog_probe(call, &dialog->bye);
		sip_ims_session_check(&call->session, dialog->until);
		return SIP_IMS_DIALOG_UNCHANGED;
	}
	if (dialog_talks(call, &dialog->bye))
		return dialog_revive(call, dialog);
	dialog->state = SIP_IMS_DIALOG_CLOSED;
	sip_ims_negotiation_free(call, &dialog->negotiation);
	return SIP_IMS_DIALOG_CHANGED;
}

/**
 * sip_ims_dialog_tick() - let time act on a dialog
 * @call: locked
 * @dialog: one of its dialogs
 *
 * Context: RCU read side, bottom halves off.
 * Return: SIP_IMS_DIALOG_CHANGED if pinholes may have to close;
 * SIP_IMS_DIALOG_REVIVED; SIP_IMS_DIALOG_UNCHANGED.
 */
enum sip_ims_dialog_event sip_ims_dialog_tick(struct sip_ims_call *call,
					      struct sip_ims_dialog *dialog)
{
	switch (dialog->state) {
	case SIP_IMS_DIALOG_LOST:
		if (!time_before(jiffies, dialog->until))
			return SIP_IMS_DIALOG_CHANGED;
		sip_ims_session_check(&call->session, dialog->until);
		return SIP_IMS_DIALOG_UNCHANGED;
	case SIP_IMS_DIALOG_ENDING:
		return dialog_ending(call, dialog);
	default:
		return SIP_IMS_DIALOG_UNCHANGED;
	}
}
