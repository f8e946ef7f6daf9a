#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs make targets which end in "N passed, N failed", one line for each, and
# closes with the sum of these lines. The whole output is in build/log/.
#
#   check.sh TARGET...		a target, or T for the make target check-T; demo46
#				for the demo between the families

set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
LOGS=$PWD/build/log
passed=0 failed=0

# Sets good and bad from the last closing line of a log; a lane which failed
# without saying what counts as one failure. The demo may have no such line.
closing()
{
	local line

	note=
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" | tail -n 1)
	if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+) ]]; then
		good=${BASH_REMATCH[1]} bad=${BASH_REMATCH[2]}
	else
		good=0 bad=0
		if [[ $3 == demo* && $2 -eq 0 ]]; then
			good=1
			return
		fi
		note=', no closing line'
		[[ $2 -ne 0 ]] || bad=1
	fi
	[[ $2 -eq 0 || $bad -gt 0 ]] || bad=1 note="$note, status $2"
}

# What a reader needs of a failed lane's log
excerpt()
{
	grep -nE '^(# )?not ok|FAILED|^Bail out|error:|^vm: ' "$1" | head -n 20
	echo "  ... the last lines of ${1#"$PWD/"}:"
	tail -n 25 "$1"
}

run_lane()
{
	local lane=$1 words=("$1") start=$SECONDS rc=0 log=$LOGS/$1.log
	local good bad note

	case $lane in
	cli | kselftest | debug)	words=("check-$lane") ;;
	demo46)				words=(demo FAMILY=46) ;;
	esac
	make --no-print-directory "${words[@]}" >"$log" 2>&1 </dev/null || rc=$?
	closing "$log" "$rc" "$lane"
	passed=$((passed + good))
	failed=$((failed + bad))
	printf '%-12s %4d passed, %d failed  %4d s%s\n' "$lane" "$good" \
		"$bad" $((SECONDS - start)) "$note"
	[[ $bad -eq 0 ]] || excerpt "$log"
}

mkdir -p "$LOGS"
for lane in "$@"; do
	run_lane "$lane"
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
