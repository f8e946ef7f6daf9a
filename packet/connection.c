// SPDX-License-Identifier: GPL-2.0-only
/*
 * TCP connections of signalling: lifetime, memory accounting, and the engine's
 * reader, which finds the SIP messages.
 *
 * Lifetime
 * --------
 * A connection exists from the SYN-ACK to the end of its flow.  It holds a
 * reference to the flow, and the flow points to the connection (RCU).  The end
 * of a flow is not reported by a callback: the helper's destroy() may run while
 * a session is locked or, on some kernels, after this module was unloaded.
 * Instead a sweep forgets the connections of dying flows every second, so that
 * code that ends flows (timeouts, conntrack -D, a closing session) need not
 * know of connections.  Forgetting clears the flow's pointer; the connection is
 * freed after a grace period, when no packet uses it any longer.
 *
 * Lock order: connection, session, sip_ims_net.lock.  No other lock is taken
 * under the lock of the list.
 */
#include <linux/slab.h>
#include <linux/wait_bit.h>
#include <net/netfilter/nf_conntrack_core.h>
#include <net/netfilter/nf_conntrack_zones.h>

#include <packet/connection.h>
#include <packet/flow.h>
#include <packet/message.h>
#include <packet/work.h>
#include <session/counters.h>
#include <session/net.h>
#include <session/settings.h>

#include <sip_ims/sip.h>
#include <sip_ims/tcp.h>

#define SWEEP_INTERVAL	HZ
#define SWEEP_BATCH	256u

/**
 * struct account_key - owner of an account; has no padding
 * @source: address that opened the connections; zero with @l3num 0
 * @zone: conntrack zone
 * @l3num: AF_INET or AF_INET6; 0 for the account of the zone as a whole
 */
struct account_key {
	union nf_inet_addr source;
	u16 zone;
	u16 l3num;
};

/**
 * struct sip_ims_account - memory used by the connections of a zone or a source
 * @node: in sip_ims_connections.accounts
 * @key: owner of the account
 * @use: connections that refer to the account
 * @memory: bytes charged
 */
struct sip_ims_account {
	struct hlist_node node;
	struct account_key key;
	u32 use;
	atomic_long_t memory;
};

/* ---- memory ---- */

static struct hlist_head *account_bucket(struct sip_ims_net *sn,
					 const struct account_key *key)
{
	return &sn->connections.accounts[sip_ims_hash(sn, key, sizeof(*key)) %
				     SIP_IMS_HASH_SIZE];
}

static struct sip_ims_account *account_find(struct sip_ims_net *sn,
					    const struct account_key *key)
{
	struct sip_ims_account *account;

	hlist_for_each_entry(account, account_bucket(sn, key), node) {
		if (!memcmp(&account->key, key, sizeof(*key)))
			return account;
	}
	return NULL;
}

/*
 * The memory of accounts is not charged; there are at most two for each
 * connection.
 */
static struct sip_ims_account *account_get(struct sip_ims_net *sn,
					   const struct account_key *key)
{
	struct sip_ims_account *account;

	lockdep_assert_held(&sn->connections.lock);

	account = account_find(sn, key);
	if (!account) {
		account = kzalloc(sizeof(*account), GFP_ATOMIC);
		if (!account)
			return NULL;
		account->key = *key;
		hlist_add_head(&account->node, account_bucket(sn, key));
	}
	account->use++;
	return account;
}

static void account_put(struct sip_ims_net *sn, struct sip_ims_account *account)
{
	lockdep_assert_held(&sn->connections.lock);

	if (!account || --account->use)
		return;
	hlist_del(&account->node);
	kfree(account);
}

static void accounts_put(struct sip_ims_connection *connection)
{
	struct sip_ims_net *sn = connection->sn;

	spin_lock_bh(&sn->connections.lock);
	account_put(sn, connection->of_zone);
	account_put(sn, connection->of_source);
	spin_unlock_bh(&sn->connections.lock);
}

static int accounts_get(struct sip_ims_connection *connection,
			const struct nf_conn *ct)
{
	const struct nf_conntrack_man *src = &ct->tuplehash[0].tuple.src;
	struct account_key zone = { .zone = nf_ct_zone(ct)->id };
	struct account_key source = {
		.source = src->u3, .zone = zone.zone, .l3num = src->l3num,
	};
	struct sip_ims_net *sn = connection->sn;

	spin_lock(&sn->connections.lock);
	connection->of_zone = account_get(sn, &zone);
	connection->of_source = account_get(sn, &source);
	spin_unlock(&sn->connections.lock);
	if (connection->of_zone && connection->of_source)
		return 0;
	accounts_put(connection);
	return -ENOMEM;
}

