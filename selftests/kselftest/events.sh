#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# sipims -E: who is told that the media of a stream ceased, and of what.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A router whose network namespace belongs to a user namespace of its own
owned_router()
{
	local name=router-$$-$RANDOM

	unshare --user --map-root-user --net sleep 600 &
	OWNER=$!
	busywait "$BUSYWAIT_TIMEOUT" owned "$OWNER" || return
	ip netns attach "$name" "$OWNER" || return
	NS_LIST+=("$name")
	ip -n "$name" link set lo up
	router=$name
}

owned()
{
	[[ $(readlink "/proc/$1/ns/user") != $(readlink /proc/self/ns/user) &&
	   $(readlink "/proc/$1/ns/net") != $(readlink /proc/self/ns/net) ]]
}

[[ ${HELPER:-} != stock ]] || skip_all 'the stock helper tells nothing'
sip_nat
run_python
[[ $FAMILY == 4 ]] || exit "$EXIT_STATUS"

# between the families
cleanup_all_ns
sip_across
run_python across

# where the privilege to listen would be a user's own
cleanup_all_ns
setup_ns lan wan
owned_router || die 'no network namespace of a user namespace'
topo_nat_links
nft_nat "$(helper_name)" udp
run_python owned
kill "$OWNER"
exit "$EXIT_STATUS"
