// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registrations: the contacts of one signalling flow.
 *
 * A registration belongs to the flow between a phone and its registrar.  It has
 * one contact for each address of record and Contact, so several accounts can
 * share the flow.  A REGISTER only asks: a contact becomes active, changes or
 * ends with a 2xx that matches Call-ID, CSeq and branch, and with nothing else
 * (a 401 to a refresh does not affect it).
 *
 * A registrar may have several hosts.  The hosts that Service-Route names in a
 * 2xx may call the contacts, too, and may respond to the next REGISTER.  Such a
 * response comes on another flow and is matched by the phone's endpoint.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include <path/address.h>
#include <path/path.h>
#include <path/via.h>
#include <registration/grant.h>
#include <registration/port.h>
#include <registration/registration.h>
#include <registration/registration_pinholes.h>
#include <registration/service_route.h>
#include <session/counters.h>
#include <session/net.h>
#include <session/pinhole.h>
#include <session/plan.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sip.h>

/**
 * struct register_facts - the facts of a REGISTER or of a response to one
 * @path: the path of the message
 * @base: first byte of the message
 * @msg: the facts that the parser found
 * @settings: the settings of the zone
 * @aor: the URI of To, the address of record
 * @aor_hash: keyed hash of @aor
 * @call_id_hash: keyed hash of the Call-ID
 * @branch_hash: keyed hash of the branch of the topmost Via
 */
struct register_facts {
	const struct sip_ims_path *path;
	const u8 *base;
	const struct sip_message *msg;
	struct sip_ims_settings settings;
	struct sip_slice aor;
	u64 aor_hash;
	u64 call_id_hash;
	u64 branch_hash;
};

static u64 slice_hash(const struct register_facts *facts,
		      struct sip_slice slice)
{
	return sip_ims_hash(facts->path->sn, facts->base + slice.off,
			    slice.len);
}

/* A translated address is hashed as the registrar sees it. */
static void aor_address(const struct register_facts *facts,
			union nf_inet_addr *addr)
{
	const struct sip_ims_path *path = facts->path;

	if (!facts->msg->request)
		return;
	if (nf_inet_addr_cmp(addr, &path->src.addr))
		*addr = path->src_mapped.addr;
	else if (nf_inet_addr_cmp(addr, &path->dst.addr))
		*addr = path->dst_mapped.addr;
}

/*
 * A REGISTER and its response must have the same hash, even if the host of To
 * is an address that NAT translates.
 */
static u64 aor_hash(const struct register_facts *facts)
{
	struct sip_slice user = { .off = facts->aor.off };
	union nf_inet_addr addr;
	struct sip_uri uri;

	if (!sip_uri_read(facts->base, facts->aor, &uri) ||
	    !sip_ims_address_read(&addr, &uri.address, facts->path))
		return slice_hash(facts, facts->aor);
	aor_address(facts, &addr);
	user.len = uri.host.off - user.off;
	return slice_hash(facts, user) ^
	       (sip_ims_hash(facts->path->sn, &addr, sizeof(addr)) + uri.port);
}

static void register_facts_init(struct register_facts *facts,
				const struct sip_ims_path *path, const u8 *base,
				const struct sip_message *msg)
{
	facts->path = path;
	facts->base = base;
	facts->msg = msg;
	sip_ims_settings_copy(path->sn, path->zone, &facts->settings);
	facts->aor = sip_header_uri(base, msg, SIP_HEADER_TO);
	facts->aor_hash = aor_hash(facts);
	facts->call_id_hash = slice_hash(facts, msg->call_id);
	facts->branch_hash = slice_hash(facts, msg->branch);
}

static void flow_key(struct sip_ims_key *key, const struct sip_ims_path *path,
		     const struct sip_ims_endpoint *phone,
		     const struct sip_ims_endpoint *registrar)
{
	struct {
		union nf_inet_addr phone;
		union nf_inet_addr registrar;
		__be16 phone_port;
		__be16 registrar_port;
		u32 l4proto;
	} flow = {
		.phone = phone->addr,
		.registrar = registrar->addr,
		.phone_port = phone->port,
		.registrar_port = registrar->port,
		.l4proto = path->l4proto,
	};

	sip_ims_key_init(key, path, SIP_IMS_REGISTRATION, &flow, sizeof(flow));
}

