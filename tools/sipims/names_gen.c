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
			.doc = "number of a call or registration, unique in its network namespace",
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
			.doc = "number of calls and registrations that a flush removed",
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
			.doc = "URI of From in the first INVITE, truncated to 127 bytes",
		},
		[SIP_IMS_A_CALL_TO] = {
			.name = "to",
			.kind = KIND_STRING,
			.doc = "URI of To in the first INVITE, truncated to 127 bytes",
		},
		[SIP_IMS_A_CALL_AGE] = {
			.name = "age",
			.kind = KIND_U64,
			.doc = "milliseconds since the first INVITE",
		},
		[SIP_IMS_A_CALL_TIMEOUT] = {
			.name = "timeout",
			.kind = KIND_U64,
			.doc = "milliseconds until the call is removed unless a message extends it",
		},
		[SIP_IMS_A_CALL_PINHOLES] = {
			.name = "pinholes",
			.kind = KIND_U32,
			.doc = "number of open pinholes, which are conntrack expectations",
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
			.doc = "some bindings did not fit into the message",
		},
		[SIP_IMS_A_CALL_DIALOGS] = {
			.name = "dialogs",
			.kind = KIND_U32,
			.doc = "number of branches neither ended nor superseded by another",
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
			.doc = "number of the m= line, starting at 0",
		},
		[SIP_IMS_A_BINDING_COMPONENT] = {
			.name = "component",
			.kind = KIND_U8,
			.doc = "component (RFC 8445), 1 for RTP or the only port, 2 for RTCP",
		},
		[SIP_IMS_A_BINDING_L4PROTO] = {
			.name = "l4proto",
			.kind = KIND_U8,
			.doc = "IPPROTO_UDP or IPPROTO_TCP",
		},
		[SIP_IMS_A_BINDING_LOCAL_ADDRESS] = {
			.name = "local-address",
			.kind = KIND_ADDRESS,
			.doc = "address that the end announced, 4 or 16 bytes",
		},
		[SIP_IMS_A_BINDING_LOCAL_PORT] = {
			.name = "local-port",
			.kind = KIND_BE16,
		},
		[SIP_IMS_A_BINDING_MAPPED_ADDRESS] = {
			.name = "mapped-address",
			.kind = KIND_ADDRESS,
			.doc = "address that the other end sees; equal to the local one without NAT",
		},
		[SIP_IMS_A_BINDING_MAPPED_PORT] = {
			.name = "mapped-port",
			.kind = KIND_BE16,
		},
		[SIP_IMS_A_BINDING_OPEN] = {
			.name = "open",
			.kind = KIND_FLAG,
			.doc = "a pinhole to this address is open",
		},
		[SIP_IMS_A_BINDING_PAD] = {
			.name = "pad",
			.kind = KIND_PAD,
		},
		[SIP_IMS_A_BINDING_TAG] = {
			.name = "tag",
			.kind = KIND_STRING,
			.doc = "tag of the callee, which identifies the dialog",
		},
		[SIP_IMS_A_BINDING_ON_HOLD] = {
			.name = "on-hold",
			.kind = KIND_FLAG,
			.doc = "this end put the stream on hold",
		},
		[SIP_IMS_A_BINDING_INACTIVE] = {
			.name = "inactive",
			.kind = KIND_FLAG,
			.doc = "closed because no packet was received for inactive-media seconds",
		},
		[SIP_IMS_A_BINDING_DIRECT] = {
			.name = "direct",
			.kind = KIND_FLAG,
			.doc = "both ends are inside and exchange media directly, without NAT",
		},
		[SIP_IMS_A_BINDING_PACKETS] = {
			.name = "packets",
			.kind = KIND_U64,
			.doc = "packets to this address through its pinhole",
		},
		[SIP_IMS_A_BINDING_BYTES] = {
			.name = "bytes",
			.kind = KIND_U64,
			.doc = "bytes of these packets, including IP headers",
		},
		[SIP_IMS_A_BINDING_XLAT_ADDRESS] = {
			.name = "xlat-address",
			.kind = KIND_ADDRESS,
			.doc = "IPv4 address that a translator device gives the host",
		},
		[SIP_IMS_A_BINDING_RX_QUIET] = {
			.name = "rx-quiet",
			.kind = KIND_U64,
			.doc = "milliseconds since packets to this address were last seen",
		},
		[SIP_IMS_A_BINDING_TX_QUIET] = {
			.name = "tx-quiet",
			.kind = KIND_U64,
			.doc = "milliseconds since packets from this address were last seen",
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
			.doc = "number of the m= line, starting at 0",
		},
		[SIP_IMS_A_INACTIVITY_IDLE] = {
			.name = "idle",
			.kind = KIND_U64,
			.doc = "milliseconds since the last packet, or since the stream was opened",
		},
		[SIP_IMS_A_INACTIVITY_INACTIVE_MEDIA] = {
			.name = "inactive-media",
			.kind = KIND_U32,
			.doc = "value of the setting inactive-media, seconds",
		},
		[SIP_IMS_A_INACTIVITY_PACKETS] = {
			.name = "packets",
			.kind = KIND_U64,
			.doc = "packets through its pinholes in both directions",
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
			.doc = "URI of To, truncated to 127 bytes",
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
			.doc = "milliseconds until the registration expires",
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
			.doc = "treatment of messages that are not well-formed SIP; default drop",
		},
		[SIP_IMS_A_SETTINGS_PORT_MIN] = {
			.name = "port-min",
			.kind = KIND_U16,
			.doc = "lowest port allocated for RTP, even, at least 1024; default 16384",
		},
		[SIP_IMS_A_SETTINGS_PORT_MAX] = {
			.name = "port-max",
			.kind = KIND_U16,
			.doc = "highest port allocated for RTCP, odd; default 32767",
		},
		[SIP_IMS_A_SETTINGS_GRACE] = {
			.name = "grace",
			.kind = KIND_U32,
			.doc = "seconds between the end of a call and its removal; default 5",
		},
		[SIP_IMS_A_SETTINGS_TIMER_C] = {
			.name = "timer-c",
			.kind = KIND_U32,
			.doc = "seconds that an INVITE may be pending; default 180 (RFC 3261 16.6)",
		},
		[SIP_IMS_A_SETTINGS_MAX_CALL] = {
			.name = "max-call",
			.kind = KIND_U32,
			.doc = "maximum length of a call in seconds; default 43200",
		},
		[SIP_IMS_A_SETTINGS_MAX_REGISTRATION] = {
			.name = "max-registration",
			.kind = KIND_U32,
			.doc = "maximum length of a registration in seconds; default 86400",
		},
		[SIP_IMS_A_SETTINGS_REGISTRATION] = {
			.name = "registration",
			.kind = KIND_U32,
			.doc = "length in seconds of a registration without an expiration interval; default 3600 (RFC 3261 10.2)",
		},
		[SIP_IMS_A_SETTINGS_T1] = {
			.name = "t1",
			.kind = KIND_U32,
			.doc = "round-trip time in milliseconds; a transaction lasts 64 times as long; default 500 (RFC 3261 17.1.1.1)",
		},
		[SIP_IMS_A_SETTINGS_T4] = {
			.name = "t4",
			.kind = KIND_U32,
			.doc = "milliseconds that a packet may stay in the network: pinholes of an address that an answer replaced stay open so long; default 5000",
		},
		[SIP_IMS_A_SETTINGS_INACTIVE_MEDIA] = {
			.name = "inactive-media",
			.kind = KIND_U32,
			.doc = "close the pinholes of a stream after this many seconds without a packet, until the next offer or answer; 0 for never; default 120",
		},
		[SIP_IMS_A_SETTINGS_RETAIN_HOLD] = {
			.name = "retain-hold",
			.kind = KIND_U8,
			.values = &switch_names,
			.doc = "keep the pinholes of a stream on hold open, whatever inactive-media says; default on",
		},
		[SIP_IMS_A_SETTINGS_CANDIDATES] = {
			.name = "candidates",
			.kind = KIND_U8,
			.values = &candidates_policy_names,
			.doc = "treatment of a=candidate of a translated end; default translate",
		},
		[SIP_IMS_A_SETTINGS_AUTH_INT] = {
			.name = "auth-int",
			.kind = KIND_U8,
			.values = &integrity_policy_names,
			.doc = "treatment of an SDP under a digest (qop=auth-int); default edit",
		},
		[SIP_IMS_A_SETTINGS_LOCAL_MEDIA] = {
			.name = "local-media",
			.kind = KIND_U8,
			.values = &switch_names,
			.doc = "let two phones behind the router in one call exchange media directly; default on",
		},
		[SIP_IMS_A_SETTINGS_LATCHING] = {
			.name = "latching",
			.kind = KIND_U8,
			.values = &switch_names,
			.doc = "accept packets through a pinhole only from the source port of its first packet (RFC 7362); default off",
		},
		[SIP_IMS_A_SETTINGS_ADMISSION_FAILURES] = {
			.name = "admission-failures",
			.kind = KIND_U32,
			.doc = "failed INVITEs of one source to one proxy within admission-window that block further ones; 0 for never; default 100",
		},
		[SIP_IMS_A_SETTINGS_ADMISSION_WINDOW] = {
			.name = "admission-window",
			.kind = KIND_U32,
			.doc = "period in seconds over which admission-failures counts; default 10",
		},
		[SIP_IMS_A_SETTINGS_ADMISSION_BLOCK] = {
			.name = "admission-block",
			.kind = KIND_U32,
			.doc = "seconds for which INVITEs are then blocked; default 5",
		},
		[SIP_IMS_A_SETTINGS_SOURCE_CALLS] = {
			.name = "source-calls",
			.kind = KIND_U32,
			.doc = "limit of simultaneous unanswered calls of one source address; 0 for no limit; default 256",
		},
		[SIP_IMS_A_SETTINGS_TCP_MEMORY] = {
			.name = "tcp-memory",
			.kind = KIND_U32,
			.doc = "memory limit in kilobytes of all TCP connections of the zone; half of it is the limit for connections of one source; connections and segments beyond it are refused; default 16384",
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
			.doc = "UDP datagrams of flows with the helper",
		},
		[SIP_IMS_A_STATS_SEGMENTS] = {
			.name = "segments",
			.kind = KIND_U64,
			.doc = "TCP segments of connections that are followed",
		},
		[SIP_IMS_A_STATS_REQUESTS] = {
			.name = "requests",
			.kind = KIND_U64,
			.doc = "well-formed SIP requests",
		},
		[SIP_IMS_A_STATS_RESPONSES] = {
			.name = "responses",
			.kind = KIND_U64,
			.doc = "well-formed SIP responses",
		},
		[SIP_IMS_A_STATS_REWRITTEN] = {
			.name = "rewritten",
			.kind = KIND_U64,
			.doc = "messages sent with changes",
		},
		[SIP_IMS_A_STATS_UNCHANGED] = {
			.name = "unchanged",
			.kind = KIND_U64,
			.doc = "messages sent unchanged",
		},
		[SIP_IMS_A_STATS_DROPPED] = {
			.name = "dropped",
			.kind = KIND_U64,
			.doc = "datagrams, messages and segments dropped for any reason",
		},
		[SIP_IMS_A_STATS_KEEPALIVE] = {
			.name = "keepalive",
			.kind = KIND_U64,
			.doc = "keepalives (empty, CRLF and the like, RFC 5626 4.4.1) passed",
		},
		[SIP_IMS_A_STATS_STUN] = {
			.name = "stun",
			.kind = KIND_U64,
			.doc = "STUN messages passed",
		},
		[SIP_IMS_A_STATS_SIGCOMP] = {
			.name = "sigcomp",
			.kind = KIND_U64,
			.doc = "SigComp messages (RFC 3320) passed",
		},
		[SIP_IMS_A_STATS_TLS] = {
			.name = "tls",
			.kind = KIND_U64,
			.doc = "TLS or DTLS records passed",
		},
		[SIP_IMS_A_STATS_MALFORMED] = {
			.name = "malformed",
			.kind = KIND_U64,
			.doc = "messages that are not well-formed SIP; the reasons follow",
		},
		[SIP_IMS_A_STATS_MALFORMED_NOT_SIP] = {
			.name = "malformed-not-sip",
			.kind = KIND_U64,
			.doc = "first line is not a SIP start line",
		},
		[SIP_IMS_A_STATS_MALFORMED_START_LINE] = {
			.name = "malformed-start-line",
			.kind = KIND_U64,
			.doc = "invalid method, URI or status in the start line",
		},
		[SIP_IMS_A_STATS_MALFORMED_VERSION] = {
			.name = "malformed-version",
			.kind = KIND_U64,
			.doc = "version other than SIP/2.0",
		},
		[SIP_IMS_A_STATS_MALFORMED_TRUNCATED] = {
			.name = "malformed-truncated",
			.kind = KIND_U64,
			.doc = "end of message before the empty line after the header",
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
			.doc = "header field is not UTF-8",
		},
		[SIP_IMS_A_STATS_MALFORMED_HEADER_NAME] = {
			.name = "malformed-header-name",
			.kind = KIND_U64,
			.doc = "header line without a colon or a name",
		},
		[SIP_IMS_A_STATS_MALFORMED_HEADER_LENGTH] = {
			.name = "malformed-header-length",
			.kind = KIND_U64,
			.doc = "header field too long",
		},
		[SIP_IMS_A_STATS_MALFORMED_HEADER_COUNT] = {
			.name = "malformed-header-count",
			.kind = KIND_U64,
			.doc = "too many header fields",
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
			.doc = "repeated From, To, Call-ID or CSeq",
		},
		[SIP_IMS_A_STATS_MALFORMED_CALL_ID] = {
			.name = "malformed-call-id",
			.kind = KIND_U64,
			.doc = "empty or too long Call-ID",
		},
		[SIP_IMS_A_STATS_MALFORMED_TAG] = {
			.name = "malformed-tag",
			.kind = KIND_U64,
			.doc = "empty, repeated or too long tag",
		},
		[SIP_IMS_A_STATS_MALFORMED_CSEQ] = {
			.name = "malformed-cseq",
			.kind = KIND_U64,
			.doc = "CSeq without a number, or with another method",
		},
		[SIP_IMS_A_STATS_MALFORMED_CONTENT_LENGTH] = {
			.name = "malformed-content-length",
			.kind = KIND_U64,
			.doc = "Content-Length without a number, or two that differ",
		},
		[SIP_IMS_A_STATS_MALFORMED_BODY_SHORT] = {
			.name = "malformed-body-short",
			.kind = KIND_U64,
			.doc = "body shorter than Content-Length",
		},
		[SIP_IMS_A_STATS_MALFORMED_URI] = {
			.name = "malformed-uri",
			.kind = KIND_U64,
			.doc = "invalid URI or Via",
		},
		[SIP_IMS_A_STATS_MALFORMED_SDP] = {
			.name = "malformed-sdp",
			.kind = KIND_U64,
			.doc = "invalid SDP",
		},
		[SIP_IMS_A_STATS_MALFORMED_MULTIPART] = {
			.name = "malformed-multipart",
			.kind = KIND_U64,
			.doc = "invalid multipart body",
		},
		[SIP_IMS_A_STATS_NO_MEMORY] = {
			.name = "no-memory",
			.kind = KIND_U64,
			.doc = "packets dropped because an allocation failed",
		},
		[SIP_IMS_A_STATS_NAT_MISSING] = {
			.name = "nat-missing",
			.kind = KIND_U64,
			.doc = "messages of a translated flow while nf_nat_sip_ims was not loaded",
		},
		[SIP_IMS_A_STATS_EDIT_FAILED] = {
			.name = "edit-failed",
			.kind = KIND_U64,
			.doc = "packets dropped because the changes to a message did not fit",
		},
		[SIP_IMS_A_STATS_TOO_LARGE] = {
			.name = "too-large",
			.kind = KIND_U64,
			.doc = "messages too long for a datagram after rewriting",
		},
		[SIP_IMS_A_STATS_NO_CALL] = {
			.name = "no-call",
			.kind = KIND_U64,
			.doc = "messages of an unknown dialog",
		},
		[SIP_IMS_A_STATS_STRAY_SDP] = {
			.name = "stray-sdp",
			.kind = KIND_U64,
			.doc = "SDPs outside of any call; no pinhole was opened",
		},
		[SIP_IMS_A_STATS_THIRD_PARTY] = {
			.name = "third-party",
			.kind = KIND_U64,
			.doc = "SDPs with an address of another host; no pinhole was opened",
		},
		[SIP_IMS_A_STATS_SERVICE_PORT] = {
			.name = "service-port",
			.kind = KIND_U64,
			.doc = "SDPs with a port below 1024 or of a service; no pinhole was opened",
		},
		[SIP_IMS_A_STATS_STREAMS_EXCESS] = {
			.name = "streams-excess",
			.kind = KIND_U64,
			.doc = "m= lines beyond the limit of 32, left unchanged",
		},
		[SIP_IMS_A_STATS_CALL_LIMIT] = {
			.name = "call-limit",
			.kind = KIND_U64,
			.doc = "INVITEs refused because there were too many calls",
		},
		[SIP_IMS_A_STATS_REGISTRATION_LIMIT] = {
			.name = "registration-limit",
			.kind = KIND_U64,
			.doc = "registrations refused because there were too many",
		},
		[SIP_IMS_A_STATS_DIALOG_LIMIT] = {
			.name = "dialog-limit",
			.kind = KIND_U64,
			.doc = "branches refused because a call had too many dialogs",
		},
		[SIP_IMS_A_STATS_PINHOLE_LIMIT] = {
			.name = "pinhole-limit",
			.kind = KIND_U64,
			.doc = "packets dropped because a call had too many pinholes",
		},
		[SIP_IMS_A_STATS_PORT_EXHAUSTED] = {
			.name = "port-exhausted",
			.kind = KIND_U64,
			.doc = "packets dropped because an address had no free port pair",
		},
		[SIP_IMS_A_STATS_EXPECTATION_FULL] = {
			.name = "expectation-full",
			.kind = KIND_U64,
			.doc = "packets dropped because nf_conntrack_expect_max was reached",
		},
		[SIP_IMS_A_STATS_EXPECTATION_SHARED] = {
			.name = "expectation-shared",
			.kind = KIND_U64,
			.doc = "pinholes refused because an equal one of another call was open",
		},
		[SIP_IMS_A_STATS_FLOW_LIMIT] = {
			.name = "flow-limit",
			.kind = KIND_U64,
			.doc = "packets dropped because a pinhole had too many media flows",
		},
		[SIP_IMS_A_STATS_SHADOW_KILLED] = {
			.name = "shadow-killed",
			.kind = KIND_U64,
			.doc = "ordinary flows removed because they concealed a new pinhole",
		},
		[SIP_IMS_A_STATS_PORT_TAKEN] = {
			.name = "port-taken",
			.kind = KIND_U64,
			.doc = "flows of a phone mapped to a port other than the registered one, which another flow to the same host uses",
		},
		[SIP_IMS_A_STATS_PORT_MOVED] = {
			.name = "port-moved",
			.kind = KIND_U64,
			.doc = "flows of a phone mapped to an address other than the registered one",
		},
		[SIP_IMS_A_STATS_REGISTER_UNMATCHED] = {
			.name = "register-unmatched",
			.kind = KIND_U64,
			.doc = "responses without a matching REGISTER",
		},
		[SIP_IMS_A_STATS_SEC_AGREE] = {
			.name = "sec-agree",
			.kind = KIND_U64,
			.doc = "messages left unchanged because of ipsec-3gpp (RFC 3329)",
		},
		[SIP_IMS_A_STATS_OFFER_REFUSED] = {
			.name = "offer-refused",
			.kind = KIND_U64,
			.doc = "rejected offers in a dialog; the previous session was restored",
		},
		[SIP_IMS_A_STATS_AUTH_INT] = {
			.name = "auth-int",
			.kind = KIND_U64,
			.doc = "SDPs that a digest covers (qop=auth-int)",
		},
		[SIP_IMS_A_STATS_ICE_REMOVED] = {
			.name = "ice-removed",
			.kind = KIND_U64,
			.doc = "ICE lines removed from SDPs",
		},
		[SIP_IMS_A_STATS_OMR_REMOVED] = {
			.name = "omr-removed",
			.kind = KIND_U64,
			.doc = "OMR attributes removed from edited SDPs (TS 29.079)",
		},
		[SIP_IMS_A_STATS_LOCAL_MEDIA] = {
			.name = "local-media",
			.kind = KIND_U64,
			.doc = "streams that two phones exchange directly",
		},
		[SIP_IMS_A_STATS_MEDIA_INACTIVE] = {
			.name = "media-inactive",
			.kind = KIND_U64,
			.doc = "streams whose pinholes were closed because no packet was received",
		},
		[SIP_IMS_A_STATS_EVENTS] = {
			.name = "events",
			.kind = KIND_U64,
			.doc = "events sent to listeners",
		},
		[SIP_IMS_A_STATS_EVENTS_LOST] = {
			.name = "events-lost",
			.kind = KIND_U64,
			.doc = "events lost because an allocation failed",
		},
		[SIP_IMS_A_STATS_LATCH_REFUSED] = {
			.name = "latch-refused",
			.kind = KIND_U64,
			.doc = "flows dropped because their source port was not the latched one",
		},
		[SIP_IMS_A_STATS_NO_ADDRESS4] = {
			.name = "no-address4",
			.kind = KIND_U64,
			.doc = "messages dropped because the sender has no IPv4 address",
		},
		[SIP_IMS_A_STATS_XLAT] = {
			.name = "xlat",
			.kind = KIND_U64,
			.doc = "messages translated between IPv4 and IPv6",
		},
		[SIP_IMS_A_STATS_XLAT_CACHED] = {
			.name = "xlat-cached",
			.kind = KIND_U64,
			.doc = "translated messages whose parse was reused from the previous leg",
		},
		[SIP_IMS_A_STATS_BINDING_LIMIT] = {
			.name = "binding-limit",
			.kind = KIND_U64,
			.doc = "packets dropped because a call had too many media addresses",
		},
		[SIP_IMS_A_STATS_SOURCE_LIMIT] = {
			.name = "source-limit",
			.kind = KIND_U64,
			.doc = "INVITEs refused because their source had too many unanswered calls",
		},
		[SIP_IMS_A_STATS_ADMISSION_TRIPPED] = {
			.name = "admission-tripped",
			.kind = KIND_U64,
			.doc = "sources blocked at a proxy after too many failed INVITEs",
		},
		[SIP_IMS_A_STATS_ADMISSION_BLOCKED] = {
			.name = "admission-blocked",
			.kind = KIND_U64,
			.doc = "INVITEs refused while their source was blocked",
		},
		[SIP_IMS_A_STATS_ADMISSION_FULL] = {
			.name = "admission-full",
			.kind = KIND_U64,
			.doc = "sources not watched because the table of sources was full",
		},
		[SIP_IMS_A_STATS_TCP_UNSEEN] = {
			.name = "tcp-unseen",
			.kind = KIND_U64,
			.doc = "connections not followed because their start was not seen",
		},
		[SIP_IMS_A_STATS_TCP_FOREIGN] = {
			.name = "tcp-foreign",
			.kind = KIND_U64,
			.doc = "connections not followed because they do not begin with SIP",
		},
		[SIP_IMS_A_STATS_TCP_SIGNED] = {
			.name = "tcp-signed",
			.kind = KIND_U64,
			.doc = "connections not followed because they use TCP-MD5 or TCP-AO",
		},
		[SIP_IMS_A_STATS_TCP_TAKEN] = {
			.name = "tcp-taken",
			.kind = KIND_U64,
			.doc = "messages removed from their connection",
		},
		[SIP_IMS_A_STATS_TCP_RESET] = {
			.name = "tcp-reset",
			.kind = KIND_U64,
			.doc = "connections reset",
		},
		[SIP_IMS_A_STATS_TCP_LIMIT] = {
			.name = "tcp-limit",
			.kind = KIND_U64,
			.doc = "connections or segments refused because of tcp-memory",
		},
		[SIP_IMS_A_STATS_TCP_MEMORY_FULL] = {
			.name = "tcp-memory-full",
			.kind = KIND_U64,
			.doc = "segments or connections refused because an allocation failed",
		},
		[SIP_IMS_A_STATS_TCP_EARLY_FULL] = {
			.name = "tcp-early-full",
			.kind = KIND_U64,
			.doc = "segments dropped because too much was out of order",
		},
		[SIP_IMS_A_STATS_TCP_LOG_FULL] = {
			.name = "tcp-log-full",
			.kind = KIND_U64,
			.doc = "segments dropped because too much was unacknowledged",
		},
		[SIP_IMS_A_STATS_TCP_ACK_BEYOND] = {
			.name = "tcp-ack-beyond",
			.kind = KIND_U64,
			.doc = "segments dropped because they acknowledge unsent data",
		},
		[SIP_IMS_A_STATS_TCP_OUTSIDE] = {
			.name = "tcp-outside",
			.kind = KIND_U64,
			.doc = "segments dropped because they are far outside of the window",
		},
		[SIP_IMS_A_STATS_TCP_URGENT] = {
			.name = "tcp-urgent",
			.kind = KIND_U64,
			.doc = "segments dropped because they have urgent data",
		},
		[SIP_IMS_A_STATS_TCP_BROKEN] = {
			.name = "tcp-broken",
			.kind = KIND_U64,
			.doc = "protocol errors in a followed connection",
		},
		[SIP_IMS_A_STATS_TCP_TOO_LONG] = {
			.name = "tcp-too-long",
			.kind = KIND_U64,
			.doc = "messages too long for a connection",
		},
		[SIP_IMS_A_STATS_TCP_UNFINISHED] = {
			.name = "tcp-unfinished",
			.kind = KIND_U64,
			.doc = "messages cut off by the end of their connection",
		},
		[SIP_IMS_A_STATS_TCP_PARTIAL] = {
			.name = "tcp-partial",
			.kind = KIND_U64,
			.doc = "ACK segments dropped because they acknowledge nothing new",
		},
		[SIP_IMS_A_STATS_TCP_FLAGS] = {
			.name = "tcp-flags",
			.kind = KIND_U64,
			.doc = "segments dropped because they have none of SYN, RST and ACK",
		},
		[SIP_IMS_A_STATS_CALLS_OPENED] = {
			.name = "calls-opened",
			.kind = KIND_U64,
			.doc = "calls created",
		},
		[SIP_IMS_A_STATS_CALLS_CLOSED] = {
			.name = "calls-closed",
			.kind = KIND_U64,
			.doc = "calls removed for any reason",
		},
		[SIP_IMS_A_STATS_REGISTRATIONS_OPENED] = {
			.name = "registrations-opened",
			.kind = KIND_U64,
			.doc = "registered flows created",
		},
		[SIP_IMS_A_STATS_REGISTRATIONS_CLOSED] = {
			.name = "registrations-closed",
			.kind = KIND_U64,
			.doc = "registered flows removed for any reason",
		},
		[SIP_IMS_A_STATS_TCP_OPENED] = {
			.name = "tcp-opened",
			.kind = KIND_U64,
			.doc = "TCP connections followed from their start",
		},
		[SIP_IMS_A_STATS_TCP_CLOSED] = {
			.name = "tcp-closed",
			.kind = KIND_U64,
			.doc = "of these, connections closed or no longer followed",
		},
		[SIP_IMS_A_STATS_PINHOLES_OPENED] = {
			.name = "pinholes-opened",
			.kind = KIND_U64,
			.doc = "pinholes opened",
		},
		[SIP_IMS_A_STATS_PINHOLES_CLOSED] = {
			.name = "pinholes-closed",
			.kind = KIND_U64,
			.doc = "pinholes closed",
		},
		[SIP_IMS_A_STATS_MEDIA_FLOWS] = {
			.name = "media-flows",
			.kind = KIND_U64,
			.doc = "media flows through pinholes",
		},
		[SIP_IMS_A_STATS_MEDIA_FLOWS_KILLED] = {
			.name = "media-flows-killed",
			.kind = KIND_U64,
			.doc = "media flows removed at the end of their call",
		},
		[SIP_IMS_A_STATS_CALLS] = {
			.name = "calls",
			.kind = KIND_U64,
			.doc = "gauge, current calls",
		},
		[SIP_IMS_A_STATS_REGISTRATIONS] = {
			.name = "registrations",
			.kind = KIND_U64,
			.doc = "gauge, current registrations",
		},
		[SIP_IMS_A_STATS_TCP_CONNECTIONS] = {
			.name = "tcp-connections",
			.kind = KIND_U64,
			.doc = "gauge, TCP connections currently followed",
		},
		[SIP_IMS_A_STATS_TCP_MEMORY] = {
			.name = "tcp-memory",
			.kind = KIND_U64,
			.doc = "gauge, memory of these connections in bytes",
		},
	},
};
