#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The guest's part of profile.sh: HELPER KIND first|again, or trace|done if
# another program sends

set -euo pipefail

OUT=/vm-out
OURS=(sip_ims nf_conntrack_sip_ims nf_nat_sip_ims trgw)

# Name, address and length of the code of each of our modules; and the modules
# themselves, which the machine has elsewhere
sections()
{
	local module dir file

	for module in "${OURS[@]}"; do
		dir=/sys/module/$module
		[[ -d $dir ]] || continue
		file=$(modinfo -n "$module")
		cp "$file" "$OUT/"
		echo "${file##*/} $(<"$dir/sections/.text")" \
		     "$((0x$(size -A "$file" | awk '$1 == ".text" {
				printf "%x", $2 }')))"
	done
}

wait_for()
{
	until [[ -e $OUT/$1 ]]; do
		sleep 0.1
	done
}

# Starts the trace.
trace()
{
	sections >"$OUT/sections"
	cat /proc/kallsyms >"$OUT/kallsyms"
	touch "$OUT/ready"
	wait_for go
}

done_tracing()
{
	touch "$OUT/done"
	wait_for stop
}

# 200 messages to warm up, and one
send_round()
{
	FAMILY=${XLAT:+6} "$SEND" time "$lan" "$wan" "$1" 0 1 0 >/dev/null
}

case $1 in
trace)	trace; exit ;;
done)	done_tracing; exit ;;
esac

# shellcheck source=selftests/bench/world.sh
. selftests/bench/world.sh
modprobe nf_conntrack expect_hashsize=16384
world "$1"
if [[ ${XLAT:-} == 1 ]]; then
	modprobe trgw
	trgw_join
	nft_six
	ip netns exec "$lan" ping -q -c 2 -i 0.2 64:ff9b::cb00:7102 >/dev/null
fi
nft_sink
trace
# Not before the trace is on: an idle guest's clock jumps, and calls time out.
# profile.py passes over the first round.
[[ $3 == first ]] || send_round "$2"
send_round "$2"
done_tracing
