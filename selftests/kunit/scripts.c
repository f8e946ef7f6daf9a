// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dialogs, message by message, and what must follow from each.  Played as they
 * are, and with everything failing that can fail.
 *
 * An answer that comes closes nothing that was in use before its offer: that
 * goes when the time of T4 is over (WAIT_T4).
 */
#include "world.h"

#define OFFER_M_HOLD	"m phone:40000,40001 = wan:A,A+1 edit hold\n"

static const struct step out_call[] = {
	INVITE_OUT,
	{ WAY_IN, "100 INVITE", "a", NULL, 1, .expect = "calling 2\n" },
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000"), .expect =
	  OFFER_M "calling 2\n" },
	{ WAY_IN, "180 INVITE", "a", "b", 1, .expect = "early 2\n" },
	{ WAY_IN, "183 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000"), .expect =
	  ANSWER_M ANSWER_OPENS "early 4\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000"), .expect =
	  ANSWER_M "confirmed 4\n" },
	{ WAY_OUT, "ACK", "a", "b", 1, .expect = "confirmed 4\n" },
	/* hold */
	{ WAY_OUT, "INVITE", "a", "b", 2, .sdp = PHONE_AT("40000")
	  "a=sendonly\r\n", .expect = OFFER_M_HOLD "confirmed 4\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 2, .sdp = PROXY_AT("30000")
	  "a=recvonly\r\n", .expect = ANSWER_M "confirmed 4\n" },
	/* resume, and the phone moves its port */
	{ WAY_OUT, "INVITE", "a", "b", 3, .sdp = PHONE_AT("40100"), .expect =
	  "m phone:40100,40101 = wan:B,B+1 edit\n"
	  "+ proxy:* > wan:B = phone:40100\n"
	  "+ proxy:* > wan:B+1 = phone:40101\n"
	  "+ phone:40100 > proxy:30000\n"
	  "+ phone:40101 > proxy:30001\n"
	  "confirmed 8\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 3, .sdp = PROXY_AT("30000"), .expect =
	  ANSWER_M "confirmed 8\n" },
	WAIT(WORLD_T4 - 10, "confirmed 8\n"),
	WAIT(20, OFFER_CLOSES ANSWER_CLOSES "confirmed 4\n"),
	{ WAY_OUT, "BYE", "a", "b", 4, .expect = "ending 4\n" },
	{ WAY_IN, "200 BYE", "a", "b", 4, .expect = "ending 4\n" },
	/* too late for anything */
	{ WAY_IN, "INVITE", "b", "a", 9, .sdp = PROXY_AT("31000"), .expect =
	  "STRAY_SDP\nending 4\n" },
	WAIT_GRACE("- proxy:* > wan:B = phone:40100\n"
		   "- proxy:* > wan:B+1 = phone:40101\n"
		   "- phone:40100 > proxy:30000\n"
		   "- phone:40101 > proxy:30001\n"),
	{}
};

static const struct step in_call[] = {
	{ WAY_IN, "INVITE", "a", NULL, 1, .sdp = PROXY_AT("30000"), .expect =
	  ANSWER_M "CALLS_OPENED\ncalling 0\n" },
	{ WAY_OUT, "180 INVITE", "a", "b", 1, .expect = "early 0\n" },
	{ WAY_OUT, "200 INVITE", "a", "b", 1, .sdp = PHONE_AT("40000"),
	  .expect = OFFER_M ANSWER_OPENS OFFER_OPENS "confirmed 4\n" },
	{ WAY_IN, "ACK", "a", "b", 1, .expect = "confirmed 4\n" },
	/* the phone takes the stream back, and the caller agrees */
	{ WAY_OUT, "INVITE", "b", "a", 1, .sdp = PHONE_AT("0"), .expect =
	  "m off\nconfirmed 4\n" },
	{ WAY_IN, "200 INVITE", "b", "a", 1, .sdp = PROXY_AT("0"), .expect =
	  "m off\nconfirmed 4\n" },
	WAIT_T4(ANSWER_CLOSES OFFER_CLOSES "confirmed 0\n"),
	{ WAY_IN, "BYE", "a", "b", 2, .expect = "ending 0\n" },
	{}
};

/* Nothing is translated: either end may send from any port. */
static const struct step no_nat[] = {
	{ WAY_FORTH, "INVITE", "a", NULL, 1,
	  .sdp = SDP_AT("192.0.2.2", "40000"), .expect =
	  "m host:40000,40001\n"
	  "+ proxy:* > host:40000\n"
	  "+ proxy:* > host:40001\n"
	  "CALLS_OPENED\ncalling 2\n" },
	{ WAY_BACK, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000"),
	  .expect = ANSWER_M
	  "+ host:* > proxy:30000\n"
	  "+ host:* > proxy:30001\n"
	  "confirmed 4\n" },
	/* a media gateway next to the proxy would need NAT on the way */
	{ WAY_BACK, "INVITE", "b", "a", 1,
	  .sdp = SDP_AT("198.51.100.20", "30000"), .expect =
	  "m -\nTHIRD_PARTY\nconfirmed 4\n" },
	{ WAY_FORTH, "200 INVITE", "b", "a", 1,
	  .sdp = SDP_AT("192.0.2.2", "40000"), .expect =
	  "m host:40000,40001\nconfirmed 4\n" },
	WAIT_T4("- host:* > proxy:30000\n"
		"- host:* > proxy:30001\n"
		"confirmed 2\n"),
	{ WAY_FORTH, "BYE", "a", "b", 2, .expect = "ending 2\n" },
	{}
};

