// SPDX-License-Identifier: GPL-2.0-only
/*
 * Limits on sources whose calls fail or stay unanswered.
 *
 * A pair of a source and a proxy exists from the first INVITE between them that
 * fails.  Failures are counted in eight slices of the window, so that an old
 * failure is forgotten without a list of failures.  At the limit the pair is
 * blocked for a while.  Pairs that have expired are freed when another pair is
 * created, so no timer is needed.
 *
 * A source has an account while it has unanswered calls.  A call is charged to
 * it from the first INVITE until the 2xx, or else until the call is removed: a
 * cancelled call keeps its pinholes for the grace period, and a source must not
 * exceed its share of pinholes by cancelling.
 *
 * Everything is protected by sip_ims_net.lock.  Times are in 64 bits, since a
 * pair may exist for longer than jiffies take to wrap.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/ratelimit.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include <path/path.h>
#include <session/admission.h>
#include <session/counters.h>
#include <session/net.h>
#include <session/plan.h>
#include <session/settings.h>

#include <sip_ims/sip.h>

#define ADMISSION_SLICES	8u	/* of a window */
#define ADMISSION_RECLAIM	2u	/* pairs freed for a new one, at most */

/**
 * struct admission_key - key of both tables
 *
 * The tables compare keys as bytes, so there is no padding.
 *
 * @hash: sip_ims_hash() of the fields that follow
 * @source: sender of the INVITEs, as it knows itself
 * @proxy: receiver of the INVITEs, as it knows itself; zero in the account of a
 *	source
 * @zone: conntrack zone
 * @l3num: AF_INET or AF_INET6
 * @reserved: zero
 */
struct admission_key {
	u64 hash;
	union nf_inet_addr source;
	union nf_inet_addr proxy;
	u16 zone;
	u8 l3num;
	u8 reserved[5];
};

static_assert(sizeof(struct admission_key) == 48);

/**
 * struct admission_pair - failed INVITEs of one source at one proxy
 * @node: in sip_ims_admission.pairs
 * @key: see struct admission_key
 * @list: in sip_ims_admission.oldest
 * @expires: 64-bit jiffies, when neither a failure nor a block counts any more
 * @until: 64-bit jiffies, until when the pair is blocked; 0 for never
 * @slice: number of the slice of time with the last failure
 * @failures: failures in that slice and the ones before it, by number modulo
 *	ADMISSION_SLICES
 * @rcu: for the deferred free
 */
struct admission_pair {
	struct rhash_head node;
	struct admission_key key;
	struct list_head list;
	u64 expires;
	u64 until;
	u32 slice;
	u32 failures[ADMISSION_SLICES];
	struct rcu_head rcu;
};

/**
 * struct sip_ims_source - the account of a source with unanswered calls
 * @node: in sip_ims_admission.sources
 * @key: see struct admission_key
 * @calls: number of unanswered calls; the account is freed when it becomes 0
 * @rcu: for the deferred free
 */
struct sip_ims_source {
	struct rhash_head node;
	struct admission_key key;
	u32 calls;
	struct rcu_head rcu;
};

/* The key has a keyed hash already. */
static u32 admission_hash(const void *data, u32 len, u32 seed)
{
	const struct admission_key *key = data;

	return (u32)key->hash ^ seed;
}

static const struct rhashtable_params pair_params = {
	.hashfn = admission_hash,
	.key_len = sizeof(struct admission_key),
	.key_offset = offsetof(struct admission_pair, key),
	.head_offset = offsetof(struct admission_pair, node),
	.automatic_shrinking = true,
};

static const struct rhashtable_params source_params = {
	.hashfn = admission_hash,
	.key_len = sizeof(struct admission_key),
	.key_offset = offsetof(struct sip_ims_source, key),
	.head_offset = offsetof(struct sip_ims_source, node),
	.automatic_shrinking = true,
};

