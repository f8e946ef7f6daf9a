// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps of calls, registrations and settings.
 *
 * A dump continues where the last buffer was full.  If the table is resized
 * during the dump, the walk starts again and NLM_F_DUMP_INTR tells userspace to
 * repeat the dump.
 */
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include <net/sock.h>

#include <registration/registration.h>
#include <session/net.h>
#include <sip_ims/netlink_dump.h>

#include "netlink_gen.h"
#include "put.h"

/**
 * struct nl_dump - state of a dump
 * @sn: network namespace
 * @iter: walk over the sessions
 * @zone: zone to dump, -1 for all zones
 * @selects: the request has an id or a Call-ID, which a dump refuses
 * @session: id of the registration whose contacts are being dumped
 * @bucket: bucket of sip_ims_net.zones that is being dumped
 * @index: number of contacts of @session, or of settings in @bucket, that have
 *	been dumped
 */
struct nl_dump {
	struct sip_ims_net *sn;
	struct rhashtable_iter iter;
	int zone;
	bool selects;
	u32 session;
	u32 bucket;
	u32 index;
};

static struct nl_dump *get_dump(const struct netlink_callback *cb)
{
	return (struct nl_dump *)cb->args[0];
}

/**
 * sip_ims_nl_dump_start() - begin a dump
 * @cb: the dump
 *
 * Context: process.
 *
 * Return: 0, -ENOMEM, or the error of an attribute.
 */
int sip_ims_nl_dump_start(struct netlink_callback *cb)
{
	struct nlattr *tb[SIP_IMS_A_MAIN_MAX + 1];
	struct nl_dump *dump;
	int err;

	/* generic netlink has checked the policy already */
	err = genlmsg_parse(cb->nlh, &sip_ims_nl_family, tb,
			    SIP_IMS_A_MAIN_MAX, NULL, NULL);
	if (err)
		return err;
	dump = kzalloc(sizeof(*dump), GFP_KERNEL);
	if (!dump)
		return -ENOMEM;

	dump->sn = sip_ims_pernet(sock_net(cb->skb->sk));
	dump->zone = tb[SIP_IMS_A_MAIN_ZONE] ?
		     nla_get_u16(tb[SIP_IMS_A_MAIN_ZONE]) : -1;
	dump->selects = tb[SIP_IMS_A_MAIN_ID] || tb[SIP_IMS_A_MAIN_CALL_ID];
	rhltable_walk_enter(&dump->sn->sessions, &dump->iter);
	cb->args[0] = (long)dump;
	cb->seq = 1;
	cb->min_dump_alloc = SIP_IMS_NL_CALL_SIZE;
	return 0;
}

/**
 * sip_ims_nl_dump_done() - end a dump
 * @cb: the dump
 *
 * Context: process.
 *
 * Return: 0.
 */
int sip_ims_nl_dump_done(struct netlink_callback *cb)
{
	struct nl_dump *dump = get_dump(cb);

	rhashtable_walk_exit(&dump->iter);
	kfree(dump);
	return 0;
}

/* A call that does not fit into an empty buffer is truncated. */
static int dump_call(struct sk_buff *skb, struct netlink_callback *cb,
		     struct sip_ims_session *session)
{
	bool truncate = !skb->len;
	int err = 0;
	void *hdr;

	hdr = sip_ims_dump_begin(skb, cb, &sip_ims_nl_family,
				 SIP_IMS_CMD_CALL_GET);
	if (!hdr)
		return -EMSGSIZE;

	spin_lock_bh(&session->lock);
	if (session->closed)
		genlmsg_cancel(skb, hdr);
	else
		err = sip_ims_dump_end(skb, hdr,
				       sip_ims_nl_put_call(skb, session,
							   truncate));
	spin_unlock_bh(&session->lock);
	return err;
}

static int dump_contact(struct sk_buff *skb, struct netlink_callback *cb,
			const struct sip_ims_registration *registration,
			const struct sip_ims_contact *contact)
{
	void *hdr = sip_ims_dump_begin(skb, cb, &sip_ims_nl_family,
				       SIP_IMS_CMD_REGISTRATION_GET);

	if (!hdr)
		return -EMSGSIZE;
	return sip_ims_dump_end(skb, hdr,
				sip_ims_nl_put_contact(skb, registration,
						       contact));
}

static int dump_contacts(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct sip_ims_registration *registration)
{
	struct nl_dump *dump = get_dump(cb);
	const struct sip_ims_contact *contact;
	u32 index = 0;
	int err;

	list_for_each_entry(contact, &registration->contacts, list) {
		if (index++ < dump->index)
			continue;
		err = dump_contact(skb, cb, registration, contact);
		if (err)
			return err;
		dump->index = index;
	}
	return 0;
}

