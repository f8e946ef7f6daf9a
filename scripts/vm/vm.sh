#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Boots the kernel of a lane with our modules and runs a command in the guest.
#
#   vm.sh COMMAND        run with bash -c, as root, in the root of this tree
#
# stdout, stderr and the exit status are the command's, except for the status
#   90  the command ended, but the kernel log has a fault (excerpt on stderr)
#   91  the guest died: a panic, or it did not boot (console on stderr)
#   92  the guest was stopped after VM_TIMEOUT seconds
#   93  nothing was run: a setting is wrong or something is missing
#
# From the environment:
#   KERNEL      the kernel lane (6.1)
#   ICOUNT=1    one processor, whose clock counts instructions
#   ACCEL       tcg (default), or kvm: if a guest boots with it
#   VM_TIMEOUT  seconds (1800, or LANE_TIMEOUT)
#   VM_MEM      memory (2G, or LANE_MEM)
#   VM_SMP      processors (2)
#   VM_OUT      a directory of the machine, writable in the guest as /vm-out
#   VM_APPEND   more parameters for the kernel's command line

set -euo pipefail

DIE_STATUS=93
# shellcheck source=scripts/vm/lane.sh
. "$(dirname "${BASH_SOURCE[0]}")/lane.sh"

ACCEL=${ACCEL:-tcg}
ICOUNT=${ICOUNT:-}
VM_TIMEOUT=${VM_TIMEOUT:-}
VM_MEM=${VM_MEM:-}
VM_SMP=${VM_SMP:-2}
VM_OUT=${VM_OUT:-}

FAULTS='BUG:|WARNING:|Oops|KASAN:|KCSAN:|UBSAN:|general protection fault'
FAULTS+='|Kernel panic|[uU]nable to handle|rcu.*(stall|self-detected)'
FAULTS+='|circular locking|recursive locking|inconsistent lock state'
FAULTS+='|suspicious RCU usage|blocked for more than|refcount_t:|kmemleak:.*new'
FAULTS+='|unregister_netdevice: waiting|=============='

RUN=
GUEST=
READERS=()

