// SPDX-License-Identifier: GPL-2.0-only
/*
 * Addresses that are lent, and come back.
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

/* Host @i borrows an address, 0 without. */
static u32 lend(struct trgw_map *map, u32 i)
{
	struct in6_addr host = host6(i);
	u32 addr4;

	return map_assign(map, &host, &addr4) == TRGW_OK ? addr4 : 0;
}

static u32 borrowed(struct trgw_map *map, u32 i)
{
	struct in6_addr host = host6(i);

	return map_4of6(map, &host);
}

static int give_back(struct trgw_map *map, u32 i)
{
	struct in6_addr host = host6(i);

	return trgw_config_delete_host(map, NULL, host.s6_addr, NULL);
}

/* ---- lending ---- */

static void test_lend(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 4, TRGW_IDLE);
	struct in6_addr host = host6(1);

	KUNIT_EXPECT_FALSE(test, delayed_work_pending(&map->sweep));
	KUNIT_EXPECT_EQ(test, lend(map, 1), POOL_FIRST);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&map->sweep));
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, POOL_FIRST, &host));
	/* once, however often it is asked for */
	KUNIT_EXPECT_EQ(test, lend(map, 1), POOL_FIRST);
	KUNIT_EXPECT_EQ(test, lend(map, 2), POOL_FIRST + 1);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 2);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED), 2);
}

/* Who has an address for good borrows none. */
static void test_lend_entered(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 4, TRGW_IDLE);
	struct in6_addr host = host6(1);

	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336401, &host, NULL), 0);
	KUNIT_EXPECT_EQ(test, lend(map, 1), 0xc6336401);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	KUNIT_EXPECT_EQ(test, trgw_pool_flush(map), 0);
	KUNIT_EXPECT_EQ(test, borrowed(map, 1), 0xc6336401);
}

/* What came back first is lent first: an address rests as long as it can. */
static void test_order(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 4, TRGW_IDLE);
	u32 i;

	for (i = 0; i < 3; i++)
		KUNIT_EXPECT_EQ(test, lend(map, i), POOL_FIRST + i);
	KUNIT_EXPECT_EQ(test, give_back(map, 1), 0);
	KUNIT_EXPECT_EQ(test, give_back(map, 0), 0);
	KUNIT_EXPECT_TRUE(test, map_leads_to(map, POOL_FIRST + 1, NULL));
	KUNIT_EXPECT_EQ(test, lend(map, 10), POOL_FIRST + 3);
	KUNIT_EXPECT_EQ(test, lend(map, 11), POOL_FIRST + 1);
	KUNIT_EXPECT_EQ(test, lend(map, 12), POOL_FIRST);
	KUNIT_EXPECT_EQ(test, lend(map, 13), 0);
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

/* Each address once, then no more; after one came back it is that one. */
static void test_exhausted(struct kunit *test)
{
	u32 size = *(const u32 *)test->param_value, i, addr4, wrong = 0;
	struct trgw_map *map = pool_of(test, size, TRGW_IDLE);
	struct in6_addr host = host6(size);

	if (IS_ENABLED(CONFIG_KASAN) && size > 10000)
		kunit_skip(test, "too slow with KASAN");
	for (i = 0; i < size; i++)
		wrong += lend(map, i) != POOL_FIRST + i;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, map_assign(map, &host, &addr4),
			TRGW_POOL_EXHAUSTED);
	KUNIT_EXPECT_EQ(test, map->n_assigned, size);
	/* who has one keeps it */
	KUNIT_EXPECT_EQ(test, lend(map, size / 2), POOL_FIRST + size / 2);
	KUNIT_EXPECT_EQ(test, give_back(map, size / 2), 0);
	KUNIT_EXPECT_EQ(test, lend(map, size), POOL_FIRST + size / 2);
	KUNIT_EXPECT_EQ(test, trgw_pool_flush(map), size);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED), size + 1);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_RELEASED), size + 1);
	for (i = 0, wrong = 0; i < size; i++)
		wrong += !lend(map, i);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* Without memory nothing is lent, and the address is still there. */
