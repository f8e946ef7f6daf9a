#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Where the instructions of a message go, function by function, exact.
#
#   profile.sh [HELPER [KIND [first|again]]]
#   profile.sh packet FAMILIES SETUP [-r]
#
# HELPER is ours (default) or stock, KIND one of send.c's (invite); first and
# again say whether the helper has seen the Call-ID before (first). ROOT names
# the function to look into instead of the helper's. Slow: QEMU writes a line
# for each instruction. XLAT=1: the first of the two legs from an
# IPv6 host to an IPv4 one. Build first: make modules tools.
#
# packet: a packet of trgw.sh, with the work of its sender; FAMILIES and SETUP
# as in a row of that script (64 rules); -r: an answer.

set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."

HELPER=${1:-ours}
KIND=${2:-invite}
SEEN=${3:-first}
SKIP=0
[[ $SEEN == first ]] || SKIP=201	# a round of profile-guest.sh
[[ -z ${XLAT:-} ]] || SKIP=$((2 * SKIP))	# each has two legs

case $HELPER in
ours)  : "${ROOT:=sip_ims_help}" ;;
stock) : "${ROOT:=sip_help_udp}" ;;
none)  : "${ROOT:=__sys_sendto}" ;;
packet)
	: "${ROOT:=__sys_sendto}"
	SKIP=200	# UNTIMED of packets.c
	;;
*)     echo 'profile: HELPER is ours, stock, none or packet' >&2; exit 2 ;;
esac
GUEST="XLAT=${XLAT:-} selftests/bench/profile-guest.sh $HELPER $KIND $SEEN"
[[ $HELPER != packet ]] ||
	GUEST="selftests/bench/trgw.sh profile $KIND $SEEN ${4:-}"

OUT=$(mktemp -d)
VM=

cleanup()
{
	[[ -z $VM ]] || kill "$VM" 2>/dev/null || true
	rm -rf "$OUT"
}

# vm.sh has no option for it: a QEMU with a monitor, found first in PATH
wrap_qemu()
{
	mkdir "$OUT/bin" "$OUT/vm"
	cat >"$OUT/bin/qemu-system-x86_64" <<-EOT
	#!/bin/sh
	exec $(command -v qemu-system-x86_64) "\$@" \\
		-monitor "unix:$OUT/monitor,server=on,wait=off"
	EOT
	chmod +x "$OUT/bin/qemu-system-x86_64"
}

trap cleanup EXIT
trap 'exit 130' INT TERM HUP
make -s -C selftests/bench
wrap_qemu
PATH=$OUT/bin:$PATH VM_OUT=$OUT/vm ICOUNT=1 scripts/vm/vm.sh "$GUEST" >&2 &
VM=$!
selftests/bench/profile.py "$OUT/monitor" "$OUT/vm" "$ROOT" "$SKIP" "$VM"
wait "$VM"
VM=