static void admission_key_init(struct admission_key *key,
			       const struct sip_ims_path *path,
			   const union nf_inet_addr *source,
			   const union nf_inet_addr *proxy)
{
	memset(key, 0, sizeof(*key));
	key->source = *source;
	if (proxy)
		key->proxy = *proxy;
	key->zone = path->zone;
	key->l3num = path->l3num;
	key->hash = sip_ims_hash(path->sn, &key->source, sizeof(*key) -
				 offsetof(struct admission_key, source));
}

/* ---- failed INVITEs ---- */

static void pair_remove(struct sip_ims_admission *admission,
			struct admission_pair *pair)
{
	rhashtable_remove_fast(&admission->pairs, &pair->node, pair_params);
	list_del(&pair->list);
	WRITE_ONCE(admission->n_pairs, admission->n_pairs - 1);
	kfree_rcu(pair, rcu);
}

/* A new pair frees two expired ones at most, so this is O(1). */
static void pairs_reclaim(struct sip_ims_admission *admission, u64 now)
{
	struct admission_pair *pair, *next;
	unsigned int count = 0;

	list_for_each_entry_safe(pair, next, &admission->oldest, list) {
		if (pair->expires > now || count++ == ADMISSION_RECLAIM)
			return;
		pair_remove(admission, pair);
	}
}

static struct admission_pair *pair_new(struct sip_ims_admission *admission,
				       const struct admission_key *key)
{
	struct admission_pair *pair;

	if (admission->n_pairs >= SIP_IMS_ADMISSION_PAIRS_MAX)
		return NULL;
	pair = kzalloc(sizeof(*pair), GFP_ATOMIC | __GFP_NOWARN);
	if (!pair)
		return NULL;
	pair->key = *key;
	if (rhashtable_insert_fast(&admission->pairs, &pair->node,
				   pair_params)) {
		kfree(pair);
		return NULL;
	}
	list_add_tail(&pair->list, &admission->oldest);
	WRITE_ONCE(admission->n_pairs, admission->n_pairs + 1);
	return pair;
}

static struct admission_pair *pair_get(struct sip_ims_net *sn,
				       const struct admission_key *key, u64 now)
{
	struct sip_ims_admission *admission = &sn->admission;
	struct admission_pair *pair;

	pair = rhashtable_lookup_fast(&admission->pairs, key, pair_params);
	if (pair)
		return pair;
	pairs_reclaim(admission, now);
	pair = pair_new(admission, key);
	if (!pair)
		sip_ims_refuse(sn, ADMISSION_FULL);
	return pair;
}

/*
 * Empty the slices between the last failure and this one.  A change of the
 * window changes the numbers of slices, and empties all of them.
 */
static void pair_advance(struct admission_pair *pair, u32 slice)
{
	u32 passed = min(slice - pair->slice, ADMISSION_SLICES);

	while (passed--)
		pair->failures[(slice - passed) % ADMISSION_SLICES] = 0;
	pair->slice = slice;
}

static u32 pair_sum(const struct admission_pair *pair)
{
	u32 i, sum = 0;

	for (i = 0; i < ADMISSION_SLICES; i++)
		sum += pair->failures[i];
	return sum;
}

static void pair_block(struct admission_pair *pair,
		       const struct sip_ims_settings *settings, u64 now)
{
	memset(pair->failures, 0, sizeof(pair->failures));
	pair->until = now + (u64)settings->admission_block * HZ;
	pair->expires = max(pair->expires, pair->until);
}

static void pair_count_failure(struct sip_ims_net *sn,
			       struct admission_pair *pair,
			       const struct sip_ims_settings *settings, u64 now)
{
	u32 window = settings->admission_window * HZ;

	/* The INVITEs that fail now were forwarded before the block. */
	if (pair->until > now)
		return;
	pair_advance(pair, div_u64(now, window / ADMISSION_SLICES ?: 1));
	pair->failures[pair->slice % ADMISSION_SLICES]++;
	pair->expires = now + window;
	if (pair_sum(pair) < settings->admission_failures)
		return;
	pair_block(pair, settings, now);
	sip_ims_refuse(sn, ADMISSION_TRIPPED);
}

