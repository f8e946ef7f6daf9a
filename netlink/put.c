// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes structures to netlink messages.
 *
 * Each exported function adds one complete nest to a message, or leaves the
 * message unchanged if the nest does not fit.
 */
#include <linux/jiffies.h>
#include <net/netlink.h>

#include <call/dialog.h>
#include <call/traffic.h>
#include <session/counters.h>
#include <session/net.h>
#include <session/pinhole.h>

#include "put.h"

/*
 * Upper bound for one binding: numbers and an IPv4 address, two IPv6 addresses,
 * four flags, two counts, two times and a tag
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

/* The port attribute has the number after that of the address attribute. */
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

/* Milliseconds from now until @then, 0 if that is in the past */
static u64 msecs_left(unsigned long then)
{
	long left = then - jiffies;

	return left > 0 ? jiffies_to_msecs(left) : 0;
}

static bool is_pinhole_of(const struct sip_ims_pinhole *pinhole,
			  const struct sip_ims_stream *stream, int component)
{
	return sip_ims_same_endpoint(&pinhole->inner,
				     &stream->local[component]) &&
	       sip_ims_same_endpoint(&pinhole->outer,
				     &stream->mapped[component]);
}

static bool is_binding_open(const struct sip_ims_session *session,
			    const struct sip_ims_stream *stream, int component)
{
	const struct sip_ims_pinhole *pinhole;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		if (is_pinhole_of(pinhole, stream, component))
			return true;
	}
	return false;
}

static int put_flag(struct sk_buff *skb, int type, bool value)
{
	return value ? nla_put_flag(skb, type) : 0;
}

/* Adds the traffic through the pinholes of an address. */
static int put_traffic(struct sk_buff *skb,
		       const struct sip_ims_session *session,
		       const struct sip_ims_stream *stream, int component)
{
	const struct sip_ims_pinhole *pinhole;
	u64 packets = 0, bytes = 0;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		if (!is_pinhole_of(pinhole, stream, component))
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

/* The later of two times; 0 means never. */
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
 * Adds the time since media to an address and from it was last seen, through
 * its own pinholes and in the replies through those of the other end.
 */
static int put_seen(struct sk_buff *skb, const struct sip_ims_session *session,
		    const struct sip_ims_stream *stream, int component)
{
	const struct sip_ims_pinhole *pinhole;
	u32 rx = 0, tx = 0;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		u32 forth = pinhole->seen[IP_CT_DIR_ORIGINAL];
		u32 back = pinhole->seen[IP_CT_DIR_REPLY];

		if (is_pinhole_of(pinhole, stream, component)) {
			rx = later(rx, forth);
			tx = later(tx, back);
		} else if (sip_ims_same_endpoint(&pinhole->peer,
						 &stream->local[component])) {
			rx = later(rx, back);
			tx = later(tx, forth);
		}
	}
	return put_quiet(skb, SIP_IMS_A_BINDING_RX_QUIET, rx) ?:
	       put_quiet(skb, SIP_IMS_A_BINDING_TX_QUIET, tx);
}

/* Only a host behind a translator device has an address of the other family. */
static int put_xlat_address(struct sk_buff *skb,
			    const struct sip_ims_stream *stream)
{
	return stream->xlat.ip ?
	       nla_put(skb, SIP_IMS_A_BINDING_XLAT_ADDRESS,
		       sizeof(stream->xlat.ip), &stream->xlat.ip) : 0;
}

/**
 * struct binding_source - where a binding was announced
 * @call: call, locked
 * @dialog: dialog, or NULL if the call has none yet
 * @role: end of the call, enum sip_ims_party_role
 * @closing: m= line that is about to be closed, the only one that is reported;
 *	ALL_STREAMS to report all
 */
struct binding_source {
	const struct sip_ims_call *call;
	const struct sip_ims_dialog *dialog;
	u8 role;
	u8 closing;
};

#define ALL_STREAMS		U8_MAX

static_assert(SDP_MEDIA_MAX <= ALL_STREAMS);

static int put_binding_values(struct sk_buff *skb,
			      const struct binding_source *source,
			      const struct sip_ims_stream *stream,
			      u8 mline, int component)
{
	const struct sip_ims_call *call = source->call;
	const struct sip_ims_session *session = &call->session;

	if (nla_put_u8(skb, SIP_IMS_A_BINDING_MLINE, mline) ||
	    nla_put_u8(skb, SIP_IMS_A_BINDING_COMPONENT, component + 1) ||
	    nla_put_u8(skb, SIP_IMS_A_BINDING_L4PROTO, stream->l4proto) ||
	    put_endpoint(skb, SIP_IMS_A_BINDING_LOCAL_ADDRESS,
			 session->key.l3num, &stream->local[component]) ||
	    put_endpoint(skb, SIP_IMS_A_BINDING_MAPPED_ADDRESS,
			 session->key.l3num, &stream->mapped[component]) ||
	    put_xlat_address(skb, stream) ||
	    put_flag(skb, SIP_IMS_A_BINDING_OPEN,
		     source->closing == ALL_STREAMS &&
		     is_binding_open(session, stream, component)) ||
	    put_flag(skb, SIP_IMS_A_BINDING_ON_HOLD, stream->on_hold) ||
	    put_flag(skb, SIP_IMS_A_BINDING_DIRECT, stream->direct) ||
	    put_flag(skb, SIP_IMS_A_BINDING_INACTIVE,
		     call->inactive >> mline & 1))
		return -EMSGSIZE;
	return put_traffic(skb, session, stream, component) ?:
	       put_seen(skb, session, stream, component);
}

