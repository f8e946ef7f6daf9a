// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registrations: which contacts behind the router a registrar may call.
 *
 * The state belongs to the signalling flow (phone and registrar); it holds one
 * contact for each address of record and Contact, so that several accounts on
 * one flow do not disturb each other.  A REGISTER only asks; a contact opens,
 * changes and closes on a 2xx that matches Call-ID, CSeq and branch, and never
 * on anything else (a 401 on a refresh leaves it alone).
 */
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include <sip_ims/call.h>

/* Timer F of RFC 3261 section 17.1.2.2: 64 * T1. */
#define REGISTER_TRANSACTION	32
/* RFC 3261 section 10.2: the registrar's default. */
#define REGISTER_EXPIRES	3600

/**
 * struct register_facts - one REGISTER or its answer
 * @path: its way
 * @base: first byte
 * @msg: its facts
 * @key: key of the registered flow
 * @phone: the registering end, as it calls itself
 * @phone_mapped: the same, as the registrar sees it
 * @registrar: the registrar, as it calls itself
 * @aor: URI of To
 * @aor_hash: its hash
 * @call_id_hash: hash of the Call-ID
 * @branch_hash: hash of the top branch
 */
struct register_facts {
	const struct sip_ims_path *path;
	const u8 *base;
	const struct sip_message *msg;
	struct sip_ims_key key;
	struct sip_ims_endpoint phone;
	struct sip_ims_endpoint phone_mapped;
	struct sip_ims_endpoint registrar;
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
}

static void register_facts_init(struct register_facts *facts,
				const struct sip_ims_path *path, const u8 *base,
				const struct sip_message *msg)
{
	facts->path = path;
	facts->base = base;
	facts->msg = msg;
	facts->phone = msg->request ? path->src : path->dst_mapped;
	facts->phone_mapped = msg->request ? path->src_mapped : path->dst;
	facts->registrar = msg->request ? path->dst_mapped : path->src;
	flow_key(&facts->key, path, &facts->phone, &facts->registrar);
	facts->aor = sip_header_uri(base, msg, SIP_HEADER_TO);
	facts->aor_hash = slice_hash(facts, facts->aor);
	facts->call_id_hash = slice_hash(facts, msg->call_id);
	facts->branch_hash = slice_hash(facts, msg->branch);
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
registration_alloc(const struct register_facts *facts)
{
	struct sip_ims_registration *registration;

	registration = kzalloc(sizeof(*registration), GFP_ATOMIC);
	if (!registration)
		return NULL;
	registration->local = facts->phone;
	registration->mapped = facts->phone_mapped;
	registration->registrar = facts->registrar;
	INIT_LIST_HEAD(&registration->contacts);
	sip_ims_session_init(&registration->session, facts->path->sn,
			     &facts->key, facts->path);
	return registration;
}

/* The registration of a flow, locked; made when there is none. */
static struct sip_ims_registration *
registration_create(struct sip_ims_plan *plan,
		    const struct register_facts *facts)
{
	struct sip_ims_net *sn = facts->path->sn;
	struct sip_ims_registration *made, *found;
	int err = 0;

	made = registration_alloc(facts);
	if (!made) {
		sip_ims_refuse(sn, NO_MEMORY);
		return NULL;
	}
	spin_lock(&sn->lock);
	found = registration_lookup(facts->path, &facts->key, &facts->phone,
				    &facts->registrar);
	if (!found) {
		found = made;
		err = sip_ims_session_insert(&made->session);
	}
	spin_unlock(&sn->lock);

	if (err) {
		sip_ims_refuse(sn, REGISTRATION_LIMIT);
		found = NULL;
	} else if (!sip_ims_session_lock(&found->session)) {
		found = NULL;
	} else if (found == made) {
		sip_ims_count(sn, SIP_IMS_A_STATS_REGISTRATIONS_OPENED);
		plan->created = true;
	}
	sip_ims_session_put(&made->session);
	return found;
}

static struct sip_ims_contact *
contact_find(struct sip_ims_registration *registration, u64 aor_hash,
	     const struct sip_ims_endpoint *local)
{
	struct sip_ims_contact *contact;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (contact->aor_hash == aor_hash &&
		    sip_ims_same_endpoint(&contact->local, local))
			return contact;
	}
	return NULL;
}

