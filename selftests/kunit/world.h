/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The environment of the suites: a namespace's state of their own, a gate that
 * records each request, and SIP messages on their paths.
 */
#ifndef _KUNIT_WORLD_H
#define _KUNIT_WORLD_H

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_buf.h>

#include <call/binding.h>
#include <call/call.h>
#include <call/dialog.h>
#include <call/plan.h>
#include <packet/decide.h>
#include <registration/grant.h>
#include <registration/registration.h>
#include <registration/service_route.h>
#include <session/admission.h>
#include <session/counters.h>
#include <session/gate.h>
#include <session/net.h>
#include <session/pinhole.h>
#include <session/plan.h>
#include <session/pool.h>
#include <session/session.h>
#include <session/settings.h>

#include <sip_ims/sdp.h>
#include <sip_ims/sip.h>

#define WORLD_OPEN_MAX		512u
#define WORLD_TEXT_MAX		8192u
#define WORLD_STATE_MAX		32768u
#define WORLD_NAMES_MAX		64u
#define WORLD_MESSAGE_MAX	16384u

/* The ports of a played dialog; few, so that all are looked at. */
#define WORLD_PORT_MIN		20000u
#define WORLD_PORT_MAX		20063u

/* Times of a played dialog, seconds: nothing of it may end by itself. */
#define WORLD_T4		50
#define WORLD_GRACE		100
#define WORLD_TIMER_C		1000

struct audit;
struct script;
struct step;

/**
 * struct world_open - a pinhole that the gate opened
 * @session: whose it is; NULL: this entry is free
 * @yielded: the session is over, and another one has it now
 * @pinhole: copy of it
 */
struct world_open {
	const struct sip_ims_session *session;
	bool yielded;
	struct sip_ims_pinhole pinhole;
};

/**
 * struct world - one namespace, as a test sees it
 * @test: the test, for its messages
 * @sn: the namespace's state, not known to any real namespace
 * @wrong: the first rule the modules broke inside a lock, or NULL
 * @opens: calls of the gate so far
 * @closes: the same
 * @releases: the same
 * @fail_at: which call of open fails next, counted from 1; 0 for none
 * @fail_error: how
 * @busy: how often release says that flows remain
 * @same_side: what the gate's look at the routes says
 * @talks: a bit for each m= line whose pinholes carry media
 * @fidget: see clock_pass()
 * @audit: memory of audit_call()
 * @open: pinholes that are open
 * @n_names: public pairs that were seen, in order; their names are A, B, ...
 * @names: their even ports, and above them the last byte of the address
 * @kept_names: @n_names when @state was remembered
 * @log: what happened since world_log_begin()
 * @text: of @log
 * @progress: see state_keep()
 * @state: what the namespace holds: as remembered, and now
 * @before: counters at the begin of a step
 * @plan: of the message at work
 * @msg: its facts
 * @sdp: its SDP
 * @len: its length
 * @bytes: itself
 */
struct world {
	struct kunit *test;
	struct sip_ims_net sn;
	const char *wrong;
	unsigned int opens;
	unsigned int closes;
	unsigned int releases;
	unsigned int fail_at;
	int fail_error;
	unsigned int busy;
	bool same_side;
	u32 talks;
	bool fidget;
	struct audit *audit;
	struct world_open open[WORLD_OPEN_MAX];
	unsigned int n_names;
	u32 names[WORLD_NAMES_MAX];
	unsigned int kept_names;
	struct seq_buf log;
	char text[WORLD_TEXT_MAX];
	bool progress;
	char state[2][WORLD_STATE_MAX];
	u64 before[SIP_IMS_A_STATS_MAX + 1];
	struct sip_ims_call_plan plan;
	struct sip_message msg;
	struct sdp sdp;
	size_t len;
	u8 bytes[WORLD_MESSAGE_MAX];
};

/* world.c */
int world_init(struct kunit *test);
void world_exit(struct kunit *test);
struct world *world_new(struct kunit *test);
void world_free(struct world *world);
void world_settings(struct world *world, struct sip_ims_settings *settings);
void world_set(struct world *world, const struct sip_ims_settings *settings);
void world_ports(struct world *world, u16 zone, u16 min, u16 max);
struct sip_ims_session *world_session(struct world *world, u32 id);
u64 world_count(const struct world *world, unsigned int counter);
bool world_idle(struct world *world);

#ifdef CONFIG_FAULT_INJECTION
/* Lets the n-th allocation of this thread from here on fail. */
static inline void world_fail(unsigned int n)
{
	current->fail_nth = n;
}

/* Which one still waited for its failure; 0 when it had it. */
static inline unsigned int world_fail_end(void)
{
	unsigned int left = current->fail_nth;

	current->fail_nth = 0;
	return left;
}
#else
static inline void world_fail(unsigned int n)
{
}

static inline unsigned int world_fail_end(void)
{
	return 1;
}
#endif

static inline struct world *world_of(struct sip_ims_net *sn)
{
	return container_of(sn, struct world, sn);
}

/* gate.c */
extern const struct sip_ims_gate world_gate;
unsigned int world_open_count(const struct world *world,
			      const struct sip_ims_session *session);

/* clock.c */
bool clock_tick(struct sip_ims_session *session);
void clock_pass(struct world *world, unsigned int seconds);

/* audit.c */
struct audit *audit_new(void);
void audit_call(struct world *world, struct sip_ims_call *call);

/* state.c */
void state_keep(struct world *world, bool progress);
void state_same(struct world *world, const struct script *script,
		const struct step *step);

/* text.c */
void world_log_begin(struct world *world);
void world_log_pinhole(struct world *world, const char *what,
		       const struct sip_ims_pinhole *pinhole);
