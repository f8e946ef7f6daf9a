// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of calls and registrations, their references, timers and end.
 *
 * session/net.h describes references, locks and the exit of a namespace.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include <net/netfilter/nf_conntrack.h>

#include <path/path.h>
#include <session/counters.h>
#include <session/gate.h>
#include <session/net.h>
#include <session/session.h>

/* How often a closed session looks for flows that remain, once a second. */
#define SESSION_RELEASES_MAX	5u

/* The key has a keyed hash already. */
static u32 session_hash(const void *data, u32 len, u32 seed)
{
	const struct sip_ims_key *key = data;

	return (u32)key->hash ^ key->zone ^ seed;
}

static const struct rhashtable_params session_params = {
	.hashfn = session_hash,
	.key_len = sizeof(struct sip_ims_key),
	.key_offset = offsetof(struct sip_ims_session, key),
	.head_offset = offsetof(struct sip_ims_session, node),
	.automatic_shrinking = true,
};

static_assert(sizeof(struct sip_ims_key) == 16);

static u32 *session_gauge(struct sip_ims_session *session)
{
	return (void *)session->sn + session->ops->gauge;
}

/*
 * Dumps of expectations read exp->master under RCU, and conntrack frees a
 * template at once.  So the master is put a grace period after it was retired.
 */
static void session_free_rcu(struct rcu_head *rcu)
{
	struct sip_ims_session *session =
		container_of(rcu, struct sip_ims_session, rcu);

	if (session->master)
		nf_ct_put(session->master);
	kfree(session);
}

static void session_free(struct sip_ims_session *session)
{
	struct sip_ims_net *sn = session->sn;

	session->ops->free(session);
	call_rcu(&session->rcu, session_free_rcu);
	if (atomic_dec_and_test(&sn->alive))
		wake_up_var(&sn->alive);
}

/**
 * sip_ims_session_put() - put a reference
 * @session: the session, freed a grace period after the last reference is put
 *
 * Context: any, without session->lock and sip_ims_net.lock.
 */
void sip_ims_session_put(struct sip_ims_session *session)
{
	if (refcount_dec_and_test(&session->use))
		session_free(session);
}

/*
 * A flow that another CPU is just confirming cannot be found yet.  While the
 * master has other references, look again in a second.
 */
static void session_release(struct sip_ims_session *session)
{
	const struct sip_ims_gate *gate;
	int err;

	lockdep_assert_held(&session->lock);

	rcu_read_lock();
	gate = sip_ims_gate();
	err = gate ? gate->release(session) : 0;
	rcu_read_unlock();
	if (err == -EAGAIN && session->releases++ < SESSION_RELEASES_MAX &&
	    !READ_ONCE(session->sn->stopping) &&
	    !mod_timer(&session->timer, jiffies + HZ))
		refcount_inc(&session->use);
}

/* Return: 0; -EALREADY when the session was closed before. */
static int session_shut(struct sip_ims_session *session)
{
	lockdep_assert_held(&session->lock);

	if (session->closed)
		return -EALREADY;
	WRITE_ONCE(session->closed, true);
	if (timer_delete(&session->timer))
		refcount_dec(&session->use);
	session_release(session);
	return 0;
}

static void session_unlink(struct sip_ims_session *session)
{
	struct sip_ims_net *sn = session->sn;

	spin_lock_bh(&sn->lock);
	rhltable_remove(&sn->sessions, &session->node, session_params);
	--*session_gauge(session);
	spin_unlock_bh(&sn->lock);

	sip_ims_count(sn, session->ops->closed);
}

/**
 * sip_ims_session_close() - end a session now
 * @session: the session, in the table, referenced by the caller
 *
 * Closes its pinholes, ends the flows that came through them, removes the
 * session from the table and puts the table's reference.  A second call does
 * nothing.
 *
 * Context: any; no session is locked.
 */
void sip_ims_session_close(struct sip_ims_session *session)
{
	int err;

	spin_lock_bh(&session->lock);
	err = session_shut(session);
	spin_unlock_bh(&session->lock);
	if (err)
		return;

	session_unlink(session);
	sip_ims_session_put(session);
}

/* Make the timer fire at @when or before; it then looks what is due. */
static void session_arm(struct sip_ims_session *session, unsigned long when)
{
	lockdep_assert_held(&session->lock);

	if (session->closed)
		return;
	if (timer_pending(&session->timer) &&
	    time_before_eq(session->timer.expires, when))
		return;
	if (!mod_timer(&session->timer, when))
		refcount_inc(&session->use);
}

