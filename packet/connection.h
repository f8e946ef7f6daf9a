/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * TCP connections of signalling.
 */
#ifndef _PACKET_CONNECTION_H
#define _PACKET_CONNECTION_H

#include <packet/flow.h>
#include <packet/work.h>

#include <sip_ims/tcp.h>

struct sip_ims_account;
struct sip_ims_net;

/**
 * struct sip_ims_connection - a TCP connection of signalling
 * @list: in sip_ims_connections.list; empty once the connection is forgotten
 * @lock: protects @engine and @is_sip; taken before the lock of a session
 * @engine: TCP engine of the connection
 * @is_sip: a SIP message was received, in either direction
 * @mss: maximum segment size that the sender of the SYN [0] and the other
 *	end [1] accept
 * @sn: namespace
 * @of_zone: account of the zone
 * @of_source: account of the address that opened the connection
 * @ct: the flow, referenced so that @tcp stays valid
 * @tcp: TCP state in the flow
 * @rcu: frees the connection
 */
struct sip_ims_connection {
	struct list_head list;
	spinlock_t lock; /* engine, is_sip */
	struct sip_tcp *engine;
	bool is_sip;
	u16 mss[2];
	struct sip_ims_net *sn;
	struct sip_ims_account *of_zone;
	struct sip_ims_account *of_source;
	struct nf_conn *ct;
	struct sip_ims_tcp_flow *tcp;
	struct rcu_head rcu;
};

/**
 * struct sip_ims_reading - context of the engine's reader
 * @connection: connection of the engine
 * @work: the packet; NULL when memory is released without one
 */
struct sip_ims_reading {
	struct sip_ims_connection *connection;
	struct sip_ims_work *work;
};

struct sip_ims_connection *
sip_ims_connection_create(struct sip_ims_work *work,
			  struct sip_ims_tcp_flow *tcp);
void sip_ims_connection_forget(struct sip_ims_connection *connection,
			       enum sip_ims_follow follow);
void sip_ims_connections_init(struct sip_ims_net *sn);
void sip_ims_connections_flush(struct sip_ims_net *sn);
void sip_ims_connections_exit(struct sip_ims_net *sn);

#endif /* _PACKET_CONNECTION_H */
