// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of Documentation/limits.md, by messages: at the limit all
 * is well, one past it the named counter goes up, and no more than that.
 *
 * Limits of the table of sessions and of the pool of ports are tested with
 * these, and those of the parser by the corpus.
 */
#include "world.h"

#define PHONE		0x0a000002
#define WAN		0xcb007101
#define PROXY		0xc6336409

#define PHONE_SDP	SDP_AT("10.0.0.2", "40000")

/* Texts of messages that are made in a loop. */
struct made {
	struct step step;
	char tag[16];
	char call_id[16];
	char contact[64];
	char *sdp;
};

static struct made *made_new(struct kunit *test, enum way way, const char *what)
{
	struct made *made = kunit_kzalloc(test, sizeof(*made), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, made);
	made->step.way = way;
	made->step.what = what;
	made->step.from = "a";
	made->step.cseq = 1;
	return made;
}

/* How often the last step incremented a counter. */
static void expect_up(struct world *world, unsigned int counter,
		      const char *name, u64 times)
{
	KUNIT_EXPECT_EQ_MSG(world->test, world_count(world, counter) -
			    world->before[counter], times, "%s", name);
}

#define EXPECT_UP(world, name, times)					\
	expect_up(world, SIP_IMS_A_STATS_##name, #name, times)

static void gauge_calls(struct world *world, u32 calls)
{
	spin_lock_bh(&world->sn.lock);
	world->sn.calls = calls;
	spin_unlock_bh(&world->sn.lock);
}

static void test_calls(struct kunit *test)
{
	struct made *made = made_new(test, WAY_OUT, "INVITE");
	struct world *world = test->priv;
	unsigned int i;

	made->step.call_id = made->call_id;
	gauge_calls(world, SIP_IMS_CALLS_MAX - 2);
	for (i = 0; i < 3; i++) {
		snprintf(made->call_id, sizeof(made->call_id), "%u@a", i);
		KUNIT_EXPECT_EQ(test, script_step(world, &made->step), i < 2);
		EXPECT_UP(world, CALL_LIMIT, i == 2);
		EXPECT_UP(world, CALLS_OPENED, i < 2);
	}
	KUNIT_EXPECT_EQ(test, world->sn.calls, SIP_IMS_CALLS_MAX);
	gauge_calls(world, 2);
}

static void test_calls_of_call_id(struct kunit *test)
{
	struct made *made = made_new(test, WAY_OUT, "INVITE");
	struct world *world = test->priv;
	unsigned int i;

	made->step.from = made->tag;
	for (i = 0; i <= SIP_IMS_SESSIONS_PER_KEY; i++) {
		bool fits = i < SIP_IMS_SESSIONS_PER_KEY;

		snprintf(made->tag, sizeof(made->tag), "a%u", i);
		KUNIT_EXPECT_EQ(test, script_step(world, &made->step), fits);
		EXPECT_UP(world, CALL_LIMIT, !fits);
	}
	KUNIT_EXPECT_EQ(test, world->sn.calls, SIP_IMS_SESSIONS_PER_KEY);
}

/* A REGISTER beyond it passes, but nothing is remembered of it. */
static void test_registrations(struct kunit *test)
{
	struct made *made = made_new(test, WAY_OUT, "REGISTER");
	struct world *world = test->priv;

	made->step.contact = "<sip:alice@10.0.0.2:5060>";
	spin_lock_bh(&world->sn.lock);
	world->sn.registrations = SIP_IMS_REGISTRATIONS_MAX - 1;
	spin_unlock_bh(&world->sn.lock);
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	EXPECT_UP(world, REGISTRATION_LIMIT, 0);
	made->step.way = WAY_OUT2;
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	EXPECT_UP(world, REGISTRATION_LIMIT, 1);
	EXPECT_UP(world, REGISTRATIONS_OPENED, 0);
	KUNIT_EXPECT_NULL(test, world->plan.base.session);
	spin_lock_bh(&world->sn.lock);
	KUNIT_EXPECT_EQ(test, world->sn.registrations,
			SIP_IMS_REGISTRATIONS_MAX);
	world->sn.registrations = 1;
	spin_unlock_bh(&world->sn.lock);
}

static void test_contacts(struct kunit *test)
{
	struct made *made = made_new(test, WAY_FORTH, "REGISTER");
	struct world *world = test->priv;
	unsigned int i;

	made->step.contact = made->contact;
	for (i = 0; i <= SIP_IMS_CONTACTS_MAX; i++) {
		snprintf(made->contact, sizeof(made->contact),
			 "<sip:alice@192.0.2.2:%u>", 6000 + i);
		made->step.cseq = 1 + i;
		KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
		EXPECT_UP(world, REGISTRATION_LIMIT,
			  i == SIP_IMS_CONTACTS_MAX);
	}
	KUNIT_EXPECT_STREQ(test, world->text,
			   "REGISTRATION_LIMIT\nactive 0 of 64 0\n");
}

/* An outward pinhole never replaces a pinhole for incoming requests. */
static void test_outward(struct kunit *test)
{
	struct made *ask = made_new(test, WAY_OUT, "REGISTER");
	struct made *answer = made_new(test, WAY_IN, "200 REGISTER");
	struct world *world = test->priv;
	char expect[64];
	unsigned int i;

	world_ports(world, 0, 20000, 20255);
	ask->step.contact = ask->contact;
	answer->step.to = "s";
	answer->step.headers = "Service-Route: <sip:198.51.100.77;lr>\r\n";
	for (i = 1; i <= SIP_IMS_CONTACTS_MAX; i++) {
		snprintf(ask->contact, sizeof(ask->contact),
			 "<sip:alice@10.0.0.2:%u>", 6000 + i);
		ask->step.cseq = i;
		answer->step.cseq = i;
		KUNIT_EXPECT_TRUE(test, script_step(world, &ask->step));
		KUNIT_EXPECT_TRUE(test, script_step(world, &answer->step));
		EXPECT_UP(world, PINHOLE_LIMIT, 2 * i > SIP_IMS_OUTWARD_MAX);
		snprintf(expect, sizeof(expect), "active %u of %u %u\n", i, i,
			 2 * i + min(2 * i, SIP_IMS_OUTWARD_MAX));
		KUNIT_EXPECT_PTR_NE_MSG(test, strstr(world->text, expect), NULL,
					"%s instead of %s", world->text,
					expect);
	}
}

static void test_dialogs(struct kunit *test)
{
	struct made *made = made_new(test, WAY_IN, "183 INVITE");
	struct made *invite = made_new(test, WAY_OUT, "INVITE");
	struct world *world = test->priv;
	unsigned int i;

	invite->step.sdp = PHONE_SDP;
	script_step(world, &invite->step);
	made->step.to = made->tag;
	made->step.sdp = SDP_AT("198.51.100.9", "30000");
	for (i = 0; i < SIP_IMS_DIALOGS_MAX; i++) {
		snprintf(made->tag, sizeof(made->tag), "b%u", i);
		KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
		EXPECT_UP(world, DIALOG_LIMIT, 0);
	}
	snprintf(made->tag, sizeof(made->tag), "b%u", i);
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	KUNIT_EXPECT_STREQ(test, world->text,
			   "STRAY_SDP\nDIALOG_LIMIT\nearly 4\n");
	/* the first ones go on */
	made->step.to = "b0";
	made->step.sdp = SDP_AT("198.51.100.9", "30002");
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	EXPECT_UP(world, DIALOG_LIMIT, 0);
}

static void ring(struct world *world, struct made *made, unsigned int number)
{
	snprintf(made->tag, sizeof(made->tag), "b%u", number);
	KUNIT_EXPECT_TRUE(world->test, script_step(world, &made->step));
}

/* A branch that is over makes room, as soon as its grace is over, too. */
static void test_dialogs_room(struct kunit *test)
{
	struct made *made = made_new(test, WAY_IN, "183 INVITE");
	struct made *invite = made_new(test, WAY_OUT, "INVITE");
	struct world *world = test->priv;
	unsigned int i;

	invite->step.sdp = PHONE_SDP;
	script_step(world, &invite->step);
	made->step.to = made->tag;
	for (i = 0; i < SIP_IMS_DIALOGS_MAX; i++)
		ring(world, made, i);
	made->step.what = "200 INVITE";
	ring(world, made, 3);
	made->step.what = "183 INVITE";
	ring(world, made, 100);
	EXPECT_UP(world, DIALOG_LIMIT, 1);
	clock_pass(world, WORLD_GRACE + 10);
	/* one that is lost already; the one that was answered stays */
	for (i = 100; i < 200; i++) {
		ring(world, made, i);
		EXPECT_UP(world, DIALOG_LIMIT, i >= 115);
	}
	made->step.what = "200 INVITE";
	ring(world, made, 3);
	EXPECT_UP(world, DIALOG_LIMIT, 0);
	KUNIT_EXPECT_NULL(test, world->wrong);
}

/* An SDP with this many streams, from this port on. */
static char *streams(struct kunit *test, const char *host, unsigned int port,
		     unsigned int count)
{
	char *text = kunit_kzalloc(test, 4096, GFP_KERNEL);
	unsigned int i;
	struct seq_buf out;

	KUNIT_ASSERT_NOT_NULL(test, text);
	seq_buf_init(&out, text, 4096);
	seq_buf_printf(&out, "c=IN IP4 %s\r\n", host);
	for (i = 0; i < count; i++)
		seq_buf_printf(&out, "m=audio %u RTP/AVP 0\r\n", port + 2 * i);
	seq_buf_str(&out);
	return text;
}

/* Number of streams that the last message got ports for */
static unsigned int lines_of(const struct world *world)
{
	const char *line = world->text;
	unsigned int count = 0;

	for (; !strncmp(line, "m ", 2); line = strchr(line, '\n') + 1)
		count++;
	return count;
}

static void test_streams(struct kunit *test)
{
	struct made *made = made_new(test, WAY_OUT, "INVITE");
	struct world *world = test->priv;

	world_ports(world, 0, 20000, 20999);
	made->step.sdp = streams(test, "10.0.0.2", 40000, SDP_MEDIA_MAX);
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	EXPECT_UP(world, STREAMS_EXCESS, 0);
	KUNIT_EXPECT_EQ(test, lines_of(world), SDP_MEDIA_MAX);
	KUNIT_EXPECT_EQ(test, world_open_count(world, NULL), 64);
	made->step.cseq = 2;
	made->step.sdp = streams(test, "10.0.0.2", 40000, SDP_MEDIA_MAX + 1);
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	EXPECT_UP(world, STREAMS_EXCESS, 1);
	KUNIT_EXPECT_EQ(test, lines_of(world), SDP_MEDIA_MAX);
	KUNIT_EXPECT_EQ(test, world_open_count(world, NULL), 64);
}

/* 32 streams of the caller and of two callees; then one more way is wanted. */
static void test_pinholes(struct kunit *test)
{
	struct made *made = made_new(test, WAY_OUT, "INVITE");
	struct world *world = test->priv;
	static const char * const tags[] = { "b", "c" };
	unsigned int i;

	world_ports(world, 0, 20000, 20999);
	made->step.sdp = streams(test, "10.0.0.2", 40000, SDP_MEDIA_MAX);
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	made->step.way = WAY_IN;
	made->step.what = "183 INVITE";
	for (i = 0; i < ARRAY_SIZE(tags); i++) {
		made->step.to = tags[i];
		made->step.sdp = streams(test, "198.51.100.9", 30000 + 100 * i,
					 SDP_MEDIA_MAX);
		KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
		EXPECT_UP(world, PINHOLE_LIMIT, 0);
	}
	KUNIT_EXPECT_EQ(test, world_open_count(world, NULL),
			SIP_IMS_PINHOLES_MAX);
	/* a target is one more, and only one */
	made->step.sdp = NULL;
	made->step.contact = "<sip:bob@198.51.100.9:7000>";
	KUNIT_EXPECT_FALSE(test, script_step(world, &made->step));
	EXPECT_UP(world, PINHOLE_LIMIT, 1);
	KUNIT_EXPECT_EQ(test, world_open_count(world, NULL),
			SIP_IMS_PINHOLES_MAX);
}

static struct sip_ims_endpoint source(unsigned int port)
{
	struct sip_ims_endpoint at = { .port = htons(port) };

	at.addr.ip = htonl(PROXY);
	return at;
}

/* Flows through one pinhole; the same source again is no new one. */
static void test_flows(struct kunit *test)
{
	struct sip_ims_pinhole *pinhole = kzalloc_obj(*pinhole, GFP_KERNEL);
	struct sip_ims_flow *flow, *next;
	struct sip_ims_endpoint at;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, pinhole);
	INIT_LIST_HEAD(&pinhole->flows);
	for (i = 0; i <= SIP_IMS_FLOWS_MAX; i++) {
		at = source(30000 + i);
		KUNIT_EXPECT_EQ(test, sip_ims_pinhole_remember(pinhole, &at),
				i < SIP_IMS_FLOWS_MAX ? 0 : -ENOSPC);
	}
	at = source(30000);
	KUNIT_EXPECT_EQ(test, sip_ims_pinhole_remember(pinhole, &at), 0);
	KUNIT_EXPECT_EQ(test, pinhole->n_flows, SIP_IMS_FLOWS_MAX);
	list_for_each_entry_safe(flow, next, &pinhole->flows, list)
		kfree(flow);
	kfree(pinhole);
}

