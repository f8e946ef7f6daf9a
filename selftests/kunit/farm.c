// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registrars of several hosts, and guests at another phone's port.
 */
#include "world.h"

#define FAR		"198.51.100.77"
#define FAR_ROUTE	"Service-Route: <sip:" FAR ";lr>, <sip:p.example.org>\r\n"
#define ALICE		"<sip:alice@10.0.0.2:5060>"
#define ANNA		"<sip:anna@10.0.0.3:5060>"

#define REGISTER(way, where, number, expected)				\
	{ way, "REGISTER", "r", NULL, number, .call_id = "reg@a",	\
	  .contact = where, .expect = expected }
#define REGISTERED(way, number, route, expected)			\
	{ way, "200 REGISTER", "r", "s", number, .call_id = "reg@a",	\
	  .headers = route, .expect = expected }
#define REFER(number, expected)						\
	{ WAY_OUT, "REFER", "a", NULL, number,				\
	  .headers = "Refer-To: " ANNA "\r\n", .expect = expected }

/* Each 2xx names the farm anew. */
static const struct step farm[] = {
	REGISTER(WAY_OUT, ALICE, 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REGISTERED(WAY_IN, 1, FAR_ROUTE,
		   "+ sip proxy:* > wan:5060 = phone:5060\n"
		   "+ sip " FAR ":* > wan:5060 = phone:5060\n"
		   "active 1 of 1 2\n"),
	REGISTER(WAY_OUT, ALICE, 2, "active 1 of 1 2\n"),
	REGISTERED(WAY_IN, 2, NULL,
		   "- sip " FAR ":* > wan:5060 = phone:5060\n"
		   "active 1 of 1 1\n"),
	{}
};

/* Not on the registrar's side: a victim. */
static const struct step victim[] = {
	REGISTER(WAY_OUT, ALICE, 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	{ WAY_IN, "200 REGISTER", "r", "s", 1, .call_id = "reg@a",
	  .headers = FAR_ROUTE, .away = true, .expect =
	  "+ sip proxy:* > wan:5060 = phone:5060\n"
	  "THIRD_PARTY\nactive 1 of 1 1\n" },
	{}
};

/* A phone leads to another one, which its registrar can reach anyway. */
static const struct step transfer[] = {
	REGISTER(WAY_OUT2, ANNA, 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REFER(1, "active 0 of 1 0\n"),
	REGISTERED(WAY_IN2, 1, NULL, "+ sip proxy:* > wan:1024 = phone2:5060\n"
		   "active 1 of 1 1\n"),
	REFER(2, "active 1 of 1 1\n"),
	{}
};

static const struct script farms[] = {
	{ "farm", farm }, { "victim", victim }, { "transfer", transfer },
};

static const void *farm_params(struct kunit *test, const void *prev, char *desc)
{
	const struct script *next = prev ? (const struct script *)prev + 1 :
				    farms;

	if (next == farms + ARRAY_SIZE(farms))
		return NULL;
	strscpy(desc, next->name, KUNIT_PARAM_DESC_SIZE);
	return next;
}

static void test_farm(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	const struct step *step;

	for (step = script->steps; step->what; step++) {
		KUNIT_EXPECT_TRUE(test, script_step(world, step));
		script_expect(world, script, step);
	}
}

static struct kunit_case farm_cases[] = {
	KUNIT_CASE_PARAM(test_farm, farm_params),
	{}
};

static struct kunit_suite farm_suite = {
	.name = "sip_ims_farm",
	.init = world_init,
	.exit = world_exit,
	.test_cases = farm_cases,
};

kunit_test_suite(farm_suite);
MODULE_INFO(kunit_suite, "sip_ims_farm");
