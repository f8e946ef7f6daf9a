// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of sessions: references, gauges, limits, and its end.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "world.h"

static void key_of(struct sip_ims_key *key, u64 hash, u16 zone, u16 kind)
{
	memset(key, 0, sizeof(*key));
	key->hash = hash;
	key->zone = zone;
	key->kind = kind;
}

static struct sip_ims_session *session_new(struct world *world,
					   const struct sip_ims_key *key)
{
	struct sip_ims_path path = { .sn = &world->sn, .l3num = AF_INET };
	struct sip_ims_registration *registration;
	struct sip_ims_call *call;

	if (key->kind == SIP_IMS_CALL) {
		call = kzalloc(sizeof(*call), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(world->test, call);
		INIT_LIST_HEAD(&call->dialogs);
		INIT_LIST_HEAD(&call->bindings);
		sip_ims_session_init(&call->session, &sip_ims_call_ops, key,
				     &path);
		return &call->session;
	}
	registration = kzalloc(sizeof(*registration), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(world->test, registration);
	INIT_LIST_HEAD(&registration->ports);
	INIT_LIST_HEAD(&registration->contacts);
	INIT_LIST_HEAD(&registration->grants);
	sip_ims_session_init(&registration->session, &sip_ims_registration_ops,
			     key, &path);
	return &registration->session;
}

static int session_add(struct world *world, struct sip_ims_session *session)
{
	struct rhlist_head *list;
	int err;

	rcu_read_lock();
	spin_lock_bh(&world->sn.lock);
	list = sip_ims_session_lookup(&world->sn, &session->key);
	err = sip_ims_session_insert(session, list);
	spin_unlock_bh(&world->sn.lock);
	rcu_read_unlock();
	/* The creator of a session counts it. */
	if (!err)
		sip_ims_count(&world->sn, session->key.kind == SIP_IMS_CALL ?
			      SIP_IMS_A_STATS_CALLS_OPENED :
			      SIP_IMS_A_STATS_REGISTRATIONS_OPENED);
	return err;
}

/* A session in the table, which has the only reference. */
static struct sip_ims_session *session_put_in(struct world *world, u64 hash,
					      u16 zone, u16 kind)
{
	struct sip_ims_session *session;
	struct sip_ims_key key;

	key_of(&key, hash, zone, kind);
	session = session_new(world, &key);
	KUNIT_EXPECT_EQ(world->test, session_add(world, session), 0);
	sip_ims_session_put(session);
	return session;
}

static unsigned int found(struct world *world, u64 hash, u16 zone, u16 kind)
{
	struct rhlist_head *list, *pos;
	struct sip_ims_key key;
	unsigned int count = 0;

	key_of(&key, hash, zone, kind);
	rcu_read_lock();
	list = sip_ims_session_lookup(&world->sn, &key);
	rhl_for_each_rcu(pos, list)
		count++;
	rcu_read_unlock();
	return count;
}

static struct sip_ims_session *session_hold(struct sip_ims_session *session)
{
	struct sip_ims_session *held;

	rcu_read_lock();
	local_bh_disable();
	held = sip_ims_session_lock(session);
	if (held)
		spin_unlock(&held->lock);
	local_bh_enable();
	rcu_read_unlock();
	return held;
}

static void test_insert(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;

	session = session_put_in(world, 1, 0, SIP_IMS_CALL);
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 1);
	KUNIT_EXPECT_EQ(test, world->sn.calls, 1);
	KUNIT_EXPECT_EQ(test, world->sn.registrations, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&world->sn.alive), 1);
	KUNIT_EXPECT_EQ(test, session->id, 1);
	session_put_in(world, 1, 0, SIP_IMS_REGISTRATION);
	KUNIT_EXPECT_EQ(test, world->sn.calls, 1);
	KUNIT_EXPECT_EQ(test, world->sn.registrations, 1);
}

