// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits on sources: pairs of source and proxy whose INVITEs fail, and sources
 * with unanswered calls.
 */
#include <linux/delay.h>

#include "world.h"

static void set(struct world *world, u32 failures, u32 window, u32 calls)
{
	struct sip_ims_settings settings = {
		.port_min = WORLD_PORT_MIN,
		.port_max = WORLD_PORT_MAX,
		.grace = 5,
		.timer_c = 180,
		.max_call = 43200,
		.max_registration = 86400,
		.admission_failures = failures,
		.admission_window = window,
		.admission_block = 1,
		.source_calls = calls,
	};

	KUNIT_ASSERT_EQ(world->test,
			sip_ims_settings_replace(&world->sn, &settings), 0);
}

/* How often the last step incremented a counter. */
static void expect_up(struct world *world, unsigned int counter,
		      const char *name, u64 times)
{
	KUNIT_EXPECT_EQ_MSG(world->test, world_count(world, counter) -
			    world->before[counter], times, "%s", name);
}

#define EXPECT_UP(world, name, times)					\
	expect_up(world, SIP_IMS_A_STATS_##name, #name, times)

/* Does the INVITE of call number @call pass? */
static bool invite(struct world *world, enum way way, unsigned int call,
		   u32 cseq, const char *to)
{
	char call_id[16];
	struct step step = {
		.way = way, .what = "INVITE", .from = "a", .to = to,
		.cseq = cseq, .call_id = call_id,
	};

	snprintf(call_id, sizeof(call_id), "%u@a", call);
	return script_step(world, &step);
}

static void answer(struct world *world, enum way way, unsigned int call,
		   u32 cseq, const char *what)
{
	char call_id[16];
	struct step step = {
		.way = way, .what = what, .from = "a", .to = "b",
		.cseq = cseq, .call_id = call_id,
	};

	snprintf(call_id, sizeof(call_id), "%u@a", call);
	KUNIT_EXPECT_TRUE(world->test, script_step(world, &step));
}

static void fail(struct world *world, unsigned int call)
{
	KUNIT_EXPECT_TRUE(world->test, invite(world, WAY_OUT, call, 1, NULL));
	answer(world, WAY_IN, call, 1, "404 INVITE");
}

static void test_trips(struct kunit *test)
{
	struct world *world = test->priv;

	set(world, 3, 10, 0);
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 9, 1, NULL));
	answer(world, WAY_IN, 9, 1, "200 INVITE");
	fail(world, 1);
	fail(world, 2);
	EXPECT_UP(world, ADMISSION_TRIPPED, 0);
	fail(world, 3);
	EXPECT_UP(world, ADMISSION_TRIPPED, 1);

	KUNIT_EXPECT_FALSE(test, invite(world, WAY_OUT, 4, 1, NULL));
	EXPECT_UP(world, ADMISSION_BLOCKED, 1);
	KUNIT_EXPECT_EQ(test, world->plan.base.retry_after, 1);
	KUNIT_EXPECT_FALSE_MSG(test, invite(world, WAY_OUT, 3, 2, NULL),
			       "another INVITE begins a failed call again");
	KUNIT_EXPECT_TRUE_MSG(test, invite(world, WAY_OUT, 9, 2, "b"),
			      "a re-INVITE is refused");
	KUNIT_EXPECT_TRUE_MSG(test, invite(world, WAY_OUT2, 5, 1, NULL),
			      "another source is blocked");
	KUNIT_EXPECT_TRUE_MSG(test, invite(world, WAY_IN, 6, 1, NULL),
			      "the proxy is blocked");

	msleep(1100);
	KUNIT_EXPECT_TRUE_MSG(test, invite(world, WAY_OUT, 4, 1, NULL),
			      "blocked for ever");
	fail(world, 7);
	fail(world, 8);
	EXPECT_UP(world, ADMISSION_TRIPPED, 0);
}

static void test_retransmission(struct kunit *test)
{
	struct world *world = test->priv;
	unsigned int i;

	set(world, 3, 10, 0);
	fail(world, 1);
	for (i = 0; i < 5; i++)
		answer(world, WAY_IN, 1, 1, "404 INVITE");
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 2, 1, NULL));
	/* with the next CSeq it is another transaction */
	for (i = 2; i < 4; i++) {
		KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 1, i, NULL));
		answer(world, WAY_IN, 1, i, "404 INVITE");
	}
	EXPECT_UP(world, ADMISSION_TRIPPED, 1);
}

