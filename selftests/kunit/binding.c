// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bindings: one pair of ports for each address of a call, as long as anybody
 * names it.
 */
#include "world.h"

static const struct step invite = { WAY_OUT, "INVITE", "a", NULL, 1 };

/* A call of its own that has none yet. */
static struct sip_ims_call *call_begin(struct world *world,
				       struct sip_ims_path *path)
{
	struct sip_ims_session *session;

	world_ports(world, 0, 20000, 20999);
	script_step(world, &invite);
	session = world_session(world, 1);
	KUNIT_ASSERT_NOT_NULL(world->test, session);
	script_path(world, path, WAY_OUT);
	return sip_ims_call_of(session);
}

static void stream_at(struct sip_ims_stream *stream, u8 l4proto, u16 port)
{
	memset(stream, 0, sizeof(*stream));
	stream->l4proto = l4proto;
	stream->local[SIP_IMS_RTP].addr.ip = htonl(0x0a000002);
	stream->local[SIP_IMS_RTP].port = htons(port);
}

static struct sip_ims_binding *take(struct sip_ims_call *call,
				    const struct sip_ims_path *path,
				    u8 l4proto, u16 port, int *err)
{
	struct sip_ims_binding *binding;
	struct sip_ims_stream stream;

	stream_at(&stream, l4proto, port);
	spin_lock_bh(&call->session.lock);
	binding = sip_ims_binding_get(path, call, &stream);
	spin_unlock_bh(&call->session.lock);
	if (!IS_ERR(binding))
		return binding;
	*err = PTR_ERR(binding);
	return NULL;
}

static void give(struct sip_ims_call *call, struct sip_ims_binding *binding)
{
	spin_lock_bh(&call->session.lock);
	sip_ims_binding_put(call, binding);
	spin_unlock_bh(&call->session.lock);
}

/* One address, one pair; what differs in anything has another. */
static void test_same(struct kunit *test)
{
	struct sip_ims_binding *one, *again, *tcp, *next, *elsewhere;
	struct world *world = test->priv;
	struct sip_ims_path path;
	struct sip_ims_call *call = call_begin(world, &path);
	int err = 0;

	one = take(call, &path, IPPROTO_UDP, 40000, &err);
	again = take(call, &path, IPPROTO_UDP, 40000, &err);
	tcp = take(call, &path, IPPROTO_TCP, 40000, &err);
	next = take(call, &path, IPPROTO_UDP, 40001, &err);
	path.src_mapped.addr.ip = htonl(0xcb007102);
	elsewhere = take(call, &path, IPPROTO_UDP, 40000, &err);
	KUNIT_ASSERT_TRUE(test, one && tcp && next && elsewhere);
	KUNIT_EXPECT_PTR_EQ(test, one, again);
	KUNIT_EXPECT_EQ(test, one->use, 2);
	KUNIT_EXPECT_EQ(test, call->n_bindings, 4);
	KUNIT_EXPECT_EQ(test, elsewhere->mapped.addr.ip, htonl(0xcb007102));
	give(call, one);
	KUNIT_EXPECT_EQ(test, call->n_bindings, 4);
	give(call, again);
	KUNIT_EXPECT_EQ(test, call->n_bindings, 3);
	give(call, tcp);
	give(call, next);
	give(call, elsewhere);
	KUNIT_EXPECT_EQ(test, call->n_bindings, 0);
	KUNIT_EXPECT_EQ(test, world->sn.n_pools, 0);
	sip_ims_session_put(&call->session);
}

static void test_limit(struct kunit *test)
{
	struct sip_ims_binding **taken, *more;
	struct world *world = test->priv;
	struct sip_ims_path path;
	struct sip_ims_call *call = call_begin(world, &path);
	unsigned int i;
	int err = 0;

	taken = kunit_kcalloc(test, SIP_IMS_BINDINGS_MAX, sizeof(*taken),
			      GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, taken);
	for (i = 0; i < SIP_IMS_BINDINGS_MAX; i++) {
		taken[i] = take(call, &path, IPPROTO_UDP, 40000 + i, &err);
		KUNIT_ASSERT_NOT_NULL(test, taken[i]);
	}
	KUNIT_EXPECT_NULL(test, take(call, &path, IPPROTO_UDP, 9999, &err));
	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	KUNIT_EXPECT_EQ(test, world_count(world, SIP_IMS_A_STATS_BINDING_LIMIT),
			1);
	/* one that is there can still be had */
	more = take(call, &path, IPPROTO_UDP, 40007, &err);
	KUNIT_EXPECT_PTR_EQ(test, more, taken[7]);
	give(call, more);
	give(call, taken[0]);
	taken[0] = take(call, &path, IPPROTO_UDP, 9999, &err);
	KUNIT_ASSERT_NOT_NULL(test, taken[0]);
	for (i = 0; i < SIP_IMS_BINDINGS_MAX; i++)
		give(call, taken[i]);
	KUNIT_EXPECT_EQ(test, world->sn.n_pools, 0);
	sip_ims_session_put(&call->session);
}