/* Two branches ring; one of them answers, on another port than it rang on. */
static const struct step fork[] = {
	INVITE_OUT,
	{ WAY_IN, "183 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000"), .expect =
	  ANSWER_M ANSWER_OPENS "early 4\n" },
	{ WAY_IN, "183 INVITE", "a", "c", 1, .sdp = PROXY_AT("30100"), .expect =
	  "m proxy:30100,30101\n"
	  "+ phone:40000 > proxy:30100\n"
	  "+ phone:40001 > proxy:30101\n"
	  "early 6\n", .fresh = true },
	{ WAY_IN, "200 INVITE", "a", "c", 1, .sdp = PROXY_AT("30200"), .expect =
	  "m proxy:30200,30201\n"
	  "+ phone:40000 > proxy:30200\n"
	  "+ phone:40001 > proxy:30201\n"
	  "- phone:40000 > proxy:30100\n"
	  "- phone:40001 > proxy:30101\n"
	  "confirmed 6 lost:b\n" },
	{ WAY_OUT, "ACK", "a", "c", 1, .expect = "confirmed 6 lost:b\n" },
	/* a late failure of the other branch changes nothing */
	{ WAY_IN, "480 INVITE", "a", "b", 1, .expect =
	  "confirmed 6 lost:b\n" },
	WAIT(WORLD_GRACE - 20, "confirmed 6 lost:b\n"),
	WAIT(30, ANSWER_CLOSES "confirmed 4 lost:b\n"),
	/* the only branch that was answered ends, so the call does */
	{ WAY_OUT, "BYE", "a", "c", 2, .expect = "ending 4 lost:b\n" },
	{}
};

/* Both branches answer; the call goes on until both have ended. */
static const struct step two_answers[] = {
	INVITE_OUT,
	ANSWER_IN,
	{ WAY_IN, "200 INVITE", "a", "c", 1, .sdp = PROXY_AT("30100"), .expect =
	  "m proxy:30100,30101\n"
	  "+ phone:40000 > proxy:30100\n"
	  "+ phone:40001 > proxy:30101\n"
	  "confirmed 6\n" },
	{ WAY_OUT, "BYE", "a", "b", 2, .expect = "confirmed 6 ending:b\n" },
	{ WAY_IN, "INVITE", "c", "a", 1, .sdp = PROXY_AT("30100")
	  "a=sendonly\r\n", .expect =
	  "m proxy:30100,30101 hold\nconfirmed 6 ending:b\n" },
	{ WAY_OUT, "200 INVITE", "c", "a", 1, .sdp = PHONE_AT("40000"),
	  .expect = OFFER_M "confirmed 6 ending:b\n" },
	WAIT_GRACE(ANSWER_CLOSES "confirmed 4 closed:b\n"),
	/* nothing brings it back */
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000"),
	  .expect = ANSWER_M "STRAY_SDP\nconfirmed 4 closed:b\n" },
	{ WAY_IN, "BYE", "c", "a", 2, .expect = "ending 4 closed:b\n" },
	{}
};

/* The caller lets one ringing branch go; the other one may still answer. */
static const struct step early_bye[] = {
	INVITE_OUT,
	{ WAY_IN, "180 INVITE", "a", "b", 1, .expect = "early 2\n" },
	{ WAY_IN, "180 INVITE", "a", "c", 1, .expect = "early 2\n" },
	{ WAY_OUT, "BYE", "a", "b", 2, .expect = "early 2 ending:b\n" },
	{ WAY_IN, "200 INVITE", "a", "c", 1, .sdp = PROXY_AT("30000"), .expect =
	  ANSWER_M ANSWER_OPENS "confirmed 4 ending:b\n" },
	{ WAY_OUT, "BYE", "a", "c", 3, .expect = "ending 4\n" },
	{}
};

static const struct step cancelled[] = {
	INVITE_OUT,
	{ WAY_IN, "180 INVITE", "a", "b", 1, .expect = "early 2\n" },
	{ WAY_OUT, "CANCEL", "a", NULL, 1, .expect = "ending 2\n" },
	{ WAY_IN, "200 CANCEL", "a", "b", 1, .expect = "ending 2\n" },
	{ WAY_IN, "487 INVITE", "a", "b", 1, .expect = "ending 2\n" },
	{ WAY_OUT, "ACK", "a", "b", 1, .expect = "ending 2\n" },
	{}
};

