#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the kselftests, as root in the guest, and prints KTAP.
#
#   kselftest.sh [TEST...]	those named, or all of TEST_PROGS
#
# The closing line counts cases: a test's own results, if it prints KTAP.

set -uo pipefail

DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/kselftest" && pwd)
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT

passed=0 failed=0 skipped=0	# cases
ok=0 notok=0 skip=0 number=0	# tests

# TEST_PROGS, after a look for tests which somebody forgot to name there
programs()
{
	local named f

	named=$(make -s --no-print-directory -C "$DIR" list extended) || return
	for f in "$DIR"/*.sh; do
		f=${f##*/}
		[[ $f == lib.sh ]] || grep -qxF "$f" <<<"$named" || {
			echo "# $f is not in TEST_PROGS or _EXTENDED" >&2
			return 1
		}
	done
	make -s --no-print-directory -C "$DIR" list
}

setting()
{
	sed -n "s/^$1=//p" "$DIR/settings"
}

# The results inside a test's KTAP; $1: its exit status
count_cases()
{
	local good bad skips

	good=$(grep -cE '^ok [0-9]+' "$LOG")
	skips=$(grep -cE '^ok [0-9]+.*# SKIP' "$LOG")
	bad=$(grep -cE '^not ok [0-9]+' "$LOG")
	good=$((good - skips))
	# one that failed without saying so, or said nothing at all
	[[ $1 -eq 0 || $1 -eq 4 || $bad -gt 0 ]] || bad=1
	[[ $1 -ne 0 || $((good + bad + skips)) -gt 0 ]] || good=1
	[[ $1 -ne 4 || $skips -gt 0 ]] || skips=1
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + skips))
}

# $1: test, $2: exit status, $3: seconds
result()
{
	case $2 in
	0)	echo "ok $number $1 # $3 s"; ok=$((ok + 1)) ;;
	4)	echo "ok $number $1 # SKIP"; skip=$((skip + 1)) ;;
	124 | 137)
		echo "not ok $number $1 # TIMEOUT after $TIMEOUT s"
		notok=$((notok + 1)) ;;
	*)	echo "not ok $number $1 # exit=$2"; notok=$((notok + 1)) ;;
	esac
}

run_test()
{
	local name=$1 rc start=$SECONDS

	number=$((number + 1))
	echo "# selftests: $name"
	echo "kselftest: running $name" >/dev/kmsg
	(cd "$DIR" && timeout -k 10 "$TIMEOUT" bash "./$name" 2>&1 </dev/null) |
		tee "$LOG" | sed -u 's/^/# /'
	rc=${PIPESTATUS[0]}
	count_cases "$rc"
	result "$name" "$rc" $((SECONDS - start))
}

main()
{
	local list name

	if [[ $# -gt 0 ]]; then
		list=("$@")
	else
		name=$(programs) || exit 1
		mapfile -t list <<<"$name"
	fi
	TIMEOUT=$(setting timeout)
	TIMEOUT=${TIMEOUT:-45}
	# what finds faults takes its time
	[[ ${KERNEL:-} != debug ]] || TIMEOUT=$((TIMEOUT * 4))
	echo 'KTAP version 1'
	echo "1..${#list[@]}"
	for name in "${list[@]}"; do
		run_test "$name"
	done
	echo "# Totals: pass:$ok fail:$notok skip:$skip" \
	     "cases: pass:$passed fail:$failed skip:$skipped"
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 && $notok -eq 0 ]]
}

main "$@"