/* Zone and kind belong to the key; several legs have the same one. */
static void test_find(struct kunit *test)
{
	struct world *world = test->priv;

	session_put_in(world, 1, 0, SIP_IMS_CALL);
	session_put_in(world, 1, 0, SIP_IMS_CALL);
	session_put_in(world, 1, 5, SIP_IMS_CALL);
	session_put_in(world, 1, 0, SIP_IMS_REGISTRATION);
	session_put_in(world, 2, 0, SIP_IMS_CALL);
	KUNIT_EXPECT_EQ(test, found(world, 1, 0, SIP_IMS_CALL), 2);
	KUNIT_EXPECT_EQ(test, found(world, 1, 5, SIP_IMS_CALL), 1);
	KUNIT_EXPECT_EQ(test, found(world, 1, 0, SIP_IMS_REGISTRATION), 1);
	KUNIT_EXPECT_EQ(test, found(world, 1, 5, SIP_IMS_REGISTRATION), 0);
	KUNIT_EXPECT_EQ(test, found(world, 2, 0, SIP_IMS_CALL), 1);
	KUNIT_EXPECT_EQ(test, found(world, 3, 0, SIP_IMS_CALL), 0);
	KUNIT_EXPECT_EQ(test, sip_ims_session_flush(&world->sn, 5), 1);
	KUNIT_EXPECT_EQ(test, found(world, 1, 5, SIP_IMS_CALL), 0);
	KUNIT_EXPECT_EQ(test, found(world, 1, 0, SIP_IMS_CALL), 2);
	KUNIT_EXPECT_EQ(test, sip_ims_session_flush(&world->sn, -1), 4);
	KUNIT_EXPECT_TRUE(test, world_idle(world));
}

/* The second of three legs closes. */
static void test_close_one_leg(struct kunit *test)
{
	struct sip_ims_session *legs[3];
	struct world *world = test->priv;
	int i;

	for (i = 0; i < 3; i++)
		legs[i] = session_put_in(world, 1, 0, SIP_IMS_CALL);
	KUNIT_ASSERT_NOT_NULL(test, session_hold(legs[1]));
	sip_ims_session_close(legs[1]);
	KUNIT_EXPECT_EQ(test, found(world, 1, 0, SIP_IMS_CALL), 2);
	KUNIT_EXPECT_EQ(test, world->sn.calls, 2);
	sip_ims_session_put(legs[1]);
	for (i = 0; i < 3; i += 2) {
		KUNIT_ASSERT_NOT_NULL(test, session_hold(legs[i]));
		sip_ims_session_put(legs[i]);
	}
}

/* A closed session with a reference is out of the table, but not freed. */
static void test_close_held(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;

	session = session_put_in(world, 1, 0, SIP_IMS_CALL);
	KUNIT_ASSERT_NOT_NULL(test, session_hold(session));
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 2);
	sip_ims_session_close(session);
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 1);
	KUNIT_EXPECT_EQ(test, world->sn.calls, 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&world->sn.alive), 1);
	KUNIT_EXPECT_EQ(test, world->releases, 1);
	KUNIT_EXPECT_EQ(test, found(world, 1, 0, SIP_IMS_CALL), 0);
	KUNIT_EXPECT_NULL_MSG(test, session_hold(session),
			      "a closed session cannot be had");
	sip_ims_session_close(session);
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 1);
	KUNIT_EXPECT_EQ(test, world->releases, 1);
	sip_ims_session_put(session);
	KUNIT_EXPECT_EQ(test, atomic_read(&world->sn.alive), 0);
}

/**
 * struct limit - what stops an insertion
 * @name: for people
 * @kind: of the sessions
 * @same: they have one key
 * @begin: what the gauge says before
 * @most: how many go in
 */
struct limit {
	const char *name;
	u16 kind;
	bool same;
	u32 begin;
	u32 most;
};

static const struct limit limits[] = {
	{ "calls", SIP_IMS_CALL, false, SIP_IMS_CALLS_MAX - 3, 3 },
	{ "registrations", SIP_IMS_REGISTRATION, false,
	  SIP_IMS_REGISTRATIONS_MAX - 3, 3 },
	{ "calls of a Call-ID", SIP_IMS_CALL, true, 0,
	  SIP_IMS_SESSIONS_PER_KEY },
	{ "registrations of a flow", SIP_IMS_REGISTRATION, true, 0,
	  SIP_IMS_SESSIONS_PER_KEY },
};

KUNIT_ARRAY_PARAM_DESC(limit, limits, name);

static u32 *gauge(struct world *world, u16 kind)
{
	return kind == SIP_IMS_CALL ? &world->sn.calls :
				      &world->sn.registrations;
}

