// SPDX-License-Identifier: GPL-2.0-only
/*
 * rewrite/: whole messages in, whole messages out.
 *
 * The table has one message for each rule.  Then every message of the corpus is
 * rewritten for a sender that it names, and what must hold of any message is
 * checked: it can still be read, nothing of the sender's own address is left,
 * and no other address has changed.
 */
#include "rewrite.h"

#define LAN	"192.168.1.2"
#define WAN	"203.0.113.1"
#define PROXY	"203.0.113.2"
#define LAN6	"2001:db8:1::2"
#define WAN6	"2001:db8:f::1"
#define PROXY6	"2001:db8:f::2"

/**
 * struct rewrite_case - one message and what it has to become
 * @name: of the case
 * @xlat: enum sip_ims_xlat
 * @back: the packet goes from the proxy to the phone
 * @six: the flow is one of IPv6
 * @port: a port of the phone besides that of the flow, public as 20000; or 0
 * @strip: ICE candidates are to be removed
 * @media: port of an audio stream that has a binding, public as 30000; or 0
 * @in: the message; "$" in front of a line stands for a Content-Length that is
 *	filled in
 * @out: the message as it must leave
 */
struct rewrite_case {
	const char *name;
	u8 xlat;
	bool back;
	bool six;
	u16 port;
	bool strip;
	u16 media;
	const char *in;
	const char *out;
};

#define HEAD(uri, via, contact)						\
	"INVITE sip:bob@" uri " SIP/2.0\r\n"				\
	"Via: SIP/2.0/UDP " via ";branch=z9hG4bK1\r\n"			\
	"From: <sip:ann@example.com>;tag=a\r\n"				\
	"To: <sip:bob@example.com>\r\n"					\
	"Call-ID: 1@192.168.1.2\r\n"					\
	"CSeq: 1 INVITE\r\n"						\
	"Contact: <sip:ann@" contact ">\r\n"
#define RESPONSE(via, contact)						\
	"SIP/2.0 200 OK\r\n"						\
	"Via: SIP/2.0/UDP " via ";branch=z9hG4bK1\r\n"			\
	"From: <sip:ann@example.com>;tag=a\r\n"				\
	"To: <sip:bob@example.com>;tag=b\r\n"				\
	"Call-ID: 1@192.168.1.2\r\n"					\
	"CSeq: 1 INVITE\r\n"						\
	"Contact: <sip:bob@" contact ">\r\n"
#define BODY(host, port, more)						\
	"Content-Type: application/sdp\r\n"				\
	"$\r\n"								\
	"v=0\r\n"							\
	"o=- 1 1 IN " host "\r\n"					\
	"s=-\r\n"							\
	"c=IN " host "\r\n"						\
	"t=0 0\r\n"							\
	"m=audio " port " RTP/AVP 0\r\n" more

