#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the kselftests, as root in the guest, and prints KTAP.
#
#   kselftest.sh [-x] [TEST...]	those named, or all of TEST_PROGS; -x also
#				in the families that a test calls extended
#
# KSELFTEST_DIR in the environment is another directory of tests. A test fails
# when its plan is missing or does not match its results. The closing line
# counts cases.

set -uo pipefail

DIR=${KSELFTEST_DIR:-$(dirname "${BASH_SOURCE[0]}")/kselftest}
DIR=$(cd "$DIR" && pwd)
LOG=$(mktemp)
# Python modules of the tests are compiled once, and not into the tree
PYTHONPYCACHEPREFIX=$(mktemp -d)
export PYTHONPYCACHEPREFIX
trap 'rm -rf "$LOG" "$PYTHONPYCACHEPREFIX"' EXIT

passed=0 failed=0 skipped=0	# cases
ok=0 notok=0 skip=0 number=0	# tests

# Prints TEST_PROGS; fails if an executable file is missing there.
programs()
{
	local named f

	named=$(make -s --no-print-directory -C "$DIR" list) || return
	for f in "$DIR"/*; do
		[[ -f $f && -x $f ]] || continue
		grep -qxF "${f##*/}" <<<"$named" || {
			echo "# ${f##*/} is not in TEST_PROGS" >&2
			return 1
		}
	done
	echo "$named"
}

setting()
{
	sed -n "s/^$1=//p" "$DIR/settings"
}

# Compares the plan of a test's KTAP with its results: prints the difference.
plan_error()
{
	awk '
	/^1\.\.[0-9]+/ { plans++; plan = substr($1, 4) + 0 }
	/^(not )?ok [0-9]+/ {
		results++
		if ($(1 + ($1 == "not") + 1) + 0 != results && !wrong)
			wrong = "result " results " has another number"
	}
	/^Bail out!/ { wrong = "bails out" }
	END {
		if (wrong)
			print wrong
		else if (plans != 1)
			print plans + 0 " plans"
		else if (plan != results + 0)
			print results + 0 " results of " plan
	}' "$LOG"
}

# Adds the results inside of a test's KTAP. $1: its exit status, $2: what is
# wrong with its plan. A test that failed without a failed case counts as one.
count_cases()
{
	local good bad skips

	good=$(grep -cE '^ok [0-9]+' "$LOG")
	skips=$(grep -cE '^ok [0-9]+.*# SKIP' "$LOG")
	bad=$(grep -cE '^not ok [0-9]+' "$LOG")
	good=$((good - skips))
	[[ ($1 -eq 0 || $1 -eq 4) && -z $2 ]] || [[ $bad -gt 0 ]] || bad=1
	[[ $1 -ne 4 || $skips -gt 0 ]] || skips=1
	passed=$((passed + good))
	failed=$((failed + bad))
	skipped=$((skipped + skips))
}

# $1: test, $2: exit status, $3: seconds, $4: what is wrong with its plan
result()
{
	local why="exit=$2"

	if [[ $2 -eq 4 && -z $4 ]]; then
		echo "ok $number $1 # SKIP"
		skip=$((skip + 1))
		return
	fi
	if [[ $2 -eq 0 && -z $4 ]]; then
		echo "ok $number $1 # $3 s"
		ok=$((ok + 1))
		return
	fi
	[[ $2 -ne 0 ]] || why="plan: $4"
	[[ $2 -ne 124 && $2 -ne 137 ]] || why="TIMEOUT after $TIMEOUT s"
	echo "not ok $number $1 # $why"
	notok=$((notok + 1))
}

run_test()
{
	local name=$1 rc error start=$SECONDS

	number=$((number + 1))
	echo "# selftests: $name"
	[[ ! -w /dev/kmsg ]] || echo "kselftest: running $name" >/dev/kmsg
	(cd "$DIR" && timeout -k 10 "$TIMEOUT" "./$name" 2>&1 </dev/null) |
		tee "$LOG" | sed -u 's/^/# /'
	rc=${PIPESTATUS[0]}
	error=$(plan_error)
	count_cases "$rc" "$error"
	result "$name" "$rc" $((SECONDS - start)) "$error"
}

main()
{
	local list name

	if [[ ${1:-} == -x ]]; then
		export EXTENDED=1
		shift
	fi
	if [[ $# -gt 0 ]]; then
		list=("$@")
	else
		name=$(programs) || exit 1
		mapfile -t list <<<"$name"
	fi
	TIMEOUT=$(setting timeout)
	TIMEOUT=${TIMEOUT:-45}
	# KASAN and lockdep take their time
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
