// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/trgw.yaml
 */

#include <linux/trgw.h>

#include "trgw_names_gen.h"

const struct attr_set trgw_main_set = {
	.max = TRGW_A_MAIN_MAX,
	.attr = {
		[TRGW_A_MAIN_IFINDEX] = {
			.name = "ifindex",
			.kind = KIND_U32,
			.doc = "number of the device",
		},
		[TRGW_A_MAIN_DEVICE] = {
			.name = "device",
			.kind = KIND_NEST,
			.nested = &trgw_device_set,
		},
		[TRGW_A_MAIN_HOST] = {
			.name = "host",
			.kind = KIND_NEST,
			.nested = &trgw_host_set,
		},
		[TRGW_A_MAIN_STATS] = {
			.name = "stats",
			.kind = KIND_NEST,
			.nested = &trgw_stats_set,
		},
		[TRGW_A_MAIN_FLUSHED] = {
			.name = "flushed",
			.kind = KIND_U32,
			.doc = "how many lent addresses went back",
		},
	},
};

const struct attr_set trgw_device_set = {
	.max = TRGW_A_DEVICE_MAX,
	.attr = {
		[TRGW_A_DEVICE_IFINDEX] = {
			.name = "ifindex",
			.kind = KIND_U32,
			.doc = "number of the device",
		},
		[TRGW_A_DEVICE_NAME] = {
			.name = "name",
			.kind = KIND_STRING,
			.doc = "name of the device",
		},
		[TRGW_A_DEVICE_PREFIX] = {
			.name = "prefix",
			.kind = KIND_ADDRESS,
			.doc = "the prefix that IPv4 hosts are in (RFC 6052)",
		},
		[TRGW_A_DEVICE_PREFIX_LEN] = {
			.name = "prefix-len",
			.kind = KIND_U8,
			.doc = "its length, 32, 40, 48, 56, 64 or 96; 0 for no prefix",
		},
		[TRGW_A_DEVICE_POOL_FIRST] = {
			.name = "pool-first",
			.kind = KIND_ADDRESS,
			.doc = "first IPv4 address that is lent to IPv6 hosts; 0.0.0.0 for none",
		},
		[TRGW_A_DEVICE_POOL_LAST] = {
			.name = "pool-last",
			.kind = KIND_ADDRESS,
			.doc = "last one, 65535 above the first at most",
		},
		[TRGW_A_DEVICE_IDLE] = {
			.name = "idle",
			.kind = KIND_U32,
			.doc = "seconds after which an address goes back that no packet and no flow uses; at most 60 while nobody answered; default 7440",
		},
		[TRGW_A_DEVICE_LIMIT] = {
			.name = "limit",
			.kind = KIND_U16,
			.doc = "longest IPv6 packet that is made of an IPv4 packet without DF; a longer one is fragmented; default 1280",
		},
		[TRGW_A_DEVICE_STATIC] = {
			.name = "static",
			.kind = KIND_U32,
			.doc = "hosts with an address that was entered",
		},
		[TRGW_A_DEVICE_LENT] = {
			.name = "lent",
			.kind = KIND_U32,
			.doc = "hosts with an address of the pool",
		},
	},
};

const struct attr_set trgw_host_set = {
	.max = TRGW_A_HOST_MAX,
	.attr = {
		[TRGW_A_HOST_ADDRESS4] = {
			.name = "address4",
			.kind = KIND_ADDRESS,
			.doc = "the IPv4 address",
		},
		[TRGW_A_HOST_ADDRESS6] = {
			.name = "address6",
			.kind = KIND_ADDRESS,
			.doc = "the IPv6 host",
		},
		[TRGW_A_HOST_LENT] = {
			.name = "lent",
			.kind = KIND_FLAG,
			.doc = "the address is of the pool",
		},
		[TRGW_A_HOST_IDLE] = {
			.name = "idle",
			.kind = KIND_U32,
			.doc = "seconds since its last packet, of a lent one",
		},
	},
};

