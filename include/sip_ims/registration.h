/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registrations, the ports they own, and who may use these.
 */
#ifndef _SIP_IMS_REGISTRATION_H
#define _SIP_IMS_REGISTRATION_H

#include <sip_ims/call.h>

#define SIP_IMS_CONTACTS_MAX		64u	/* per registered flow */
#define SIP_IMS_PORTS_PER_KEY		256u	/* registrars of one port */
#define SIP_IMS_FARM_MAX		4u	/* Service-Routes of a registered flow */
#define SIP_IMS_GUESTS_MAX		16u	/* per registered flow */
#define SIP_IMS_OUTWARD_MAX		32u	/* pinholes out, per registered flow */
#define SIP_IMS_PORT_FLOOR		1024u	/* nobody listens for SIP below */

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
 * @use: contacts and guests that use it
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

/**
 * struct sip_ims_contact - one Contact of one address of record
 * @list: in sip_ims_registration.contacts
 * @aor_hash: keyed hash of the URI of To
 * @call_id_hash: keyed hash of the Call-ID
 * @branch_hash: keyed hash of the branch of the last REGISTER
 * @cseq: CSeq of the last REGISTER
 * @answer: a final answer to it is awaited
 * @active: a 2xx came; @expires counts
 * @asked: lifetime asked for, seconds; 0 asks for removal
 * @has_asked: a lifetime was named in the request
 * @expires: jiffies
 * @port: where it is; never changes
 * @aor_len: length of @aor
 * @aor: URI of To, for people
 */
struct sip_ims_contact {
	struct list_head list;
	u64 aor_hash;
	u64 call_id_hash;
	u64 branch_hash;
	u32 cseq;
	bool answer;
	bool active;
	bool has_asked;
	u32 asked;
	unsigned long expires;
	struct sip_ims_port *port;
	u8 aor_len;
	u8 aor[];
};

/**
 * struct sip_ims_guest - who else may use a port for a while
 * @list: in sip_ims_registration.guests
 * @port: the port
 * @source: the only address it may be used from
 * @registered: only while the port is registered
 * @asked: how many messages asked for it
 * @expires: jiffies
 */
struct sip_ims_guest {
	struct list_head list;
	struct sip_ims_port *port;
	union nf_inet_addr source;
	bool registered;
	u32 asked;
	unsigned long expires;
};

/**
 * struct sip_ims_farm - other addresses of a registrar (RFC 3608)
 * @rcu: frees it, since it is read without the lock
 * @count: entries in @host
 * @host: the literals of Service-Route with their ports; the registrar's own
 *	address may be among them, on another port
 */
struct sip_ims_farm {
	struct rcu_head rcu;
	u8 count;
	struct sip_ims_endpoint host[SIP_IMS_FARM_MAX];
};

/**
 * struct sip_ims_registration - a signalling flow that registered contacts
 * @session: must be first
 * @local: the phone's end of the flow, as it calls itself
 * @mapped: the same, as the registrar sees it
 * @registrar: the other end, as it calls itself
 * @ifindex: the device that its last REGISTER left by
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP, of the flow and of all its ports
 * @farm: from where the registrar's calls and answers come, too; or NULL
 * @ports: list of struct sip_ims_port
 * @contacts: list of struct sip_ims_contact
 * @guests: list of struct sip_ims_guest
 * @n_contacts: length of @contacts, at most SIP_IMS_CONTACTS_MAX
 * @n_guests: length of @guests, at most SIP_IMS_GUESTS_MAX
 */
struct sip_ims_registration {
	struct sip_ims_session session;
	struct sip_ims_endpoint local;
	struct sip_ims_endpoint mapped;
	struct sip_ims_endpoint registrar;
	int ifindex;
	u8 l4proto;
	struct sip_ims_farm __rcu *farm;
	struct list_head ports;
	struct list_head contacts;
	struct list_head guests;
	u8 n_contacts;
	u8 n_guests;
};

/* registration.c */
void sip_ims_registration_decide(struct sip_ims_plan *plan,
				 const struct sip_ims_path *path,
				 const u8 *base,
				 const struct sip_message *msg);
struct sip_ims_registration *
sip_ims_registration_get(const struct sip_ims_path *path, bool *created);
void sip_ims_registration_sweep(struct sip_ims_registration *registration);
void sip_ims_registration_expire(struct sip_ims_registration *registration);
void sip_ims_registration_free(struct sip_ims_registration *registration);

/* farm.c */
bool sip_ims_registration_knows(const struct sip_ims_registration *registration,
				const union nf_inet_addr *addr);
void sip_ims_farm_learn(struct sip_ims_registration *registration,
			const struct sip_ims_path *path, const u8 *base,
			const struct sip_message *msg);

/* reach.c */
bool sip_ims_registration_want(struct sip_ims_plan *plan,
			       struct sip_ims_registration *registration);
bool sip_ims_registration_needs(struct sip_ims_registration *registration,
				const struct sip_ims_pinhole *pinhole);
bool sip_ims_registration_strays(struct sip_ims_session *session,
				 const struct sip_ims_path *path);

/* port.c */
int sip_ims_ports_init(struct sip_ims_net *sn);
void sip_ims_ports_exit(struct sip_ims_net *sn);
struct sip_ims_port *sip_ims_port_get(struct sip_ims_registration *registration,
				      const struct sip_ims_path *path,
				      const struct sip_ims_endpoint *local);
struct sip_ims_port *
sip_ims_port_apart(struct sip_ims_registration *registration,
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

/* guest.c */
bool sip_ims_via_read(const struct sip_ims_path *path,
		      const struct sip_message *msg,
		      struct sip_ims_endpoint *local);
struct sip_ims_guest *
sip_ims_guest_add(struct sip_ims_registration *registration,
		  struct sip_ims_port *port, const union nf_inet_addr *source,
		  unsigned long expires);
void sip_ims_guest_free(struct sip_ims_registration *registration,
			struct sip_ims_guest *guest);
int sip_ims_via_prepare(struct sip_ims_plan *plan,
			const struct sip_ims_path *path, const u8 *base,
			const struct sip_message *msg);
int sip_ims_transfer_prepare(struct sip_ims_plan *plan,
			     const struct sip_ims_path *path, const u8 *base,
			     const struct sip_message *msg);
bool sip_ims_visit_map(const struct sip_ims_plan *plan,
		       const struct sip_ims_endpoint *from,
		       struct sip_ims_endpoint *to);
void sip_ims_visits_commit(struct sip_ims_plan *plan);
void sip_ims_visits_abort(struct sip_ims_plan *plan);

static inline struct sip_ims_registration *
sip_ims_registration_of(struct sip_ims_session *session)
{
	return container_of(session, struct sip_ims_registration, session);
}

#endif /* _SIP_IMS_REGISTRATION_H */
