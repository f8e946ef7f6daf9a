// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lifetime of a connection and of the memory that its directions hold.
 */
#include <tcp/connection.h>
#include <tcp/early.h>
#include <tcp/engine.h>
#include <tcp/log.h>
#include <tcp/memory.h>
#include <tcp/pending.h>

static void init_connection(struct sip_tcp *tcp,
			    const struct sip_tcp_reader *reader)
{
	memset(tcp, 0, sizeof(*tcp));
	tcp->reader = reader;
	tcp->direction[0].scale = -1;
	tcp->direction[1].scale = -1;
}

static void clear_direction(struct sip_tcp *tcp, void *context,
			    struct sip_tcp_direction *direction)
{
	sip_tcp_log_free(tcp, context, direction);
	sip_tcp_pending_free(tcp, context, direction);
	sip_tcp_early_free(tcp, context, direction);
}

/**
 * sip_tcp_connection_clear() - free the bytes stored in both directions
 * @tcp: the connection; its sequence numbers stay valid
 * @context: argument of the reader's callbacks
 */
void sip_tcp_connection_clear(struct sip_tcp *tcp, void *context)
{
	clear_direction(tcp, context, &tcp->direction[0]);
	clear_direction(tcp, context, &tcp->direction[1]);
}

/**
 * sip_tcp_connection_restart() - forget a connection whose ports are reused
 * @passage: the SYN of the next connection
 */
void sip_tcp_connection_restart(struct sip_tcp_passage *passage)
{
	struct sip_tcp *tcp = passage->tcp;

	sip_tcp_connection_clear(tcp, passage->context);
	init_connection(tcp, tcp->reader);
}

/**
 * sip_tcp_create() - create the state of a connection
 * @reader: callbacks of the user; must outlive the connection
 * @context: argument of @reader's charge()
 *
 * The context is not stored: each function that may call the reader takes one.
 *
 * Return: the connection, to be freed by sip_tcp_destroy(), or NULL without
 * memory.
 */
struct sip_tcp *sip_tcp_create(const struct sip_tcp_reader *reader,
			       void *context)
{
	struct sip_tcp *tcp;

	tcp = sip_tcp_memory_alloc(reader, context, sizeof(*tcp));
	if (tcp)
		init_connection(tcp, reader);
	return tcp;
}

/**
 * sip_tcp_destroy() - free a connection and all memory charged for it
 * @tcp: the connection, with no other user left; or NULL
 * @context: argument of the reader's charge()
 */
void sip_tcp_destroy(struct sip_tcp *tcp, void *context)
{
	if (!tcp)
		return;
	sip_tcp_connection_clear(tcp, context);
	sip_tcp_memory_free(tcp->reader, context, tcp, sizeof(*tcp));
}

/**
 * sip_tcp_is_bypassed() - check whether all further segments pass unchanged
 * @tcp: the connection, locked by the caller
 *
 * Return: true when the connection needs no engine any longer and can be
 * destroyed.
 */
bool sip_tcp_is_bypassed(const struct sip_tcp *tcp)
{
	return tcp->bypassed;
}