static int dump_registration(struct sk_buff *skb, struct netlink_callback *cb,
			     struct sip_ims_session *session)
{
	struct nl_dump *dump = get_dump(cb);
	int err = 0;

	if (dump->session != session->id) {
		dump->session = session->id;
		dump->index = 0;
	}
	spin_lock_bh(&session->lock);
	if (!session->closed)
		err = dump_contacts(skb, cb, sip_ims_registration_of(session));
	spin_unlock_bh(&session->lock);
	return err;
}

static int dump_session(struct sk_buff *skb, struct netlink_callback *cb,
			struct sip_ims_session *session,
			enum sip_ims_kind kind)
{
	int zone = get_dump(cb)->zone;

	if (session->key.kind != kind ||
	    (zone >= 0 && session->key.zone != zone))
		return 0;
	if (kind == SIP_IMS_CALL)
		return dump_call(skb, cb, session);
	return dump_registration(skb, cb, session);
}

/*
 * Continues with the session that did not fit into the last buffer.  An error
 * pointer means that the table was resized and the walk starts again.
 */
static int dump_sessions(struct sk_buff *skb, struct netlink_callback *cb,
			 enum sip_ims_kind kind)
{
	struct rhashtable_iter *iter = &get_dump(cb)->iter;
	struct sip_ims_session *session;
	int err = 0;

	if (rhashtable_walk_start_check(iter))
		cb->seq++;
	session = rhashtable_walk_peek(iter);
	while (session) {
		if (IS_ERR(session))
			cb->seq++;
		else
			err = dump_session(skb, cb, session, kind);
		if (err)
			break;
		session = rhashtable_walk_next(iter);
	}
	rhashtable_walk_stop(iter);
	return skb->len ?: err;
}

/**
 * sip_ims_nl_call_get_dumpit() - dump calls
 * @skb: buffer to fill
 * @cb: the dump
 *
 * Context: process, requests are serialised by generic netlink.
 *
 * Return: bytes in @skb, 0 at the end, or an errno.
 */
int sip_ims_nl_call_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	if (get_dump(cb)->selects) {
		NL_SET_ERR_MSG(cb->extack,
			       "a dump takes neither id nor call-id");
		return -EINVAL;
	}
	return dump_sessions(skb, cb, SIP_IMS_CALL);
}

/**
 * sip_ims_nl_registration_get_dumpit() - dump registrations
 * @skb: buffer to fill
 * @cb: the dump
 *
 * Context: process, requests are serialised by generic netlink.
 *
 * Return: bytes in @skb, 0 at the end, or an errno.
 */
int sip_ims_nl_registration_get_dumpit(struct sk_buff *skb,
				       struct netlink_callback *cb)
{
	return dump_sessions(skb, cb, SIP_IMS_REGISTRATION);
}

static int dump_settings(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct sip_ims_settings *settings)
{
	void *hdr = sip_ims_dump_begin(skb, cb, &sip_ims_nl_family,
				       SIP_IMS_CMD_SETTINGS_GET);

	if (!hdr)
		return -EMSGSIZE;
	return sip_ims_dump_end(skb, hdr,
				sip_ims_nl_put_settings(skb, settings));
}

static int dump_bucket(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct sip_ims_settings *settings;
	struct nl_dump *dump = get_dump(cb);
	const struct hlist_head *bucket = &dump->sn->zones[dump->bucket];
	u32 index = 0;
	int err;

	hlist_for_each_entry_rcu(settings, bucket, node) {
		if (index++ < dump->index)
			continue;
		err = dump_settings(skb, cb, settings);
		if (err)
			return err;
		dump->index = index;
	}
	dump->index = 0;
	return 0;
}

/**
 * sip_ims_nl_settings_get_dumpit() - dump the settings of all set zones
 * @skb: buffer to fill
 * @cb: the dump
 *
 * Context: process, requests are serialised by generic netlink.
 *
 * Return: bytes in @skb, 0 at the end, or an errno.
 */
int sip_ims_nl_settings_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	struct nl_dump *dump = get_dump(cb);
	int err = 0;

	if (dump->zone >= 0) {
		NL_SET_ERR_MSG(cb->extack, "a dump of settings takes no zone");
		return -EINVAL;
	}
	rcu_read_lock();
	for (; dump->bucket < SIP_IMS_HASH_SIZE; dump->bucket++) {
		err = dump_bucket(skb, cb);
		if (err)
			break;
	}
	rcu_read_unlock();
	return skb->len ?: err;
}
