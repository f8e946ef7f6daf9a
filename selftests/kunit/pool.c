// SPDX-License-Identifier: GPL-2.0-only
/*
 * The pool of ports, without any call around it.
 */
#include <linux/bitmap.h>

#include "world.h"

#define CALL	7

static void address(union nf_inet_addr *addr, u32 number)
{
	memset(addr, 0, sizeof(*addr));
	addr->ip = htonl(0xcb007100 + number);
}

/* One pair of address @number, for a phone's port @local; -errno without. */
static int take_for(struct world *world, u16 zone, u32 number, u16 local,
		    u64 call, struct sip_ims_pool **pool)
{
	struct sip_ims_endpoint ends[SIP_IMS_COMPONENTS] = {};
	struct sip_ims_path path = { .sn = &world->sn, .zone = zone };
	const struct sip_ims_binding *binding;
	union nf_inet_addr addr;

	address(&addr, number);
	ends[SIP_IMS_RTP].port = htons(local);
	ends[SIP_IMS_RTP].addr.ip = htonl(0x0a000002);
	if (local % 2 == 0) {
		ends[SIP_IMS_RTCP] = ends[SIP_IMS_RTP];
		ends[SIP_IMS_RTCP].port = htons(local + 1);
	}
	binding = sip_ims_pool_take(&path, &addr, ends, call);
	if (IS_ERR(binding))
		return PTR_ERR(binding);
	*pool = binding->pool;
	return ntohs(binding->mapped.port);
}

static int take(struct world *world, struct sip_ims_pool **pool)
{
	return take_for(world, 0, 1, 40000, CALL, pool);
}

static void give(struct world *world, struct sip_ims_pool *pool, int port)
{
	sip_ims_pool_free(&world->sn, pool, htons(port));
}

/* The port of the phone that a public port stands for, or 0 */
static u16 owner(struct world *world, u16 zone, u32 number, u16 port, u64 call)
{
	struct sip_ims_endpoint mapped = { .port = htons(port) }, local;

	address(&mapped.addr, number);
	if (sip_ims_pool_find_owner(&world->sn, zone, 0, &mapped, call, &local))
		return 0;
	return ntohs(local.port);
}

/**
 * struct port_range - a range of ports
 * @name: for people
 * @min: first port
 * @max: last port
 */
struct port_range {
	const char *name;
	u16 min;
	u16 max;
};

static const struct port_range ranges[] = {
	{ "many pairs", 16384, 18431 },
	{ "one pair", 20000, 20001 },
	{ "two pairs", 20000, 20003 },
	{ "last pair", 65534, 65535 },
	{ "all there are", 1024, 65535 },
};

KUNIT_ARRAY_PARAM_DESC(range, ranges, name);

/* Every pair of the range comes once, even and inside, and then no more. */
static void test_exhaustion(struct kunit *test)
{
	unsigned long *seen = kunit_kzalloc(test, 65536 / 8, GFP_KERNEL);
	const struct port_range *range = test->param_value;
	u32 pairs = (range->max - range->min + 1) / 2, i;
	struct world *world = test->priv;
	struct sip_ims_pool *pool, *last;
	int port;

	if (IS_ENABLED(CONFIG_KASAN) && pairs > 10000)
		kunit_skip(test, "too slow with KASAN");
	KUNIT_ASSERT_NOT_NULL(test, seen);
	world_ports(world, 0, range->min, range->max);
	for (i = 0; i < pairs; i++) {
		port = take(world, &pool);
		if (port < range->min || port >= range->max || port % 2 ||
		    __test_and_set_bit(port, seen))
			KUNIT_FAIL(test, "pair %u is %d", i, port);
	}
	KUNIT_EXPECT_EQ(test, take(world, &last), -ENOSPC);
	KUNIT_EXPECT_EQ(test, world->sn.n_pools, 1);
	for_each_set_bit(port, seen, 65536)
		give(world, pool, port);
	KUNIT_EXPECT_EQ(test, world->sn.n_pools, 0);
}