static const struct rewrite_case cases[] = {
	{
		.name = "Via and Contact with the port of the flow",
		.in = HEAD("example.com", LAN ":5060", LAN ":5060") "\r\n",
		.out = HEAD("example.com", WAN ":15060", WAN ":15060") "\r\n",
	}, {
		.name = "the default port is written out when it changes",
		.in = HEAD("example.com", LAN, LAN) "\r\n",
		.out = HEAD("example.com", WAN ":15060", WAN ":15060") "\r\n",
	}, {
		.name = "names and other hosts stay as they are",
		.in = HEAD("192.0.2.9", "phone.example.com", "192.0.2.9:5060")
		      "\r\n",
		.out = HEAD("192.0.2.9", "phone.example.com", "192.0.2.9:5060")
		       "\r\n",
	}, {
		.name = "another port of the sender that was mapped",
		.port = 6000,
		.in = HEAD("example.com", LAN ":5060", LAN ":6000") "\r\n",
		.out = HEAD("example.com", WAN ":15060", WAN ":20000") "\r\n",
	}, {
		.name = "another port of the sender without a mapping",
		.in = HEAD("example.com", LAN ":5060", LAN ":6000") "\r\n",
		.out = HEAD("example.com", WAN ":15060", WAN ":6000") "\r\n",
	}, {
		.name = "a response: the Via is the receiver's",
		.back = true,
		.in = RESPONSE(WAN ":15060", PROXY ":5060") "\r\n",
		.out = RESPONSE(LAN ":5060", PROXY ":5060") "\r\n",
	}, {
		.name = "a request to the phone: its address in the Request-URI",
		.back = true,
		.in = HEAD(WAN ":15060", PROXY, PROXY) "\r\n",
		.out = HEAD(LAN ":5060", PROXY, PROXY) "\r\n",
	}, {
		.name = "a Via at the router's address in a request is another's",
		.back = true,
		.in = HEAD(WAN ":15060", WAN ":15060", PROXY) "\r\n",
		.out = HEAD(LAN ":5060", WAN ":15060", PROXY) "\r\n",
	}, {
		.name = "SDP: addresses, port, Content-Length",
		.media = 40000,
		.in = HEAD("example.com", LAN, LAN)
		      BODY("IP4 " LAN, "40000", ""),
		.out = HEAD("example.com", WAN ":15060", WAN ":15060")
		       BODY("IP4 " WAN, "30000", ""),
	}, {
		.name = "SDP without a binding: the address, not the port",
		.in = HEAD("example.com", LAN, LAN)
		      BODY("IP4 " LAN, "40000", ""),
		.out = HEAD("example.com", WAN ":15060", WAN ":15060")
		       BODY("IP4 " WAN, "40000", ""),
	}, {
		.name = "SDP: a candidate of the stream, one that is unknown",
		.media = 40000,
		.in = HEAD("example.com", LAN, LAN)
		      BODY("IP4 " LAN, "40000",
			   "a=candidate:1 1 UDP 9 " LAN " 40000 typ host\r\n"
			   "a=candidate:2 1 UDP 8 " LAN " 50000 typ host\r\n"),
		.out = HEAD("example.com", WAN ":15060", WAN ":15060")
		       BODY("IP4 " WAN, "30000",
			    "a=candidate:1 1 UDP 9 " WAN " 30000 typ host\r\n"),
	}, {
		.name = "SDP: candidates are stripped",
		.media = 40000, .strip = true,
		.in = HEAD("example.com", LAN, LAN)
		      BODY("IP4 " LAN, "40000",
			   "a=candidate:1 1 UDP 9 " LAN " 40000 typ host\r\n"
			   "a=sendrecv\r\n"),
		.out = HEAD("example.com", WAN ":15060", WAN ":15060")
		       BODY("IP4 " WAN, "30000", "a=sendrecv\r\n"),
	}, {
		.name = "SDP: a=rtcp goes with the pair",
		.media = 40000,
		.in = HEAD("example.com", LAN, LAN)
		      BODY("IP4 " LAN, "40000",
			   "a=rtcp:40001 IN IP4 " LAN "\r\n"),
		.out = HEAD("example.com", WAN ":15060", WAN ":15060")
		       BODY("IP4 " WAN, "30000",
			    "a=rtcp:30001 IN IP4 " WAN "\r\n"),
	}, {
		.name = "IPv6: brackets in headers, none in SDP",
		.six = true, .media = 40000,
		.in = HEAD("example.com", "[" LAN6 "]", "[" LAN6 "]")
		      BODY("IP6 " LAN6, "40000", ""),
		.out = HEAD("example.com", "[" WAN6 "]:15060",
			    "[" WAN6 "]:15060")
		       BODY("IP6 " WAN6, "30000", ""),
	}, {
		.name = "towards IPv4: every address that is known there",
		.six = true, .xlat = SIP_IMS_XLAT_TO4, .media = 40000,
		.in = HEAD("[64:ff9b::cb00:7102]", "[" LAN6 "]:5060",
			   "[" LAN6 "]:5060")
		      BODY("IP6 " LAN6, "40000", ""),
		.out = HEAD("203.0.113.2", "192.0.2.7:15060",
			    "192.0.2.7:15060")
		       BODY("IP4 192.0.2.7", "30000", ""),
	}, {
		.name = "from IPv4: what is known becomes IPv6",
		.six = true, .xlat = SIP_IMS_XLAT_TO6, .back = true,
		.in = HEAD("198.51.100.1:15060", "203.0.113.2", "203.0.113.2")
		      "\r\n",
		.out = HEAD("[64:ff9b::c633:6401]:15060",
			    "[64:ff9b::cb00:7102]", "[64:ff9b::cb00:7102]")
		       "\r\n",
	},
};

/* The flow from phone to proxy, or back. */
static void set_path(const struct rewrite_case *one)
{
	struct sip_ims_endpoint phone, phone_mapped, proxy;
	struct sip_ims_path *path = &rewrite_world.path;

	phone = rewrite_endpoint(one->six ? LAN6 : LAN, 5060);
	phone_mapped = rewrite_endpoint(one->six ? WAN6 : WAN, 15060);
	proxy = rewrite_endpoint(one->six ? PROXY6 : PROXY, 5060);
	memset(path, 0, sizeof(*path));
	path->l3num = one->six ? AF_INET6 : AF_INET;
	path->l4proto = IPPROTO_UDP;
	path->translated = true;
	path->xlat = one->xlat;
	if (one->xlat == SIP_IMS_XLAT_TO4)
		inet_pton(AF_INET, "192.0.2.7", path->src_xlat);
	path->src = one->back ? proxy : phone;
	path->src_mapped = one->back ? proxy : phone_mapped;
	path->dst = one->back ? phone_mapped : proxy;
	path->dst_mapped = one->back ? phone : proxy;
}

