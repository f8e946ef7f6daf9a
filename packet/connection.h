/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A TCP connection that is followed: its stream, and who may use it.
 */
#ifndef _PACKET_CONNECTION_H
#define _PACKET_CONNECTION_H

#include <packet/flow.h>
#include <packet/work.h>

#include <sip_ims/tcp.h>

struct sip_ims_account;
struct sip_ims_net;

/**
 * struct sip_ims_connection - a TCP connection that is followed
 * @list: in sip_ims_connections.list; empty when it was forgotten
 * @lock: protects @engine and @speaks; taken before any session's
 * @engine: what passed through
 * @speaks: a SIP message came, in either direction
 * @mss: maximum segment size that the sender of the SYN [0] and the other
 *	end [1] take
 * @sn: the namespace
 * @of_zone: account of its zone
 * @of_source: account of who opened it
 * @ct: its flow, referenced, so that @tcp stays
 * @tcp: its place in the flow
 * @rcu: frees it
 */
struct sip_ims_connection {
	struct list_head list;
	spinlock_t lock; /* engine, speaks */
	struct sip_tcp *engine;
	bool speaks;
	u16 mss[2];
	struct sip_ims_net *sn;
	struct sip_ims_account *of_zone;
	struct sip_ims_account *of_source;
	struct nf_conn *ct;
	struct sip_ims_tcp_flow *tcp;
	struct rcu_head rcu;
};

/**
 * struct sip_ims_reading - what a stream hands to its reader
 * @connection: whose stream it is
 * @work: the packet; NULL when memory is given back
 */
struct sip_ims_reading {
	struct sip_ims_connection *connection;
	struct sip_ims_work *work;
};

struct sip_ims_connection *
sip_ims_connection_create(struct sip_ims_work *work, struct sip_ims_tcp_flow *tcp);
void sip_ims_connection_forget(struct sip_ims_connection *connection,
			       enum sip_ims_follow follow);
void sip_ims_connections_init(struct sip_ims_net *sn);
void sip_ims_connections_flush(struct sip_ims_net *sn);
void sip_ims_connections_exit(struct sip_ims_net *sn);

#endif /* _PACKET_CONNECTION_H */
