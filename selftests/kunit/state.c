// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that a namespace holds, as text: a message that did not leave must not
 * have changed any of it, and neither must one that comes again.
 *
 * For the first, not in it: how far a call has come (a dropped message is sent
 * again), and dialogs that have nothing the call has not.
 */
#include <linux/rhashtable.h>

#include "world.h"

static void put_endpoint(struct seq_buf *out, const char *what,
			 const struct sip_ims_endpoint *at)
{
	seq_buf_printf(out, "%s%pI4:%u", what, &at->addr.ip, ntohs(at->port));
}

static void put_pinhole(struct seq_buf *out,
			const struct sip_ims_pinhole *pinhole)
{
	seq_buf_printf(out, "  %u%s%s %pI4:%u", pinhole->l4proto,
		       pinhole->signalling ? " sip" : "",
		       pinhole->shared ? " shared" : "",
		       &pinhole->source.ip, ntohs(pinhole->source_port));
	put_endpoint(out, " > ", &pinhole->outer);
	put_endpoint(out, " = ", &pinhole->inner);
	put_endpoint(out, " peer ", &pinhole->peer);
	put_endpoint(out, " as ", &pinhole->peer_mapped);
	seq_buf_putc(out, '\n');
}

static void put_stream(struct seq_buf *out, const struct sip_ims_stream *stream)
{
	unsigned int c;

	seq_buf_printf(out, " [%u %d%d%d%d%d%d%d", stream->l4proto, stream->mux,
		       stream->edit, stream->third_party, stream->own_port,
		       stream->direct, stream->on_hold, stream->off);
	for (c = 0; c < SIP_IMS_COMPONENTS; c++) {
		put_endpoint(out, " ", &stream->local[c]);
		put_endpoint(out, " = ", &stream->mapped[c]);
	}
	seq_buf_putc(out, ']');
}

static u64 said_hash(const struct sip_ims_description *said)
{
	return said ? said->hash : 0;
}

static void put_said(struct seq_buf *out,
		     const struct sip_ims_description *said)
{
	unsigned int i;

	seq_buf_printf(out, "   says %llx", said_hash(said));
	for (i = 0; said && i < said->count; i++)
		put_stream(out, &said->streams[i]);
	seq_buf_putc(out, '\n');
}

static void put_offer(struct seq_buf *out, const struct sip_ims_offer *offer)
{
	seq_buf_printf(out, "   offer %u%s%s %u %u %u before %llx %llx\n",
		       offer->state, offer->answered ? " answered" : "",
		       offer->response ? " response" : "", offer->method,
		       offer->cseq, offer->requested,
		       said_hash(offer->before[0]),
		       said_hash(offer->before[1]));
}

static void put_negotiation(struct seq_buf *out,
			    const struct sip_ims_negotiation *negotiation)
{
	unsigned int i;

	for (i = 0; i < SIP_IMS_ENDS; i++) {
		put_said(out, negotiation->now[i]);
		put_offer(out, &negotiation->offer[i]);
	}
}

static void put_target(struct seq_buf *out, const struct sip_ims_party *party)
{
	put_endpoint(out, "   target ", &party->target.local);
	put_endpoint(out, " = ", &party->target.mapped);
	seq_buf_putc(out, '\n');
}

static bool dialog_has_more(const struct sip_ims_call *call,
			    const struct sip_ims_dialog *dialog)
{
	return dialog->callee.target.l4proto ||
	       memcmp(&dialog->negotiation, &call->negotiation, sizeof(call->negotiation));
}

static void put_dialog(struct seq_buf *out, const struct sip_ims_dialog *dialog,
		       bool progress)
{
	seq_buf_printf(out, "  dialog %.*s", dialog->callee.tag_len,
		       dialog->callee.tag);
	if (progress)
		seq_buf_printf(out, " %u bye %u %d", dialog->state,
			       dialog->bye.cseq, dialog->bye.answered);
	seq_buf_putc(out, '\n');
	put_target(out, &dialog->callee);
	put_negotiation(out, &dialog->negotiation);
}

static void put_bindings(struct seq_buf *out, struct sip_ims_call *call)
{
	struct sip_ims_binding *binding;

	list_for_each_entry(binding, &call->bindings, list) {
		put_endpoint(out, "  binding ", &binding->local);
		put_endpoint(out, " = ", &binding->mapped);
		seq_buf_printf(out, " %u\n", binding->use);
	}
}

