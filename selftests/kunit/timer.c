// SPDX-License-Identifier: GPL-2.0-only
/*
 * When sessions end: the timer that is left alone, the times of the states,
 * contacts that expire, and flows that do not want to go.
 */
#include <linux/delay.h>

#include "world.h"

#define PHONE_SDP	SDP_AT("10.0.0.2", "40000")
#define PROXY_SDP	SDP_AT("198.51.100.9", "30000")

static const struct step invite = {
	WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_SDP,
};

static const struct step answer = {
	WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_SDP,
};

static const struct step ring = { WAY_IN, "180 INVITE", "a", "b", 1 };
static const struct step busy = { WAY_IN, "486 INVITE", "a", "b", 1 };
static const struct step bye = { WAY_OUT, "BYE", "a", "b", 2 };
static const struct step cancel = { WAY_OUT, "CANCEL", "a", NULL, 1 };

/* The only session there is, referenced. */
static struct sip_ims_session *only_session(struct world *world)
{
	struct sip_ims_session *session = world_session(world, 1);

	KUNIT_ASSERT_NOT_NULL(world->test, session);
	return session;
}

static void expire_at(struct sip_ims_session *session, unsigned long expires)
{
	spin_lock_bh(&session->lock);
	sip_ims_session_expire(session, expires);
	spin_unlock_bh(&session->lock);
}

/* A slow machine may need a while; a timer that is not set needs for ever. */
#define PATIENCE	(20 * HZ)

static bool is_closed(struct sip_ims_session *session)
{
	unsigned long end = jiffies + PATIENCE;

	while (!READ_ONCE(session->closed) && time_before(jiffies, end))
		usleep_range(1000, 2000);
	return READ_ONCE(session->closed);
}

/* A number of seconds that was set just now, on a slow machine. */
static void expect_about(struct kunit *test, const char *what,
			 unsigned long found, unsigned long expected)
{
	KUNIT_EXPECT_LE_MSG(test, found, expected, "%s", what);
	KUNIT_EXPECT_GE_MSG(test, found + 3, expected, "%s", what);
}

static void expect_left(struct kunit *test,
			const struct sip_ims_session *session,
			unsigned int seconds)
{
	expect_about(test, "seconds left",
		     DIV_ROUND_UP(session->expires - jiffies, HZ), seconds);
}

/**
 * struct lifetime - how long a call lives in a state
 * @name: for people
 * @steps: how it got there
 * @seconds: until it ends
 * @hold: how long its signalling flow is held, 0 for not at all
 */
struct lifetime {
	const char *name;
	const struct step *steps[4];
	unsigned int seconds;
	unsigned int hold;
};

static const struct lifetime lifetimes[] = {
	{ "calling", { &invite }, 111, 111 },
	{ "early", { &invite, &ring }, 111, 111 },
	{ "confirmed", { &invite, &answer }, 7777, 3600 },
	{ "busy", { &invite, &ring, &busy }, 9, 0 },
	{ "cancelled", { &invite, &ring, &cancel }, 9, 0 },
	{ "over", { &invite, &answer, &bye }, 9, 0 },
};

KUNIT_ARRAY_PARAM_DESC(lifetime, lifetimes, name);

static void set_lifetimes(struct world *world)
{
	struct sip_ims_settings settings;

	world_settings(world, &settings);
	settings.grace = 9;
	settings.timer_c = 111;
	settings.max_call = 7777;
	settings.max_registration = 555;
	world_set(world, &settings);
}

static void test_lifetime(struct kunit *test)
{
	const struct lifetime *lifetime = test->param_value;
	struct world *world = test->priv;
	struct sip_ims_session *session;
	unsigned int i;

	set_lifetimes(world);
	for (i = 0; i < ARRAY_SIZE(lifetime->steps) && lifetime->steps[i]; i++)
		KUNIT_EXPECT_TRUE(test, script_step(world, lifetime->steps[i]));
	session = only_session(world);
	expect_left(test, session, lifetime->seconds);
	KUNIT_EXPECT_TRUE(test, timer_pending(&session->timer));
	KUNIT_EXPECT_TRUE(test, time_before_eq(session->timer.expires,
					       session->expires));
	expect_about(test, "hold", world->plan.base.keepalive, lifetime->hold);
	sip_ims_session_put(session);
}