/* The answer was faster than the CANCEL; and only the caller may cancel. */
static const struct step cancelled_late[] = {
	INVITE_OUT,
	{ WAY_IN, "CANCEL", "b", "a", 1, .expect = "calling 2\n" },
	ANSWER_IN,
	{ WAY_OUT, "CANCEL", "a", NULL, 1, .expect = "confirmed 4\n" },
	{ WAY_OUT, "BYE", "a", "b", 2, .expect = "ending 4\n" },
	{}
};

/* With credentials the same call begins again, on the same ports. */
static const struct step credentials[] = {
	INVITE_OUT,
	{ WAY_IN, "407 INVITE", "a", "p", 1, .expect = "ending 2\n" },
	{ WAY_OUT, "ACK", "a", "p", 1, .expect = "ending 2\n" },
	{ WAY_OUT, "INVITE", "a", NULL, 2, .sdp = PHONE_AT("40000"), .expect =
	  OFFER_M "calling 2\n" },
	/* an answer to the first one comes again */
	{ WAY_IN, "407 INVITE", "a", "p", 1, .expect = "calling 2\n" },
	{ WAY_IN, "486 INVITE", "a", "b", 2, .expect = "ending 2\n" },
	{}
};

/* No offer in the INVITE: it comes in the 2xx, the answer in the ACK. */
static const struct step late_offer[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .expect =
	  "CALLS_OPENED\ncalling 0\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000"),
	  .expect = ANSWER_M "confirmed 0\n" },
	{ WAY_OUT, "ACK", "a", "b", 1, .sdp = PHONE_AT("40000"), .expect =
	  OFFER_M OFFER_OPENS ANSWER_OPENS "confirmed 4\n" },
	{ WAY_IN, "BYE", "b", "a", 1, .expect = "ending 4\n" },
	{}
};

/* The announcement comes from a gateway next to the proxy. */
static const struct step gateway[] = {
	INVITE_OUT,
	{ WAY_IN, "183 INVITE", "a", "b", 1, .away = true,
	  .sdp = SDP_AT("198.51.100.20", "30000"), .expect =
	  "m -\nTHIRD_PARTY\nearly 2\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1,
	  .sdp = SDP_AT("198.51.100.20", "30002"), .expect =
	  "m gateway:30002,30003 third\n"
	  "+ gateway:* > wan:A = phone:40000\n"
	  "+ gateway:* > wan:A+1 = phone:40001\n"
	  "+ phone:40000 > gateway:30002\n"
	  "+ phone:40001 > gateway:30003\n"
	  OFFER_CLOSES "confirmed 4\n" },
	{ WAY_OUT, "BYE", "a", "b", 2, .expect = "ending 4\n" },
	{}
};

/* A phone behind the router cannot announce another host. */
static const struct step stranger[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = SDP_AT("192.0.2.99", "40000"),
	  .expect = "m -\nTHIRD_PARTY\nCALLS_OPENED\ncalling 0\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000"),
	  .expect = ANSWER_M "confirmed 0\n" },
	{}
};

static const struct step service_ports[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("5060"), .expect =
	  "m -\nSERVICE_PORT\nCALLS_OPENED\ncalling 0\n" },
	{ WAY_OUT, "INVITE", "a", NULL, 2, .sdp = PHONE_AT("1023"), .expect =
	  "m -\nSERVICE_PORT\ncalling 0\n" },
	/* its RTCP would be 5060 */
	{ WAY_OUT, "INVITE", "a", NULL, 3, .sdp = PHONE_AT("5059"), .expect =
	  "m -\nSERVICE_PORT\ncalling 0\n" },
	{ WAY_OUT, "INVITE", "a", NULL, 4, .sdp = PHONE_AT("65535"), .expect =
	  "m -\nSERVICE_PORT\ncalling 0\n" },
	{ WAY_OUT, "INVITE", "a", NULL, 5, .sdp = PHONE_AT("65534"), .expect =
	  "m phone:65534,65535 = wan:A,A+1 edit\n"
	  "+ proxy:* > wan:A = phone:65534\n"
	  "+ proxy:* > wan:A+1 = phone:65535\n"
	  "calling 2\n" },
	{ WAY_OUT, "INVITE", "a", NULL, 6, .sdp = PHONE_AT("1024"), .expect =
	  "m phone:1024,1025 = wan:B,B+1 edit\n"
	  "+ proxy:* > wan:B = phone:1024\n"
	  "+ proxy:* > wan:B+1 = phone:1025\n"
	  "- proxy:* > wan:A = phone:65534\n"
	  "- proxy:* > wan:A+1 = phone:65535\n"
	  "calling 2\n" },
	{}
};

static const struct step mux[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000")
	  "a=rtcp-mux\r\n", .expect =
	  "m phone:40000,40001 = wan:A,A+1 mux edit\n"
	  OFFER_OPENS "CALLS_OPENED\ncalling 2\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000")
	  "a=rtcp-mux\r\n", .expect =
	  "m proxy:30000,30001 mux\n"
	  "+ phone:40000 > proxy:30000\n"
	  "- proxy:* > wan:A+1 = phone:40001\n"
	  "confirmed 2\n" },
	{}
};

