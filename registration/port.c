// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registered ports and their public ports.
 *
 * A port belongs to one registered flow, whose contacts and grants share it.
 * One table has all ports of a namespace by both endpoints, because messages of
 * any flow may name a registered port.  Readers of the table use only fields
 * that never change or fit in one word, so they take no lock of a registration.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include <path/path.h>
#include <path/via.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <registration/service_route.h>
#include <session/counters.h>
#include <session/net.h>
#include <session/pool.h>
#include <session/session.h>

static const struct rhashtable_params port_params = {
	.key_len = sizeof(struct sip_ims_port_key),
	.key_offset = offsetof(struct sip_ims_port_index, key),
	.head_offset = offsetof(struct sip_ims_port_index, node),
	.automatic_shrinking = true,
};

static_assert(sizeof(struct sip_ims_port_key) == 24);

static void port_key_init(struct sip_ims_port_key *key, u16 zone, u8 l3num,
			  u8 l4proto, enum sip_ims_side side,
			  const struct sip_ims_endpoint *endpoint)
{
	key->addr = endpoint->addr;
	key->port = endpoint->port;
	key->zone = zone;
	key->side = side;
	key->l3num = l3num;
	key->l4proto = l4proto;
	key->reserved = 0;
}

static struct rhlist_head *port_lookup(struct sip_ims_net *sn,
				       const struct sip_ims_port_key *key)
{
	return rhltable_lookup(&sn->ports, key, port_params);
}

/* Take a public port from the pool; without translation none is needed. */
static int port_assign(const struct sip_ims_path *path,
		       struct sip_ims_port *port)
{
	struct sip_ims_endpoint local[SIP_IMS_COMPONENTS] = { port->local };
	const struct sip_ims_registration *registration = port->registration;
	const struct sip_ims_binding *binding;

	port->mapped = port->local;
	if (nf_inet_addr_cmp(&registration->local.addr,
			     &registration->mapped.addr))
		return 0;
	binding = sip_ims_pool_take(path, &registration->mapped.addr, local, 0);
	if (IS_ERR(binding))
		return PTR_ERR(binding);
	port->pool = binding->pool;
	port->mapped = binding->mapped;
	return 0;
}

static int port_insert_side(struct sip_ims_net *sn, struct sip_ims_port *port,
			    enum sip_ims_side side)
{
	const struct sip_ims_registration *registration = port->registration;
	struct sip_ims_port_index *index = &port->index[side];
	struct rhlist_head *list, *pos;
	u32 count = 0;

	port_key_init(&index->key, registration->session.key.zone,
		      registration->session.key.l3num, registration->l4proto,
		      side,
		      side == SIP_IMS_LOCAL ? &port->local : &port->mapped);
	index->port = port;
	list = port_lookup(sn, &index->key);
	rhl_for_each_rcu(pos, list)
		count++;
	if (count >= SIP_IMS_PORTS_PER_KEY)
		return -E2BIG;
	return rhltable_insert(&sn->ports, &index->node, port_params) ?
	       -ENOMEM : 0;
}

static int port_insert(struct sip_ims_net *sn, struct sip_ims_port *port)
{
	int err = port_insert_side(sn, port, SIP_IMS_LOCAL);

	if (err)
		return err;
	err = port_insert_side(sn, port, SIP_IMS_MAPPED);
	if (err)
		rhltable_remove(&sn->ports, &port->index[SIP_IMS_LOCAL].node,
				port_params);
	return err;
}

static void port_count_refusal(struct sip_ims_net *sn, int err)
{
	if (err == -ENOSPC)
		sip_ims_refuse(sn, PORT_EXHAUSTED);
	else if (err == -E2BIG)
		sip_ims_refuse(sn, REGISTRATION_LIMIT);
	else
		sip_ims_refuse(sn, NO_MEMORY);
}

/*
 * The public port of an idle flow may change, so two ports of one registration
 * may differ in @mapped only; NULL matches any.
 */
static struct sip_ims_port *
port_find_owned(const struct sip_ims_registration *registration,
		const struct sip_ims_endpoint *local,
		const struct sip_ims_endpoint *mapped)
{
	struct sip_ims_port *port;

	list_for_each_entry(port, &registration->ports, list) {
		if (sip_ims_same_endpoint(&port->local, local) &&
		    (!mapped || sip_ims_same_endpoint(&port->mapped, mapped)))
			return port;
	}
	return NULL;
}

