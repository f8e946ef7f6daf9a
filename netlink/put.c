// SPDX-License-Identifier: GPL-2.0-only
/*
 * Structures become netlink attributes.
 *
 * Each function either adds one whole nest to a message or leaves the message
 * as it was.
 */
#include <linux/jiffies.h>
#include <net/netlink.h>

#include "netlink.h"

/* Most that one binding takes: six numbers, two IPv6 addresses, four flags, two
 * counts and two times, a tag.
 */
#define NL_BINDING_SPACE	(nla_total_size(0) + \
				 7 * nla_total_size(sizeof(u32)) + \
				 2 * nla_total_size(sizeof(struct in6_addr)) + \
				 4 * nla_total_size(0) + \
				 4 * nla_total_size_64bit(sizeof(u64)) + \
				 nla_total_size(SIP_TAG_MAX + 1))

static int put_text(struct sk_buff *skb, int type, const u8 *text, u8 len)
{
	struct nlattr *nla = nla_reserve(skb, type, len + 1);

	if (!nla)
		return -EMSGSIZE;
	if (len)
		memcpy(nla_data(nla), text, len);
	((u8 *)nla_data(nla))[len] = '\0';
	return 0;
}

/* The attribute of the port follows that of the address. */
static int put_endpoint(struct sk_buff *skb, int type, u8 l3num,
			const struct sip_ims_endpoint *endpoint)
{
	int len = l3num == AF_INET6 ? sizeof(struct in6_addr) :
				      sizeof(struct in_addr);

	if (nla_put(skb, type, len, &endpoint->addr) ||
	    nla_put_be16(skb, type + 1, endpoint->port))
		return -EMSGSIZE;
	return 0;
}

static_assert(SIP_IMS_A_BINDING_LOCAL_ADDRESS + 1 ==
	      SIP_IMS_A_BINDING_LOCAL_PORT);
static_assert(SIP_IMS_A_BINDING_MAPPED_ADDRESS + 1 ==
	      SIP_IMS_A_BINDING_MAPPED_PORT);
static_assert(SIP_IMS_A_REGISTRATION_LOCAL_ADDRESS + 1 ==
	      SIP_IMS_A_REGISTRATION_LOCAL_PORT);
static_assert(SIP_IMS_A_REGISTRATION_MAPPED_ADDRESS + 1 ==
	      SIP_IMS_A_REGISTRATION_MAPPED_PORT);
static_assert(SIP_IMS_A_REGISTRATION_REGISTRAR_ADDRESS + 1 ==
	      SIP_IMS_A_REGISTRATION_REGISTRAR_PORT);

/* Milliseconds from now until then, 0 when that is over */
static u64 msecs_left(unsigned long then)
{
	long left = then - jiffies;

	return left > 0 ? jiffies_to_msecs(left) : 0;
}

static bool pinhole_of(const struct sip_ims_pinhole *pinhole,
		       const struct sip_ims_stream *stream, int component)
{
	return sip_ims_same_endpoint(&pinhole->inner,
				     &stream->local[component]) &&
	       sip_ims_same_endpoint(&pinhole->outer,
				     &stream->mapped[component]);
}

static bool binding_open(const struct sip_ims_session *session,
			 const struct sip_ims_stream *stream, int component)
{
	const struct sip_ims_pinhole *pinhole;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		if (pinhole_of(pinhole, stream, component))
			return true;
	}
	return false;
}

static int put_flag(struct sk_buff *skb, int type, bool value)
{
	return value ? nla_put_flag(skb, type) : 0;
}

/* What came through the pinholes of an address. */
static int put_traffic(struct sk_buff *skb,
		       const struct sip_ims_session *session,
		       const struct sip_ims_stream *stream, int component)
{
	const struct sip_ims_pinhole *pinhole;
	u64 packets = 0, bytes = 0;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		if (!pinhole_of(pinhole, stream, component))
			continue;
		packets += pinhole->packets;
		bytes += pinhole->bytes;
	}
	if (nla_put_u64_64bit(skb, SIP_IMS_A_BINDING_PACKETS, packets,
			      SIP_IMS_A_BINDING_PAD) ||
	    nla_put_u64_64bit(skb, SIP_IMS_A_BINDING_BYTES, bytes,
			      SIP_IMS_A_BINDING_PAD))
		return -EMSGSIZE;
	return 0;
}