static void test_limit(struct kunit *test)
{
	const struct limit *limit = test->param_value;
	struct world *world = test->priv;
	struct sip_ims_session *session;
	struct sip_ims_key key;
	u32 i;

	*gauge(world, limit->kind) = limit->begin;
	for (i = 0; i <= limit->most; i++) {
		key_of(&key, limit->same ? 1 : 1 + i, 0, limit->kind);
		session = session_new(world, &key);
		KUNIT_EXPECT_EQ_MSG(test, session_add(world, session),
				    i < limit->most ? 0 : -ENOSPC,
				    "session %u", i);
		sip_ims_session_put(session);
	}
	KUNIT_EXPECT_EQ(test, *gauge(world, limit->kind),
			limit->begin + limit->most);
	*gauge(world, limit->kind) -= limit->begin;
	KUNIT_EXPECT_EQ(test, atomic_read(&world->sn.alive), limit->most);
}

/* The number shown to users is never 0, also after 2^32 sessions. */
static void test_id_wraps(struct kunit *test)
{
	struct world *world = test->priv;

	world->sn.next_id = U32_MAX - 1;
	KUNIT_EXPECT_EQ(test, session_put_in(world, 1, 0, SIP_IMS_CALL)->id,
			U32_MAX);
	KUNIT_EXPECT_EQ(test, session_put_in(world, 2, 0, SIP_IMS_CALL)->id, 1);
}

/* More than one batch, of both kinds, some of them just ending themselves. */
static void test_namespace_goes(struct kunit *test)
{
	struct sip_ims_session *sessions[100];
	struct world *world = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sessions); i++) {
		sessions[i] = session_put_in(world, 1 + i / 2, 0, i % 2);
		KUNIT_ASSERT_NOT_NULL(test, session_hold(sessions[i]));
	}
	KUNIT_EXPECT_EQ(test, world->sn.calls, 50);
	KUNIT_EXPECT_EQ(test, world->sn.registrations, 50);
	for (i = 0; i < ARRAY_SIZE(sessions); i++) {
		spin_lock_bh(&sessions[i]->lock);
		if (i % 3)
			sip_ims_session_expire(sessions[i], jiffies + i % 5);
		spin_unlock_bh(&sessions[i]->lock);
		sip_ims_session_put(sessions[i]);
	}
	world_free(world);
	test->priv = NULL;
}

/* No session can be created while the namespace exits. */
static void test_stopping(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;
	struct sip_ims_key key;

	world->sn.stopping = true;
	key_of(&key, 1, 0, SIP_IMS_CALL);
	session = session_new(world, &key);
	KUNIT_EXPECT_EQ(test, session_add(world, session), -ENOSPC);
	sip_ims_session_put(session);
	KUNIT_EXPECT_TRUE(test, world_idle(world));
}

/* A hash is never "none", and differs between namespaces. */
static void test_hash(struct kunit *test)
{
	struct world *world = test->priv, *other = world_new(test);
	u64 a = sip_ims_hash(&world->sn, "one@a", 5);

	KUNIT_EXPECT_NE(test, a, 0);
	KUNIT_EXPECT_EQ(test, a, sip_ims_hash(&world->sn, "one@a", 5));
	KUNIT_EXPECT_NE(test, a, sip_ims_hash(&world->sn, "one@b", 5));
	KUNIT_EXPECT_NE(test, a, sip_ims_hash(&other->sn, "one@a", 5));
	world_free(other);
}

static struct kunit_case session_cases[] = {
	KUNIT_CASE(test_insert),
	KUNIT_CASE(test_find),
	KUNIT_CASE(test_close_one_leg),
	KUNIT_CASE(test_close_held),
	KUNIT_CASE_PARAM(test_limit, limit_gen_params),
	KUNIT_CASE(test_id_wraps),
	KUNIT_CASE(test_namespace_goes),
	KUNIT_CASE(test_stopping),
	KUNIT_CASE(test_hash),
	{}
};

static struct kunit_suite session_suite = {
	.name = "sip_ims_session",
	.init = world_init,
	.exit = world_exit,
	.test_cases = session_cases,
};

kunit_test_suite(session_suite);
MODULE_INFO(kunit_suite, "sip_ims_session");
