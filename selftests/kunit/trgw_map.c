// SPDX-License-Identifier: GPL-2.0-only
/*
 * Static hosts, settings, and several devices in one namespace.
 */
#include "trgw.h"

/* ---- hosts ---- */

static void test_add(struct kunit *test)
{
	struct in6_addr one = host6(1), two = host6(2);
	struct trgw_map *map = test->priv;
	__be32 addr4 = htonl(0xc0000264);

	KUNIT_EXPECT_EQ(test, map_add(map, 0xc0000264, &one, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &one), 0xc0000264);
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, 0xc0000264, &one));
	KUNIT_EXPECT_EQ(test, map_add(map, 0xc0000265, &two, NULL), 0);
	KUNIT_EXPECT_EQ(test, map->n_static, 2);

	/* both addresses name a host together, or none */
	KUNIT_EXPECT_EQ(test,
			trgw_config_delete_host(map, (u8 *)&addr4, two.s6_addr,
						NULL),
			-ENOENT);
	KUNIT_EXPECT_EQ(test, map->n_static, 2);
	KUNIT_EXPECT_EQ(test,
			trgw_config_delete_host(map, (u8 *)&addr4, one.s6_addr,
						NULL),
			0);
	KUNIT_EXPECT_EQ(test,
			trgw_config_delete_host(map, (u8 *)&addr4, NULL, NULL),
			-ENOENT);
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, 0xc0000264, NULL));
	KUNIT_EXPECT_EQ(test,
			trgw_config_delete_host(map, NULL, two.s6_addr, NULL),
			0);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &two), 0);
	KUNIT_EXPECT_EQ(test, map->n_static, 0);
	KUNIT_EXPECT_TRUE(test, list_empty(&map->static_hosts));
}

/**
 * struct refusal - an invalid static host
 * @name: for people
 * @addr4: its IPv4 address
 * @addr6: its IPv6 address
 * @err: how it is refused
 * @why: expected message
 */
struct refusal {
	const char *name;
	u32 addr4;
	struct in6_addr addr6;
	int err;
	const char *why;
};

#define LAN6(last) { { { 0x20, 0x01, 0x0d, 0xb8, 0, 1, [15] = (last) } } }

static const struct refusal refusals[] = {
	{ "loopback", 0x7f000001, LAN6(9), -EINVAL,
	  "address4 cannot be routed" },
	{ "multicast", 0xe0000001, LAN6(9), -EINVAL,
	  "address4 cannot be routed" },
	{ "link-local", 0xc6336401, { { { 0xfe, 0x80, [15] = 1 } } }, -EINVAL,
	  "address6 cannot be routed" },
	{ "IPv4 in disguise", 0xc6336401,
	  { { { [10] = 0xff, 0xff, 1, 2, 3, 4 } } }, -EINVAL,
	  "address6 cannot be routed" },
	{ "first of the pool", POOL_FIRST, LAN6(9), -EINVAL,
	  "address4 belongs to the pool" },
	{ "last of the pool", POOL_FIRST + 3, LAN6(9), -EINVAL,
	  "address4 belongs to the pool" },
	{ "inside of the prefix", 0xc6336401,
	  { { { 0x20, 0x01, 0x0d, 0xb9, 1, [15] = 1 } } }, -EINVAL,
	  "address6 is inside of the prefix, where IPv4 hosts are" },
	{ "inside of another one", 0xc6336401,
	  { { { 0x20, 0x01, 0x0d, 0xb9, 2, [15] = 1 } } }, -EINVAL,
	  "address6 is inside of the prefix of another trgw device" },
	{ "IPv4 address taken", 0xc6336464, LAN6(9), -EEXIST,
	  "one of the two addresses is in the map already" },
	{ "IPv6 address taken", 0xc6336401, LAN6(100), -EEXIST,
	  "one of the two addresses is in the map already" },
};

KUNIT_ARRAY_PARAM_DESC(refusal, refusals, name);

/* Nothing changes, and an assigned host keeps its address. */
static void test_refused(struct kunit *test)
{
	const struct refusal *refusal = test->param_value;
	struct in6_addr fixed = host6(100), assigned = host6(9);
	struct trgw_settings theirs = trgw_set_up(2, 4);
	struct trgw_settings ours = trgw_set_up(1, 4);
	struct trgw_map *map = test->priv, *other = map_new(test);
	const char *why = NULL;
	u32 addr4;

	KUNIT_EXPECT_EQ(test, map_set(map, &ours, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_set(other, &theirs, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336464, &fixed, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &assigned, &addr4), TRGW_OK);

	KUNIT_EXPECT_EQ(test,
			map_add(map, refusal->addr4, &refusal->addr6, &why),
			refusal->err);
	KUNIT_EXPECT_STREQ(test, why ?: "", refusal->why);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &fixed), 0xc6336464);
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, 0xc6336464, &fixed));
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, 0xc6336401, NULL));
	KUNIT_EXPECT_EQ(test, map_4of6(map, &assigned), addr4);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 1);
	KUNIT_EXPECT_EQ(test, map->n_static, 1);
	map_free(other);
}

