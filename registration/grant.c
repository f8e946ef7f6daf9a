// SPDX-License-Identifier: GPL-2.0-only
/*
 * Grants: the temporary right of another host to use a port of a registration.
 *
 * The receiver of a request whose response goes to another port than the
 * request came from (RFC 3261 section 18.2.2) may use that port for the time of
 * one transaction.  The receiver of a REFER or a 3xx that names another phone
 * of this side may use that phone's port for as long as the resulting call may
 * take to set up.
 *
 * This file keeps the grants of one registration; transfer.c decides which
 * messages ask for one.
 */
#include <linux/slab.h>

#include <path/path.h>
#include <registration/grant.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <session/counters.h>
#include <session/net.h>
#include <session/session.h>

/**
 * sip_ims_grant_find() - find the grant of a host at a port
 * @registration: the registration, locked
 * @mapped: the public endpoint of the port
 * @source: address of the host
 *
 * Return: the grant, owned by @registration, or NULL.
 */
struct sip_ims_grant *
sip_ims_grant_find(struct sip_ims_registration *registration,
		   const struct sip_ims_endpoint *mapped,
		   const union nf_inet_addr *source)
{
	struct sip_ims_grant *grant;

	lockdep_assert_held(&registration->session.lock);

	list_for_each_entry(grant, &registration->grants, list) {
		if (sip_ims_same_endpoint(&grant->port->mapped, mapped) &&
		    nf_inet_addr_cmp(&grant->source, source))
			return grant;
	}
	return NULL;
}

static struct sip_ims_grant *
grant_create(struct sip_ims_registration *registration,
	     struct sip_ims_port *port, const union nf_inet_addr *source)
{
	struct sip_ims_net *sn = registration->session.sn;
	struct sip_ims_grant *grant;

	if (registration->n_grants >= SIP_IMS_GRANTS_MAX) {
		sip_ims_refuse(sn, PINHOLE_LIMIT);
		return NULL;
	}
	grant = kzalloc(sizeof(*grant), GFP_ATOMIC);
	if (!grant) {
		sip_ims_refuse(sn, NO_MEMORY);
		return NULL;
	}
	grant->port = port;
	grant->source = *source;
	grant->expires = jiffies;
	port->use++;
	list_add_tail(&grant->list, &registration->grants);
	registration->n_grants++;
	return grant;
}

/**
 * sip_ims_grant_add() - grant a host the use of a port, or prolong its grant
 * @registration: the registration, locked
 * @port: a port of @registration; the grant takes a reference of its own
 * @source: address of the host
 * @expires: end of the grant, in jiffies; never shortens an existing grant
 *
 * The caller opens the pinhole.
 *
 * Return: the grant, owned by @registration; NULL, counted, without memory or
 * above SIP_IMS_GRANTS_MAX.
 */
struct sip_ims_grant *
sip_ims_grant_add(struct sip_ims_registration *registration,
		  struct sip_ims_port *port, const union nf_inet_addr *source,
		  unsigned long expires)
{
	struct sip_ims_grant *grant;

	grant = sip_ims_grant_find(registration, &port->mapped, source);
	if (!grant)
		grant = grant_create(registration, port, source);
	if (!grant)
		return NULL;
	grant->asked++;
	if (time_before(grant->expires, expires))
		grant->expires = expires;
	return grant;
}

/**
 * sip_ims_grant_free() - remove and free a grant
 * @registration: its registration, locked or no longer referenced
 * @grant: the grant
 *
 * Puts the port.  The pinhole stays open until the next call of
 * sip_ims_registration_sweep().
 */
void sip_ims_grant_free(struct sip_ims_registration *registration,
			struct sip_ims_grant *grant)
{
	list_del(&grant->list);
	registration->n_grants--;
	sip_ims_port_put(grant->port);
	kfree(grant);
}
