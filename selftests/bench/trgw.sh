#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a media packet costs that crosses the translator device, in instructions
# of the router, beside one that is only masqueraded. 172 bytes of payload; the
# sender's share, measured with a sink at the router's door, is taken away.
#
#   trgw.sh		boots the VM; build first: make modules tools
#   trgw.sh guest	in there
#
# Exits with 1 if a translated packet with a flowtable costs LIMIT times as much
# as a masqueraded one with a flowtable, or more.

set -euo pipefail
shopt -s inherit_errexit

LIMIT=2.0
COUNT=5000

if [[ ${1:-} != guest ]]; then
	cd "$(dirname "${BASH_SOURCE[0]}")/../.."
	make -s -C selftests/bench
	ICOUNT=1 VM_TIMEOUT=${VM_TIMEOUT:-600} \
		selftests/vm/vm.sh "selftests/bench/trgw.sh guest"
	exit
fi

# shellcheck source=selftests/kselftest/lib.sh
. selftests/kselftest/lib.sh >/dev/null
PACKETS=build/bench/packets

# $1: namespace, $2: device. The command that lets packets end there.
sink()
{
	local rule='type filter hook ingress device %s priority -500;'

	rule="table netdev bench { chain sink { $rule udp dport 7000 drop; }; }"
	# shellcheck disable=SC2059 # the rule is a format
	printf "ip netns exec %s nft '$rule'" "$1" "$2"
}

# Both sides of the router, forwarding, and a device
world()
{
	topo_nat
	modprobe trgw
	ip -n "$router" -batch - <<-EOT
	addr add 2001:db8:1::1/64 dev lan0 nodad
	link add trgw0 type trgw
	link set trgw0 up
	route add 64:ff9b::/96 via fe80::1 dev trgw0
	route add 192.0.2.0/24 dev trgw0
	EOT
	ip -n "$lan" -batch - <<-EOT
	addr add 2001:db8:1::2/64 dev eth0 nodad
	route add default via 2001:db8:1::1
	EOT
	ip netns exec "$router" sysctl -q -w net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0
	ip netns exec "$router" "$sipims" trgw set trgw0 \
		prefix=64:ff9b::/96 pool=192.0.2.0/24
}

rules()
{
	ip netns exec "$router" nft -f - <<-EOT
	table inet wall {
		chain forward {
			type filter hook forward priority 0; policy drop;
			ct state established,related accept
			iifname { lan0, trgw0 } accept
		}
		chain masq {
			type nat hook postrouting priority srcnat;
			oifname wan0 masquerade
		}
	}
	EOT
}

flowtable()
{
	rules
	ip netns exec "$router" nft -f - <<-EOT
	table inet wall {
		flowtable fast {
			hook ingress priority filter;
			devices = { lan0, wan0, trgw0 };
		}
		chain quick {
			type filter hook forward priority 10;
			ct state established flow add @fast
		}
	}
	EOT
}

# $1: 44 or 64, $2: rules, flowtable or true. Prints instructions.
measure()
{
	local source=192.168.1.2 destination=203.0.113.2 whole door

	[[ $1 != 64 ]] || source=2001:db8:1::2 destination=64:ff9b::cb00:7102
	world
	"$2"
	whole=$("$PACKETS" "$lan" "$source" "$wan" 203.0.113.2 "$destination" \
		7000 "$COUNT" "$(sink "$wan" eth0)")
	cleanup_all_ns
	world
	"$2"
	door=$("$PACKETS" "$lan" "$source" "$wan" 203.0.113.2 "$destination" \
		7000 "$COUNT" "$(sink "$router" lan0)")
	cleanup_all_ns
	echo $((whole - door))
}

[[ ${ICOUNT:-} == 1 ]] || die 'ICOUNT=1 is needed: times are instructions'
echo "Linux $(uname -r): instructions of a router for a packet of 172 bytes"
nat=$(measure 44 rules)
nat_flow=$(measure 44 flowtable)
plain=$(measure 64 true)
both=$(measure 64 rules)
both_flow=$(measure 64 flowtable)
printf '%-46s %6d\n' 'NAT44, conntrack, policy, masquerade' "$nat" \
	'NAT44, flowtable' "$nat_flow" \
	'trgw0 without conntrack' "$plain" \
	'trgw0, two conntrack legs, policy, masquerade' "$both" \
	'trgw0, flowtable' "$both_flow"
awk -v a="$both_flow" -v b="$nat_flow" -v limit="$LIMIT" 'BEGIN {
	printf "with a flowtable %.2f times NAT44\n", a / b; exit a / b >= limit }'
