// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/sip_ims.yaml
 */

#include <linux/sip_ims.h>

#include "names_gen.h"

const struct enumeration call_state_names = {
	.count = 4,
	.name = {
		"calling",
		"early",
		"confirmed",
		"ending",
	},
};

const struct enumeration registration_state_names = {
	.count = 2,
	.name = {
		"pending",
		"active",
	},
};

const struct enumeration party_role_names = {
	.count = 2,
	.name = {
		"caller",
		"callee",
	},
};

const struct enumeration malformed_policy_names = {
	.count = 2,
	.name = {
		"drop",
		"pass",
	},
};

const struct enumeration switch_names = {
	.count = 2,
	.name = {
		"off",
		"on",
	},
};

const struct enumeration candidates_policy_names = {
	.count = 2,
	.name = {
		"translate",
		"strip",
	},
};

const struct enumeration integrity_policy_names = {
	.count = 2,
	.name = {
		"edit",
		"pass",
	},
};

const struct enumeration event_names = {
	.count = SIP_IMS_CMD_MAX + 1,
	.name = {
		[SIP_IMS_CMD_MEDIA_INACTIVE] = "media-inactive",
	},
};

const struct attr_set main_set = {
	.max = SIP_IMS_A_MAIN_MAX,
	.attr = {
		[SIP_IMS_A_MAIN_PAD] = {
			.name = "pad",
			.kind = KIND_PAD,
		},
		[SIP_IMS_A_MAIN_ZONE] = {
			.name = "zone",
			.kind = KIND_U16,
			.doc = "conntrack zone",
		},
		[SIP_IMS_A_MAIN_ID] = {
			.name = "id",
			.kind = KIND_U32,
			.doc = "number of a call or registration, unique in the namespace",
		},
		[SIP_IMS_A_MAIN_CALL_ID] = {
			.name = "call-id",
			.kind = KIND_STRING,
			.doc = "Call-ID of a call",
		},
		[SIP_IMS_A_MAIN_CALL] = {
			.name = "call",
			.kind = KIND_NEST,
			.nested = &call_set,
		},
		[SIP_IMS_A_MAIN_REGISTRATION] = {
			.name = "registration",
			.kind = KIND_NEST,
			.nested = &registration_set,
		},
		[SIP_IMS_A_MAIN_SETTINGS] = {
			.name = "settings",
			.kind = KIND_NEST,
			.nested = &settings_set,
		},
		[SIP_IMS_A_MAIN_STATS] = {
			.name = "stats",
			.kind = KIND_NEST,
			.nested = &stats_set,
		},
		[SIP_IMS_A_MAIN_FLUSHED] = {
			.name = "flushed",
			.kind = KIND_U32,
			.doc = "how many calls and registrations a flush removed",
		},
		[SIP_IMS_A_MAIN_INACTIVITY] = {
			.name = "inactivity",
			.kind = KIND_NEST,
			.nested = &inactivity_set,
		},
	},
};

const struct attr_set call_set = {
	.max = SIP_IMS_A_CALL_MAX,
	.attr = {
		[SIP_IMS_A_CALL_PAD] = {
			.name = "pad",
			.kind = KIND_PAD,
		},
		[SIP_IMS_A_CALL_ID] = {
			.name = "id",
			.kind = KIND_U32,
		},
		[SIP_IMS_A_CALL_ZONE] = {
			.name = "zone",
			.kind = KIND_U16,
		},
		[SIP_IMS_A_CALL_STATE] = {
			.name = "state",
			.kind = KIND_U8,
			.values = &call_state_names,
		},
		[SIP_IMS_A_CALL_CALL_ID] = {
			.name = "call-id",
			.kind = KIND_STRING,
		},
		[SIP_IMS_A_CALL_FROM] = {
			.name = "from",
			.kind = KIND_STRING,
			.doc = "URI of From in the first INVITE, cut at 127 bytes",
		},
		[SIP_IMS_A_CALL_TO] = {
			.name = "to",
			.kind = KIND_STRING,
			.doc = "URI of To in the first INVITE, cut at 127 bytes",
		},
		[SIP_IMS_A_CALL_AGE] = {
			.name = "age",
			.kind = KIND_U64,
			.doc = "milliseconds since the first INVITE",
		},
		[SIP_IMS_A_CALL_TIMEOUT] = {
			.name = "timeout",
			.kind = KIND_U64,
			.doc = "milliseconds until the call is removed unless something happens",
		},
		[SIP_IMS_A_CALL_PINHOLES] = {
			.name = "pinholes",
			.kind = KIND_U32,
			.doc = "expectations this call holds",
		},
		[SIP_IMS_A_CALL_BINDING] = {
			.name = "binding",
			.kind = KIND_NEST,
			.multi = true,
			.nested = &binding_set,
		},
		[SIP_IMS_A_CALL_TRUNCATED] = {
			.name = "truncated",
			.kind = KIND_FLAG,
			.doc = "more bindings than fit into one message",
		},
		[SIP_IMS_A_CALL_DIALOGS] = {
			.name = "dialogs",
			.kind = KIND_U32,
			.doc = "branches that are neither over nor lost",
		},
	},
};