static struct sip_ims_registration *
registration_lookup(const struct sip_ims_path *path,
		    const struct sip_ims_key *key,
		    const struct sip_ims_endpoint *phone,
		    const struct sip_ims_endpoint *registrar)
{
	struct sip_ims_registration *registration;
	struct rhlist_head *list, *pos;

	list = sip_ims_session_lookup(path->sn, key);
	rhl_for_each_entry_rcu(registration, pos, list, session.node) {
		if (sip_ims_same_endpoint(&registration->local, phone) &&
		    sip_ims_same_endpoint(&registration->registrar, registrar))
			return registration;
	}
	return NULL;
}

static struct sip_ims_registration *
registration_alloc(const struct sip_ims_path *path,
		   const struct sip_ims_key *key)
{
	struct sip_ims_registration *registration;

	registration = kzalloc(sizeof(*registration), GFP_ATOMIC);
	if (!registration)
		return NULL;
	registration->local = path->src;
	registration->mapped = path->src_mapped;
	registration->registrar = path->dst_mapped;
	registration->l4proto = path->l4proto;
	INIT_LIST_HEAD(&registration->ports);
	INIT_LIST_HEAD(&registration->contacts);
	INIT_LIST_HEAD(&registration->grants);
	sip_ims_session_init(&registration->session, &sip_ims_registration_ops,
			     key, path);
	return registration;
}

/* Return: the registration of the flow, locked; created unless one exists. */
static struct sip_ims_registration *
registration_create(const struct sip_ims_path *path,
		    const struct sip_ims_key *key, bool *created)
{
	struct sip_ims_net *sn = path->sn;
	struct sip_ims_registration *made, *found;
	int err = 0;

	made = registration_alloc(path, key);
	if (!made) {
		sip_ims_refuse(sn, NO_MEMORY);
		return NULL;
	}
	spin_lock(&sn->lock);
	found = registration_lookup(path, key, &path->src, &path->dst_mapped);
	if (!found) {
		found = made;
		err = sip_ims_session_insert(&made->session,
					     sip_ims_session_lookup(sn, key));
	}
	spin_unlock(&sn->lock);

	if (err) {
		sip_ims_refuse(sn, REGISTRATION_LIMIT);
		found = NULL;
	} else if (!sip_ims_session_lock(&found->session)) {
		found = NULL;
	} else if (found == made) {
		sip_ims_count(sn, SIP_IMS_A_STATS_REGISTRATIONS_OPENED);
		*created = true;
	}
	sip_ims_session_put(&made->session);
	return found;
}

/**
 * sip_ims_registration_get() - look up or create the registration of a flow
 * @path: the path of a request from the phone
 * @created: set to true when the registration is a new one
 *
 * Context: RCU read side, bottom halves off; no session is locked.
 * Return: the registration, locked and referenced; NULL, counted, without
 * memory or above the limit.
 */
struct sip_ims_registration *
sip_ims_registration_get(const struct sip_ims_path *path, bool *created)
{
	struct sip_ims_registration *registration;
	struct sip_ims_key key;

	flow_key(&key, path, &path->src, &path->dst_mapped);
	registration = registration_lookup(path, &key, &path->src,
					   &path->dst_mapped);
	if (registration && sip_ims_session_lock(&registration->session))
		return registration;
	return registration_create(path, &key, created);
}

static struct sip_ims_contact *
contact_find(struct sip_ims_registration *registration, u64 aor_hash,
	     const struct sip_ims_port *port)
{
	struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact->aor_hash == aor_hash && contact->port == port)
			return contact;
	}
	return NULL;
}

/* On success the contact owns the caller's reference to @port. */
static struct sip_ims_contact *
contact_create(const struct register_facts *facts,
	       struct sip_ims_registration *registration,
	       struct sip_ims_port *port)
{
	struct sip_ims_net *sn = facts->path->sn;
	u8 len = min_t(u16, facts->aor.len, SIP_IMS_URI_MAX);
	struct sip_ims_contact *contact;

