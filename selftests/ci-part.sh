#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Prints the arguments of guest-check.sh for one part of the kselftests as CI
# runs them. Fails if the file debug-only names a test that is not in TEST_PROGS.
#
#   ci-part.sh 6.1			all tests except those in debug-only
#   ci-part.sh debug-1 | debug-2	half of all tests each; KUnit in the first

set -euo pipefail
shopt -s inherit_errexit

cd "$(dirname "${BASH_SOURCE[0]}")"

# Prints TEST_PROGS. The names in debug-only have no suffix.
tests()
{
	make -s --no-print-directory -C kselftest list
}

# Prints the names in debug-only, if they are all in TEST_PROGS.
debug_only()
{
	local names stale

	names=$(sed -E 's/[[:space:]]*#.*//; /^$/d' debug-only)
	stale=$(comm -23 <(sort <<<"$names") <(tests | sed 's/\..*//' | sort))
	if [[ $stale ]]; then
		echo "debug-only: not in TEST_PROGS: ${stale//$'\n'/ }" >&2
		return 1
	fi
	echo "$names"
}

main()
{
	local list

	list=$(debug_only)
	case ${1:-} in
	6.1)
		list=$(awk 'NR == FNR { skip[$1]; next }
			{ name = $1; sub(/\..*/, "", name) }
			!(name in skip)' - <(tests) <<<"$list")
		;;
	debug-1)
		list=-k$'\n'$(tests | awk 'NR % 2 == 1')
		;;
	debug-2)
		list=$(tests | awk 'NR % 2 == 0')
		;;
	*)
		echo 'usage: ci-part.sh 6.1 | debug-1 | debug-2' >&2
		return 2
		;;
	esac
	echo "${list//$'\n'/ }"
}

main "$@"
