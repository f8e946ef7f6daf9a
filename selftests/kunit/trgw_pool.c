// SPDX-License-Identifier: GPL-2.0-only
/*
 * Assignment and release of pool addresses.
 */
#include <linux/completion.h>
#include <linux/kthread.h>
#include <net/ip.h>

#include "trgw.h"

static struct trgw_map *pool_of(struct kunit *test, u32 size, u32 idle)
{
	struct trgw_settings settings = trgw_set_up(1, size);
	struct trgw_map *map = test->priv;

	settings.idle = idle;
	KUNIT_ASSERT_EQ(test, map_set(map, &settings, NULL), 0);
	return map;
}

/* Assigns an address to host @i; 0 if there is none. */
static u32 assign(struct trgw_map *map, u32 i)
{
	struct in6_addr host = host6(i);
	u32 addr4;

	return map_assign(map, &host, &addr4) == TRGW_OK ? addr4 : 0;
}

static u32 get4(struct trgw_map *map, u32 i)
{
	struct in6_addr host = host6(i);

	return map_4of6(map, &host);
}

static int release(struct trgw_map *map, u32 i)
{
	struct in6_addr host = host6(i);

	return trgw_config_delete_host(map, NULL, host.s6_addr, NULL);
}

/* ---- assignment ---- */

static void test_assign(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 4, TRGW_IDLE);
	struct in6_addr host = host6(1);

	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&map->sweep));
	KUNIT_EXPECT_EQ(test, assign(map, 1), POOL_FIRST);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&map->sweep));
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, POOL_FIRST, &host));
	/* the same address each time */
	KUNIT_EXPECT_EQ(test, assign(map, 1), POOL_FIRST);
	KUNIT_EXPECT_EQ(test, assign(map, 2), POOL_FIRST + 1);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 2);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED), 2);
}

/* A static host is not assigned an address. */
static void test_assign_static(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 4, TRGW_IDLE);
	struct in6_addr host = host6(1);

	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336401, &host, NULL), 0);
	KUNIT_EXPECT_EQ(test, assign(map, 1), 0xc6336401);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	KUNIT_EXPECT_EQ(test, trgw_pool_flush(map), 0);
	KUNIT_EXPECT_EQ(test, get4(map, 1), 0xc6336401);
}

/* The address released first is assigned first. */
static void test_order(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 4, TRGW_IDLE);
	u32 i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, assign(map, i), POOL_FIRST + i);
	KUNIT_EXPECT_EQ(test, release(map, 1), 0);
	KUNIT_EXPECT_EQ(test, release(map, 0), 0);
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, POOL_FIRST + 1, NULL));
	KUNIT_EXPECT_EQ(test, assign(map, 10), POOL_FIRST + 3);
	KUNIT_EXPECT_EQ(test, assign(map, 11), POOL_FIRST + 1);
	KUNIT_EXPECT_EQ(test, assign(map, 12), POOL_FIRST);
	KUNIT_EXPECT_EQ(test, assign(map, 13), 0);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_RELEASED), 2);
}

static void test_no_pool(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 0, TRGW_IDLE);
	struct in6_addr host = host6(1);
	u32 addr4;

	KUNIT_EXPECT_EQ(test, map_assign(map, &host, &addr4),
			TRGW_POOL_EXHAUSTED);
	KUNIT_EXPECT_EQ(test, trgw_pool_flush(map), 0);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&map->sweep));
}

static const u32 sizes[] = { 1, 2, 3, 255, TRGW_POOL_MAX };

static void size_name(const u32 *size, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "%u", *size);
}

KUNIT_ARRAY_PARAM(size, sizes, size_name);

/* Each address is assigned once; then only released ones are. */
static void test_exhausted(struct kunit *test)
{
	u32 size = *(const u32 *)test->param_value, i, addr4, wrong = 0;
	struct trgw_map *map = pool_of(test, size, TRGW_IDLE);
	struct in6_addr host = host6(size);

	if (IS_ENABLED(CONFIG_KASAN) && size > 10000)
		kunit_skip(test, "too slow with KASAN");
	for (i = 0; i < size; i++)
		wrong += assign(map, i) != POOL_FIRST + i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &host, &addr4),
			TRGW_POOL_EXHAUSTED);
	KUNIT_EXPECT_EQ(test, map->n_assigned, size);
	/* a host keeps its address */
	KUNIT_EXPECT_EQ(test, assign(map, size / 2), POOL_FIRST + size / 2);
	KUNIT_EXPECT_EQ(test, release(map, size / 2), 0);
	KUNIT_EXPECT_EQ(test, assign(map, size), POOL_FIRST + size / 2);
	KUNIT_EXPECT_EQ(test, trgw_pool_flush(map), size);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED), size + 1);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_RELEASED), size + 1);
	for (i = 0, wrong = 0; i < size; i++)
		wrong += !assign(map, i);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Without memory no address is assigned, and none is lost. */