	if (registration->n_contacts >= SIP_IMS_CONTACTS_MAX) {
		sip_ims_refuse(sn, REGISTRATION_LIMIT);
		return NULL;
	}
	contact = kzalloc(struct_size(contact, aor, len), GFP_ATOMIC);
	if (!contact) {
		sip_ims_refuse(sn, NO_MEMORY);
		return NULL;
	}
	contact->aor_hash = facts->aor_hash;
	contact->port = port;
	contact->aor_len = len;
	memcpy(contact->aor, facts->base + facts->aor.off, len);
	list_add_tail(&contact->list, &registration->contacts);
	registration->n_contacts++;
	return contact;
}

/* port->active is read without the lock of the session. */
static void contact_activate(struct sip_ims_contact *contact, bool active)
{
	struct sip_ims_port *port = contact->port;

	if (contact->active == active)
		return;
	contact->active = active;
	WRITE_ONCE(port->active, port->active + (active ? 1 : -1));
}

static void contact_free(struct sip_ims_registration *registration,
			 struct sip_ims_contact *contact)
{
	contact_activate(contact, false);
	sip_ims_port_put(contact->port);
	list_del(&contact->list);
	registration->n_contacts--;
	kfree(contact);
}

static struct sip_ims_contact *
contact_get(const struct register_facts *facts,
	    struct sip_ims_registration *registration,
	    const struct sip_ims_endpoint *local)
{
	struct sip_ims_contact *contact;
	struct sip_ims_port *port;

	port = sip_ims_port_get(registration, facts->path, local);
	if (!port)
		return NULL;
	contact = contact_find(registration, facts->aor_hash, port);
	if (contact) {
		sip_ims_port_put(port);
		return contact;
	}
	contact = contact_create(facts, registration, port);
	if (!contact)
		sip_ims_port_put(port);
	return contact;
}

/* Timer F of RFC 3261 section 17.1.2.2: 64 * T1. */
static unsigned long transaction_end(const struct sip_ims_settings *settings)
{
	return jiffies + msecs_to_jiffies(64 * settings->t1);
}

static void contact_record_request(const struct register_facts *facts,
				   struct sip_ims_contact *contact,
				   bool has_asked, u32 asked)
{
	contact->call_id_hash = facts->call_id_hash;
	contact->branch_hash = facts->branch_hash;
	contact->cseq = facts->msg->cseq;
	contact->pending = true;
	contact->has_asked = has_asked;
	contact->asked = asked;
	if (!contact->active)
		contact->expires = transaction_end(&facts->settings);
}

/* "Contact: *" removes all contacts of the address of record. */
static void contacts_record_removal(const struct register_facts *facts,
				    struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact->aor_hash == facts->aor_hash)
			contact_record_request(facts, contact, true, 0);
	}
}

static bool contact_is_at(const struct sip_contact *contact,
			  const struct sip_ims_path *path,
			  const struct sip_ims_endpoint *host,
			  struct sip_ims_endpoint *at)
{
	memset(at, 0, sizeof(*at));
	at->port = htons(contact->port);
	return sip_ims_address_read(&at->addr, &contact->address, path) &&
	       nf_inet_addr_cmp(&at->addr, &host->addr);
}

static void contacts_record_request(const struct register_facts *facts,
				    struct sip_ims_registration *registration)
{
	bool has_expires, has_asked;
	struct sip_contact entry;
	struct sip_ims_contact *contact;
	struct sip_ims_endpoint local;
	u32 expires = 0, cursor = 0;

	has_expires = sip_expires(facts->base, facts->msg, &expires);
	while (sip_contact_next(facts->base, facts->msg, &cursor, &entry)) {
		if (entry.star) {
			contacts_record_removal(facts, registration);
			continue;
		}
		if (!contact_is_at(&entry, facts->path, &facts->path->src,
				   &local))
			continue;
		contact = contact_get(facts, registration, &local);
		if (!contact)
			continue;
		has_asked = entry.has_expires || has_expires;
		contact_record_request(facts, contact, has_asked,
				       entry.has_expires ? entry.expires :
							   expires);
	}
}

