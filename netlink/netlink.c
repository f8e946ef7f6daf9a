// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests over generic netlink, see Documentation/netlink/specs/sip_ims.yaml.
 * Dumps are in netlink_dump.c.
 */
#include <linux/rhashtable.h>
#include <net/netlink.h>

#include "netlink.h"

/**
 * struct nl_wanted - which call a request means
 * @attr: the attribute that names it
 * @zone: only in this zone, -1 in all
 * @id: its number, 0 when named by Call-ID
 * @hash: hash of the Call-ID
 * @call_id: the Call-ID, not terminated
 * @len: its length
 */
struct nl_wanted {
	const struct nlattr *attr;
	int zone;
	u32 id;
	u64 hash;
	const char *call_id;
	size_t len;
};

static struct sip_ims_net *info_sn(struct genl_info *info)
{
	return sip_ims_pernet(genl_info_net(info));
}

static int info_zone(struct genl_info *info)
{
	const struct nlattr *zone = info->attrs[SIP_IMS_A_MAIN_ZONE];

	return zone ? nla_get_u16(zone) : -1;
}

/* ---- answers -------------------------------------------------------------- */

static struct sk_buff *reply_new(struct genl_info *info, size_t size, void **hdr)
{
	struct sk_buff *msg = genlmsg_new(size, GFP_KERNEL);

	if (!msg)
		return NULL;
	*hdr = genlmsg_put_reply(msg, info, &sip_ims_nl_family, 0,
				 info->genlhdr->cmd);
	if (*hdr)
		return msg;
	nlmsg_free(msg);
	return NULL;
}

/* Sends @msg, or frees it if filling it failed. */
static int reply_send(struct genl_info *info, struct sk_buff *msg, void *hdr,
		      int err)
{
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/* ---- one call ------------------------------------------------------------- */

static int wanted_parse(struct genl_info *info, struct nl_wanted *wanted)
{
	const struct nlattr *call_id = info->attrs[SIP_IMS_A_MAIN_CALL_ID];
	const struct nlattr *id = info->attrs[SIP_IMS_A_MAIN_ID];

	if (!id == !call_id) {
		NL_SET_ERR_MSG_ATTR(info->extack, call_id,
				    "either id or call-id names a call");
		return -EINVAL;
	}
	*wanted = (struct nl_wanted){
		.attr = id ?: call_id,
		.zone = info_zone(info),
	};
	if (id) {
		wanted->id = nla_get_u32(id);
		return 0;
	}
	wanted->call_id = nla_data(call_id);
	wanted->len = strnlen(wanted->call_id, nla_len(call_id));
	wanted->hash = sip_ims_hash(info_sn(info), wanted->call_id, wanted->len);
	return 0;
}

/* The cheap half of the comparison, of what never changes */
static bool wanted_maybe(const struct nl_wanted *wanted,
			 const struct sip_ims_session *session)
{
	if (session->key.kind != SIP_IMS_CALL ||
	    (wanted->zone >= 0 && wanted->zone != session->key.zone))
		return false;
	if (!wanted->call_id)
		return session->id == wanted->id;
	return session->key.hash == wanted->hash;
}

static bool wanted_is(const struct nl_wanted *wanted,
		      struct sip_ims_session *session)
{
	const struct sip_ims_call *call = sip_ims_call_of(session);
	bool is;

	spin_lock_bh(&session->lock);
	is = !session->closed &&
	     (!wanted->call_id ||
	      (call->call_id_len == wanted->len &&
	       !memcmp(call->call_id, wanted->call_id, wanted->len)));
	spin_unlock_bh(&session->lock);
	return is;
}

/*
 * The first call that is meant, referenced, and whether there are more.
 * When the table is resized meanwhile the walk begins again, and the same call
 * comes by again.
 */
static struct sip_ims_session *wanted_find(struct sip_ims_net *sn,
					   const struct nl_wanted *wanted,
					   bool *more)
{
	struct sip_ims_session *session, *found = NULL;
	struct rhashtable_iter iter;

	*more = false;
	rhltable_walk_enter(&sn->sessions, &iter);
	rhashtable_walk_start(&iter);
	while (!*more && (session = rhashtable_walk_next(&iter))) {
		if (IS_ERR(session) || session == found ||
		    !wanted_maybe(wanted, session) ||
		    !wanted_is(wanted, session))
			continue;
		if (found)
			*more = true;
		else if (refcount_inc_not_zero(&session->use))
			found = session;
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
	return found;
}

static int wanted_none(struct genl_info *info, const struct nl_wanted *wanted)
{
	if (wanted->call_id)
		NL_SET_ERR_MSG_ATTR(info->extack, wanted->attr,
				    "no call has this call-id");
	else
		NL_SET_ERR_MSG_ATTR(info->extack, wanted->attr,
				    "no call has this id");
	return -ENOENT;
}

static int reply_call(struct genl_info *info, struct sip_ims_session *session)
{
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = reply_new(info, SIP_IMS_NL_CALL_SIZE, &hdr);
	if (!msg)
		return -ENOMEM;
	spin_lock_bh(&session->lock);
	err = sip_ims_nl_put_call(msg, session, true);
	spin_unlock_bh(&session->lock);
	return reply_send(info, msg, hdr, err);
}

/**
 * sip_ims_nl_call_get_doit() - tell about one call
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int sip_ims_nl_call_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sip_ims_session *session;
	struct nl_wanted wanted;
	bool more;
	int err;

	err = wanted_parse(info, &wanted);
	if (err)
		return err;
	session = wanted_find(info_sn(info), &wanted, &more);
	if (!session)
		return wanted_none(info, &wanted);
	if (more) {
		NL_SET_ERR_MSG_ATTR(info->extack, wanted.attr,
				    "several calls have this call-id");
		err = -ENOTUNIQ;
	} else {
		err = reply_call(info, session);
	}
	sip_ims_session_put(session);
	return err;
}

/**
 * sip_ims_nl_call_del_doit() - end one call, or all legs of one
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int sip_ims_nl_call_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sip_ims_session *session;
	struct nl_wanted wanted;
	bool more, any = false;
	int err;

	err = wanted_parse(info, &wanted);
	if (err)
		return err;
	do {
		session = wanted_find(info_sn(info), &wanted, &more);
		if (!session)
			break;
		any = true;
		sip_ims_session_close(session);
		sip_ims_session_put(session);
	} while (more);
	return any ? 0 : wanted_none(info, &wanted);
}

/* ---- all of them ---------------------------------------------------------- */

/**
 * sip_ims_nl_flush_doit() - end all calls and registrations
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int sip_ims_nl_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	u32 flushed;
	void *hdr;

	/* first, so that the number is not lost */
	msg = reply_new(info, nla_total_size(sizeof(flushed)), &hdr);
	if (!msg)
		return -ENOMEM;
	flushed = sip_ims_session_flush(info_sn(info), info_zone(info));
	return reply_send(info, msg, hdr,
			  nla_put_u32(msg, SIP_IMS_A_MAIN_FLUSHED, flushed));
}

/**
 * sip_ims_nl_stats_get_doit() - tell the counters
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int sip_ims_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	size_t size = nla_total_size(SIP_IMS_A_STATS_MAX *
				     nla_total_size_64bit(sizeof(u64)));
	struct sk_buff *msg;
	void *hdr;

	msg = reply_new(info, size, &hdr);
	if (!msg)
		return -ENOMEM;
	return reply_send(info, msg, hdr,
			  sip_ims_nl_put_stats(msg, info_sn(info)));
}

/* ---- settings ------------------------------------------------------------- */

/**
 * sip_ims_nl_settings_get_doit() - tell the settings of one zone
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an error.
 */
int sip_ims_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sip_ims_settings settings;
	struct sk_buff *msg;
	void *hdr;

	msg = reply_new(info, NLMSG_GOODSIZE, &hdr);
	if (!msg)
		return -ENOMEM;
	sip_ims_zone_get(info_sn(info), max(info_zone(info), 0), &settings);
	return reply_send(info, msg, hdr,
			  sip_ims_nl_put_settings(msg, &settings));
}

