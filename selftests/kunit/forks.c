// SPDX-License-Identifier: GPL-2.0-only
/*
 * The branches of a call: which of them lives, which is lost, and what ends
 * one (RFC 3261 sections 13.2.2.4 and 15).
 */
#include "world.h"

#define OUT(what, tag, cseq, text, expected)				\
	{ WAY_OUT, what, "a", tag, cseq, .sdp = text, .expect = expected }
#define IN(what, tag, cseq, text, expected)				\
	{ WAY_IN, what, "a", tag, cseq, .sdp = text, .expect = expected }
/* A request that means something else when it comes later. */
#define OUT_ONCE(what, tag, cseq, expected)				\
	{ WAY_OUT, what, "a", tag, cseq, .fresh = true,			\
	  .expect = expected }
#define IN_ONCE(what, from, tag, cseq, expected)			\
	{ WAY_IN, what, from, tag, cseq, .fresh = true,			\
	  .expect = expected }

#define C_M		"m proxy:30100,30101\n"
#define C_OPENS							\
	"+ phone:40000 > proxy:30100\n"				\
	"+ phone:40001 > proxy:30101\n"
#define C_CLOSES						\
	"- phone:40000 > proxy:30100\n"				\
	"- phone:40001 > proxy:30101\n"

#define B_RINGS								\
	IN("183 INVITE", "b", 1, PROXY_AT("30000"),			\
	   ANSWER_M ANSWER_OPENS "early 4\n")
#define C_RINGS								\
	IN("183 INVITE", "c", 1, PROXY_AT("30100"),			\
	   C_M C_OPENS "early 6\n")
#define TALKS		TALK(1, "confirmed 4\n")

/* The lost branch answers, too, when its ways are closed already. */
static const struct step late_answer[] = {
	INVITE_OUT, B_RINGS, C_RINGS,
	IN("200 INVITE", "b", 1, PROXY_AT("30000"), ANSWER_M
	   "confirmed 6 lost:c\n"),
	OUT("ACK", "b", 1, NULL, "confirmed 6 lost:c\n"),
	WAIT(WORLD_GRACE - 20, "confirmed 6 lost:c\n"),
	WAIT(40, C_CLOSES "confirmed 4 lost:c\n"),
	IN("200 INVITE", "c", 1, PROXY_AT("30100"), C_M C_OPENS
	   "confirmed 6\n"),
	OUT("ACK", "c", 1, NULL, "confirmed 6\n"),
	/* the caller wants only one */
	OUT("BYE", "c", 2, NULL, "confirmed 6 ending:c\n"),
	IN("200 BYE", "c", 2, NULL, "confirmed 6 ending:c\n"),
	WAIT(WORLD_GRACE - 20, "confirmed 6 ending:c\n"),
	WAIT(40, C_CLOSES "confirmed 4 closed:c\n"),
	/* its 2xx comes once more */
	IN("200 INVITE", "c", 1, PROXY_AT("30100"), C_M
	   "STRAY_SDP\nconfirmed 4 closed:c\n"),
	OUT("BYE", "b", 3, NULL, "ending 4 closed:c\n"),
	IN("200 INVITE", "b", 1, PROXY_AT("30000"),
	   "STRAY_SDP\nending 4 closed:c\n"),
	IN("200 BYE", "b", 3, NULL, "ending 4 closed:c\n"),
	WAIT_GRACE(OFFER_CLOSES ANSWER_CLOSES),
	{}
};

/* Within the grace nothing has closed yet. */
static const struct step late_answer_soon[] = {
	INVITE_OUT, B_RINGS, C_RINGS,
	IN("200 INVITE", "b", 1, PROXY_AT("30000"), ANSWER_M
	   "confirmed 6 lost:c\n"),
	IN("200 INVITE", "c", 1, PROXY_AT("30100"), C_M "confirmed 6\n"),
	WAIT_GRACE("confirmed 6\n"),
	{}
};

/* Its answer came early, and there was an UPDATE: the 2xx says no more. */
static const struct step late_answer_silent[] = {
	INVITE_OUT, B_RINGS, C_RINGS,
	OUT("UPDATE", "c", 2, PHONE_AT("40000") "a=sendonly\r\n",
	    "m phone:40000,40001 = wan:A,A+1 edit hold\nearly 6\n"),
	IN("200 UPDATE", "c", 2, PROXY_AT("30100") "a=recvonly\r\n",
	   C_M "early 6\n"),
	IN("200 INVITE", "b", 1, PROXY_AT("30000"), ANSWER_M
	   "confirmed 6 lost:c\n"),
	WAIT_GRACE(C_CLOSES "confirmed 4 lost:c\n"),
	IN("200 INVITE", "c", 1, NULL, C_OPENS "confirmed 6\n"),
	{}
};