static void test_lend_memory(struct kunit *test)
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
			give_back(map, 1);
			continue;
		}
		KUNIT_EXPECT_EQ(test, verdict, TRGW_NO_MEMORY);
		KUNIT_EXPECT_EQ(test, borrowed(map, 1), 0);
		KUNIT_EXPECT_TRUE(test, map_leads_to(map, POOL_FIRST, NULL));
		KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	}
	KUNIT_EXPECT_LT(test, n, 50);
	KUNIT_EXPECT_EQ(test, verdict, TRGW_OK);
	KUNIT_EXPECT_EQ(test, borrowed(map, 1), POOL_FIRST);
}

/* ---- and back ---- */

/* The last packet of host @i was so many seconds ago. */
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
		KUNIT_EXPECT_NE(test, lend(map, i), 0);
	was_used(map, 0, 900, true);
	was_used(map, 1, 1000, true);
	was_used(map, 2, 2000, true);
	was_used(map, 3, TRGW_UNANSWERED - 10, false);
	was_used(map, 4, TRGW_UNANSWERED, false);
	trgw_assign_sweep(&map->sweep.work);
	KUNIT_EXPECT_EQ(test, borrowed(map, 0), POOL_FIRST);
	KUNIT_EXPECT_EQ(test, borrowed(map, 1), 0);
	KUNIT_EXPECT_EQ(test, borrowed(map, 2), 0);
	KUNIT_EXPECT_EQ(test, borrowed(map, 3), POOL_FIRST + 3);
	KUNIT_EXPECT_EQ(test, borrowed(map, 4), 0);
	KUNIT_EXPECT_EQ(test, borrowed(map, 5), POOL_FIRST + 5);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 3);
	KUNIT_EXPECT_TRUE(test, delayed_work_pending(&map->sweep));
}

/* More than are looked at in one go, every other one idle */
static void test_sweep_many(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 1000, 1000);
	u32 i, wrong = 0;

	for (i = 0; i < 1000; i++) {
		lend(map, i);
		was_used(map, i, i % 2 ? 1000 : 10, true);
	}
	trgw_assign_sweep(&map->sweep.work);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 500);
	for (i = 0; i < 1000; i++)
		wrong += (borrowed(map, i) == 0) != (i % 2 == 1);
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

/* One that an entered host has is no loan and never goes. */
static void test_sweep_entered(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, 1, 1000);
	struct in6_addr host = host6(1);

	KUNIT_EXPECT_EQ(test, map_add(map, 0xc6336401, &host, NULL), 0);
	was_used(map, 1, 5000, false);
	trgw_assign_sweep(&map->sweep.work);
	KUNIT_EXPECT_EQ(test, borrowed(map, 1), 0xc6336401);
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

/* Whoever it is from and for: only that, the packet is not translated. */
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
	KUNIT_EXPECT_EQ(test, borrowed(map, 1), POOL_FIRST);
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

/* What cannot be translated borrows nothing. */
static void test_lends_nothing(struct kunit *test)
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
 * struct borrower - a thread that borrows
 * @map: from where
 * @begin: when all are there
 * @done: when it has ended
 * @got: the address of each host; before it begins, the first one's number
 * @wrong: what should not have been, counted
 */
struct borrower {
	struct trgw_map *map;
	struct completion *begin;
	struct completion done;
	u32 got[HOSTS];
	u32 wrong;
};

/* Every host asks often: it is the same address each time. */
static int borrow(void *data)
{
	struct borrower *borrower = data;
	u32 i, round, addr4;

	wait_for_completion(borrower->begin);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < HOSTS; i++) {
			addr4 = lend(borrower->map, i);
			borrower->wrong += round && addr4 != borrower->got[i];
			borrower->got[i] = addr4;
		}
		cond_resched();
	}
	complete(&borrower->done);
	return 0;
}

