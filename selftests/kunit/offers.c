// SPDX-License-Identifier: GPL-2.0-only
/*
 * Offers and answers (RFC 3264), wherever SIP lets them travel.
 *
 * While an offer is open both the old and the new addresses count; a refused
 * one leaves what was before; of an answered one the old goes after T4.
 */
#include "world.h"

/* The phone moves its port. */
#define MOVED_M		"m phone:40100,40101 = wan:B,B+1 edit\n"
#define MOVED_OPENS						\
	"+ proxy:* > wan:B = phone:40100\n"			\
	"+ proxy:* > wan:B+1 = phone:40101\n"			\
	"+ phone:40100 > proxy:30000\n"				\
	"+ phone:40101 > proxy:30001\n"
#define MOVED_CLOSES						\
	"- proxy:* > wan:B = phone:40100\n"			\
	"- proxy:* > wan:B+1 = phone:40101\n"			\
	"- phone:40100 > proxy:30000\n"				\
	"- phone:40101 > proxy:30001\n"
/* The other end does; and both have. */
#define OTHER_M		"m proxy:30100,30101\n"
#define OTHER_OPENS						\
	"+ phone:40000 > proxy:30100\n"				\
	"+ phone:40001 > proxy:30101\n"
#define OTHER_CLOSES						\
	"- phone:40000 > proxy:30100\n"				\
	"- phone:40001 > proxy:30101\n"
#define BOTH_OPENS						\
	"+ phone:40100 > proxy:30100\n"				\
	"+ phone:40101 > proxy:30101\n"
#define BOTH_CLOSES						\
	"- phone:40100 > proxy:30100\n"				\
	"- phone:40101 > proxy:30101\n"
#define HALF_CLOSES						\
	"- phone:40100 > proxy:30000\n"				\
	"- phone:40101 > proxy:30001\n"
#define WAN_CLOSES						\
	"- proxy:* > wan:B = phone:40100\n"			\
	"- proxy:* > wan:B+1 = phone:40101\n"
#define HOLD_M		"m phone:40000,40001 = wan:A,A+1 edit hold\n"

#define OUT(what, cseq, text, expected)					\
	{ WAY_OUT, what, "a", "b", cseq, .sdp = text, .expect = expected }
#define IN(what, cseq, text, expected)					\
	{ WAY_IN, what, "a", "b", cseq, .sdp = text, .expect = expected }
/* Requests of the callee, and answers to them. */
#define CALLEE_IN(what, cseq, text, expected)				\
	{ WAY_IN, what, "b", "a", cseq, .sdp = text, .expect = expected }
#define CALLEE_OUT(what, cseq, text, expected)				\
	{ WAY_OUT, what, "b", "a", cseq, .sdp = text, .expect = expected }

#define MOVE(method, cseq)						\
	OUT(method, cseq, PHONE_AT("40100"),				\
	    MOVED_M MOVED_OPENS "confirmed 8\n")
#define REFUSE(what, cseq)						\
	IN(what, cseq, NULL, MOVED_CLOSES "OFFER_REFUSED\nconfirmed 4\n")

static const struct step moved[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	IN("100 INVITE", 2, NULL, "confirmed 8\n"),
	IN("200 INVITE", 2, PROXY_AT("30000"), ANSWER_M "confirmed 8\n"),
	OUT("ACK", 2, NULL, "confirmed 8\n"),
	WAIT(WORLD_T4 - 10, "confirmed 8\n"),
	WAIT(20, OFFER_CLOSES ANSWER_CLOSES "confirmed 4\n"),
	{}
};

/* The answer was in a reliable 183; the 2xx has none. */
static const struct step moved_reliably[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	IN("183 INVITE", 2, PROXY_AT("30000"), ANSWER_M "confirmed 8\n"),
	OUT("PRACK", 3, NULL, "confirmed 8\n"),
	IN("200 PRACK", 3, NULL, "confirmed 8\n"),
	WAIT_T4("confirmed 8\n"),
	IN("200 INVITE", 2, NULL, "confirmed 8\n"),
	OUT("ACK", 2, NULL, "confirmed 8\n"),
	WAIT_T4(OFFER_CLOSES ANSWER_CLOSES "confirmed 4\n"),
	{}
};