/**
 * struct flow_case - a new flow, while the phone's A is open to the proxy, and
 *	the proxy's 30000 to the phone's 40000
 * @name: for people
 * @l4proto: IPPROTO_UDP or IPPROTO_TCP
 * @from: address it comes from
 * @from_port: port it comes from
 * @to: address it goes to
 * @to_port: port it goes to; counted from A on the router
 * @found: whether a pinhole lets it in
 */
struct flow_case {
	const char *name;
	u8 l4proto;
	u32 from;
	u16 from_port;
	u32 to;
	u16 to_port;
	bool found;
};

static const struct flow_case flow_cases[] = {
	{ "in", IPPROTO_UDP, PROXY, 30000, WAN, 0, true },
	{ "in from any port", IPPROTO_UDP, PROXY, 7, WAN, 0, true },
	{ "in, RTCP", IPPROTO_UDP, PROXY, 30001, WAN, 1, true },
	{ "in, next pair", IPPROTO_UDP, PROXY, 30000, WAN, 2, false },
	{ "in by TCP", IPPROTO_TCP, PROXY, 30000, WAN, 0, false },
	{ "in from another", IPPROTO_UDP, PROXY + 1, 30000, WAN, 0, false },
	{ "out", IPPROTO_UDP, PHONE, 40000, PROXY, 30000, true },
	{ "out, RTCP", IPPROTO_UDP, PHONE, 40001, PROXY, 30001, true },
	{ "out, crossed", IPPROTO_UDP, PHONE, 40001, PROXY, 30000, false },
	{ "out from any port", IPPROTO_UDP, PHONE, 7, PROXY, 30000, false },
	{ "out to another", IPPROTO_UDP, PHONE, 40000, PROXY + 1, 30000, false },
};