/* Hosts of one's own, borrowed and given back again and again */
static int exchange(void *data)
{
	struct borrower *borrower = data;
	u32 i, round, first = borrower->got[0];

	wait_for_completion(borrower->begin);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < HOSTS; i++)
			borrower->wrong += !lend(borrower->map, first + i);
		for (i = 0; i < HOSTS; i++)
			borrower->wrong +=
				!!give_back(borrower->map, first + i);
		cond_resched();
	}
	complete(&borrower->done);
	return 0;
}

static u32 run_threads(struct kunit *test, struct borrower *borrowers,
		       int (*work)(void *))
{
	struct trgw_map *map = test->priv;
	DECLARE_COMPLETION_ONSTACK(begin);
	u32 i, wrong = 0, threads = 0;

	for (i = 0; i < THREADS; i++) {
		struct task_struct *thread;

		borrowers[i].map = map;
		borrowers[i].begin = &begin;
		borrowers[i].got[0] = 1000 * i;
		init_completion(&borrowers[i].done);
		thread = kthread_run(work, &borrowers[i], "trgw-borrow/%u", i);
		if (IS_ERR(thread))
			break;
		threads++;
	}
	complete_all(&begin);
	for (i = 0; i < threads; i++) {
		wait_for_completion(&borrowers[i].done);
		wrong += borrowers[i].wrong;
	}
	KUNIT_EXPECT_EQ(test, threads, THREADS);
	return wrong;
}

static struct borrower *borrowers_new(struct kunit *test)
{
	struct borrower *borrowers =
		kunit_kcalloc(test, THREADS, sizeof(*borrowers), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, borrowers);
	return borrowers;
}

/* The same hosts in all threads: one address each, and no address twice */
static void test_same_hosts(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, HOSTS, TRGW_IDLE);
	struct borrower *borrowers = borrowers_new(test);
	u32 i, thread, seen = 0;

	KUNIT_EXPECT_EQ(test, run_threads(test, borrowers, borrow), 0);
	KUNIT_EXPECT_EQ(test, map->n_assigned, HOSTS);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED), HOSTS);
	for (i = 0; i < HOSTS; i++) {
		for (thread = 1; thread < THREADS; thread++)
			KUNIT_EXPECT_EQ(test, borrowers[thread].got[i],
					borrowers[0].got[i]);
		seen |= 1 << (borrowers[0].got[i] - POOL_FIRST);
	}
	KUNIT_EXPECT_EQ(test, seen, (1 << HOSTS) - 1);
}

/* All there is at once: nobody goes without, and all of it comes back */
static void test_exchange(struct kunit *test)
{
	struct trgw_map *map = pool_of(test, THREADS * HOSTS, TRGW_IDLE);
	struct borrower *borrowers = borrowers_new(test);
	u32 i, wrong = 0;

	KUNIT_EXPECT_EQ(test, run_threads(test, borrowers, exchange), 0);
	KUNIT_EXPECT_EQ(test, map->n_assigned, 0);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_ASSIGNED),
			THREADS * HOSTS * ROUNDS);
	KUNIT_EXPECT_EQ(test, map_count(map, TRGW_COUNT_RELEASED),
			THREADS * HOSTS * ROUNDS);
	for (i = 0; i < THREADS * HOSTS; i++)
		wrong += !lend(map, i);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, lend(map, i), 0);
}

static struct kunit_case pool_cases[] = {
	KUNIT_CASE(test_lend),
	KUNIT_CASE(test_lend_entered),
	KUNIT_CASE(test_order),
	KUNIT_CASE(test_no_pool),
	KUNIT_CASE_PARAM(test_exhausted, size_gen_params),
	KUNIT_CASE(test_lend_memory),
	KUNIT_CASE(test_sweep),
	KUNIT_CASE(test_sweep_many),
	KUNIT_CASE(test_sweep_entered),
	KUNIT_CASE(test_idle),
	KUNIT_CASE(test_touch),
	KUNIT_CASE(test_lends_nothing),
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