static const struct step moved_by_update[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("UPDATE", 2),
	IN("200 UPDATE", 2, PROXY_AT("30100"), OTHER_M BOTH_OPENS
	   HALF_CLOSES "confirmed 8\n"),
	WAIT_T4(OFFER_CLOSES ANSWER_CLOSES "confirmed 4\n"),
	{}
};

/* The same SDP from another public address has other ports. */
static const struct step renumbered[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	{ WAY_OUT3, "INVITE", "a", "b", 2, .sdp = PHONE_AT("40000"), .expect =
	  "m phone:40000,40001 = wan2:B,B+1 edit\n"
	  "+ proxy:* > wan2:B = phone:40000\n"
	  "+ proxy:* > wan2:B+1 = phone:40001\n"
	  "confirmed 6\n" },
	{ WAY_IN3, "200 INVITE", "a", "b", 2, .sdp = PROXY_AT("30000"),
	  .expect = ANSWER_M "confirmed 6\n" },
	WAIT_T4(OFFER_CLOSES "confirmed 4\n"),
	{}
};

/* Each refusal brings back what was, and the next offer is a new one. */
static const struct step refused[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	REFUSE("488 INVITE", 2),
	OUT("ACK", 2, NULL, "confirmed 4\n"),
	OUT("UPDATE", 3, PHONE_AT("40200"),
	    "m phone:40200,40201 = wan:C,C+1 edit\n"
	    "+ proxy:* > wan:C = phone:40200\n"
	    "+ proxy:* > wan:C+1 = phone:40201\n"
	    "+ phone:40200 > proxy:30000\n"
	    "+ phone:40201 > proxy:30001\n"
	    "confirmed 8\n"),
	IN("491 UPDATE", 3, NULL,
	   "- proxy:* > wan:C = phone:40200\n"
	   "- proxy:* > wan:C+1 = phone:40201\n"
	   "- phone:40200 > proxy:30000\n"
	   "- phone:40201 > proxy:30001\n"
	   "OFFER_REFUSED\nconfirmed 4\n"),
	OUT("INVITE", 4, PHONE_AT("40000"), OFFER_M "confirmed 4\n"),
	IN("200 INVITE", 4, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	WAIT_T4("confirmed 4\n"),
	{}
};

/* Once more with credentials, and then it is answered. */
static const struct step refused_401[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	REFUSE("401 INVITE", 2),
	OUT("ACK", 2, NULL, "confirmed 4\n"),
	OUT("INVITE", 3, PHONE_AT("40100"),
	    "m phone:40100,40101 = wan:C,C+1 edit\n"
	    "+ proxy:* > wan:C = phone:40100\n"
	    "+ proxy:* > wan:C+1 = phone:40101\n"
	    "+ phone:40100 > proxy:30000\n"
	    "+ phone:40101 > proxy:30001\n"
	    "confirmed 8\n"),
	IN("200 INVITE", 3, PROXY_AT("30000"), ANSWER_M "confirmed 8\n"),
	WAIT_T4(OFFER_CLOSES ANSWER_CLOSES "confirmed 4\n"),
	{}
};

/* The callee's offers, refused by the phone. */
static const struct step refused_callee[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	CALLEE_IN("INVITE", 1, PROXY_AT("30100"),
		  OTHER_M OTHER_OPENS "confirmed 6\n"),
	CALLEE_OUT("488 INVITE", 1, NULL,
		   OTHER_CLOSES "OFFER_REFUSED\nconfirmed 4\n"),
	CALLEE_IN("ACK", 1, NULL, "confirmed 4\n"),
	CALLEE_IN("UPDATE", 2, PROXY_AT("30100"),
		  OTHER_M OTHER_OPENS "confirmed 6\n"),
	CALLEE_OUT("504 UPDATE", 2, NULL,
		   OTHER_CLOSES "OFFER_REFUSED\nconfirmed 4\n"),
	{}
};

/* An answer came in a 183 already, and falls with its offer. */
static const struct step refused_late[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	IN("183 INVITE", 2, PROXY_AT("30100"), OTHER_M BOTH_OPENS
	   HALF_CLOSES "confirmed 8\n"),
	IN("488 INVITE", 2, NULL, WAN_CLOSES BOTH_CLOSES
	   "OFFER_REFUSED\nconfirmed 4\n"),
	{}
};

/* The answer to one offer is refused with it, not the next offer's. */
static const struct step refused_other[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	IN("488 UPDATE", 2, NULL, "confirmed 8\n"),
	IN("488 INVITE", 1, NULL, "confirmed 8\n"),
	CALLEE_OUT("488 INVITE", 2, NULL, "confirmed 8\n"),
	REFUSE("488 INVITE", 2),
	{}
};

#define GLARE_IN							\
	CALLEE_IN("INVITE", 1, PROXY_AT("30100"),			\
		  OTHER_M BOTH_OPENS "confirmed 10\n")

static const struct step glare[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	GLARE_IN,
	IN("491 INVITE", 2, NULL, OTHER_OPENS MOVED_CLOSES BOTH_CLOSES
	   "OFFER_REFUSED\nconfirmed 6\n"),
	CALLEE_OUT("491 INVITE", 1, NULL,
		   OTHER_CLOSES "OFFER_REFUSED\nconfirmed 4\n"),
	OUT("ACK", 2, NULL, "confirmed 4\n"),
	CALLEE_IN("ACK", 1, NULL, "confirmed 4\n"),
	{}
};

static const struct step glare_crossed[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	GLARE_IN,
	CALLEE_OUT("491 INVITE", 1, NULL,
		   BOTH_CLOSES "OFFER_REFUSED\nconfirmed 8\n"),
	REFUSE("491 INVITE", 2),
	{}
};

/* The last offer has no answer: the media before both offers returns. */
static const struct step replaced[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	MOVE("INVITE", 2),
	OUT("INVITE", 3, PHONE_AT("40200"),
	    "m phone:40200,40201 = wan:C,C+1 edit\n"
	    "+ proxy:* > wan:C = phone:40200\n"
	    "+ proxy:* > wan:C+1 = phone:40201\n"
	    "+ phone:40200 > proxy:30000\n"
	    "+ phone:40201 > proxy:30001\n"
	    MOVED_CLOSES "confirmed 8\n"),
	IN("488 INVITE", 2, NULL, "confirmed 8\n"),
	IN("488 INVITE", 3, NULL,
	   "- proxy:* > wan:C = phone:40200\n"
	   "- proxy:* > wan:C+1 = phone:40201\n"
	   "- phone:40200 > proxy:30000\n"
	   "- phone:40201 > proxy:30001\n"
	   "OFFER_REFUSED\nconfirmed 4\n"),
	{}
};

#define VIDEO(port)	"m=video " port " RTP/AVP 96\r\n"
#define VIDEO_M		"m phone:40010,40011 = wan:B,B+1 edit\n"
#define VIDEO_IN_OPENS						\
	"+ proxy:* > wan:B = phone:40010\n"			\
	"+ proxy:* > wan:B+1 = phone:40011\n"
#define VIDEO_IN_CLOSES						\
	"- proxy:* > wan:B = phone:40010\n"			\
	"- proxy:* > wan:B+1 = phone:40011\n"
#define VIDEO_OUT_OPENS						\
	"+ phone:40010 > proxy:30010\n"				\
	"+ phone:40011 > proxy:30011\n"
#define VIDEO_OUT_CLOSES					\
	"- phone:40010 > proxy:30010\n"				\
	"- phone:40011 > proxy:30011\n"

static const struct step added[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 2, PHONE_AT("40000") VIDEO("40010"),
	    OFFER_M VIDEO_M VIDEO_IN_OPENS "confirmed 6\n"),
	IN("200 INVITE", 2, PROXY_AT("30000") VIDEO("30010"),
	   ANSWER_M "m proxy:30010,30011\n" VIDEO_OUT_OPENS "confirmed 8\n"),
	WAIT_T4("confirmed 8\n"),
	/* and removed */
	OUT("UPDATE", 3, PHONE_AT("40000") VIDEO("0"),
	    OFFER_M "m off\nconfirmed 8\n"),
	IN("200 UPDATE", 3, PROXY_AT("30000") VIDEO("0"),
	   ANSWER_M "m off\nconfirmed 8\n"),
	WAIT(WORLD_T4 - 10, "confirmed 8\n"),
	WAIT(20, VIDEO_IN_CLOSES VIDEO_OUT_CLOSES "confirmed 4\n"),
	{}
};

