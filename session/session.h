/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sessions: what calls and registrations share.
 */
#ifndef _SESSION_SESSION_H
#define _SESSION_SESSION_H

#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>
#include <linux/timer.h>

#include <sip_ims/types.h>

struct nf_conn;
struct sip_ims_net;
struct sip_ims_path;
struct sip_ims_session;

#define SIP_IMS_SESSIONS_PER_KEY	64u	/* same Call-ID or flow */

/**
 * enum sip_ims_kind - kinds of sessions
 * @SIP_IMS_CALL: struct sip_ims_call, looked up by Call-ID
 * @SIP_IMS_REGISTRATION: struct sip_ims_registration, looked up by its flow
 */
enum sip_ims_kind {
	SIP_IMS_CALL,
	SIP_IMS_REGISTRATION,
};

/**
 * struct sip_ims_key - key of the session table
 *
 * The table compares keys as bytes, so there is no padding.  Several sessions
 * may have the same key, so a look-up also compares what was hashed.
 *
 * @hash: sip_ims_hash() of the Call-ID, or of the registered flow
 * @zone: conntrack zone
 * @kind: enum sip_ims_kind
 * @l3num: AF_INET or AF_INET6, since the 16 bytes that hold an IPv4 address can
 *	equally be an IPv6 address
 * @reserved: zero
 */
struct sip_ims_key {
	u64 hash;
	u16 zone;
	u8 kind;
	u8 l3num;
	u32 reserved;
};

/**
 * struct sip_ims_session_ops - how calls and registrations differ
 *
 * With these operations session.c manages both, and knows neither.
 *
 * @limit: most sessions of this kind in one namespace
 * @gauge: offset in struct sip_ims_net of the u32 that counts them
 * @closed: attribute number of the counter of sessions that have ended
 * @retries_shared: the session's timer tries to open pinholes that are shared
 *	(see struct sip_ims_pinhole)
 * @tick: handle what is due at this time, and ask for the next check.  Called
 *	by the timer with the session locked and not closed, within the RCU read
 *	side and with bottom halves off; does not close the session
 * @free: free what the outer structure owns, pinholes included, but not the
 *	session itself.  Called in any context after the last reference is put;
 *	another session may be locked
 */
struct sip_ims_session_ops {
	u32 limit;
	size_t gauge;
	unsigned int closed;
	bool retries_shared;
	void (*tick)(struct sip_ims_session *session);
	void (*free)(struct sip_ims_session *session);
};

/**
 * struct sip_ims_session - what calls and registrations share
 *
 * The first member of struct sip_ims_call and struct sip_ims_registration.  The
 * fields before @lock do not change while the session is in the table.  For
 * references and locks see session/net.h.
 *
 * @node: in sip_ims_net.sessions
 * @key: see struct sip_ims_key
 * @ops: how sessions of this kind behave
 * @sn: the namespace
 * @id: number shown to users, never 0
 * @use: references
 * @lock: protects all fields that follow, and all of the outer structure
 * @closed: the session has ended, and no pinhole may be opened any more; read
 *	without the lock by readers that tolerate an old value
 * @over: only the grace period of a call remains, and no unanswered BYE could
 *	revive it, so other sessions may replace its pinholes and flows; read
 *	without the lock
 * @checks: @check is valid
 * @releases: how often the gate has looked for remaining flows since the close
 * @timer: fires at @check or @expires; holds a reference while it is pending
 * @expires: jiffies, when the session ends.  A later time does not move the
 *	timer, which looks again when it fires
 * @check: jiffies, when the first check before the end is due
 * @created: jiffies
 * @translated: the signalling flow is translated
 * @master: template conntrack, the master of this session's expectations,
 *	referenced; NULL before the first pinhole
 * @pinholes: list of struct sip_ims_pinhole
 * @n_pinholes: length of @pinholes, at most SIP_IMS_PINHOLES_MAX
 * @rcu: for the deferred free
 */
struct sip_ims_session {
	struct rhlist_head node;
	struct sip_ims_key key;
	const struct sip_ims_session_ops *ops;
	struct sip_ims_net *sn;
	u32 id;
	refcount_t use;
	spinlock_t lock; /* all that follows, and the outer structure */
	bool closed;
	bool over;
	bool checks;
	u8 releases;
	struct timer_list timer;
	unsigned long expires;
	unsigned long check;
	unsigned long created;
	bool translated;
	struct nf_conn *master;
	struct list_head pinholes;
	u16 n_pinholes;
	struct rcu_head rcu;
};

void sip_ims_key_init(struct sip_ims_key *key, const struct sip_ims_path *path,
		      enum sip_ims_kind kind, const void *data, size_t len);
void sip_ims_session_init(struct sip_ims_session *session,
			  const struct sip_ims_session_ops *ops,
			  const struct sip_ims_key *key,
			  const struct sip_ims_path *path);
int sip_ims_session_insert(struct sip_ims_session *session,
			   struct rhlist_head *list);
void sip_ims_session_expire(struct sip_ims_session *session,
			    unsigned long expires);
void sip_ims_session_check(struct sip_ims_session *session,
			   unsigned long when);
struct sip_ims_session *sip_ims_session_lock(struct sip_ims_session *session);
void sip_ims_session_unlock(struct sip_ims_session *session);
void sip_ims_session_close(struct sip_ims_session *session);
void sip_ims_session_put(struct sip_ims_session *session);
u32 sip_ims_session_flush(struct sip_ims_net *sn, int zone);
int sip_ims_sessions_init(struct sip_ims_net *sn);
void sip_ims_sessions_exit(struct sip_ims_net *sn);
struct rhlist_head *sip_ims_session_lookup(struct sip_ims_net *sn,
					   const struct sip_ims_key *key);

#endif /* _SESSION_SESSION_H */