/* A branch that begins to ring after the answer is lost at once. */
static const struct step late_ring[] = {
	INVITE_OUT,
	ANSWER_IN,
	IN("183 INVITE", "c", 1, PROXY_AT("30100"), C_M C_OPENS
	   "confirmed 6 lost:c\n"),
	WAIT_GRACE(C_CLOSES "confirmed 4 lost:c\n"),
	{}
};

/* No SDP in the 2xx: what the branch said early is what counts. */
static const struct step answered_early[] = {
	INVITE_OUT, B_RINGS, C_RINGS,
	IN("200 INVITE", "c", 1, NULL, "confirmed 6 lost:b\n"),
	WAIT_GRACE(ANSWER_CLOSES "confirmed 4 lost:b\n"),
	OUT("BYE", "c", 2, NULL, "ending 4 lost:b\n"),
	{}
};

/* A forged BYE: the call continues. */
static const struct step bye_forged[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT, TALKS,
	OUT_ONCE("BYE", "b", 2, "ending 4\n"),
	WAIT(WORLD_GRACE - 20, "ending 4\n"),
	WAIT(40, "confirmed 4\n"),
	WAIT(2000, "confirmed 4\n"),
	/* and now they are through */
	TALK(0, "confirmed 4\n"),
	OUT_ONCE("BYE", "b", 3, "ending 4\n"),
	WAIT_GRACE(OFFER_CLOSES ANSWER_CLOSES),
	{}
};

/* The last words do not count, only what comes in the second half. */
static const struct step bye_lost[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT, TALKS,
	OUT_ONCE("BYE", "b", 2, "ending 4\n"),
	WAIT(WORLD_GRACE / 4, "ending 4\n"),
	TALK(0, "ending 4\n"),
	WAIT_GRACE(OFFER_CLOSES ANSWER_CLOSES),
	{}
};

#define BYE_OUT		OUT("BYE", "b", 2, NULL, "ending 4\n")
#define BYE_GETS(answer)	IN(answer, "b", 2, NULL, "ending 4\n")
#define BYE_ENDS	WAIT_GRACE(OFFER_CLOSES ANSWER_CLOSES)

static const struct step bye_200[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT, TALKS,
	BYE_OUT, BYE_GETS("200 BYE"), BYE_ENDS,
	{}
};

static const struct step bye_408[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT, TALKS,
	BYE_OUT, BYE_GETS("408 BYE"), BYE_ENDS,
	{}
};

static const struct step bye_481[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT, TALKS,
	BYE_OUT, BYE_GETS("481 BYE"), BYE_ENDS,
	{}
};

/* Not answered: another number, another method, its own sender. */
static const struct step bye_not_answered[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT, TALKS,
	OUT_ONCE("BYE", "b", 2, "ending 4\n"),
	IN("200 BYE", "b", 1, NULL, "ending 4\n"),
	IN("200 INFO", "b", 2, NULL, "ending 4\n"),
	IN("100 BYE", "b", 2, NULL, "ending 4\n"),
	{ WAY_OUT, "200 BYE", "b", "a", 2, .expect = "ending 4\n" },
	WAIT_GRACE("confirmed 4\n"),
	{}
};

/* With credentials it comes again. */
static const struct step bye_401[] = {
	INVITE_OUT,
	ANSWER_IN,
	OUT_ONCE("BYE", "b", 2, "ending 4\n"),
	IN("401 BYE", "b", 2, NULL, "confirmed 4\n"),
	WAIT_GRACE("confirmed 4\n"),
	OUT_ONCE("BYE", "b", 3, "ending 4\n"),
	IN("401 BYE", "b", 2, NULL, "ending 4\n"),
	IN("200 BYE", "b", 3, NULL, "ending 4\n"),
	IN("401 BYE", "b", 3, NULL, "ending 4\n"),
	WAIT_GRACE(OFFER_CLOSES ANSWER_CLOSES),
	{}
};