/* The later one of two times, 0 for never */
static u32 later(u32 a, u32 b)
{
	return !a || (b && (s32)(b - a) > 0) ? b : a;
}

static int put_quiet(struct sk_buff *skb, int type, u32 seen)
{
	return seen ? nla_put_u64_64bit(skb, type,
					jiffies_to_msecs((u32)jiffies - seen),
					SIP_IMS_A_BINDING_PAD) : 0;
}

/*
 * When an address was seen to get media, and to send some: through its own
 * pinholes, and by what came back through those of the other end.
 */
static int put_seen(struct sk_buff *skb, const struct sip_ims_session *session,
		    const struct sip_ims_stream *stream, int component)
{
	const struct sip_ims_pinhole *pinhole;
	u32 rx = 0, tx = 0;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		u32 there = pinhole->seen[IP_CT_DIR_ORIGINAL];
		u32 back = pinhole->seen[IP_CT_DIR_REPLY];

		if (pinhole_of(pinhole, stream, component)) {
			rx = later(rx, there);
			tx = later(tx, back);
		} else if (sip_ims_same_endpoint(&pinhole->peer,
						 &stream->local[component])) {
			rx = later(rx, back);
			tx = later(tx, there);
		}
	}
	return put_quiet(skb, SIP_IMS_A_BINDING_RX_QUIET, rx) ?:
	       put_quiet(skb, SIP_IMS_A_BINDING_TX_QUIET, tx);
}

/* Only a host of the other family has one. */
static int put_across(struct sk_buff *skb, const struct sip_ims_stream *stream)
{
	return stream->across.ip ?
	       nla_put(skb, SIP_IMS_A_BINDING_XLAT_ADDRESS,
		       sizeof(stream->across.ip), &stream->across.ip) : 0;
}

/**
 * struct binding_from - where a binding was announced
 * @call: the call, locked
 * @dialog: the dialog, or NULL before there is one
 * @role: the end, enum sip_ims_party_role
 * @closing: number of the m= line which alone is told of, since it is about to
 *	close; ALL_STREAMS for all
 */
struct binding_from {
	const struct sip_ims_call *call;
	const struct sip_ims_dialog *dialog;
	u8 role;
	u8 closing;
};

#define ALL_STREAMS		U8_MAX

static_assert(SDP_MEDIA_MAX <= ALL_STREAMS);

static int put_binding_values(struct sk_buff *skb,
			      const struct binding_from *from,
			      const struct sip_ims_stream *stream,
			      u8 media, int component)
{
	const struct sip_ims_call *call = from->call;
	const struct sip_ims_session *session = &call->session;

	if (nla_put_u8(skb, SIP_IMS_A_BINDING_MLINE, media) ||
	    nla_put_u8(skb, SIP_IMS_A_BINDING_COMPONENT, component + 1) ||
	    nla_put_u8(skb, SIP_IMS_A_BINDING_L4PROTO, stream->l4proto) ||
	    put_endpoint(skb, SIP_IMS_A_BINDING_LOCAL_ADDRESS, session->key.l3num,
			 &stream->local[component]) ||
	    put_endpoint(skb, SIP_IMS_A_BINDING_MAPPED_ADDRESS, session->key.l3num,
			 &stream->mapped[component]) ||
	    put_across(skb, stream) ||
	    put_flag(skb, SIP_IMS_A_BINDING_OPEN,
		     from->closing == ALL_STREAMS &&
		     binding_open(session, stream, component)) ||
	    put_flag(skb, SIP_IMS_A_BINDING_ON_HOLD, stream->on_hold) ||
	    put_flag(skb, SIP_IMS_A_BINDING_DIRECT, stream->direct) ||
	    put_flag(skb, SIP_IMS_A_BINDING_INACTIVE,
		     call->inactive >> media & 1))
		return -EMSGSIZE;
	return put_traffic(skb, session, stream, component) ?:
	       put_seen(skb, session, stream, component);
}

