# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the scripts that build for a kernel lane or boot one: finds the
# lane that KERNEL names and the directory of its build products.

# shellcheck source=scripts/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

KERNEL=${KERNEL:-6.1}
# shellcheck disable=SC2034 # arguments for make, set by the lane file
LANE_MAKE=()

lane_names()
{
	local f names=

	for f in "$TOP"/scripts/vm/kernel-*.sh; do
		f=${f##*/kernel-}
		names+=" ${f%.sh}"
	done
	echo "${names# }"
}

# Sets LANE_* (see kernel-6.1.sh) and OUT, the lane's directory below build/.
lane_load()
{
	local file=$TOP/scripts/vm/kernel-$KERNEL.sh

	[[ -f $file ]] || die "unknown KERNEL=$KERNEL; allowed: $(lane_names)"
	# shellcheck source=scripts/vm/kernel-6.1.sh
	. "$file"
	lane_prepare
	OUT=$TOP/build/$KERNEL
	mkdir -p "$OUT"
}

# Runs a function while no other process of this tree uses the lane's
# directory.
lane_locked()
{
	locked "$OUT/lock" "$@"
}
