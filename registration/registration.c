// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registrations: which contacts behind the router a registrar may call.
 *
 * The state belongs to the signalling flow (phone and registrar); it holds one
 * contact for each address of record and Contact, so that several accounts on
 * one flow do not disturb each other.  A REGISTER only asks; a contact opens,
 * changes and closes on a 2xx that matches Call-ID, CSeq and branch, and never
 * on anything else (a 401 on a refresh leaves it alone).
 *
 * A registrar may be many hosts.  The addresses of Service-Route in its 2xx may
 * call the contacts, too, and answer the phone's next REGISTER; such an answer
 * comes on another flow, and is matched by the phone's endpoint.
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include <session/plan.h>
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
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sip.h>

/**
 * struct register_facts - one REGISTER or its answer
 * @path: its way
 * @base: first byte
 * @msg: its facts
 * @settings: of the zone
 * @aor: URI of To
 * @aor_hash: its hash
 * @call_id_hash: hash of the Call-ID
 * @branch_hash: hash of the top branch
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

/* An address that both ends know is hashed as the registrar knows it. */
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
 * The same in REGISTER and in its answer, also when the host of To is an address
 * that changes on the way.
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
	sip_ims_zone_get(path->sn, path->zone, &facts->settings);
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

	memset(key, 0, sizeof(*key));
	key->hash = sip_ims_hash(path->sn, &flow, sizeof(flow));
	key->zone = path->zone;
	key->kind = SIP_IMS_REGISTRATION;
	key->l3num = path->l3num;
}

static struct sip_ims_registration *
registration_lookup(const struct sip_ims_path *path,
		    const struct sip_ims_key *key,
		    const struct sip_ims_endpoint *phone,
		    const struct sip_ims_endpoint *registrar)
{
	struct sip_ims_registration *registration;
	struct rhlist_head *list, *pos;

	list = sip_ims_session_list(path->sn, key);
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
	sip_ims_session_init(&registration->session, path->sn, key, path);
	return registration;
}

/* The registration of a flow, locked; made when there is none. */
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
					     sip_ims_session_list(sn, key));
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
 * sip_ims_registration_get() - the registration of a request's flow
 * @path: the request's way
 * @created: set when it was made for it
 *
 * Context: RCU read side, bottom halves off; no session is locked.
 * Return: the registration, locked and referenced; NULL, counted, without
 * memory or with too many.
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

/* Takes over the caller's hold of @port. */
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

/* Whether a port is open to the registrar is read without the lock. */
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

static void contact_ask(const struct register_facts *facts,
			struct sip_ims_contact *contact, bool has_asked,
			u32 asked)
{
	contact->call_id_hash = facts->call_id_hash;
	contact->branch_hash = facts->branch_hash;
	contact->cseq = facts->msg->cseq;
	contact->answer = true;
	contact->has_asked = has_asked;
	contact->asked = asked;
	if (!contact->active)
		contact->expires = transaction_end(&facts->settings);
}

/* "Contact: *" asks for the removal of all of this address of record. */
static void contacts_ask_removal(const struct register_facts *facts,
				 struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact->aor_hash == facts->aor_hash)
			contact_ask(facts, contact, true, 0);
	}
}

static bool contact_here(const struct sip_contact *contact,
			 const struct sip_ims_path *path,
			 const struct sip_ims_endpoint *host,
			 struct sip_ims_endpoint *at)
{
	memset(at, 0, sizeof(*at));
	at->port = htons(contact->port);
	return sip_ims_address_read(&at->addr, &contact->address,
				   path) &&
	       nf_inet_addr_cmp(&at->addr, &host->addr);
}

static void register_contacts(const struct register_facts *facts,
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
			contacts_ask_removal(facts, registration);
			continue;
		}
		if (!contact_here(&entry, facts->path, &facts->path->src,
				  &local))
			continue;
		contact = contact_get(facts, registration, &local);
		if (!contact)
			continue;
		has_asked = entry.has_expires || has_expires;
		contact_ask(facts, contact, has_asked,
			    entry.has_expires ? entry.expires : expires);
	}
}

/* The earliest end of a contact or grant is when the session looks again. */
static void registration_expire(struct sip_ims_registration *registration)
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
	u32 hold = 0;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact->active && time_after(contact->expires, now))
			hold = max_t(u32, hold, (contact->expires - now) / HZ);
	}
	return hold;
}

/*
 * A phone without rport that names another port than it sends from is answered
 * there (RFC 3261 section 18.2.2): the registrar is its grant for as long as
 * the transaction takes.  When the Contact names that port, too, it is the same
 * public one, and stays open with the 2xx.
 */
static void register_via(struct sip_ims_plan *plan,
			 const struct register_facts *facts,
			 struct sip_ims_registration *registration)
{
	const struct sip_ims_path *path = facts->path;
	struct sip_ims_endpoint local;
	struct sip_ims_port *port;

