# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the scripts which build for a kernel or boot one: names the lane
# that KERNEL chose, the place of its build products, and their locks.

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
KERNEL=${KERNEL:-6.1}
# shellcheck disable=SC2034 # words for make, read by those who build
LANE_MAKE=()

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit "${DIE_STATUS:-1}"
}

lane_names()
{
	local f names=

	for f in "$TOP"/selftests/vm/kernel-*.sh; do
		f=${f##*/kernel-}
		names+=" ${f%.sh}"
	done
	echo "${names# }"
}

# Sets LANE_* (see kernel-6.1.sh) and OUT, the lane's folder below build/.
lane_load()
{
	local file=$TOP/selftests/vm/kernel-$KERNEL.sh

	[[ -f $file ]] || die "unknown KERNEL=$KERNEL; allowed: $(lane_names)"
	# shellcheck source=selftests/vm/kernel-6.1.sh
	. "$file"
	lane_prepare
	OUT=$TOP/build/$KERNEL
	mkdir -p "$OUT"
}

# Runs a function while no other process of this tree is in the lane's folder.
lane_locked()
{
	local fd rc=0

	exec {fd}>"$OUT/lock"
	flock "$fd"
	"$@" || rc=$?
	exec {fd}>&-
	return "$rc"
}
