# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Sourced by the scripts: the root of the tree, and functions they share.

# shellcheck disable=SC2034 # read by those who source this
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Prints the message and exits with DIE_STATUS, or 1.
die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit "${DIE_STATUS:-1}"
}

# locked FILE COMMAND...: runs the command while no other process holds FILE.
locked()
{
	local fd rc=0

	exec {fd}>"$1"
	flock "$fd"
	"${@:2}" || rc=$?
	exec {fd}>&-
	return "$rc"
}
