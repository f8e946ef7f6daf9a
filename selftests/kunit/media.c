// SPDX-License-Identifier: GPL-2.0-only
/*
 * Media: unused streams (inactive-media), and those that need not
 * come past the router (local-media).
 */
#include "world.h"

/* Looked at after one second, and then every fifteen. */
#define INACTIVE	60

#define OUT(what, cseq, text, expected)					\
	{ WAY_OUT, what, "a", "b", cseq, .sdp = text, .expect = expected }
#define IN(what, cseq, text, expected)					\
	{ WAY_IN, what, "a", "b", cseq, .sdp = text, .expect = expected }

#define ALL_CLOSE	OFFER_CLOSES ANSWER_CLOSES "MEDIA_INACTIVE\n"
#define HOLD_M		"m phone:40000,40001 = wan:A,A+1 edit hold\n"
#define HOLD_OUT							\
	OUT("INVITE", 2, PHONE_AT("40000") "a=sendonly\r\n",		\
	    HOLD_M "confirmed 4\n")
#define HOLD_IN								\
	IN("200 INVITE", 2, PROXY_AT("30000") "a=recvonly\r\n",		\
	   ANSWER_M "confirmed 4\n")

/* Silent, closed, opened by the same SDP, and silent again. */
static const struct step silent[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	WAIT(INACTIVE - 20, "confirmed 4\n"),
	WAIT(40, ALL_CLOSE "confirmed 0\n"),
	WAIT(500, "confirmed 0\n"),
	OUT("INVITE", 2, PHONE_AT("40000"), OFFER_M OFFER_OPENS ANSWER_OPENS
	    "confirmed 4\n"),
	IN("200 INVITE", 2, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	WAIT(INACTIVE - 20, "confirmed 4\n"),
	WAIT(40, ALL_CLOSE "confirmed 0\n"),
	OUT("BYE", 3, NULL, "ending 0\n"),
	{}
};

/* A refused re-INVITE opens what had closed, too. */
static const struct step silent_refused[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	WAIT(INACTIVE + 20, ALL_CLOSE "confirmed 0\n"),
	OUT("UPDATE", 2, PHONE_AT("40000"), OFFER_M OFFER_OPENS ANSWER_OPENS
	    "confirmed 4\n"),
	IN("491 UPDATE", 2, NULL, "OFFER_REFUSED\nconfirmed 4\n"),
	{}
};

static const struct step talking[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	TALK(1, "confirmed 4\n"),
	WAIT(10 * INACTIVE, "confirmed 4\n"),
	TALK(0, "confirmed 4\n"),
	WAIT(INACTIVE - 20, "confirmed 4\n"),
	WAIT(40, ALL_CLOSE "confirmed 0\n"),
	{}
};

/* The setting is off. */
static const struct step silent_for_ever[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	WAIT(20000, "confirmed 4\n"),
	{}
};

/* One of two streams is used. */
static const struct step half_silent[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000")
	  "m=video 40010 RTP/AVP 96\r\n", .expect =
	  OFFER_M "m phone:40010,40011 = wan:B,B+1 edit\n" OFFER_OPENS
	  "+ proxy:* > wan:B = phone:40010\n"
	  "+ proxy:* > wan:B+1 = phone:40011\n"
	  "CALLS_OPENED\ncalling 4\n" },
	IN("200 INVITE", 1, PROXY_AT("30000") "m=video 30010 RTP/AVP 96\r\n",
	   ANSWER_M "m proxy:30010,30011\n" ANSWER_OPENS
	   "+ phone:40010 > proxy:30010\n"
	   "+ phone:40011 > proxy:30011\n"
	   "confirmed 8\n"),
	TALK(2, "confirmed 8\n"),
	WAIT(INACTIVE + 20, ALL_CLOSE "confirmed 4\n"),
	WAIT(INACTIVE + 20, "confirmed 4\n"),
	TALK(1, "confirmed 4\n"),
	WAIT(INACTIVE + 20,
	     "- proxy:* > wan:B = phone:40010\n"
	     "- proxy:* > wan:B+1 = phone:40011\n"
	     "- phone:40010 > proxy:30010\n"
	     "- phone:40011 > proxy:30011\n"
	     "MEDIA_INACTIVE\nconfirmed 0\n"),
	{}
};

/* No media is expected on hold; the time restarts when the call is resumed. */
static const struct step silent_hold[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	HOLD_OUT, HOLD_IN,
	WAIT(10 * INACTIVE, "confirmed 4\n"),
	OUT("INVITE", 3, PHONE_AT("40000"), OFFER_M "confirmed 4\n"),
	IN("200 INVITE", 3, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	WAIT(INACTIVE - 20, "confirmed 4\n"),
	WAIT(40, ALL_CLOSE "confirmed 0\n"),
	{}
};

static const struct step silent_hold_off[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	HOLD_OUT, HOLD_IN,
	WAIT(INACTIVE + 20, ALL_CLOSE "confirmed 0\n"),
	{}
};

/* A call that only rings is left to timer C. */
static const struct step silent_ring[] = {
	INVITE_OUT,
	IN("183 INVITE", 1, PROXY_AT("30000"), ANSWER_M ANSWER_OPENS
	   "early 4\n"),
	WAIT(10 * INACTIVE, "early 4\n"),
	{}
};

/* Answered, but nothing to look at yet: the ACK brings the rest. */
static const struct step silent_late_offer[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .expect =
	  "CALLS_OPENED\ncalling 0\n" },
	IN("200 INVITE", 1, PROXY_AT("30000"), ANSWER_M "confirmed 0\n"),
	WAIT(5, "confirmed 0\n"),
	OUT("ACK", 1, PHONE_AT("40000"), OFFER_M OFFER_OPENS ANSWER_OPENS
	    "confirmed 4\n"),
	WAIT(INACTIVE - 20, "confirmed 4\n"),
	WAIT(40, ALL_CLOSE "confirmed 0\n"),
	{}
};

