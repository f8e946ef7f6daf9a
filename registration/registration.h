/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registrations, the ports they own, and who may use these.
 */
#ifndef _REGISTRATION_REGISTRATION_H
#define _REGISTRATION_REGISTRATION_H

#include <registration/port.h>

#include <session/session.h>

struct sip_ims_service_route;
struct sip_message;
struct sip_ims_plan;

#define SIP_IMS_CONTACTS_MAX		64u	/* per registered flow */
#define SIP_IMS_OUTWARD_MAX		32u	/* pinholes out, per registered flow */

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
 * struct sip_ims_registration - a signalling flow that registered contacts
 * @session: must be first
 * @local: the phone's end of the flow, as it calls itself
 * @mapped: the same, as the registrar sees it
 * @registrar: the other end, as it calls itself
 * @ifindex: the device that its last REGISTER left by
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP, of the flow and of all its ports
 * @service_route: from where the registrar's calls and answers come, too; or NULL
 * @ports: list of struct sip_ims_port
 * @contacts: list of struct sip_ims_contact
 * @grants: list of struct sip_ims_grant
 * @n_contacts: length of @contacts, at most SIP_IMS_CONTACTS_MAX
 * @n_grants: length of @grants, at most SIP_IMS_GRANTS_MAX
 */
struct sip_ims_registration {
	struct sip_ims_session session;
	struct sip_ims_endpoint local;
	struct sip_ims_endpoint mapped;
	struct sip_ims_endpoint registrar;
	int ifindex;
	u8 l4proto;
	struct sip_ims_service_route __rcu *service_route;
	struct list_head ports;
	struct list_head contacts;
	struct list_head grants;
	u8 n_contacts;
	u8 n_grants;
};

void sip_ims_registration_decide(struct sip_ims_plan *plan,
				 const struct sip_ims_path *path,
				 const u8 *base,
				 const struct sip_message *msg);
struct sip_ims_registration *
sip_ims_registration_get(const struct sip_ims_path *path, bool *created);
void sip_ims_registration_sweep(struct sip_ims_registration *registration);
void sip_ims_registration_expire(struct sip_ims_registration *registration);
void sip_ims_registration_free(struct sip_ims_registration *registration);

static inline struct sip_ims_registration *
sip_ims_registration_of(struct sip_ims_session *session)
{
	return container_of(session, struct sip_ims_registration, session);
}

#endif /* _REGISTRATION_REGISTRATION_H */