/* Only the offerer would: RTCP has its own way, to either end. */
static const struct step mux_declined[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000")
	  "a=rtcp-mux\r\n", .expect =
	  "m phone:40000,40001 = wan:A,A+1 mux edit\n"
	  OFFER_OPENS "CALLS_OPENED\ncalling 2\n" },
	ANSWER_IN,
	{}
};

/*
 * Audio with RTCP elsewhere, fax and messages: one port each for these.  A
 * hidden end connects from whatever port it likes: that is the ruleset's.
 */
static const struct step many_streams[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000")
	  "a=rtcp:41000\r\n"
	  "m=image 40010 udptl t38\r\n"
	  "m=message 40020 TCP/MSRP *\r\n"
	  "m=quantum 40030 HOPE 1\r\n", .expect =
	  "m phone:40000,41000 = wan:A,A+1 edit\n"
	  "m phone:40010 = wan:B edit\n"
	  "m tcp phone:40020 = wan:C edit\n"
	  "m -\n"
	  "+ proxy:* > wan:A = phone:40000\n"
	  "+ proxy:* > wan:A+1 = phone:41000\n"
	  "+ proxy:* > wan:B = phone:40010\n"
	  "+ tcp proxy:* > wan:C = phone:40020\n"
	  "CALLS_OPENED\ncalling 4\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000")
	  "m=image 30010 udptl t38\r\n"
	  "m=message 30020 TCP/MSRP *\r\n"
	  "m=quantum 0 HOPE 1\r\n", .expect =
	  "m proxy:30000,30001\n"
	  "m proxy:30010\n"
	  "m tcp proxy:30020\n"
	  "m off\n"
	  "+ phone:40000 > proxy:30000\n"
	  "+ phone:41000 > proxy:30001\n"
	  "+ phone:40010 > proxy:30010\n"
	  "confirmed 7\n" },
	{ WAY_OUT, "BYE", "a", "b", 2, .expect = "ending 7\n" },
	{}
};

/* Two m= lines on one port share its pair; the first one goes, it stays. */
static const struct step bundle[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000")
	  "m=video 40000 RTP/AVP 96\r\n", .expect = OFFER_M OFFER_M
	  OFFER_OPENS "CALLS_OPENED\ncalling 2\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000")
	  "m=video 30000 RTP/AVP 96\r\n", .expect = ANSWER_M ANSWER_M
	  ANSWER_OPENS "confirmed 4\n" },
	{ WAY_OUT, "INVITE", "a", "b", 2, .sdp = PHONE_AT("0")
	  "m=video 40000 RTP/AVP 96\r\n", .expect = "m off\n" OFFER_M
	  "confirmed 4\n" },
	{ WAY_OUT, "INVITE", "a", "b", 3, .sdp = PHONE_AT("0")
	  "m=video 0 RTP/AVP 96\r\n", .expect = "m off\nm off\n"
	  "confirmed 4\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 3, .sdp = PROXY_AT("0")
	  "m=video 0 RTP/AVP 96\r\n", .expect = "m off\nm off\n"
	  "confirmed 4\n" },
	WAIT_T4(OFFER_CLOSES ANSWER_CLOSES "confirmed 0\n"),
	{}
};

/* The old way to hold: the address is 0.0.0.0, the pair stays. */
static const struct step old_hold[] = {
	INVITE_OUT,
	ANSWER_IN,
	{ WAY_OUT, "INVITE", "a", "b", 2, .sdp = SDP_AT("0.0.0.0", "40000"),
	  .expect = "m phone:40000,40001 = wan:A,A+1 hold\nconfirmed 4\n" },
	{ WAY_OUT, "INVITE", "a", "b", 3, .sdp = PHONE_AT("40000"),
	  .expect = OFFER_M "confirmed 4\n" },
	{ WAY_OUT, "BYE", "a", "b", 4, .expect = "ending 4\n" },
	{}
};

/* One line moves to the port of another that is on hold: one pair, not two. */
static const struct step hold_taken[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40002")
	  "m=video 40000 RTP/AVP 96\r\n", .expect =
	  "m phone:40002,40003 = wan:A,A+1 edit\n"
	  "m phone:40000,40001 = wan:B,B+1 edit\n"
	  "+ proxy:* > wan:A = phone:40002\n"
	  "+ proxy:* > wan:A+1 = phone:40003\n"
	  "+ proxy:* > wan:B = phone:40000\n"
	  "+ proxy:* > wan:B+1 = phone:40001\n"
	  "CALLS_OPENED\ncalling 4\n" },
	{ WAY_OUT, "INVITE", "a", NULL, 2, .sdp = PHONE_AT("40000")
	  "m=video 40000 RTP/AVP 96\r\nc=IN IP4 0.0.0.0\r\n", .expect =
	  "m phone:40000,40001 = wan:B,B+1 edit\n"
	  "m phone:40000,40001 = wan:B,B+1 hold\n"
	  "- proxy:* > wan:A = phone:40002\n"
	  "- proxy:* > wan:A+1 = phone:40003\n"
	  "calling 2\n" },
	{ WAY_OUT, "INVITE", "a", NULL, 3, .sdp = PHONE_AT("0")
	  "m=video 0 RTP/AVP 96\r\n", .expect =
	  "m off\nm off\n"
	  "- proxy:* > wan:B = phone:40000\n"
	  "- proxy:* > wan:B+1 = phone:40001\n"
	  "calling 0\n" },
	{}
};