KUNIT_ARRAY_PARAM_DESC(flow, flow_cases, name);

static void test_flow_finds(struct kunit *test)
{
	static const struct step invite = {
		WAY_OUT, "INVITE", "a", NULL, 1, .sdp = PHONE_SDP,
	};
	static const struct step answer = {
		WAY_IN, "200 INVITE", "a", "b", 1,
		.sdp = SDP_AT("198.51.100.9", "30000"),
	};
	const struct flow_case *flow = test->param_value;
	struct sip_ims_endpoint from = {}, to = {};
	struct world *world = test->priv;
	struct sip_ims_session *session;
	bool found;

	script_step(world, &invite);
	script_step(world, &answer);
	session = world->plan.base.session;
	from.addr.ip = htonl(flow->from);
	from.port = htons(flow->from_port);
	to.addr.ip = htonl(flow->to);
	to.port = htons(flow->to_port +
			(flow->to == WAN ? (u16)world->names[0] : 0));
	spin_lock_bh(&session->lock);
	found = sip_ims_pinhole_find(session, flow->l4proto, &from, &to);
	spin_unlock_bh(&session->lock);
	KUNIT_EXPECT_EQ(test, found, flow->found);
}

/* Where the phone's pinhole expects its media from. */
static u16 peer_of(struct world *world)
{
	struct sip_ims_session *session = world_session(world, 1);
	struct sip_ims_pinhole *pinhole;
	u16 port;

	KUNIT_ASSERT_NOT_NULL(world->test, session);
	spin_lock_bh(&session->lock);
	pinhole = list_first_entry(&session->pinholes, struct sip_ims_pinhole,
				   list);
	port = ntohs(pinhole->peer.port);
	spin_unlock_bh(&session->lock);
	sip_ims_session_put(session);
	return port;
}