/* A pair that is released into an exhausted pool is the next one taken. */
static void test_full_give(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_pool *pool;
	int ports[4], i;

	world_ports(world, 0, 20000, 20007);
	for (i = 0; i < 4; i++)
		ports[i] = take(world, &pool);
	give(world, pool, ports[2]);
	KUNIT_EXPECT_EQ(test, take(world, &pool), ports[2]);
	for (i = 0; i < 4; i++)
		give(world, pool, ports[i]);
}

static void test_owner(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_pool *pool;
	int port = take_for(world, 0, 1, 40000, CALL, &pool);

	KUNIT_ASSERT_GT(test, port, 0);
	KUNIT_EXPECT_EQ(test, owner(world, 0, 1, port, CALL), 40000);
	KUNIT_EXPECT_EQ(test, owner(world, 0, 1, port + 1, CALL), 40001);
	KUNIT_EXPECT_EQ_MSG(test, owner(world, 0, 1, port, CALL + 1), 0,
			    "another call");
	KUNIT_EXPECT_EQ_MSG(test, owner(world, 1, 1, port, CALL), 0,
			    "another zone");
	KUNIT_EXPECT_EQ_MSG(test, owner(world, 0, 2, port, CALL), 0,
			    "another address");
	KUNIT_EXPECT_EQ_MSG(test, owner(world, 0, 1, port + 2, CALL), 0,
			    "another pair");
	KUNIT_EXPECT_EQ_MSG(test, owner(world, 0, 1, 1024, CALL), 0,
			    "below the range");
	KUNIT_EXPECT_EQ_MSG(test, owner(world, 0, 1, 65535, CALL), 0,
			    "above the range");
	give(world, pool, port);
	KUNIT_EXPECT_EQ(test, owner(world, 0, 1, port, CALL), 0);
}

/* A stream without RTCP owns an even port only. */
static void test_owner_single(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_pool *pool;
	int port = take_for(world, 0, 1, 40001, CALL, &pool);

	KUNIT_EXPECT_EQ(test, owner(world, 0, 1, port, CALL), 40001);
	KUNIT_EXPECT_EQ(test, owner(world, 0, 1, port + 1, CALL), 0);
	give(world, pool, port);
}

/* More pairs than chains of owners: each finds its own. */
static void test_owners(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_pool *pool;
	int *ports = kunit_kcalloc(test, 5000, sizeof(*ports), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, ports);
	world_ports(world, 0, 16384, 32767);
	for (i = 0; i < 5000; i++)
		ports[i] = take_for(world, 0, 1, 30000 + 2 * i, CALL + i,
				    &pool);
	for (i = 0; i < 5000; i++) {
		if (owner(world, 0, 1, ports[i], CALL + i) != 30000 + 2 * i)
			KUNIT_FAIL(test, "pair %u has another owner", i);
	}
	for (i = 0; i < 5000; i++)
		give(world, pool, ports[i]);
}

/* A pair that was just given back is not the next one taken. */
static void test_not_reused(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_pool *pool, *held;
	unsigned int i, again = 0;
	int keep, port, next;

	world_ports(world, 0, 16384, 32767);
	keep = take(world, &held);
	for (i = 0; i < 200; i++) {
		port = take(world, &pool);
		give(world, pool, port);
		next = take(world, &pool);
		again += next == port;
		give(world, pool, next);
	}
	give(world, held, keep);
	/* one of 8,191 each time; five would be a chance of 1 in 10^10 */
	KUNIT_EXPECT_LT(test, again, 5);
}

/* A new pool does not count its ports up, and no two begin the same way. */
static void test_not_guessed(struct kunit *test)
{
	struct sip_ims_pool *pools[2], **pool;
	struct world *world = test->priv;
	unsigned int i, steps = 0, same = 0;
	int ports[2][16];

	world_ports(world, 0, 16384, 32767);
	for (i = 0; i < 32; i++) {
		pool = &pools[i / 16];
		ports[i / 16][i % 16] =
			take_for(world, 0, 1 + i / 16, 40000, CALL, pool);
	}
	for (i = 0; i < 16; i++) {
		same += ports[0][i] == ports[1][i];
		steps += i && abs(ports[0][i] - ports[0][i - 1]) == 2;
	}
	KUNIT_EXPECT_LT(test, same, 4);
	KUNIT_EXPECT_LT(test, steps, 4);
	for (i = 0; i < 32; i++)
		give(world, pools[i / 16], ports[i / 16][i % 16]);
}

