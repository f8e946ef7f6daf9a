// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is there media?  Streams that nobody uses close (inactive-media).
 */
#include <call/call.h>
#include <call/description.h>
#include <call/dialog.h>
#include <call/traffic.h>
#include <session/counters.h>
#include <session/gate.h>
#include <session/pinhole.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sdp.h>

/* How often a call is looked at, seconds; four times in the time allowed. */
#define CHECK_MIN	1
#define CHECK_MAX	30

/**
 * sip_ims_traffic_count() - packets that came through a session's pinholes
 * @session: locked
 *
 * Context: RCU read side, bottom halves off.
 * Return: how many, since they opened.
 */
u64 sip_ims_traffic_count(struct sip_ims_session *session)
{
	const struct sip_ims_gate *gate = sip_ims_gate();
	struct sip_ims_pinhole *pinhole;
	u64 packets = 0;

	list_for_each_entry(pinhole, &session->pinholes, list) {
		if (pinhole->signalling)
			continue;
		if (gate && gate->traffic && gate->traffic(session, pinhole))
			pinhole->active = (u32)jiffies;
		packets += pinhole->packets;
	}
	return packets;
}

static u32 holds_of(const struct sip_ims_description *said)
{
	u32 holds = 0;
	unsigned int i;

	for (i = 0; said && i < said->count; i++)
		holds |= said->streams[i].on_hold ? 1u << i : 0;
	return holds;
}

/* A bit for each stream that an end of a dialog put on hold. */
static u32 call_holds(const struct sip_ims_call *call)
{
	const struct sip_ims_dialog *dialog;
	u32 holds = 0;
	unsigned int i;

	list_for_each_entry(dialog, &call->dialogs, list) {
		for (i = 0; i < SIP_IMS_ENDS; i++)
			holds |= holds_of(dialog->negotiation.now[i]);
	}
	return holds;
}

/* A bit for each stream that has pinholes, and one if something moved. */
static void streams_of(struct sip_ims_call *call, u32 since, u32 holds,
		       u32 *open, u32 *active)
{
	struct sip_ims_pinhole *pinhole;

	*open = 0;
	*active = 0;
	list_for_each_entry(pinhole, &call->session.pinholes, list) {
		if (pinhole->signalling)
			continue;
		/* Resumed, it has all the time again. */
		if (holds >> pinhole->mline & 1)
			pinhole->active = (u32)jiffies;
		*open |= 1u << pinhole->mline;
		if (time_after32(pinhole->active, since))
			*active |= 1u << pinhole->mline;
	}
}

static bool pinhole_is_idle(const struct sip_ims_pinhole *pinhole,
			    const void *streams)
{
	return !pinhole->signalling &&
	       *(const u32 *)streams >> pinhole->mline & 1;
}

/**
 * sip_ims_traffic_close() - close the pinholes of inactive streams
 * @call: locked
 * @streams: a bit for each m= line, from sip_ims_traffic_check()
 *
 * The call stays; its next offer or answer opens them again.
 *
 * Context: RCU read side, bottom halves off.
 */
void sip_ims_traffic_close(struct sip_ims_call *call, u32 streams)
{
	static_assert(SDP_MEDIA_MAX <= 32);

	sip_ims_pinhole_close_if(&call->session, pinhole_is_idle, &streams);
	sip_ims_count_more(call->session.sn, SIP_IMS_A_STATS_MEDIA_INACTIVE,
			   hweight32(streams));
}

/**
 * sip_ims_traffic_check() - find the streams that no packet has used for long
 * @call: locked
 * @inactive_media: filled in: the setting that says how long, seconds
 *
 * Marks these streams as inactive, for the event that reports them; the caller
 * closes their pinholes.  A call that is not answered yet is left to timer C.
 * Asks for the next check.
 *
 * Context: RCU read side, bottom halves off.
 * Return: a bit for each m= line that has pinholes and no traffic.
 */
u32 sip_ims_traffic_check(struct sip_ims_call *call, u32 *inactive_media)
{
	struct sip_ims_session *session = &call->session;
	struct sip_ims_settings settings;
	u32 open, active, holds = 0;

	sip_ims_settings_copy(session->sn, session->key.zone, &settings);
	*inactive_media = settings.inactive_media;
	if (!settings.inactive_media ||
	    call->state != SIP_IMS_CALL_STATE_CONFIRMED)
		return 0;
	sip_ims_traffic_count(session);
	if (settings.retain_hold == SIP_IMS_SWITCH_ON)
		holds = call_holds(call);
	streams_of(call, (u32)jiffies - settings.inactive_media * HZ, holds,
		   &open, &active);
	/* A stream that is closed now may open with any message. */
	sip_ims_session_check(session, jiffies + HZ *
			      clamp(settings.inactive_media / 4, CHECK_MIN,
				    CHECK_MAX));
	call->inactive |= open & ~active;
	return open & ~active;
}
