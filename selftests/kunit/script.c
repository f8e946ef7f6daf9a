// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plays SIP messages to the decisions as the conntrack half does: parse,
 * decide, open, then commit or abort.
 */
#include "world.h"

#define PHONE		{ .ip = cpu_to_be32(0x0a000002) }
#define PHONE2		{ .ip = cpu_to_be32(0x0a000003) }
#define WAN		{ .ip = cpu_to_be32(0xcb007101) }
#define WAN2		{ .ip = cpu_to_be32(0xcb007102) }
#define PROXY		{ .ip = cpu_to_be32(0xc6336409) }
#define HOST		{ .ip = cpu_to_be32(0xc0000202) }

static const struct {
	struct sip_ims_endpoint src;
	struct sip_ims_endpoint src_mapped;
	struct sip_ims_endpoint dst;
	struct sip_ims_endpoint dst_mapped;
} ways[WAYS] = {
	[WAY_OUT] = {
		.src = { PHONE, cpu_to_be16(5060) },
		.src_mapped = { WAN, cpu_to_be16(5060) },
		.dst = { PROXY, cpu_to_be16(5060) },
		.dst_mapped = { PROXY, cpu_to_be16(5060) },
	},
	[WAY_IN] = {
		.src = { PROXY, cpu_to_be16(5060) },
		.src_mapped = { PROXY, cpu_to_be16(5060) },
		.dst = { WAN, cpu_to_be16(5060) },
		.dst_mapped = { PHONE, cpu_to_be16(5060) },
	},
	[WAY_OUT2] = {
		.src = { PHONE2, cpu_to_be16(5060) },
		.src_mapped = { WAN, cpu_to_be16(1024) },
		.dst = { PROXY, cpu_to_be16(5060) },
		.dst_mapped = { PROXY, cpu_to_be16(5060) },
	},
	[WAY_IN2] = {
		.src = { PROXY, cpu_to_be16(5060) },
		.src_mapped = { PROXY, cpu_to_be16(5060) },
		.dst = { WAN, cpu_to_be16(1024) },
		.dst_mapped = { PHONE2, cpu_to_be16(5060) },
	},
	[WAY_OUT3] = {
		.src = { PHONE, cpu_to_be16(5060) },
		.src_mapped = { WAN2, cpu_to_be16(5060) },
		.dst = { PROXY, cpu_to_be16(5060) },
		.dst_mapped = { PROXY, cpu_to_be16(5060) },
	},
	[WAY_IN3] = {
		.src = { PROXY, cpu_to_be16(5060) },
		.src_mapped = { PROXY, cpu_to_be16(5060) },
		.dst = { WAN2, cpu_to_be16(5060) },
		.dst_mapped = { PHONE, cpu_to_be16(5060) },
	},
	[WAY_FORTH] = {
		.src = { HOST, cpu_to_be16(5060) },
		.src_mapped = { HOST, cpu_to_be16(5060) },
		.dst = { PROXY, cpu_to_be16(5060) },
		.dst_mapped = { PROXY, cpu_to_be16(5060) },
	},
	[WAY_BACK] = {
		.src = { PROXY, cpu_to_be16(5060) },
		.src_mapped = { PROXY, cpu_to_be16(5060) },
		.dst = { HOST, cpu_to_be16(5060) },
		.dst_mapped = { HOST, cpu_to_be16(5060) },
	},
};

/**
 * script_path() - a packet's way
 * @world: the namespace
 * @path: filled
 * @way: from whom to whom
 */
void script_path(struct world *world, struct sip_ims_path *path, enum way way)
{
	memset(path, 0, sizeof(*path));
	path->sn = &world->sn;
	path->l3num = AF_INET;
	path->l4proto = IPPROTO_UDP;
	path->src = ways[way].src;
	path->src_mapped = ways[way].src_mapped;
	path->dst = ways[way].dst;
	path->dst_mapped = ways[way].dst_mapped;
	path->translated =
		!sip_ims_same_endpoint(&path->src, &path->src_mapped) ||
		!sip_ims_same_endpoint(&path->dst, &path->dst_mapped);
}