const struct attr_set trgw_stats_set = {
	.max = TRGW_A_STATS_MAX,
	.attr = {
		[TRGW_A_STATS_PAD] = {
			.name = "pad",
			.kind = KIND_PAD,
		},
		[TRGW_A_STATS_FROM4] = {
			.name = "from4",
			.kind = KIND_U64,
			.doc = "IPv4 packets that became IPv6",
		},
		[TRGW_A_STATS_FROM6] = {
			.name = "from6",
			.kind = KIND_U64,
			.doc = "IPv6 packets that became IPv4",
		},
		[TRGW_A_STATS_BYTES_IN] = {
			.name = "bytes-in",
			.kind = KIND_U64,
			.doc = "length of these packets before",
		},
		[TRGW_A_STATS_BYTES_OUT] = {
			.name = "bytes-out",
			.kind = KIND_U64,
			.doc = "length of these packets after",
		},
		[TRGW_A_STATS_FRAGMENTED] = {
			.name = "fragmented",
			.kind = KIND_U64,
			.doc = "IPv4 packets that were fragmented before their translation",
		},
		[TRGW_A_STATS_LENT] = {
			.name = "lent",
			.kind = KIND_U64,
			.doc = "pool addresses that were given to an IPv6 host",
		},
		[TRGW_A_STATS_RETURNED] = {
			.name = "returned",
			.kind = KIND_U64,
			.doc = "pool addresses that were taken back",
		},
		[TRGW_A_STATS_NOT_IP] = {
			.name = "not-ip",
			.kind = KIND_U64,
			.doc = "dropped, neither IPv4 nor IPv6",
		},
		[TRGW_A_STATS_MALFORMED] = {
			.name = "malformed",
			.kind = KIND_U64,
			.doc = "dropped, lengths, versions or checksums that cannot be",
		},
		[TRGW_A_STATS_TOO_LONG] = {
			.name = "too-long",
			.kind = KIND_U64,
			.doc = "dropped, the translation has no room for its length",
		},
		[TRGW_A_STATS_MARTIAN] = {
			.name = "martian",
			.kind = KIND_U64,
			.doc = "dropped, from or to an address that no packet crosses a router with",
		},
		[TRGW_A_STATS_SOURCE_ROUTE] = {
			.name = "source-route",
			.kind = KIND_U64,
			.doc = "dropped, a source route that is not at its end",
		},
		[TRGW_A_STATS_EXTENSION] = {
			.name = "extension",
			.kind = KIND_U64,
			.doc = "dropped, extension headers that are not understood, or too many",
		},
		[TRGW_A_STATS_PROTOCOL] = {
			.name = "protocol",
			.kind = KIND_U64,
			.doc = "dropped, an upper layer that cannot be translated",
		},
		[TRGW_A_STATS_FRAGMENT] = {
			.name = "fragment",
			.kind = KIND_U64,
			.doc = "dropped, a fragment of what can only be translated in one piece",
		},
		[TRGW_A_STATS_ICMP_TYPE] = {
			.name = "icmp-type",
			.kind = KIND_U64,
			.doc = "dropped, an ICMP message that the other family does not have",
		},
		[TRGW_A_STATS_ICMP_INNER] = {
			.name = "icmp-inner",
			.kind = KIND_U64,
			.doc = "dropped, an ICMP error about a packet that did not come from here",
		},
		[TRGW_A_STATS_NO_PREFIX] = {
			.name = "no-prefix",
			.kind = KIND_U64,
			.doc = "dropped, the device has no prefix",
		},
		[TRGW_A_STATS_SOURCE_IN_PREFIX] = {
			.name = "source-in-prefix",
			.kind = KIND_U64,
			.doc = "dropped, an IPv6 packet that claims to come from IPv4",
		},
		[TRGW_A_STATS_NOT_IN_PREFIX] = {
			.name = "not-in-prefix",
			.kind = KIND_U64,
			.doc = "dropped, an IPv6 packet to what is no IPv4 address",
		},
		[TRGW_A_STATS_UNMAPPED] = {
			.name = "unmapped",
			.kind = KIND_U64,
			.doc = "dropped, an IPv4 packet to an address that no IPv6 host has",
		},
		[TRGW_A_STATS_POOL_EXHAUSTED] = {
			.name = "pool-exhausted",
			.kind = KIND_U64,
			.doc = "dropped, no address left for a new IPv6 host",
		},
		[TRGW_A_STATS_NO_MEMORY] = {
			.name = "no-memory",
			.kind = KIND_U64,
			.doc = "dropped, an allocation failed",
		},
		[TRGW_A_STATS_BACKLOG] = {
			.name = "backlog",
			.kind = KIND_U64,
			.doc = "dropped, the receive queue of the processor was full",
		},
	},
};
