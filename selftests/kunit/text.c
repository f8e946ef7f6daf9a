// SPDX-License-Identifier: GPL-2.0-only
/*
 * A log of events, as text, to be compared with the one that a script expects:
 *
 *	m phone:40000,40001 = wan:A,A+1 edit	a stream, and what it becomes
 *	+ proxy:* > wan:A = phone:40000		a pinhole opens: source, outer
 *						and inner destination
 *	- proxy:* > wan:A = phone:40000		it closes
 *	shared proxy:* > wan:A = phone:40000	it is open for another session
 *	unshare proxy:* > wan:A = phone:40000	that one is not needed any more
 *	missed proxy:* > wan:A = phone:40000	it closes, but was yielded
 *	+ sip phone:5060 as wan:B > proxy:5060	one for what a phone sends, and
 *						the port this leaves by
 *	early 2					the call, and its pinholes;
 *						lost:b behind it, and ending or
 *						closed, are dialogs
 *	active 1 of 2 1				contacts of a registration, and
 *						its pinholes
 *	drop, leave				what else the plan says
 *	NO_CALL					a counter that went up; not
 *						those of sessions that close
 *
 * Public ports are random; the first pair that is seen is A, the next one B.
 */
#include "world.h"

static const struct {
	u32 addr;
	const char *name;
} hosts[] = {
	{ 0x0a000002, "phone" },
	{ 0x0a000003, "phone2" },
	{ 0xcb007101, "wan" },
	{ 0xcb007102, "wan2" },
	{ 0xc6336409, "proxy" },
	{ 0xc6336414, "gateway" },
	{ 0xc0000202, "host" },
	{ 0xc0000263, "stranger" },
};

#define COUNTER(name)	{ SIP_IMS_A_STATS_##name, #name }

static const struct {
	unsigned int number;
	const char *name;
} counters[] = {
	COUNTER(NO_MEMORY),
	COUNTER(NO_CALL),
	COUNTER(STRAY_SDP),
	COUNTER(THIRD_PARTY),
	COUNTER(SERVICE_PORT),
	COUNTER(STREAMS_EXCESS),
	COUNTER(CALL_LIMIT),
	COUNTER(REGISTRATION_LIMIT),
	COUNTER(DIALOG_LIMIT),
	COUNTER(PINHOLE_LIMIT),
	COUNTER(PORT_EXHAUSTED),
	COUNTER(EXPECTATION_FULL),
	COUNTER(EXPECTATION_SHARED),
	COUNTER(FLOW_LIMIT),
	COUNTER(REGISTER_UNMATCHED),
	COUNTER(SEC_AGREE),
	COUNTER(OFFER_REFUSED),
	COUNTER(BINDING_LIMIT),
	COUNTER(LOCAL_MEDIA),
	COUNTER(MEDIA_INACTIVE),
	COUNTER(CALLS_OPENED),
	COUNTER(REGISTRATIONS_OPENED),
};

static const char * const states[] = {
	[SIP_IMS_CALL_STATE_CALLING] = "calling",
	[SIP_IMS_CALL_STATE_EARLY] = "early",
	[SIP_IMS_CALL_STATE_CONFIRMED] = "confirmed",
	[SIP_IMS_CALL_STATE_ENDING] = "ending",
};

/**
 * world_log_begin() - forget what happened so far
 * @world: the namespace
 */
void world_log_begin(struct world *world)
{
	unsigned int i;

	seq_buf_init(&world->log, world->text, sizeof(world->text));
	world->text[0] = 0;
	for (i = 0; i <= SIP_IMS_A_STATS_MAX; i++)
		world->before[i] = world_count(world, i);
}

static unsigned int name_of(struct world *world, u32 addr, u16 even)
{
	u32 name = addr << 16 | even;
	unsigned int i;

	for (i = 0; i < world->n_names; i++) {
		if (world->names[i] == name)
			return i;
	}
	if (i < WORLD_NAMES_MAX)
		world->names[world->n_names++] = name;
	return i;
}

static void log_port(struct world *world, u32 ours, __be16 port)
{
	struct seq_buf *log = &world->log;
	u16 number = ntohs(port);
	unsigned int name;

	if (!ours || number < WORLD_PORT_MIN || number > WORLD_PORT_MAX) {
		seq_buf_printf(log, "%u", number);
		return;
	}
	name = name_of(world, ours & 0xff, number & ~1);
	seq_buf_printf(log, "%c%s", 'A' + name, number & 1 ? "+1" : "");
}