/* "$A" stands for the number of the port that is called A. */
static void add_text(struct world *world, struct seq_buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text != '$')
			seq_buf_putc(out, *text);
		else
			seq_buf_printf(out, "%u",
				       (u16)world->names[*++text - 'A']);
	}
}

static void add_start(struct seq_buf *out, const struct step *step,
		      const char *method)
{
	if (method == step->what)
		seq_buf_printf(out, "%s sip:bob@example.org SIP/2.0\r\n",
			       method);
	else
		seq_buf_printf(out, "SIP/2.0 %.3s Said\r\n", step->what);
}

static void add_headers(struct seq_buf *out, const struct step *step,
			const char *method)
{
	const char *alice = "<sip:alice@example.org>";
	const char *bob = "<sip:bob@example.org>";

	seq_buf_printf(out, "Via: SIP/2.0/UDP a.example.org;branch=z9hG4bK%u\r\n",
		       step->cseq);
	seq_buf_printf(out, "From: %s;tag=%s\r\n", alice, step->from);
	seq_buf_printf(out, "To: %s%s%s\r\n",
		       strcmp(method, "REGISTER") ? bob : alice,
		       step->to ? ";tag=" : "", step->to ?: "");
	seq_buf_printf(out, "Call-ID: %s\r\n", step->call_id ?: "one@a");
	seq_buf_printf(out, "CSeq: %u %s\r\n", step->cseq, method);
	if (step->contact)
		seq_buf_printf(out, "Contact: %s\r\n", step->contact);
	if (step->headers)
		seq_buf_puts(out, step->headers);
}

/* The body ends with the datagram. */
static void add_body(struct world *world, struct seq_buf *out,
		     const struct step *step)
{
	if (!step->sdp) {
		seq_buf_puts(out, "Content-Length: 0\r\n\r\n");
		return;
	}
	seq_buf_puts(out, "Content-Type: application/sdp\r\n\r\n"
		     "v=0\r\no=- 1 1 IN IP4 a.example.org\r\ns=-\r\nt=0 0\r\n");
	add_text(world, out, step->sdp);
}

static enum sip_fault message_parse(struct world *world)
{
	struct sip_slice body;
	enum sip_fault fault;

	fault = sip_parse(world->bytes, world->len, &world->msg);
	if (fault)
		return fault;
	world->sdp.body.len = 0;
	world->sdp.count = 0;
	if (!world->msg.body.len)
		return SIP_OK;
	fault = sip_find_sdp(world->bytes, &world->msg, &body);
	if (fault || !body.len)
		return fault;
	return sdp_parse(world->bytes, body, &world->sdp);
}

/**
 * script_message() - write and parse a message
 * @world: has it afterwards
 * @step: what it says
 */
void script_message(struct world *world, const struct step *step)
{
	const char *blank = strchr(step->what, ' ');
	const char *method = blank ? blank + 1 : step->what;
	struct seq_buf out;

	seq_buf_init(&out, world->bytes, sizeof(world->bytes));
	add_start(&out, step, method);
	add_headers(&out, step, method);
	add_body(world, &out, step);
	KUNIT_ASSERT_FALSE(world->test, seq_buf_has_overflowed(&out));
	world->len = seq_buf_used(&out);
	KUNIT_ASSERT_STREQ(world->test, sip_fault_name(message_parse(world)),
			   sip_fault_name(SIP_OK));
}

/**
 * script_decide() - make the plan
 * @world: has the message
 * @path: its way
 *
 * script_finish() must follow.
 */
void script_decide(struct world *world, const struct sip_ims_path *path)
	__acquires(RCU)
{
	rcu_read_lock();
	local_bh_disable();
	sip_ims_plan_decide(&world->plan, path, world->bytes, &world->msg,
			    &world->sdp);
}

/**
 * script_finish() - carry the plan out, or not
 * @world: has the plan
 * @path: the message's way
 *
 * Return: whether the message left.
 */