const struct attr_set binding_set = {
	.max = SIP_IMS_A_BINDING_MAX,
	.attr = {
		[SIP_IMS_A_BINDING_PARTY] = {
			.name = "party",
			.kind = KIND_U8,
			.values = &party_role_names,
		},
		[SIP_IMS_A_BINDING_MLINE] = {
			.name = "mline",
			.kind = KIND_U8,
			.doc = "number of the m= line, from 0",
		},
		[SIP_IMS_A_BINDING_COMPONENT] = {
			.name = "component",
			.kind = KIND_U8,
			.doc = "1 RTP or the only port, 2 RTCP (numbers of RFC 8445)",
		},
		[SIP_IMS_A_BINDING_L4PROTO] = {
			.name = "l4proto",
			.kind = KIND_U8,
			.doc = "IPPROTO_UDP or IPPROTO_TCP",
		},
		[SIP_IMS_A_BINDING_LOCAL_ADDRESS] = {
			.name = "local-address",
			.kind = KIND_ADDRESS,
			.doc = "as announced, 4 or 16 bytes",
		},
		[SIP_IMS_A_BINDING_LOCAL_PORT] = {
			.name = "local-port",
			.kind = KIND_BE16,
		},
		[SIP_IMS_A_BINDING_MAPPED_ADDRESS] = {
			.name = "mapped-address",
			.kind = KIND_ADDRESS,
			.doc = "as the other end sees it; equal to local without NAT",
		},
		[SIP_IMS_A_BINDING_MAPPED_PORT] = {
			.name = "mapped-port",
			.kind = KIND_BE16,
		},
		[SIP_IMS_A_BINDING_OPEN] = {
			.name = "open",
			.kind = KIND_FLAG,
			.doc = "there is a pinhole towards this address",
		},
		[SIP_IMS_A_BINDING_PAD] = {
			.name = "pad",
			.kind = KIND_PAD,
		},
		[SIP_IMS_A_BINDING_TAG] = {
			.name = "tag",
			.kind = KIND_STRING,
			.doc = "tag of the callee in whose dialog it is",
		},
		[SIP_IMS_A_BINDING_ON_HOLD] = {
			.name = "on-hold",
			.kind = KIND_FLAG,
			.doc = "this end asked not to be sent media",
		},
		[SIP_IMS_A_BINDING_INACTIVE] = {
			.name = "inactive",
			.kind = KIND_FLAG,
			.doc = "closed, nothing came for inactive-media seconds",
		},
		[SIP_IMS_A_BINDING_DIRECT] = {
			.name = "direct",
			.kind = KIND_FLAG,
			.doc = "the other end was told this address itself, both are inside",
		},
		[SIP_IMS_A_BINDING_PACKETS] = {
			.name = "packets",
			.kind = KIND_U64,
			.doc = "towards this address, through the pinhole",
		},
		[SIP_IMS_A_BINDING_BYTES] = {
			.name = "bytes",
			.kind = KIND_U64,
			.doc = "the same in bytes of IP packets",
		},
		[SIP_IMS_A_BINDING_XLAT_ADDRESS] = {
			.name = "xlat-address",
			.kind = KIND_ADDRESS,
			.doc = "IPv4 address of the same host, beyond a translator device",
		},
		[SIP_IMS_A_BINDING_RX_QUIET] = {
			.name = "rx-quiet",
			.kind = KIND_U64,
			.doc = "milliseconds since it was seen that packets came to this address",
		},
		[SIP_IMS_A_BINDING_TX_QUIET] = {
			.name = "tx-quiet",
			.kind = KIND_U64,
			.doc = "milliseconds since it was seen that packets came from it",
		},
	},
};

const struct attr_set inactivity_set = {
	.max = SIP_IMS_A_INACTIVITY_MAX,
	.attr = {
		[SIP_IMS_A_INACTIVITY_PAD] = {
			.name = "pad",
			.kind = KIND_PAD,
		},
		[SIP_IMS_A_INACTIVITY_MLINE] = {
			.name = "mline",
			.kind = KIND_U8,
			.doc = "number of the m= line, from 0",
		},
		[SIP_IMS_A_INACTIVITY_IDLE] = {
			.name = "idle",
			.kind = KIND_U64,
			.doc = "milliseconds since its last packet, or since it opened",
		},
		[SIP_IMS_A_INACTIVITY_INACTIVE_MEDIA] = {
			.name = "inactive-media",
			.kind = KIND_U32,
			.doc = "the zone's setting, seconds",
		},
		[SIP_IMS_A_INACTIVITY_PACKETS] = {
			.name = "packets",
			.kind = KIND_U64,
			.doc = "that came through its pinholes, both ways",
		},
	},
};

