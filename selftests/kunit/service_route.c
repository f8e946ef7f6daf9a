// SPDX-License-Identifier: GPL-2.0-only
/*
 * Service-Route: registrars with several hosts; grants at another phone's port.
 */
#include "world.h"

#define FAR		"198.51.100.77"
#define FAR_ROUTE	"Service-Route: <sip:" FAR ";lr>, <sip:p.example.org>\r\n"
#define PORTS_ROUTE							\
	"Service-Route: <sip:" FAR ":5090>, <sip:198.51.100.9:5080>\r\n"	\
	"Service-Route: <sip:198.51.100.9>, <sip:" FAR ":53>\r\n"	\
	"Service-Route: <sip:" FAR ":5090>\r\n"
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

#define OPENS_PROXY	"+ sip proxy:* > wan:5060 = phone:5060\n"
#define OUT_PROXY	"+ sip phone:5060 as wan:5060 > proxy:5060\n"

/* Each 2xx replaces the hosts of Service-Route. */
static const struct step replaced[] = {
	REGISTER(WAY_OUT, ALICE, 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REGISTERED(WAY_IN, 1, FAR_ROUTE, OPENS_PROXY
		   "+ sip " FAR ":* > wan:5060 = phone:5060\n" OUT_PROXY
		   "+ sip phone:5060 as wan:5060 > " FAR ":5060\n"
		   "active 1 of 1 4\n"),
	REGISTER(WAY_OUT, ALICE, 2, "active 1 of 1 4\n"),
	REGISTERED(WAY_IN, 2, NULL,
		   "- sip " FAR ":* > wan:5060 = phone:5060\n"
		   "- sip phone:5060 as wan:5060 > " FAR ":5060\n"
		   "active 1 of 1 2\n"),
	{}
};

/*
 * Service-Route names a host with two ports, one of them too low for SIP, and
 * the registrar with another port than REGISTER went to.
 */
static const struct step two_ports[] = {
	REGISTER(WAY_OUT, ALICE, 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REGISTERED(WAY_IN, 1, PORTS_ROUTE, OPENS_PROXY
		   "+ sip " FAR ":* > wan:5060 = phone:5060\n" OUT_PROXY
		   "+ sip phone:5060 as wan:5060 > " FAR ":5090\n"
		   "+ sip phone:5060 as wan:5060 > proxy:5080\n"
		   "active 1 of 1 5\n"),
	REGISTER(WAY_OUT, ALICE, 2, "active 1 of 1 5\n"),
	REGISTERED(WAY_IN, 2, FAR_ROUTE,
		   "+ sip phone:5060 as wan:5060 > " FAR ":5060\n"
		   "- sip phone:5060 as wan:5060 > " FAR ":5090\n"
		   "- sip phone:5060 as wan:5060 > proxy:5080\n"
		   "active 1 of 1 4\n"),
	{}
};

/* Without translation the source port needs no outward pinhole. */
static const struct step no_nat[] = {
	REGISTER(WAY_FORTH, "<sip:h@192.0.2.2>", 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REGISTERED(WAY_BACK, 1, FAR_ROUTE,
		   "+ sip proxy:* > host:5060\n"
		   "+ sip " FAR ":* > host:5060\n"
		   "active 1 of 1 2\n"),
	{}
};

/* The public address changes: outward pinholes use the newer one. */
static const struct step moved[] = {
	REGISTER(WAY_OUT, ALICE ";expires=600", 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REGISTERED(WAY_IN, 1, NULL, OPENS_PROXY OUT_PROXY "active 1 of 1 2\n"),
	REGISTER(WAY_OUT3, ALICE ";expires=900", 2, "active 1 of 2 2\n"),
	REGISTERED(WAY_IN3, 2, NULL,
		   "+ sip proxy:* > wan2:5060 = phone:5060\n"
		   "- sip proxy:* > wan:5060 = phone:5060\n"
		   "active 1 of 1 2\n"),
	/* The old address again, but that contact expires first. */
	REGISTER(WAY_OUT, ALICE ";expires=300", 3, "active 1 of 2 2\n"),
	REGISTERED(WAY_IN, 3, NULL,
		   OPENS_PROXY "active 2 of 2 3\n"),
	REGISTER(WAY_OUT3, ALICE ";expires=0", 4, "active 2 of 2 3\n"),
	REGISTERED(WAY_IN3, 4, NULL,
		   "- sip proxy:* > wan2:5060 = phone:5060\n"
		   "active 1 of 1 2\n"),
	REGISTER(WAY_OUT, ALICE ";expires=0", 5, "active 1 of 1 2\n"),
	{ WAY_IN, "200 REGISTER", "r", "s", 5, .call_id = "reg@a", .expect =
	  "- sip phone:5060 as wan:5060 > proxy:5060\n"
	  "- sip proxy:* > wan:5060 = phone:5060\n" },
	{}
};

/* Service-Route names a host that is not on the registrar's side. */
static const struct step victim[] = {
	REGISTER(WAY_OUT, ALICE, 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	{ WAY_IN, "200 REGISTER", "r", "s", 1, .call_id = "reg@a",
	  .headers = FAR_ROUTE, .away = true, .expect =
	  OPENS_PROXY OUT_PROXY
	  "THIRD_PARTY\nactive 1 of 1 2\n" },
	{}
};

/* A phone refers its registrar to another phone that it can reach already. */
static const struct step transfer[] = {
	REGISTER(WAY_OUT2, ANNA, 1,
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REFER(1, "active 0 of 1 0\n"),
	REGISTERED(WAY_IN2, 1, NULL, "+ sip proxy:* > wan:1024 = phone2:5060\n"
		   "+ sip phone2:5060 as wan:1024 > proxy:5060\n"
		   "active 1 of 1 2\n"),
	REFER(2, "active 1 of 1 2\n"),
	{}
};

static const struct script route_scripts[] = {
	{ "replaced", replaced }, { "two ports", two_ports },
	{ "no nat", no_nat }, { "moved", moved }, { "victim", victim },
	{ "transfer", transfer },
};

static const void *route_params(struct kunit *test, const void *prev,
				char *desc)
{
	const struct script *next = prev ? (const struct script *)prev + 1 :
				    route_scripts;

	if (next == route_scripts + ARRAY_SIZE(route_scripts))
		return NULL;
	strscpy(desc, next->name, KUNIT_PARAM_DESC_SIZE);
	return next;
}

static void test_service_route(struct kunit *test)
{
	const struct script *script = test->param_value;
	struct world *world = test->priv;
	const struct step *step;

	for (step = script->steps; step->what; step++) {
		KUNIT_EXPECT_TRUE(test, script_step(world, step));
		script_expect(world, script, step);
	}
}

static struct kunit_case route_cases[] = {
	KUNIT_CASE_PARAM(test_service_route, route_params),
	{}
};

static struct kunit_suite route_suite = {
	.name = "sip_ims_service_route",
	.init = world_init,
	.exit = world_exit,
	.test_cases = route_cases,
};

kunit_test_suite(route_suite);
MODULE_INFO(kunit_suite, "sip_ims_service_route");