/* Either end wants its next requests on a port it does not send from. */
static const struct step targets[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000"),
	  .contact = "<sip:alice@10.0.0.2:6000>", .expect =
	  OFFER_M
	  "target phone:6000 = wan:B\n"
	  OFFER_OPENS
	  "+ sip proxy:* > wan:B = phone:6000\n"
	  "CALLS_OPENED\ncalling 3\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000"),
	  .contact = "<sip:bob@198.51.100.9:7000>", .expect =
	  ANSWER_M
	  "target proxy:7000\n"
	  ANSWER_OPENS
	  "+ sip phone:* > proxy:7000\n"
	  "confirmed 6\n" },
	/* it moves again: the old pair goes back */
	{ WAY_OUT, "INVITE", "a", "b", 2, .sdp = PHONE_AT("40000"),
	  .contact = "<sip:alice@10.0.0.2:6002>", .expect =
	  OFFER_M
	  "target phone:6002 = wan:C\n"
	  "+ sip proxy:* > wan:C = phone:6002\n"
	  "- sip proxy:* > wan:B = phone:6000\n"
	  "confirmed 6\n" },
	/* below the floor, and another host */
	{ WAY_OUT, "INVITE", "a", "b", 3, .sdp = PHONE_AT("40000"),
	  .contact = "<sip:alice@10.0.0.2:1023>", .expect =
	  OFFER_M "confirmed 6\n" },
	{ WAY_OUT, "INVITE", "a", "b", 4, .sdp = PHONE_AT("40000"),
	  .contact = "<sip:alice@10.0.0.3:6004>", .expect =
	  OFFER_M "confirmed 6\n" },
	{}
};

/* Two phones behind the router, the proxy outside: the call crosses twice. */
static const struct step hairpin[] = {
	INVITE_OUT,
	{ WAY_IN2, "INVITE", "a", NULL, 1, .sdp = SDP_AT("203.0.113.1", "$A"),
	  .expect = "m phone:40000,40001 = wan:A,A+1 here\n"
	  "CALLS_OPENED\ncalling 2\ncalling 0\n" },
	{ WAY_OUT2, "200 INVITE", "a", "b", 1, .sdp = SDP_AT("10.0.0.3", "50000"),
	  .expect = "m phone2:50000,50001 = wan:B,B+1 edit\n"
	  "+ phone2:50000 > wan:A = phone:40000\n"
	  "+ phone2:50001 > wan:A+1 = phone:40001\n"
	  "+ phone:40000 > wan:B = phone2:50000\n"
	  "+ phone:40001 > wan:B+1 = phone2:50001\n"
	  "calling 2\nconfirmed 4\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = SDP_AT("203.0.113.1", "$B"),
	  .expect = "m phone2:50000,50001 = wan:B,B+1 here\n"
	  "shared phone2:50000 > wan:A = phone:40000\n"
	  "shared phone2:50001 > wan:A+1 = phone:40001\n"
	  "shared phone:40000 > wan:B = phone2:50000\n"
	  "shared phone:40001 > wan:B+1 = phone2:50001\n"
	  OFFER_CLOSES
	  "EXPECTATION_SHARED 4\nconfirmed 4\nconfirmed 4\n" },
	{ WAY_OUT, "BYE", "a", "b", 2, .expect =
	  "ending 4\nconfirmed 4\n" },
	{ WAY_IN2, "BYE", "a", "b", 2, .expect = "ending 4\nending 4\n" },
	{}
};

/* The proxy lets two phones behind the router ring: two legs, two NATs. */
static const struct step fork_inside[] = {
	{ WAY_IN, "INVITE", "a", NULL, 1, .sdp = PROXY_AT("30000"), .expect =
	  ANSWER_M "CALLS_OPENED\ncalling 0\n" },
	{ WAY_IN2, "INVITE", "a", NULL, 1, .sdp = PROXY_AT("30000"), .expect =
	  ANSWER_M "CALLS_OPENED\ncalling 0\ncalling 0\n" },
	{ WAY_OUT, "180 INVITE", "a", "c", 1, .expect = "early 0\ncalling 0\n" },
	{ WAY_OUT2, "200 INVITE", "a", "b", 1, .sdp = SDP_AT("10.0.0.3", "50000"),
	  .expect = "m phone2:50000,50001 = wan:A,A+1 edit\n"
	  "+ phone2:50000 > proxy:30000\n"
	  "+ phone2:50001 > proxy:30001\n"
	  "+ proxy:* > wan:A = phone2:50000\n"
	  "+ proxy:* > wan:A+1 = phone2:50001\n"
	  "early 0\nconfirmed 4\n" },
	{ WAY_IN, "CANCEL", "a", NULL, 1, .expect = "ending 0\nconfirmed 4\n" },
	{ WAY_OUT, "487 INVITE", "a", "c", 1, .expect =
	  "ending 0\nconfirmed 4\n" },
	{ WAY_IN2, "BYE", "a", "b", 2, .expect = "ending 0\nending 4\n" },
	{}
};

