// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registered ports: where a phone listens, and what stands for it outside.
 *
 * A port belongs to one registered flow, whose contacts and grants share it.
 * All ports of a namespace are found by either endpoint: a literal of another
 * message than a REGISTER may name one, whatever flow it comes on.  What is
 * looked at there never changes, or is a single word, so that no lock of a
 * registration is needed.
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

static void port_key(struct sip_ims_port_key *key, u16 zone, u8 l3num,
		     u8 l4proto,
		     enum sip_ims_side side,
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

static struct rhlist_head *port_list(struct sip_ims_net *sn,
				     const struct sip_ims_port_key *key)
{
	return rhltable_lookup(&sn->ports, key, port_params);
}

/*
 * A public port of its own for a port that is not the flow's; without
 * translation it is known as it is.
 */
static int port_map(const struct sip_ims_path *path, struct sip_ims_port *port)
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

static int port_index(struct sip_ims_net *sn, struct sip_ims_port *port,
		      enum sip_ims_side side)
{
	const struct sip_ims_key *of = &port->registration->session.key;
	struct sip_ims_port_index *index = &port->index[side];
	struct rhlist_head *list, *pos;
	u32 count = 0;

	port_key(&index->key, of->zone, of->l3num,
		 port->registration->l4proto, side,
		 side == SIP_IMS_LOCAL ? &port->local : &port->mapped);
	index->port = port;
	list = port_list(sn, &index->key);
	rhl_for_each_rcu(pos, list)
		count++;
	if (count >= SIP_IMS_PORTS_PER_KEY)
		return -E2BIG;
	return rhltable_insert(&sn->ports, &index->node, port_params) ?
	       -ENOMEM : 0;
}

static int port_insert(struct sip_ims_net *sn, struct sip_ims_port *port)
{
	int err = port_index(sn, port, SIP_IMS_LOCAL);

	if (err)
		return err;
	err = port_index(sn, port, SIP_IMS_MAPPED);
	if (err)
		rhltable_remove(&sn->ports, &port->index[SIP_IMS_LOCAL].node,
				port_params);
	return err;
}

static void port_refused(struct sip_ims_net *sn, int err)
{
	if (err == -ENOSPC)
		sip_ims_refuse(sn, PORT_EXHAUSTED);
	else if (err == -E2BIG)
		sip_ims_refuse(sn, REGISTRATION_LIMIT);
	else
		sip_ims_refuse(sn, NO_MEMORY);
}

/* What the flow's own port is known as may change while it is idle. */
static struct sip_ims_port *
port_of(const struct sip_ims_registration *registration,
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
		err = port_map(path, port);
	if (!err)
		err = port_insert(path->sn, port);
	if (err) {
		port_refused(path->sn, err);
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
 * sip_ims_port_get() - take a port of a registered flow, or make it
 * @registration: locked
 * @path: a request of the phone
 * @local: the port, as the phone calls it
 *
 * Return: the port, given back with sip_ims_port_put(); NULL, counted, when it
 * cannot be.
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
	port = port_of(registration, local, mapped);
	if (!port)
		port = port_create(registration, path, local, mapped);
	if (!port)
		return NULL;
	port->use++;
	/* Of those with one local port the last is what it is known as now. */
	list_move_tail(&port->list, &registration->ports);
	return port;
}

static struct sip_ims_port *
port_of_pool(const struct sip_ims_registration *registration,
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
 * sip_ims_port_get_pooled() - take a public port that stands for one phone only
 * @registration: locked
 * @path: gives namespace and zone
 * @port: one of its ports
 *
 * What a flow leaves by is told from another phone's only by the far end.  To a
 * host that is not the registrar the same public port may be somebody else's.
 *
 * Return: @port itself when it is of the pool or not translated, else one of
 * the pool, given back with sip_ims_port_put(); NULL, counted, when it cannot
 * be.
 */
struct sip_ims_port *
sip_ims_port_get_pooled(struct sip_ims_registration *registration,
		   const struct sip_ims_path *path, struct sip_ims_port *port)
{
	struct sip_ims_port *apart = port;

	if (!port->pool &&
	    !nf_inet_addr_cmp(&port->local.addr, &port->mapped.addr)) {
		apart = port_of_pool(registration, &port->local);
		if (!apart)
			apart = port_create(registration, path, &port->local,
					    NULL);
	}
	if (apart)
		apart->use++;
	return apart;
}

/**
 * sip_ims_port_active() - does a port have a contact with a 2xx?
 * @registration: locked
 * @local: the port, as the phone calls it
 *
 * Return: whether it has.
 */
bool sip_ims_port_active(const struct sip_ims_registration *registration,
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
 * sip_ims_port_put() - give a port back
 * @port: its registration is locked, or nobody's any more
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

/* How well a port fits: 3 this flow's, 2 open to the other end, 1 the phone's. */
static int port_fits(const struct sip_ims_port *port,
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
 * sip_ims_port_map() - translate a port that is not the flow's own
 * @path: the packet's way
 * @sender: @from is the sender's, as it calls itself; else the receiver's, as
 *	the sender knows it
 * @from: what stands in the message
 * @to: what the other side knows it as
 *
 * The session of this message's plan is locked, and it may be a registration:
 * no other one may be locked.
 *
 * Context: RCU read side.
 * Return: whether the phone registered it.
 */
bool sip_ims_port_map(const struct sip_ims_path *path, bool sender,
		      const struct sip_ims_endpoint *from,
		      struct sip_ims_endpoint *to)
{
	struct sip_ims_port_index *index;
	struct rhlist_head *list, *pos;
	struct sip_ims_port_key key;
	int fits, best = 0;

	port_key(&key, path->zone, path->l3num, path->l4proto,
		 sender ? SIP_IMS_LOCAL : SIP_IMS_MAPPED, from);
	list = port_list(path->sn, &key);
	rhl_for_each_entry_rcu(index, pos, list, node) {
		fits = 2 * port_fits(index->port, path, sender);
		fits += fits && READ_ONCE(index->port->active);
		if (fits <= best)
			continue;
		best = fits;
		*to = sender ? index->port->mapped : index->port->local;
	}
	return best;
}

/**
 * sip_ims_port_reaches() - is a port of the sender open to the receiver?
 * @path: the packet's way
 * @local: the port, as the sender calls it
 *
 * Context: RCU read side.
 * Return: whether a registration that had its 2xx says so.
 */
bool sip_ims_port_reaches(const struct sip_ims_path *path,
			  const struct sip_ims_endpoint *local)
{
	struct sip_ims_port_index *index;
	struct rhlist_head *list, *pos;
	struct sip_ims_port_key key;

	port_key(&key, path->zone, path->l3num, path->l4proto, SIP_IMS_LOCAL,
		 local);
	list = port_list(path->sn, &key);
	rhl_for_each_entry_rcu(index, pos, list, node) {
		if (READ_ONCE(index->port->active) &&
		    port_fits(index->port, path, true) > 1)
			return true;
	}
	return false;
}

/**
 * sip_ims_port_find() - a port by one of its endpoints
 * @path: gives namespace and zone
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @local: as its phone calls it
 * @fits: which one of those with that endpoint
 * @data: handed to @fits
 *
 * Context: RCU read side, and @fits is called in it.
 * Return: the first one that fits, or NULL.
 */
struct sip_ims_port *
sip_ims_port_find(const struct sip_ims_path *path, u8 l4proto,
		  const struct sip_ims_endpoint *local,
		  bool (*fits)(struct sip_ims_port *port,
			       const void *data), const void *data)
{
	struct sip_ims_port_index *index;
	struct rhlist_head *list, *pos;
	struct sip_ims_port_key key;

	port_key(&key, path->zone, path->l3num, l4proto, SIP_IMS_LOCAL, local);
	list = port_list(path->sn, &key);
	rhl_for_each_entry_rcu(index, pos, list, node) {
		if (port_alive(index->port) && fits(index->port, data))
			return index->port;
	}
	return NULL;
}

/**
 * sip_ims_ports_init() - make the table of a new namespace
 * @sn: the namespace
 *
 * Return: 0 or -ENOMEM.
 */
int sip_ims_ports_init(struct sip_ims_net *sn)
{
	return rhltable_init(&sn->ports, &port_params);
}

/**
 * sip_ims_ports_exit() - the end of a namespace without registrations
 * @sn: the namespace
 */
void sip_ims_ports_exit(struct sip_ims_net *sn)
{
	rhltable_destroy(&sn->ports);
}
