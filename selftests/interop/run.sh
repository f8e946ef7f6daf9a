#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the interoperation tests, as root in the guest.
#
#   run.sh [TEST...]	those named, or all; JOBS=2 of them at once
#
# Prints one line for each test, and the cases that failed or were skipped; the
# closing line counts cases.

set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
TIMEOUT=300	# seconds for a test
LOGS=$(mktemp -d)
trap 'rm -rf "$LOGS"' EXIT

passed=0 failed=0

all()
{
	local f

	for f in *.sh; do
		case $f in lib.sh | run.sh) ;; *) echo "$f" ;; esac
	done
}

# In the background; its KTAP and its status stay in files.
run_test()
{
	local start=$SECONDS rc=0

	echo "kselftest: running $1" >/dev/kmsg
	timeout -k 10 "$TIMEOUT" bash "./$1" >"$LOGS/$1" 2>&1 </dev/null || rc=$?
	echo "$rc $((SECONDS - start))" >"$LOGS/$1.status"
}

# How many lines of a test's KTAP match
cases()
{
	grep -cE "$2" "$LOGS/$1"
}

# One that failed without saying so counts as one failure.
tell()
{
	local rc seconds good bad

	read -r rc seconds <"$LOGS/$1.status"
	if [[ $rc -eq 4 ]]; then
		echo "skip $1:$(sed -n 's/.*# SKIP//p' "$LOGS/$1")"
		return
	fi
	good=$(cases "$1" '^ok [0-9]')
	bad=$(cases "$1" '^not ok [0-9]')
	[[ $rc -eq 0 || $bad -gt 0 ]] || bad=1
	passed=$((passed + good))
	failed=$((failed + bad))
	if [[ $bad -eq 0 ]]; then
		echo "ok $1: $good cases, $seconds s"
		return
	fi
	echo "not ok $1: $bad of $((good + bad)) cases failed," \
	     "status $rc, $seconds s"
	sed -n '/^not ok/,/^ok/{/^ok/!p}; /^Bail out/,$p' "$LOGS/$1" |
		sed 's/^/  /' | cut -c 1-400
}

main()
{
	local name names jobs=0

	[[ $# -gt 0 ]] || mapfile -t names < <(all)
	[[ $# -eq 0 ]] || names=("$@")
	for name in "${names[@]}"; do
		if [[ $jobs -ge ${JOBS:-2} ]]; then
			wait -n
			jobs=$((jobs - 1))
		fi
		run_test "$name" &
		jobs=$((jobs + 1))
	done
	wait
	for name in "${names[@]}"; do
		tell "$name"
	done
	echo "$passed passed, $failed failed"
	[[ $failed -eq 0 ]]
}

main "$@"
