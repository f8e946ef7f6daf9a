/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dialogs: the branches of a call, each with an end of its own.
 */
#ifndef _CALL_DIALOG_H
#define _CALL_DIALOG_H

#include <call/offer.h>
#include <call/target.h>

#define SIP_IMS_DIALOGS_MAX		16u	/* branches of one INVITE */

/**
 * enum sip_ims_dialog_state - where a branch of a call stands
 * @SIP_IMS_DIALOG_EARLY: no 2xx yet
 * @SIP_IMS_DIALOG_CONFIRMED: a 2xx came
 * @SIP_IMS_DIALOG_LOST: another branch was answered; its pinholes close after
 *	the grace, but a late 2xx opens them again
 * @SIP_IMS_DIALOG_ENDING: a BYE came; its pinholes close after the grace
 * @SIP_IMS_DIALOG_CLOSED: over; only the tag is remembered, so that what comes
 *	late does not make it anew
 */
enum sip_ims_dialog_state {
	SIP_IMS_DIALOG_EARLY,
	SIP_IMS_DIALOG_CONFIRMED,
	SIP_IMS_DIALOG_LOST,
	SIP_IMS_DIALOG_ENDING,
	SIP_IMS_DIALOG_CLOSED,
};

/**
 * enum sip_ims_dialog_event - what a message or time has done to a dialog
 * @SIP_IMS_DIALOG_UNCHANGED: nothing that concerns the call
 * @SIP_IMS_DIALOG_CHANGED: pinholes of the dialog may have to close
 * @SIP_IMS_DIALOG_LAST_ENDS: it ends, and no other branch is left
 * @SIP_IMS_DIALOG_REVIVED: its BYE did not count, the dialog goes on
 */
enum sip_ims_dialog_event {
	SIP_IMS_DIALOG_UNCHANGED,
	SIP_IMS_DIALOG_CHANGED,
	SIP_IMS_DIALOG_LAST_ENDS,
	SIP_IMS_DIALOG_REVIVED,
};

/**
 * struct sip_ims_bye - a BYE that ends a dialog
 * @state: what the dialog was before, enum sip_ims_dialog_state
 * @cseq: its CSeq
 * @from_caller: who sent it
 * @answered: its 2xx came; else live media keeps the dialog (a forged BYE)
 * @probed: @packets was taken
 * @probe: jiffies, the middle of the grace, when @packets is taken
 * @packets: media of the call up to then
 */
struct sip_ims_bye {
	u8 state;
	u32 cseq;
	bool from_caller;
	bool answered;
	bool probed;
	unsigned long probe;
	u64 packets;
};

/**
 * struct sip_ims_dialog - one branch of a call: caller and one callee
 * @list: in sip_ims_call.dialogs
 * @callee: its far end
 * @state: enum sip_ims_dialog_state
 * @until: jiffies, when LOST or ENDING closes
 * @bye: in ENDING
 * @negotiation: its offers and answers
 * @tag: the callee's tag
 */
struct sip_ims_dialog {
	struct list_head list;
	struct sip_ims_party callee;
	u8 state;
	unsigned long until;
	struct sip_ims_bye bye;
	struct sip_ims_negotiation negotiation;
	u8 tag[];
};

bool sip_ims_dialog_open(const struct sip_ims_dialog *dialog);
bool sip_ims_dialog_alive(const struct sip_ims_dialog *dialog);
struct sip_ims_dialog *sip_ims_dialog_create(struct sip_ims_call_plan *plan,
					     struct sip_ims_call *call,
					     const u8 *tag, u8 len);
void sip_ims_dialog_lose(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog);
void sip_ims_dialog_confirm(struct sip_ims_call *call,
			    struct sip_ims_dialog *dialog);
enum sip_ims_dialog_event
sip_ims_dialog_bye(struct sip_ims_call *call, struct sip_ims_dialog *dialog,
		   bool from_caller, u32 cseq);
enum sip_ims_dialog_event
sip_ims_dialog_bye_answered(struct sip_ims_call *call,
			    struct sip_ims_dialog *dialog,
			    const struct sip_message *msg, bool from_caller);
enum sip_ims_dialog_event sip_ims_dialog_tick(struct sip_ims_call *call,
					      struct sip_ims_dialog *dialog);
void sip_ims_dialog_free(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog);

#endif /* _CALL_DIALOG_H */