static void set_stream(const struct rewrite_case *one)
{
	static struct {
		struct sip_ims_description description;
		struct sip_ims_stream stream;
	} said;
	struct sip_ims_stream *stream = &said.description.streams[0];
	const struct sip_ims_path *path = &rewrite_world.path;
	unsigned int c;

	memset(&said, 0, sizeof(said));
	rewrite_world.plan.description = NULL;
	if (!one->media)
		return;
	said.description.count = 1;
	stream->l4proto = IPPROTO_UDP;
	stream->edit = true;
	for (c = 0; c < SIP_IMS_COMPONENTS; c++) {
		stream->local[c].addr = path->src.addr;
		stream->local[c].port = htons(one->media + c);
		stream->mapped[c].addr = path->src_mapped.addr;
		stream->mapped[c].port = htons(30000 + c);
	}
	rewrite_world.plan.description = &said.description;
}

static void set_world(const struct rewrite_case *one)
{
	memset(&rewrite_world, 0, sizeof(rewrite_world) -
				  sizeof(rewrite_world.out));
	set_path(one);
	set_stream(one);
	rewrite_world.strip = one->strip;
	if (!one->port)
		return;
	rewrite_world.here[0] = rewrite_world.path.src;
	rewrite_world.here[0].port = htons(one->port);
	rewrite_world.there[0] = rewrite_world.path.src_mapped;
	rewrite_world.there[0].port = htons(20000);
}

/* Writes the length of the body for "$"; returns the length of the whole. */
static size_t fill_in(const char *text, char *out, size_t size)
{
	const char *at = strchr(text, '$');

	if (!at)
		return (size_t)snprintf(out, size, "%s", text);
	return (size_t)snprintf(out, size, "%.*sContent-Length: %zu\r\n%s",
				(int)(at - text), text, strlen(at + 3), at + 1);
}

static void run_case(const struct rewrite_case *one)
{
	static char in[8192], out[8192];
	size_t in_len = fill_in(one->in, in, sizeof(in));
	size_t out_len = fill_in(one->out, out, sizeof(out));

	set_world(one);
	if (!rewrite_run((const u8 *)in, in_len)) {
		fail("rewrite: %s: not rewritten, %d", one->name,
		     rewrite_world.err);
		return;
	}
	if (rewrite_world.len == out_len &&
	    !memcmp(rewrite_world.out, out, out_len))
		pass();
	else
		fail("rewrite: %s: got\n%.*s", one->name,
		     (int)rewrite_world.len, rewrite_world.out);
}

/* The corpus. */

static struct sip_message before, after;
static struct sdp before_sdp, after_sdp;

static void endpoint_of(struct sip_ims_endpoint *endpoint,
			const struct sip_literal *literal)
{
	memset(endpoint, 0, sizeof(*endpoint));
	memcpy(&endpoint->addr, literal->address.bytes,
	       sizeof(literal->address.bytes));
	endpoint->port = htons(literal->port);
}

/* The sender is the first host that the message names below the start line. */
static bool path_from(const u8 *bytes, struct sip_ims_path *path)
{
	struct sip_literal literal;
	struct sip_walk walk;

	sip_walk_init(&walk);
	while (sip_walk_next(&walk, bytes, &before, &literal)) {
		if (literal.header == SIP_HEADER_OTHER)
			continue;
		memset(path, 0, sizeof(*path));
		endpoint_of(&path->src, &literal);
		path->l3num = literal.address.family == 4 ? AF_INET : AF_INET6;
		path->l4proto = IPPROTO_UDP;
		path->translated = true;
		path->src_mapped = rewrite_endpoint(literal.address.family == 4 ?
						    "198.51.100.77" :
						    "2001:db8:77::77", 31111);
		path->dst = rewrite_endpoint(literal.address.family == 4 ?
					     "198.51.100.99" :
					     "2001:db8:99::99", 5060);
		path->dst_mapped = path->dst;
		return true;
	}
	return false;
}

static bool is_address(const struct sip_literal *literal,
		       const struct sip_ims_endpoint *endpoint)
{
	u8 family = rewrite_world.path.l3num == AF_INET ? 4 : 6;

	return literal->address.family == family &&
	       !memcmp(literal->address.bytes, &endpoint->addr,
		       sizeof(literal->address.bytes));
}

