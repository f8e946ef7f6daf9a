#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs commands that end with "N passed, N failed" and ends with the sum. One that
# exits with 4 is a skip; one that fails without such a line counts as a failure.
#
#   sum.sh COMMAND...		each a command line

set -uo pipefail

LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT
passed=0 failed=0

run_part()
{
	local line rc

	echo "# $1"
	bash -c "$1" </dev/null | tee "$LOG"
	rc=${PIPESTATUS[0]}
	[[ $rc -ne 4 ]] || return 0
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$LOG" | tail -n 1)
	if [[ ! $line =~ ^([0-9]+)\ passed,\ ([0-9]+) ]]; then
		failed=$((failed + 1))
		return
	fi
	passed=$((passed + BASH_REMATCH[1]))
	failed=$((failed + BASH_REMATCH[2]))
	[[ $rc -eq 0 || ${BASH_REMATCH[2]} -gt 0 ]] || failed=$((failed + 1))
}

for command in "$@"; do
	run_part "$command"
done
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
