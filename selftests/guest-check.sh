#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the KUnit suites, if the lane has them, and then the kselftests, as root in
# a guest. The last line is the sum, "N passed, N failed".
#
#   guest-check.sh [-k] [TEST...]	only these kselftests; KUnit with -k

set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT
passed=0 failed=0

# run_part SCRIPT ARGS...: a script without a closing line counts as one failure.
run_part()
{
	local line rc

	echo "# $*"
	bash "$@" </dev/null | tee "$LOG"
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

[[ $# -gt 0 ]] || set -- -k
if [[ $1 == -k ]]; then
	shift
	run_part ./kunit.sh
fi
run_part ./kselftest.sh "$@"
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