static void accounts_add(struct sip_ims_connection *connection, long bytes)
{
	atomic_long_add(bytes, &connection->of_zone->memory);
	atomic_long_add(bytes, &connection->of_source->memory);
	atomic_long_add(bytes, &connection->sn->connections.memory);
}

/* A source may use half of its zone's limit, so that others are not starved. */
static bool accounts_within(const struct sip_ims_connection *connection)
{
	struct sip_ims_net *sn = connection->sn;
	struct sip_ims_settings settings;
	long most;

	sip_ims_settings_copy(sn, connection->of_zone->key.zone, &settings);
	most = (long)settings.tcp_memory << 10;
	return atomic_long_read(&connection->of_zone->memory) <= most &&
	       atomic_long_read(&connection->of_source->memory) <= most / 2 &&
	       atomic_long_read(&sn->connections.memory) <=
	       SIP_IMS_TCP_MEMORY_MAX;
}

/*
 * Charge first and check afterwards, so that concurrent charges cannot exceed
 * the limits together.
 */
static int accounts_charge(struct sip_ims_connection *connection, s32 bytes)
{
	accounts_add(connection, bytes);
	if (bytes <= 0 || accounts_within(connection))
		return 0;
	accounts_add(connection, -(long)bytes);
	sip_ims_refuse(connection->sn, TCP_LIMIT);
	return -ENOBUFS;
}

static int reading_charge(void *context, s32 bytes)
{
	const struct sip_ims_reading *reading = context;

	return accounts_charge(reading->connection, bytes);
}

/* ---- messages ---- */

/*
 * Remove a dropped message from the connection.  A reset would end all other
 * calls on the connection, and withholding the message would block them.  The
 * sender notices as with a lost datagram, by the timers of the transaction.
 */
static void message_complete(struct sip_ims_work *work, unsigned int verdict,
			     struct sip_tcp_message *message)
{
	if (verdict != NF_ACCEPT) {
		message->new_bytes = work->out;
		message->new_length = 0;
		sip_ims_refuse(work->path.sn, TCP_TAKEN);
	} else if (work->new_len) {
		message->new_bytes = work->out;
		message->new_length = work->new_len;
	}
}

static enum sip_tcp_read message_read(struct sip_ims_reading *reading,
				      const u8 *bytes, u32 len,
				      struct sip_tcp_message *message)
{
	struct sip_ims_work *work = reading->work;
	u32 keepalive = work->keepalive;

	message->length = len;
	message->new_bytes = NULL;
	work->base = bytes;
	work->len = len;
	work->new_len = 0;
	message_complete(work, sip_ims_message_handle(work), message);
	work->keepalive = max(work->keepalive, keepalive);
	reading->connection->is_sip = true;
	return SIP_TCP_READ_MESSAGE;
}

/*
 * A connection that does not begin with SIP is never read: text that a third
 * party made a browser send must not be taken for a message of the browser's
 * host, wherever in the connection it appears (NAT slipstreaming).
 */
static enum sip_tcp_read reading_bypass(struct sip_ims_reading *reading,
					bool tls)
{
	struct sip_ims_net *sn = reading->connection->sn;

	if (reading->connection->is_sip)
		return SIP_TCP_READ_BROKEN;
	if (tls)
		sip_ims_count(sn, SIP_IMS_A_STATS_TLS);
	else
		sip_ims_refuse(sn, TCP_FOREIGN);
	return SIP_TCP_READ_BYPASS;
}

static enum sip_tcp_read reading_break(struct sip_ims_reading *reading,
				       enum sip_fault fault)
{
	struct sip_ims_net *sn = reading->connection->sn;

	sip_ims_count(sn, SIP_IMS_A_STATS_MALFORMED);
	sip_ims_count_refusal(sn, SIP_IMS_A_STATS_MALFORMED_NOT_SIP +
			      fault - SIP_FAULT_NOT_SIP, sip_fault_name(fault));
	return SIP_TCP_READ_BROKEN;
}

static enum sip_tcp_read reading_read(void *context, unsigned int direction,
				      const u8 *bytes, u32 len, u32 seen,
				      struct sip_tcp_message *message)
{
	struct sip_ims_reading *reading = context;
	struct sip_frame frame;