/* Only media is looked at: the way to the phone's target stays. */
static const struct step silent_target[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000"),
	  .contact = "<sip:alice@10.0.0.2:6000>", .expect =
	  OFFER_M "target phone:6000 = wan:B\n" OFFER_OPENS
	  "+ sip proxy:* > wan:B = phone:6000\n"
	  "CALLS_OPENED\ncalling 3\n" },
	IN("200 INVITE", 1, PROXY_AT("30000"), ANSWER_M ANSWER_OPENS
	   "confirmed 5\n"),
	WAIT(INACTIVE + 20, ALL_CLOSE "confirmed 1\n"),
	WAIT(INACTIVE + 20, "confirmed 1\n"),
	{}
};

#define WAN_AT(port)	SDP_AT("203.0.113.1", port)
#define PHONE2_M	"m phone2:50000,50001 = wan:B,B+1 edit\n"

/* Two phones behind the router get the addresses of each other. */
static const struct step direct[] = {
	INVITE_OUT,
	{ WAY_IN2, "INVITE", "a", NULL, 1, .sdp = WAN_AT("$A"), .expect =
	  "m phone:40000,40001 = wan:A,A+1 here direct\n"
	  "LOCAL_MEDIA\nCALLS_OPENED\ncalling 2\ncalling 0\n" },
	{ WAY_OUT2, "200 INVITE", "a", "b", 1,
	  .sdp = SDP_AT("10.0.0.3", "50000"), .expect =
	  PHONE2_M "calling 2\nconfirmed 0\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = WAN_AT("$B"), .expect =
	  "m phone2:50000,50001 = wan:B,B+1 here direct\n"
	  OFFER_CLOSES "LOCAL_MEDIA\nconfirmed 0\nconfirmed 0\n" },
	{ WAY_OUT, "BYE", "a", "b", 2, .expect = "ending 0\nconfirmed 0\n" },
	{ WAY_IN2, "BYE", "a", "b", 2, .expect = "ending 0\nending 0\n" },
	{}
};

/* No way from the one to the other but through the router. */
static const struct step direct_away[] = {
	INVITE_OUT,
	{ WAY_IN2, "INVITE", "a", NULL, 1, .sdp = WAN_AT("$A"), .away = true,
	  .expect = "m phone:40000,40001 = wan:A,A+1 here\n"
	  "CALLS_OPENED\ncalling 2\ncalling 0\n" },
	{ WAY_OUT2, "200 INVITE", "a", "b", 1,
	  .sdp = SDP_AT("10.0.0.3", "50000"), .expect = PHONE2_M
	  "+ phone2:50000 > wan:A = phone:40000\n"
	  "+ phone2:50001 > wan:A+1 = phone:40001\n"
	  "+ phone:40000 > wan:B = phone2:50000\n"
	  "+ phone:40001 > wan:B+1 = phone2:50001\n"
	  "calling 2\nconfirmed 4\n" },
	{}
};

/* The session's address is one for both lines, and one of them is elsewhere. */
static const struct step direct_together[] = {
	INVITE_OUT,
	{ WAY_IN2, "INVITE", "a", NULL, 1, .sdp = WAN_AT("$A")
	  "m=video 30010 RTP/AVP 96\r\n", .expect =
	  "m phone:40000,40001 = wan:A,A+1 here\n"
	  "m wan:30010,30011 third\n"
	  "CALLS_OPENED\ncalling 2\ncalling 0\n" },
	/* a line with an address of its own is on its own */
	{ WAY_IN2, "INVITE", "a", NULL, 2, .sdp = WAN_AT("$A")
	  "m=video 30010 RTP/AVP 96\r\nc=IN IP4 198.51.100.9\r\n", .expect =
	  "m phone:40000,40001 = wan:A,A+1 here direct\n"
	  "m proxy:30010,30011\n"
	  "LOCAL_MEDIA\ncalling 2\ncalling 0\n" },
	/* what is refused is nowhere */
	{ WAY_IN2, "INVITE", "a", NULL, 3, .sdp = WAN_AT("$A")
	  "m=video 0 RTP/AVP 96\r\n", .expect =
	  "m phone:40000,40001 = wan:A,A+1 here direct\n"
	  "m off\n"
	  "LOCAL_MEDIA\ncalling 2\ncalling 0\n" },
	{}
};

const struct script media_scripts[] = {
	SCRIPT(silent, .inactive = INACTIVE),
	SCRIPT(silent_refused, .inactive = INACTIVE),
	SCRIPT(talking, .inactive = INACTIVE),
	SCRIPT(silent_for_ever),
	SCRIPT(half_silent, .inactive = INACTIVE),
	SCRIPT(silent_hold, .inactive = INACTIVE),
	SCRIPT(silent_hold_off, .inactive = INACTIVE, .no_retain = true),
	SCRIPT(silent_ring, .inactive = INACTIVE),
	SCRIPT(silent_late_offer, .inactive = INACTIVE),
	SCRIPT(silent_target, .inactive = INACTIVE),
	SCRIPT(direct, .local_media = true),
	SCRIPT(direct_away, .local_media = true),
	SCRIPT(direct_together, .local_media = true),
	{}
};
