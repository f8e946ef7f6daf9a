#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs a test with live traffic for longer, in a guest. The last line is
# "N passed, N failed".
#
#   live.sh fuzz		PACKETS=200000
#   live.sh lifetime		ROUNDS=50
#
# From the environment also: SEED repeats a run; for RATE and PATIENCE see
# selftests/kselftest/lifetime.py.

set -uo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LOG=$(mktemp)
trap 'rm -f "$LOG"' EXIT

case ${1:-} in
fuzz) PACKETS=${PACKETS:-200000} ;;
lifetime) ROUNDS=${ROUNDS:-50} ;;
*)
	echo 'usage: live.sh fuzz | lifetime' >&2
	exit 2
	;;
esac

# Pass the settings on the command line: the guest has another environment.
words=
for name in PACKETS ROUNDS SEED RATE PATIENCE; do
	[[ -z ${!name:-} ]] || words+="$name=${!name@Q} "
done
VM_TIMEOUT=${VM_TIMEOUT:-14400} "$TOP/scripts/vm/vm.sh" \
	"cd selftests/kselftest && $words ./$1.py" | tee "$LOG"
rc=${PIPESTATUS[0]}
passed=$(grep -cE '^ok [0-9]+' "$LOG")
failed=$(grep -cE '^not ok [0-9]+|^Bail out!' "$LOG")
[[ $rc -eq 0 || $failed -gt 0 ]] || failed=1
[[ $passed -gt 0 || $failed -gt 0 ]] || failed=1
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
