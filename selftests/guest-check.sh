#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs the KUnit suites, if the lane has them, and then the kselftests, as root in
# a guest. The last line is the sum, "N passed, N failed".
#
#   guest-check.sh [-k] [-x] [TEST...]	only these kselftests, see kselftest.sh;
#					KUnit with -k

cd "$(dirname "${BASH_SOURCE[0]}")" || exit
# The end of a namespace or a device, and of a module, waits for several grace
# periods. Callbacks of call_rcu() are not affected.
[[ ! -w /sys/kernel/rcu_expedited ]] || echo 1 >/sys/kernel/rcu_expedited
[[ $# -gt 0 ]] || set -- -k
parts=()
if [[ $1 == -k ]]; then
	shift
	parts=(./kunit.sh)
fi
exec ./sum.sh "${parts[@]}" "./kselftest.sh $*"
