/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Generated, do not edit; made by
 * tools/netlink/generate.py from
 * Documentation/netlink/specs/trgw.yaml
 */
#ifndef _SIPIMS_TRGW_KEYS_GEN_H
#define _SIPIMS_TRGW_KEYS_GEN_H

#define KEY_TRGW_MAIN_IFINDEX		"ifindex"
#define KEY_TRGW_MAIN_DEVICE		"device"
#define KEY_TRGW_MAIN_HOST		"host"
#define KEY_TRGW_MAIN_STATS		"stats"
#define KEY_TRGW_MAIN_FLUSHED		"flushed"

#define KEY_TRGW_DEVICE_IFINDEX		"ifindex"
#define KEY_TRGW_DEVICE_NAME		"name"
#define KEY_TRGW_DEVICE_PREFIX		"prefix"
#define KEY_TRGW_DEVICE_PREFIX_LEN	"prefix-len"
#define KEY_TRGW_DEVICE_POOL_FIRST	"pool-first"
#define KEY_TRGW_DEVICE_POOL_LAST	"pool-last"
#define KEY_TRGW_DEVICE_IDLE		"idle"
#define KEY_TRGW_DEVICE_LIMIT		"limit"
#define KEY_TRGW_DEVICE_STATIC		"static"
#define KEY_TRGW_DEVICE_ASSIGNED	"assigned"

#define KEY_TRGW_HOST_ADDRESS4		"address4"
#define KEY_TRGW_HOST_ADDRESS6		"address6"
#define KEY_TRGW_HOST_ASSIGNED		"assigned"
#define KEY_TRGW_HOST_IDLE		"idle"

#define KEY_TRGW_STATS_FROM4		"from4"
#define KEY_TRGW_STATS_FROM6		"from6"
#define KEY_TRGW_STATS_BYTES_IN		"bytes-in"
#define KEY_TRGW_STATS_BYTES_OUT	"bytes-out"
#define KEY_TRGW_STATS_FRAGMENTED	"fragmented"
#define KEY_TRGW_STATS_ASSIGNED		"assigned"
#define KEY_TRGW_STATS_RELEASED		"released"
#define KEY_TRGW_STATS_NOT_IP		"not-ip"
#define KEY_TRGW_STATS_MALFORMED	"malformed"
#define KEY_TRGW_STATS_TOO_LONG		"too-long"
#define KEY_TRGW_STATS_MARTIAN		"martian"
#define KEY_TRGW_STATS_SOURCE_ROUTE	"source-route"
#define KEY_TRGW_STATS_EXTENSION	"extension"
#define KEY_TRGW_STATS_PROTOCOL		"protocol"
#define KEY_TRGW_STATS_FRAGMENT		"fragment"
#define KEY_TRGW_STATS_ICMP_TYPE	"icmp-type"
#define KEY_TRGW_STATS_ICMP_INNER	"icmp-inner"
#define KEY_TRGW_STATS_NO_PREFIX	"no-prefix"
#define KEY_TRGW_STATS_SOURCE_IN_PREFIX	"source-in-prefix"
#define KEY_TRGW_STATS_NOT_IN_PREFIX	"not-in-prefix"
#define KEY_TRGW_STATS_UNMAPPED		"unmapped"
#define KEY_TRGW_STATS_POOL_EXHAUSTED	"pool-exhausted"
#define KEY_TRGW_STATS_NO_MEMORY	"no-memory"
#define KEY_TRGW_STATS_BACKLOG		"backlog"

#endif /* _SIPIMS_TRGW_KEYS_GEN_H */