static struct sip_ims_port *
port_create(struct sip_ims_registration *registration,
	    const struct sip_ims_path *path,
	    const struct sip_ims_endpoint *local,
	    const struct sip_ims_endpoint *mapped)
{
	struct sip_ims_port *port = kzalloc(sizeof(*port), GFP_ATOMIC);
	int err = 0;

	if (!port) {
		sip_ims_refuse(path->sn, NO_MEMORY);
		return NULL;
	}
	port->registration = registration;
	port->local = *local;
	if (mapped)
		port->mapped = *mapped;
	else
		err = port_assign(path, port);
	if (!err)
		err = port_insert(path->sn, port);
	if (err) {
		port_count_refusal(path->sn, err);
		if (port->pool)
			sip_ims_pool_free(path->sn, port->pool,
					  port->mapped.port);
		kfree(port);
		return NULL;
	}
	list_add_tail(&port->list, &registration->ports);
	return port;
}

/**
 * sip_ims_port_get() - look up or create a port of a registered flow
 * @registration: the registration, locked
 * @path: the path of a request from the phone
 * @local: the endpoint as the phone knows it
 *
 * The source port of the flow keeps its public port; any other port gets one
 * from the pool.
 *
 * Return: the port with a reference, put with sip_ims_port_put(); NULL,
 * counted, without memory, above a limit or below SIP_IMS_PORT_FLOOR.
 */
struct sip_ims_port *sip_ims_port_get(struct sip_ims_registration *registration,
				      const struct sip_ims_path *path,
				      const struct sip_ims_endpoint *local)
{
	const struct sip_ims_endpoint *mapped = NULL;
	struct sip_ims_port *port;

	if (local->port == path->src.port) {
		mapped = &path->src_mapped;
	} else if (ntohs(local->port) < SIP_IMS_PORT_FLOOR) {
		sip_ims_refuse(path->sn, SERVICE_PORT);
		return NULL;
	}
	port = port_find_owned(registration, local, mapped);
	if (!port)
		port = port_create(registration, path, local, mapped);
	if (!port)
		return NULL;
	port->use++;
	/* The last of several public ports is the one in use now. */
	list_move_tail(&port->list, &registration->ports);
	return port;
}

static struct sip_ims_port *
port_find_pooled(const struct sip_ims_registration *registration,
		 const struct sip_ims_endpoint *local)
{
	struct sip_ims_port *port;

	list_for_each_entry(port, &registration->ports, list) {
		if (port->pool && sip_ims_same_endpoint(&port->local, local))
			return port;
	}
	return NULL;
}

/**
 * sip_ims_port_get_pooled() - get a public port that identifies one phone
 * towards any host
 * @registration: the registration, locked
 * @path: the path of a message; gives namespace and zone
 * @port: a port of @registration
 *
 * NAT may use the public port of a flow again for another phone's flow to
 * another host.  Only a port of the pool is the phone's towards every host.
 *
 * Return: @port when it is pooled or not translated, otherwise a pooled port
 * for the same local endpoint; with a reference, put with sip_ims_port_put().
 * NULL, counted, without memory or a free port.
 */
struct sip_ims_port *
sip_ims_port_get_pooled(struct sip_ims_registration *registration,
			const struct sip_ims_path *path,
			struct sip_ims_port *port)
{
	struct sip_ims_port *pooled = port;

	if (!port->pool &&
	    !nf_inet_addr_cmp(&port->local.addr, &port->mapped.addr)) {
		pooled = port_find_pooled(registration, &port->local);
		if (!pooled)
			pooled = port_create(registration, path, &port->local,
					     NULL);
	}
	if (pooled)
		pooled->use++;
	return pooled;
}

/**
 * sip_ims_port_is_active() - check whether a port has an active contact
 * @registration: the registration, locked
 * @local: the endpoint as the phone knows it
 *
 * Return: whether it has one.
 */
bool sip_ims_port_is_active(const struct sip_ims_registration *registration,
			    const struct sip_ims_endpoint *local)
{
	const struct sip_ims_port *port;

	list_for_each_entry(port, &registration->ports, list) {
		if (port->active && sip_ims_same_endpoint(&port->local, local))
			return true;
	}
	return false;
}

/**
 * sip_ims_port_put() - put a reference to a port
 * @port: the port; its registration is locked or no longer referenced
 *
 * Putting the last reference removes the port from the table, returns its
 * public port to the pool and frees the port after a grace period.
 */
void sip_ims_port_put(struct sip_ims_port *port)
{
	struct sip_ims_net *sn = port->registration->session.sn;

	if (--port->use)
		return;
	rhltable_remove(&sn->ports, &port->index[SIP_IMS_LOCAL].node,
			port_params);
	rhltable_remove(&sn->ports, &port->index[SIP_IMS_MAPPED].node,
			port_params);
	list_del(&port->list);
	if (port->pool)
		sip_ims_pool_free(sn, port->pool, port->mapped.port);
	kfree_rcu(port, rcu);
}

static bool port_alive(const struct sip_ims_port *port)
{
	return !READ_ONCE(port->registration->session.closed);
}