/* Let the session expire at the earliest end of a contact or grant. */
static void registration_schedule(struct sip_ims_registration *registration)
{
	unsigned long now = jiffies, next = now + MAX_JIFFY_OFFSET;
	struct sip_ims_contact *contact;
	struct sip_ims_grant *grant;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (time_before(contact->expires, next))
			next = contact->expires;
	}
	list_for_each_entry(grant, &registration->grants, list) {
		if (time_before(grant->expires, next))
			next = grant->expires;
	}
	if (list_empty(&registration->contacts) &&
	    list_empty(&registration->grants))
		next = now;
	sip_ims_session_expire(&registration->session, next);
}

static u32 registration_keepalive(struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact;
	unsigned long now = jiffies;
	u32 keepalive = 0;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact->active && time_after(contact->expires, now))
			keepalive = max_t(u32, keepalive,
					  (contact->expires - now) / HZ);
	}
	return keepalive;
}

/*
 * Without rport the response goes to the port that the Via names (RFC 3261
 * section 18.2.2), so the registrar gets a grant for that port until the end of
 * the transaction.  A Contact with the same port shares its public port, whose
 * pinhole then stays open after the 2xx.
 *
 * Return: 0, or an error, counted, when the message has to be dropped.
 */
static int via_grant(struct sip_ims_plan *plan,
		     const struct register_facts *facts,
		     struct sip_ims_registration *registration)
{
	const struct sip_ims_path *path = facts->path;
	struct sip_ims_endpoint local;
	struct sip_ims_port *port;

	if (!sip_ims_via_read(path, facts->msg, &local))
		return 0;
	port = sip_ims_port_get(registration, path, &local);
	if (!port)
		return 0;
	sip_ims_grant_add(registration, port, &path->dst_mapped.addr,
			  transaction_end(&facts->settings));
	sip_ims_port_put(port);
	return sip_ims_registration_require_pinholes(plan, registration);
}

static int register_request(struct sip_ims_plan *plan,
			    const struct register_facts *facts)
{
	struct sip_ims_registration *registration;
	int err;

	registration = sip_ims_registration_get(facts->path, &plan->created);
	if (!registration)
		return 0;
	plan->session = &registration->session;
	registration->ifindex = facts->path->ifindex;
	contacts_record_request(facts, registration);
	err = via_grant(plan, facts, registration);
	registration_schedule(registration);
	plan->keepalive = registration_keepalive(registration);
	return err;
}

/*
 * The lifetime is, in this order of preference, the expires parameter of the
 * contact in the response, the Expires header, the lifetime that the REGISTER
 * asked for (RFC 3261 section 10.3) and the setting of the zone.  Of two values
 * of the same kind the longer one counts.  A contact that the response does not
 * list has ended; a response without any Contact confirms the REGISTER.
 *
 * Return: seconds; 0 when the contact has ended.
 */
static u32 contact_lifetime(const struct register_facts *facts,
			    const struct sip_ims_contact *contact)
{
	const struct sip_ims_endpoint *mapped = &contact->port->mapped;
	u32 cursor = 0, usual, lifetime = 0;
	struct sip_ims_endpoint at;
	struct sip_contact entry;
	bool any = false;

	usual = contact->has_asked ? contact->asked :
				     facts->settings.registration;
	if (usual)
		sip_expires(facts->base, facts->msg, &usual);
	while (sip_contact_next(facts->base, facts->msg, &cursor, &entry)) {
		any = true;
		if (!contact_is_at(&entry, facts->path, mapped, &at) ||
		    at.port != mapped->port)
			continue;
		lifetime = max(lifetime,
			       entry.has_expires ? entry.expires : usual);
	}
	return any ? lifetime : usual;
}

static bool contact_matches(const struct register_facts *facts,
			    const struct sip_ims_contact *contact)
{
	return contact->pending && contact->cseq == facts->msg->cseq &&
	       contact->aor_hash == facts->aor_hash &&
	       contact->call_id_hash == facts->call_id_hash &&
	       contact->branch_hash == facts->branch_hash;
}

/*
 * A 2xx leaves @pending set: the registrar repeats the response to each
 * retransmission of the REGISTER.
 *
 * Return: 0, or -ENOENT when the response ends the contact.
 */
static int contact_apply_response(const struct register_facts *facts,
				  struct sip_ims_contact *contact)
{
	u32 lifetime;