/* An end that moves away leaves the timer alone; a nearer one moves it. */
static void test_moved_away(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;
	unsigned long timer;

	script_step(world, &invite);
	session = only_session(world);
	expire_at(session, jiffies + 20 * HZ);
	timer = session->timer.expires;
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 3);
	expire_at(session, jiffies + 50 * HZ);
	KUNIT_EXPECT_EQ(test, session->timer.expires, timer);
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 3);
	expire_at(session, jiffies + 10 * HZ);
	KUNIT_EXPECT_TRUE(test, time_before(session->timer.expires, timer));
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 3);
	sip_ims_session_put(session);
}

/* The timer fires before the end, and is armed for the remaining time. */
static void test_looks_again(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;
	unsigned long end;

	script_step(world, &invite);
	session = only_session(world);
	expire_at(session, jiffies + HZ / 10);
	end = jiffies + HZ / 2;
	expire_at(session, end);
	KUNIT_EXPECT_TRUE(test, is_closed(session));
	KUNIT_EXPECT_TRUE(test, time_after_eq(jiffies, end));
	KUNIT_EXPECT_EQ(test, world->releases, 1);
	KUNIT_EXPECT_EQ(test, world_open_count(world, NULL), 0);
	sip_ims_session_put(session);
	KUNIT_EXPECT_TRUE(test, world_idle(world));
}

/* A nearer end counts, though the timer was set for a later one. */
static void test_nearer(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;

	script_step(world, &invite);
	session = only_session(world);
	expire_at(session, jiffies + 60 * HZ);
	expire_at(session, jiffies + HZ / 10);
	KUNIT_EXPECT_TRUE(test, is_closed(session));
	sip_ims_session_put(session);
}

/* Closed by hand: the timer and its reference are gone. */
static void test_close_stops(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;

	script_step(world, &invite);
	session = only_session(world);
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 3);
	sip_ims_session_close(session);
	KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 1);
	KUNIT_EXPECT_FALSE(test, timer_pending(&session->timer));
	expire_at(session, jiffies + HZ);
	KUNIT_EXPECT_FALSE_MSG(test, timer_pending(&session->timer),
			       "a closed session has no end any more");
	sip_ims_session_put(session);
	KUNIT_EXPECT_TRUE(test, world_idle(world));
}

/* A call that is closed by a user has no timer, in whatever state it was. */
static void test_close_scripts(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	struct sip_ims_session *session;
	const struct step *step;
	u32 id;

	script_begin(world, script);
	for (step = script->steps; step->what; step++)
		script_step(world, step);
	for (id = 1; id <= world->sn.next_id; id++) {
		session = world_session(world, id);
		if (!session)
			continue;
		sip_ims_session_close(session);
		KUNIT_EXPECT_FALSE(test, timer_pending(&session->timer));
		KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 1);
		KUNIT_EXPECT_FALSE(test, clock_tick(session));
		sip_ims_session_put(session);
	}
	KUNIT_EXPECT_TRUE(test, world_idle(world));
}

/* Waits for the next look at the flows of a closed session. */
static void next_look(struct world *world, struct sip_ims_session *session)
{
	unsigned int releases = READ_ONCE(world->releases);
	unsigned long end = jiffies + PATIENCE;

	KUNIT_EXPECT_TRUE(world->test, timer_pending(&session->timer));
	KUNIT_EXPECT_LE(world->test, session->timer.expires - jiffies, HZ);
	KUNIT_EXPECT_GE(world->test, session->timer.expires - jiffies, HZ / 4);
	/* the second itself need not pass */
	mod_timer(&session->timer, jiffies);
	while (READ_ONCE(world->releases) == releases &&
	       time_before(jiffies, end))
		usleep_range(1000, 2000);
	spin_lock_bh(&session->lock);
	spin_unlock_bh(&session->lock);
}

/**
 * struct stubborn - flows that do not end at once
 * @name: for people
 * @busy: looks after which some remain
 * @looks: how often they are looked for
 */
struct stubborn {
	const char *name;
	unsigned int busy;
	unsigned int looks;
};

static const struct stubborn stubborns[] = {
	{ "none", 0, 1 },
	{ "one second", 1, 2 },
	{ "four seconds", 4, 5 },
	{ "five seconds", 5, 6 },
	{ "for ever", 1000, 6 },
};

KUNIT_ARRAY_PARAM_DESC(stubborn, stubborns, name);

static void test_release(struct kunit *test)
{
	const struct stubborn *stubborn = test->param_value;
	struct world *world = test->priv;
	struct sip_ims_session *session;
	unsigned int look;

	script_step(world, &invite);
	session = only_session(world);
	world->busy = stubborn->busy;
	sip_ims_session_close(session);
	KUNIT_EXPECT_EQ(test, world->sn.calls, 0);
	for (look = 1; look < stubborn->looks; look++) {
		KUNIT_EXPECT_EQ(test, world->releases, look);
		KUNIT_EXPECT_EQ(test, refcount_read(&session->use), 2);
		next_look(world, session);
	}
	KUNIT_EXPECT_EQ(test, world->releases, stubborn->looks);
	KUNIT_EXPECT_FALSE(test, timer_pending(&session->timer));
	world->busy = 0;
	sip_ims_session_put(session);
}