#define HOST_M		"m host:40000,40001\n"
#define HOST_OPENS							\
	"+ proxy:* > host:40000\n"					\
	"+ proxy:* > host:40001\n"
#define HOST_SHARES							\
	"shared proxy:* > host:40000\n"					\
	"shared proxy:* > host:40001\n"					\
	"EXPECTATION_SHARED 2\n"
#define HOST_INVITE(...)						\
	{ WAY_FORTH, "INVITE", "a", NULL, 1,				\
	  .sdp = SDP_AT("192.0.2.2", "40000"), .expect =		\
	  HOST_M HOST_OPENS "CALLS_OPENED\ncalling 2\n", __VA_ARGS__ }

/* Another call, on the same port */
#define HOST_AGAIN(number, expected)					\
	{ WAY_FORTH, "INVITE", "a", NULL, number, .call_id = "two@a",	\
	  .sdp = SDP_AT("192.0.2.2", "40000"), .expect = HOST_M expected }

/* Two calls to one media port without NAT are one flow to the network. */
static const struct step shared[] = {
	HOST_INVITE(),
	HOST_AGAIN(1, HOST_SHARES "CALLS_OPENED\ncalling 2\ncalling 2\n"),
	{ WAY_FORTH, "INVITE", "a", NULL, 2, .call_id = "two@a",
	  .sdp = SDP_AT("192.0.2.2", "0"), .expect =
	  "m off\n"
	  "unshare proxy:* > host:40000\n"
	  "unshare proxy:* > host:40001\n"
	  "calling 2\ncalling 0\n" },
	{}
};

/*
 * A call that is over makes room, and misses what it has yielded.  Its messages
 * that come when it is gone would be those of another one.
 */
static const struct step over[] = {
	HOST_INVITE(.fresh = true),
	{ WAY_BACK, "200 INVITE", "a", "b", 1, .fresh = true, .expect =
	  "confirmed 2\n" },
	{ WAY_FORTH, "BYE", "a", "b", 2, .fresh = true, .expect =
	  "ending 2\n" },
	{ WAY_BACK, "200 BYE", "a", "b", 2, .fresh = true, .expect =
	  "ending 2\n" },
	HOST_AGAIN(1, HOST_OPENS "CALLS_OPENED\nending 2\ncalling 2\n"),
	WAIT_GRACE("missed proxy:* > host:40000\n"
		   "missed proxy:* > host:40001\n"
		   "calling 2\n"),
	/* what it has lost is open, for who took it */
	{ WAY_FORTH, "INVITE", "a", NULL, 2, .call_id = "two@a",
	  .sdp = SDP_AT("192.0.2.2", "0"), .expect =
	  "m off\n"
	  "- proxy:* > host:40000\n"
	  "- proxy:* > host:40001\n"
	  "calling 0\n" },
	{}
};

/* A failed INVITE needs no BYE to be over; the same messages come again. */
static const struct step over_failed[] = {
	HOST_INVITE(),
	{ WAY_BACK, "486 INVITE", "a", "b", 1, .expect = "ending 2\n" },
	HOST_AGAIN(1, HOST_OPENS "CALLS_OPENED\nending 2\ncalling 2\n"),
	{}
};

/* One pinhole, so that those that are tried again have no order */
#define UDP_M		"m host:40000\n"
#define UDP_INVITE(call, number, expected)				\
	{ WAY_FORTH, "INVITE", "a", NULL, number, .call_id = call,	\
	  .sdp = "c=IN IP4 192.0.2.2\r\nm=application 40000 udp wb\r\n", \
	  .fresh = true, .expect = UDP_M expected }
#define UDP_OPENS	"+ proxy:* > host:40000\n"
#define UDP_SHARES	"shared proxy:* > host:40000\nEXPECTATION_SHARED\n"

/*
 * The BYE has no response, so its sender takes nothing from the call.  Once it
 * is answered, who shares has it before the grace of the other one is over.
 */
static const struct step not_over[] = {
	UDP_INVITE(NULL, 1, UDP_OPENS "CALLS_OPENED\ncalling 1\n"),
	{ WAY_BACK, "200 INVITE", "a", "b", 1, .fresh = true, .expect =
	  "confirmed 1\n" },
	{ WAY_FORTH, "BYE", "a", "b", 2, .fresh = true, .expect =
	  "ending 1\n" },
	UDP_INVITE("two@a", 1,
		   UDP_SHARES "CALLS_OPENED\nending 1\ncalling 1\n"),
	WAIT(WORLD_GRACE / 5, "ending 1\ncalling 1\n"),
	/* an answer, but to another request */
	{ WAY_BACK, "200 INVITE", "a", "b", 1, .fresh = true, .expect =
	  "ending 1\ncalling 1\n" },
	{ WAY_BACK, "200 BYE", "a", "b", 2, .fresh = true, .expect =
	  "ending 1\ncalling 1\n" },
	WAIT(WORLD_GRACE / 2, UDP_OPENS "ending 1\ncalling 1\n"),
	WAIT_GRACE("missed proxy:* > host:40000\ncalling 1\n"),
	{}
};