void world_log_plan(struct world *world, const struct sip_ims_call_plan *plan);
void world_log_counters(struct world *world);
void world_log_sessions(struct world *world);

/* script.c */

/**
 * enum way - from whom to whom a message goes
 * @WAY_OUT: from the phone through NAT to the proxy
 * @WAY_IN: back
 * @WAY_OUT2: from another phone through NAT to the proxy
 * @WAY_IN2: back
 * @WAY_OUT3: from the first phone, with another public address
 * @WAY_IN3: back
 * @WAY_FORTH: from a host to the proxy, nothing is translated
 * @WAY_BACK: back
 * @WAYS: how many
 */
enum way {
	WAY_OUT,
	WAY_IN,
	WAY_OUT2,
	WAY_IN2,
	WAY_OUT3,
	WAY_IN3,
	WAY_FORTH,
	WAY_BACK,
	WAYS,
};

/**
 * struct step - one message of a script, and what must follow from it
 * @way: see enum way
 * @what: "METHOD", or "status METHOD"; "wait", or "talk", for no message
 * @from: tag of From
 * @to: tag of To, or NULL
 * @cseq: number of CSeq; the branch follows from it
 * @seconds: how long to wait
 * @talks: a bit for each m= line that carries media from here on
 * @contact: the value of Contact, or NULL
 * @sdp: lines of the SDP after "t=0 0", or NULL
 * @headers: more header lines, each with its CRLF, or NULL
 * @call_id: Call-ID, NULL for the usual one
 * @away: the gate looks at the routes and says: another device
 * @once: what it does to contacts it does even if it does not leave
 * @fresh: when it comes again later it is something new
 * @expect: what happens, one a line; see text.c
 */
struct step {
	enum way way;
	const char *what;
	const char *from;
	const char *to;
	u32 cseq;
	unsigned int seconds;
	u32 talks;
	const char *contact;
	const char *sdp;
	const char *headers;
	const char *call_id;
	bool away;
	bool once;
	bool fresh;
	const char *expect;
};

/**
 * struct script - a dialog from its first message to its last
 * @name: for the report; NULL after the last one
 * @steps: its messages; the first one without @what ends it
 * @local_media: the setting
 * @no_retain: retain-hold is off
 * @inactive: inactive-media, seconds
 */
struct script {
	const char *name;
	const struct step *steps;
	bool local_media;
	bool no_retain;
	u32 inactive;
};

#define SCRIPT(steps, ...)	{ #steps, steps, __VA_ARGS__ }

/* Times in steps */
#define WAIT(length, expected)						\
	{ .what = "wait", .seconds = length, .expect = expected }
#define WAIT_T4(expected)	WAIT(WORLD_T4 + 10, expected)
#define WAIT_GRACE(expected)	WAIT(WORLD_GRACE + 10, expected)
#define TALK(lines, expected)						\
	{ .what = "talk", .talks = lines, .expect = expected }

/* Each in a file of its name, all of them played by all suites. */
extern const struct script scripts[];
extern const struct script offer_scripts[];
extern const struct script fork_scripts[];
extern const struct script media_scripts[];

bool step_is_message(const struct step *step);
void script_begin(struct world *world, const struct script *script);
void script_path(struct world *world, struct sip_ims_path *path, enum way way);
void script_message(struct world *world, const struct step *step);
void script_decide(struct world *world, const struct sip_ims_path *path);
bool script_finish(struct world *world, const struct sip_ims_path *path);
bool script_carry_out(struct world *world, const struct sip_ims_path *path);
void script_prepare(struct world *world, const struct step *step,
		    struct sip_ims_path *path);
bool script_step(struct world *world, const struct step *step);
void script_expect(struct world *world, const struct script *script,
		   const struct step *step);
const void *script_params(struct kunit *test, const void *prev, char *desc);

#define PHONE_AT(port)	SDP_AT("10.0.0.2", port)
#define PROXY_AT(port)	SDP_AT("198.51.100.9", port)

/* Pinholes that the first offer of the phone opens, and that the answer adds */
#define OFFER_M		"m phone:40000,40001 = wan:A,A+1 edit\n"
#define OFFER_OPENS						\
	"+ proxy:* > wan:A = phone:40000\n"			\
	"+ proxy:* > wan:A+1 = phone:40001\n"
#define OFFER_CLOSES						\
	"- proxy:* > wan:A = phone:40000\n"			\
	"- proxy:* > wan:A+1 = phone:40001\n"
#define ANSWER_M	"m proxy:30000,30001\n"
#define ANSWER_OPENS						\
	"+ phone:40000 > proxy:30000\n"				\
	"+ phone:40001 > proxy:30001\n"
#define ANSWER_CLOSES						\
	"- phone:40000 > proxy:30000\n"				\
	"- phone:40001 > proxy:30001\n"

#define INVITE_OUT							\
	{ WAY_OUT, "INVITE", "a", NULL, 1,				\
	  .sdp = PHONE_AT("40000"),					\
	  .contact = "<sip:alice@10.0.0.2:5060>", .expect =		\
	  OFFER_M OFFER_OPENS "CALLS_OPENED\ncalling 2\n" }
#define ANSWER_IN							\
	{ WAY_IN, "200 INVITE", "a", "b", 1,				\
	  .sdp = PROXY_AT("30000"),					\
	  .expect = ANSWER_M ANSWER_OPENS "confirmed 4\n" }
#define ACK_OUT								\
	{ WAY_OUT, "ACK", "a", "b", 1,					\
	  .expect = "confirmed 4\n" }

#define SDP_AT(host, port)						\
	"c=IN IP4 " host "\r\nm=audio " port " RTP/AVP 0\r\n"

#endif /* _KUNIT_WORLD_H */
