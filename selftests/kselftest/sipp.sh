#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# 200 calls of sipp at 20 a second through NAT.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

CALLS=200
RATE=20

# start NS NAME ARGUMENTS...: sipp in the background
start()
{
	local ns=$1 name=$2

	shift 2
	(cd "$WORK_DIR" && exec ip netns exec "$ns" sipp -nostdin -m "$CALLS" \
		-timeout 30 -timeout_error "$@" </dev/null \
		>"$name.log" 2>&1) &
}

nothing_left()
{
	[[ -z $(ip netns exec "$router" conntrack -L expect 2>/dev/null) ]] ||
		return
	[[ ${HELPER:-} == stock ]] ||
		ip netns exec "$router" "$sipims" -C | grep -qx 'calls 0'
}

checktool sipp 'command -v sipp'
sip_nat
setup_dir
# the wait at the end is not about the grace period
[[ ${HELPER:-} == stock ]] ||
	ip netns exec "$router" "$sipims" set grace=1

start "$wan" uas -sn uas -i 203.0.113.2 -p 5060
uas=$!
wait_port "$wan" udp 5060
start "$lan" uac -sn uac -i 192.168.1.2 -p 5060 -r "$RATE" -d 300 \
	203.0.113.2:5060
wait $!
check_err $? "not all calls succeeded: $(tail -n 30 "$WORK_DIR/uac.log")"
wait "$uas"
check_err $? "the other side: $(tail -n 30 "$WORK_DIR/uas.log")"
log_test "$CALLS calls at $RATE a second"

busywait 10000 nothing_left
check_err $? 'expectations or calls are left'
log_test 'nothing is left of them'

finish
