/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suites share: a namespace's state of their own, a gate that writes
 * down what it is asked, and SIP messages on their way through it.
 */
#ifndef _KUNIT_WORLD_H
#define _KUNIT_WORLD_H

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_buf.h>

#include <sip_ims/registration.h>

#define WORLD_OPEN_MAX		512u
#define WORLD_TEXT_MAX		8192u
#define WORLD_NAMES_MAX		64u
#define WORLD_MESSAGE_MAX	16384u

/* The ports of a played dialog; few, so that all are looked at. */
#define WORLD_PORT_MIN		20000u
#define WORLD_PORT_MAX		20063u

struct script;
struct step;

/**
 * struct world_open - a pinhole that the gate opened
 * @session: whose it is; NULL: this entry is free
 * @pinhole: copy of it
 */
struct world_open {
	const struct sip_ims_session *session;
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
 * @open: pinholes that are open
 * @n_names: public pairs that were seen, in order; their names are A, B, ...
 * @names: their even ports
 * @kept_names: @n_names when @state was remembered
 * @log: what happened since world_log_begin()
 * @text: of @log
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
	struct world_open open[WORLD_OPEN_MAX];
	unsigned int n_names;
	u16 names[WORLD_NAMES_MAX];
	unsigned int kept_names;
	struct seq_buf log;
	char text[WORLD_TEXT_MAX];
	char state[2][WORLD_TEXT_MAX];
	u64 before[SIP_IMS_A_STATS_MAX + 1];
	struct sip_ims_plan plan;
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
void world_ports(struct world *world, u16 zone, u16 min, u16 max);
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

/* state.c */
void state_keep(struct world *world);
void state_same(struct world *world, const struct script *script,
		const struct step *step);

/* text.c */
void world_log_begin(struct world *world);
void world_log_pinhole(struct world *world, const char *what,
		       const struct sip_ims_pinhole *pinhole);
void world_log_plan(struct world *world, const struct sip_ims_plan *plan);
void world_log_counters(struct world *world);
void world_log_sessions(struct world *world);

/* script.c */

/**
 * enum way - from whom to whom a message goes
 * @WAY_OUT: from the phone through NAT to the proxy
 * @WAY_IN: back
 * @WAY_OUT2: from another phone through NAT to the proxy
 * @WAY_IN2: back
 * @WAY_FORTH: from a host to the proxy, nothing is translated
 * @WAY_BACK: back
 * @WAYS: how many
 */
enum way {
	WAY_OUT,
	WAY_IN,
	WAY_OUT2,
	WAY_IN2,
	WAY_FORTH,
	WAY_BACK,
	WAYS,
};

/**
 * struct step - one message of a script, and what must follow from it
 * @way: see enum way
 * @what: "METHOD", or "status METHOD"
 * @from: tag of From
 * @to: tag of To, or NULL
 * @cseq: number of CSeq; the branch follows from it
 * @contact: the value of Contact, or NULL
 * @sdp: lines of the SDP behind "t=0 0", or NULL
 * @headers: more header lines, each with its CRLF, or NULL
 * @call_id: Call-ID, NULL for the usual one
 * @away: the gate looks at the routes and says: another device
 * @once: what it does to contacts it does even if it does not leave
 * @expect: what happens, one a line; see text.c
 */
struct step {
	enum way way;
	const char *what;
	const char *from;
	const char *to;
	u32 cseq;
	const char *contact;
	const char *sdp;
	const char *headers;
	const char *call_id;
	bool away;
	bool once;
	const char *expect;
};

/**
 * struct script - a dialog from its first message to its last
 * @name: for people
 * @steps: its messages; the first one without @what ends it
 */
struct script {
	const char *name;
	const struct step *steps;
};

extern const struct script scripts[];
extern const unsigned int n_scripts;

void script_path(struct world *world, struct sip_ims_path *path, enum way way);
void script_message(struct world *world, const struct step *step);
void script_decide(struct world *world, const struct sip_ims_path *path);
bool script_finish(struct world *world, const struct sip_ims_path *path);
bool script_carry_out(struct world *world, const struct sip_ims_path *path);
bool script_step(struct world *world, const struct step *step);
void script_expect(struct world *world, const struct script *script,
		   const struct step *step);
const void *script_params(struct kunit *test, const void *prev, char *desc);

#define SDP_AT(host, port)						\
	"c=IN IP4 " host "\r\nm=audio " port " RTP/AVP 0\r\n"

#endif /* _KUNIT_WORLD_H */