/* Two branches with one address: the one that was answered counts. */
static void test_flow_peer(struct kunit *test)
{
	static const struct step steps[] = {
		INVITE_OUT,
		{ WAY_IN, "183 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000") },
		{ WAY_IN, "183 INVITE", "a", "c", 1, .sdp = PROXY_AT("30100") },
		{ WAY_IN, "200 INVITE", "a", "b", 1, .sdp = PROXY_AT("30000") },
		{ WAY_IN, "183 INVITE", "a", "d", 1, .sdp = PROXY_AT("30200") },
		WAIT_GRACE(NULL),
	};
	static const u16 peers[] = { 0, 30000, 30100, 30000, 30000, 30000 };
	struct world *world = test->priv;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		script_step(world, &steps[i]);
		KUNIT_EXPECT_EQ_MSG(test, peer_of(world), peers[i], "step %u",
				    i + 1);
	}
}

/* Ports for two streams; the third is dropped, and takes nothing with it. */
static void test_ports(struct kunit *test)
{
	struct made *made = made_new(test, WAY_OUT, "INVITE");
	struct world *world = test->priv;

	world_ports(world, 0, 20000, 20003);
	made->step.sdp = streams(test, "10.0.0.2", 40000, 3);
	KUNIT_EXPECT_FALSE(test, script_step(world, &made->step));
	EXPECT_UP(world, PORT_EXHAUSTED, 1);
	KUNIT_EXPECT_TRUE(test, world_idle(world));
	made->step.sdp = streams(test, "10.0.0.2", 40000, 2);
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	EXPECT_UP(world, PORT_EXHAUSTED, 0);
}

