#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The cost of a message in instructions of the router: without a helper, with
# the kernel's helper and with this one, in one table from one boot.
#
#   bench.sh		run by `make bench`, which builds first
#
# The exit status is not 0 if a message did not arrive or was not rewritten, or
# if an INVITE costs at least LIMIT more than without a helper.
#
# From the environment:
#   BENCH_JSON	a file to write the figures into as JSON

set -euo pipefail

# The helper's share of an INVITE; the kernel's own is at about 100,000.
LIMIT=25000

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
OUT=

cleanup()
{
	[[ -z $OUT ]] || rm -rf "$OUT"
}

# 3500 -> 3,500
thousands()
{
	sed -E ':a; s/([0-9])([0-9]{3})($|[^0-9])/\1,\2\3/; ta' <<<"$1"
}

pinholes()
{
	thousands "$(awk -v helper="$1" '$1 == helper { n = $2 }
		END { print n }' "$OUT/pinholes")"
}

trap cleanup EXIT
trap 'exit 130' INT TERM HUP
make -s -C "$TOP/selftests/bench"
OUT=$(mktemp -d)
VM_OUT=$OUT ICOUNT=1 VM_TIMEOUT=${VM_TIMEOUT:-600} \
	"$TOP/scripts/vm/vm.sh" selftests/bench/guest.sh
echo 'Instructions of a NAT router for a SIP message from the LAN to the WAN'
cat "$OUT/conditions"
echo
rc=0
awk -v limit="$LIMIT" -v json="${BENCH_JSON:-}" \
	-f "$TOP/selftests/bench/table.awk" "$OUT/results" || rc=$?
echo "all packets arrived, 20 of each row compared with what was sent;" \
     "pinholes at the"
echo "end: stock $(pinholes stock), ours $(pinholes ours)"
exit "$rc"