/* A contact on another port than the flow's needs a public port of its own. */
static bool contact_map(const struct register_facts *facts,
			struct sip_ims_contact *contact)
{
	struct sip_ims_endpoint local[SIP_IMS_COMPONENTS] = { contact->local };
	const struct sip_ims_path *path = facts->path;
	int port;

	contact->mapped = facts->phone_mapped;
	if (contact->local.port == facts->phone.port)
		return true;
	if (nf_inet_addr_cmp(&facts->phone.addr, &facts->phone_mapped.addr)) {
		contact->mapped = contact->local;
		return true;
	}
	contact->pool = sip_ims_pool_get(path->sn, path,
					 &facts->phone_mapped.addr);
	port = contact->pool ?
	       sip_ims_pool_alloc(path->sn, contact->pool, local, 0) :
	       -ENOMEM;
	if (port < 0) {
		contact->pool = NULL;
		if (port == -ENOSPC)
			sip_ims_refuse(path->sn, PORT_EXHAUSTED);
		else
			sip_ims_refuse(path->sn, NO_MEMORY);
		return false;
	}
	contact->mapped.port = htons(port);
	return true;
}

static struct sip_ims_contact *
contact_create(const struct register_facts *facts,
	       struct sip_ims_registration *registration,
	       const struct sip_ims_endpoint *local)
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
	contact->local = *local;
	contact->aor_len = len;
	memcpy(contact->aor, facts->base + facts->aor.off, len);
	if (!contact_map(facts, contact)) {
		kfree(contact);
		return NULL;
	}
	list_add_tail_rcu(&contact->list, &registration->contacts);
	registration->n_contacts++;
	return contact;
}

static void contact_free(struct sip_ims_registration *registration,
			 struct sip_ims_contact *contact)
{
	if (contact->pool)
		sip_ims_pool_free(registration->session.sn, contact->pool,
				  contact->mapped.port);
	list_del_rcu(&contact->list);
	registration->n_contacts--;
	kfree_rcu(contact, rcu);
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
		contact->expires = jiffies + REGISTER_TRANSACTION * HZ;
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
	size_t len = path->l3num == AF_INET ? 4 : 16;

	memset(at, 0, sizeof(*at));
	if (contact->address.family != (path->l3num == AF_INET ? 4 : 6))
		return false;
	memcpy(&at->addr, contact->address.bytes, len);
	at->port = htons(contact->port);
	return nf_inet_addr_cmp(&at->addr, &host->addr);
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
		if (!contact_here(&entry, facts->path, &facts->phone, &local))
			continue;
		contact = contact_find(registration, facts->aor_hash, &local);
		if (!contact)
			contact = contact_create(facts, registration, &local);
		if (!contact)
			continue;
		has_asked = entry.has_expires || has_expires;
		contact_ask(facts, contact, has_asked,
			    entry.has_expires ? entry.expires : expires);
	}
}

/* The earliest end of a contact is when the session looks again. */
static void registration_expire(struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact;
	unsigned long next = jiffies;
	bool any = false;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (!any || time_before(contact->expires, next))
			next = contact->expires;
		any = true;
	}
	sip_ims_session_expire(&registration->session, next);
}

static u32 registration_hold(struct sip_ims_registration *registration)
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

static void register_request(struct sip_ims_plan *plan,
			     const struct register_facts *facts)
{
	struct sip_ims_registration *registration;

	registration = registration_lookup(facts->path, &facts->key,
					   &facts->phone, &facts->registrar);
	if (!registration || !sip_ims_session_lock(&registration->session))
		registration = registration_create(plan, facts);
	if (!registration)
		return;
	plan->session = &registration->session;
	register_contacts(facts, registration);
	registration_expire(registration);
	plan->hold = registration_hold(registration);
}

