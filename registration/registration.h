/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registrations: the contacts of one signalling flow.
 */
#ifndef _REGISTRATION_REGISTRATION_H
#define _REGISTRATION_REGISTRATION_H

#include <registration/port.h>
#include <session/session.h>

struct sip_ims_plan;
struct sip_ims_service_route;
struct sip_message;

#define SIP_IMS_CONTACTS_MAX		64u	/* per registered flow */
#define SIP_IMS_OUTWARD_MAX		32u	/* outward pinholes, the same */

/**
 * struct sip_ims_contact - one Contact of one address of record
 *
 * RFC 3261 section 10 calls it a binding.
 *
 * @list: entry in sip_ims_registration.contacts
 * @aor_hash: keyed hash of the URI of To
 * @call_id_hash: keyed hash of the Call-ID
 * @branch_hash: keyed hash of the branch of the last REGISTER
 * @cseq: CSeq number of the last REGISTER
 * @pending: the last REGISTER has no final response yet
 * @active: the registrar accepted the contact with a 2xx
 * @asked: lifetime that the last REGISTER asked for, in seconds; 0 asks for the
 *	removal
 * @has_asked: the last REGISTER named a lifetime
 * @expires: jiffies; the end of the contact when @active, otherwise that of the
 *	REGISTER transaction
 * @port: the port that the Contact names, referenced; never changes
 * @aor_len: length of @aor
 * @aor: the URI of To, for dumps; may be truncated
 */
struct sip_ims_contact {
	struct list_head list;
	u64 aor_hash;
	u64 call_id_hash;
	u64 branch_hash;
	u32 cseq;
	bool pending;
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
 * @session: base; must be the first member
 * @local: the phone's end of the flow, as the phone knows it; never changes
 * @mapped: the same end, as the registrar sees it; never changes
 * @registrar: the other end, as the registrar knows it; never changes
 * @ifindex: the device that the last REGISTER left through
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP, of the flow and of all its ports
 * @service_route: the other hosts of the registrar, or NULL; RCU
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

extern const struct sip_ims_session_ops sip_ims_registration_ops;

void sip_ims_registration_decide(struct sip_ims_plan *plan,
				 const struct sip_ims_path *path,
				 const u8 *base,
				 const struct sip_message *msg);
struct sip_ims_registration *
sip_ims_registration_get(const struct sip_ims_path *path, bool *created);
void sip_ims_registration_sweep(struct sip_ims_registration *registration);

/**
 * sip_ims_registration_of() - get the registration of a session
 * @session: a session of the kind SIP_IMS_REGISTRATION
 *
 * Return: the registration.
 */
static inline struct sip_ims_registration *
sip_ims_registration_of(struct sip_ims_session *session)
{
	return container_of(session, struct sip_ims_registration, session);
}

#endif /* _REGISTRATION_REGISTRATION_H */