/* A namespace that goes does not wait for flows. */
static void test_release_stopping(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;

	script_step(world, &invite);
	session = only_session(world);
	world->busy = 1000;
	world->sn.stopping = true;
	sip_ims_session_close(session);
	KUNIT_EXPECT_EQ(test, world->releases, 1);
	KUNIT_EXPECT_FALSE(test, timer_pending(&session->timer));
	sip_ims_session_put(session);
	KUNIT_EXPECT_TRUE(test, world_idle(world));
}

#define CONTACTS	"<sip:alice@10.0.0.2:5060>;expires=100, " \
			"<sip:alice@10.0.0.2:6000>;expires=200"

static const struct step reg = {
	WAY_OUT, "REGISTER", "r", NULL, 1, .contact = CONTACTS,
};

static const struct step registered = {
	WAY_IN, "200 REGISTER", "r", "s", 1,
};

static struct sip_ims_contact *contact(struct sip_ims_session *session,
				       u16 port)
{
	struct sip_ims_contact *contact;

	list_for_each_entry(contact,
			    &sip_ims_registration_of(session)->contacts, list) {
		if (contact->port->local.port == htons(port))
			return contact;
	}
	return NULL;
}

/* The first contact ends: its pinholes go, the other's stay. */
static void test_contact_expires(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;
	unsigned long end = jiffies + PATIENCE;

	script_step(world, &reg);
	session = only_session(world);
	/* an answer is awaited as long as timer F runs */
	expect_left(test, session, 32);
	script_step(world, &registered);
	expect_left(test, session, 100);
	expect_about(test, "hold", world->plan.base.keepalive, 200);
	KUNIT_EXPECT_EQ(test, session->n_pinholes, 4);
	spin_lock_bh(&session->lock);
	contact(session, 5060)->expires = jiffies;
	sip_ims_session_expire(session, jiffies);
	spin_unlock_bh(&session->lock);
	while (READ_ONCE(session->n_pinholes) == 4 && time_before(jiffies, end))
		usleep_range(1000, 2000);
	spin_lock_bh(&session->lock);
	KUNIT_EXPECT_EQ(test, session->n_pinholes, 2);
	KUNIT_EXPECT_NULL(test, contact(session, 5060));
	KUNIT_EXPECT_NOT_NULL(test, contact(session, 6000));
	expect_left(test, session, 200);
	contact(session, 6000)->expires = jiffies;
	sip_ims_session_expire(session, jiffies);
	spin_unlock_bh(&session->lock);
	KUNIT_EXPECT_TRUE(test, is_closed(session));
	sip_ims_session_put(session);
	KUNIT_EXPECT_TRUE(test, world_idle(world));
}

/* However long a registrar grants, the zone's longest time counts. */
static void test_contact_longest(struct kunit *test)
{
	static const struct step granted = {
		WAY_IN, "200 REGISTER", "r", "s", 1,
		.contact = "<sip:alice@203.0.113.1:5060>;expires=4294967295",
	};
	struct world *world = test->priv;
	struct sip_ims_session *session;

	set_lifetimes(world);
	script_step(world, &reg);
	script_step(world, &granted);
	session = only_session(world);
	expect_left(test, session, 555);
	sip_ims_session_put(session);
}

static struct kunit_case timer_cases[] = {
	KUNIT_CASE_PARAM(test_lifetime, lifetime_gen_params),
	KUNIT_CASE(test_moved_away),
	KUNIT_CASE(test_looks_again),
	KUNIT_CASE(test_nearer),
	KUNIT_CASE(test_close_stops),
	KUNIT_CASE_PARAM(test_close_scripts, script_params),
	KUNIT_CASE_PARAM(test_release, stubborn_gen_params),
	KUNIT_CASE(test_release_stopping),
	KUNIT_CASE(test_contact_expires),
	KUNIT_CASE(test_contact_longest),
	{}
};

static struct kunit_suite timer_suite = {
	.name = "sip_ims_timer",
	.init = world_init,
	.exit = world_exit,
	.test_cases = timer_cases,
};

kunit_test_suite(timer_suite);
MODULE_INFO(kunit_suite, "sip_ims_timer");
