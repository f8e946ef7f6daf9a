// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests over generic netlink, see Documentation/netlink/specs/sip_ims.yaml.
 * dump.c has the dumps.
 */
#include <linux/rhashtable.h>
#include <net/netlink.h>

#include <call/call.h>
#include <call/notify.h>
#include <session/net.h>
#include <session/settings.h>

#include "event.h"
#include "netlink.h"
#include "netlink_gen.h"
#include "put.h"

/**
 * struct nl_selector - the call that a request selects
 * @attr: attribute that selects the call
 * @zone: zone of the call, -1 for any
 * @id: id of the call, 0 if it is selected by Call-ID
 * @hash: hash of the Call-ID
 * @call_id: Call-ID, not terminated, or NULL
 * @len: bytes of @call_id
 */
struct nl_selector {
	const struct nlattr *attr;
	int zone;
	u32 id;
	u64 hash;
	const char *call_id;
	size_t len;
};

static struct sip_ims_net *get_sn(struct genl_info *info)
{
	return sip_ims_pernet(genl_info_net(info));
}

static int get_zone(struct genl_info *info)
{
	const struct nlattr *zone = info->attrs[SIP_IMS_A_MAIN_ZONE];

	return zone ? nla_get_u16(zone) : -1;
}

/* ---- replies ---- */

static struct sk_buff *begin_reply(struct genl_info *info, size_t size,
				   void **hdr)
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

/* Sends @msg, or frees it if @err says that it could not be filled. */
static int send_reply(struct genl_info *info, struct sk_buff *msg, void *hdr,
		      int err)
{
	if (err) {
		nlmsg_free(msg);
		return err;
	}
	genlmsg_end(msg, hdr);
	return genlmsg_reply(msg, info);
}

/* ---- one call ---- */

static int parse_selector(struct genl_info *info, struct nl_selector *selector)
{
	const struct nlattr *call_id = info->attrs[SIP_IMS_A_MAIN_CALL_ID];
	const struct nlattr *id = info->attrs[SIP_IMS_A_MAIN_ID];

	if (!id == !call_id) {
		NL_SET_ERR_MSG_ATTR(info->extack, call_id,
				    "either id or call-id must be given");
		return -EINVAL;
	}
	*selector = (struct nl_selector){
		.attr = id ?: call_id,
		.zone = get_zone(info),
	};
	if (id) {
		selector->id = nla_get_u32(id);
		return 0;
	}
	selector->call_id = nla_data(call_id);
	selector->len = strnlen(selector->call_id, nla_len(call_id));
	selector->hash = sip_ims_hash(get_sn(info), selector->call_id,
				      selector->len);
	return 0;
}

/* Compares what never changes, without the lock. */
static bool may_match(const struct nl_selector *selector,
		      const struct sip_ims_session *session)
{
	if (session->key.kind != SIP_IMS_CALL ||
	    (selector->zone >= 0 && selector->zone != session->key.zone))
		return false;
	if (!selector->call_id)
		return session->id == selector->id;
	return session->key.hash == selector->hash;
}

static bool matches(const struct nl_selector *selector,
		    struct sip_ims_session *session)
{
	const struct sip_ims_call *call = sip_ims_call_of(session);
	bool is;

	spin_lock_bh(&session->lock);
	is = !session->closed &&
	     (!selector->call_id ||
	      (call->call_id_len == selector->len &&
	       !memcmp(call->call_id, selector->call_id, selector->len)));
	spin_unlock_bh(&session->lock);
	return is;
}

/*
 * Finds the first selected call, returns a reference to it, and sets @more if
 * there are others.  If the table is resized, the walk starts again and returns
 * the same call once more.
 */
static struct sip_ims_session *find_call(struct sip_ims_net *sn,
					 const struct nl_selector *selector,
					 bool *more)
{
	struct sip_ims_session *session, *found = NULL;
	struct rhashtable_iter iter;

	*more = false;
	rhltable_walk_enter(&sn->sessions, &iter);
	rhashtable_walk_start(&iter);
	while (!*more && (session = rhashtable_walk_next(&iter))) {
		if (IS_ERR(session) || session == found ||
		    !may_match(selector, session) ||
		    !matches(selector, session))
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

static int report_no_call(struct genl_info *info,
			  const struct nl_selector *selector)
{
	if (selector->call_id)
		NL_SET_ERR_MSG_ATTR(info->extack, selector->attr,
				    "no call has this call-id");
	else
		NL_SET_ERR_MSG_ATTR(info->extack, selector->attr,
				    "no call has this id");
	return -ENOENT;
}

static int reply_call(struct genl_info *info, struct sip_ims_session *session)
{
	struct sk_buff *msg;
	void *hdr;
	int err;

	msg = begin_reply(info, SIP_IMS_NL_CALL_SIZE, &hdr);
	if (!msg)
		return -ENOMEM;
	spin_lock_bh(&session->lock);
	err = sip_ims_nl_put_call(msg, session, true);
	spin_unlock_bh(&session->lock);
	return send_reply(info, msg, hdr, err);
}

/**
 * sip_ims_nl_call_get_doit() - report one call
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an errno.
 */
int sip_ims_nl_call_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sip_ims_session *session;
	struct nl_selector selector;
	bool more;
	int err;

	err = parse_selector(info, &selector);
	if (err)
		return err;
	session = find_call(get_sn(info), &selector, &more);
	if (!session)
		return report_no_call(info, &selector);
	if (more) {
		NL_SET_ERR_MSG_ATTR(info->extack, selector.attr,
				    "several calls have this call-id");
		err = -ENOTUNIQ;
	} else {
		err = reply_call(info, session);
	}
	sip_ims_session_put(session);
	return err;
}

/**
 * sip_ims_nl_call_del_doit() - remove one call, or all legs of a call
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an errno.
 */
int sip_ims_nl_call_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sip_ims_session *session;
	struct nl_selector selector;
	bool more, any = false;
	int err;

	err = parse_selector(info, &selector);
	if (err)
		return err;
	do {
		session = find_call(get_sn(info), &selector, &more);
		if (!session)
			break;
		any = true;
		sip_ims_session_close(session);
		sip_ims_session_put(session);
	} while (more);
	return any ? 0 : report_no_call(info, &selector);
}