/**
 * sip_ims_admission_is_failure() - check whether a response counts as a failure
 * @status: status code of the response to an INVITE
 *
 * Not a failure is a request for credentials (401, 407), a call that its caller
 * cancelled (487), an offer that is not acceptable (488), and a status below
 * 300.
 *
 * Context: any.
 * Return: whether the response counts.
 */
bool sip_ims_admission_is_failure(u16 status)
{
	return status >= 300 && status != 401 && status != 407 &&
	       status != 487 && status != 488;
}

/**
 * sip_ims_admission_count_failure() - count a failed INVITE
 * @path: path of the response
 *
 * Blocks the pair of source and proxy when too many INVITEs have failed.
 *
 * Context: any, without sip_ims_net.lock; the session may be locked.
 */
void sip_ims_admission_count_failure(const struct sip_ims_path *path)
{
	struct sip_ims_net *sn = path->sn;
	struct sip_ims_settings settings;
	u64 now = get_jiffies_64();
	struct admission_pair *pair;
	struct admission_key key;

	sip_ims_settings_copy(sn, path->zone, &settings);
	if (!settings.admission_failures)
		return;
	admission_key_init(&key, path, &path->dst_mapped.addr, &path->src.addr);
	spin_lock_bh(&sn->lock);
	pair = pair_get(sn, &key, now);
	if (pair) {
		list_move_tail(&pair->list, &sn->admission.oldest);
		pair_count_failure(sn, pair, &settings, now);
	}
	spin_unlock_bh(&sn->lock);
}

/* Return: for how many jiffies the pair is still blocked. */
static u64 pair_left(struct sip_ims_net *sn, const struct admission_key *key)
{
	const struct admission_pair *pair;
	u64 now = get_jiffies_64();
	u64 left = 0;

	spin_lock_bh(&sn->lock);
	pair = rhashtable_lookup_fast(&sn->admission.pairs, key, pair_params);
	if (pair && pair->until > now)
		left = pair->until - now;
	spin_unlock_bh(&sn->lock);
	return left;
}

/**
 * sip_ims_admission_check() - check whether the pair of an INVITE is blocked
 * @plan: the plan of the INVITE; after an error its @drop and @retry_after are
 *	set
 * @path: path of the INVITE, one that begins a call
 *
 * Context: any, without sip_ims_net.lock.
 * Return: 0; -EBUSY, counted, when the INVITE has to be refused.
 */
int sip_ims_admission_check(struct sip_ims_plan *plan,
			    const struct sip_ims_path *path)
{
	struct sip_ims_net *sn = path->sn;
	struct sip_ims_settings settings;
	struct admission_key key;
	u64 left;

	if (!READ_ONCE(sn->admission.n_pairs))
		return 0;
	admission_key_init(&key, path, &path->src.addr, &path->dst_mapped.addr);
	left = pair_left(sn, &key);
	if (!left)
		return 0;
	sip_ims_settings_copy(sn, path->zone, &settings);
	if (!settings.admission_failures)
		return 0;
	sip_ims_refuse(sn, ADMISSION_BLOCKED);
	plan->drop = true;
	plan->retry_after = div_u64(left + HZ - 1, HZ);
	return -EBUSY;
}

/* ---- unanswered calls ---- */

static struct sip_ims_source *source_get(struct sip_ims_admission *admission,
					 const struct admission_key *key)
{
	struct sip_ims_source *source;

	source = rhashtable_lookup_fast(&admission->sources, key,
					source_params);
	if (source)
		return source;
	source = kzalloc(sizeof(*source), GFP_ATOMIC | __GFP_NOWARN);
	if (!source)
		return NULL;
	source->key = *key;
	if (rhashtable_insert_fast(&admission->sources, &source->node,
				   source_params)) {
		kfree(source);
		return NULL;
	}
	return source;
}