const struct attr_set registration_set = {
	.max = SIP_IMS_A_REGISTRATION_MAX,
	.attr = {
		[SIP_IMS_A_REGISTRATION_PAD] = {
			.name = "pad",
			.kind = KIND_PAD,
		},
		[SIP_IMS_A_REGISTRATION_ID] = {
			.name = "id",
			.kind = KIND_U32,
		},
		[SIP_IMS_A_REGISTRATION_ZONE] = {
			.name = "zone",
			.kind = KIND_U16,
		},
		[SIP_IMS_A_REGISTRATION_STATE] = {
			.name = "state",
			.kind = KIND_U8,
			.values = &registration_state_names,
		},
		[SIP_IMS_A_REGISTRATION_AOR] = {
			.name = "aor",
			.kind = KIND_STRING,
			.doc = "URI of To, cut at 127 bytes",
		},
		[SIP_IMS_A_REGISTRATION_LOCAL_ADDRESS] = {
			.name = "local-address",
			.kind = KIND_ADDRESS,
		},
		[SIP_IMS_A_REGISTRATION_LOCAL_PORT] = {
			.name = "local-port",
			.kind = KIND_BE16,
		},
		[SIP_IMS_A_REGISTRATION_MAPPED_ADDRESS] = {
			.name = "mapped-address",
			.kind = KIND_ADDRESS,
		},
		[SIP_IMS_A_REGISTRATION_MAPPED_PORT] = {
			.name = "mapped-port",
			.kind = KIND_BE16,
		},
		[SIP_IMS_A_REGISTRATION_REGISTRAR_ADDRESS] = {
			.name = "registrar-address",
			.kind = KIND_ADDRESS,
		},
		[SIP_IMS_A_REGISTRATION_REGISTRAR_PORT] = {
			.name = "registrar-port",
			.kind = KIND_BE16,
		},
		[SIP_IMS_A_REGISTRATION_TIMEOUT] = {
			.name = "timeout",
			.kind = KIND_U64,
			.doc = "milliseconds until it expires",
		},
	},
};

const struct attr_set settings_set = {
	.max = SIP_IMS_A_SETTINGS_MAX,
	.attr = {
		[SIP_IMS_A_SETTINGS_ZONE] = {
			.name = "zone",
			.kind = KIND_U16,
		},
		[SIP_IMS_A_SETTINGS_MALFORMED] = {
			.name = "malformed",
			.kind = KIND_U8,
			.values = &malformed_policy_names,
			.doc = "default drop",
		},
		[SIP_IMS_A_SETTINGS_PORT_MIN] = {
			.name = "port-min",
			.kind = KIND_U16,
			.doc = "first RTP port handed out, even, at least 1024; default 16384",
		},
		[SIP_IMS_A_SETTINGS_PORT_MAX] = {
			.name = "port-max",
			.kind = KIND_U16,
			.doc = "last RTCP port handed out, odd; default 32767",
		},
		[SIP_IMS_A_SETTINGS_GRACE] = {
			.name = "grace",
			.kind = KIND_U32,
			.doc = "seconds between the end of a call and its removal; default 5",
		},
		[SIP_IMS_A_SETTINGS_TIMER_C] = {
			.name = "timer-c",
			.kind = KIND_U32,
			.doc = "seconds an INVITE may stay unanswered; default 180 (RFC 3261 16.6)",
		},
		[SIP_IMS_A_SETTINGS_MAX_CALL] = {
			.name = "max-call",
			.kind = KIND_U32,
			.doc = "seconds a call may last; default 43200 (720 min)",
		},
		[SIP_IMS_A_SETTINGS_MAX_REGISTRATION] = {
			.name = "max-registration",
			.kind = KIND_U32,
			.doc = "longest registration followed, seconds; default 86400",
		},
		[SIP_IMS_A_SETTINGS_REGISTRATION] = {
			.name = "registration",
			.kind = KIND_U32,
			.doc = "seconds of a registration that names no lifetime; default 3600 (RFC 3261 10.2)",
		},
		[SIP_IMS_A_SETTINGS_T1] = {
			.name = "t1",
			.kind = KIND_U32,
			.doc = "milliseconds, round trip; transactions take 64 of them; default 500 (RFC 3261 17.1.1.1)",
		},
		[SIP_IMS_A_SETTINGS_T4] = {
			.name = "t4",
			.kind = KIND_U32,
			.doc = "milliseconds a packet stays in the network: so long media that an answer moved still arrive where they were; default 5000",
		},
		[SIP_IMS_A_SETTINGS_INACTIVE_MEDIA] = {
			.name = "inactive-media",
			.kind = KIND_U32,
			.doc = "seconds without any packet after which the pinholes of a stream close until the next offer or answer; 0 for never; default 120",
		},
		[SIP_IMS_A_SETTINGS_RETAIN_HOLD] = {
			.name = "retain-hold",
			.kind = KIND_U8,
			.values = &switch_names,
			.doc = "pinholes of a stream on hold stay as they were, inactive-media does not count; default on",
		},
		[SIP_IMS_A_SETTINGS_CANDIDATES] = {
			.name = "candidates",
			.kind = KIND_U8,
			.values = &candidates_policy_names,
			.doc = "a=candidate of a translated end; default translate",
		},
		[SIP_IMS_A_SETTINGS_AUTH_INT] = {
			.name = "auth-int",
			.kind = KIND_U8,
			.values = &integrity_policy_names,
			.doc = "SDP under a digest (qop=auth-int); default edit",
		},
		[SIP_IMS_A_SETTINGS_LOCAL_MEDIA] = {
			.name = "local-media",
			.kind = KIND_U8,
			.values = &switch_names,
			.doc = "two phones behind the router in one call are told each other's own address; default on",
		},
		[SIP_IMS_A_SETTINGS_LATCHING] = {
			.name = "latching",
			.kind = KIND_U8,
			.values = &switch_names,
			.doc = "a pinhole serves the first source port it was used from and no other one (RFC 7362); default off",
		},
		[SIP_IMS_A_SETTINGS_ADMISSION_FAILURES] = {
			.name = "admission-failures",
			.kind = KIND_U32,
			.doc = "INVITEs of one source through one proxy that failed within admission-window before more are blocked; 0 for never; default 100",
		},
		[SIP_IMS_A_SETTINGS_ADMISSION_WINDOW] = {
			.name = "admission-window",
			.kind = KIND_U32,
			.doc = "seconds in which admission-failures count; default 10",
		},
		[SIP_IMS_A_SETTINGS_ADMISSION_BLOCK] = {
			.name = "admission-block",
			.kind = KIND_U32,
			.doc = "seconds that INVITEs are blocked then; default 5",
		},
		[SIP_IMS_A_SETTINGS_SOURCE_CALLS] = {
			.name = "source-calls",
			.kind = KIND_U32,
			.doc = "calls of one source address that may be unanswered at a time; 0 for no limit; default 256",
		},
		[SIP_IMS_A_SETTINGS_TCP_MEMORY] = {
			.name = "tcp-memory",
			.kind = KIND_U32,
			.doc = "kilobytes that the TCP connections of the zone may hold together, those of one source half of them; a connection or a segment that needs more is refused; default 16384",
		},
	},
};