bool script_finish(struct world *world, const struct sip_ims_path *path)
	__releases(RCU)
{
	struct sip_ims_call_plan *plan = &world->plan;

	if (!plan->base.drop && plan->base.session && sip_ims_pinhole_open(&plan->base, path))
		plan->base.drop = true;
	if (plan->base.drop)
		sip_ims_plan_abort(plan);
	else
		sip_ims_plan_commit(plan);
	local_bh_enable();
	rcu_read_unlock();
	return !plan->base.drop;
}

/**
 * script_carry_out() - all that happens to a message
 * @world: has the message
 * @path: its way
 *
 * Return: whether the message left.
 */
bool script_carry_out(struct world *world, const struct sip_ims_path *path)
{
	script_decide(world, path);
	world_log_plan(world, &world->plan);
	return script_finish(world, path);
}

/**
 * step_is_message() - is it a message, or does only time pass?
 * @step: the step
 *
 * Return: whether it is one.
 */
bool step_is_message(const struct step *step)
{
	return strcmp(step->what, "wait") && strcmp(step->what, "talk");
}

/**
 * script_begin() - set what a script needs
 * @world: a new namespace
 * @script: the script
 */
void script_begin(struct world *world, const struct script *script)
{
	struct sip_ims_settings settings;

	world_settings(world, &settings);
	if (script->local_media)
		settings.local_media = SIP_IMS_SWITCH_ON;
	if (script->no_retain)
		settings.retain_hold = SIP_IMS_SWITCH_OFF;
	settings.inactive_media = script->inactive;
	world_set(world, &settings);
}

static void step_passes(struct world *world, const struct step *step)
{
	if (!strcmp(step->what, "talk"))
		world->talks = step->talks;
	clock_pass(world, step->seconds);
}

/**
 * script_prepare() - a step's bytes and their way
 * @world: has the message; what happens is written down from here on
 * @step: the message
 * @path: filled
 */
void script_prepare(struct world *world, const struct step *step,
		    struct sip_ims_path *path)
{
	world->same_side = !step->away;
	script_path(world, path, step->way);
	script_message(world, step);
	world_log_begin(world);
}

/**
 * script_step() - play one message
 * @world: world->text says afterwards what happened
 * @step: the message
 *
 * Return: whether it left.
 */
bool script_step(struct world *world, const struct step *step)
{
	struct sip_ims_path path;
	bool left = true;

	if (step_is_message(step)) {
		script_prepare(world, step, &path);
		left = script_carry_out(world, &path);
	} else {
		world_log_begin(world);
		step_passes(world, step);
	}
	world_log_counters(world);
	world_log_sessions(world);
	seq_buf_str(&world->log);
	return left;
}

/**
 * script_expect() - compare what happened with what should have
 * @world: has just played @step
 * @script: where the step stands
 * @step: the step
 */
void script_expect(struct world *world, const struct script *script,
		   const struct step *step)
{
	KUNIT_EXPECT_STREQ_MSG(world->test, seq_buf_str(&world->log),
			       step->expect, "step %d, %s",
			       (int)(step - script->steps) + 1, step->what);
	if (world->wrong)
		KUNIT_FAIL(world->test, "step %d, %s: %s",
			   (int)(step - script->steps) + 1, step->what,
			   world->wrong);
	world->wrong = NULL;
}

static const struct script * const sets[] = {
	scripts, offer_scripts, fork_scripts, media_scripts,
};

/**
 * script_params() - one parameter for each script
 * @test: the test
 * @prev: the last one, or NULL
 * @desc: filled with its name
 *
 * Return: the next script, or NULL.
 */
const void *script_params(struct kunit *test, const void *prev, char *desc)
{
	const struct script *script;
	const void *last = NULL;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sets); i++) {
		for (script = sets[i]; script->name; script++) {
			if (last == prev) {
				strscpy(desc, script->name,
					KUNIT_PARAM_DESC_SIZE);
				return script;
			}
			last = script;
		}
	}
	return NULL;
}