/**
 * sip_ims_source_take() - charge an unanswered call to its source
 * @path: path of the first INVITE
 * @source: NULL before; set to the account when the call was charged, to be
 *	released by sip_ims_source_put()
 *
 * Context: RCU read side; without sip_ims_net.lock.
 * Return: 0, also without a limit; -EDQUOT at the limit; -ENOMEM.
 */
int sip_ims_source_take(const struct sip_ims_path *path,
			struct sip_ims_source **source)
{
	struct sip_ims_net *sn = path->sn;
	const struct sip_ims_settings *settings;
	struct sip_ims_source *found;
	struct admission_key key;
	int err = 0;

	settings = sip_ims_settings_find(sn, path->zone);
	if (!settings->source_calls)
		return 0;
	admission_key_init(&key, path, &path->src.addr, NULL);
	spin_lock_bh(&sn->lock);
	found = source_get(&sn->admission, &key);
	if (!found) {
		err = -ENOMEM;
	} else if (found->calls >= settings->source_calls) {
		err = -EDQUOT;
	} else {
		found->calls++;
		*source = found;
	}
	spin_unlock_bh(&sn->lock);
	return err;
}

/**
 * sip_ims_source_put() - release the charge of a call
 * @sn: the namespace
 * @source: from sip_ims_source_take(); may be NULL, and is NULL afterwards, so
 *	that a second call does nothing
 *
 * Context: any, without sip_ims_net.lock; the session is locked, or not
 * referenced any more.
 */
void sip_ims_source_put(struct sip_ims_net *sn, struct sip_ims_source **source)
{
	struct sip_ims_source *found = *source;

	if (!found)
		return;
	*source = NULL;
	spin_lock_bh(&sn->lock);
	if (!--found->calls) {
		rhashtable_remove_fast(&sn->admission.sources, &found->node,
				       source_params);
		kfree_rcu(found, rcu);
	}
	spin_unlock_bh(&sn->lock);
}

/* ---- responses of the router ---- */

/**
 * sip_ims_reject_take() - take one of the responses that the router may send
 * @sn: the namespace
 *
 * Context: any.
 * Return: 0; -EAGAIN after SIP_IMS_REJECTS_MAX responses within a second.
 */
int sip_ims_reject_take(struct sip_ims_net *sn)
{
	return __ratelimit(&sn->admission.rejects) ? 0 : -EAGAIN;
}

/* ---- the namespace ---- */

/**
 * sip_ims_admission_init() - create the tables of a new namespace
 * @sn: the namespace
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM.
 */
int sip_ims_admission_init(struct sip_ims_net *sn)
{
	struct sip_ims_admission *admission = &sn->admission;
	int err;

	INIT_LIST_HEAD(&admission->oldest);
	ratelimit_state_init(&admission->rejects, HZ, SIP_IMS_REJECTS_MAX);
	/* Do not log how many responses were suppressed. */
	ratelimit_set_flags(&admission->rejects, RATELIMIT_MSG_ON_RELEASE);
	err = rhashtable_init(&admission->pairs, &pair_params);
	if (err)
		return err;
	err = rhashtable_init(&admission->sources, &source_params);
	if (err)
		rhashtable_destroy(&admission->pairs);
	return err;
}

static void pair_free(void *pair, void *unused)
{
	kfree(pair);
}

/**
 * sip_ims_admission_exit() - free the tables of a namespace
 * @sn: the namespace, which is being removed; it has no sessions
 *
 * Context: process context, may sleep.
 */
void sip_ims_admission_exit(struct sip_ims_net *sn)
{
	WARN_ON_ONCE(atomic_read(&sn->admission.sources.nelems));
	rhashtable_destroy(&sn->admission.sources);
	rhashtable_free_and_destroy(&sn->admission.pairs, pair_free, NULL);
}
