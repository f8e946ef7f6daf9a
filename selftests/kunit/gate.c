// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gate of the tests: opens nothing, but keeps the rules of the real one
 * and notices who breaks them.
 *
 * Everything here runs inside a session's lock, where a failed expectation
 * must not be told yet; world->wrong is looked at afterwards.
 */
#include "world.h"

static void wrong(struct world *world, const char *what)
{
	if (!world->wrong)
		world->wrong = what;
}

static void gate_context(struct world *world,
			 const struct sip_ims_session *session)
{
	lockdep_assert_held(&session->lock);
	if (!softirq_count())
		wrong(world, "the gate is asked with bottom halves on");
	if (!rcu_read_lock_held())
		wrong(world, "the gate is asked outside of RCU");
}

static bool same_way(const struct sip_ims_pinhole *a,
		     const struct sip_ims_pinhole *b)
{
	return a->l4proto == b->l4proto && a->source_port == b->source_port &&
	       nf_inet_addr_cmp(&a->source, &b->source) &&
	       sip_ims_same_endpoint(&a->outer, &b->outer);
}

static struct world_open *open_find(struct world *world,
				    const struct sip_ims_pinhole *pinhole)
{
	unsigned int i;

	for (i = 0; i < WORLD_OPEN_MAX; i++) {
		if (world->open[i].session && !world->open[i].yielded &&
		    same_way(&world->open[i].pinhole, pinhole))
			return &world->open[i];
	}
	return NULL;
}

/* A pinhole that has been yielded without the knowledge of its session */
static struct world_open *yielded_find(struct world *world,
				       const struct sip_ims_session *session,
				       const struct sip_ims_pinhole *pinhole)
{
	unsigned int i;

	for (i = 0; i < WORLD_OPEN_MAX; i++) {
		if (world->open[i].session == session &&
		    world->open[i].yielded &&
		    same_way(&world->open[i].pinhole, pinhole))
			return &world->open[i];
	}
	return NULL;
}

/*
 * A pinhole of a session that is over may be replaced.  That happens without the
 * session's lock; the session notices it when it closes the pinhole.
 */
static bool open_yields(struct world_open *open)
{
	open->yielded = READ_ONCE(open->session->over);
	return open->yielded;
}

static int open_add(struct world *world, const struct sip_ims_session *session,
		    const struct sip_ims_pinhole *pinhole)
{
	unsigned int i;

	for (i = 0; i < WORLD_OPEN_MAX; i++) {
		if (world->open[i].session)
			continue;
		world->open[i].session = session;
		world->open[i].yielded = false;
		world->open[i].pinhole = *pinhole;
		return 0;
	}
	wrong(world, "more pinholes than the tests have room for");
	return -EMFILE;
}

static int gate_open(struct sip_ims_session *session,
		     struct sip_ims_pinhole *pinhole,
		     const struct sip_ims_path *path)
{
	struct world *world = world_of(session->sn);
	struct world_open *open;

	gate_context(world, session);
	world->opens++;
	if (session->closed)
		wrong(world, "a closed session opens something");
	/* only what a message wants: who tries again is not dropped for it */
	if (path && world->fail_at && !--world->fail_at)
		return world->fail_error;
	open = open_find(world, pinhole);
	if (open && open->session == session) {
		wrong(world, "a session opens the same way twice");
		return -EALREADY;
	}
	if (open && !open_yields(open)) {
		/* who tries again hears nothing new */
		if (path)
			world_log_pinhole(world, "shared", pinhole);
		return -EALREADY;
	}
	world_log_pinhole(world, "+", pinhole);
	return open_add(world, session, pinhole);
}

static void gate_close(struct sip_ims_session *session,
		       struct sip_ims_pinhole *pinhole)
{
	struct world *world = world_of(session->sn);
	struct world_open *open;

	gate_context(world, session);
	world->closes++;
	if (pinhole->shared) {
		world_log_pinhole(world, "unshare", pinhole);
		return;
	}
	open = yielded_find(world, session, pinhole);
	world_log_pinhole(world, open ? "missed" : "-", pinhole);
	if (!open)
		open = open_find(world, pinhole);
	if (open && open->session == session)
		open->session = NULL;
	else
		wrong(world, "a session closes what it has not open");
}

static int gate_release(struct sip_ims_session *session)
{
	struct world *world = world_of(session->sn);
	unsigned int i;

	gate_context(world, session);
	world->releases++;
	if (!session->closed)
		wrong(world, "a session that lives is released");
	for (i = 0; i < WORLD_OPEN_MAX; i++) {
		if (world->open[i].session == session)
			world->open[i].session = NULL;
	}
	if (!world->busy)
		return 0;
	world->busy--;
	return -EAGAIN;
}

static bool gate_traffic(struct sip_ims_session *session,
			 struct sip_ims_pinhole *pinhole)
{
	struct world *world = world_of(session->sn);

	gate_context(world, session);
	if (pinhole->signalling)
		wrong(world, "the gate is asked for the traffic of signalling");
	if (pinhole->shared || !open_find(world, pinhole))
		return false;
	if (!(world->talks >> pinhole->mline & 1))
		return false;
	pinhole->packets++;
	pinhole->bytes += 200;
	return true;
}

static bool gate_same_side(const struct sip_ims_path *path,
			   const union nf_inet_addr *addr,
			   const union nf_inet_addr *peer)
{
	struct world *world = world_of(path->sn);

	if (nf_inet_addr_cmp(addr, peer))
		wrong(world, "the gate is asked about the peer itself");
	return world->same_side;
}

const struct sip_ims_gate world_gate = {
	.open = gate_open,
	.close = gate_close,
	.release = gate_release,
	.traffic = gate_traffic,
	.same_side = gate_same_side,
};

/**
 * world_open_count() - how many pinholes the gate holds open
 * @world: the namespace
 * @session: only those of this one; NULL for all
 *
 * With those that a session has yielded: it does not know.
 *
 * Return: their number.
 */
unsigned int world_open_count(const struct world *world,
			      const struct sip_ims_session *session)
{
	unsigned int i, count = 0;

	for (i = 0; i < WORLD_OPEN_MAX; i++) {
		if (world->open[i].session &&
		    (!session || world->open[i].session == session))
			count++;
	}
	return count;
}