/* Each allocation fails in turn, and nothing of the try is left. */
static void test_no_memory(struct kunit *test)
{
	struct sip_ims_binding *binding = NULL;
	struct world *world = test->priv;
	struct sip_ims_path path;
	struct sip_ims_call *call = call_begin(world, &path);
	unsigned int n, failures = 0;
	int err = 0;

	if (!IS_ENABLED(CONFIG_FAILSLAB)) {
		sip_ims_session_put(&call->session);
		kunit_skip(test, "needs CONFIG_FAILSLAB");
	}
	for (n = 1; n < 20; n++) {
		world_fail(n);
		binding = take(call, &path, IPPROTO_UDP, 40000, &err);
		if (world_fail_end())
			break;
		/* The kernel's own bookkeeping has another way out. */
		if (binding) {
			give(call, binding);
			continue;
		}
		failures++;
		KUNIT_EXPECT_EQ(test, err, -ENOMEM);
		KUNIT_EXPECT_EQ(test, call->n_bindings, 0);
		KUNIT_EXPECT_EQ(test, world->sn.n_pools, 0);
	}
	KUNIT_EXPECT_GE(test, failures, 1);
	KUNIT_ASSERT_NOT_NULL(test, binding);
	give(call, binding);
	sip_ims_session_put(&call->session);
}

/* An SDP of a phone with all the streams there may be. */
static void all_streams(char *text, size_t size, unsigned int port)
{
	struct seq_buf out;
	unsigned int i;

	seq_buf_init(&out, text, size);
	seq_buf_puts(&out, "c=IN IP4 10.0.0.2\r\n");
	for (i = 0; i < SDP_MEDIA_MAX; i++)
		seq_buf_printf(&out, "m=audio %u RTP/AVP 0\r\n", port + 2 * i);
	seq_buf_str(&out);
}

/* A branch of phones inside begins to ring, with ports of its own. */
static bool branch_rings(struct world *world, char *text, unsigned int number)
{
	struct step ring = { WAY_OUT, "183 INVITE", "a", NULL, 1 };
	char tag[8];

	snprintf(tag, sizeof(tag), "b%u", number);
	all_streams(text, 4096, 40000 + 100 * number);
	ring.to = tag;
	ring.sdp = text;
	return script_step(world, &ring);
}

/* Lost branches have no ways, but their pairs: they may be answered late. */
static void test_branches(struct kunit *test)
{
	static const struct step come = {
		WAY_IN, "INVITE", "a", NULL, 1, .sdp = PROXY_AT("30000"),
	};
	static const struct step answer = {
		WAY_OUT, "200 INVITE", "a", "z", 1,
	};
	unsigned int i, most = SIP_IMS_BINDINGS_MAX / SDP_MEDIA_MAX;
	char *text = kunit_kzalloc(test, 4096, GFP_KERNEL);
	struct world *world = test->priv;
	u64 refused;

	KUNIT_ASSERT_NOT_NULL(test, text);
	world_ports(world, 0, 20000, 20999);
	script_step(world, &come);
	script_step(world, &answer);
	for (i = 0; i <= most; i++) {
		KUNIT_EXPECT_EQ(test, branch_rings(world, text, i), i < most);
		refused = world_count(world, SIP_IMS_A_STATS_BINDING_LIMIT);
		KUNIT_EXPECT_EQ(test, refused, i == most);
		clock_pass(world, WORLD_GRACE + 10);
	}
	KUNIT_EXPECT_EQ(test, world_open_count(world, NULL), 0);
	world_log_sessions(world);
	KUNIT_EXPECT_NULL(test, world->wrong);
}

static struct kunit_case binding_cases[] = {
	KUNIT_CASE(test_same),
	KUNIT_CASE(test_limit),
	KUNIT_CASE(test_no_memory),
	KUNIT_CASE(test_branches),
	{}
};

static struct kunit_suite binding_suite = {
	.name = "sip_ims_binding",
	.init = world_init,
	.exit = world_exit,
	.test_cases = binding_cases,
};

kunit_test_suite(binding_suite);
MODULE_INFO(kunit_suite, "sip_ims_binding");