/* One component of stream number @media of an end */
static int put_binding(struct sk_buff *skb, const struct binding_from *from,
		       const struct sip_ims_stream *stream, u8 media,
		       int component)
{
	const struct sip_ims_dialog *dialog = from->dialog;
	struct nlattr *nest;

	/* room for the mark of a cut list stays */
	if (skb_tailroom(skb) < NL_BINDING_SPACE + nla_total_size(0))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, SIP_IMS_A_CALL_BINDING);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u8(skb, SIP_IMS_A_BINDING_PARTY, from->role) ||
	    (dialog && put_text(skb, SIP_IMS_A_BINDING_TAG,
				dialog->callee.tag, dialog->callee.tag_len)) ||
	    put_binding_values(skb, from, stream, media, component)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_description(struct sk_buff *skb, const struct binding_from *from,
			   const struct sip_ims_description *said)
{
	int err, component;
	u8 media;

	for (media = 0; said && media < said->count; media++) {
		if (from->closing != ALL_STREAMS && from->closing != media)
			continue;
		for (component = 0; component < SIP_IMS_COMPONENTS; component++) {
			if (!said->streams[media].local[component].port)
				continue;
			err = put_binding(skb, from, &said->streams[media],
					  media, component);
			if (err)
				return err;
		}
	}
	return 0;
}

static int put_negotiation(struct sk_buff *skb, const struct sip_ims_call *call,
			   const struct sip_ims_dialog *dialog, u8 closing)
{
	const struct sip_ims_negotiation *media = dialog ? &dialog->negotiation :
							    &call->negotiation;
	struct binding_from from = {
		.call = call,
		.dialog = dialog,
		.closing = closing,
	};
	int err = 0;

	for (from.role = 0; from.role < SIP_IMS_ENDS && !err; from.role++)
		err = put_description(skb, &from, media->now[from.role]);
	return err;
}

static int put_bindings(struct sk_buff *skb, const struct sip_ims_call *call,
			u8 closing)
{
	const struct sip_ims_dialog *dialog;
	int err = 0;

	static_assert((int)SIP_IMS_PARTY_ROLE_CALLER == SIP_IMS_CALLER);
	static_assert((int)SIP_IMS_PARTY_ROLE_CALLEE == SIP_IMS_CALLEE);

	if (list_empty(&call->dialogs))
		return put_negotiation(skb, call, NULL, closing);
	list_for_each_entry(dialog, &call->dialogs, list) {
		if (sip_ims_dialog_open(dialog))
			err = put_negotiation(skb, call, dialog, closing);
		if (err)
			return err;
	}
	return 0;
}

static u32 dialogs_alive(const struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;
	u32 count = 0;

	list_for_each_entry(dialog, &call->dialogs, list)
		count += sip_ims_dialog_alive(dialog);
	return count;
}

static int put_call_values(struct sk_buff *skb, const struct sip_ims_call *call)
{
	const struct sip_ims_session *session = &call->session;
	u64 age = jiffies_to_msecs(jiffies - session->created);

	if (nla_put_u32(skb, SIP_IMS_A_CALL_ID, session->id) ||
	    nla_put_u16(skb, SIP_IMS_A_CALL_ZONE, session->key.zone) ||
	    nla_put_u8(skb, SIP_IMS_A_CALL_STATE, call->state) ||
	    put_text(skb, SIP_IMS_A_CALL_CALL_ID, call->call_id,
		     call->call_id_len) ||
	    put_text(skb, SIP_IMS_A_CALL_FROM, call->from, call->from_len) ||
	    put_text(skb, SIP_IMS_A_CALL_TO, call->to, call->to_len) ||
	    nla_put_u64_64bit(skb, SIP_IMS_A_CALL_AGE, age,
			      SIP_IMS_A_CALL_PAD) ||
	    nla_put_u64_64bit(skb, SIP_IMS_A_CALL_TIMEOUT,
			      msecs_left(session->expires),
			      SIP_IMS_A_CALL_PAD) ||
	    nla_put_u32(skb, SIP_IMS_A_CALL_PINHOLES, session->n_pinholes) ||
	    nla_put_u32(skb, SIP_IMS_A_CALL_DIALOGS, dialogs_alive(call)))
		return -EMSGSIZE;
	return 0;
}

