// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every dialog again, with each thing failing that can fail: the n-th pinhole
 * of a message, and the n-th allocation, for all n.
 */
#include "world.h"

/* More pinholes or allocations than any message needs. */
#define FAILURES_MAX	200

static const struct {
	int error;
	unsigned int counter;
} refusals[] = {
	{ -EMFILE, SIP_IMS_A_STATS_EXPECTATION_FULL },
	{ -ENOMEM, SIP_IMS_A_STATS_NO_MEMORY },
};

/* Lets the n-th pinhole fail; returns whether there was one. */
static bool fail_open(struct world *world, const struct script *script,
		      const struct step *step, unsigned int n)
{
	struct kunit *test = world->test;
	unsigned int which = n % 2;
	bool left;
	u64 before;

	state_keep(world, false);
	before = world_count(world, refusals[which].counter);
	world->fail_at = n;
	world->fail_error = refusals[which].error;
	left = script_step(world, step);
	if (world->fail_at) {
		KUNIT_EXPECT_TRUE(test, left);
		world->fail_at = 0;
		return false;
	}
	KUNIT_EXPECT_FALSE(test, left);
	KUNIT_EXPECT_EQ(test, world_count(world, refusals[which].counter),
			before + 1);
	if (!step->once)
		state_same(world, script, step);
	return true;
}

/* After all failures, on the same state, the message leaves as it should. */
static void test_open(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	const struct step *step;
	unsigned int n;

	script_begin(world, script);
	for (step = script->steps; step->what; step++) {
		for (n = 1; n < FAILURES_MAX; n++) {
			if (!fail_open(world, script, step, n))
				break;
		}
		KUNIT_EXPECT_LT(test, n, FAILURES_MAX);
		script_expect(world, script, step);
	}
}

/* The step as script_step() plays it, but only the modules' memory fails. */
static bool step_failing(struct world *world, const struct step *step,
			 unsigned int n, bool *failed)
{
	struct sip_ims_path path;
	bool left;

	script_prepare(world, step, &path);
	world_fail(n);
	left = script_carry_out(world, &path);
	*failed = !world_fail_end();
	world_log_counters(world);
	world_log_sessions(world);
	return left;
}

static bool refused_memory(const struct world *world)
{
	return world_count(world, SIP_IMS_A_STATS_NO_MEMORY) >
	       world->before[SIP_IMS_A_STATS_NO_MEMORY];
}

/*
 * Let the n-th allocation for a message fail.  It may be one that a debug kernel
 * makes for itself and can do without; then the message must be handled as usual.
 * A REGISTER may lose a grant that it asks for, which then opens nothing.
 */
static bool fail_memory(struct world *world, const struct script *script,
			const struct step *step, unsigned int n)
{
	struct kunit *test = world->test;
	bool failed, left;

	state_keep(world, false);
	left = step_failing(world, step, n, &failed);
	if (!left) {
		KUNIT_EXPECT_TRUE_MSG(test, failed && refused_memory(world),
				      "step %d, allocation %u: why dropped?",
				      (int)(step - script->steps) + 1, n);
		if (!step->once)
			state_same(world, script, step);
	} else if (!refused_memory(world)) {
		script_expect(world, script, step);
	} else if (strcmp(step->what, "REGISTER")) {
		KUNIT_FAIL(test, "step %d, %s, allocation %u: left without memory",
			   (int)(step - script->steps) + 1, step->what, n);
	}
	return failed;
}

/* A fresh namespace for each failure; what is before the step goes well. */
static bool fail_step(struct kunit *test, const struct script *script,
		      const struct step *failing, unsigned int n)
{
	struct world *world = world_new(test);
	const struct step *step;
	bool failed;

	script_begin(world, script);
	for (step = script->steps; step < failing; step++)
		script_step(world, step);
	failed = fail_memory(world, script, failing, n);
	/* The sender tries again. */
	if (!failing->once && strcmp(failing->what, "REGISTER"))
		KUNIT_EXPECT_TRUE(test, script_step(world, failing));
	world_free(world);
	return failed;
}

static void test_memory(struct kunit *test)
{
	const struct script *script = test->param_value;
	const struct step *step;
	unsigned int n;

	if (!IS_ENABLED(CONFIG_FAILSLAB))
		kunit_skip(test, "needs CONFIG_FAILSLAB");
	for (step = script->steps; step->what; step++) {
		for (n = 1; n < FAILURES_MAX && step_is_message(step); n++) {
			if (!fail_step(test, script, step, n))
				break;
		}
		KUNIT_EXPECT_LT(test, n, FAILURES_MAX);
	}
}

static struct kunit_case failure_cases[] = {
	KUNIT_CASE_PARAM(test_open, script_params),
	KUNIT_CASE_PARAM(test_memory, script_params),
	{}
};

static struct kunit_suite failure_suite = {
	.name = "sip_ims_failure",
	.init = world_init,
	.exit = world_exit,
	.test_cases = failure_cases,
};

kunit_test_suite(failure_suite);
MODULE_INFO(kunit_suite, "sip_ims_failure");