static void test_assign_memory(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 1, TRGW_IDLE);
	struct in6_addr host = host6(1);
	enum trgw_verdict verdict;
	unsigned int n, left;
	__be32 addr4;

	for (n = 1; n < 50; n++) {
		rcu_read_lock();
		world_fail(n);
		verdict = trgw_assign_address(map, host.s6_addr, (u8 *)&addr4);
		left = world_fail_end();
		rcu_read_unlock();
		if (left)
			break;
		if (verdict == TRGW_OK) {
			release(map, 1);
			continue;
		}
		KUNIT_EXPECT_EQ(test, verdict, TRGW_NO_MEMORY);
		KUNIT_EXPECT_EQ(test, get4(map, 1), 0);
		KUNIT_EXPECT_TRUE(test, map_leads_to(map, POOL_FIRST, NULL));
		KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	}
	KUNIT_EXPECT_LT(test, n, 50);
	KUNIT_EXPECT_EQ(test, verdict, TRGW_OK);
	KUNIT_EXPECT_EQ(test, get4(map, 1), POOL_FIRST);
}

/* ---- release ---- */

/* Sets the last packet of host @i to @seconds ago. */
static void was_used(struct trgw_map *map, u32 i, u32 seconds, bool answered)
{
	struct in6_addr addr6 = host6(i);
	struct trgw_host *host;

	rcu_read_lock();
	host = trgw_map_find6(map, addr6.s6_addr);
	if (host) {
		host->used = jiffies - seconds * (unsigned long)HZ;
		host->answered = answered;
	}
	rcu_read_unlock();
}

static void test_sweep(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 8, 1000);
	u32 i;

	for (i = 0; i < 6; i++)
		KUNIT_EXPECT_NE(test, assign(map, i), 0);
	was_used(map, 0, 900, true);
	was_used(map, 1, 1000, true);
	was_used(map, 2, 2000, true);
	was_used(map, 3, TRGW_UNANSWERED - 10, false);
	was_used(map, 4, TRGW_UNANSWERED, false);
	trgw_assign_sweep(&map->sweep.work);
	KUNIT_EXPECT_EQ(test, get4(map, 0), POOL_FIRST);
	KUNIT_EXPECT_EQ(test, get4(map, 1), 0);
	KUNIT_EXPECT_EQ(test, get4(map, 2), 0);
	KUNIT_EXPECT_EQ(test, get4(map, 3), POOL_FIRST + 3);
	KUNIT_EXPECT_EQ(test, get4(map, 4), 0);
	KUNIT_EXPECT_EQ(test, get4(map, 5), POOL_FIRST + 5);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 3);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&map->sweep));
}

/* More hosts than in one batch, every other one idle */
static void test_sweep_many(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 1000, 1000);
	u32 i, wrong = 0;

	for (i = 0; i < 1000; i++) {
		assign(map, i);
		was_used(map, i, i % 2 ? 1000 : 10, true);
	}
	trgw_assign_sweep(&map->sweep.work);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 500);
	for (i = 0; i < 1000; i++)
		wrong += (get4(map, i) == 0) != (i % 2 == 1);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* The address of a static host is never released. */
static void test_sweep_static(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 1, 1000);
	struct in6_addr host = host6(1);

	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336401, &host, NULL), 0);
	was_used(map, 1, 5000, false);
	trgw_assign_sweep(&map->sweep.work);
	KUNIT_EXPECT_EQ(test, get4(map, 1), 0xc6336401);
	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&map->sweep));
}

static void test_idle(struct kunit *test)
{
	struct trgw_settings settings = { .idle = 1000 };
	struct trgw_host host = {};

	KUNIT_EXPECT_EQ(test, trgw_pool_idle(&settings, &host),
			TRGW_UNANSWERED * HZ);
	host.answered = true;
	KUNIT_EXPECT_EQ(test, trgw_pool_idle(&settings, &host), 1000 * HZ);
	settings.idle = 5;
	host.answered = false;
	KUNIT_EXPECT_EQ(test, trgw_pool_idle(&settings, &host), 5 * HZ);
}

/* ---- packets ---- */

