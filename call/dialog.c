// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dialogs: the branches of a call, each with its own callee.
 *
 * With the first 2xx the other early branches are lost: their pinholes close
 * after the grace period, and a later 2xx opens them again (RFC 3261 section
 * 13.2.2.4).  A BYE ends its dialog after the grace period.  If the BYE has no
 * response and media still flows by then, it was forged, and the dialog
 * continues.
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
 * sip_ims_dialog_is_open() - check whether a dialog may have pinholes
 * @dialog: the dialog; its call is locked
 *
 * Context: any.
 * Return: false after the end of the dialog and of its grace period.
 */
bool sip_ims_dialog_is_open(const struct sip_ims_dialog *dialog)
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
 * sip_ims_dialog_is_alive() - check whether a dialog prevents the call's end
 * @dialog: the dialog; its call is locked
 *
 * Context: any.
 * Return: whether the dialog has neither ended nor been lost.
 */
bool sip_ims_dialog_is_alive(const struct sip_ims_dialog *dialog)
{
	return dialog->state == SIP_IMS_DIALOG_EARLY ||
	       dialog->state == SIP_IMS_DIALOG_CONFIRMED;
}

/**
 * sip_ims_dialog_free() - free a dialog and everything it owns
 * @call: its call, locked or without any reference to it
 * @dialog: the dialog
 *
 * Context: any.
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

/* Return: 0; -ENOSPC when all dialogs are open. */
static int dialogs_make_space(struct sip_ims_call *call)
{
	struct sip_ims_dialog *dialog;

	if (call->n_dialogs < SIP_IMS_DIALOGS_MAX)
		return 0;
	list_for_each_entry(dialog, &call->dialogs, list) {
		if (sip_ims_dialog_is_open(dialog))
			continue;
		sip_ims_dialog_free(call, dialog);
		return 0;
	}
	return -ENOSPC;
}

/**
 * sip_ims_dialog_create() - create a branch of a call
 * @plan: the plan of the message; its session is @call
 * @call: the call, locked; owns the dialog
 * @tag: the callee's tag; copied
 * @len: bytes of @tag
 *
 * Without memory plan->base.drop is set, so that the sender retransmits the
 * message; if it passed, the dialog would have no media.
 *
 * Context: bottom halves off.
 * Return: the dialog, with a copy of the call's negotiation; NULL, counted,
 * without memory or when SIP_IMS_DIALOGS_MAX dialogs are open.
 */
struct sip_ims_dialog *sip_ims_dialog_create(struct sip_ims_call_plan *plan,
					     struct sip_ims_call *call,
					     const u8 *tag, u8 len)
{
	struct sip_ims_dialog *dialog;

	if (dialogs_make_space(call)) {
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
 * sip_ims_dialog_lose() - begin the grace period of a branch without a 2xx
 * @call: the call, locked; another branch has a 2xx
 * @dialog: one of its dialogs, early
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_dialog_lose(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog)
{
	dialog->state = SIP_IMS_DIALOG_LOST;
	dialog->until = jiffies + call_grace(call);
	sip_ims_session_check(&call->session, dialog->until);
}

/**
 * sip_ims_dialog_confirm() - handle a 2xx to INVITE
 * @call: the call, locked
 * @dialog: one of its dialogs, neither ending nor closed
 *
 * All early dialogs of the call are lost.
 *
 * Context: RCU read side, bottom halves off.
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

static bool any_is_alive(const struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;

	list_for_each_entry(dialog, &call->dialogs, list) {
		if (sip_ims_dialog_is_alive(dialog))
			return true;
	}
	return false;
}

/**
 * sip_ims_dialog_handle_bye() - handle a BYE
 * @call: the call, locked
 * @dialog: the dialog that the BYE belongs to
 * @from_caller: the caller sent the BYE
 * @cseq: CSeq of the BYE
 *
 * Context: RCU read side, bottom halves off.
 * Return: SIP_IMS_DIALOG_LAST_ENDS if no dialog of the call is alive any more,
 * else SIP_IMS_DIALOG_UNCHANGED.
 */
enum sip_ims_dialog_event
sip_ims_dialog_handle_bye(struct sip_ims_call *call,
			  struct sip_ims_dialog *dialog, bool from_caller,
			  u32 cseq)
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
	return any_is_alive(call) ? SIP_IMS_DIALOG_UNCHANGED :
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
 * sip_ims_dialog_handle_bye_response() - handle a final response to a BYE
 * @call: the call, locked
 * @dialog: the dialog that the BYE belongs to
 * @msg: the response
 * @from_caller: the caller sent the response
 *
 * A 2xx ends the dialog, and so do 408 and 481 (RFC 3261 section 15.1.1).  With
 * any other response, as 401, the dialog continues until the next BYE.
 *
 * Context: RCU read side, bottom halves off.
 * Return: SIP_IMS_DIALOG_REVIVED or SIP_IMS_DIALOG_UNCHANGED.
 */
enum sip_ims_dialog_event
sip_ims_dialog_handle_bye_response(struct sip_ims_call *call,
				   struct sip_ims_dialog *dialog,
				   const struct sip_message *msg,
				   bool from_caller)
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

static void bye_probe_media(struct sip_ims_call *call, struct sip_ims_bye *bye)
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

static bool bye_is_forged(struct sip_ims_call *call,
			  const struct sip_ims_bye *bye)
{
	return !bye->answered && bye->probed &&
	       sip_ims_traffic_count(&call->session) > bye->packets;
}

static enum sip_ims_dialog_event
dialog_check_end(struct sip_ims_call *call, struct sip_ims_dialog *dialog)
{
	if (time_before(jiffies, dialog->until)) {
		bye_probe_media(call, &dialog->bye);
		sip_ims_session_check(&call->session, dialog->until);
		return SIP_IMS_DIALOG_UNCHANGED;
	}
	if (bye_is_forged(call, &dialog->bye))
		return dialog_revive(call, dialog);
	dialog->state = SIP_IMS_DIALOG_CLOSED;
	sip_ims_negotiation_free(call, &dialog->negotiation);
	return SIP_IMS_DIALOG_CHANGED;
}

/**
 * sip_ims_dialog_tick() - handle what is due for a dialog at this time
 * @call: the call, locked
 * @dialog: one of its dialogs
 *
 * Asks for the next check.
 *
 * Context: RCU read side, bottom halves off.
 * Return: SIP_IMS_DIALOG_CHANGED if pinholes may have to close,
 * SIP_IMS_DIALOG_REVIVED or SIP_IMS_DIALOG_UNCHANGED.
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
		return dialog_check_end(call, dialog);
	default:
		return SIP_IMS_DIALOG_UNCHANGED;
	}
}
