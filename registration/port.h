/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registered ports and their public ports.
 */
#ifndef _REGISTRATION_PORT_H
#define _REGISTRATION_PORT_H

#include <linux/rhashtable-types.h>

#include <path/path.h>

struct sip_ims_pool;
struct sip_ims_registration;

#define SIP_IMS_PORTS_PER_KEY	256u	/* registrations of one endpoint */

/**
 * enum sip_ims_side - side of the router on which an endpoint names a port
 * @SIP_IMS_LOCAL: the endpoint as the phone knows it
 * @SIP_IMS_MAPPED: the endpoint as the registrar sees it
 * @SIP_IMS_SIDES: number of sides
 */
enum sip_ims_side {
	SIP_IMS_LOCAL,
	SIP_IMS_MAPPED,
	SIP_IMS_SIDES,
};

/**
 * struct sip_ims_port_key - key of the table of ports; has no padding
 * @addr: address of the endpoint
 * @port: port of the endpoint, network byte order
 * @zone: conntrack zone
 * @side: enum sip_ims_side
 * @l3num: AF_INET or AF_INET6
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @reserved: zero
 */
struct sip_ims_port_key {
	union nf_inet_addr addr;
	__be16 port;
	u16 zone;
	u8 side;
	u8 l3num;
	u8 l4proto;
	u8 reserved;
};

/**
 * struct sip_ims_port_index - one of the two entries of a port in the table
 * @node: entry in sip_ims_net.ports
 * @key: key of the entry
 * @port: the port that embeds this entry
 */
struct sip_ims_port_index {
	struct rhlist_head node;
	struct sip_ims_port_key key;
	struct sip_ims_port *port;
};

/**
 * struct sip_ims_port - a port of a phone and its public port
 * @list: entry in sip_ims_registration.ports, least recently used first
 * @index: entries in sip_ims_net.ports, one for each endpoint
 * @registration: the registration that owns the port
 * @local: the endpoint as the phone knows it; never changes
 * @mapped: the endpoint as the registrar sees it; never changes
 * @pool: the pool that the port of @mapped was taken from; NULL when it is the
 *	public port of the flow, or without translation
 * @use: references: the contacts and grants at this port
 * @active: number of active contacts among them; read without the lock of the
 *	session
 * @rcu: for the deferred free; readers of the table do not take that lock
 */
struct sip_ims_port {
	struct list_head list;
	struct sip_ims_port_index index[SIP_IMS_SIDES];
	struct sip_ims_registration *registration;
	struct sip_ims_endpoint local;
	struct sip_ims_endpoint mapped;
	struct sip_ims_pool *pool;
	u16 use;
	u16 active;
	struct rcu_head rcu;
};

int sip_ims_ports_init(struct sip_ims_net *sn);
void sip_ims_ports_exit(struct sip_ims_net *sn);
struct sip_ims_port *sip_ims_port_get(struct sip_ims_registration *registration,
				      const struct sip_ims_path *path,
				      const struct sip_ims_endpoint *local);
struct sip_ims_port *
sip_ims_port_get_pooled(struct sip_ims_registration *registration,
			const struct sip_ims_path *path,
			struct sip_ims_port *port);
bool sip_ims_port_is_active(const struct sip_ims_registration *registration,
			    const struct sip_ims_endpoint *local);
void sip_ims_port_put(struct sip_ims_port *port);
bool sip_ims_port_map(const struct sip_ims_path *path, bool sender,
		      const struct sip_ims_endpoint *from,
		      struct sip_ims_endpoint *to);
bool sip_ims_port_reaches(const struct sip_ims_path *path,
			  const struct sip_ims_endpoint *local);
struct sip_ims_port *
sip_ims_port_find(const struct sip_ims_path *path, u8 l4proto,
		  const struct sip_ims_endpoint *local,
		  bool (*fits)(struct sip_ims_port *port, const void *data),
		  const void *data);

#endif /* _REGISTRATION_PORT_H */