/* An assigned host that becomes static releases its address. */
static void test_add_assigned(struct kunit *test)
{
	struct trgw_settings settings = trgw_set_up(1, 2);
	struct in6_addr one = host6(1), other;
	struct trgw_map *map = test->priv;
	u32 taken, addr4, i;

	KUNIT_EXPECT_EQ(test, map_set(map, &settings, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &one, &taken), TRGW_OK);
	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336401, &one, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &one), 0xc6336401);
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, taken, NULL));
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	for (i = 2; i < 4; i++) {
		other = host6(i);
		KUNIT_EXPECT_EQ(test, map_assign(map, &other, &addr4), TRGW_OK);
	}
	KUNIT_EXPECT_EQ(test, map->n_assigned, 2);
}

static void test_add_bound(struct kunit *test)
{
	struct trgw_map *map = test->priv;
	const char *why = NULL;
	struct in6_addr addr6;
	u32 i;

	for (i = 0; i < TRGW_STATIC_MAX; i++) {
		addr6 = host6(i);
		KUNIT_ASSERT_EQ(test,
				map_add(map, 0x0a000000 + i, &addr6, NULL), 0);
	}
	addr6 = host6(i);
	KUNIT_EXPECT_EQ(test, map_add(map, 0x0a000000 + i, &addr6, &why),
			-ENOSPC);
	KUNIT_EXPECT_STREQ(test, why ?: "", "too many hosts");
	KUNIT_EXPECT_EQ(test, map_4of6(map, &addr6), 0);
	addr6 = host6(7);
	KUNIT_EXPECT_EQ(test,
			trgw_config_delete_host(map, NULL, addr6.s6_addr, NULL),
			0);
	addr6 = host6(i);
	KUNIT_EXPECT_EQ(test, map_add(map, 0x0a000000 + i, &addr6, NULL), 0);
}

/* ---- settings ---- */

/**
 * struct setting - invalid settings, with a static host 198.51.100.100
 * @name: for people
 * @prefix: its first bytes
 * @len: of the prefix
 * @first: of the pool
 * @last: of the pool
 * @why: expected message
 */
struct setting {
	const char *name;
	u8 prefix[16];
	u8 len;
	u32 first;
	u32 last;
	const char *why;
};

static const struct setting settings[] = {
	{ "no such length", { 0x20, 1 }, 33, 0, 0,
	  "a prefix has 32, 40, 48, 56, 64 or 96 bits" },
	{ "bits after the length", { 0x20, 1, 0, 0, 1 }, 32, 0, 0,
	  "bits are set after the length of the prefix" },
	{ "bits 64 to 71", { 0x20, 1, [8] = 1 }, 96, 0, 0,
	  "bits 64 to 71 of the prefix have to be 0" },
	{ "multicast", { 0xff, 2 }, 32, 0, 0,
	  "addresses of this prefix cannot be routed" },
	{ "over a host", { 0x20, 1, 0x0d, 0xb8 }, 32, 0, 0,
	  "a host of the map is inside of this prefix" },
	{ "over a host of another device", { 0x20, 1, 0x0d, 0xba }, 32, 0, 0,
	  "a host of another trgw device is inside of this prefix" },
	{ "half a pool", {}, 0, POOL_FIRST, 0,
	  "a pool has both pool-first and pool-last" },
	{ "another half", {}, 0, 0, POOL_FIRST,
	  "a pool has both pool-first and pool-last" },
	{ "backwards", {}, 0, POOL_FIRST + 1, POOL_FIRST,
	  "pool-last has to be above pool-first" },
	{ "too long", {}, 0, 0x0a000000, 0x0a000000 + TRGW_POOL_MAX,
	  "a pool has at most 65536 addresses" },
	{ "first is no address", {}, 0, 0x00ffffff, 0x01000001,
	  "addresses of the pool cannot be routed" },
	{ "last is no address", {}, 0, 0xdfffffff, 0xe0000001,
	  "addresses of the pool cannot be routed" },
	{ "over an address of a host", {}, 0, 0xc6336400, 0xc63364ff,
	  "a host has an address of this pool already" },
};