/* Two addresses, and one address in two zones, do not disturb each other. */
static void test_apart(struct kunit *test)
{
	static const struct {
		u16 zone;
		u32 number;
	} where[] = { { 0, 1 }, { 0, 2 }, { 9, 1 } };
	struct sip_ims_pool *pools[ARRAY_SIZE(where)], *none;
	struct world *world = test->priv;
	int ports[ARRAY_SIZE(where)];
	unsigned int i;

	world_ports(world, 0, 20000, 20001);
	world_ports(world, 9, 30000, 30001);
	for (i = 0; i < ARRAY_SIZE(where); i++) {
		ports[i] = take_for(world, where[i].zone, where[i].number,
				    40000 + 2 * i, CALL, &pools[i]);
		KUNIT_EXPECT_EQ(test, ports[i],
				where[i].zone ? 30000 : 20000);
	}
	KUNIT_EXPECT_EQ(test, world->sn.n_pools, 3);
	for (i = 0; i < ARRAY_SIZE(where); i++) {
		KUNIT_EXPECT_EQ(test, take_for(world, where[i].zone,
					       where[i].number, 40000, CALL,
					       &none), -ENOSPC);
		KUNIT_EXPECT_EQ(test, owner(world, where[i].zone,
					    where[i].number, ports[i], CALL),
				40000 + 2 * i);
	}
	for (i = 0; i < ARRAY_SIZE(where); i++)
		give(world, pools[i], ports[i]);
}

/* 203.0.113.1 and cb00:7101:: are the same bytes. */
static void test_families(struct kunit *test)
{
	static const u8 families[] = { AF_INET, AF_INET6 };
	struct sip_ims_endpoint ends[SIP_IMS_COMPONENTS] = {};
	struct sip_ims_endpoint mapped = { .port = htons(20000) }, local;
	struct world *world = test->priv;
	struct sip_ims_path path = { .sn = &world->sn };
	const struct sip_ims_binding *bindings[2];
	unsigned int i;

	world_ports(world, 0, 20000, 20001);
	address(&mapped.addr, 1);
	for (i = 0; i < 2; i++) {
		path.l3num = families[i];
		ends[SIP_IMS_RTP].port = htons(40000 + i);
		bindings[i] = sip_ims_pool_take(&path, &mapped.addr, ends,
						CALL);
		KUNIT_ASSERT_FALSE(test, IS_ERR(bindings[i]));
		KUNIT_EXPECT_EQ(test, ntohs(bindings[i]->mapped.port), 20000);
	}
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test,
				sip_ims_pool_find_owner(&world->sn, 0,
							families[i], &mapped,
							CALL, &local), 0);
		KUNIT_EXPECT_EQ(test, ntohs(local.port), 40000 + i);
		give(world, bindings[i]->pool, 20000);
	}
}

/* A pool keeps its range while it is used; the next one has the new range. */
static void test_new_range(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_pool *pool, *other;
	int port, second;

	world_ports(world, 0, 20000, 20003);
	port = take(world, &pool);
	world_ports(world, 0, 40000, 40003);
	second = take(world, &other);
	KUNIT_EXPECT_PTR_EQ(test, pool, other);
	KUNIT_EXPECT_EQ(test, second, 20000 + 20002 - port);
	give(world, pool, port);
	give(world, pool, second);
	port = take(world, &pool);
	KUNIT_EXPECT_GE(test, port, 40000);
	give(world, pool, port);
}