/* The policy has checked each one's length. */
static void settings_merge(struct sip_ims_settings *settings, struct nlattr **tb)
{
	const struct sip_ims_nl_setting *setting;

	for (setting = sip_ims_nl_settings; setting->attr; setting++) {
		if (tb[setting->attr])
			memcpy((u8 *)settings + setting->offset,
			       nla_data(tb[setting->attr]), setting->size);
	}
}

/* What the policy cannot say.  An even and an odd end make whole pairs. */
static int settings_check(const struct sip_ims_settings *settings,
			  struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct nlattr *min = tb[SIP_IMS_A_SETTINGS_PORT_MIN];
	const struct nlattr *max = tb[SIP_IMS_A_SETTINGS_PORT_MAX];

	if (settings->port_min % 2)
		NL_SET_ERR_MSG_ATTR(extack, min, "port-min has to be even");
	else if (settings->port_max % 2 == 0)
		NL_SET_ERR_MSG_ATTR(extack, max, "port-max has to be odd");
	else if (settings->port_max < settings->port_min)
		NL_SET_ERR_MSG_ATTR(extack, max ?: min,
				    "port-max has to be above port-min");
	else
		return 0;
	return -EINVAL;
}

static int settings_parse(struct genl_info *info, struct nlattr **tb)
{
	const struct nlattr *nest = info->attrs[SIP_IMS_A_MAIN_SETTINGS];

	if (!nest) {
		NL_SET_ERR_MSG(info->extack, "settings are missing");
		return -EINVAL;
	}
	/* checked against the policy already */
	return nla_parse_nested(tb, SIP_IMS_A_SETTINGS_MAX, nest, NULL,
				info->extack);
}

/**
 * sip_ims_nl_settings_set_doit() - change settings of one zone
 * @skb: the request
 * @info: the request
 *
 * Requests of this family are serialised by generic netlink, so nothing comes
 * between reading and replacing.
 *
 * Return: 0 or an error.
 */
int sip_ims_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SIP_IMS_A_SETTINGS_MAX + 1];
	struct sip_ims_settings settings;
	const struct nlattr *zone;
	int err;

	err = settings_parse(info, tb);
	if (err)
		return err;
	zone = tb[SIP_IMS_A_SETTINGS_ZONE];
	sip_ims_zone_get(info_sn(info), zone ? nla_get_u16(zone) : 0, &settings);
	settings_merge(&settings, tb);
	err = settings_check(&settings, tb, info->extack);
	if (err)
		return err;
	err = sip_ims_zone_set(info_sn(info), &settings);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(info->extack, zone,
				    "too many zones have settings");
	return err;
}

/* --------------------------------------------------------------------------- */

/**
 * sip_ims_netlink_init() - register the generic netlink family
 *
 * Return: 0 or an error.
 */
int sip_ims_netlink_init(void)
{
	return genl_register_family(&sip_ims_nl_family);
}

/**
 * sip_ims_netlink_exit() - take the generic netlink family back
 */
void sip_ims_netlink_exit(void)
{
	genl_unregister_family(&sip_ims_nl_family);
}
