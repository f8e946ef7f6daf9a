// SPDX-License-Identifier: GPL-2.0-only
/*
 * Media of a call: its packets, and streams without any (inactive-media).
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

/* Bounds of the time between two checks of a call, seconds. */
#define CHECK_MIN	1
#define CHECK_MAX	30

/**
 * sip_ims_traffic_count() - count the packets through a session's pinholes
 * @session: the session, locked
 *
 * Updates the counts of all media pinholes, too.
 *
 * Context: RCU read side, bottom halves off.
 * Return: number of media packets through the pinholes that are open.
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

static u32
description_on_hold(const struct sip_ims_description *description)
{
	u32 on_hold = 0;
	unsigned int i;

	if (!description)
		return 0;
	for (i = 0; i < description->count; i++)
		on_hold |= description->streams[i].on_hold ? 1u << i : 0;
	return on_hold;
}

/* Return: a bit for each stream that any end of any dialog has on hold. */
static u32 call_on_hold(const struct sip_ims_call *call)
{
	const struct sip_ims_negotiation *negotiation;
	const struct sip_ims_dialog *dialog;
	u32 on_hold = 0;
	unsigned int i;

	list_for_each_entry(dialog, &call->dialogs, list) {
		negotiation = &dialog->negotiation;
		for (i = 0; i < SIP_IMS_ENDS; i++)
			on_hold |= description_on_hold(negotiation->now[i]);
	}
	return on_hold;
}

/*
 * Sets a bit in @open for each stream that has pinholes, and in @active if one
 * of them has passed a packet since @since, jiffies.
 */
static void find_active_streams(struct sip_ims_call *call, u32 since,
				u32 on_hold, u32 *open, u32 *active)
{
	struct sip_ims_pinhole *pinhole;

	*open = 0;
	*active = 0;
	list_for_each_entry(pinhole, &call->session.pinholes, list) {
		if (pinhole->signalling)
			continue;
		/* The time begins again when the stream is resumed. */
		if (on_hold >> pinhole->mline & 1)
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
 * @call: the call, locked
 * @streams: a bit for each m= line, from sip_ims_traffic_check()
 *
 * The call continues; its next offer or answer opens the pinholes again.
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
 * sip_ims_traffic_check() - find the streams without a packet for some time
 * @call: the call, locked
 * @inactive_media: set to this time, the setting inactive-media, in seconds
 *
 * Marks these streams as inactive, for the event that reports them; the caller
 * closes their pinholes.  Asks for the next check.  Does nothing for a call
 * that is not confirmed, which timer-c ends.
 *
 * Context: RCU read side, bottom halves off.
 * Return: a bit for each m= line that has pinholes and no traffic.
 */
u32 sip_ims_traffic_check(struct sip_ims_call *call, u32 *inactive_media)
{
	struct sip_ims_session *session = &call->session;
	struct sip_ims_settings settings;
	u32 open, active, on_hold = 0;

	sip_ims_settings_copy(session->sn, session->key.zone, &settings);
	*inactive_media = settings.inactive_media;
	if (!settings.inactive_media ||
	    call->state != SIP_IMS_CALL_STATE_CONFIRMED)
		return 0;
	sip_ims_traffic_count(session);
	if (settings.retain_hold == SIP_IMS_SWITCH_ON)
		on_hold = call_on_hold(call);
	find_active_streams(call, (u32)jiffies - settings.inactive_media * HZ,
			    on_hold, &open, &active);
	/* Also without open streams, since any message may open one. */
	sip_ims_session_check(session, jiffies + HZ *
			      clamp(settings.inactive_media / 4, CHECK_MIN,
				    CHECK_MAX));
	call->inactive |= open & ~active;
	return open & ~active;
}
