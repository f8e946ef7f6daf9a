// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole dialogs: with every message forwarded; with each message aborted after
 * it was planned; with each retransmitted, at once and later; and with the clock
 * advanced in small steps.
 */
#include "world.h"

static void test_play(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	const struct step *step;

	script_begin(world, script);
	for (step = script->steps; step->what; step++) {
		KUNIT_EXPECT_TRUE(test, script_step(world, step));
		script_expect(world, script, step);
	}
}

/* The packet cannot be written: what the plan took and opened goes back. */
static void step_abort(struct world *world, const struct step *step)
{
	struct sip_ims_path path;

	script_prepare(world, step, &path);
	script_decide(world, &path);
	if (world->plan.base.session && !world->plan.base.drop)
		sip_ims_pinhole_open(&world->plan.base, &path);
	world->plan.base.drop = true;
	script_finish(world, &path);
}

static bool may_abort(const struct step *step)
{
	return step_is_message(step) && !step->once;
}

/* Each message is first aborted, twice, and then leaves as if it never was. */
static void test_abort(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	const struct step *step;
	unsigned int times;

	script_begin(world, script);
	for (step = script->steps; step->what; step++) {
		for (times = 0; times < 2 && may_abort(step); times++) {
			state_keep(world, false);
			step_abort(world, step);
			state_same(world, script, step);
		}
		KUNIT_EXPECT_TRUE(test, script_step(world, step));
		script_expect(world, script, step);
	}
}

/* A message comes again: no way opens or closes, and nothing is forgotten. */
static void step_again(struct world *world, const struct script *script,
		       const struct step *step)
{
	unsigned int opens = world->opens, closes = world->closes;

	state_keep(world, true);
	script_step(world, step);
	state_same(world, script, step);
	KUNIT_EXPECT_EQ_MSG(world->test, world->opens, opens, "step %d, %s",
			    (int)(step - script->steps) + 1, step->what);
	KUNIT_EXPECT_EQ_MSG(world->test, world->closes, closes, "step %d, %s",
			    (int)(step - script->steps) + 1, step->what);
}

static bool may_come_again(const struct step *step)
{
	return step_is_message(step) && !step->fresh && !step->once &&
	       !strstr(step->what, "REGISTER");
}

/* The lines of a plan's streams: those of @text, up to the first other one. */
static size_t media_len(const char *text)
{
	const char *end = text;

	while (!strncmp(end, "m ", 2))
		end = strchr(end, '\n') + 1;
	return end - text;
}

static void test_again(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	const struct step *step, *old;
	size_t len;

	script_begin(world, script);
	for (step = script->steps; step->what; step++) {
		KUNIT_EXPECT_TRUE(test, script_step(world, step));
		script_expect(world, script, step);
		/* an INVITE after the end begins another call */
		for (old = script->steps; old <= step; old++) {
			if (world->sn.calls && may_come_again(old))
				step_again(world, script, old);
		}
		/* the receiver gets the same SDP again */
		len = media_len(step->expect);
		if (world->sn.calls && may_come_again(step))
			KUNIT_EXPECT_TRUE(test, !strncmp(world->text,
							 step->expect, len));
	}
}

/* The timers look often, and mostly for nothing. */
static void test_ticks(struct kunit *test)
{
	struct world *world = test->priv;

	world->fidget = true;
	test_play(test);
}

static struct kunit_case dialog_cases[] = {
	KUNIT_CASE_PARAM(test_play, script_params),
	KUNIT_CASE_PARAM(test_abort, script_params),
	KUNIT_CASE_PARAM(test_again, script_params),
	KUNIT_CASE_PARAM(test_ticks, script_params),
	{}
};

static struct kunit_suite dialog_suite = {
	.name = "sip_ims_dialog",
	.init = world_init,
	.exit = world_exit,
	.test_cases = dialog_cases,
};

kunit_test_suite(dialog_suite);
MODULE_INFO(kunit_suite, "sip_ims_dialog");