	switch (sip_frame(bytes, len, seen, &frame)) {
	case SIP_FRAMING_MORE:
		message->length = frame.length;
		return SIP_TCP_READ_MORE;
	case SIP_FRAMING_MESSAGE:
		return message_read(reading, bytes, frame.length, message);
	case SIP_FRAMING_KEEPALIVE:
		sip_ims_count(reading->connection->sn,
			      SIP_IMS_A_STATS_KEEPALIVE);
		message->length = frame.length;
		return SIP_TCP_READ_MESSAGE;
	case SIP_FRAMING_TLS:
		return reading_bypass(reading, true);
	case SIP_FRAMING_BROKEN:
		return reading_break(reading, frame.fault);
	default:
		return reading_bypass(reading, false);
	}
}

static const struct sip_tcp_reader connection_reader = {
	.read = reading_read,
	.charge = reading_charge,
};

/* ---- connections ---- */

static void connection_free(struct sip_ims_connection *connection)
{
	struct sip_ims_reading reading = { .connection = connection };

	if (connection->engine) {
		sip_tcp_destroy(connection->engine, &reading);
		accounts_add(connection, -(long)sizeof(*connection));
	}
	accounts_put(connection);
	kfree(connection);
}

static void connection_free_rcu(struct rcu_head *rcu)
{
	struct sip_ims_connection *connection =
		container_of(rcu, struct sip_ims_connection, rcu);
	struct sip_ims_net *sn = connection->sn;

	nf_ct_put(connection->ct);
	connection_free(connection);
	if (atomic_dec_and_test(&sn->alive))
		wake_up_var(&sn->alive);
}

static void connection_unlink(struct sip_ims_connection *connection,
			      enum sip_ims_follow follow)
{
	struct sip_ims_connections *connections = &connection->sn->connections;

	lockdep_assert_held(&connections->lock);

	if (list_empty(&connection->list))
		return;
	list_del_init(&connection->list);
	WRITE_ONCE(connections->count, connections->count - 1);
	RCU_INIT_POINTER(connection->tcp->connection, NULL);
	WRITE_ONCE(connection->tcp->follow, follow);
	sip_ims_count(connection->sn, SIP_IMS_A_STATS_TCP_CLOSED);
	call_rcu(&connection->rcu, connection_free_rcu);
}

/**
 * sip_ims_connection_forget() - detach a connection from its flow and free it
 * @connection: the connection; forgotten already if it is not in the list
 * @follow: new state of the flow
 *
 * Context: RCU read side or process context; the caller may hold the lock of
 * the connection.
 */
void sip_ims_connection_forget(struct sip_ims_connection *connection,
			       enum sip_ims_follow follow)
{
	struct sip_ims_connections *connections = &connection->sn->connections;

	spin_lock_bh(&connections->lock);
	connection_unlink(connection, follow);
	spin_unlock_bh(&connections->lock);
}

static struct sip_ims_connection *connection_alloc(struct sip_ims_work *work,
						   struct sip_ims_tcp_flow *tcp)
{
	struct sip_ims_connection *connection;

	connection = kzalloc(sizeof(*connection), GFP_ATOMIC);
	if (!connection)
		return NULL;
	spin_lock_init(&connection->lock);
	INIT_LIST_HEAD(&connection->list);
	connection->sn = work->path.sn;
	connection->ct = work->ct;
	connection->tcp = tcp;
	if (!accounts_get(connection, work->ct))
		return connection;
	kfree(connection);
	return NULL;
}

static int connection_fill(struct sip_ims_connection *connection)
{
	struct sip_ims_reading reading = { .connection = connection };
	int err;

	err = accounts_charge(connection, sizeof(*connection));
	if (err)
		return err;
	connection->engine = sip_tcp_create(&connection_reader, &reading);
	if (connection->engine)
		return 0;
	accounts_add(connection, -(long)sizeof(*connection));
	return -ENOMEM;
}

/*
 * Only the connection of a confirmed, living flow may enter the list, since the
 * sweep would never free any other.
 */