struct status_case {
	const char *what;
	bool counts;
};

static const struct status_case status_cases[] = {
	{ "180 INVITE", false }, { "200 INVITE", false },
	{ "300 INVITE", true }, { "400 INVITE", true },
	{ "401 INVITE", false }, { "404 INVITE", true },
	{ "407 INVITE", false }, { "486 INVITE", true },
	{ "487 INVITE", false }, { "488 INVITE", false },
	{ "489 INVITE", true }, { "503 INVITE", true },
	{ "699 INVITE", true }, { "404 UPDATE", false },
};

KUNIT_ARRAY_PARAM_DESC(status, status_cases, what);

static void test_status(struct kunit *test)
{
	const struct status_case *status = test->param_value;
	struct world *world = test->priv;

	set(world, 1, 10, 0);
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 1, 1, NULL));
	answer(world, WAY_IN, 1, 1, status->what);
	EXPECT_UP(world, ADMISSION_TRIPPED, status->counts);
	KUNIT_EXPECT_EQ(test, invite(world, WAY_OUT, 2, 1, NULL),
			!status->counts);
}

static void test_window(struct kunit *test)
{
	struct world *world = test->priv;

	set(world, 3, 1, 0);
	fail(world, 1);
	fail(world, 2);
	msleep(1100);
	fail(world, 3);
	fail(world, 4);
	EXPECT_UP(world, ADMISSION_TRIPPED, 0);
}

static void test_off(struct kunit *test)
{
	struct world *world = test->priv;
	unsigned int i;

	set(world, 1, 10, 0);
	fail(world, 1);
	KUNIT_EXPECT_FALSE(test, invite(world, WAY_OUT, 2, 1, NULL));
	set(world, 0, 10, 0);
	for (i = 3; i < 9; i++)
		fail(world, i);
	KUNIT_EXPECT_EQ(test, world->sn.admission.n_pairs, 1);
}

/* A failure of an INVITE from address @i, without the call it belongs to. */
static void fail_from(struct world *world, struct sip_ims_session *session,
		      unsigned int i)
{
	struct sip_ims_path path;

	script_path(world, &path, WAY_IN);
	path.dst_mapped.addr.ip = htonl(0x0a010000 + i);
	world->msg.cseq = i + 100;
	spin_lock_bh(&session->lock);
	sip_ims_admission_count_failure(&path);
	spin_unlock_bh(&session->lock);
}

static void test_full(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_session *session;
	unsigned int i;

	set(world, 5, 2, 0);
	fail(world, 1);
	session = world->plan.base.session;
	world_log_begin(world);
	for (i = 1; i < SIP_IMS_ADMISSION_PAIRS_MAX; i++)
		fail_from(world, session, i);
	KUNIT_EXPECT_EQ(test, world->sn.admission.n_pairs, SIP_IMS_ADMISSION_PAIRS_MAX);
	EXPECT_UP(world, ADMISSION_FULL, 0);
	fail_from(world, session, i);
	KUNIT_EXPECT_EQ(test, world->sn.admission.n_pairs, SIP_IMS_ADMISSION_PAIRS_MAX);
	EXPECT_UP(world, ADMISSION_FULL, 1);
	fail_from(world, session, 7);
	EXPECT_UP(world, ADMISSION_FULL, 1);
	/* those in which nothing counts any more make room */
	msleep(2100);
	fail_from(world, session, i + 1);
	EXPECT_UP(world, ADMISSION_FULL, 1);
	KUNIT_EXPECT_EQ(test, world->sn.admission.n_pairs, SIP_IMS_ADMISSION_PAIRS_MAX - 1);
}

static unsigned int sources(struct world *world)
{
	return atomic_read(&world->sn.admission.sources.nelems);
}

