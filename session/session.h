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
 * enum sip_ims_kind - what a session is
 * @SIP_IMS_CALL: struct sip_ims_call, found by Call-ID
 * @SIP_IMS_REGISTRATION: struct sip_ims_registration, found by its flow
 */
enum sip_ims_kind {
	SIP_IMS_CALL,
	SIP_IMS_REGISTRATION,
};

/**
 * struct sip_ims_key - key of the session table; no padding
 * @hash: keyed siphash of the Call-ID, or of the registered flow
 * @zone: conntrack zone
 * @kind: enum sip_ims_kind
 * @l3num: AF_INET or AF_INET6: the bytes of an address of one family can be
 *	those of another one of the other
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
 * @limit: sessions of this kind in one namespace
 * @gauge: offset of their number in struct sip_ims_net
 * @closed: counter of the stats set for those that ended
 * @retries_shared: a timer tries to open pinholes that another session has
 * @tick: what time does to a session before its end.  Called with the session
 *	locked, within the RCU read side
 * @free: free what the outer structure owns, not the session itself; there is
 *	no reference left
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
 * @node: in sip_ims_net.sessions
 * @key: see struct sip_ims_key
 * @ops: how sessions of this kind behave
 * @sn: the namespace
 * @id: number shown to users
 * @use: references
 * @lock: protects all that follows, and all of the outer structure
 * @closed: no longer in the table; nothing may be opened any more
 * @over: it has ended, only its grace runs: who needs its pinholes and flows may
 *	take them; read without the lock
 * @releases: how often the gate looked for flows since then
 * @timer: fires at @expires or @check; holds a reference while pending
 * @expires: jiffies; moved without touching the timer when later
 * @check: jiffies, when to look at it before that; valid with @checks
 * @checks: see @check
 * @created: jiffies
 * @translated: the signalling flow is translated
 * @master: template conntrack, master of this session's expectations, or NULL
 * @pinholes: list of struct sip_ims_pinhole
 * @n_pinholes: its length, at most SIP_IMS_PINHOLES_MAX
 * @rcu: for the deferred free
 */
struct sip_ims_session {
	struct rhlist_head node;
	struct sip_ims_key key;
	const struct sip_ims_session_ops *ops;
	struct sip_ims_net *sn;
	u32 id;
	refcount_t use;
	spinlock_t lock; /* all that follows */
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