	if (facts->msg->status >= 300) {
		contact->pending = false;
		return 0;
	}
	lifetime = contact_lifetime(facts, contact);
	if (!lifetime)
		return -ENOENT;
	contact_activate(contact, true);
	contact->expires = jiffies +
			   min(lifetime, facts->settings.max_registration) * HZ;
	return 0;
}

static void contacts_apply_response(const struct register_facts *facts,
				    struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact, *next;

	list_for_each_entry_safe(contact, next, &registration->contacts, list) {
		if (contact_matches(facts, contact) &&
		    contact_apply_response(facts, contact))
			contact_free(registration, contact);
	}
}

static void grants_expire(struct sip_ims_registration *registration)
{
	struct sip_ims_grant *grant, *next;

	list_for_each_entry_safe(grant, next, &registration->grants, list) {
		if (time_before_eq(grant->expires, jiffies) ||
		    (grant->registered &&
		     !sip_ims_port_is_active(registration,
					     &grant->port->local)))
			sip_ims_grant_free(registration, grant);
	}
}

/*
 * A flow that was idle may get another public port.  Once the contact is
 * registered with the new one, the registrar no longer uses the old one.
 */
static bool contact_superseded(struct sip_ims_registration *registration,
			       const struct sip_ims_contact *old)
{
	struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact->port != old->port && contact->active &&
		    contact->aor_hash == old->aor_hash &&
		    time_before(old->expires, contact->expires) &&
		    sip_ims_same_endpoint(&contact->port->local,
					  &old->port->local))
			return true;
	}
	return false;
}

static void contacts_free_superseded(const struct register_facts *facts,
				     struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact, *next;

	list_for_each_entry_safe(contact, next, &registration->contacts, list) {
		if (!contact_matches(facts, contact) &&
		    contact_superseded(registration, contact))
			contact_free(registration, contact);
	}
}

static bool
registration_is_pending(const struct register_facts *facts,
			const struct sip_ims_registration *registration)
{
	const struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact_matches(facts, contact))
			return true;
	}
	return false;
}

/*
 * Return: 0 with @registration locked and referenced; -ENOENT when @facts does
 * not respond to its REGISTER.
 */
static int registration_lock_pending(const struct register_facts *facts,
				     struct sip_ims_registration *registration)
{
	if (!sip_ims_session_lock(&registration->session))
		return -ENOENT;
	if (registration_is_pending(facts, registration))
		return 0;
	sip_ims_session_unlock(&registration->session);
	return -ENOENT;
}

/* A match leaves the registration of @port locked for the caller. */
static bool port_lock_pending(struct sip_ims_port *port, const void *data)
{
	const struct register_facts *facts = data;

	return sip_ims_registration_has_host(port->registration,
					     &facts->path->src.addr) &&
	       !registration_lock_pending(facts, port->registration);
}

/*
 * The response comes on the flow of the registration, or from another host of
 * its Service-Route on a flow of its own.
 *
 * Return: the registration that @facts responds to, locked and referenced; or
 * NULL.
 */
static struct sip_ims_registration *
registration_find_pending(const struct register_facts *facts)
{
	const struct sip_ims_path *path = facts->path;
	struct sip_ims_registration *registration;
	struct sip_ims_port *port;
	struct sip_ims_key key;

	flow_key(&key, path, &path->dst_mapped, &path->src);
	registration = registration_lookup(path, &key, &path->dst_mapped,
					   &path->src);
	if (registration && !registration_lock_pending(facts, registration))
		return registration;
	port = sip_ims_port_find(path, path->l4proto, &path->dst_mapped,
				 port_lock_pending, facts);
	return port ? port->registration : NULL;
}

static int register_response(struct sip_ims_plan *plan,
			     const struct register_facts *facts)
{
	struct sip_ims_registration *registration;
	int err;

	registration = registration_find_pending(facts);
	if (!registration) {
		sip_ims_refuse(facts->path->sn, REGISTER_UNMATCHED);
		return 0;
	}
	plan->session = &registration->session;
	contacts_apply_response(facts, registration);
	if (facts->msg->status < 300) {
		contacts_free_superseded(facts, registration);
		sip_ims_service_route_learn(registration, facts->path,
					    facts->base, facts->msg);
		grants_expire(registration);
	}
	err = sip_ims_registration_require_pinholes(plan, registration);
	registration_schedule(registration);
	plan->keepalive = registration_keepalive(registration);
	return err;
}

