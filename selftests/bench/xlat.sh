#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The cost of the helper for a SIP message from an IPv6 host to an IPv4 one, both
# legs together, in instructions of the router, and that of a message that is
# only masqueraded. The cost is the difference to the path without the helper.
#
#   xlat.sh		boots the VM; build first: make modules tools
#   xlat.sh guest	in there
#
# Exits with 1 if a message arrives with wrong contents, or if a translated one
# costs more than LIMIT times as much as the masqueraded one.

set -euo pipefail
shopt -s inherit_errexit

LIMIT=2.0

# kind of message, how many, how many times again
ROWS='
options		1000 2
invite		1000 2
volte		500 4
'

if [[ ${1:-} != guest ]]; then
	cd "$(dirname "${BASH_SOURCE[0]}")/../.."
	make -s -C selftests/bench
	ICOUNT=1 VM_TIMEOUT=${VM_TIMEOUT:-600} \
		scripts/vm/vm.sh "selftests/bench/xlat.sh guest"
	exit
fi

# shellcheck source=selftests/bench/world.sh
. selftests/bench/world.sh

# Rules that track IPv6, too: with and without the helper, both legs are tracked.
nft_track_six()
{
	ip netns exec "$router" nft -f - <<-EOT
	table ip6 sip_test {
		chain track {
			type filter hook forward priority filter; policy accept;
			ct state new accept
		}
	}
	EOT
}

# $1: family of the sender; $2: helper, none or ours
run_world()
{
	world "$2"
	[[ $1 == 6 ]] || return 0
	trgw_join
	if [[ $2 == ours ]]; then
		nft_six
	else
		nft_track_six
	fi
	ip netns exec "$lan" ping -q -c 2 -i 0.2 64:ff9b::cb00:7102 \
		>/dev/null || die 'no answer through the translator'
}

# $1: family, $2: helper. Prints lines of KIND FIRST AGAIN.
run()
{
	local kind count turns first again

	run_world "$1" "$2"
	while read -r kind count turns; do
		[[ $2 == none ]] ||
			FAMILY=$1 "$SEND" check "$lan" "$wan" "$kind" 0x20000000 \
				20 mapped || die "family $1, see above"
	done < <(grep . <<<"$ROWS")
	nft_sink
	while read -r kind count turns; do
		read -r _ first again _ < <(FAMILY=$1 "$SEND" time "$lan" "$wan" \
			"$kind" 0 "$count" "$turns")
		echo "$kind $1 $2 $first $again"
	done < <(grep . <<<"$ROWS")
	cleanup_all_ns
	sleep 5
}

[[ ${ICOUNT:-} == 1 ]] || die 'ICOUNT=1 is needed: times are instructions'
modprobe nf_conntrack expect_hashsize=16384
modprobe trgw
echo "Linux $(uname -r): thousand instructions of the helpers for a message"
for family in 4 6; do
	for helper in none ours; do
		run "$family" "$helper"
	done
done | awk -v limit="$LIMIT" '
	{ first[$1, $2, $3] = $4; again[$1, $2, $3] = $5
	  if (!($1 in seen)) { seen[$1] = 1; kind[++kinds] = $1 } }
	function row(name, cost, k,	nat, both) {
		nat = cost[k, 4, "ours"] - cost[k, 4, "none"]
		both = cost[k, 6, "ours"] - cost[k, 6, "none"]
		printf "%-28s %12.1f %12.1f %8.2f\n", name, nat / 1000,
		       both / 1000, both / nat
		if (both / nat > limit)
			failed++
		else
			passed++
	}
	END {
		printf "%-28s %12s %12s %8s\n", "message", "NAT44", "xlat",
		       "ratio"
		for (i = 1; i <= kinds; i++) {
			row(kind[i] ", first", first, kind[i])
			row(kind[i] ", again", again, kind[i])
		}
		printf "limit %.1f\n%d passed, %d failed\n", limit, passed,
		       failed
		exit failed > 0
	}'