static int put_call(struct sk_buff *skb, const struct sip_ims_call *call,
		    u8 closing, bool cut)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, SIP_IMS_A_MAIN_CALL);
	if (!nest)
		return -EMSGSIZE;
	if (put_call_values(skb, call))
		goto cancel;
	if (put_bindings(skb, call, closing) &&
	    (!cut || nla_put_flag(skb, SIP_IMS_A_CALL_TRUNCATED)))
		goto cancel;
	nla_nest_end(skb, nest);
	return 0;

cancel:
	nla_nest_cancel(skb, nest);
	return -EMSGSIZE;
}

/**
 * sip_ims_nl_put_call() - add one call to a message
 * @skb: the message
 * @session: the call, locked
 * @cut: if the bindings do not fit, leave some out and say so
 *
 * Return: 0 or -EMSGSIZE.
 */
int sip_ims_nl_put_call(struct sk_buff *skb, struct sip_ims_session *session,
			bool cut)
{
	lockdep_assert_held(&session->lock);

	rcu_read_lock();
	sip_ims_traffic_count(session);
	rcu_read_unlock();
	return put_call(skb, sip_ims_call_of(session), ALL_STREAMS, cut);
}

/**
 * sip_ims_nl_put_closing() - add one call to a message, of its streams only the
 *	one that is about to close
 * @skb: the message
 * @call: the call, locked and just counted
 * @media: number of the m= line; its bindings are open no more
 *
 * Bindings that do not fit are left out, and the message says so.
 *
 * Return: 0 or -EMSGSIZE.
 */
int sip_ims_nl_put_closing(struct sk_buff *skb, const struct sip_ims_call *call,
			   u8 media)
{
	lockdep_assert_held(&call->session.lock);

	return put_call(skb, call, media, true);
}

static int put_contact_values(struct sk_buff *skb,
			      const struct sip_ims_registration *registration,
			      const struct sip_ims_contact *contact)
{
	const struct sip_ims_session *session = &registration->session;
	unsigned long expires = contact->active ? contact->expires :
						  session->expires;
	u8 state = contact->active ? SIP_IMS_REGISTRATION_STATE_ACTIVE :
				     SIP_IMS_REGISTRATION_STATE_PENDING;

	if (nla_put_u32(skb, SIP_IMS_A_REGISTRATION_ID, session->id) ||
	    nla_put_u16(skb, SIP_IMS_A_REGISTRATION_ZONE, session->key.zone) ||
	    nla_put_u8(skb, SIP_IMS_A_REGISTRATION_STATE, state) ||
	    put_text(skb, SIP_IMS_A_REGISTRATION_AOR, contact->aor,
		     contact->aor_len) ||
	    put_endpoint(skb, SIP_IMS_A_REGISTRATION_LOCAL_ADDRESS,
			 session->key.l3num, &contact->port->local) ||
	    put_endpoint(skb, SIP_IMS_A_REGISTRATION_MAPPED_ADDRESS,
			 session->key.l3num, &contact->port->mapped) ||
	    put_endpoint(skb, SIP_IMS_A_REGISTRATION_REGISTRAR_ADDRESS,
			 session->key.l3num, &registration->registrar) ||
	    nla_put_u64_64bit(skb, SIP_IMS_A_REGISTRATION_TIMEOUT,
			      msecs_left(expires), SIP_IMS_A_REGISTRATION_PAD))
		return -EMSGSIZE;
	return 0;
}

/**
 * sip_ims_nl_put_contact() - add one registered contact to a message
 * @skb: the message
 * @registration: its owner, locked
 * @contact: the contact
 *
 * Return: 0 or -EMSGSIZE.
 */
