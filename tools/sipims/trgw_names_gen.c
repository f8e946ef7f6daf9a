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
			.doc = "interface index of the device",
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
			.doc = "number of pool addresses that were released",
		},
	},
};

const struct attr_set trgw_device_set = {
	.max = TRGW_A_DEVICE_MAX,
	.attr = {
		[TRGW_A_DEVICE_IFINDEX] = {
			.name = "ifindex",
			.kind = KIND_U32,
			.doc = "interface index of the device",
		},
		[TRGW_A_DEVICE_NAME] = {
			.name = "name",
			.kind = KIND_STRING,
			.doc = "name of the device",
		},
		[TRGW_A_DEVICE_PREFIX] = {
			.name = "prefix",
			.kind = KIND_ADDRESS,
			.doc = "IPv6 prefix of IPv4 hosts (RFC 6052)",
		},
		[TRGW_A_DEVICE_PREFIX_LEN] = {
			.name = "prefix-len",
			.kind = KIND_U8,
			.doc = "length of the prefix, 32, 40, 48, 56, 64 or 96; 0 for no prefix",
		},
		[TRGW_A_DEVICE_POOL_FIRST] = {
			.name = "pool-first",
			.kind = KIND_ADDRESS,
			.doc = "first IPv4 address of the pool for IPv6 hosts; 0.0.0.0 for no pool",
		},
		[TRGW_A_DEVICE_POOL_LAST] = {
			.name = "pool-last",
			.kind = KIND_ADDRESS,
			.doc = "last IPv4 address of the pool, at most 65535 above the first",
		},
		[TRGW_A_DEVICE_IDLE] = {
			.name = "idle",
			.kind = KIND_U32,
			.doc = "seconds without a packet and without a flow after which a pool address is released; at most 60 while the host has not been answered; default 7440",
		},
		[TRGW_A_DEVICE_LIMIT] = {
			.name = "limit",
			.kind = KIND_U16,
			.doc = "longest IPv6 packet made of an IPv4 packet without DF; longer ones are fragmented; default 1280",
		},
		[TRGW_A_DEVICE_STATIC] = {
			.name = "static",
			.kind = KIND_U32,
			.doc = "number of static hosts",
		},
		[TRGW_A_DEVICE_ASSIGNED] = {
			.name = "assigned",
			.kind = KIND_U32,
			.doc = "number of hosts with an address of the pool",
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
		[TRGW_A_HOST_ASSIGNED] = {
			.name = "assigned",
			.kind = KIND_FLAG,
			.doc = "the IPv4 address belongs to the pool",
		},
		[TRGW_A_HOST_IDLE] = {
			.name = "idle",
			.kind = KIND_U32,
			.doc = "seconds since the last packet, if the address belongs to the pool",
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
			.doc = "packets translated from IPv4 to IPv6",
		},
		[TRGW_A_STATS_FROM6] = {
			.name = "from6",
			.kind = KIND_U64,
			.doc = "packets translated from IPv6 to IPv4",
		},
		[TRGW_A_STATS_BYTES_IN] = {
			.name = "bytes-in",
			.kind = KIND_U64,
			.doc = "bytes of these packets before their translation",
		},
		[TRGW_A_STATS_BYTES_OUT] = {
			.name = "bytes-out",
			.kind = KIND_U64,
			.doc = "bytes of these packets after their translation",
		},
		[TRGW_A_STATS_FRAGMENTED] = {
			.name = "fragmented",
			.kind = KIND_U64,
			.doc = "IPv4 packets fragmented before their translation",
		},
		[TRGW_A_STATS_ASSIGNED] = {
			.name = "assigned",
			.kind = KIND_U64,
			.doc = "pool addresses assigned to an IPv6 host",
		},
		[TRGW_A_STATS_RELEASED] = {
			.name = "released",
			.kind = KIND_U64,
			.doc = "pool addresses released",
		},
		[TRGW_A_STATS_NOT_IP] = {
			.name = "not-ip",
			.kind = KIND_U64,
			.doc = "dropped, neither IPv4 nor IPv6",
		},
		[TRGW_A_STATS_MALFORMED] = {
			.name = "malformed",
			.kind = KIND_U64,
			.doc = "dropped, impossible lengths or versions, or a wrong checksum",
		},
		[TRGW_A_STATS_TOO_LONG] = {
			.name = "too-long",
			.kind = KIND_U64,
			.doc = "dropped, too long for the header of the other family",
		},
		[TRGW_A_STATS_MARTIAN] = {
			.name = "martian",
			.kind = KIND_U64,
			.doc = "dropped, from or to an address that no router forwards",
		},
		[TRGW_A_STATS_SOURCE_ROUTE] = {
			.name = "source-route",
			.kind = KIND_U64,
			.doc = "dropped, a source route that has not been completed",
		},
		[TRGW_A_STATS_EXTENSION] = {
			.name = "extension",
			.kind = KIND_U64,
			.doc = "dropped, unknown extension headers, or too many of them",
		},
		[TRGW_A_STATS_PROTOCOL] = {
			.name = "protocol",
			.kind = KIND_U64,
			.doc = "dropped, an upper layer that cannot be translated",
		},
		[TRGW_A_STATS_FRAGMENT] = {
			.name = "fragment",
			.kind = KIND_U64,
			.doc = "dropped, a fragment that can only be translated reassembled",
		},
		[TRGW_A_STATS_ICMP_TYPE] = {
			.name = "icmp-type",
			.kind = KIND_U64,
			.doc = "dropped, an ICMP message that the other family does not have",
		},
		[TRGW_A_STATS_ICMP_INNER] = {
			.name = "icmp-inner",
			.kind = KIND_U64,
			.doc = "dropped, an ICMP error whose quoted packet cannot be translated",
		},
		[TRGW_A_STATS_NO_PREFIX] = {
			.name = "no-prefix",
			.kind = KIND_U64,
			.doc = "dropped, the device has no prefix",
		},
		[TRGW_A_STATS_SOURCE_IN_PREFIX] = {
			.name = "source-in-prefix",
			.kind = KIND_U64,
			.doc = "dropped, an IPv6 packet with the source of an IPv4 host",
		},
		[TRGW_A_STATS_NOT_IN_PREFIX] = {
			.name = "not-in-prefix",
			.kind = KIND_U64,
			.doc = "dropped, an IPv6 packet to an address that is no IPv4 host",
		},
		[TRGW_A_STATS_UNMAPPED] = {
			.name = "unmapped",
			.kind = KIND_U64,
			.doc = "dropped, an IPv4 packet to an address that no IPv6 host has",
		},
		[TRGW_A_STATS_POOL_EXHAUSTED] = {
			.name = "pool-exhausted",
			.kind = KIND_U64,
			.doc = "dropped, no pool address left for a new IPv6 host",
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
