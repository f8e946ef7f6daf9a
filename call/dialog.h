/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dialogs: the branches of a call, each with its own callee.
 */
#ifndef _CALL_DIALOG_H
#define _CALL_DIALOG_H

#include <call/offer.h>
#include <call/target.h>

#define SIP_IMS_DIALOGS_MAX		16u	/* branches of one INVITE */

/**
 * enum sip_ims_dialog_state - state of a branch of a call
 * @SIP_IMS_DIALOG_EARLY: it has no 2xx yet
 * @SIP_IMS_DIALOG_CONFIRMED: it has a 2xx
 * @SIP_IMS_DIALOG_LOST: another branch got the 2xx; its pinholes close after
 *	the grace period, but a later 2xx opens them again
 * @SIP_IMS_DIALOG_ENDING: a BYE was received; its pinholes close after the
 *	grace period
 * @SIP_IMS_DIALOG_CLOSED: it has ended; its tag is kept, so that a late message
 *	does not create the dialog again
 */
enum sip_ims_dialog_state {
	SIP_IMS_DIALOG_EARLY,
	SIP_IMS_DIALOG_CONFIRMED,
	SIP_IMS_DIALOG_LOST,
	SIP_IMS_DIALOG_ENDING,
	SIP_IMS_DIALOG_CLOSED,
};

/**
 * enum sip_ims_dialog_event - effect of a message or a timer on a dialog
 * @SIP_IMS_DIALOG_UNCHANGED: nothing that concerns the call
 * @SIP_IMS_DIALOG_CHANGED: pinholes of the dialog may have to close
 * @SIP_IMS_DIALOG_LAST_ENDS: it is ending, and no other branch is alive
 * @SIP_IMS_DIALOG_REVIVED: its BYE was refused or forged, and it continues
 */
enum sip_ims_dialog_event {
	SIP_IMS_DIALOG_UNCHANGED,
	SIP_IMS_DIALOG_CHANGED,
	SIP_IMS_DIALOG_LAST_ENDS,
	SIP_IMS_DIALOG_REVIVED,
};

/**
 * struct sip_ims_bye - the BYE that is about to end a dialog
 * @state: state of the dialog before the BYE, enum sip_ims_dialog_state
 * @cseq: CSeq of the BYE
 * @from_caller: the caller sent it
 * @answered: it has a final response that ends the dialog.  Without one the BYE
 *	may be forged, and media that still flows revives the dialog
 * @probed: @packets has been counted
 * @probe: jiffies, the middle of the grace period, when @packets is counted
 * @packets: number of media packets of the call up to @probe
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
 * struct sip_ims_dialog - one branch of a call, between the caller and a callee
 *
 * Owned by its call and protected by the lock of the call.  See call.h for its
 * lifetime.
 *
 * @list: in sip_ims_call.dialogs
 * @callee: the callee
 * @state: enum sip_ims_dialog_state
 * @until: jiffies, end of the grace period; valid in LOST and ENDING
 * @bye: valid in ENDING
 * @negotiation: the offers and answers of the dialog
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

bool sip_ims_dialog_is_open(const struct sip_ims_dialog *dialog);
bool sip_ims_dialog_is_alive(const struct sip_ims_dialog *dialog);
struct sip_ims_dialog *sip_ims_dialog_create(struct sip_ims_call_plan *plan,
					     struct sip_ims_call *call,
					     const u8 *tag, u8 len);
void sip_ims_dialog_lose(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog);
void sip_ims_dialog_confirm(struct sip_ims_call *call,
			    struct sip_ims_dialog *dialog);
enum sip_ims_dialog_event
sip_ims_dialog_handle_bye(struct sip_ims_call *call,
			  struct sip_ims_dialog *dialog, bool from_caller,
			  u32 cseq);
enum sip_ims_dialog_event
sip_ims_dialog_handle_bye_response(struct sip_ims_call *call,
				   struct sip_ims_dialog *dialog,
				   const struct sip_message *msg,
				   bool from_caller);
enum sip_ims_dialog_event sip_ims_dialog_tick(struct sip_ims_call *call,
					      struct sip_ims_dialog *dialog);
void sip_ims_dialog_free(struct sip_ims_call *call,
			 struct sip_ims_dialog *dialog);

#endif /* _CALL_DIALOG_H */