/* A contact without a port of its own is not remembered. */
static void test_ports_contact(struct kunit *test)
{
	struct made *made = made_new(test, WAY_OUT, "REGISTER");
	struct world *world = test->priv;

	world_ports(world, 0, 20000, 20001);
	made->step.contact = "<sip:a@10.0.0.2:6000>, <sip:a@10.0.0.2:6002>";
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	KUNIT_EXPECT_STREQ(test, world->text, "PORT_EXHAUSTED\n"
			   "REGISTRATIONS_OPENED\nactive 0 of 1 0\n");
}

/* Fills the namespace with pools but for @left. */
static void fill_pools(struct world *world, struct sip_ims_pool **pools,
		       int *ports, unsigned int left)
{
	struct sip_ims_endpoint ends[SIP_IMS_COMPONENTS] = {};
	struct sip_ims_path path = { .sn = &world->sn };
	const struct sip_ims_binding *binding;
	union nf_inet_addr addr = {};
	unsigned int i;

	for (i = 0; i < SIP_IMS_POOLS_MAX - left; i++) {
		addr.ip = htonl(0xc6120000 + i);
		binding = sip_ims_pool_take(&path, &addr, ends, 1);
		KUNIT_ASSERT_FALSE(world->test, IS_ERR(binding));
		pools[i] = binding->pool;
		ports[i] = ntohs(binding->mapped.port);
	}
}