/* Resolves the addresses of a packet, without translating it. */
static enum trgw_verdict resolve(struct trgw_map *map, const u8 *bytes,
				 size_t len, u8 version)
{
	struct trgw_addresses addresses;
	struct trgw_facts facts;
	enum trgw_verdict verdict;

	verdict = trgw_parse_packet(bytes, len, len, version, &facts);
	if (verdict != TRGW_OK)
		return verdict;
	rcu_read_lock();
	verdict = trgw_resolve_addresses(map, rcu_dereference(map->settings),
					 bytes, &facts, &addresses);
	rcu_read_unlock();
	return verdict;
}

/* A UDP datagram without anything in it */
static enum trgw_verdict packet4(struct trgw_map *map, u32 src, u32 dst)
{
	u8 bytes[28] = { 0x45, [3] = 28, [8] = 64, 17, [25] = 8 };
	__be32 from = htonl(src), to = htonl(dst);
	__sum16 check;

	memcpy(bytes + 12, &from, 4);
	memcpy(bytes + 16, &to, 4);
	check = ip_fast_csum(bytes, 5);
	memcpy(bytes + 10, &check, sizeof(check));
	bytes[27] = 1;	/* it has a checksum */
	return resolve(map, bytes, sizeof(bytes), 4);
}

static enum trgw_verdict packet6(struct trgw_map *map,
				 const struct in6_addr *src,
				 const struct in6_addr *dst)
{
	u8 bytes[48] = { 0x60, [5] = 8, 17, 64, [45] = 8, [47] = 1 };

	memcpy(bytes + 8, src, 16);
	memcpy(bytes + 24, dst, 16);
	return resolve(map, bytes, sizeof(bytes), 6);
}

/* Seconds since the last packet of host @i */
static long unused(struct trgw_map *map, u32 i)
{
	struct in6_addr addr6 = host6(i);
	const struct trgw_host *host;
	long since = -1;

	rcu_read_lock();
	host = trgw_map_find6(map, addr6.s6_addr);
	if (host)
		since = (jiffies - host->used) / HZ;
	rcu_read_unlock();
	return since;
}

static void test_touch(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 4, 1000);
	struct in6_addr one = host6(1), peer = embedded(1, 0xcb007102), addr6;
	const struct trgw_host *host;

	KUNIT_EXPECT_EQ(test, packet6(map, &one, &peer), TRGW_OK);
	KUNIT_EXPECT_EQ(test, get4(map, 1), POOL_FIRST);
	was_used(map, 1, 500, false);
	KUNIT_EXPECT_GE(test, unused(map, 1), 500);
	KUNIT_EXPECT_EQ(test, packet6(map, &one, &peer), TRGW_OK);
	KUNIT_EXPECT_LT(test, unused(map, 1), 100);
	was_used(map, 1, 500, false);
	KUNIT_EXPECT_EQ(test, packet4(map, 0xcb007102, POOL_FIRST), TRGW_OK);
	KUNIT_EXPECT_LT(test, unused(map, 1), 100);
	addr6 = host6(1);
	rcu_read_lock();
	host = trgw_map_find6(map, addr6.s6_addr);
	KUNIT_EXPECT_TRUE(test, host && host->answered);
	rcu_read_unlock();
}

/* No address is assigned for a packet that cannot be translated. */
static void test_assigns_nothing(struct kunit *test)
{
	struct in6_addr one = host6(1), peer = embedded(1, 0xcb007102);
	struct in6_addr loopback = embedded(1, 0x7f000001);
	struct in6_addr elsewhere = embedded(2, 1);
	struct trgw_map *map = pool_of(test, 4, 1000), *other = map_new(test);
	struct trgw_settings theirs = trgw_set_up(2, 4);

	KUNIT_EXPECT_EQ(test, map_set(other, &theirs, NULL), 0);
	KUNIT_EXPECT_EQ(test, packet6(map, &one, &loopback), TRGW_MARTIAN);
	KUNIT_EXPECT_EQ(test, packet6(map, &one, &elsewhere),
			TRGW_NOT_IN_PREFIX);
	KUNIT_EXPECT_EQ(test, packet6(map, &peer, &peer),
			TRGW_SOURCE_IN_PREFIX);
	KUNIT_EXPECT_EQ(test, packet6(map, &elsewhere, &peer),
			TRGW_SOURCE_IN_PREFIX);
	KUNIT_EXPECT_EQ(test, packet4(map, 0xcb007102, POOL_FIRST),
			TRGW_UNMAPPED);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	KUNIT_EXPECT_EQ(test, packet6(map, &one, &peer), TRGW_OK);
	map_free(other);
}

/* ---- several at once ---- */

#define THREADS		4
#define ROUNDS		200
#define HOSTS		16

/**
 * struct worker - a thread that assigns addresses
 * @map: map under test
 * @begin: completed when all threads exist
 * @done: completed by the thread at its end
 * @got: address of each host; before @begin, [0] is the number of the first
 * @wrong: number of unexpected results
 */
