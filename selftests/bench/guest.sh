#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Measures in the guest; bench.sh boots it. Writes into the folder /vm-out:
#
#   conditions	lines of text, the conditions of the measurement
#   results	lines of KIND first|again HELPER PASS BYTES NANOSECONDS;
#		first: messages that the helper has not seen before
#   pinholes	lines of HELPER COUNT
#
# With -icount shift=0,sleep=off and one processor the clock goes on by one
# nanosecond an instruction, so a time is a number of instructions.

set -euo pipefail

# shellcheck source=selftests/bench/world.sh
. selftests/bench/world.sh

OUT=/vm-out

HELPERS=(none stock ours)
PASSES=(1 2)

# Far more than the calls below need, and short chains.
EXPECT_HASH=16384

# kind of message, how many, how many times again
ROWS='
junk		1000 2
options		1000 2
bye		1000 2
invite		1000 2
volte		500 4
'

STREAM_ROWS='
options		1000 2
invite		1000 2
'

# kind, how it must arrive when there is a helper
CHECKS='
junk	same
options	mapped
bye	mapped
invite	mapped
volte	mapped
'
CHECK_COUNT=20
CHECK_ID=0x20000000

arrived()
{
	ip netns exec "$wan" nft list counter netdev bench arrived |
		sed -n 's/.*packets \([0-9]*\) .*/\1/p'
}

# $1: helper. A few messages of each kind, looked at one by one.
check()
{
	local kind how

	while read -r kind how; do
		[[ $1 != none ]] || how=same
		"$SEND" check "$lan" "$wan" "$kind" "$CHECK_ID" \
			"$CHECK_COUNT" "$how" || die "helper $1, see above"
	done < <(grep . <<<"$CHECKS")
}

# $1: length of a message. How many packets of at most 1500 bytes it takes.
packets()
{
	echo $((($1 + 8 + 1479) / 1480))
}

# $1: helper, $2: pass, then a line of ROWS
measure()
{
	local before after bytes first again sent

	before=$(arrived)
	read -r bytes first again sent < <("$SEND" time "$lan" "$wan" "$3" 0 \
		"$4" "$5")
	after=$(arrived)
	sent=$((sent * $(packets "$bytes")))
	[[ $((after - before)) -eq $sent ]] ||
		die "$3, helper $1: sent $sent packets, $((after - before)) came"
	echo "$3 first $1 $2 $bytes $first" >>"$OUT/results"
	echo "$3 again $1 $2 $bytes $again" >>"$OUT/results"
}

# $1: helper. Counts the pinholes at the end; this helper keeps those of all
# calls, at least one each.
pinholes()
{
	local count

	count=$(ip netns exec "$router" cat /proc/net/nf_conntrack_expect |
		wc -l)
	[[ $1 != ours || $count -ge 1500 ]] ||
		die "only $count pinholes for 1500 calls"
	echo "$1 $count" >>"$OUT/pinholes"
}

# $1: helper, $2: pass. A namespace that is gone must not be torn down while
# the next one is measured; an idle guest's clock jumps, so this costs nothing.
run()
{
	local row

	world "$1"
	[[ $2 -ne 1 ]] || check "$1"
	nft_sink
	while read -r -a row; do
		measure "$1" "$2" "${row[@]}"
	done < <(grep . <<<"$ROWS")
	pinholes "$1"
	cleanup_all_ns
	sleep 5
}

# $1: helper, $2: pass. The same over TCP, both ends included.
run_stream()
{
	local kind count turns bytes first again sent

	world "$1" tcp
	while read -r kind count turns; do
		read -r bytes first again sent < <("$SEND" stream "$lan" \
			"$wan" "$kind" 0 "$count" "$turns")
		[[ $sent -gt $count ]] || die "$kind over TCP, helper $1"
		echo "tcp-$kind first $1 $2 $bytes $first" >>"$OUT/results"
		echo "tcp-$kind again $1 $2 $bytes $again" >>"$OUT/results"
		# the port of a connection that is over is waited for
		cleanup_all_ns
		world "$1" tcp
	done < <(grep . <<<"$STREAM_ROWS")
	cleanup_all_ns
	sleep 5
}

conditions()
{
	local parameters=/sys/module/nf_conntrack/parameters

	echo "Linux $(uname -r), $(nproc) processor," \
	     "$(awk '/MemTotal/ { print int($2 / 1024) }' /proc/meminfo) MB"
	echo "hash of flows $(<$parameters/hashsize)," \
	     "of expectations $(<$parameters/expect_hashsize)," \
	     "at most $(sysctl -n net.netfilter.nf_conntrack_expect_max)" \
	     'expectations'
	echo '1,000 Call-IDs in turn (VoLTE 500) on one UDP flow, masquerade'
}

[[ ${ICOUNT:-} == 1 ]] || die 'ICOUNT=1 is needed: times are instructions'
modprobe nf_conntrack expect_hashsize="$EXPECT_HASH"
: >"$OUT/results"
: >"$OUT/pinholes"
conditions >"$OUT/conditions"
for pass in "${PASSES[@]}"; do
	for helper in "${HELPERS[@]}"; do
		run "$helper" "$pass"
		run_stream "$helper" "$pass"
	done
done