/* Adds one component of stream @mline of an end. */
static int put_binding(struct sk_buff *skb, const struct binding_source *source,
		       const struct sip_ims_stream *stream, u8 mline,
		       int component)
{
	const struct sip_ims_dialog *dialog = source->dialog;
	struct nlattr *nest;

	/* leave space for the flag of a truncated list */
	if (skb_tailroom(skb) < NL_BINDING_SPACE + nla_total_size(0))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, SIP_IMS_A_CALL_BINDING);
	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u8(skb, SIP_IMS_A_BINDING_PARTY, source->role) ||
	    (dialog && put_text(skb, SIP_IMS_A_BINDING_TAG,
				dialog->callee.tag, dialog->callee.tag_len)) ||
	    put_binding_values(skb, source, stream, mline, component)) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_description(struct sk_buff *skb,
			   const struct binding_source *source,
			   const struct sip_ims_description *description)
{
	const struct sip_ims_stream *stream;
	u8 mline;
	int err, c;

	for (mline = 0; description && mline < description->count; mline++) {
		if (source->closing != ALL_STREAMS && source->closing != mline)
			continue;
		stream = &description->streams[mline];
		for (c = 0; c < SIP_IMS_COMPONENTS; c++) {
			if (!stream->local[c].port)
				continue;
			err = put_binding(skb, source, stream, mline, c);
			if (err)
				return err;
		}
	}
	return 0;
}

static int put_negotiation(struct sk_buff *skb, const struct sip_ims_call *call,
			   const struct sip_ims_dialog *dialog, u8 closing)
{
	const struct sip_ims_negotiation *negotiation =
		dialog ? &dialog->negotiation : &call->negotiation;
	struct binding_source source = {
		.call = call,
		.dialog = dialog,
		.closing = closing,
	};
	int err = 0;

	for (source.role = 0; source.role < SIP_IMS_ENDS && !err; source.role++)
		err = put_description(skb, &source,
				      negotiation->now[source.role]);
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
		if (sip_ims_dialog_is_open(dialog))
			err = put_negotiation(skb, call, dialog, closing);
		if (err)
			return err;
	}
	return 0;
}

static u32 count_live_dialogs(const struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;
	u32 count = 0;

	list_for_each_entry(dialog, &call->dialogs, list)
		count += sip_ims_dialog_is_alive(dialog);
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
	    nla_put_u32(skb, SIP_IMS_A_CALL_DIALOGS, count_live_dialogs(call)))
		return -EMSGSIZE;
	return 0;
}

static int put_call(struct sk_buff *skb, const struct sip_ims_call *call,
		    u8 closing, bool truncate)
{
	struct nlattr *nest;

	nest = nla_nest_start(skb, SIP_IMS_A_MAIN_CALL);
	if (!nest)
		return -EMSGSIZE;
	if (put_call_values(skb, call))
		goto cancel;
	if (put_bindings(skb, call, closing) &&
	    (!truncate || nla_put_flag(skb, SIP_IMS_A_CALL_TRUNCATED)))
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
 * @session: session of the call, locked
 * @truncate: omit bindings that do not fit, and set the flag truncated
 *
 * Return: 0 or -EMSGSIZE.
 */
int sip_ims_nl_put_call(struct sk_buff *skb, struct sip_ims_session *session,
			bool truncate)
{
	lockdep_assert_held(&session->lock);

	rcu_read_lock();
	sip_ims_traffic_count(session);
	rcu_read_unlock();
	return put_call(skb, sip_ims_call_of(session), ALL_STREAMS, truncate);
}

/**
 * sip_ims_nl_put_closing() - add a call with the one stream to be closed
 * @skb: the message
 * @call: call, locked, its traffic just counted
 * @mline: number of the m= line, whose bindings are reported as not open
 *
 * Omits bindings that do not fit, and sets the flag truncated.
 *
 * Return: 0 or -EMSGSIZE.
 */
int sip_ims_nl_put_closing(struct sk_buff *skb, const struct sip_ims_call *call,
			   u8 mline)
{
	lockdep_assert_held(&call->session.lock);

	return put_call(skb, call, mline, true);
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
 * @registration: registration of the contact, locked
 * @contact: contact
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
 * @settings: settings of the zone
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

static u64 sum_counter(struct sip_ims_net *sn, int type)
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
 * @sn: network namespace
 *
 * Return: 0 or -EMSGSIZE.
 */
int sip_ims_nl_put_stats(struct sk_buff *skb, struct sip_ims_net *sn)
{
	struct nlattr *nest;
	int i;

	nest = nla_nest_start(skb, SIP_IMS_A_MAIN_STATS);
	if (!nest)
		return -EMSGSIZE;
	for (i = SIP_IMS_A_STATS_PAD + 1; i <= SIP_IMS_A_STATS_MAX; i++) {
		if (nla_put_u64_64bit(skb, i, sum_counter(sn, i),
				      SIP_IMS_A_STATS_PAD)) {
			nla_nest_cancel(skb, nest);
			return -EMSGSIZE;
		}
	}
	nla_nest_end(skb, nest);
	return 0;
}