const struct attr_set stats_set = {
	.max = SIP_IMS_A_STATS_MAX,
	.attr = {
		[SIP_IMS_A_STATS_PAD] = {
			.name = "pad",
			.kind = KIND_PAD,
		},
		[SIP_IMS_A_STATS_DATAGRAMS] = {
			.name = "datagrams",
			.kind = KIND_U64,
			.doc = "UDP datagrams seen on flows with the helper",
		},
		[SIP_IMS_A_STATS_SEGMENTS] = {
			.name = "segments",
			.kind = KIND_U64,
			.doc = "TCP segments seen on connections that are followed",
		},
		[SIP_IMS_A_STATS_REQUESTS] = {
			.name = "requests",
			.kind = KIND_U64,
			.doc = "SIP requests, well-formed",
		},
		[SIP_IMS_A_STATS_RESPONSES] = {
			.name = "responses",
			.kind = KIND_U64,
			.doc = "SIP responses, well-formed",
		},
		[SIP_IMS_A_STATS_REWRITTEN] = {
			.name = "rewritten",
			.kind = KIND_U64,
			.doc = "messages that left changed",
		},
		[SIP_IMS_A_STATS_UNCHANGED] = {
			.name = "unchanged",
			.kind = KIND_U64,
			.doc = "messages that left byte-identical",
		},
		[SIP_IMS_A_STATS_DROPPED] = {
			.name = "dropped",
			.kind = KIND_U64,
			.doc = "datagrams, messages and segments dropped, for whatever reason",
		},
		[SIP_IMS_A_STATS_KEEPALIVE] = {
			.name = "keepalive",
			.kind = KIND_U64,
			.doc = "empty, CRLF and the like (RFC 5626 4.4.1), passed",
		},
		[SIP_IMS_A_STATS_STUN] = {
			.name = "stun",
			.kind = KIND_U64,
			.doc = "STUN messages, passed",
		},
		[SIP_IMS_A_STATS_SIGCOMP] = {
			.name = "sigcomp",
			.kind = KIND_U64,
			.doc = "SigComp messages (RFC 3320), passed",
		},
		[SIP_IMS_A_STATS_TLS] = {
			.name = "tls",
			.kind = KIND_U64,
			.doc = "TLS or DTLS records, passed",
		},
		[SIP_IMS_A_STATS_MALFORMED] = {
			.name = "malformed",
			.kind = KIND_U64,
			.doc = "not well-formed SIP; the reasons follow",
		},
		[SIP_IMS_A_STATS_MALFORMED_NOT_SIP] = {
			.name = "malformed-not-sip",
			.kind = KIND_U64,
			.doc = "the first line is no SIP start line",
		},
		[SIP_IMS_A_STATS_MALFORMED_START_LINE] = {
			.name = "malformed-start-line",
			.kind = KIND_U64,
			.doc = "method, URI or status of the start line",
		},
		[SIP_IMS_A_STATS_MALFORMED_VERSION] = {
			.name = "malformed-version",
			.kind = KIND_U64,
			.doc = "another version than SIP/2.0",
		},
		[SIP_IMS_A_STATS_MALFORMED_TRUNCATED] = {
			.name = "malformed-truncated",
			.kind = KIND_U64,
			.doc = "ends before the empty line behind the headers",
		},
		[SIP_IMS_A_STATS_MALFORMED_LINE_END] = {
			.name = "malformed-line-end",
			.kind = KIND_U64,
			.doc = "CR without LF",
		},
		[SIP_IMS_A_STATS_MALFORMED_CONTROL] = {
			.name = "malformed-control",
			.kind = KIND_U64,
			.doc = "NUL or another control character",
		},
		[SIP_IMS_A_STATS_MALFORMED_UTF8] = {
			.name = "malformed-utf8",
			.kind = KIND_U64,
			.doc = "a header is not UTF-8",
		},
		[SIP_IMS_A_STATS_MALFORMED_HEADER_NAME] = {
			.name = "malformed-header-name",
			.kind = KIND_U64,
			.doc = "a line without a colon or a name",
		},
		[SIP_IMS_A_STATS_MALFORMED_HEADER_LENGTH] = {
			.name = "malformed-header-length",
			.kind = KIND_U64,
			.doc = "header too long",
		},
		[SIP_IMS_A_STATS_MALFORMED_HEADER_COUNT] = {
			.name = "malformed-header-count",
			.kind = KIND_U64,
			.doc = "too many headers",
		},
		[SIP_IMS_A_STATS_MALFORMED_TOO_LONG] = {
			.name = "malformed-too-long",
			.kind = KIND_U64,
			.doc = "message too long",
		},
		[SIP_IMS_A_STATS_MALFORMED_NO_VIA] = {
			.name = "malformed-no-via",
			.kind = KIND_U64,
			.doc = "Via is missing",
		},
		[SIP_IMS_A_STATS_MALFORMED_NO_FROM] = {
			.name = "malformed-no-from",
			.kind = KIND_U64,
			.doc = "From is missing",
		},
		[SIP_IMS_A_STATS_MALFORMED_NO_TO] = {
			.name = "malformed-no-to",
			.kind = KIND_U64,
			.doc = "To is missing",
		},
		[SIP_IMS_A_STATS_MALFORMED_NO_CALL_ID] = {
			.name = "malformed-no-call-id",
			.kind = KIND_U64,
			.doc = "Call-ID is missing",
		},
		[SIP_IMS_A_STATS_MALFORMED_NO_CSEQ] = {
			.name = "malformed-no-cseq",
			.kind = KIND_U64,
			.doc = "CSeq is missing",
		},
		[SIP_IMS_A_STATS_MALFORMED_DUPLICATE] = {
			.name = "malformed-duplicate",
			.kind = KIND_U64,
			.doc = "From, To, Call-ID or CSeq twice",
		},
		[SIP_IMS_A_STATS_MALFORMED_CALL_ID] = {
			.name = "malformed-call-id",
			.kind = KIND_U64,
			.doc = "Call-ID empty or too long",
		},
		[SIP_IMS_A_STATS_MALFORMED_TAG] = {
			.name = "malformed-tag",
			.kind = KIND_U64,
			.doc = "tag empty, twice, or too long",
		},
		[SIP_IMS_A_STATS_MALFORMED_CSEQ] = {
			.name = "malformed-cseq",
			.kind = KIND_U64,
			.doc = "CSeq no number, or of another method",
		},
		[SIP_IMS_A_STATS_MALFORMED_CONTENT_LENGTH] = {
			.name = "malformed-content-length",
			.kind = KIND_U64,
			.doc = "Content-Length no number, or two that differ",
		},
		[SIP_IMS_A_STATS_MALFORMED_BODY_SHORT] = {
			.name = "malformed-body-short",
			.kind = KIND_U64,
			.doc = "Content-Length says more than there is",
		},
		[SIP_IMS_A_STATS_MALFORMED_URI] = {
			.name = "malformed-uri",
			.kind = KIND_U64,
			.doc = "a URI or Via that cannot be read",
		},
		[SIP_IMS_A_STATS_MALFORMED_SDP] = {
			.name = "malformed-sdp",
			.kind = KIND_U64,
			.doc = "the SDP cannot be read",
		},
		[SIP_IMS_A_STATS_MALFORMED_MULTIPART] = {
			.name = "malformed-multipart",
			.kind = KIND_U64,
			.doc = "the parts of the body cannot be told apart",
		},
		[SIP_IMS_A_STATS_NO_MEMORY] = {
			.name = "no-memory",
			.kind = KIND_U64,
			.doc = "an allocation failed; the packet was dropped",
		},
		[SIP_IMS_A_STATS_NAT_MISSING] = {
			.name = "nat-missing",
			.kind = KIND_U64,
			.doc = "the flow is translated but nf_nat_sip_ims is not loaded",
		},
		[SIP_IMS_A_STATS_EDIT_FAILED] = {
			.name = "edit-failed",
			.kind = KIND_U64,
			.doc = "the edits of a message did not fit; the packet was dropped",
		},
		[SIP_IMS_A_STATS_TOO_LARGE] = {
			.name = "too-large",
			.kind = KIND_U64,
			.doc = "rewritten, a message would be longer than a datagram can be",
		},
		[SIP_IMS_A_STATS_NO_CALL] = {
			.name = "no-call",
			.kind = KIND_U64,
			.doc = "a message of a dialog nobody here knows",
		},
		[SIP_IMS_A_STATS_STRAY_SDP] = {
			.name = "stray-sdp",
			.kind = KIND_U64,
			.doc = "an SDP outside any call; nothing was opened for it",
		},
		[SIP_IMS_A_STATS_THIRD_PARTY] = {
			.name = "third-party",
			.kind = KIND_U64,
			.doc = "an SDP named a host that did not send it; nothing was opened",
		},
		[SIP_IMS_A_STATS_SERVICE_PORT] = {
			.name = "service-port",
			.kind = KIND_U64,
			.doc = "an SDP named a port below 1024 or of a service; nothing was opened",
		},
		[SIP_IMS_A_STATS_STREAMS_EXCESS] = {
			.name = "streams-excess",
			.kind = KIND_U64,
			.doc = "m= lines past the limit of 32 were left alone",
		},
		[SIP_IMS_A_STATS_CALL_LIMIT] = {
			.name = "call-limit",
			.kind = KIND_U64,
			.doc = "a call was refused, too many calls; the INVITE was dropped",
		},
		[SIP_IMS_A_STATS_REGISTRATION_LIMIT] = {
			.name = "registration-limit",
			.kind = KIND_U64,
			.doc = "a registration was refused, too many; nothing was opened",
		},
		[SIP_IMS_A_STATS_DIALOG_LIMIT] = {
			.name = "dialog-limit",
			.kind = KIND_U64,
			.doc = "a fork was refused, too many dialogs in one call",
		},
		[SIP_IMS_A_STATS_PINHOLE_LIMIT] = {
			.name = "pinhole-limit",
			.kind = KIND_U64,
			.doc = "too many pinholes in one call; the packet was dropped",
		},
		[SIP_IMS_A_STATS_PORT_EXHAUSTED] = {
			.name = "port-exhausted",
			.kind = KIND_U64,
			.doc = "no port pair left on an address; the packet was dropped",
		},
		[SIP_IMS_A_STATS_EXPECTATION_FULL] = {
			.name = "expectation-full",
			.kind = KIND_U64,
			.doc = "nf_conntrack_expect_max reached; the packet was dropped",
		},
		[SIP_IMS_A_STATS_EXPECTATION_SHARED] = {
			.name = "expectation-shared",
			.kind = KIND_U64,
			.doc = "an equal pinhole is already open for another call",
		},
		[SIP_IMS_A_STATS_FLOW_LIMIT] = {
			.name = "flow-limit",
			.kind = KIND_U64,
			.doc = "too many media flows through one pinhole; the packet was dropped",
		},
		[SIP_IMS_A_STATS_SHADOW_KILLED] = {
			.name = "shadow-killed",
			.kind = KIND_U64,
			.doc = "an ordinary flow hid a new pinhole and was removed",
		},
		[SIP_IMS_A_STATS_PORT_TAKEN] = {
			.name = "port-taken",
			.kind = KIND_U64,
			.doc = "a phone's flow left by another port than the registered one, which a flow that calls depend on has towards that host",
		},
		[SIP_IMS_A_STATS_PORT_MOVED] = {
			.name = "port-moved",
			.kind = KIND_U64,
			.doc = "a phone's flow does not leave where its registered port is known",
		},
		[SIP_IMS_A_STATS_REGISTER_UNMATCHED] = {
			.name = "register-unmatched",
			.kind = KIND_U64,
			.doc = "a REGISTER answer that no REGISTER asked for",
		},
		[SIP_IMS_A_STATS_SEC_AGREE] = {
			.name = "sec-agree",
			.kind = KIND_U64,
			.doc = "messages left alone because of ipsec-3gpp (RFC 3329)",
		},
		[SIP_IMS_A_STATS_OFFER_REFUSED] = {
			.name = "offer-refused",
			.kind = KIND_U64,
			.doc = "offers in a dialog that were refused; what was before counts again",
		},
		[SIP_IMS_A_STATS_AUTH_INT] = {
			.name = "auth-int",
			.kind = KIND_U64,
			.doc = "SDPs under a digest that covers them (qop=auth-int)",
		},
		[SIP_IMS_A_STATS_ICE_REMOVED] = {
			.name = "ice-removed",
			.kind = KIND_U64,
			.doc = "lines of ICE that were removed from an SDP",
		},
		[SIP_IMS_A_STATS_OMR_REMOVED] = {
			.name = "omr-removed",
			.kind = KIND_U64,
			.doc = "OMR attributes that were removed from an edited SDP (TS 29.079)",
		},
		[SIP_IMS_A_STATS_LOCAL_MEDIA] = {
			.name = "local-media",
			.kind = KIND_U64,
			.doc = "streams that were told to go directly between two phones",
		},
		[SIP_IMS_A_STATS_MEDIA_INACTIVE] = {
			.name = "media-inactive",
			.kind = KIND_U64,
			.doc = "streams whose pinholes closed because nothing came",
		},
		[SIP_IMS_A_STATS_EVENTS] = {
			.name = "events",
			.kind = KIND_U64,
			.doc = "events that were told to somebody",
		},
		[SIP_IMS_A_STATS_EVENTS_LOST] = {
			.name = "events-lost",
			.kind = KIND_U64,
			.doc = "events that could not be told without memory",
		},
		[SIP_IMS_A_STATS_LATCH_REFUSED] = {
			.name = "latch-refused",
			.kind = KIND_U64,
			.doc = "a flow from another source port than the latched one was dropped",
		},
		[SIP_IMS_A_STATS_NO_ADDRESS4] = {
			.name = "no-address4",
			.kind = KIND_U64,
			.doc = "the sender has no IPv4 address to be known by; dropped",
		},
		[SIP_IMS_A_STATS_XLAT] = {
			.name = "xlat",
			.kind = KIND_U64,
			.doc = "messages that went from one family to the other",
		},
		[SIP_IMS_A_STATS_XLAT_CACHED] = {
			.name = "xlat-cached",
			.kind = KIND_U64,
			.doc = "messages that were read on the leg before, and not once more",
		},
		[SIP_IMS_A_STATS_BINDING_LIMIT] = {
			.name = "binding-limit",
			.kind = KIND_U64,
			.doc = "too many media addresses in one call; the packet was dropped",
		},
		[SIP_IMS_A_STATS_SOURCE_LIMIT] = {
			.name = "source-limit",
			.kind = KIND_U64,
			.doc = "an INVITE was refused, too many unanswered calls of its source",
		},
		[SIP_IMS_A_STATS_ADMISSION_TRIPPED] = {
			.name = "admission-tripped",
			.kind = KIND_U64,
			.doc = "a source was blocked at a proxy, too many failed INVITEs",
		},
		[SIP_IMS_A_STATS_ADMISSION_BLOCKED] = {
			.name = "admission-blocked",
			.kind = KIND_U64,
			.doc = "INVITEs that were refused while blocked",
		},
		[SIP_IMS_A_STATS_ADMISSION_FULL] = {
			.name = "admission-full",
			.kind = KIND_U64,
			.doc = "a source could not be watched, the table of them is full",
		},
		[SIP_IMS_A_STATS_TCP_UNSEEN] = {
			.name = "tcp-unseen",
			.kind = KIND_U64,
			.doc = "connections that were not seen from their start, left alone",
		},
		[SIP_IMS_A_STATS_TCP_FOREIGN] = {
			.name = "tcp-foreign",
			.kind = KIND_U64,
			.doc = "connections that do not begin with SIP, left alone",
		},
		[SIP_IMS_A_STATS_TCP_SIGNED] = {
			.name = "tcp-signed",
			.kind = KIND_U64,
			.doc = "connections with TCP-MD5 or TCP-AO, left alone",
		},
		[SIP_IMS_A_STATS_TCP_TAKEN] = {
			.name = "tcp-taken",
			.kind = KIND_U64,
			.doc = "messages that were taken out of their stream",
		},
		[SIP_IMS_A_STATS_TCP_RESET] = {
			.name = "tcp-reset",
			.kind = KIND_U64,
			.doc = "connections that were reset",
		},
		[SIP_IMS_A_STATS_TCP_LIMIT] = {
			.name = "tcp-limit",
			.kind = KIND_U64,
			.doc = "memory of streams refused, past tcp-memory",
		},
		[SIP_IMS_A_STATS_TCP_MEMORY_FULL] = {
			.name = "tcp-memory-full",
			.kind = KIND_U64,
			.doc = "segments dropped or connections refused without memory",
		},
		[SIP_IMS_A_STATS_TCP_EARLY_FULL] = {
			.name = "tcp-early-full",
			.kind = KIND_U64,
			.doc = "segments dropped, too much came out of order",
		},
		[SIP_IMS_A_STATS_TCP_LOG_FULL] = {
			.name = "tcp-log-full",
			.kind = KIND_U64,
			.doc = "segments dropped, too much is not acknowledged",
		},
		[SIP_IMS_A_STATS_TCP_ACK_BEYOND] = {
			.name = "tcp-ack-beyond",
			.kind = KIND_U64,
			.doc = "segments dropped, they acknowledge what was not sent",
		},
		[SIP_IMS_A_STATS_TCP_OUTSIDE] = {
			.name = "tcp-outside",
			.kind = KIND_U64,
			.doc = "segments dropped, far outside of the window",
		},
		[SIP_IMS_A_STATS_TCP_URGENT] = {
			.name = "tcp-urgent",
			.kind = KIND_U64,
			.doc = "segments dropped, urgent data",
		},
		[SIP_IMS_A_STATS_TCP_BROKEN] = {
			.name = "tcp-broken",
			.kind = KIND_U64,
			.doc = "protocol errors in mid-stream",
		},
		[SIP_IMS_A_STATS_TCP_TOO_LONG] = {
			.name = "tcp-too-long",
			.kind = KIND_U64,
			.doc = "messages longer than a stream may hold",
		},
		[SIP_IMS_A_STATS_TCP_UNFINISHED] = {
			.name = "tcp-unfinished",
			.kind = KIND_U64,
			.doc = "a connection ended inside a message, which was cut off",
		},
		[SIP_IMS_A_STATS_TCP_PARTIAL] = {
			.name = "tcp-partial",
			.kind = KIND_U64,
			.doc = "segments dropped, they acknowledge nothing the sender knows",
		},
		[SIP_IMS_A_STATS_TCP_FLAGS] = {
			.name = "tcp-flags",
			.kind = KIND_U64,
			.doc = "segments dropped, neither SYN, RST nor ACK",
		},
		[SIP_IMS_A_STATS_CALLS_OPENED] = {
			.name = "calls-opened",
			.kind = KIND_U64,
			.doc = "calls begun",
		},
		[SIP_IMS_A_STATS_CALLS_CLOSED] = {
			.name = "calls-closed",
			.kind = KIND_U64,
			.doc = "calls removed, for whatever reason",
		},
		[SIP_IMS_A_STATS_REGISTRATIONS_OPENED] = {
			.name = "registrations-opened",
			.kind = KIND_U64,
			.doc = "registered flows begun",
		},
		[SIP_IMS_A_STATS_REGISTRATIONS_CLOSED] = {
			.name = "registrations-closed",
			.kind = KIND_U64,
			.doc = "registered flows removed, for whatever reason",
		},
		[SIP_IMS_A_STATS_TCP_OPENED] = {
			.name = "tcp-opened",
			.kind = KIND_U64,
			.doc = "TCP connections followed from their start",
		},
		[SIP_IMS_A_STATS_TCP_CLOSED] = {
			.name = "tcp-closed",
			.kind = KIND_U64,
			.doc = "of these, those that are over or were left",
		},
		[SIP_IMS_A_STATS_PINHOLES_OPENED] = {
			.name = "pinholes-opened",
			.kind = KIND_U64,
			.doc = "expectations made",
		},
		[SIP_IMS_A_STATS_PINHOLES_CLOSED] = {
			.name = "pinholes-closed",
			.kind = KIND_U64,
			.doc = "expectations removed",
		},
		[SIP_IMS_A_STATS_MEDIA_FLOWS] = {
			.name = "media-flows",
			.kind = KIND_U64,
			.doc = "flows that came through a pinhole",
		},
		[SIP_IMS_A_STATS_MEDIA_FLOWS_KILLED] = {
			.name = "media-flows-killed",
			.kind = KIND_U64,
			.doc = "flows removed at the end of their call",
		},
		[SIP_IMS_A_STATS_CALLS] = {
			.name = "calls",
			.kind = KIND_U64,
			.doc = "gauge, calls now",
		},
		[SIP_IMS_A_STATS_REGISTRATIONS] = {
			.name = "registrations",
			.kind = KIND_U64,
			.doc = "gauge, registrations now",
		},
		[SIP_IMS_A_STATS_TCP_CONNECTIONS] = {
			.name = "tcp-connections",
			.kind = KIND_U64,
			.doc = "gauge, TCP connections that are followed now",
		},
		[SIP_IMS_A_STATS_TCP_MEMORY] = {
			.name = "tcp-memory",
			.kind = KIND_U64,
			.doc = "gauge, bytes that these connections hold now",
		},
	},
};