cleanup()
{
	[[ -z $GUEST ]] || kill "$GUEST" 2>/dev/null || true
	[[ ${#READERS[@]} -eq 0 ]] || kill "${READERS[@]}" 2>/dev/null || true
	[[ -z $RUN ]] || rm -rf "$RUN"
}

check_number()
{
	[[ ${!1} =~ ^[1-9][0-9]*$ ]] ||
		die "$1=${!1} is not allowed: a whole number from 1"
}

check_settings()
{
	[[ $# -eq 1 && -n $1 ]] ||
		die "usage: vm.sh COMMAND (make vm CMD='...')"
	check_number VM_TIMEOUT
	check_number VM_SMP
	[[ $VM_MEM =~ ^[1-9][0-9]*[MG]$ ]] ||
		die "VM_MEM=$VM_MEM is not allowed: a number and M or G, as 2G"
	[[ $ACCEL == tcg || $ACCEL == kvm ]] ||
		die "ACCEL=$ACCEL is not allowed: tcg or kvm"
	[[ $ICOUNT =~ ^[01]?$ ]] ||
		die "ICOUNT=$ICOUNT is not allowed: 1, or 0 or nothing"
	[[ -z $VM_OUT || -d $VM_OUT ]] ||
		die "VM_OUT=$VM_OUT is not a directory"
	[[ -z $VM_OUT ]] || VM_OUT=$(realpath "$VM_OUT")
	[[ $(id -u) -eq 0 ]] || die "must be root: the guest reads every file"
	machine_check
}

# Holds a shared lock on the staged modules as long as the guest runs, so that
# modules.sh does not remove them.
hold_stage()
{
	[[ -e $OUT/stage/current ]] || die "no modules yet; run 'make modules'"
	STAGE=$(realpath "$OUT/stage/current")
	exec {STAGE_FD}<"$STAGE"
	flock -s "$STAGE_FD"
}

# write_run COMMAND RUN: writes what the guest reads into the directory RUN.
write_run()
{
	mkdir -p "$2"
	printf '%s\n' "$1" >"$2/cmd"
	: >"$2/out"
	: >"$2/err"
	{
		printf 'VM_TOP=%q\nVM_STAGE=%q\n' "$TOP" "$STAGE"
		printf 'VM_MODULES=%q\n' "$(realpath "$LANE_MODULES")"
		printf 'VM_VERSION=%q\nVM_OUT=%q\n' "$LANE_VERSION" "$VM_OUT"
		printf 'KERNEL=%q\nICOUNT=%q\n' "$KERNEL" "$ICOUNT"
	} >"$2/env"
}

# Copies the guest's output until it has ended.
follow_output()
{
	tail -q -s 0.05 --pid="$GUEST" -n +1 -f "$RUN/out" 2>/dev/null &
	READERS=($!)
	tail -q -s 0.05 --pid="$GUEST" -n +1 -f "$RUN/err" >&2 2>/dev/null &
	READERS+=($!)
}

# report_death STATUS: prints the end of the console and why the guest died.
report_death()
{
	local rc=$1

	cp "$RUN/console" "$OUT/console.log" 2>/dev/null || true
	tail -n 40 "$RUN/console" 2>/dev/null | tr -d '\r' >&2 || true
	cat "$RUN/machine" >&2
	if [[ $rc -eq 124 || $rc -eq 137 ]]; then
		echo "vm: not done after $VM_TIMEOUT s; for more time say" \
		     "VM_TIMEOUT=$((VM_TIMEOUT * 2))" >&2
		return 92
	fi
	echo "vm: the guest died before the command ended ($LANE_KIND: $rc);" >&2
	echo "vm: whole console: build/$KERNEL/console.log" >&2
	return 91
}

# Prints the faults in the kernel log. LANE_ALLOW holds only until guest.sh logs
# that the command starts.
print_faults()
{
	awk -v faults="$FAULTS" -v allow="$LANE_ALLOW" '
		/vm: the command starts/ { allow = "" }
		$0 ~ faults && !(allow != "" && $0 ~ allow)' "$RUN/dmesg"
}

report_faults()
{
	local first status=$1

	first=$(print_faults | head -n 1) || true
	[[ $first ]] || return "$status"
	cp "$RUN/dmesg" "$OUT/dmesg.log"
	# The test that was running, if it was kselftest.sh
	sed "/${first:1:14}/q" "$RUN/dmesg" | grep 'kselftest: running' |
		tail -n 1 >&2 || true
	grep -F -m 1 -B 3 -A 30 -e "$first" "$RUN/dmesg" >&2
	echo "vm: the kernel log has a fault, the first one is above;" >&2
	echo "vm: the command's status was $status;" \
	     "whole log: build/$KERNEL/dmesg.log" >&2
	return 90
}

main()
{
	local rc=0

	lane_load
	# shellcheck source=scripts/vm/machine-qemu.sh
	. "$TOP/scripts/vm/machine-$LANE_KIND.sh"
	VM_MEM=${VM_MEM:-${LANE_MEM:-2G}}
	VM_TIMEOUT=${VM_TIMEOUT:-${LANE_TIMEOUT:-1800}}
	check_settings "$@"
	trap cleanup EXIT
	trap 'exit 130' INT TERM HUP
	lane_locked machine_prepare
	hold_stage
	mkdir -p "$OUT/run"
	# Remove what killed runs have left.
	find "$OUT/run" -mindepth 1 -maxdepth 1 -mmin +2880 -exec rm -rf {} +
	RUN=$(mktemp -d "$OUT/run/XXXXXX")
	machine_choose
	write_run "$1" "$RUN"
	machine_args "$ACCEL" "$RUN"
	machine_start "$VM_TIMEOUT" "$RUN"
	follow_output
	wait "$GUEST" || rc=$?
	wait "${READERS[@]}" || true
	GUEST=
	READERS=()
	[[ -s $RUN/status ]] || report_death "$rc"
	report_faults "$(<"$RUN/status")"
}

main "$@"