/* A rejected stream closes at once, because nothing was ever sent to it. */
static const struct step added_in_vain[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 2, PHONE_AT("40000") VIDEO("40010"),
	    OFFER_M VIDEO_M VIDEO_IN_OPENS "confirmed 6\n"),
	IN("183 INVITE", 2, PROXY_AT("30000") VIDEO("0"),
	   ANSWER_M "m off\n" VIDEO_IN_CLOSES "confirmed 4\n"),
	IN("200 INVITE", 2, PROXY_AT("30000") VIDEO("0"),
	   ANSWER_M "m off\nconfirmed 4\n"),
	WAIT_T4("confirmed 4\n"),
	{}
};

static const struct step rejected[] = {
	INVITE_OUT,
	IN("200 INVITE", 1, PROXY_AT("0"), "m off\n" OFFER_CLOSES
	   "confirmed 0\n"),
	/* it takes it on after all */
	CALLEE_IN("INVITE", 1, PROXY_AT("30000"), ANSWER_M OFFER_OPENS
		  ANSWER_OPENS "confirmed 4\n"),
	CALLEE_OUT("200 INVITE", 1, PHONE_AT("40000"), OFFER_M "confirmed 4\n"),
	{}
};

/* No early media, and then an answer. */
static const struct step rejected_early[] = {
	INVITE_OUT,
	IN("183 INVITE", 1, PROXY_AT("0"), "m off\n" OFFER_CLOSES "early 0\n"),
	IN("200 INVITE", 1, PROXY_AT("30000"), ANSWER_M OFFER_OPENS
	   ANSWER_OPENS "confirmed 4\n"),
	{}
};

