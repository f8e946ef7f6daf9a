// SPDX-License-Identifier: GPL-2.0-only
/*
 * All that a namespace holds, as text: a message that did not leave must not
 * have changed any of it.
 *
 * Not in it: how far a call has come (a dropped message is sent again), and
 * dialogs that have no streams.
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

static void put_party(struct seq_buf *out, const struct sip_ims_party *party)
{
	unsigned int i;

	seq_buf_printf(out, "  party %.*s %llx %u", party->tag_len, party->tag,
		       party->sdp_hash, party->count);
	for (i = 0; i < party->count; i++) {
		put_endpoint(out, " ", &party->streams[i].local[0]);
		put_endpoint(out, " = ", &party->streams[i].mapped[0]);
	}
	put_endpoint(out, " target ", &party->target.local[0]);
	put_endpoint(out, " = ", &party->target.mapped[0]);
	seq_buf_putc(out, '\n');
}

static void put_call(struct seq_buf *out, struct sip_ims_call *call)
{
	struct sip_ims_dialog *dialog;

	put_party(out, &call->caller);
	list_for_each_entry(dialog, &call->dialogs, list) {
		if (dialog->callee.sdp_hash || dialog->callee.target.l4proto)
			put_party(out, &dialog->callee);
	}
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

static void put_session(struct seq_buf *out, struct sip_ims_session *session)
{
	struct sip_ims_pinhole *pinhole;

	spin_lock(&session->lock);
	seq_buf_printf(out, "session %u of kind %u\n", session->id,
		       session->key.kind);
	list_for_each_entry(pinhole, &session->pinholes, list)
		put_pinhole(out, pinhole);
	if (session->key.kind == SIP_IMS_CALL)
		put_call(out, sip_ims_call_of(session));
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
			put_session(out, session);
	}
	local_bh_enable();
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

/* Who owns which port, for one call, or with 0 for what is no media. */
static void put_owners(struct world *world, struct seq_buf *out, u64 call)
{
	struct sip_ims_path path = { .sn = &world->sn };
	struct sip_ims_endpoint at = {}, local;
	unsigned int port;

	at.addr.ip = htonl(0xcb007101);
	for (port = WORLD_PORT_MIN; port <= WORLD_PORT_MAX; port++) {
		at.port = htons(port);
		if (!sip_ims_pool_owner(&path, &at, call, &local))
			continue;
		seq_buf_printf(out, "port %u", port);
		put_endpoint(out, " is ", &local);
		seq_buf_putc(out, '\n');
	}
}

static void state_write(struct world *world, char *text)
{
	static const char * const calls[] = { "one@a", "two@a" };
	struct sip_ims_net *sn = &world->sn;
	struct seq_buf out;
	unsigned int i;

	seq_buf_init(&out, text, WORLD_TEXT_MAX);
	seq_buf_printf(&out, "calls %u registrations %u alive %d pools %u\n",
		       sn->calls, sn->registrations, atomic_read(&sn->alive),
		       sn->n_pools);
	seq_buf_printf(&out, "open %u\n", world_open_count(world, NULL));
	put_sessions(world, &out);
	put_owners(world, &out, 0);
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		put_owners(world, &out, sip_ims_hash(sn, calls[i],
						     strlen(calls[i])));
	KUNIT_ASSERT_FALSE(world->test, seq_buf_has_overflowed(&out));
	seq_buf_str(&out);
}

/**
 * state_keep() - remember all that the namespace holds
 * @world: the namespace
 */
void state_keep(struct world *world)
{
	state_write(world, world->state[0]);
	world->kept_names = world->n_names;
}

/**
 * state_same() - compare it with what is remembered
 * @world: the namespace
 * @script: what is played
 * @step: the message that did not leave
 *
 * Pairs that were seen meanwhile have no names: they are back.
 */
void state_same(struct world *world, const struct script *script,
		const struct step *step)
{
	state_write(world, world->state[1]);
	world->n_names = world->kept_names;
	KUNIT_EXPECT_STREQ_MSG(world->test, world->state[1], world->state[0],
			       "step %d, %s, left something",
			       (int)(step - script->steps) + 1, step->what);
}
