// SPDX-License-Identifier: GPL-2.0-only
/*
 * A namespace's state, made and taken down as the module does it, and what
 * must hold when a test is through.
 */
#include <linux/percpu.h>
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>

#include "world.h"

/*
 * How long sessions may take to go when a namespace goes; once some never
 * went, no other test waits as long for its own.
 */
static unsigned long patience = 10 * HZ;

/**
 * world_new() - a namespace
 * @test: the test it is for
 *
 * Return: a new one; a test without memory ends here.
 */
struct world *world_new(struct kunit *test)
{
	/* Not the test's own memory: a session that is lost still needs it. */
	struct world *world = kvzalloc(sizeof(*world), GFP_KERNEL);
	struct sip_ims_net *sn;

	KUNIT_ASSERT_NOT_NULL(test, world);
	world->audit = audit_new();
	KUNIT_ASSERT_NOT_NULL(test, world->audit);
	world->test = test;
	world->same_side = true;
	sn = &world->sn;
	sn->net = &init_net;
	spin_lock_init(&sn->lock);
	get_random_bytes(&sn->secret, sizeof(sn->secret));
	sn->counters = alloc_percpu(struct sip_ims_counters);
	KUNIT_ASSERT_NOT_NULL(test, sn->counters);
	KUNIT_ASSERT_EQ(test, sip_ims_admission_init(sn), 0);
	KUNIT_ASSERT_EQ(test, sip_ims_ports_init(sn), 0);
	KUNIT_ASSERT_EQ(test, sip_ims_sessions_init(sn), 0);
	world_ports(world, 0, WORLD_PORT_MIN, WORLD_PORT_MAX);
	world_log_begin(world);
	return world;
}

/* All references come back when the namespace goes? */
static bool world_empties(struct world *world)
{
	struct sip_ims_net *sn = &world->sn;

	spin_lock_bh(&sn->lock);
	sn->stopping = true;
	spin_unlock_bh(&sn->lock);
	sip_ims_session_flush(sn, -1);
	if (wait_var_event_timeout(&sn->alive, !atomic_read(&sn->alive),
				   patience))
		return true;
	patience = HZ / 10;
	return false;
}

/**
 * world_idle() - is everything given back?
 * @world: the namespace
 *
 * Return: whether no session, no pool and no pinhole is left.
 */
bool world_idle(struct world *world)
{
	const struct sip_ims_net *sn = &world->sn;

	return !sn->calls && !sn->registrations && !atomic_read(&sn->alive) &&
	       !sn->n_pools && !world_open_count(world, NULL);
}

static void world_balance(struct world *world)
{
	struct kunit *test = world->test;

	KUNIT_EXPECT_EQ(test, world->sn.calls, 0);
	KUNIT_EXPECT_EQ(test, world->sn.registrations, 0);
	KUNIT_EXPECT_EQ_MSG(test, world->sn.n_pools, 0, "ports are missing");
	KUNIT_EXPECT_EQ(test, world_open_count(world, NULL), 0);
	KUNIT_EXPECT_EQ(test,
			world_count(world, SIP_IMS_A_STATS_CALLS_OPENED),
			world_count(world, SIP_IMS_A_STATS_CALLS_CLOSED));
	KUNIT_EXPECT_EQ(test,
			world_count(world, SIP_IMS_A_STATS_REGISTRATIONS_OPENED),
			world_count(world, SIP_IMS_A_STATS_REGISTRATIONS_CLOSED));
}

/**
 * world_free() - the namespace goes, and must have given everything back
 * @world: the namespace
 */
void world_free(struct world *world)
{
	struct kunit *test = world->test;

	if (!world_empties(world)) {
		KUNIT_FAIL(test, "%d sessions never end",
			   atomic_read(&world->sn.alive));
		return;
	}
	world_balance(world);
	if (world->wrong)
		KUNIT_FAIL(test, "%s", world->wrong);
	sip_ims_sessions_exit(&world->sn);
	sip_ims_ports_exit(&world->sn);
	if (!world->sn.n_pools)
		sip_ims_pools_exit(&world->sn);
	sip_ims_admission_exit(&world->sn);
	sip_ims_settings_exit(&world->sn);
	free_percpu(world->sn.counters);
	kfree(world->audit);
	kvfree(world);
}

int world_init(struct kunit *test)
{
	test->priv = world_new(test);
	return 0;
}

void world_exit(struct kunit *test)
{
	if (test->priv)
		world_free(test->priv);
}

/**
 * world_settings() - the settings of zone 0, to change some of them
 * @world: the namespace
 * @settings: filled
 */
void world_settings(struct world *world, struct sip_ims_settings *settings)
{
	sip_ims_settings_copy(&world->sn, 0, settings);
}

/**
 * world_set() - set a zone
 * @world: the namespace
 * @settings: its settings, all of them
 */
void world_set(struct world *world, const struct sip_ims_settings *settings)
{
	KUNIT_ASSERT_EQ(world->test,
			sip_ims_settings_replace(&world->sn, settings), 0);
}

/**
 * world_ports() - set the range of ports of a zone
 * @world: the namespace
 * @zone: conntrack zone
 * @min: first port, even
 * @max: last port, odd
 */
void world_ports(struct world *world, u16 zone, u16 min, u16 max)
{
	struct sip_ims_settings settings = {
		.zone = zone,
		.port_min = min,
		.port_max = max,
		.grace = WORLD_GRACE,
		.timer_c = WORLD_TIMER_C,
		.max_call = 43200,
		.max_registration = 86400,
		.registration = 3600,
		.t1 = 500,
		.t4 = WORLD_T4 * MSEC_PER_SEC,
		.retain_hold = SIP_IMS_SWITCH_ON,
	};

	world_set(world, &settings);
}

static bool session_take(struct sip_ims_session *session, u32 id)
{
	return !IS_ERR(session) && session->id == id &&
	       refcount_inc_not_zero(&session->use);
}

/**
 * world_session() - a session by its number
 * @world: the namespace
 * @id: its number
 *
 * Return: the session, referenced, or NULL.
 */
struct sip_ims_session *world_session(struct world *world, u32 id)
{
	struct sip_ims_session *session, *found = NULL;
	struct rhashtable_iter iter;

	rhltable_walk_enter(&world->sn.sessions, &iter);
	rhashtable_walk_start(&iter);
	while (!found && (session = rhashtable_walk_next(&iter))) {
		if (session_take(session, id))
			found = session;
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return found;
}

/**
 * world_count() - a counter
 * @world: the namespace
 * @counter: attribute number of the stats set
 *
 * Return: its sum over all CPUs.
 */
u64 world_count(const struct world *world, unsigned int counter)
{
	u64 sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(world->sn.counters, cpu)->value[counter];
	return sum;
}