/*
 * With ipsec-3gpp (TS 33.203, RFC 3329) both ends detect the NAT themselves:
 * the P-CSCF compares Via and source address, the phone evaluates received.  A
 * rewritten message would break their UDP-encapsulated ESP.  A response in the
 * clear may lack the Security headers; it still shows that its REGISTER was not
 * rewritten, since its topmost Via has the phone's own address.
 */
static bool uses_sec_agree(const struct sip_ims_path *path,
			   const struct sip_message *msg)
{
	union nf_inet_addr addr;

	if (msg->first[SIP_HEADER_SECURITY_CLIENT] != SIP_HEADER_NONE ||
	    msg->first[SIP_HEADER_SECURITY_VERIFY] != SIP_HEADER_NONE ||
	    msg->first[SIP_HEADER_SECURITY_SERVER] != SIP_HEADER_NONE)
		return true;
	if (msg->request || !sip_ims_destination_hidden(path))
		return false;
	return msg->via_end &&
	       sip_ims_address_read(&addr, &msg->via.address, path) &&
	       nf_inet_addr_cmp(&addr, &path->dst_mapped.addr);
}

/**
 * sip_ims_registration_decide() - decide on a REGISTER or a response to one
 * @plan: the plan of the message, filled in; its session is returned locked and
 *	referenced when there is one
 * @path: the path of the message
 * @base: first byte of the message
 * @msg: the facts of the message
 *
 * Context: RCU read side, bottom halves off; no session is locked.
 */
void sip_ims_registration_decide(struct sip_ims_plan *plan,
				 const struct sip_ims_path *path,
				 const u8 *base,
				 const struct sip_message *msg)
{
	struct register_facts facts;
	int err = 0;

	if (uses_sec_agree(path, msg)) {
		sip_ims_refuse(path->sn, SEC_AGREE);
		plan->untouched = true;
		return;
	}
	register_facts_init(&facts, path, base, msg);
	if (msg->request)
		err = register_request(plan, &facts);
	else if (msg->status >= 200)
		err = register_response(plan, &facts);
	if (err)
		plan->drop = true;
}

/**
 * sip_ims_registration_sweep() - adjust pinholes and timer to the contacts
 * @registration: the registration, locked; a contact or grant was added or
 *	removed
 *
 * Closes the pinholes that no contact or grant needs any more.
 *
 * Context: RCU read side.
 */
void sip_ims_registration_sweep(struct sip_ims_registration *registration)
{
	sip_ims_registration_close_unneeded(registration);
	registration_schedule(registration);
}

/*
 * Remove the expired contacts and grants, and close the pinholes that no other
 * contact or grant needs.  Afterwards session.expires is the next time to do
 * so; it has passed when no contact or grant is left.
 */
static void registration_tick(struct sip_ims_session *session)
{
	struct sip_ims_registration *registration =
		sip_ims_registration_of(session);
	struct sip_ims_contact *contact, *next;

	list_for_each_entry_safe(contact, next, &registration->contacts, list) {
		if (time_before_eq(contact->expires, jiffies))
			contact_free(registration, contact);
	}
	grants_expire(registration);
	sip_ims_registration_sweep(registration);
}

static void registration_free(struct sip_ims_session *session)
{
	struct sip_ims_registration *registration =
		sip_ims_registration_of(session);
	struct sip_ims_contact *contact, *next;
	struct sip_ims_grant *grant, *after;

	sip_ims_pinholes_free(session);
	list_for_each_entry_safe(contact, next, &registration->contacts, list)
		contact_free(registration, contact);
	list_for_each_entry_safe(grant, after, &registration->grants, list)
		sip_ims_grant_free(registration, grant);
	kfree(rcu_dereference_protected(registration->service_route, true));
}

const struct sip_ims_session_ops sip_ims_registration_ops = {
	.limit = SIP_IMS_REGISTRATIONS_MAX,
	.gauge = offsetof(struct sip_ims_net, registrations),
	.closed = SIP_IMS_A_STATS_REGISTRATIONS_CLOSED,
	.tick = registration_tick,
	.free = registration_free,
};