/* The port of maddr= and received= is that of the URI or sent-by next to it. */
static bool port_is_own(const struct sip_literal *literal)
{
	return literal->place != SIP_PLACE_MADDR &&
	       literal->place != SIP_PLACE_RECEIVED;
}

static bool same_literal(const struct sip_literal *a,
			 const struct sip_literal *b)
{
	return a->header == b->header && a->place == b->place &&
	       !memcmp(&a->address, &b->address, sizeof(a->address)) &&
	       (a->port == b->port || !port_is_own(a));
}

/* Return: whether a literal may be rewritten like this. */
static bool literal_right(const struct sip_literal *was,
			  const struct sip_literal *is)
{
	const struct sip_ims_path *path = &rewrite_world.path;

	if (!is_address(was, &path->src))
		return same_literal(was, is);
	return is_address(is, &path->src_mapped) && is->header == was->header &&
	       is->place == was->place;
}

static const char *compare_literals(const u8 *bytes)
{
	struct sip_walk old_walk, new_walk;
	struct sip_literal was, is;

	sip_walk_init(&old_walk);
	sip_walk_init(&new_walk);
	while (sip_walk_next(&old_walk, bytes, &before, &was)) {
		if (!sip_walk_next(&new_walk, rewrite_world.out, &after, &is))
			return "a literal is missing";
		if (!literal_right(&was, &is))
			return "a literal became something else";
	}
	return sip_walk_next(&new_walk, rewrite_world.out, &after, &is) ?
	       "there is one literal more" : NULL;
}

static bool line_right(const struct sdp_address *was,
		       const struct sdp_address *is)
{
	const struct sip_ims_path *path = &rewrite_world.path;
	u8 family = path->l3num == AF_INET ? 4 : 6;
	const union nf_inet_addr *want = &path->src_mapped.addr;

	if (was->address.family != family ||
	    memcmp(was->address.bytes, &path->src.addr,
		   sizeof(was->address.bytes)))
		return !memcmp(&was->address, &is->address,
			       sizeof(was->address));
	return is->address.family == family &&
	       !memcmp(is->address.bytes, want, sizeof(is->address.bytes));
}

static const char *compare_sdp(void)
{
	unsigned int i;

	if (before_sdp.count != after_sdp.count)
		return "another number of streams";
	if (!line_right(&before_sdp.origin, &after_sdp.origin) ||
	    !line_right(&before_sdp.connection, &after_sdp.connection))
		return "o= or c= became something else";
	for (i = 0; i < before_sdp.count; i++) {
		if (!line_right(&before_sdp.media[i].connection,
				&after_sdp.media[i].connection))
			return "c= of a stream became something else";
		if (before_sdp.media[i].port != after_sdp.media[i].port)
			return "a port changed without a binding";
	}
	return NULL;
}

/* A message that was rewritten has nothing left to be rewritten. */
static const char *run_again(void)
{
	static u8 copy[SIP_MESSAGE_MAX];
	size_t len = rewrite_world.len;

	memcpy(copy, rewrite_world.out, len);
	if (!rewrite_run(copy, len))
		return "it is not rewritten twice";
	return rewrite_world.len == len &&
	       !memcmp(copy, rewrite_world.out, len) ?
	       NULL : "rewriting it twice changes it again";
}

static const char *run_message(const u8 *bytes, size_t len)
{
	const char *wrong;

	if (!rewrite_run(bytes, len))
		return rewrite_world.err == -EINVAL ? NULL : "not rewritten";
	if (!rewrite_read(rewrite_world.out, rewrite_world.len, &after,
			  &after_sdp))
		return "what came out cannot be read";
	wrong = compare_literals(bytes);
	if (!wrong && before_sdp.body.len)
		wrong = compare_sdp();
	return wrong ?: run_again();
}

static void test_rewrite_corpus(const struct corpus *corpus)
{
	unsigned int rewritten = 0;
	const char *wrong;
	size_t i;

	for (i = 0; i < corpus->count; i++) {
		const struct test_case *one = &corpus->cases[i];

		memset(&rewrite_world, 0, sizeof(rewrite_world) -
					  sizeof(rewrite_world.out));
		if (!rewrite_read(one->bytes, one->len, &before, &before_sdp) ||
		    !path_from(one->bytes, &rewrite_world.path))
			continue;
		rewritten++;
		wrong = run_message(one->bytes, one->len);
		if (wrong)
			fail("rewrite: %s, %s: %s", one->file, one->name,
			     wrong);
		else
			pass();
	}
	check(rewritten >= 60, "rewrite",
	      "fewer than 60 messages of the corpus were rewritten");
}

void test_rewrite(const struct corpus *corpus)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		run_case(&cases[i]);
	test_rewrite_corpus(corpus);
}
