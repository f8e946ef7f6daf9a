// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two questions about one header: does a digest cover the body, and where do
 * answers go?
 */
#include <string.h>

#include "unit.h"

static bool parse(char *bytes, size_t size, const char *via, const char *more,
		  struct sip_message *msg)
{
	int len = snprintf(bytes, size, "OPTIONS sip:b@h SIP/2.0\r\n"
			   "Via: %s\r\nFrom: <sip:a@h>;tag=1\r\n"
			   "To: <sip:b@h>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n"
			   "%s\r\n", via, more);

	return sip_parse((const u8 *)bytes, (size_t)len, msg) == SIP_OK;
}

static const struct {
	const char *headers;
	bool covers;
} digests[] = {
	{ "", false },
	{ "Authorization: Digest username=\"a\", qop=auth-int\r\n", true },
	{ "Authorization: Digest qop=\"auth-int\", nc=00000001\r\n", true },
	{ "authorization: digest QOP=Auth-Int\r\n", true },
	{ "Proxy-Authorization: Digest realm=\"a,b\",qop = \"AUTH-INT\"\r\n",
	  true },
	{ "Authorization: Digest nc=1,\r\n qop=auth-int\r\n", true },
	{ "Authorization: Digest nc=1\r\nAuthorization: Digest qop=auth-int\r\n",
	  true },
	{ "Authorization: Digest nc=1\r\n"
	  "Proxy-Authorization: Digest qop=auth-int\r\n", true },
	{ "Authorization: Digest qop=auth\r\n", false },
	{ "Authorization: Digest qop=auth-integer\r\n", false },
	{ "Authorization: Digest qop=\"auth-int\r\n", false },
	{ "Authorization: Digest xqop=auth-int\r\n", false },
	{ "Authorization: Digest realm=\"x, qop=auth-int\"\r\n", false },
	{ "Authorization: Digest realm=\"\\\", qop=auth-int\"\r\n", false },
	{ "Authorization: Digest qop\r\n", false },
	{ "Authorization: Digest qop=\r\n", false },
	{ "Authorization: qop=auth-int\r\n", false },
	{ "Authorization:\r\n", false },
	{ "WWW-Authenticate: Digest qop=\"auth,auth-int\"\r\n", false },
	{ "Authentication-Info: qop=auth-int\r\n", false },
};

static void test_digests(void)
{
	struct sip_message msg;
	char bytes[512];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(digests); i++) {
		check(parse(bytes, sizeof(bytes), "SIP/2.0/UDP h",
			    digests[i].headers, &msg) &&
		      sip_auth_int((const u8 *)bytes, &msg) ==
		      digests[i].covers, digests[i].headers, "auth-int");
	}
}

static const struct {
	const char *via;
	bool good;
	struct sip_address address;
	u16 port;
	bool rport;
	bool maddr;
} vias[] = {
	{ "SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1", true,
	  { 4, { 10, 0, 0, 1 } }, 5070, false, false },
	{ "SIP/2.0/UDP 10.0.0.1;rport", true,
	  { 4, { 10, 0, 0, 1 } }, 5060, true, false },
	{ "SIP/2.0/UDP 10.0.0.1:1;branch=2;RPORT=7,SIP/2.0/UDP h", true,
	  { 4, { 10, 0, 0, 1 } }, 1, true, false },
	{ "SIP/2.0/TLS host:5070,SIP/2.0/UDP 10.0.0.1;rport", true,
	  { 0, { 0 } }, 5070, false, false },
	{ "SIP/2.0/UDP 10.0.0.1;maddr=10.0.0.2", true,
	  { 4, { 10, 0, 0, 1 } }, 5060, false, true },
	{ "SIP/2.0/UDP", false, { 0, { 0 } }, 0, false, false },
};

static void test_vias(void)
{
	const struct sip_via *via;
	struct sip_message msg;
	char bytes[512];
	size_t i;
	bool good;

	via = &msg.via;
	for (i = 0; i < ARRAY_SIZE(vias); i++) {
		good = parse(bytes, sizeof(bytes), vias[i].via, "", &msg) &&
		       msg.via_end;
		check(good == vias[i].good, vias[i].via, "readable");
		if (!good)
			continue;
		check(!memcmp(&via->address, &vias[i].address,
			      sizeof(via->address)) &&
		      via->port == vias[i].port, vias[i].via, "sent-by");
		check(via->has_rport == vias[i].rport &&
		      !!via->maddr.len == vias[i].maddr, vias[i].via,
		      "parameters");
		check(msg.rport == vias[i].rport, vias[i].via, "rport");
	}
}

void test_auth(void)
{
	test_digests();
	test_vias();
}