/* An offer or answer of who shares tries again at once. */
static const struct step over_offer[] = {
	UDP_INVITE(NULL, 1, UDP_OPENS "CALLS_OPENED\ncalling 1\n"),
	UDP_INVITE("two@a", 1,
		   UDP_SHARES "CALLS_OPENED\ncalling 1\ncalling 1\n"),
	{ WAY_FORTH, "CANCEL", "a", NULL, 1, .expect =
	  "ending 1\ncalling 1\n" },
	UDP_INVITE("two@a", 2, UDP_OPENS "ending 1\ncalling 1\n"),
	{}
};

/* A call that is over takes nothing from other calls. */
static const struct step over_both[] = {
	HOST_INVITE(),
	HOST_AGAIN(1, HOST_SHARES "CALLS_OPENED\ncalling 2\ncalling 2\n"),
	{ WAY_FORTH, "CANCEL", "a", NULL, 1, .call_id = "two@a", .expect =
	  "calling 2\nending 2\n" },
	{ WAY_FORTH, "CANCEL", "a", NULL, 1, .expect =
	  "ending 2\nending 2\n" },
	WAIT(WORLD_GRACE / 2 + 10, "ending 2\nending 2\n"),
	{}
};

/* A public port of another call opens nothing. */
static const struct step foreign_port[] = {
	INVITE_OUT,
	{ WAY_IN2, "INVITE", "a", NULL, 1, .call_id = "two@a",
	  .sdp = SDP_AT("203.0.113.1", "$A"), .away = true, .expect =
	  "m -\nTHIRD_PARTY\nCALLS_OPENED\ncalling 2\ncalling 0\n" },
	{}
};

/* A call that was there before the router was, or what is none at all. */
static const struct step strays[] = {
	{ WAY_OUT, "BYE", "a", "b", 5, .fresh = true, .expect = "NO_CALL\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 5, .sdp = PROXY_AT("30000"),
	  .expect = "NO_CALL\n" },
	{ WAY_OUT, "INFO", "a", "b", 5, .sdp = PHONE_AT("40000"), .expect =
	  "STRAY_SDP\n" },
	{ WAY_OUT, "INVITE", "a", "b", 6, .sdp = PHONE_AT("40000"), .expect =
	  OFFER_M OFFER_OPENS "CALLS_OPENED\nconfirmed 2\n" },
	{ WAY_IN, "200 INVITE", "a", "b", 6, .sdp = PROXY_AT("30000"),
	  .expect = ANSWER_M ANSWER_OPENS "confirmed 4\n" },
	/* an answer that names no dialog */
	{ WAY_IN, "183 INVITE", "a", NULL, 6, .sdp = PROXY_AT("30002"),
	  .expect = "STRAY_SDP\nconfirmed 4\n" },
	{ WAY_IN, "488 INVITE", "a", "b", 6, .sdp = PROXY_AT("30002"),
	  .expect = "confirmed 4\n" },
	{ WAY_IN, "BYE", "b", "a", 1, .expect = "ending 4\n" },
	{}
};

#define REGISTER(number, where, expected)				\
	{ WAY_OUT, "REGISTER", "r", NULL, number, .call_id = "reg@a",	\
	  .contact = where, .expect = expected }
#define REGISTERED(status, number, where, expected)			\
	{ WAY_IN, status " REGISTER", "r", "s", number,			\
	  .call_id = "reg@a", .contact = where, .expect = expected }
#define REGISTER_FAILS(number, expected)				\
	{ WAY_IN, "401 REGISTER", "r", "s", number,			\
	  .call_id = "reg@a", .once = true, .expect = expected }