static void test_source(struct kunit *test)
{
	struct world *world = test->priv;

	set(world, 0, 10, 2);
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 1, 1, NULL));
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 2, 1, NULL));
	KUNIT_EXPECT_TRUE_MSG(test, invite(world, WAY_OUT, 2, 1, NULL),
			      "a retransmission is refused");
	KUNIT_EXPECT_FALSE(test, invite(world, WAY_OUT, 3, 1, NULL));
	EXPECT_UP(world, SOURCE_LIMIT, 1);
	KUNIT_EXPECT_EQ(test, world->plan.base.retry_after, SIP_IMS_RETRY_AFTER);
	KUNIT_EXPECT_EQ(test, world->sn.calls, 2);
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT2, 4, 1, NULL));
	KUNIT_EXPECT_EQ(test, sources(world), 2);

	answer(world, WAY_IN, 1, 1, "183 INVITE");
	KUNIT_EXPECT_FALSE(test, invite(world, WAY_OUT, 3, 1, NULL));
	answer(world, WAY_IN, 1, 1, "200 INVITE");
	answer(world, WAY_IN, 1, 1, "200 INVITE");
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 3, 1, NULL));
	KUNIT_EXPECT_FALSE(test, invite(world, WAY_OUT, 5, 1, NULL));
	answer(world, WAY_IN, 2, 1, "404 INVITE");
	KUNIT_EXPECT_FALSE_MSG(test, invite(world, WAY_OUT, 5, 1, NULL),
			       "a failed call no longer counts");
	sip_ims_session_flush(&world->sn, -1);
	KUNIT_EXPECT_EQ(test, sources(world), 0);
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 5, 1, NULL));
}

/* The call looks answered, but has no 2xx yet. */
static void test_source_dialog(struct kunit *test)
{
	struct world *world = test->priv;

	set(world, 0, 10, 1);
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 1, 1, "b"));
	KUNIT_EXPECT_FALSE(test, invite(world, WAY_OUT, 2, 1, "b"));
	answer(world, WAY_IN, 1, 1, "200 INVITE");
	KUNIT_EXPECT_EQ(test, sources(world), 0);
	KUNIT_EXPECT_TRUE(test, invite(world, WAY_OUT, 2, 1, "b"));
}

/* The message that makes the call is undone, and so is what it took. */
static void test_source_abort(struct kunit *test)
{
	static const struct step step = {
		WAY_OUT, "INVITE", "a", NULL, 1,
		.sdp = SDP_AT("10.0.0.2", "40000"),
	};
	struct world *world = test->priv;

	set(world, 0, 10, 1);
	world->fail_at = 1;
	world->fail_error = -EMFILE;
	KUNIT_EXPECT_FALSE(test, script_step(world, &step));
	KUNIT_EXPECT_EQ(test, world->plan.base.retry_after, SIP_IMS_RETRY_AFTER);
	KUNIT_EXPECT_EQ(test, sources(world), 0);
	KUNIT_EXPECT_TRUE(test, script_step(world, &step));
	EXPECT_UP(world, SOURCE_LIMIT, 0);
}

/* Each allocation fails once: nothing is charged, nothing is left. */
static void test_source_memory(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_source *source = NULL;
	struct sip_ims_path path;
	unsigned int n, left;
	int err;

	set(world, 0, 10, 1);
	script_path(world, &path, WAY_OUT);
	for (n = 1; n < 10; n++) {
		world_fail(n);
		err = sip_ims_source_take(&path, &source);
		left = world_fail_end();
		if (left || !err)
			break;
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_NULL(test, source);
		KUNIT_EXPECT_EQ(test, sources(world), 0);
	}
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, sources(world), 1);
	sip_ims_source_put(&world->sn, &source);
	sip_ims_source_put(&world->sn, &source);
	KUNIT_EXPECT_EQ(test, sources(world), 0);
}

static struct kunit_case admission_cases[] = {
	KUNIT_CASE(test_trips),
	KUNIT_CASE(test_retransmission),
	KUNIT_CASE_PARAM(test_status, status_gen_params),
	KUNIT_CASE(test_window),
	KUNIT_CASE(test_off),
	KUNIT_CASE(test_full),
	KUNIT_CASE(test_source),
	KUNIT_CASE(test_source_dialog),
	KUNIT_CASE(test_source_abort),
	KUNIT_CASE(test_source_memory),
	{}
};

static struct kunit_suite admission_suite = {
	.name = "sip_ims_admission",
	.init = world_init,
	.exit = world_exit,
	.test_cases = admission_cases,
};

kunit_test_suite(admission_suite);
MODULE_INFO(kunit_suite, "sip_ims_admission");