/* Both hang up; the second BYE is the one that is answered. */
static const struct step bye_both[] = {
	INVITE_OUT, ANSWER_IN, ACK_OUT, TALKS,
	OUT_ONCE("BYE", "b", 2, "ending 4\n"),
	IN_ONCE("BYE", "b", "a", 1, "ending 4\n"),
	{ WAY_OUT, "200 BYE", "b", "a", 1, .expect = "ending 4\n" },
	IN("200 BYE", "b", 2, NULL, "ending 4\n"),
	WAIT_GRACE(OFFER_CLOSES ANSWER_CLOSES),
	{}
};

/* A branch that only rings is let go, but not without credentials. */
static const struct step bye_early_401[] = {
	INVITE_OUT,
	IN("183 INVITE", "b", 1, PROXY_AT("30000"), ANSWER_M ANSWER_OPENS
	   "early 4\n"),
	OUT_ONCE("BYE", "b", 2, "ending 4\n"),
	IN("401 BYE", "b", 2, NULL, "early 4\n"),
	WAIT(WORLD_TIMER_C - 100, "early 4\n"),
	IN("200 INVITE", "b", 1, PROXY_AT("30000"), ANSWER_M "confirmed 4\n"),
	{}
};

/* The answer was on its way when the caller gave up. */
static const struct step cancel_crossed[] = {
	INVITE_OUT,
	IN("180 INVITE", "b", 1, NULL, "early 2\n"),
	OUT("CANCEL", NULL, 1, NULL, "ending 2\n"),
	IN("200 CANCEL", "b", 1, NULL, "ending 2\n"),
	IN("200 INVITE", "b", 1, PROXY_AT("30000"), ANSWER_M ANSWER_OPENS
	   "confirmed 4\n"),
	ACK_OUT,
	WAIT_GRACE("confirmed 4\n"),
	OUT("BYE", "b", 2, NULL, "ending 4\n"),
	IN("200 BYE", "b", 2, NULL, "ending 4\n"),
	WAIT_GRACE(OFFER_CLOSES ANSWER_CLOSES),
	{}
};

/* A re-INVITE is cancelled: only its offer goes. */
static const struct step cancel_offer[] = {
	INVITE_OUT,
	ANSWER_IN,
	OUT("INVITE", "b", 2, PHONE_AT("40000") "m=video 40010 RTP/AVP 96\r\n",
	    OFFER_M "m phone:40010,40011 = wan:B,B+1 edit\n"
	    "+ proxy:* > wan:B = phone:40010\n"
	    "+ proxy:* > wan:B+1 = phone:40011\n"
	    "confirmed 6\n"),
	OUT("CANCEL", "b", 2, NULL, "confirmed 6\n"),
	IN("200 CANCEL", "b", 2, NULL, "confirmed 6\n"),
	IN("487 INVITE", "b", 2, NULL,
	   "- proxy:* > wan:B = phone:40010\n"
	   "- proxy:* > wan:B+1 = phone:40011\n"
	   "OFFER_REFUSED\nconfirmed 4\n"),
	OUT("ACK", "b", 2, NULL, "confirmed 4\n"),
	{}
};

/* No answer: timer C ends the call; each provisional response restarts it. */
static const struct step unanswered[] = {
	INVITE_OUT,
	IN_ONCE("180 INVITE", "a", "b", 1, "early 2\n"),
	WAIT(WORLD_TIMER_C - 100, "early 2\n"),
	IN_ONCE("180 INVITE", "a", "b", 1, "early 2\n"),
	WAIT(WORLD_TIMER_C - 100, "early 2\n"),
	IN("100 INVITE", NULL, 1, NULL, "early 2\n"),
	WAIT(200, ""),
	{}
};

const struct script fork_scripts[] = {
	SCRIPT(late_answer),
	SCRIPT(late_answer_soon),
	SCRIPT(late_answer_silent),
	SCRIPT(late_ring),
	SCRIPT(answered_early),
	SCRIPT(bye_forged),
	SCRIPT(bye_lost),
	SCRIPT(bye_200),
	SCRIPT(bye_408),
	SCRIPT(bye_481),
	SCRIPT(bye_not_answered),
	SCRIPT(bye_401),
	SCRIPT(bye_both),
	SCRIPT(bye_early_401),
	SCRIPT(cancel_crossed),
	SCRIPT(cancel_offer),
	SCRIPT(unanswered),
	{}
};