KUNIT_ARRAY_PARAM_DESC(setting, settings, name);

/* Nothing changes, and assigned addresses stay. */
static void test_set_refused(struct kunit *test)
{
	const struct setting *setting = test->param_value;
	struct trgw_settings new = trgw_set_up(0, 0), old = trgw_set_up(1, 4);
	struct in6_addr theirs = { { { 0x20, 0x01, 0x0d, 0xba, [15] = 1 } } };
	struct in6_addr fixed = host6(100), assigned = host6(1);
	struct trgw_map *map = test->priv, *other = map_new(test);
	const char *why = NULL;
	u32 addr4;

	memcpy(new.prefix.bytes, setting->prefix, sizeof(setting->prefix));
	new.prefix.len = setting->len;
	new.pool_first = setting->first;
	new.pool_last = setting->last;
	KUNIT_EXPECT_EQ(test, map_set(map, &old, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336464, &fixed, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_add(other, 0xc6336464, &theirs, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &assigned, &addr4), TRGW_OK);

	KUNIT_EXPECT_EQ(test, map_set(map, &new, &why), -EINVAL);
	KUNIT_EXPECT_STREQ(test, why ?: "", setting->why);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &assigned), addr4);
	rcu_read_lock();
	KUNIT_EXPECT_EQ(test, rcu_dereference(map->settings)->prefix.len, 96);
	KUNIT_EXPECT_EQ(test, rcu_dereference(map->settings)->pool_last,
			POOL_FIRST + 3);
	rcu_read_unlock();
	map_free(other);
}

/* Another pool or prefix releases all addresses, other settings do not. */
static void test_set_assigned(struct kunit *test)
{
	struct trgw_settings new = trgw_set_up(1, 4);
	struct trgw_map *map = test->priv;
	struct in6_addr one = host6(1);
	u32 addr4;

	KUNIT_EXPECT_EQ(test, map_set(map, &new, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &one, &addr4), TRGW_OK);
	new.idle = 8;
	new.limit = 1500;
	KUNIT_EXPECT_EQ(test, map_set(map, &new, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &one), POOL_FIRST);
	new.pool_last++;
	KUNIT_EXPECT_EQ(test, map_set(map, &new, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &one), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &one, &addr4), TRGW_OK);
	new.prefix.bytes[4] = 7;
	KUNIT_EXPECT_EQ(test, map_set(map, &new, NULL), 0);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED), 2);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_RELEASED), 2);
	new = trgw_set_up(0, 0);
	KUNIT_EXPECT_EQ(test, map_set(map, &new, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &one, &addr4),
			TRGW_POOL_EXHAUSTED);
}

/* ---- several devices ---- */

/* Two devices may have the same prefix, pool and hosts. */
static void test_equal(struct kunit *test)
{
	struct trgw_map *map = test->priv, *other = map_new(test);
	struct in6_addr one = host6(1), two = host6(2);
	struct trgw_settings both = trgw_set_up(1, 1);
	u32 addr4;

	KUNIT_EXPECT_EQ(test, map_set(map, &both, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_set(other, &both, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336464, &one, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_add(other, 0xc6336464, &one, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &two, &addr4), TRGW_OK);
	KUNIT_EXPECT_EQ(test, map_assign(other, &two, &addr4), TRGW_OK);
	KUNIT_EXPECT_EQ(test,
			trgw_config_delete_host(map, NULL, one.s6_addr, NULL),
			0);
	KUNIT_EXPECT_EQ(test, map_4of6(other, &one), 0xc6336464);
	map_free(other);
}

/* An IPv4 host of one device is no IPv6 host of another one. */
static void test_others_lend(struct kunit *test)
{
	struct trgw_settings theirs = trgw_set_up(2, 4);
	struct trgw_settings ours = trgw_set_up(1, 4);
	struct in6_addr inside = embedded(2, 0xcb007102), host = host6(1);
	struct trgw_map *map = test->priv, *other = map_new(test);
	u32 addr4, kept;

	KUNIT_EXPECT_EQ(test, map_set(map, &ours, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &inside, &addr4), TRGW_OK);
	KUNIT_EXPECT_EQ(test, map_assign(map, &host, &kept), TRGW_OK);
	/* what the new prefix covers goes back, and nothing else */
	KUNIT_EXPECT_EQ(test, map_set(other, &theirs, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &inside), 0);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &host), kept);
	KUNIT_EXPECT_EQ(test, map_assign(map, &inside, &addr4),
			TRGW_SOURCE_IN_PREFIX);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 1);
	/* until the other one goes */
	map_free(other);
	KUNIT_EXPECT_EQ(test, map_assign(map, &inside, &addr4), TRGW_OK);
}