static void test_addresses(struct kunit *test)
{
	struct made *made = made_new(test, WAY_OUT, "INVITE");
	struct made *reg = made_new(test, WAY_OUT, "REGISTER");
	static struct sip_ims_pool *pools[SIP_IMS_POOLS_MAX];
	static int ports[SIP_IMS_POOLS_MAX];
	struct world *world = test->priv;
	unsigned int i;

	made->step.sdp = PHONE_SDP;
	fill_pools(world, pools, ports, 0);
	KUNIT_EXPECT_FALSE(test, script_step(world, &made->step));
	EXPECT_UP(world, NO_MEMORY, 1);
	EXPECT_UP(world, PORT_EXHAUSTED, 0);
	reg->step.contact = "<sip:alice@10.0.0.2:6000>";
	KUNIT_EXPECT_TRUE(test, script_step(world, &reg->step));
	EXPECT_UP(world, NO_MEMORY, 1);
	EXPECT_UP(world, PORT_EXHAUSTED, 0);
	sip_ims_pool_free(&world->sn, pools[0], htons(ports[0]));
	KUNIT_EXPECT_TRUE(test, script_step(world, &made->step));
	EXPECT_UP(world, NO_MEMORY, 0);
	for (i = 1; i < SIP_IMS_POOLS_MAX; i++)
		sip_ims_pool_free(&world->sn, pools[i], htons(ports[i]));
}

/* Settings of so many zones; changing one of them is always possible. */
static void test_zones(struct kunit *test)
{
	struct sip_ims_settings settings = { .port_min = 20000 }, got;
	struct world *world = test->priv;
	struct sip_ims_net *sn = &world->sn;
	unsigned int i;

	/* the world has set zone 0 itself */
	for (i = 1; i <= SIP_IMS_ZONES_MAX; i++) {
		settings.zone = i;
		settings.grace = i;
		KUNIT_EXPECT_EQ(test, sip_ims_settings_replace(sn, &settings),
				i < SIP_IMS_ZONES_MAX ? 0 : -ENOSPC);
	}
	KUNIT_EXPECT_EQ(test, sn->n_zones, SIP_IMS_ZONES_MAX);
	sip_ims_settings_copy(sn, 77, &got);
	KUNIT_EXPECT_EQ(test, got.grace, 77);
	settings.zone = 77;
	settings.grace = 1;
	KUNIT_EXPECT_EQ(test, sip_ims_settings_replace(sn, &settings), 0);
	sip_ims_settings_copy(sn, 77, &got);
	KUNIT_EXPECT_EQ(test, got.grace, 1);
	sip_ims_settings_copy(sn, SIP_IMS_ZONES_MAX, &got);
	KUNIT_EXPECT_EQ_MSG(test, got.grace, 5, "a zone that was never set");
	KUNIT_EXPECT_EQ(test, got.zone, SIP_IMS_ZONES_MAX);
}

static struct kunit_case limits_cases[] = {
	KUNIT_CASE(test_calls),
	KUNIT_CASE(test_calls_of_call_id),
	KUNIT_CASE(test_registrations),
	KUNIT_CASE(test_contacts),
	KUNIT_CASE(test_outward),
	KUNIT_CASE(test_dialogs),
	KUNIT_CASE(test_dialogs_room),
	KUNIT_CASE(test_streams),
	KUNIT_CASE(test_pinholes),
	KUNIT_CASE(test_flows),
	KUNIT_CASE_PARAM(test_flow_finds, flow_gen_params),
	KUNIT_CASE(test_flow_peer),
	KUNIT_CASE(test_ports),
	KUNIT_CASE(test_ports_contact),
	KUNIT_CASE(test_addresses),
	KUNIT_CASE(test_zones),
	{}
};

static struct kunit_suite limits_suite = {
	.name = "sip_ims_limits",
	.init = world_init,
	.exit = world_exit,
	.test_cases = limits_cases,
};

kunit_test_suite(limits_suite);
MODULE_INFO(kunit_suite, "sip_ims_limits");