/**
 * sip_ims_session_expire() - set when a session ends by itself
 * @session: the session, locked
 * @expires: jiffies
 *
 * A later end than before costs nothing: the timer is not moved.
 *
 * Context: any.
 */
void sip_ims_session_expire(struct sip_ims_session *session,
			    unsigned long expires)
{
	session->expires = expires;
	session_arm(session, expires);
}

/**
 * sip_ims_session_check() - ask for a check of a session before its end
 * @session: the session, locked
 * @when: jiffies, when sip_ims_session_ops.tick is called at the latest; an
 *	earlier check that was asked for before stays
 *
 * Context: any.
 */
void sip_ims_session_check(struct sip_ims_session *session, unsigned long when)
{
	if (!session->checks || time_before(when, session->check))
		session->check = when;
	session->checks = true;
	session_arm(session, when);
}

/* Return: 0; -ETIME when the session has to end. */
static int session_tick(struct sip_ims_session *session)
{
	lockdep_assert_held(&session->lock);

	session->checks = false;
	session->ops->tick(session);
	if (!time_before(jiffies, session->expires))
		return -ETIME;
	session_arm(session, session->expires);
	return 0;
}

static void session_timeout(struct timer_list *timer)
{
	struct sip_ims_session *session =
		container_of(timer, struct sip_ims_session, timer);
	int err = 0;

	rcu_read_lock();
	spin_lock_bh(&session->lock);
	if (session->closed)
		session_release(session);
	else
		err = session_tick(session);
	spin_unlock_bh(&session->lock);
	rcu_read_unlock();

	if (err)
		sip_ims_session_close(session);
	sip_ims_session_put(session);
}

/**
 * sip_ims_key_init() - compute the key of a session
 * @key: set completely
 * @path: path of the message; has namespace, zone and family
 * @kind: enum sip_ims_kind
 * @data: the bytes that identify the session: the Call-ID of a call, the
 *	endpoints of a registered flow
 * @len: bytes of @data
 *
 * Context: any.
 */
void sip_ims_key_init(struct sip_ims_key *key, const struct sip_ims_path *path,
		      enum sip_ims_kind kind, const void *data, size_t len)
{
	memset(key, 0, sizeof(*key));
	key->hash = sip_ims_hash(path->sn, data, len);
	key->zone = path->zone;
	key->kind = kind;
	key->l3num = path->l3num;
}

/**
 * sip_ims_session_init() - initialise what all sessions share
 * @session: the session, in zeroed memory from kmalloc(), at its begin
 * @ops: how sessions of this kind behave
 * @key: its key; copied
 * @path: path of the packet that the session is created for
 *
 * Afterwards the caller has the only reference, and must put it.
 *
 * Context: any.
 */
void sip_ims_session_init(struct sip_ims_session *session,
			  const struct sip_ims_session_ops *ops,
			  const struct sip_ims_key *key,
			  const struct sip_ims_path *path)
{
	struct sip_ims_net *sn = path->sn;

	session->key = *key;
	session->ops = ops;
	session->sn = sn;
	atomic_inc(&sn->alive);
	refcount_set(&session->use, 1);
	spin_lock_init(&session->lock);
	timer_setup(&session->timer, session_timeout, 0);
	session->created = jiffies;
	session->translated = path->translated;
	INIT_LIST_HEAD(&session->pinholes);
}

/**
 * sip_ims_session_lookup() - look up all sessions of a key
 * @sn: the namespace
 * @key: the key
 *
 * Context: RCU read side; the list is valid within it.
 * Return: the list, for rhl_for_each_entry_rcu(); NULL when it is empty.
 */
struct rhlist_head *sip_ims_session_lookup(struct sip_ims_net *sn,
					   const struct sip_ims_key *key)
{
	return rhltable_lookup(&sn->sessions, key, session_params);
}

/**
 * sip_ims_session_lock() - lock and reference a session found under RCU
 * @session: from sip_ims_session_lookup()
 *
 * Context: RCU read side, bottom halves off; no session is locked.
 * Return: @session, to be unlocked by sip_ims_session_unlock(); NULL when it is
 * closed.
 */
struct sip_ims_session *sip_ims_session_lock(struct sip_ims_session *session)
{
	if (!refcount_inc_not_zero(&session->use))
		return NULL;
	spin_lock(&session->lock);
	/* For sparse, which cannot follow a lock that is held on return. */
	__release(&session->lock);
	if (!session->closed)
		return session;
	sip_ims_session_unlock(session);
	return NULL;
}