static void put_call(struct seq_buf *out, struct sip_ims_call *call,
		     bool progress)
{
	struct sip_ims_dialog *dialog;

	if (progress)
		seq_buf_printf(out, "  state %u cseq %u\n", call->state,
			       call->cseq);
	seq_buf_printf(out, "  inactive %x\n", call->inactive);
	put_target(out, &call->caller);
	put_negotiation(out, &call->negotiation);
	list_for_each_entry(dialog, &call->dialogs, list) {
		if (progress || dialog_has_more(call, dialog))
			put_dialog(out, dialog, progress);
	}
	put_bindings(out, call);
}

static void put_registration(struct seq_buf *out,
			     struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list) {
		put_endpoint(out, "  contact ", &contact->port->local);
		put_endpoint(out, " = ", &contact->port->mapped);
		seq_buf_putc(out, '\n');
	}
}

static void put_session(struct seq_buf *out, struct sip_ims_session *session,
			bool progress)
{
	struct sip_ims_pinhole *pinhole;

	spin_lock(&session->lock);
	seq_buf_printf(out, "session %u of kind %u\n", session->id,
		       session->key.kind);
	list_for_each_entry(pinhole, &session->pinholes, list)
		put_pinhole(out, pinhole);
	if (session->key.kind == SIP_IMS_CALL)
		put_call(out, sip_ims_call_of(session), progress);
	else
		put_registration(out, sip_ims_registration_of(session));
	spin_unlock(&session->lock);
}

static void put_sessions(struct world *world, struct seq_buf *out)
{
	struct sip_ims_session *session;
	struct rhashtable_iter iter;

	rhltable_walk_enter(&world->sn.sessions, &iter);
	rhashtable_walk_start(&iter);
	local_bh_disable();
	while ((session = rhashtable_walk_next(&iter))) {
		if (!IS_ERR(session))
			put_session(out, session, world->progress);
	}
	local_bh_enable();
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

/* The owners of all ports, for one call, or for signalling with @call 0 */
static void put_owners(struct world *world, struct seq_buf *out, u32 addr,
		       u64 call)
{
	struct sip_ims_endpoint at = {}, local;
	unsigned int port;

	at.addr.ip = htonl(addr);
	for (port = WORLD_PORT_MIN; port <= WORLD_PORT_MAX; port++) {
		at.port = htons(port);
		if (sip_ims_pool_find_owner(&world->sn, 0, AF_INET, &at, call,
					    &local))
			continue;
		seq_buf_printf(out, "port %u", port);
		put_endpoint(out, " is ", &local);
		seq_buf_putc(out, '\n');
	}
}

static void put_all_owners(struct world *world, struct seq_buf *out, u64 call)
{
	put_owners(world, out, 0xcb007101, call);
	put_owners(world, out, 0xcb007102, call);
}

static void state_write(struct world *world, char *text)
{
	static const char * const calls[] = { "one@a", "two@a" };
	struct sip_ims_net *sn = &world->sn;
	struct seq_buf out;
	unsigned int i;

	seq_buf_init(&out, text, WORLD_STATE_MAX);
	seq_buf_printf(&out, "calls %u registrations %u alive %d pools %u\n",
		       sn->calls, sn->registrations, atomic_read(&sn->alive),
		       sn->n_pools);
	seq_buf_printf(&out, "open %u\n", world_open_count(world, NULL));
	put_sessions(world, &out);
	put_all_owners(world, &out, 0);
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		put_all_owners(world, &out, sip_ims_hash(sn, calls[i],
							 strlen(calls[i])));
	KUNIT_ASSERT_FALSE(world->test, seq_buf_has_overflowed(&out));
	seq_buf_str(&out);
}

/**
 * state_keep() - remember all that the namespace holds
 * @world: the namespace
 * @progress: how far its calls have come, too
 */
void state_keep(struct world *world, bool progress)
{
	world->progress = progress;
	state_write(world, world->state[0]);
	world->kept_names = world->n_names;
}

/**
 * state_same() - compare it with what is remembered
 * @world: the namespace
 * @script: what is played
 * @step: the message that must not have changed it
 *
 * Pairs that were seen meanwhile have no names: they are back.
 */
void state_same(struct world *world, const struct script *script,
		const struct step *step)
{
	state_write(world, world->state[1]);
	world->n_names = world->kept_names;
	KUNIT_EXPECT_STREQ_MSG(world->test, world->state[1], world->state[0],
			       "step %d, %s, changed something",
			       (int)(step - script->steps) + 1, step->what);
}