/* ---- all calls and registrations ---- */

/**
 * sip_ims_nl_flush_doit() - remove calls and registrations, all or of a zone
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an errno.
 */
int sip_ims_nl_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *msg;
	u32 flushed;
	void *hdr;

	/* allocate before the flush, so that its result can always be sent */
	msg = begin_reply(info, nla_total_size(sizeof(flushed)), &hdr);
	if (!msg)
		return -ENOMEM;
	flushed = sip_ims_session_flush(get_sn(info), get_zone(info));
	return send_reply(info, msg, hdr,
			  nla_put_u32(msg, SIP_IMS_A_MAIN_FLUSHED, flushed));
}

/**
 * sip_ims_nl_stats_get_doit() - report all counters and gauges
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an errno.
 */
int sip_ims_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	size_t size = nla_total_size(SIP_IMS_A_STATS_MAX *
				     nla_total_size_64bit(sizeof(u64)));
	struct sk_buff *msg;
	void *hdr;

	msg = begin_reply(info, size, &hdr);
	if (!msg)
		return -ENOMEM;
	return send_reply(info, msg, hdr,
			  sip_ims_nl_put_stats(msg, get_sn(info)));
}

/* ---- settings ---- */

/**
 * sip_ims_nl_settings_get_doit() - report the settings of one zone
 * @skb: the request
 * @info: the request
 *
 * Return: 0 or an errno.
 */
int sip_ims_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sip_ims_settings settings;
	struct sk_buff *msg;
	void *hdr;

	msg = begin_reply(info, NLMSG_GOODSIZE, &hdr);
	if (!msg)
		return -ENOMEM;
	sip_ims_settings_copy(get_sn(info), max(get_zone(info), 0), &settings);
	return send_reply(info, msg, hdr,
			  sip_ims_nl_put_settings(msg, &settings));
}

/* The policy has checked the length of each attribute. */
static void merge_settings(struct sip_ims_settings *settings,
			   struct nlattr **tb)
{
	const struct sip_ims_nl_setting *setting;

	for (setting = sip_ims_nl_settings; setting->attr; setting++) {
		if (tb[setting->attr])
			memcpy((u8 *)settings + setting->offset,
			       nla_data(tb[setting->attr]), setting->size);
	}
}

/* The policy cannot compare the ports: the range has to be whole pairs. */
static int check_settings(const struct sip_ims_settings *settings,
			  struct nlattr **tb, struct netlink_ext_ack *extack)
{
	const struct nlattr *min = tb[SIP_IMS_A_SETTINGS_PORT_MIN];
	const struct nlattr *max = tb[SIP_IMS_A_SETTINGS_PORT_MAX];

	if (settings->port_min % 2)
		NL_SET_ERR_MSG_ATTR(extack, min, "port-min must be even");
	else if (settings->port_max % 2 == 0)
		NL_SET_ERR_MSG_ATTR(extack, max, "port-max must be odd");
	else if (settings->port_max < settings->port_min)
		NL_SET_ERR_MSG_ATTR(extack, max ?: min,
				    "port-max must be greater than port-min");
	else
		return 0;
	return -EINVAL;
}

static int parse_settings(struct genl_info *info, struct nlattr **tb)
{
	const struct nlattr *nest = info->attrs[SIP_IMS_A_MAIN_SETTINGS];

	if (!nest) {
		NL_SET_ERR_MSG(info->extack, "settings are missing");
		return -EINVAL;
	}
	/* generic netlink has checked the policy already */
	return nla_parse_nested(tb, SIP_IMS_A_SETTINGS_MAX, nest, NULL,
				info->extack);
}

/**
 * sip_ims_nl_settings_set_doit() - change settings of one zone
 * @skb: the request
 * @info: the request
 *
 * Generic netlink serialises the requests of this family, so no other request
 * can change the settings between reading and replacing them.
 *
 * Return: 0 or an errno.
 */
int sip_ims_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SIP_IMS_A_SETTINGS_MAX + 1];
	struct sip_ims_settings settings;
	const struct nlattr *zone;
	int err;

	err = parse_settings(info, tb);
	if (err)
		return err;
	zone = tb[SIP_IMS_A_SETTINGS_ZONE];
	sip_ims_settings_copy(get_sn(info), zone ? nla_get_u16(zone) : 0,
			      &settings);
	merge_settings(&settings, tb);
	err = check_settings(&settings, tb, info->extack);
	if (err)
		return err;
	err = sip_ims_settings_replace(get_sn(info), &settings);
	if (err == -ENOSPC)
		NL_SET_ERR_MSG_ATTR(info->extack, zone,
				    "too many zones have settings");
	return err;
}

/**
 * sip_ims_netlink_init() - register the generic netlink family
 *
 * Context: process.
 *
 * Return: 0 or an errno.
 */
int sip_ims_netlink_init(void)
{
	int err = genl_register_family(&sip_ims_nl_family);

	if (!err)
		sip_ims_notify_set(sip_ims_event_inactive);
	return err;
}

/**
 * sip_ims_netlink_exit() - unregister the generic netlink family
 *
 * Context: process; waits for requests that are being handled.
 */
void sip_ims_netlink_exit(void)
{
	sip_ims_notify_set(NULL);
	genl_unregister_family(&sip_ims_nl_family);
}