static const struct step registration[] = {
	REGISTER(1, "<sip:alice@10.0.0.2:5060>;expires=600",
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REGISTER_FAILS(1, "active 0 of 1 0\n"),
	REGISTER(2, "<sip:alice@10.0.0.2:5060>;expires=600",
		 "active 0 of 1 0\n"),
	REGISTERED("200", 2, "<sip:alice@203.0.113.1:5060>;expires=600",
		   "+ sip proxy:* > wan:5060 = phone:5060\n"
		   "+ sip phone:5060 as wan:5060 > proxy:5060\n"
		   "active 1 of 1 2\n"),
	/* it comes again */
	REGISTERED("200", 2, "<sip:alice@203.0.113.1:5060>;expires=600",
		   "active 1 of 1 2\n"),
	/* refresh: a 401 leaves it alone, and so does an older answer */
	REGISTER(3, "<sip:alice@10.0.0.2:5060>;expires=600",
		 "active 1 of 1 2\n"),
	REGISTER_FAILS(3, "active 1 of 1 2\n"),
	REGISTERED("200", 2, "<sip:alice@203.0.113.1:5060>;expires=0",
		   "REGISTER_UNMATCHED\nactive 1 of 1 2\n"),
	REGISTER(4, "<sip:alice@10.0.0.2:5060>;expires=0",
		 "active 1 of 1 2\n"),
	{ WAY_IN, "200 REGISTER", "r", "s", 4, .call_id = "reg@a", .once = true,
	  .expect = "- sip proxy:* > wan:5060 = phone:5060\n"
	  "- sip phone:5060 as wan:5060 > proxy:5060\n" },
	{}
};

/* A Contact on another port, and one on the port of the flow */
static const struct step two_contacts[] = {
	REGISTER(1, "<sip:alice@10.0.0.2:5060>, <sip:alice@10.0.0.2:6000>",
		 "REGISTRATIONS_OPENED\nactive 0 of 2 0\n"),
	/* only one is granted */
	{ WAY_IN, "200 REGISTER", "r", "s", 1, .call_id = "reg@a", .once = true,
	  .contact = "<sip:alice@203.0.113.1:5060>", .expect =
	  "+ sip proxy:* > wan:5060 = phone:5060\n"
		   "+ sip phone:5060 as wan:5060 > proxy:5060\n"
		   "active 1 of 1 2\n" },
	{ WAY_OUT, "REGISTER", "r", NULL, 2, .call_id = "reg@a", .once = true,
	  .contact = "<sip:alice@10.0.0.2:5060>, <sip:alice@10.0.0.2:6000>",
	  .expect = "active 1 of 2 2\n" },
	/* without Contact: as it was asked */
	REGISTERED("200", 2, NULL,
		   "+ sip proxy:* > wan:A = phone:6000\n"
		   "+ sip phone:6000 as wan:A > proxy:5060\n"
		   "active 2 of 2 4\n"),
	REGISTER(3, "*", "active 2 of 2 4\n"),
	{ WAY_IN, "200 REGISTER", "r", "s", 3, .call_id = "reg@a", .once = true,
	  .expect = "- sip proxy:* > wan:5060 = phone:5060\n"
	  "- sip phone:5060 as wan:5060 > proxy:5060\n"
	  "- sip proxy:* > wan:A = phone:6000\n"
	  "- sip phone:6000 as wan:A > proxy:5060\n" },
	{}
};

/* The call's target is a port that is registered: it has a public one. */
static const struct step registered_call[] = {
	REGISTER(1, "<sip:alice@10.0.0.2:6000>;expires=600",
		 "REGISTRATIONS_OPENED\nactive 0 of 1 0\n"),
	REGISTERED("200", 1, NULL,
		   "+ sip proxy:* > wan:A = phone:6000\n"
		   "+ sip phone:6000 as wan:A > proxy:5060\n"
		   "active 1 of 1 2\n"),
	{ WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_AT("40000"),
	  .contact = "<sip:alice@10.0.0.2:6000>", .expect =
	  "m phone:40000,40001 = wan:B,B+1 edit\n"
	  "+ proxy:* > wan:B = phone:40000\n"
	  "+ proxy:* > wan:B+1 = phone:40001\n"
	  "CALLS_OPENED\nactive 1 of 1 2\ncalling 2\n" },
	{}
};

/* IPsec between phone and P-CSCF; and answers to nothing. */
static const struct step register_strays[] = {
	{ WAY_OUT, "REGISTER", "r", NULL, 1,
	  .contact = "<sip:alice@10.0.0.2:5060>",
	  .headers = "Security-Client: ipsec-3gpp;alg=hmac-sha-1-96\r\n",
	  .expect = "leave\nSEC_AGREE\n" },
	{ WAY_OUT, "REGISTER", "r", NULL, 1,
	  .contact = "<sip:alice@10.0.0.2:5060>",
	  .headers = "Security-Verify: ipsec-3gpp;alg=hmac-sha-1-96\r\n",
	  .expect = "leave\nSEC_AGREE\n" },
	REGISTERED("200", 1, "<sip:alice@203.0.113.1:5060>",
		   "REGISTER_UNMATCHED\n"),
	REGISTERED("100", 1, NULL, ""),
	{}
};

const struct script scripts[] = {
	SCRIPT(out_call),
	SCRIPT(in_call),
	SCRIPT(no_nat),
	SCRIPT(fork),
	SCRIPT(two_answers),
	SCRIPT(early_bye),
	SCRIPT(cancelled),
	SCRIPT(cancelled_late),
	SCRIPT(credentials),
	SCRIPT(late_offer),
	SCRIPT(gateway),
	SCRIPT(stranger),
	SCRIPT(service_ports),
	SCRIPT(mux),
	SCRIPT(mux_declined),
	SCRIPT(many_streams),
	SCRIPT(bundle),
	SCRIPT(old_hold),
	SCRIPT(hold_taken),
	SCRIPT(targets),
	SCRIPT(hairpin),
	SCRIPT(fork_inside),
	SCRIPT(shared),
	SCRIPT(over),
	SCRIPT(over_failed),
	SCRIPT(not_over),
	SCRIPT(over_offer),
	SCRIPT(over_both),
	SCRIPT(foreign_port),
	SCRIPT(strays),
	SCRIPT(registration),
	SCRIPT(two_contacts),
	SCRIPT(registered_call),
	SCRIPT(register_strays),
	{}
};
