// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole dialogs, every message leaving as it should; and each message taken
 * back after it was planned.
 */
#include "world.h"

static void test_play(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	const struct step *step;

	for (step = script->steps; step->what; step++) {
		KUNIT_EXPECT_TRUE(test, script_step(world, step));
		script_expect(world, script, step);
	}
}

/* The packet cannot be written: what the plan took and opened goes back. */
static void step_abort(struct world *world, const struct step *step)
{
	struct sip_ims_path path;

	world->same_side = !step->away;
	script_path(world, &path, step->way);
	script_message(world, step);
	script_decide(world, &path);
	if (world->plan.session && !world->plan.drop)
		sip_ims_pinhole_open(&world->plan, &path);
	world->plan.drop = true;
	script_finish(world, &path);
}

/* Each message is first aborted, twice, and then leaves as if it never was. */
static void test_abort(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	const struct step *step;
	unsigned int times;

	for (step = script->steps; step->what; step++) {
		for (times = 0; times < 2 && !step->once; times++) {
			state_keep(world);
			step_abort(world, step);
			state_same(world, script, step);
		}
		KUNIT_EXPECT_TRUE(test, script_step(world, step));
		script_expect(world, script, step);
	}
}

static struct kunit_case dialog_cases[] = {
	KUNIT_CASE_PARAM(test_play, script_params),
	KUNIT_CASE_PARAM(test_abort, script_params),
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
