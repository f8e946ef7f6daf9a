// SPDX-License-Identifier: GPL-2.0-only
/*
 * Farms: a registrar that is many hosts.
 *
 * The phone sends REGISTER to one of them; the address literals of Service-Route
 * in its 2xx (RFC 3608) name those that its requests shall go to, and that its
 * calls may come from.
 */
#include <linux/slab.h>

#include <sip_ims/registration.h>

static bool farm_has(const struct sip_ims_farm *farm,
		     const struct sip_ims_endpoint *host)
{
	u8 i;

	for (i = 0; i < farm->count; i++) {
		if (sip_ims_same_endpoint(&farm->host[i], host))
			return true;
	}
	return false;
}

/* Only a host beside the one that sent the answer: all else may be a victim. */
static void farm_add(const struct sip_ims_registration *registration,
		     const struct sip_ims_path *path, struct sip_ims_farm *farm,
		     const struct sip_ims_endpoint *host)
{
	const struct sip_ims_gate *gate = sip_ims_gate();

	if (sip_ims_same_endpoint(host, &registration->registrar) ||
	    farm_has(farm, host))
		return;
	if (!nf_inet_addr_cmp(&host->addr, &registration->registrar.addr) &&
	    !nf_inet_addr_cmp(&host->addr, &path->src.addr) &&
	    (!gate || !gate->same_side(path, &host->addr, &path->src.addr)))
		sip_ims_refuse(path->sn, THIRD_PARTY);
	else if (farm->count >= SIP_IMS_FARM_MAX)
		sip_ims_refuse(path->sn, REGISTRATION_LIMIT);
	else
		farm->host[farm->count++] = *host;
}

static void farm_read(const struct sip_ims_registration *registration,
		      const struct sip_ims_path *path, const u8 *base,
		      const struct sip_message *msg, struct sip_ims_farm *farm)
{
	struct sip_literal literal;
	struct sip_ims_endpoint host = {};
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, base, msg, &literal)) {
		if (literal.header == SIP_HEADER_SERVICE_ROUTE &&
		    literal.place == SIP_PLACE_URI &&
		    sip_ims_address_set(&host.addr, &literal.address,
					path)) {
			host.port = htons(literal.port);
			farm_add(registration, path, farm, &host);
		}
	}
}

static void farm_replace(struct sip_ims_registration *registration,
			 struct sip_ims_farm *farm)
{
	farm = rcu_replace_pointer(registration->farm, farm,
				   lockdep_is_held(&registration->session.lock));
	if (farm)
		kfree_rcu(farm, rcu);
}

/**
 * sip_ims_farm_learn() - a 2xx says which hosts the registrar is
 * @registration: locked
 * @path: the answer's way
 * @base: first byte of the answer
 * @msg: its facts
 *
 * Each 2xx names the whole farm anew (RFC 3608 section 6.1).  Without memory
 * the old one stays.
 */
void sip_ims_farm_learn(struct sip_ims_registration *registration,
			const struct sip_ims_path *path, const u8 *base,
			const struct sip_message *msg)
{
	struct sip_ims_farm *farm = NULL;

	lockdep_assert_held(&registration->session.lock);

	if (msg->first[SIP_HEADER_SERVICE_ROUTE] != SIP_HEADER_NONE) {
		farm = kzalloc(sizeof(*farm), GFP_ATOMIC);
		if (!farm) {
			sip_ims_refuse(path->sn, NO_MEMORY);
			return;
		}
		farm_read(registration, path, base, msg, farm);
	}
	farm_replace(registration, farm);
}

/**
 * sip_ims_registration_knows() - does an address belong to the registrar?
 * @registration: need not be locked
 * @addr: the address
 *
 * Context: RCU read side.
 * Return: whether it is where REGISTER went, or was named in Service-Route.
 */
bool sip_ims_registration_knows(const struct sip_ims_registration *registration,
				const union nf_inet_addr *addr)
{
	const struct sip_ims_farm *farm = rcu_dereference(registration->farm);
	u8 i;

	if (nf_inet_addr_cmp(&registration->registrar.addr, addr))
		return true;
	for (i = 0; farm && i < farm->count; i++) {
		if (nf_inet_addr_cmp(&farm->host[i].addr, addr))
			return true;
	}
	return false;
}