static int connection_insert(struct sip_ims_connection *connection)
{
	struct sip_ims_connections *connections = &connection->sn->connections;
	struct nf_conn *ct = connection->ct;
	bool live;

	spin_lock(&connections->lock);
	live = !connections->stopping && nf_ct_is_confirmed(ct) &&
	       !rcu_access_pointer(connection->tcp->connection);
	if (live) {
		nf_conntrack_get(&ct->ct_general);
		atomic_inc(&connection->sn->alive);
		list_add_tail(&connection->list, &connections->list);
		WRITE_ONCE(connections->count, connections->count + 1);
		rcu_assign_pointer(connection->tcp->connection, connection);
		WRITE_ONCE(connection->tcp->follow, SIP_IMS_FOLLOW_YES);
		schedule_delayed_work(&connections->sweep, SWEEP_INTERVAL);
	}
	spin_unlock(&connections->lock);
	return live ? 0 : -ESTALE;
}

/**
 * sip_ims_connection_create() - create the connection of a flow
 * @work: the SYN-ACK
 * @tcp: TCP state in the flow, with the fields of the SYN
 *
 * Context: RCU read side, bottom halves disabled.
 * Return: the connection, valid until the end of the RCU read side; NULL
 * without memory, after counting that.
 */
struct sip_ims_connection *
sip_ims_connection_create(struct sip_ims_work *work,
			  struct sip_ims_tcp_flow *tcp)
{
	struct sip_ims_net *sn = work->path.sn;
	struct sip_ims_connection *connection = connection_alloc(work, tcp);

	if (!connection) {
		sip_ims_refuse(sn, TCP_MEMORY_FULL);
		return NULL;
	}
	if (!connection_fill(connection) && !connection_insert(connection)) {
		sip_ims_count(sn, SIP_IMS_A_STATS_TCP_OPENED);
		return connection;
	}
	sip_ims_refuse(sn, TCP_MEMORY_FULL);
	connection_free(connection);
	return NULL;
}

/* Check @count connections from the front of the list, and requeue them. */
static void sweep_batch(struct sip_ims_connections *connections, u32 count)
{
	struct sip_ims_connection *connection;

	spin_lock_bh(&connections->lock);
	while (count-- && !list_empty(&connections->list)) {
		connection = list_first_entry(&connections->list,
					      struct sip_ims_connection, list);
		if (nf_ct_is_dying(connection->ct))
			connection_unlink(connection, SIP_IMS_FOLLOW_NO);
		else
			list_move_tail(&connection->list, &connections->list);
	}
	spin_unlock_bh(&connections->lock);
}

static void connections_sweep(struct work_struct *work)
{
	struct sip_ims_connections *connections =
		container_of(work, struct sip_ims_connections, sweep.work);
	u32 left, some;

	for (left = READ_ONCE(connections->count); left; left -= some) {
		some = min(left, SWEEP_BATCH);
		sweep_batch(connections, some);
		cond_resched();
	}
	spin_lock_bh(&connections->lock);
	if (connections->count && !connections->stopping)
		schedule_delayed_work(&connections->sweep, SWEEP_INTERVAL);
	spin_unlock_bh(&connections->lock);
}

/**
 * sip_ims_connections_init() - initialize the connections of a namespace
 * @sn: the namespace
 */
void sip_ims_connections_init(struct sip_ims_net *sn)
{
	struct sip_ims_connections *connections = &sn->connections;

	spin_lock_init(&connections->lock);
	INIT_LIST_HEAD(&connections->list);
	INIT_DELAYED_WORK(&connections->sweep, connections_sweep);
}

/**
 * sip_ims_connections_flush() - forget all connections
 * @sn: the namespace
 *
 * The flows are not followed any longer.
 *
 * Context: process context.
 */
void sip_ims_connections_flush(struct sip_ims_net *sn)
{
	struct sip_ims_connections *connections = &sn->connections;
	struct sip_ims_connection *connection, *next;

	spin_lock_bh(&connections->lock);
	list_for_each_entry_safe(connection, next, &connections->list, list)
		connection_unlink(connection, SIP_IMS_FOLLOW_NO);
	spin_unlock_bh(&connections->lock);
}

/**
 * sip_ims_connections_exit() - forget all connections and accept no new ones
 * @sn: the namespace, which is being removed
 *
 * sip_ims_net.alive counts the connections that still wait for a grace period.
 *
 * Context: process context.
 */
void sip_ims_connections_exit(struct sip_ims_net *sn)
{
	spin_lock_bh(&sn->connections.lock);
	sn->connections.stopping = true;
	spin_unlock_bh(&sn->connections.lock);
	cancel_delayed_work_sync(&sn->connections.sweep);
	sip_ims_connections_flush(sn);
}