/*
 * The lifetime granted: the contact's own expires parameter in the answer,
 * then the Expires header, then what was asked for (RFC 3261 section 10.3).
 * A contact that the answer does not list is gone; an answer without any
 * Contact is taken by what was asked.
 */
static u32 contact_granted(const struct register_facts *facts,
			   const struct sip_ims_contact *contact)
{
	struct sip_ims_endpoint at;
	struct sip_contact entry;
	u32 cursor = 0, expires = 0;
	bool any = false;

	while (sip_contact_next(facts->base, facts->msg, &cursor, &entry)) {
		any = true;
		if (!contact_here(&entry, facts->path, &facts->phone_mapped,
				  &at) || at.port != contact->mapped.port)
			continue;
		if (entry.has_expires)
			return entry.expires;
		if (sip_expires(facts->base, facts->msg, &expires))
			return expires;
		return contact->has_asked ? contact->asked : REGISTER_EXPIRES;
	}
	if (any)
		return 0;
	return contact->has_asked ? contact->asked : REGISTER_EXPIRES;
}

static void contact_answer(const struct register_facts *facts,
			   struct sip_ims_registration *registration,
			   struct sip_ims_contact *contact)
{
	struct sip_ims_settings settings;
	u32 granted;

	if (facts->msg->status >= 300) {
		contact->answer = false;
		return;
	}
	/* A 2xx may come again: the registrar sends it for each repetition. */
	granted = contact_granted(facts, contact);
	if (!granted) {
		contact_free(registration, contact);
		return;
	}
	sip_ims_zone_get(facts->path->sn, facts->path->zone, &settings);
	contact->active = true;
	contact->expires = jiffies +
			   min(granted, settings.max_registration) * HZ;
}

static bool contact_matches(const struct register_facts *facts,
			    const struct sip_ims_contact *contact)
{
	return contact->answer && contact->cseq == facts->msg->cseq &&
	       contact->aor_hash == facts->aor_hash &&
	       contact->call_id_hash == facts->call_id_hash &&
	       contact->branch_hash == facts->branch_hash;
}

static bool registration_want(struct sip_ims_plan *plan,
			      struct sip_ims_registration *registration)
{
	struct sip_ims_pinhole want = {
		.l4proto = IPPROTO_UDP,
		.signalling = true,
		.source = registration->registrar.addr,
	};
	struct sip_ims_contact *contact;

	sip_ims_pinhole_compare(plan);
	list_for_each_entry(contact, &registration->contacts, list) {
		if (!contact->active)
			continue;
		want.outer = contact->mapped;
		want.inner = contact->local;
		if (sip_ims_pinhole_want(plan, &want))
			return false;
	}
	return true;
}

static void register_response(struct sip_ims_plan *plan,
			      const struct register_facts *facts)
{
	struct sip_ims_registration *registration;
	struct sip_ims_contact *contact, *next;
	bool matched = false;

	registration = registration_lookup(facts->path, &facts->key,
					   &facts->phone, &facts->registrar);
	if (!registration || !sip_ims_session_lock(&registration->session)) {
		sip_ims_refuse(facts->path->sn, REGISTER_UNMATCHED);
		return;
	}
	plan->session = &registration->session;
	list_for_each_entry_safe(contact, next, &registration->contacts, list) {
		if (!contact_matches(facts, contact))
			continue;
		matched = true;
		contact_answer(facts, registration, contact);
	}
	if (!matched) {
		sip_ims_refuse(facts->path->sn, REGISTER_UNMATCHED);
		return;
	}
	plan->drop = !registration_want(plan, registration);
	registration_expire(registration);
	plan->hold = registration_hold(registration);
}