/* ---- memory ---- */

#define ALLOCATIONS_MAX	50

static void test_create_memory(struct kunit *test)
{
	unsigned int n, left;
	struct trgw_map *map;

	for (n = 1; n < ALLOCATIONS_MAX; n++) {
		world_fail(n);
		map = trgw_map_create(init_net.loopback_dev);
		left = world_fail_end();
		if (map)
			trgw_map_put(map);
		if (left)
			break;
	}
	KUNIT_EXPECT_LT(test, n, ALLOCATIONS_MAX);
	KUNIT_EXPECT_NOT_NULL(test, map);
}

static void test_add_memory(struct kunit *test)
{
	struct in6_addr one = host6(1);
	struct trgw_map *map = test->priv;
	unsigned int n, left;
	int err;

	for (n = 1; n < ALLOCATIONS_MAX; n++) {
		rtnl_lock();
		world_fail(n);
		err = trgw_config_add_host(map, htonl(0xc6336401), &one, NULL);
		left = world_fail_end();
		rtnl_unlock();
		if (left)
			break;
		KUNIT_EXPECT_EQ(test, map->n_static, err ? 0 : 1);
		KUNIT_EXPECT_EQ(test, map_4of6(map, &one),
				err ? 0 : 0xc6336401);
		KUNIT_EXPECT_TRUE(test, !err || err == -ENOMEM);
		if (!err)
			trgw_config_delete_host(map, NULL, one.s6_addr, NULL);
	}
	KUNIT_EXPECT_LT(test, n, ALLOCATIONS_MAX);
	KUNIT_EXPECT_EQ(test, err, 0);
}

static void test_set_memory(struct kunit *test)
{
	struct trgw_settings old = trgw_set_up(1, 4), new = trgw_set_up(2, 2);
	struct trgw_map *map = test->priv;
	struct in6_addr one = host6(1);
	unsigned int n, left;
	u32 addr4;
	int err;

	for (n = 1; n < ALLOCATIONS_MAX; n++) {
		KUNIT_ASSERT_EQ(test, map_set(map, &old, NULL), 0);
		KUNIT_ASSERT_EQ(test, map_assign(map, &one, &addr4), TRGW_OK);
		rtnl_lock();
		world_fail(n);
		err = trgw_config_set(map, &new, NULL);
		left = world_fail_end();
		rtnl_unlock();
		if (left)
			break;
		KUNIT_EXPECT_TRUE(test, !err || err == -ENOMEM);
		KUNIT_EXPECT_EQ(test, map_4of6(map, &one), err ? addr4 : 0);
	}
	KUNIT_EXPECT_LT(test, n, ALLOCATIONS_MAX);
	KUNIT_EXPECT_EQ(test, err, 0);
}

/* A dump reads on after the device has gone. */
static void test_put(struct kunit *test)
{
	struct trgw_settings ours = trgw_set_up(1, 4);
	struct in6_addr one = host6(1), two = host6(2);
	struct trgw_map *map = test->priv;
	u32 addr4;

	KUNIT_EXPECT_EQ(test, map_set(map, &ours, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336401, &one, NULL), 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &two, &addr4), TRGW_OK);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&map->sweep));
	trgw_map_get(map);
	map_free(map);
	test->priv = NULL;
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&map->sweep));
	KUNIT_EXPECT_EQ(test, map_4of6(map, &one), 0xc6336401);
	KUNIT_EXPECT_EQ(test, map_4of6(map, &two), addr4);
	trgw_map_put(map);
}

static struct kunit_case map_cases[] = {
	KUNIT_CASE(test_add),
	KUNIT_CASE_PARAM(test_refused, refusal_gen_params),
	KUNIT_CASE(test_add_assigned),
	KUNIT_CASE(test_add_bound),
	KUNIT_CASE_PARAM(test_set_refused, setting_gen_params),
	KUNIT_CASE(test_set_assigned),
	KUNIT_CASE(test_equal),
	KUNIT_CASE(test_others_lend),
	KUNIT_CASE(test_create_memory),
	KUNIT_CASE(test_add_memory),
	KUNIT_CASE(test_set_memory),
	KUNIT_CASE(test_put),
	{}
};

static struct kunit_suite map_suite = {
	.name = "trgw_map",
	.init = map_init,
	.exit = map_exit,
	.test_cases = map_cases,
};

kunit_test_suite(map_suite);
MODULE_INFO(kunit_suite, "trgw_map");