	if (!sip_ims_via_read(path, facts->msg, &local))
		return;
	port = sip_ims_port_get(registration, path, &local);
	if (!port)
		return;
	sip_ims_grant_add(registration, port, &path->dst_mapped.addr,
			  transaction_end(&facts->settings));
	sip_ims_port_put(port);
	if (sip_ims_registration_require_pinholes(plan, registration))
		plan->drop = true;
}

static void register_request(struct sip_ims_plan *plan,
			     const struct register_facts *facts)
{
	struct sip_ims_registration *registration;

	registration = sip_ims_registration_get(facts->path, &plan->created);
	if (!registration)
		return;
	plan->session = &registration->session;
	registration->ifindex = facts->path->ifindex;
	register_contacts(facts, registration);
	register_via(plan, facts, registration);
	registration_expire(registration);
	plan->keepalive = registration_keepalive(registration);
}

/*
 * The lifetime granted: the contact's own expires parameter in the answer,
 * then the Expires header, then what was asked for (RFC 3261 section 10.3),
 * then what the zone says.  Of two values with the same place the longer one
 * counts.  A contact that the answer does not list is gone; an answer without
 * any Contact is taken by what was asked.
 */
static u32 contact_granted(const struct register_facts *facts,
			   const struct sip_ims_contact *contact)
{
	const struct sip_ims_endpoint *mapped = &contact->port->mapped;
	u32 cursor = 0, usual, granted = 0;
	struct sip_ims_endpoint at;
	struct sip_contact entry;
	bool any = false;

	usual = contact->has_asked ? contact->asked :
				     facts->settings.registration;
	if (usual)
		sip_expires(facts->base, facts->msg, &usual);
	while (sip_contact_next(facts->base, facts->msg, &cursor, &entry)) {
		any = true;
		if (!contact_here(&entry, facts->path, mapped, &at) ||
		    at.port != mapped->port)
			continue;
		granted = max(granted,
			      entry.has_expires ? entry.expires : usual);
	}
	return any ? granted : usual;
}

static bool contact_matches(const struct register_facts *facts,
			    const struct sip_ims_contact *contact)
{
	return contact->answer && contact->cseq == facts->msg->cseq &&
	       contact->aor_hash == facts->aor_hash &&
	       contact->call_id_hash == facts->call_id_hash &&
	       contact->branch_hash == facts->branch_hash;
}

/*
 * A 2xx may come again: the registrar sends it for each repetition.
 *
 * Return: whether the contact stays.
 */
static bool contact_answer(const struct register_facts *facts,
			   struct sip_ims_contact *contact)
{
	u32 granted;

	if (facts->msg->status >= 300) {
		contact->answer = false;
		return true;
	}
	granted = contact_granted(facts, contact);
	if (!granted)
		return false;
	contact_activate(contact, true);
	contact->expires = jiffies +
			   min(granted, facts->settings.max_registration) * HZ;
	return true;
}

static void contacts_answer(const struct register_facts *facts,
			    struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact, *next;

	list_for_each_entry_safe(contact, next, &registration->contacts, list) {
		if (contact_matches(facts, contact) &&
		    !contact_answer(facts, contact))
			contact_free(registration, contact);
	}
}

static void grants_expire(struct sip_ims_registration *registration)
{
	struct sip_ims_grant *grant, *next;

	list_for_each_entry_safe(grant, next, &registration->grants, list) {
		if (time_before_eq(grant->expires, jiffies) ||
		    (grant->registered &&
		     !sip_ims_port_active(registration, &grant->port->local)))
			sip_ims_grant_free(registration, grant);
	}
}

/*
 * A flow that was idle may get another public port: a contact that has just
 * been registered with it is not known by the old one any more.
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

static void contacts_supersede(const struct register_facts *facts,
			       struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact, *next;

	list_for_each_entry_safe(contact, next, &registration->contacts, list) {
		if (!contact_matches(facts, contact) &&
		    contact_superseded(registration, contact))
			contact_free(registration, contact);
	}
}

static bool registration_asked(const struct register_facts *facts,
			       const struct sip_ims_registration *registration)
{
	const struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact_matches(facts, contact))
			return true;
	}
	return false;
}

/* Locked when it is the one whose REGISTER is answered. */
static bool registration_take(const struct register_facts *facts,
			      struct sip_ims_registration *registration)
{
	if (!sip_ims_session_lock(&registration->session))
		return false;
	if (registration_asked(facts, registration))
		return true;
	sip_ims_session_unlock(&registration->session);
	return false;
}

static bool port_answered(struct sip_ims_port *port, const void *data)
{
	const struct register_facts *facts = data;

	return sip_ims_registration_has_host(port->registration,
					  &facts->path->src.addr) &&
	       registration_take(facts, port->registration);
}