/**
 * sip_ims_session_unlock() - unlock a session and put the reference to it
 * @session: from sip_ims_session_lock()
 *
 * Context: bottom halves off.
 */
void sip_ims_session_unlock(struct sip_ims_session *session)
{
	__acquire(&session->lock);
	spin_unlock(&session->lock);
	sip_ims_session_put(session);
}

static int session_check_limits(struct sip_ims_session *session,
				struct rhlist_head *list)
{
	struct rhlist_head *pos;
	u32 count = 0;

	if (session->sn->stopping ||
	    *session_gauge(session) >= session->ops->limit)
		return -ENOSPC;
	rhl_for_each_rcu(pos, list)
		count++;
	return count < SIP_IMS_SESSIONS_PER_KEY ? 0 : -ENOSPC;
}

/**
 * sip_ims_session_insert() - insert a session into the table
 * @session: initialised, not locked; the table takes a reference of its own
 * @list: the sessions of its key, from sip_ims_session_lookup()
 *
 * Context: RCU read side; sip_ims_net.lock held since before the look-up of
 * @list, so that no other CPU inserts the same session in between.
 * Return: 0; -ENOSPC above a limit or during the namespace's exit; -ENOMEM.
 */
int sip_ims_session_insert(struct sip_ims_session *session,
			   struct rhlist_head *list)
{
	struct sip_ims_net *sn = session->sn;
	int err;

	lockdep_assert_held(&sn->lock);

	err = session_check_limits(session, list);
	if (err)
		return err;
	session->id = ++sn->next_id ?: ++sn->next_id;
	refcount_inc(&session->use);
	err = rhltable_insert(&sn->sessions, &session->node, session_params);
	if (err) {
		refcount_dec(&session->use);
		return -ENOMEM;
	}
	++*session_gauge(session);
	return 0;
}

/*
 * Fill @batch with references.  Sessions are closed after the walk, whose RCU
 * read side would otherwise last too long.
 */
static u32 session_collect(struct sip_ims_net *sn, int zone,
			   struct sip_ims_session **batch, u32 size)
{
	struct sip_ims_session *session;
	struct rhashtable_iter iter;
	u32 count = 0;

	rhltable_walk_enter(&sn->sessions, &iter);
	rhashtable_walk_start(&iter);
	while (count < size && (session = rhashtable_walk_next(&iter))) {
		if (IS_ERR(session))
			continue;
		if ((zone < 0 || session->key.zone == zone) &&
		    refcount_inc_not_zero(&session->use))
			batch[count++] = session;
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return count;
}

/**
 * sip_ims_session_flush() - end all sessions
 * @sn: the namespace
 * @zone: conntrack zone of the sessions to end; -1 for any
 *
 * Context: process context, may sleep.
 * Return: how many sessions ended.
 */
u32 sip_ims_session_flush(struct sip_ims_net *sn, int zone)
{
	struct sip_ims_session *batch[16];
	u32 count, total = 0, i;

	do {
		count = session_collect(sn, zone, batch, ARRAY_SIZE(batch));
		for (i = 0; i < count; i++) {
			sip_ims_session_close(batch[i]);
			sip_ims_session_put(batch[i]);
		}
		total += count;
		cond_resched();
	} while (count);
	return total;
}

/**
 * sip_ims_sessions_init() - create the session table of a new namespace
 * @sn: the namespace
 *
 * Context: process context, may sleep.
 * Return: 0; -ENOMEM.
 */
int sip_ims_sessions_init(struct sip_ims_net *sn)
{
	return rhltable_init(&sn->sessions, &session_params);
}

/**
 * sip_ims_sessions_exit() - end all sessions of a namespace, and free its table
 * @sn: the namespace, which is being removed; its connections are forgotten
 *
 * Waits until no session is referenced, not even by a running timer, and no
 * connection waits for a grace period, since @sn is freed next.
 *
 * Context: process context, may sleep.
 */
void sip_ims_sessions_exit(struct sip_ims_net *sn)
{
	spin_lock_bh(&sn->lock);
	sn->stopping = true;
	spin_unlock_bh(&sn->lock);
	sip_ims_session_flush(sn, -1);
	wait_var_event(&sn->alive, !atomic_read(&sn->alive));
	rhltable_destroy(&sn->sessions);
}