static const struct step held[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 2, PHONE_AT("40000") "a=sendonly\r\n",
	    HOLD_M "confirmed 4\n"),
	IN("200 INVITE", 2, PROXY_AT("30000") "a=recvonly\r\n",
	   ANSWER_M "confirmed 4\n"),
	WAIT_T4("confirmed 4\n"),
	OUT("INVITE", 3, PHONE_AT("40000") "a=inactive\r\n",
	    HOLD_M "confirmed 4\n"),
	IN("200 INVITE", 3, PROXY_AT("30000") "a=inactive\r\n",
	   "m proxy:30000,30001 hold\nconfirmed 4\n"),
	WAIT_T4("confirmed 4\n"),
	OUT("INVITE", 4, PHONE_AT("40000"), OFFER_M "confirmed 4\n"),
	IN("200 INVITE", 4, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	WAIT_T4("confirmed 4\n"),
	{}
};

/* c=0.0.0.0 with nothing retained: all closes, but the pair stays. */
static const struct step held_off[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 2, SDP_AT("0.0.0.0", "40000"), "m off\nconfirmed 4\n"),
	IN("200 INVITE", 2, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	WAIT_T4(OFFER_CLOSES ANSWER_CLOSES "confirmed 0\n"),
	OUT("INVITE", 3, PHONE_AT("40000"), OFFER_M OFFER_OPENS ANSWER_OPENS
	    "confirmed 4\n"),
	IN("200 INVITE", 3, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	{}
};

/* No offer in the INVITE: it comes in a reliable 183, its answer in PRACK. */
static const struct step prack_answer[] = {
	{ WAY_OUT, "INVITE", "a", NULL, 1, .expect =
	  "CALLS_OPENED\ncalling 0\n" },
	IN("183 INVITE", 1, PROXY_AT("30000"), ANSWER_M "early 0\n"),
	OUT("PRACK", 2, PHONE_AT("40000"), OFFER_M OFFER_OPENS ANSWER_OPENS
	    "early 4\n"),
	IN("200 PRACK", 2, NULL, "early 4\n"),
	IN("200 INVITE", 1, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	ACK_OUT,
	{}
};

/* A PRACK with an offer of its own, then an UPDATE that is refused. */
static const struct step prack_offer[] = {
	INVITE_OUT,
	IN("183 INVITE", 1, PROXY_AT("30000"), ANSWER_M ANSWER_OPENS
	   "early 4\n"),
	OUT("PRACK", 2, PHONE_AT("40100"), MOVED_M MOVED_OPENS "early 8\n"),
	IN("200 PRACK", 2, PROXY_AT("30000"), ANSWER_M "early 8\n"),
	WAIT_T4(OFFER_CLOSES ANSWER_CLOSES "early 4\n"),
	OUT("UPDATE", 3, PHONE_AT("40100") "a=sendonly\r\n",
	    "m phone:40100,40101 = wan:B,B+1 edit hold\nearly 4\n"),
	IN("491 UPDATE", 3, NULL, "OFFER_REFUSED\nearly 4\n"),
	IN("200 INVITE", 1, NULL, "confirmed 4\n"),
	ACK_OUT,
	{}
};

/* The first answer stands: what is refused later is refused alone. */
static const struct step refused_early[] = {
	INVITE_OUT,
	IN("183 INVITE", 1, PROXY_AT("30000"), ANSWER_M ANSWER_OPENS
	   "early 4\n"),
	OUT("UPDATE", 2, PHONE_AT("40100"), MOVED_M MOVED_OPENS "early 8\n"),
	IN("488 UPDATE", 2, NULL, MOVED_CLOSES "OFFER_REFUSED\nearly 4\n"),
	IN("200 INVITE", 1, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	ACK_OUT,
	{}
};

/* After an UPDATE the 2xx repeats the first answer: it is no offer. */
static const struct step answer_repeated[] = {
	INVITE_OUT,
	IN("183 INVITE", 1, PROXY_AT("30000"), ANSWER_M ANSWER_OPENS
	   "early 4\n"),
	OUT("UPDATE", 2, PHONE_AT("40100"), MOVED_M MOVED_OPENS "early 8\n"),
	IN("200 UPDATE", 2, PROXY_AT("30100"), OTHER_M BOTH_OPENS HALF_CLOSES
	   "early 8\n"),
	WAIT_T4(OFFER_CLOSES ANSWER_CLOSES "early 4\n"),
	IN("200 INVITE", 1, PROXY_AT("30000"), ANSWER_M
	   "STRAY_SDP\nconfirmed 4\n"),
	ACK_OUT,
	{}
};

/* The same, but it is the callee that has moved meanwhile. */
static const struct step answer_overtaken[] = {
	INVITE_OUT,
	IN("183 INVITE", 1, PROXY_AT("30000"), ANSWER_M ANSWER_OPENS
	   "early 4\n"),
	CALLEE_IN("UPDATE", 1, PROXY_AT("30100"), OTHER_M OTHER_OPENS
		  "early 6\n"),
	CALLEE_OUT("200 UPDATE", 1, PHONE_AT("40000"), OFFER_M "early 6\n"),
	WAIT_T4(ANSWER_CLOSES "early 4\n"),
	IN("200 INVITE", 1, PROXY_AT("30000"), ANSWER_M
	   "STRAY_SDP\nconfirmed 4\n"),
	ACK_OUT,
	{}
};

/* Within T4, a retransmitted answer does not restore its addresses. */
static const struct step settling[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 2, PHONE_AT("40000") "a=sendonly\r\n",
	    HOLD_M "confirmed 4\n"),
	IN("200 INVITE", 2, PROXY_AT("30000") "a=recvonly\r\n",
	   ANSWER_M "confirmed 4\n"),
	CALLEE_IN("UPDATE", 1, PROXY_AT("30100"), OTHER_M OTHER_OPENS
		  "confirmed 6\n"),
	CALLEE_OUT("200 UPDATE", 1, PHONE_AT("40000"), OFFER_M
		   "confirmed 6\n"),
	WAIT_T4(ANSWER_CLOSES "confirmed 4\n"),
	{}
};

/* A re-INVITE without offer: the 2xx has it, the ACK answers. */
static const struct step asked[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 2, NULL, "confirmed 4\n"),
	IN("200 INVITE", 2, PROXY_AT("30100"), OTHER_M OTHER_OPENS
	   "confirmed 6\n"),
	OUT("ACK", 2, PHONE_AT("40000"), OFFER_M "confirmed 6\n"),
	WAIT_T4(ANSWER_CLOSES "confirmed 4\n"),
	{}
};

/* The answer is missing in the ACK: what was offered counts. */
static const struct step asked_unanswered[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 2, NULL, "confirmed 4\n"),
	IN("200 INVITE", 2, PROXY_AT("30100"), OTHER_M OTHER_OPENS
	   "confirmed 6\n"),
	WAIT_T4("confirmed 6\n"),
	OUT("ACK", 2, NULL, "confirmed 6\n"),
	WAIT_T4(ANSWER_CLOSES "confirmed 4\n"),
	{}
};