/* The registration an answer belongs to, locked: of its flow, or of a service_route. */
static struct sip_ims_registration *
registration_of(const struct register_facts *facts)
{
	const struct sip_ims_path *path = facts->path;
	struct sip_ims_registration *registration;
	struct sip_ims_port *port;
	struct sip_ims_key key;

	flow_key(&key, path, &path->dst_mapped, &path->src);
	registration = registration_lookup(path, &key, &path->dst_mapped,
					   &path->src);
	if (registration && registration_take(facts, registration))
		return registration;
	port = sip_ims_port_find(path, path->l4proto, &path->dst_mapped,
				 port_answered, facts);
	return port ? port->registration : NULL;
}

static void register_response(struct sip_ims_plan *plan,
			      const struct register_facts *facts)
{
	struct sip_ims_registration *registration = registration_of(facts);

	if (!registration) {
		sip_ims_refuse(facts->path->sn, REGISTER_UNMATCHED);
		return;
	}
	plan->session = &registration->session;
	contacts_answer(facts, registration);
	if (facts->msg->status < 300) {
		contacts_supersede(facts, registration);
		sip_ims_service_route_learn(registration, facts->path, facts->base,
				   facts->msg);
		grants_expire(registration);
	}
	if (sip_ims_registration_require_pinholes(plan, registration))
		plan->drop = true;
	registration_expire(registration);
	plan->keepalive = registration_keepalive(registration);
}

/*
 * With ipsec-3gpp the P-CSCF finds the NAT by comparing Via and source, and the
 * phone by received; a helper that "mends" them breaks UDP-encapsulated ESP
 * (TS 33.203, RFC 3329).  An answer in the clear may have no header that says
 * so, but its Via is one that no rewritten REGISTER had: the phone's own.
 */
static bool sec_agree(const struct sip_ims_path *path,
		      const struct sip_message *msg)
{
	union nf_inet_addr addr;

	if (msg->first[SIP_HEADER_SECURITY_CLIENT] != SIP_HEADER_NONE ||
	    msg->first[SIP_HEADER_SECURITY_VERIFY] != SIP_HEADER_NONE ||
	    msg->first[SIP_HEADER_SECURITY_SERVER] != SIP_HEADER_NONE)
		return true;
	if (msg->request ||
	    nf_inet_addr_cmp(&path->dst.addr, &path->dst_mapped.addr))
		return false;
	return msg->via_end &&
	       sip_ims_address_read(&addr, &msg->via.address, path) &&
	       nf_inet_addr_cmp(&addr, &path->dst_mapped.addr);
}

/**
 * sip_ims_registration_decide() - REGISTER and its answers
 * @plan: filled
 * @path: the packet's way
 * @base: first byte of the message
 * @msg: its facts
 */
void sip_ims_registration_decide(struct sip_ims_plan *plan,
				 const struct sip_ims_path *path,
				 const u8 *base,
				 const struct sip_message *msg)
{
	struct register_facts facts;

	if (sec_agree(path, msg)) {
		sip_ims_refuse(path->sn, SEC_AGREE);
		plan->untouched = true;
		return;
	}
	register_facts_init(&facts, path, base, msg);
	if (msg->request)
		register_request(plan, &facts);
	else if (msg->status >= 200)
		register_response(plan, &facts);
}

/**
 * sip_ims_registration_sweep() - close what nobody needs any more
 * @registration: locked; a contact or grant has gone
 *
 * Context: RCU read side.
 */
void sip_ims_registration_sweep(struct sip_ims_registration *registration)
{
	sip_ims_registration_close_unneeded(registration);
	registration_expire(registration);
}

/**
 * sip_ims_registration_expire() - drop contacts and grants whose time is over
 * @registration: locked
 *
 * Their pinholes close unless another contact needs them.  Afterwards
 * session.expires says when to look again, or is over with the last contact.
 *
 * Context: RCU read side.
 */
void sip_ims_registration_expire(struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact, *next;

	list_for_each_entry_safe(contact, next, &registration->contacts, list) {
		if (time_before_eq(contact->expires, jiffies))
			contact_free(registration, contact);
	}
	grants_expire(registration);
	sip_ims_registration_sweep(registration);
}

/**
 * sip_ims_registration_free() - free what a registration owns, not itself
 * @registration: nobody else holds it
 */
void sip_ims_registration_free(struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact, *next;
	struct sip_ims_grant *grant, *after;

	list_for_each_entry_safe(contact, next, &registration->contacts, list)
		contact_free(registration, contact);
	list_for_each_entry_safe(grant, after, &registration->grants, list)
		sip_ims_grant_free(registration, grant);
	kfree(rcu_dereference_protected(registration->service_route, true));
}