/* Returns the address if it is one of ours, else 0. */
static u32 log_host(struct world *world, const union nf_inet_addr *addr)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hosts); i++) {
		if (addr->ip != htonl(hosts[i].addr))
			continue;
		seq_buf_puts(&world->log, hosts[i].name);
		return strncmp(hosts[i].name, "wan", 3) ? 0 : hosts[i].addr;
	}
	seq_buf_printf(&world->log, "%pI4", &addr->ip);
	return 0;
}

static void log_endpoint(struct world *world,
			 const struct sip_ims_endpoint *at)
{
	u32 ours = log_host(world, &at->addr);

	seq_buf_putc(&world->log, ':');
	log_port(world, ours, at->port);
}

/**
 * world_log_pinhole() - write down a pinhole
 * @world: the namespace
 * @what: what happens to it
 * @pinhole: the pinhole
 */
void world_log_pinhole(struct world *world, const char *what,
		       const struct sip_ims_pinhole *pinhole)
{
	struct seq_buf *log = &world->log;
	u32 ours;

	seq_buf_printf(log, "%s %s%s", what, pinhole->signalling ? "sip " : "",
		       pinhole->l4proto == IPPROTO_TCP ? "tcp " : "");
	ours = log_host(world, &pinhole->source);
	seq_buf_putc(log, ':');
	if (pinhole->source_port)
		log_port(world, ours, pinhole->source_port);
	else
		seq_buf_putc(log, '*');
	if (sip_ims_pinhole_is_outward(pinhole)) {
		seq_buf_puts(log, " as ");
		log_endpoint(world, &pinhole->peer_mapped);
	}
	seq_buf_puts(log, " > ");
	log_endpoint(world, &pinhole->outer);
	if (!sip_ims_same_endpoint(&pinhole->outer, &pinhole->inner)) {
		seq_buf_puts(log, " = ");
		log_endpoint(world, &pinhole->inner);
	}
	seq_buf_putc(log, '\n');
}

static void log_pair(struct world *world, const struct sip_ims_endpoint *pair)
{
	u32 ours = log_host(world, &pair[SIP_IMS_RTP].addr);

	seq_buf_putc(&world->log, ':');
	log_port(world, ours, pair[SIP_IMS_RTP].port);
	if (!pair[SIP_IMS_RTCP].port)
		return;
	seq_buf_putc(&world->log, ',');
	if (!nf_inet_addr_cmp(&pair[SIP_IMS_RTP].addr,
			      &pair[SIP_IMS_RTCP].addr))
		log_endpoint(world, &pair[SIP_IMS_RTCP]);
	else
		log_port(world, ours, pair[SIP_IMS_RTCP].port);
}

static void log_stream(struct world *world, const struct sip_ims_stream *stream)
{
	struct seq_buf *log = &world->log;

	if (!stream->l4proto) {
		seq_buf_printf(log, "m %s\n", stream->off ? "off" : "-");
		return;
	}
	seq_buf_printf(log, "m %s",
		       stream->l4proto == IPPROTO_TCP ? "tcp " : "");
	log_pair(world, stream->local);
	if (memcmp(stream->local, stream->mapped, sizeof(stream->local))) {
		seq_buf_puts(log, " = ");
		log_pair(world, stream->mapped);
	}
	seq_buf_printf(log, "%s%s%s%s%s%s\n", stream->mux ? " mux" : "",
		       stream->edit ? " edit" : "",
		       stream->third_party ? " third" : "",
		       stream->own_port ? " here" : "",
		       stream->direct ? " direct" : "",
		       stream->on_hold ? " hold" : "");
}

static void log_description(struct world *world,
			    const struct sip_ims_description *said)
{
	unsigned int i;

	for (i = 0; i < said->count; i++)
		log_stream(world, &said->streams[i]);
}

/**
 * world_log_plan() - write down what a plan says
 * @world: the namespace
 * @plan: the plan
 */
void world_log_plan(struct world *world, const struct sip_ims_call_plan *plan)
{
	if (plan->base.drop)
		seq_buf_puts(&world->log, "drop\n");
	if (plan->base.untouched)
		seq_buf_puts(&world->log, "leave\n");
	if (plan->description && !plan->base.drop)
		log_description(world, plan->description);
	if (!plan->target_party || plan->base.drop)
		return;
	seq_buf_puts(&world->log, "target ");
	log_endpoint(world, &plan->target.local);
	if (plan->target.pool) {
		seq_buf_puts(&world->log, " = ");
		log_endpoint(world, &plan->target.mapped);
	}
	seq_buf_putc(&world->log, '\n');
}

