// SPDX-License-Identifier: GPL-2.0-only
/*
 * 503 out of a request, byte by byte.  That it answers any request it is made
 * of is exercised with all else that reads a message.
 */
#include <sip/response.h>

#include "unit.h"

#define REST								\
	"From: <sip:a@example.org>;tag=1\r\nTo: <sip:b@example.org>"
#define MORE								\
	"\r\nCall-ID: one\r\nCSeq: 7 INVITE\r\n"
#define ANSWER(via, tag)						\
	"SIP/2.0 503 Service Unavailable\r\n" via "\r\n" REST tag MORE	\
	"Retry-After: 5\r\nContent-Length: 0\r\n\r\n"
#define VIA	"Via: SIP/2.0/UDP "
#define RECEIVED	";received=192.0.2.1"
#define ADDED	";tag=0123456789abcdef"

static const struct response_case {
	const char *name;
	const char *via;
	const char *tag;
	const char *expected;
	u16 port;
} cases[] = {
	{ "sent-by is the address", VIA "192.0.2.1;branch=z9", "",
	  ANSWER(VIA "192.0.2.1;branch=z9", ADDED), 5060 },
	{ "another port", "v:SIP/2.0/UDP 192.0.2.1:5080;branch=z9", "",
	  ANSWER(VIA "192.0.2.1:5080;branch=z9", ADDED), 5080 },
	{ "a name", VIA "a.example.org", "",
	  ANSWER(VIA "a.example.org" RECEIVED, ADDED),
	  5060 },
	{ "another address", VIA "192.0.2.9:5070;branch=z9", "",
	  ANSWER(VIA "192.0.2.9:5070" RECEIVED ";branch=z9", ADDED), 5070 },
	{ "rport", VIA "192.0.2.1;rport;branch=z9", "",
	  ANSWER(VIA "192.0.2.1" RECEIVED ";rport=40000;branch=z9", ADDED), 40000 },
	{ "what the sender claims",
	  VIA "192.0.2.1 ; RPORT=1 ; Received=192.0.2.7 ; branch=z9", "",
	  ANSWER(VIA "192.0.2.1" RECEIVED ";rport=40000; branch=z9", ADDED), 40000 },
	{ "several in one line",
	  VIA "192.0.2.9;rport, SIP/2.0/TCP b;rport\r\nV: SIP/2.0/UDP c;received=d", "",
	  ANSWER(VIA "192.0.2.9" RECEIVED ";rport=40000, SIP/2.0/TCP b;rport\r\n"
		 VIA "c;received=d", ADDED), 40000 },
	{ "a folded line", "Via: SIP/2.0/UDP\r\n 192.0.2.9\r\n ;branch=z9", "",
	  ANSWER("Via: SIP/2.0/UDP\r\n 192.0.2.9" RECEIVED "\r\n ;branch=z9", ADDED), 5060 },
	{ "quotes", VIA "192.0.2.1;x=\";rport,\";branch=z9", "",
	  ANSWER(VIA "192.0.2.1;x=\";rport,\";branch=z9", ADDED),
	  5060 },
	{ "a parameter of To", VIA "192.0.2.1", ";x=y",
	  ANSWER(VIA "192.0.2.1", ADDED ";x=y"), 5060 },
	{ "a tag", VIA "192.0.2.1", ";tag=2",
	  ANSWER(VIA "192.0.2.1", ";tag=2"), 5060 },
};

static struct sip_message msg;

static void response_init(struct sip_response *response)
{
	memset(response, 0, sizeof(*response));
	sip_address_decode((const u8 *)"192.0.2.1", 9, &response->source);
	response->source_port = 40000;
	response->retry_after = 5;
	memcpy(response->tag, "0123456789abcdef", sizeof(response->tag));
}

static void test_case(const struct response_case *test)
{
	char request[1024];
	struct sip_response response;
	u8 out[SIP_RESPONSE_MAX];
	size_t len, size = strlen(test->expected);

	response_init(&response);
	snprintf(request, sizeof(request), "INVITE sip:b@x SIP/2.0\r\n%s\r\n"
		 REST "%s" MORE "\r\n", test->via, test->tag);
	check(!sip_parse((u8 *)request, strlen(request), &msg), test->name,
	      "the request can be parsed");
	len = sip_response_write_unavailable(&response, (u8 *)request, &msg, out,
					     sizeof(out));
	check(len == size && !memcmp(out, test->expected, len), test->name,
	      "the answer");
	check(response.port == test->port, test->name, "where it goes");
	check(sip_response_write_unavailable(&response, (u8 *)request, &msg, out, size) ==
	      size, test->name, "just enough room");
	memset(out, '#', sizeof(out));
	check(!sip_response_write_unavailable(&response, (u8 *)request, &msg, out,
					      size - 1) && out[size - 1] == '#',
	      test->name, "a byte too few");
}

/* Most requests get one. */
static void test_of_corpus(const struct corpus *corpus)
{
	u32 count = 0, requests = 0;
	u8 out[SIP_RESPONSE_MAX];
	struct sip_response response;
	size_t i;

	response_init(&response);
	for (i = 0; i < corpus->count; i++) {
		const struct test_case *test = &corpus->cases[i];

		if (sip_parse(test->bytes, test->len, &msg) || !msg.request)
			continue;
		requests++;
		count += sip_response_write_unavailable(&response, test->bytes, &msg, out,
					       sizeof(out)) > 0;
	}
	check(count > requests / 2, "response", "requests of the corpus");
}

void test_response(const struct corpus *corpus)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		test_case(&cases[i]);
	test_of_corpus(corpus);
}
