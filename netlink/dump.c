// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dumps: calls, registrations and settings, over as many messages as it takes.
 *
 * A dump continues where the last buffer was full.  When the table was resized
 * meanwhile, the walk begins again and the reader is told by
 * NLM_F_DUMP_INTR.
 */
#include <linux/rculist.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "netlink.h"

/**
 * struct nl_dump - where a dump stands
 * @sn: the namespace
 * @iter: walk over the sessions
 * @zone: only those of this zone, -1 for all
 * @selects: the request names one call, which is not for a dump
 * @session: number of the registration whose contacts are on their way
 * @bucket: the same in sip_ims_net.zones
 * @index: how many contacts of @session, or settings of @bucket, are done
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

static struct nl_dump *dump_of(const struct netlink_callback *cb)
{
	return (struct nl_dump *)cb->args[0];
}

/**
 * sip_ims_nl_dump_start() - begin a dump
 * @cb: the dump
 *
 * Return: 0 or -ENOMEM.
 */
int sip_ims_nl_dump_start(struct netlink_callback *cb)
{
	struct nlattr *tb[SIP_IMS_A_MAIN_MAX + 1];
	struct nl_dump *dump;
	int err;

	/* checked against the policy already */
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
 * Return: 0.
 */
int sip_ims_nl_dump_done(struct netlink_callback *cb)
{
	struct nl_dump *dump = dump_of(cb);

	rhashtable_walk_exit(&dump->iter);
	kfree(dump);
	return 0;
}

static void *dump_begin(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid,
				cb->nlh->nlmsg_seq, &sip_ims_nl_family,
				NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

static int dump_end(struct sk_buff *skb, void *hdr, int err)
{
	if (err)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return err;
}

/* The only one in its buffer has to get along with that. */
static int dump_call(struct sk_buff *skb, struct netlink_callback *cb,
		     struct sip_ims_session *session)
{
	bool cut = !skb->len;
	int err = 0;
	void *hdr;

	hdr = dump_begin(skb, cb, SIP_IMS_CMD_CALL_GET);
	if (!hdr)
		return -EMSGSIZE;

	spin_lock_bh(&session->lock);
	if (session->closed)
		genlmsg_cancel(skb, hdr);
	else
		err = dump_end(skb, hdr,
			       sip_ims_nl_put_call(skb, session, cut));
	spin_unlock_bh(&session->lock);
	return err;
}

static int dump_contact(struct sk_buff *skb, struct netlink_callback *cb,
			const struct sip_ims_registration *registration,
			const struct sip_ims_contact *contact)
{
	void *hdr = dump_begin(skb, cb, SIP_IMS_CMD_REGISTRATION_GET);

	if (!hdr)
		return -EMSGSIZE;
	return dump_end(skb, hdr,
			sip_ims_nl_put_contact(skb, registration, contact));
}

static int dump_contacts(struct sk_buff *skb, struct netlink_callback *cb,
			 const struct sip_ims_registration *registration)
{
	struct nl_dump *dump = dump_of(cb);
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
	struct nl_dump *dump = dump_of(cb);
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
	int zone = dump_of(cb)->zone;

	if (session->key.kind != kind ||
	    (zone >= 0 && session->key.zone != zone))
		return 0;
	if (kind == SIP_IMS_CALL)
		return dump_call(skb, cb, session);
	return dump_registration(skb, cb, session);
}

/*
 * Begins with the session that did not fit before: the walk was left at it.
 * An error pointer tells that the walk begins again in a resized table.
 */
static int dump_sessions(struct sk_buff *skb, struct netlink_callback *cb,
			 enum sip_ims_kind kind)
{
	struct rhashtable_iter *iter = &dump_of(cb)->iter;
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
 * sip_ims_nl_call_get_dumpit() - dump the calls
 * @skb: the answer
 * @cb: the dump
 *
 * Return: bytes in @skb, 0 at the end, or an error.
 */
int sip_ims_nl_call_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb)
{
	if (dump_of(cb)->selects) {
		NL_SET_ERR_MSG(cb->extack,
			       "a dump takes neither id nor call-id");
		return -EINVAL;
	}
	return dump_sessions(skb, cb, SIP_IMS_CALL);
}

/**
 * sip_ims_nl_registration_get_dumpit() - dump the registrations
 * @skb: the answer
 * @cb: the dump
 *
 * Return: bytes in @skb, 0 at the end, or an error.
 */
int sip_ims_nl_registration_get_dumpit(struct sk_buff *skb,
				       struct netlink_callback *cb)
{
	return dump_sessions(skb, cb, SIP_IMS_REGISTRATION);
}

static int dump_zone(struct sk_buff *skb, struct netlink_callback *cb,
		     const struct sip_ims_settings *settings)
{
	void *hdr = dump_begin(skb, cb, SIP_IMS_CMD_SETTINGS_GET);

	if (!hdr)
		return -EMSGSIZE;
	return dump_end(skb, hdr, sip_ims_nl_put_settings(skb, settings));
}

static int dump_bucket(struct sk_buff *skb, struct netlink_callback *cb)
{
	const struct sip_ims_settings *settings;
	struct nl_dump *dump = dump_of(cb);
	u32 index = 0;
	int err;

	hlist_for_each_entry_rcu(settings, &dump->sn->zones[dump->bucket], node) {
		if (index++ < dump->index)
			continue;
		err = dump_zone(skb, cb, settings);
		if (err)
			return err;
		dump->index = index;
	}
	dump->index = 0;
	return 0;
}

/**
 * sip_ims_nl_settings_get_dumpit() - dump the settings of all zones that have
 *	some
 * @skb: the answer
 * @cb: the dump
 *
 * Return: bytes in @skb, 0 at the end, or an error.
 */
int sip_ims_nl_settings_get_dumpit(struct sk_buff *skb,
				   struct netlink_callback *cb)
{
	struct nl_dump *dump = dump_of(cb);
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