/* An offer in a 183 falls with its INVITE. */
static const struct step asked_refused[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 2, NULL, "confirmed 4\n"),
	IN("183 INVITE", 2, PROXY_AT("30100"), OTHER_M OTHER_OPENS
	   "confirmed 6\n"),
	IN("488 INVITE", 2, NULL, OTHER_CLOSES "OFFER_REFUSED\nconfirmed 4\n"),
	{}
};

#define OUT_ONCE(what, cseq, text, expected)				\
	{ WAY_OUT, what, "a", "b", cseq, .sdp = text, .fresh = true,	\
	  .expect = expected }

/* Old numbers, answers to nothing, and methods that carry no offers. */
static const struct step stale[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT,
	OUT("INVITE", 4, PHONE_AT("40000") "a=sendonly\r\n",
	    HOLD_M "confirmed 4\n"),
	OUT_ONCE("UPDATE", 3, PHONE_AT("40100"), MOVED_M
		 "STRAY_SDP\nconfirmed 4\n"),
	IN("200 UPDATE", 3, PROXY_AT("30100"), OTHER_M
	   "STRAY_SDP\nconfirmed 4\n"),
	IN("200 UPDATE", 4, PROXY_AT("30100"), OTHER_M
	   "STRAY_SDP\nconfirmed 4\n"),
	OUT_ONCE("ACK", 4, PHONE_AT("40100"),
		 "m phone:40100,40101 = wan:C,C+1 edit\n"
		 "STRAY_SDP\nconfirmed 4\n"),
	IN("200 PRACK", 2, PROXY_AT("30100"), OTHER_M
	   "STRAY_SDP\nconfirmed 4\n"),
	IN("200 INVITE", 4, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	WAIT_T4("confirmed 4\n"),
	{}
};

const struct script offer_scripts[] = {
	SCRIPT(moved),
	SCRIPT(moved_reliably),
	SCRIPT(moved_by_update),
	SCRIPT(renumbered),
	SCRIPT(refused),
	SCRIPT(refused_401),
	SCRIPT(refused_callee),
	SCRIPT(refused_late),
	SCRIPT(refused_other),
	SCRIPT(glare),
	SCRIPT(glare_crossed),
	SCRIPT(replaced),
	SCRIPT(added),
	SCRIPT(added_in_vain),
	SCRIPT(rejected),
	SCRIPT(rejected_early),
	SCRIPT(held),
	SCRIPT(held_off, .no_retain = true),
	SCRIPT(prack_answer),
	SCRIPT(prack_offer),
	SCRIPT(refused_early),
	SCRIPT(answer_repeated),
	SCRIPT(answer_overtaken),
	SCRIPT(settling),
	SCRIPT(asked),
	SCRIPT(asked_unanswered),
	SCRIPT(asked_refused),
	SCRIPT(stale),
	{}
};