/* Releasing a free pair is reported, and adds nothing to the pool. */
static void test_double_give(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_pool *pool, *none;
	int held, port, i, ports[4];

	world_ports(world, 0, 20000, 20007);
	held = take(world, &pool);
	port = take(world, &pool);
	give(world, pool, port);
	kunit_warning_suppress(test) {
		give(world, pool, port);
		KUNIT_EXPECT_SUPPRESSED_WARNING_COUNT(test, 1);
	}
	KUNIT_ASSERT_EQ(test, world->sn.n_pools, 1);
	KUNIT_EXPECT_EQ(test, owner(world, 0, 1, held, CALL), 40000);
	for (i = 0; i < 3; i++) {
		ports[i] = take(world, &pool);
		KUNIT_EXPECT_NE(test, ports[i], held);
	}
	KUNIT_EXPECT_EQ(test, take(world, &none), -ENOSPC);
	ports[3] = held;
	for (i = 0; i < 4; i++)
		give(world, pool, ports[i]);
}

/* A pair that was taken without memory for its owner is free again. */
static void test_no_memory(struct kunit *test)
{
	struct world *world = test->priv;
	struct sip_ims_pool *pool, *none;
	int ports[2];

	if (!IS_ENABLED(CONFIG_FAILSLAB))
		kunit_skip(test, "needs CONFIG_FAILSLAB");
	world_ports(world, 0, 20000, 20003);
	ports[0] = take(world, &pool);
	world_fail(1);
	KUNIT_EXPECT_EQ(test, take(world, &none), -ENOMEM);
	KUNIT_EXPECT_EQ(test, world_fail_end(), 0);
	ports[1] = take(world, &pool);
	KUNIT_EXPECT_EQ(test, ports[0] + ports[1], 20000 + 20002);
	give(world, pool, ports[0]);
	if (ports[1] > 0)
		give(world, pool, ports[1]);
}

/* Addresses up to the limit have pools, the next one has none. */
static void test_addresses(struct kunit *test)
{
	struct sip_ims_pool **pools, *none;
	struct world *world = test->priv;
	int port, i, *ports;

	pools = kunit_kcalloc(test, SIP_IMS_POOLS_MAX, sizeof(*pools),
			      GFP_KERNEL);
	ports = kunit_kcalloc(test, SIP_IMS_POOLS_MAX, sizeof(*ports),
			      GFP_KERNEL);
	KUNIT_ASSERT_TRUE(test, pools && ports);
	for (i = 0; i < SIP_IMS_POOLS_MAX; i++) {
		ports[i] = take_for(world, i % 3, i, 40000, CALL, &pools[i]);
		KUNIT_EXPECT_GT(test, ports[i], 0);
	}
	KUNIT_EXPECT_EQ(test, world->sn.n_pools, SIP_IMS_POOLS_MAX);
	KUNIT_EXPECT_EQ(test, take_for(world, 0, i, 40000, CALL, &none),
			-ENOMEM);
	give(world, pools[5], ports[5]);
	port = take_for(world, 0, i, 40000, CALL, &pools[5]);
	KUNIT_EXPECT_GT(test, port, 0);
	ports[5] = port;
	for (i = 0; i < SIP_IMS_POOLS_MAX; i++)
		give(world, pools[i], ports[i]);
}

static struct kunit_case pool_cases[] = {
	KUNIT_CASE_PARAM(test_exhaustion, range_gen_params),
	KUNIT_CASE(test_full_give),
	KUNIT_CASE(test_owner),
	KUNIT_CASE(test_owner_single),
	KUNIT_CASE(test_owners),
	KUNIT_CASE(test_not_reused),
	KUNIT_CASE(test_not_guessed),
	KUNIT_CASE(test_apart),
	KUNIT_CASE(test_families),
	KUNIT_CASE(test_new_range),
	KUNIT_CASE(test_double_give),
	KUNIT_CASE(test_no_memory),
	KUNIT_CASE(test_addresses),
	{}
};

static struct kunit_suite pool_suite = {
	.name = "sip_ims_pool",
	.init = world_init,
	.exit = world_exit,
	.test_cases = pool_cases,
};

kunit_test_suite(pool_suite);
MODULE_INFO(kunit_suite, "sip_ims_pool");
