// SPDX-License-Identifier: GPL-2.0-only
/*
 * The model of a hostile network, many times over.
 *
 * MODEL_RUNS: how many connections of chance; MODEL_SEED: the first of them;
 * MODEL_TRACE: tell each segment.
 */
#include "model.h"
#include "unit.h"

static struct model model;

static u64 setting(const char *name, u64 fallback)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 0) : fallback;
}

static void seed(u64 number)
{
	memset(&model, 0, sizeof(model));
	model.random = number * 0x9e3779b97f4a7c15ull + 1;
	model_below(&model, 2);
	model_below(&model, 2);
	model_random(&model);
	model.trace = getenv("MODEL_TRACE");
}

static void run(const char *what, u64 number)
{
	const char *wrong;

	snprintf(current, sizeof(current), "%s, MODEL_SEED=%llu", what,
		 (unsigned long long)number);
	wrong = model_run(&model);
	if (wrong)
		fail("%s: %s", current, wrong);
	else
		pass();
}

static void test_chance(u64 first, u64 count)
{
	u64 number;

	for (number = first; number < first + count; number++) {
		seed(number);
		run("network", number);
	}
}

/* Whichever allocation fails, once, the bytes are exact. */
static void test_each_allocation(void)
{
	s64 at;

	for (at = 0; at < 3000 && model_fail_at < 0; at++) {
		seed(99);
		model.kind = MODEL_MESSAGES;
		model.messages = 20;
		model.message_max = 500;
		model.fail_memory = 0;
		model.calm = false;
		model.end[0].write_max = 100;
		model_fail_at = at + 1;		/* not the stream itself */
		run("allocation", (u64)at);
	}
	check(at > 50 && at < 3000, "allocation", "all were refused");
	model_fail_at = -1;
}

/* 100,000 messages that grow and shrink, 1 % of the packets lost, across the
 * end of the numbers.
 */
static void test_long(void)
{
	unsigned int link, side;

	seed(4);
	model.kind = MODEL_MESSAGES;
	model.messages = 100000;
	model.message_max = 400;
	model.calm = false;
	model.fail_memory = 0;
	model.patience = 100000000;
	for (link = 0; link < 4; link++)
		model.link[link] = (struct model_link){ .lose = 10, .delay = 1,
							.merge = 200 };
	for (side = 0; side < 2; side++) {
		struct model_end *end = &model.end[side];

		end->mss = 1460;
		end->burst = side ? 1460 : 14600;
		end->ragged = false;
		end->nagle = !side;
		end->whole = side;
		end->write_max = 3000;
		end->write_pause = 0;
		end->buffer = 65535;
		end->read_max = 0;
		end->flight = 29200;
		end->scale = 2;
		end->iss = 0u - 3000000 - side;
	}
	run("long", 4);
}

/* In a bulk of lossy connections it does not take much longer than without a
 * stream between the two.
 */
static void test_time(void)
{
	u64 number, plain = 0, with = 0;

	for (number = 1; number <= 60; number++) {
		unsigned int by;

		for (by = 0; by < 2; by++) {
			seed(number);
			model.kind = MODEL_MESSAGES;
			model.fail_memory = 0;
			model.message_max = 1500;
			model.plain = !by;
			model.trace = false;
			run("time", number);
			*(by ? &with : &plain) += model.now;
		}
	}
	if (with <= 2 * plain)
		pass();
	else
		fail("time: %llu with the stream, %llu without",
		     (unsigned long long)with, (unsigned long long)plain);
}

void test_network(void)
{
	u64 runs = setting("MODEL_RUNS", 1000);

	test_chance(setting("MODEL_SEED", 1), runs);
	if (getenv("MODEL_SEED") || getenv("MODEL_SHORT"))
		return;
	test_each_allocation();
	test_time();
	test_long();
}
