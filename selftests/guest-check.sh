#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything there is to run inside a guest, in one boot: the KUnit suites, if
# the lane has them, then the kselftests. Root, in the guest.
#
#   guest-check.sh [TEST...]	these kselftests alone
#
# Ends with the sum, "N passed, N failed".

set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT
passed=0 failed=0

# A part that fails without saying what counts as one failure.
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

[[ $# -gt 0 ]] || run_part ./kunit.sh
run_part ./kselftest.sh "$@"
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