/*
 * With ipsec-3gpp the P-CSCF finds the NAT by comparing Via and source; a
 * helper that "mends" them breaks UDP-encapsulated ESP (TS 33.203, RFC 3329).
 */
static bool sec_agree(const struct sip_message *msg)
{
	return msg->first[SIP_HEADER_SECURITY_CLIENT] != SIP_HEADER_NONE ||
	       msg->first[SIP_HEADER_SECURITY_VERIFY] != SIP_HEADER_NONE;
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

	if (sec_agree(msg)) {
		sip_ims_refuse(path->sn, SEC_AGREE);
		plan->leave = true;
		return;
	}
	register_facts_init(&facts, path, base, msg);
	if (msg->request)
		register_request(plan, &facts);
	else if (msg->status >= 200)
		register_response(plan, &facts);
}

/**
 * sip_ims_registration_expire() - drop the contacts whose time is over
 * @registration: locked
 *
 * Their pinholes close unless another contact needs them.  Afterwards
 * session.expires says when to look again, or is over with the last contact.
 */
void sip_ims_registration_expire(struct sip_ims_registration *registration)
{
	struct sip_ims_session *session = &registration->session;
	struct sip_ims_contact *contact, *next;
	struct sip_ims_pinhole *pinhole;

	list_for_each_entry(pinhole, &session->pinholes, list)
		pinhole->keep = false;
	list_for_each_entry_safe(contact, next, &registration->contacts, list) {
		if (time_before_eq(contact->expires, jiffies)) {
			contact_free(registration, contact);
			continue;
		}
		list_for_each_entry(pinhole, &session->pinholes, list) {
			if (sip_ims_same_endpoint(&pinhole->outer,
						  &contact->mapped))
				pinhole->keep = true;
		}
	}
	sip_ims_pinhole_sweep(session);
	if (list_empty(&registration->contacts))
		session->expires = jiffies;
	else
		registration_expire(registration);
}

/**
 * sip_ims_registration_free() - free what a registration owns, not itself
 * @registration: nobody else holds it
 */
void sip_ims_registration_free(struct sip_ims_registration *registration)
{
	struct sip_ims_contact *contact, *next;

	list_for_each_entry_safe(contact, next, &registration->contacts, list)
		contact_free(registration, contact);
}

static bool contact_maps(const struct sip_ims_registration *registration,
			 bool sender, const struct sip_ims_endpoint *from,
			 struct sip_ims_endpoint *to)
{
	const struct sip_ims_contact *contact;

	list_for_each_entry_rcu(contact, &registration->contacts, list) {
		if (sip_ims_same_endpoint(sender ? &contact->local :
						   &contact->mapped, from)) {
			*to = sender ? contact->mapped : contact->local;
			return true;
		}
	}
	return false;
}

/**
 * sip_ims_registration_map() - translate a contact that is not the flow's own
 * @path: the packet's way
 * @sender: @from is on the sender's side, as it calls itself; else on the
 *	receiver's, as the sender knows it
 * @from: what stands in the message
 * @to: what the other side knows it as
 *
 * The session of this message's plan is locked, and it may be another
 * registration, whose messages look for contacts of this one: no lock.  What is
 * looked at in a contact never changes.
 *
 * Context: RCU read side.
 * Return: whether a contact of the registered flow says so.
 */
bool sip_ims_registration_map(const struct sip_ims_path *path, bool sender,
			      const struct sip_ims_endpoint *from,
			      struct sip_ims_endpoint *to)
{
	const struct sip_ims_endpoint *phone, *registrar;
	struct sip_ims_registration *registration;
	struct sip_ims_key key;

	phone = sender ? &path->src : &path->dst_mapped;
	registrar = sender ? &path->dst_mapped : &path->src;
	flow_key(&key, path, phone, registrar);
	registration = registration_lookup(path, &key, phone, registrar);
	if (!registration || READ_ONCE(registration->session.closed))
		return false;
	return contact_maps(registration, sender, from, to);
}