int sip_ims_nl_put_contact(struct sk_buff *skb,
			   const struct sip_ims_registration *registration,
			   const struct sip_ims_contact *contact)
{
	struct nlattr *nest;

	lockdep_assert_held(&registration->session.lock);

	nest = nla_nest_start(skb, SIP_IMS_A_MAIN_REGISTRATION);
	if (!nest)
		return -EMSGSIZE;
	if (put_contact_values(skb, registration, contact)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

#define SETTING(NAME, name)						\
	{ SIP_IMS_A_SETTINGS_##NAME,					\
	  sizeof_field(struct sip_ims_settings, name),			\
	  offsetof(struct sip_ims_settings, name) }

const struct sip_ims_nl_setting sip_ims_nl_settings[] = {
	SETTING(MALFORMED, malformed),
	SETTING(PORT_MIN, port_min),
	SETTING(PORT_MAX, port_max),
	SETTING(GRACE, grace),
	SETTING(TIMER_C, timer_c),
	SETTING(MAX_CALL, max_call),
	SETTING(MAX_REGISTRATION, max_registration),
	SETTING(REGISTRATION, registration),
	SETTING(T1, t1),
	SETTING(T4, t4),
	SETTING(INACTIVE_MEDIA, inactive_media),
	SETTING(RETAIN_HOLD, retain_hold),
	SETTING(CANDIDATES, candidates),
	SETTING(AUTH_INT, auth_int),
	SETTING(LOCAL_MEDIA, local_media),
	SETTING(LATCHING, latching),
	SETTING(ADMISSION_FAILURES, admission_failures),
	SETTING(ADMISSION_WINDOW, admission_window),
	SETTING(ADMISSION_BLOCK, admission_block),
	SETTING(SOURCE_CALLS, source_calls),
	SETTING(TCP_MEMORY, tcp_memory),
	{}
};

static int put_settings_values(struct sk_buff *skb,
			       const struct sip_ims_settings *settings)
{
	const struct sip_ims_nl_setting *setting;

	if (nla_put_u16(skb, SIP_IMS_A_SETTINGS_ZONE, settings->zone))
		return -EMSGSIZE;
	for (setting = sip_ims_nl_settings; setting->attr; setting++) {
		if (nla_put(skb, setting->attr, setting->size,
			    (const u8 *)settings + setting->offset))
			return -EMSGSIZE;
	}
	return 0;
}

/**
 * sip_ims_nl_put_settings() - add the settings of one zone to a message
 * @skb: the message
 * @settings: the settings
 *
 * Return: 0 or -EMSGSIZE.
 */
int sip_ims_nl_put_settings(struct sk_buff *skb,
			    const struct sip_ims_settings *settings)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, SIP_IMS_A_MAIN_SETTINGS);
	if (!nest)
		return -EMSGSIZE;
	if (put_settings_values(skb, settings)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static u64 counter_sum(struct sip_ims_net *sn, int type)
{
	u64 sum = 0;
	int cpu;

	if (type == SIP_IMS_A_STATS_CALLS)
		return READ_ONCE(sn->calls);
	if (type == SIP_IMS_A_STATS_REGISTRATIONS)
		return READ_ONCE(sn->registrations);
	if (type == SIP_IMS_A_STATS_TCP_CONNECTIONS)
		return READ_ONCE(sn->connections.count);
	if (type == SIP_IMS_A_STATS_TCP_MEMORY)
		return atomic_long_read(&sn->connections.memory);
	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(sn->counters, cpu)->value[type]);
	return sum;
}

/**
 * sip_ims_nl_put_stats() - add all counters and gauges to a message
 * @skb: the message
 * @sn: the namespace
 *
 * Return: 0 or -EMSGSIZE.
 */
int sip_ims_nl_put_stats(struct sk_buff *skb, struct sip_ims_net *sn)
{
	struct nlattr *nest;
	int type;

	nest = nla_nest_start(skb, SIP_IMS_A_MAIN_STATS);
	if (!nest)
		return -EMSGSIZE;
	for (type = SIP_IMS_A_STATS_PAD + 1; type <= SIP_IMS_A_STATS_MAX; type++) {
		if (nla_put_u64_64bit(skb, type, counter_sum(sn, type),
				      SIP_IMS_A_STATS_PAD)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}
