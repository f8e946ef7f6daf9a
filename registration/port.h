/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ports of registered phones, and what stands for them outside.
 */
#ifndef _REGISTRATION_PORT_H
#define _REGISTRATION_PORT_H

#include <linux/rhashtable-types.h>

#include <path/path.h>

struct sip_ims_pool;
struct sip_ims_registration;

#define SIP_IMS_PORTS_PER_KEY		256u	/* registrars of one port */

/**
 * enum sip_ims_side - by which of its two endpoints a port is found
 * @SIP_IMS_LOCAL: as the phone calls it
 * @SIP_IMS_MAPPED: as the outside knows it
 * @SIP_IMS_SIDES: how many
 */
enum sip_ims_side {
	SIP_IMS_LOCAL,
	SIP_IMS_MAPPED,
	SIP_IMS_SIDES,
};

/**
 * struct sip_ims_port_key - key of the table of ports; no padding
 * @addr: address of the endpoint
 * @port: its port
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
 * @node: in sip_ims_net.ports
 * @key: see struct sip_ims_port_key
 * @port: the port
 */
struct sip_ims_port_index {
	struct rhlist_head node;
	struct sip_ims_port_key key;
	struct sip_ims_port *port;
};

/**
 * struct sip_ims_port - a port of a phone, and what stands for it outside
 * @list: in sip_ims_registration.ports
 * @index: in sip_ims_net.ports, by either endpoint
 * @registration: whose it is
 * @local: as the phone calls it; never changes
 * @mapped: as the outside knows it; never changes
 * @pool: owner of the port in @mapped, NULL when it is the flow's own
 * @use: contacts and grants that use it
 * @active: contacts among them that had a 2xx; read without the lock
 * @rcu: frees it, since the table is read without the lock
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
		   const struct sip_ims_path *path, struct sip_ims_port *port);
bool sip_ims_port_active(const struct sip_ims_registration *registration,
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
		  bool (*fits)(struct sip_ims_port *port,
			       const void *data), const void *data);

#endif /* _REGISTRATION_PORT_H */