/*
 * Return: how well @port fits the flow: 3 when the peer is its registrar, 2
 * when the peer is another host of the registrar, 1 when it is a port of this
 * phone, and 0 otherwise.
 */
static int port_rank(const struct sip_ims_port *port,
		     const struct sip_ims_path *path, bool sender)
{
	const struct sip_ims_endpoint *peer;

	if (!port_alive(port))
		return 0;
	if (sender ? !nf_inet_addr_cmp(&port->mapped.addr,
				       &path->src_mapped.addr) :
		     !nf_inet_addr_cmp(&port->local.addr,
				       &path->dst_mapped.addr))
		return 0;
	peer = sender ? &path->dst_mapped : &path->src;
	if (sip_ims_same_endpoint(&port->registration->registrar, peer))
		return 3;
	return sip_ims_registration_has_host(port->registration, &peer->addr) ?
	       2 : 1;
}

/**
 * sip_ims_port_map() - translate an endpoint that a phone registered
 * @path: the path of the message
 * @sender: true when @from is an endpoint of the sender as the sender knows it;
 *	false when it is one of the receiver as the sender knows it
 * @from: the endpoint that the message names
 * @to: filled in: the same endpoint as the receiver knows it
 *
 * Takes no lock, since the session of the message may be locked already.
 *
 * Context: RCU read side.
 * Return: whether the phone registered @from.
 */
bool sip_ims_port_map(const struct sip_ims_path *path, bool sender,
		      const struct sip_ims_endpoint *from,
		      struct sip_ims_endpoint *to)
{
	struct sip_ims_port_index *index;
	struct rhlist_head *list, *pos;
	struct sip_ims_port_key key;
	int rank, best = 0;

	port_key_init(&key, path->zone, path->l3num, path->l4proto,
		      sender ? SIP_IMS_LOCAL : SIP_IMS_MAPPED, from);
	list = port_lookup(path->sn, &key);
	rhl_for_each_entry_rcu(index, pos, list, node) {
		rank = 2 * port_rank(index->port, path, sender);
		rank += rank && READ_ONCE(index->port->active);
		if (rank <= best)
			continue;
		best = rank;
		*to = sender ? index->port->mapped : index->port->local;
	}
	return best;
}

/**
 * sip_ims_port_reaches() - check whether the receiver reaches a port of the
 * sender
 * @path: the path of the message
 * @local: the endpoint as the sender knows it
 *
 * Context: RCU read side.
 * Return: whether @local has an active contact that is registered with the
 * receiver.
 */
bool sip_ims_port_reaches(const struct sip_ims_path *path,
			  const struct sip_ims_endpoint *local)
{
	struct sip_ims_port_index *index;
	struct rhlist_head *list, *pos;
	struct sip_ims_port_key key;

	port_key_init(&key, path->zone, path->l3num, path->l4proto,
		      SIP_IMS_LOCAL, local);
	list = port_lookup(path->sn, &key);
	rhl_for_each_entry_rcu(index, pos, list, node) {
		if (READ_ONCE(index->port->active) &&
		    port_rank(index->port, path, true) > 1)
			return true;
	}
	return false;
}

/**
 * sip_ims_port_find() - find a port by its local endpoint
 * @path: the path of a message; gives namespace, zone and address family
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @local: the endpoint as the phone knows it
 * @fits: returns true for the port to find; may lock its registration
 * @data: passed to @fits
 *
 * Context: RCU read side.
 * Return: the first port that @fits accepts, valid in the RCU read side, or
 * NULL.
 */
struct sip_ims_port *
sip_ims_port_find(const struct sip_ims_path *path, u8 l4proto,
		  const struct sip_ims_endpoint *local,
		  bool (*fits)(struct sip_ims_port *port, const void *data),
		  const void *data)
{
	struct sip_ims_port_index *index;
	struct rhlist_head *list, *pos;
	struct sip_ims_port_key key;

	port_key_init(&key, path->zone, path->l3num, l4proto, SIP_IMS_LOCAL,
		      local);
	list = port_lookup(path->sn, &key);
	rhl_for_each_entry_rcu(index, pos, list, node) {
		if (port_alive(index->port) && fits(index->port, data))
			return index->port;
	}
	return NULL;
}

/**
 * sip_ims_ports_init() - initialise the table of ports
 * @sn: state of a new namespace
 *
 * Return: 0 or -ENOMEM.
 */
int sip_ims_ports_init(struct sip_ims_net *sn)
{
	return rhltable_init(&sn->ports, &port_params);
}

/**
 * sip_ims_ports_exit() - free the table of ports
 * @sn: state of a namespace without registrations
 */
void sip_ims_ports_exit(struct sip_ims_net *sn)
{
	rhltable_destroy(&sn->ports);
}
