/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Keys of JSON objects.
 *
 * keys_gen.h has the names of the netlink attributes, KEY_<SET>_<ATTRIBUTE>,
 * and trgw_keys_gen.h those of the family trgw, KEY_TRGW_<SET>_<ATTRIBUTE>.
 * The keys below belong to objects that the tool makes itself.  Code never
 * spells a key as a string: a misspelt key would silently read as zero, a
 * misspelt constant does not compile.
 */
#ifndef _SIPIMS_KEYS_H
#define _SIPIMS_KEYS_H

#include "keys_gen.h"
#include "trgw_keys_gen.h"

/* Top level of the output */
#define KEY_TOP_BINDINGS	"bindings"
#define KEY_TOP_CALLS		"calls"
#define KEY_TOP_DELETED		"deleted"
#define KEY_TOP_DEVICES		"devices"
#define KEY_TOP_HOSTS		"hosts"
#define KEY_TOP_REGISTRATIONS	"registrations"
#define KEY_TOP_SETTINGS	"settings"
#define KEY_TOP_STREAMS		"streams"

/* Added to each event */
#define KEY_EVENT_EVENT		"event"
#define KEY_EVENT_TIME		"time"

/* Added to each binding from the conntrack table */
#define KEY_TRAFFIC_RX_BYTES	"rx-bytes"
#define KEY_TRAFFIC_RX_PACKETS	"rx-packets"
#define KEY_TRAFFIC_TX_BYTES	"tx-bytes"
#define KEY_TRAFFIC_TX_PACKETS	"tx-packets"

/* A stream, which joins the bindings of its ends */
#define KEY_STREAM_CALLS	"calls"
#define KEY_STREAM_CALL_ID	KEY_CALL_CALL_ID
#define KEY_STREAM_CALLEE	"callee"
#define KEY_STREAM_CALLER	"caller"
#define KEY_STREAM_COMPONENT	KEY_BINDING_COMPONENT
#define KEY_STREAM_L4PROTO	KEY_BINDING_L4PROTO
#define KEY_STREAM_MLINE	KEY_BINDING_MLINE
#define KEY_STREAM_TAG		KEY_BINDING_TAG
#define KEY_STREAM_ZONE		KEY_CALL_ZONE

/* An end of a stream: keys of its binding, and its addresses in order */
#define KEY_END_ADDRESSES	"addresses"

/* A generic netlink family and its multicast groups */
#define KEY_FAMILY_GROUPS	"groups"
#define KEY_FAMILY_NUMBER	"number"

#endif /* _SIPIMS_KEYS_H */
