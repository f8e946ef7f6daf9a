#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the KUnit suites, as root in a guest whose kernel has KUnit and whose
# modules were built with SIP_IMS_KUNIT=y. Prints KTAP, and a closing line with the
# number of cases, "N passed, N failed"; a case with parameters counts once for
# each of them. The exit status is 4 if the suites cannot run.
#
#   kunit.sh

set -uo pipefail

RESULTS=/sys/kernel/debug/kunit
FAULTS=/sys/kernel/debug/failslab
EXPEDITED=/sys/kernel/rcu_expedited
LEAKS=/sys/kernel/debug/kmemleak
TEST=sip_ims_kunit
# Lines of the kernel log that report a fault of the kernel
SPLAT='BUG:|WARNING:|KASAN:|ODEBUG:|refcount_t:|suspicious RCU'
SPLAT+='|circular locking|recursive locking|inconsistent lock state'
SPLAT+='|blocked for more than'

passed=0 failed=0 skipped=0
expedited=
LOG=$(mktemp)
trap cleanup EXIT

cleanup()
{
	rm -f "$LOG"
	[[ -z $expedited ]] || echo "$expedited" >"$EXPEDITED"
}

# The suites end thousands of sessions and wait for a grace period each time:
# normal ones make that 530 s instead of 115 s in the debug lane. Callbacks of
# call_rcu() are not affected.
expedite_rcu()
{
	[[ -w $EXPEDITED ]] || return 0
	expedited=$(<"$EXPEDITED")
	echo 1 >"$EXPEDITED"
}

skip()
{
	echo 'KTAP version 1'
	echo "1..0 # SKIP $*"
	exit 4
}

# wrong TEXT: counts a failure outside the cases.
wrong()
{
	echo "# not ok: $*"
	failed=$((failed + 1))
}

check_kernel()
{
	[[ $(id -u) -eq 0 ]] || skip 'must be root'
	modinfo kunit >/dev/null 2>&1 || [[ -d $RESULTS ]] ||
		skip "kernel $(uname -r) has no KUnit (CONFIG_KUNIT)"
	modinfo "$TEST" >/dev/null 2>&1 ||
		skip "$TEST is not installed: build with SIP_IMS_KUNIT=y"
	mountpoint -q /sys/kernel/debug ||
		mount -t debugfs debugfs /sys/kernel/debug ||
		skip 'there is no debugfs'
	modprobe kunit || skip 'kunit cannot be loaded'
	[[ -d $RESULTS ]] || skip 'no results in debugfs (CONFIG_KUNIT_DEBUGFS)'
}

# Unloads all modules: the suites register operations in place of the conntrack
# module's.
unload()
{
	local m rc=0

	for m in "$TEST" nf_nat_sip_ims nf_conntrack_sip_ims sip_ims trgw; do
		[[ ! -d /sys/module/$m ]] || modprobe -r "$m" || rc=1
	done
	return "$rc"
}

# Counts the results of the deepest level: a test with subtests is counted only
# if it failed and none of them did. Prints "passed failed skipped".
count()
{
	awk '
	/^ *(not )?ok [0-9]/ {
		match($0, /^ */); depth = RLENGTH
		bad = $1 == "not"
		if (inner[depth + 4] && !(bad && !worse[depth + 4])) {
			;
		} else if ($0 ~ /# SKIP/) {
			skip++
		} else if (bad) {
			fail++
		} else {
			pass++
		}
		inner[depth]++
		worse[depth] += bad
		for (d in inner)
			if (d + 0 > depth) { inner[d] = 0; worse[d] = 0 }
	}
	END { print pass + 0, fail + 0, skip + 0 }' "$1"
}

# suite NUMBER NAME
suite()
{
	local good bad skips

	if [[ ! -r $RESULTS/$2/results ]]; then
		echo "not ok $1 $2 # it did not run"
		failed=$((failed + 1))
		return
	fi
	# Remove the header of the document and set the number.
	sed '1,2d' "$RESULTS/$2/results" >"$LOG"
	sed '$d' "$LOG"
	sed -n '$p' "$LOG" | sed -E "s/^((not )?ok) 1 /\1 $1 /"
	read -r good bad skips < <(count "$LOG")
	[[ $((good + bad + skips)) -gt 0 ]] || wrong "$2 has no cases"
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + skips))
}

check_log()
{
	dmesg | sed "1,/kunit.sh: begin $$/d" | grep -E "$SPLAT" >"$LOG" ||
		return 0
	sed 's/^/# /' "$LOG" | head -n 20
	wrong "the kernel complained $(wc -l <"$LOG") times"
}

# Runs while the modules are loaded, so that their functions have names.
check_leaks()
{
	[[ -w $LEAKS ]] || return 0
	# kmemleak skips objects younger than five seconds, and reports what two
	# scans have found.
	sleep 6
	echo scan >"$LEAKS" || return 0
	echo scan >"$LEAKS"
	# Leaks of the kernel itself are not ours.
	grep -E '\[(sip_ims|trgw)' "$LEAKS" | sort | uniq -c >"$LOG"
	[[ -s $LOG ]] || return 0
	sed 's/^/# /' "$LOG" | head -n 20
	wrong 'memory is lost'
}

main()
{
	local suites name number=0

	check_kernel
	unload || wrong 'the modules are in use'
	# Each injected failure would print a backtrace.
	[[ ! -w $FAULTS/verbose ]] || echo 0 >"$FAULTS/verbose"
	# By default, allocations that may sleep do not fail.
	[[ ! -w $FAULTS/ignore-gfp-wait ]] || echo N >"$FAULTS/ignore-gfp-wait"
	[[ ! -w $LEAKS ]] || echo clear >"$LEAKS"
	expedite_rcu
	mapfile -t suites < <(modinfo -F kunit_suite "$TEST" | sort)
	echo "kunit.sh: begin $$" >/dev/kmsg
	modprobe "$TEST" || wrong "$TEST cannot be loaded"

	echo 'KTAP version 1'
	echo "1..${#suites[@]}"
	[[ ${#suites[@]} -gt 0 ]] || wrong "$TEST has no suites"
	for name in "${suites[@]}"; do
		number=$((number + 1))
		suite "$number" "$name"
	done
	check_leaks
	unload || wrong 'the modules do not unload'
	check_log
	[[ $((passed + failed)) -gt 0 ]] || wrong 'no case ran'
	echo "# Totals: pass:$passed fail:$failed skip:$skipped"
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 ]]
}

main "$@"
