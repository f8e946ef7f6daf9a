#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# All tests that run inside a guest, in one boot: the KUnit suites, if the lane
# has them, then the kselftests. Root, in the guest.
#
#   guest-check.sh [-x] [TEST...]	these kselftests alone, see kselftest.sh
#
# Ends with the sum, "N passed, N failed".

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
parts=("./kselftest.sh $*")
[[ $# -gt 0 ]] || parts=(./kunit.sh "${parts[@]}")
exec ./sum.sh "${parts[@]}"