/**
 * world_log_counters() - write down which counters went up since the begin
 * @world: the namespace
 */
void world_log_counters(struct world *world)
{
	unsigned int i;
	u64 more;

	for (i = 0; i < ARRAY_SIZE(counters); i++) {
		more = world_count(world, counters[i].number) -
		       world->before[counters[i].number];
		if (!more)
			continue;
		seq_buf_puts(&world->log, counters[i].name);
		if (more > 1)
			seq_buf_printf(&world->log, " %llu", more);
		seq_buf_putc(&world->log, '\n');
	}
}

/* Log dialogs that are neither early nor confirmed. */
static void log_dialog(struct world *world, const struct sip_ims_call *call,
		       const struct sip_ims_dialog *dialog)
{
	const char *state;

	if (dialog->state == SIP_IMS_DIALOG_LOST)
		state = "lost";
	else if (dialog->state == SIP_IMS_DIALOG_CLOSED)
		state = "closed";
	else if (dialog->state == SIP_IMS_DIALOG_ENDING &&
		 call->state != SIP_IMS_CALL_STATE_ENDING)
		state = "ending";
	else
		return;
	seq_buf_printf(&world->log, " %s:%.*s", state,
		       dialog->callee.tag_len, dialog->callee.tag);
}

static void log_call(struct world *world, struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;

	seq_buf_printf(&world->log, "%s %u", states[call->state],
		       call->session.n_pinholes);
	list_for_each_entry(dialog, &call->dialogs, list)
		log_dialog(world, call, dialog);
	seq_buf_putc(&world->log, '\n');
	audit_call(world, call);
}

/* Without contacts it goes with the next tick, or has gone already. */
static void log_registration(struct world *world,
			     const struct sip_ims_registration *registration)
{
	const struct sip_ims_contact *contact;
	unsigned int active = 0;

	if (!registration->n_contacts)
		return;
	list_for_each_entry(contact, &registration->contacts, list)
		active += contact->active;
	seq_buf_printf(&world->log, "active %u of %u %u\n", active,
		       registration->n_contacts,
		       registration->session.n_pinholes);
}

static void check_pinholes(struct world *world,
			   struct sip_ims_session *session)
{
	struct sip_ims_pinhole *pinhole;
	unsigned int count = 0, own = 0;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		count++;
		own += !pinhole->shared;
	}
	if (count != session->n_pinholes && !world->wrong)
		world->wrong = "a session's pinholes are counted wrong";
	if (own != world_open_count(world, session) && !world->wrong)
		world->wrong = "a session has not what the gate has open for it";
}

static void log_session(struct world *world, struct sip_ims_session *session)
{
	spin_lock_bh(&session->lock);
	check_pinholes(world, session);
	if (session->key.kind == SIP_IMS_CALL)
		log_call(world, sip_ims_call_of(session));
	else
		log_registration(world, sip_ims_registration_of(session));
	spin_unlock_bh(&session->lock);
}

static bool pair_taken(struct world *world, u32 name)
{
	static const char * const calls[] = { "one@a", "two@a" };
	struct sip_ims_endpoint at = {}, local;
	struct sip_ims_net *sn = &world->sn;
	bool taken;
	unsigned int i;

	at.addr.ip = htonl(0xcb007100 | name >> 16);
	at.port = htons((u16)name);
	taken = !sip_ims_pool_find_owner(sn, 0, AF_INET, &at, 0, &local);
	for (i = 0; i < ARRAY_SIZE(calls); i++)
		taken |= !sip_ims_pool_find_owner(sn, 0, AF_INET, &at,
						  sip_ims_hash(sn, calls[i],
							       strlen(calls[i])),
						  &local);
	return taken;
}

/* A name stands for one holder of a pair; the next holder has another name. */
static void forget_names(struct world *world)
{
	unsigned int i;

	for (i = 0; i < world->n_names; i++) {
		if (!pair_taken(world, world->names[i]))
			world->names[i] = 0;
	}
}

/**
 * world_log_sessions() - write down all sessions, in the order they began
 * @world: the namespace; nothing else works on it
 */
void world_log_sessions(struct world *world)
{
	struct sip_ims_session *session;
	u32 id;

	for (id = 1; id <= world->sn.next_id; id++) {
		session = world_session(world, id);
		if (!session)
			continue;
		log_session(world, session);
		sip_ims_session_put(session);
	}
	forget_names(world);
}
