// SPDX-License-Identifier: GPL-2.0-only
/*
 * Invariants of a call, whichever messages it has received: every reference is
 * counted once, every pair has a holder, and the timer fires no later than the
 * first thing that is due.
 */
#include <linux/slab.h>

#include "world.h"

/* Current and previous descriptions, both ends, two offers, dialogs and call */
#define SAID_MAX	(6u * (SIP_IMS_DIALOGS_MAX + 1))

/**
 * struct audit - one look at a call
 * @world: the namespace
 * @call: locked
 * @n_said: entries in @said
 * @said: descriptions that were met, each once
 * @uses: how often
 */
struct audit {
	struct world *world;
	struct sip_ims_call *call;
	unsigned int n_said;
	const struct sip_ims_description *said[SAID_MAX];
	u32 uses[SAID_MAX];
};

static void wrong(struct audit *audit, bool is, const char *what)
{
	if (is && !audit->world->wrong)
		audit->world->wrong = what;
}

static void meet(struct audit *audit, const struct sip_ims_description *said)
{
	unsigned int i;

	if (!said)
		return;
	for (i = 0; i < audit->n_said && audit->said[i] != said; i++)
		;
	if (i == audit->n_said) {
		audit->said[i] = said;
		audit->uses[i] = 0;
		audit->n_said++;
	}
	audit->uses[i]++;
}

static void check_offer(struct audit *audit, const struct sip_ims_offer *offer)
{
	const struct timer_list *timer = &audit->call->session.timer;
	unsigned int i;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		meet(audit, offer->before[i]);
		wrong(audit, offer->before[i] &&
		      offer->state == SIP_IMS_OFFER_NONE,
		      "an offer that is over still counts");
	}
	wrong(audit, offer->state == SIP_IMS_OFFER_SETTLING &&
	      (!timer_pending(timer) ||
	       time_after(timer->expires, offer->until)),
	      "no timer ends what an answer replaced");
}

static void check_negotiation(struct audit *audit,
			      const struct sip_ims_negotiation *negotiation)
{
	unsigned int i;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		meet(audit, negotiation->now[i]);
		check_offer(audit, &negotiation->offer[i]);
	}
}

static void check_dialog(struct audit *audit,
			 const struct sip_ims_dialog *dialog)
{
	const struct timer_list *timer = &audit->call->session.timer;
	bool waits = dialog->state == SIP_IMS_DIALOG_ENDING ||
		     (dialog->state == SIP_IMS_DIALOG_LOST &&
		      time_before(jiffies, dialog->until));

	check_negotiation(audit, &dialog->negotiation);
	wrong(audit, waits && (!timer_pending(timer) ||
			       time_after(timer->expires, dialog->until)),
	      "no timer ends a dialog");
	wrong(audit, dialog->state == SIP_IMS_DIALOG_CLOSED &&
	      (dialog->negotiation.now[0] || dialog->negotiation.now[1]),
	      "a dialog that is over holds something");
}

static void check_dialogs(struct audit *audit)
{
	struct sip_ims_dialog *dialog;
	unsigned int count = 0;

	list_for_each_entry(dialog, &audit->call->dialogs, list) {
		count++;
		check_dialog(audit, dialog);
	}
	wrong(audit, count != audit->call->n_dialogs,
	      "a call's dialogs are counted wrong");
}

static u32 names_of(const struct sip_ims_description *said,
		    const struct sip_ims_binding *binding)
{
	unsigned int i;
	u32 names = 0;

	for (i = 0; i < said->count; i++)
		names += said->streams[i].binding == binding;
	return names;
}

static void check_bindings(struct audit *audit)
{
	struct sip_ims_binding *binding;
	unsigned int count = 0, i;
	u32 names;

	list_for_each_entry(binding, &audit->call->bindings, list) {
		count++;
		names = 0;
		for (i = 0; i < audit->n_said; i++)
			names += names_of(audit->said[i], binding);
		wrong(audit, !names, "no stream refers to a binding");
		wrong(audit, names != binding->use,
		      "a binding's references are counted wrong");
	}
	wrong(audit, count != audit->call->n_bindings,
	      "a call's bindings are counted wrong");
}

/**
 * audit_call() - does all that must hold for a call?
 * @world: world->wrong says what does not
 * @call: locked, no message at work
 */
void audit_call(struct world *world, struct sip_ims_call *call)
{
	struct timer_list *timer = &call->session.timer;
	struct audit *audit = world->audit;
	unsigned int i;

	audit->world = world;
	audit->call = call;
	audit->n_said = 0;
	check_negotiation(audit, &call->negotiation);
	check_dialogs(audit);
	check_bindings(audit);
	for (i = 0; i < audit->n_said; i++)
		wrong(audit, audit->uses[i] != audit->said[i]->use,
		      "a description's references are counted wrong");
	wrong(audit, !timer_pending(timer) ||
	      time_after(timer->expires, call->session.expires),
	      "no timer ends a call");
}

/**
 * audit_new() - memory for audit_call()
 *
 * Return: it, for kfree(), or NULL.
 */
struct audit *audit_new(void)
{
	return kzalloc(sizeof(struct audit), GFP_KERNEL);
}