struct worker {
	struct trgw_map *map;
	struct completion *begin;
	struct completion done;
	u32 got[HOSTS];
	u32 wrong;
};

/* Assigns often: each host gets the same address each time. */
static int assign_often(void *data)
{
	struct worker *worker = data;
	u32 i, round, addr4;

	wait_for_completion(worker->begin);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < HOSTS; i++) {
			addr4 = assign(worker->map, i);
			worker->wrong += round && addr4 != worker->got[i];
			worker->got[i] = addr4;
		}
		cond_resched();
	}
	complete(&worker->done);
	return 0;
}

/* Assigns addresses to hosts of its own, and releases them. */
static int exchange(void *data)
{
	struct worker *worker = data;
	u32 i, round, first = worker->got[0];

	wait_for_completion(worker->begin);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < HOSTS; i++)
			worker->wrong += !assign(worker->map, first + i);
		for (i = 0; i < HOSTS; i++)
			worker->wrong += !!release(worker->map, first + i);
		cond_resched();
	}
	complete(&worker->done);
	return 0;
}

static u32 run_threads(struct kunit *test, struct worker *workers,
		       int (*work)(void *))
{
	struct trgw_map *map = test->priv;
	DECLARE_COMPLETION_ONSTACK(begin);
	u32 i, wrong = 0, threads = 0;

	for (i = 0; i < THREADS; i++) {
		struct task_struct *thread;

		workers[i].map = map;
		workers[i].begin = &begin;
		workers[i].got[0] = 1000 * i;
		init_completion(&workers[i].done);
		thread = kthread_run(work, &workers[i], "trgw-assign/%u", i);
		if (IS_ERR(thread))
			break;
		threads++;
	}
	complete_all(&begin);
	for (i = 0; i < threads; i++) {
		wait_for_completion(&workers[i].done);
		wrong += workers[i].wrong;
	}
	KUNIT_EXPECT_EQ(test, threads, THREADS);
	return wrong;
}

static struct worker *workers_new(struct kunit *test)
{
	struct worker *workers =
		kunit_kcalloc(test, THREADS, sizeof(*workers), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, workers);
	return workers;
}

/* The same hosts in all threads: one address each, and no address twice */
static void test_same_hosts(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, HOSTS, TRGW_IDLE);
	struct worker *workers = workers_new(test);
	u32 i, thread, seen = 0;

	KUNIT_EXPECT_EQ(test, run_threads(test, workers, assign_often), 0);
	KUNIT_EXPECT_EQ(test, map->n_assigned, HOSTS);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED), HOSTS);
	for (i = 0; i < HOSTS; i++) {
		for (thread = 1; thread < THREADS; thread++)
			KUNIT_EXPECT_EQ(test, workers[thread].got[i],
					workers[0].got[i]);
		seen |= 1 << (workers[0].got[i] - POOL_FIRST);
	}
	KUNIT_EXPECT_EQ(test, seen, (1 << HOSTS) - 1);
}

/* All addresses at once: each host gets one, and all are released. */
static void test_exchange(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, THREADS * HOSTS, TRGW_IDLE);
	struct worker *workers = workers_new(test);
	u32 i, wrong = 0;

	KUNIT_EXPECT_EQ(test, run_threads(test, workers, exchange), 0);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED),
			THREADS * HOSTS * ROUNDS);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_RELEASED),
			THREADS * HOSTS * ROUNDS);
	for (i = 0; i < THREADS * HOSTS; i++)
		wrong += !assign(map, i);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, assign(map, i), 0);
}

static struct kunit_case pool_cases[] = {
	KUNIT_CASE(test_assign),
	KUNIT_CASE(test_assign_static),
	KUNIT_CASE(test_order),
	KUNIT_CASE(test_no_pool),
	KUNIT_CASE_PARAM(test_exhausted, size_gen_params),
	KUNIT_CASE(test_assign_memory),
	KUNIT_CASE(test_sweep),
	KUNIT_CASE(test_sweep_many),
	KUNIT_CASE(test_sweep_static),
	KUNIT_CASE(test_idle),
	KUNIT_CASE(test_touch),
	KUNIT_CASE(test_assigns_nothing),
	KUNIT_CASE(test_same_hosts),
	KUNIT_CASE(test_exchange),
	{}
};

static struct kunit_suite pool_suite = {
	.name = "trgw_pool",
	.init = map_init,
	.exit = map_exit,
	.test_cases = pool_cases,
};

kunit_test_suite(pool_suite);
MODULE_INFO(kunit_suite, "trgw_pool");
