#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The cost of a media packet that crosses the translator device, in instructions
# of the router, and in the same run of plain forwarding, masquerading and Jool:
# to the wan (from IPv6 to IPv4 where it is translated) and back. 172 bytes of
# payload; the sender's share, measured with a sink at the router's door, is
# taken away.
#
#   trgw.sh		boots the VM; build first: make modules tools
#   trgw.sh guest	in there
#   trgw.sh profile FAMILIES SETUP [-r]	in there, for profile.sh
#
# The rows have the same sender, payload, devices, neighbours and sink, and the
# same nft table for NAT44 and for both legs of a translated packet, which each
# leg passes completely, as an established flow. Jool (NAT64 on netfilter's
# hooks) is compared twice: without any rule, with the device without any; and
# with conntrack and rules, with the device with both. Jool takes packets at
# prerouting and sends them itself, so there is no forward hook, no second
# routing, and no flow ever becomes established: conntrack makes a new one of
# each packet. So its rules are where its packets pass, and they are fewer.
#
# A packet with two legs crosses a router twice. The rows before it, IPv6 and
# NAT44, add up to the cost of two routers in a row.
#
# Exits with 1 if a translated packet exceeds a limit. Jool's limits are not
# checked if Jool is missing; its row then names the missing package.

set -euo pipefail
shopt -s inherit_errexit

LIMIT=2.0
COUNT=3000
LAST=true	# a command before the packets that count
JOOL=build/bench/jool

# Jool's modules as dkms built them, where the guest finds them
fetch_jool()
{
	local module

	rm -rf "$JOOL"
	mkdir -p "$JOOL"
	for module in jool_common jool; do
		cp "$(modinfo -k "$1" -n "$module" 2>/dev/null)" "$JOOL/" \
			2>/dev/null || true
	done
}

if [[ ${1:-} != @(guest|profile) ]]; then
	cd "$(dirname "${BASH_SOURCE[0]}")/../.."
	scripts/setup.sh bench ||
		echo 'trgw.sh: Jool cannot be installed; the others follow' >&2
	make -s -C selftests/bench
	fetch_jool "$(. scripts/vm/lane.sh && lane_load && echo "$LANE_VERSION")"
	ICOUNT=1 VM_TIMEOUT=${VM_TIMEOUT:-900} \
		scripts/vm/vm.sh "selftests/bench/trgw.sh guest"
	exit
fi

# shellcheck source=selftests/kselftest/lib.sh
. selftests/kselftest/lib.sh >/dev/null
PACKETS=build/bench/packets

# $1: namespace, $2: device. Prints the command that drops all packets there. It
# reads no header, because an IPv6 header costs more than an IPv4 one.
sink()
{
	local rule='type filter hook ingress device %s priority -500;'

	rule="table netdev bench { chain sink { $rule counter drop; }; }"
	# shellcheck disable=SC2059 # the rule is a format
	printf "ip netns exec %s nft '$rule'" "$1" "$2"
}

# $1: namespace, $2: device, $3: address there, $4: namespace, $5: device where
# the other end is, which learns it for good
neighbour()
{
	local mac

	mac=$(ip -n "$1" -br link show "$2" | awk '{ print $3 }')
	ip -n "$4" neigh replace "$3" lladdr "$mac" dev "$5" nud permanent
}

# The clock of an idle guest jumps. A stale neighbour costs 600 instructions,
# more than the differences measured here, and in any row; and flows may expire
# before their packets.
settle()
{
	neighbour "$lan" eth0 192.168.1.2 "$router" lan0
	neighbour "$lan" eth0 2001:db8:1::2 "$router" lan0
	neighbour "$wan" eth0 203.0.113.2 "$router" wan0
	neighbour "$wan" eth0 2001:db8:2::2 "$router" wan0
	neighbour "$router" lan0 192.168.1.1 "$lan" eth0
	neighbour "$router" lan0 2001:db8:1::1 "$lan" eth0
	neighbour "$router" wan0 203.0.113.1 "$wan" eth0
	neighbour "$router" wan0 2001:db8:2::1 "$wan" eth0
	modprobe -a nf_conntrack nf_flow_table
	ip netns exec "$router" sysctl -q -w \
		net.netfilter.nf_conntrack_udp_timeout=86400 \
		net.netfilter.nf_conntrack_udp_timeout_stream=86400 \
		net.netfilter.nf_flowtable_udp_timeout=86400
}

# $1: namespace. Checks that all packets arrived there: a lost packet costs
# less.
all_arrived()
{
	local seen

	seen=$(ip netns exec "$1" nft list table netdev bench |
		sed -n 's/.*counter packets \([0-9]*\) .*/\1/p')
	((seen >= COUNT))
}

# Both sides of the router, forwarding, and a device
world()
{
	topo_nat
	modprobe trgw
	ip -n "$router" -batch - <<-EOT
	addr add 2001:db8:1::1/64 dev lan0 nodad
	addr add 2001:db8:2::1/64 dev wan0 nodad
	link add trgw0 type trgw
	link set trgw0 up
	route add 64:ff9b::/96 via fe80::1 dev trgw0
	route add 192.0.2.0/24 dev trgw0
	EOT
	ip -n "$lan" -batch - <<-EOT
	addr add 2001:db8:1::2/64 dev eth0 nodad
	route add default via 2001:db8:1::1
	EOT
	ip -n "$wan" -batch - <<-EOT
	addr add 2001:db8:2::2/64 dev eth0 nodad
	route add default via 2001:db8:2::1
	EOT
	ip netns exec "$router" sysctl -q -w net.ipv6.conf.all.forwarding=1 \
		net.ipv4.conf.all.send_redirects=0
	ip netns exec "$router" "$sipims" trgw set trgw0 \
		prefix=64:ff9b::/96 pool=192.0.2.0/24
	settle
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

# Prints what Jool needs and this machine lacks.
jool_missing()
{
	[[ -e $JOOL/jool.ko && -e $JOOL/jool_common.ko ]] ||
		echo "jool.ko for $(uname -r) (jool-dkms)"
	command -v jool >/dev/null || echo 'jool (jool-tools)'
}

# Instead of the device: without any other rule, as cheap as Jool can be
jool64()
{
	ip -n "$router" link del trgw0
	if [[ ! -d /sys/module/jool ]]; then
		# shellcheck disable=SC2046 # names of modules
		modprobe -a $(modinfo -F depends "$JOOL"/*.ko |
			tr ',' '\n' | grep -v '^jool' | sort -u)
		insmod "$JOOL/jool_common.ko"
		insmod "$JOOL/jool.ko"
	fi
	ip netns exec "$router" jool instance add --netfilter \
		--pool6 64:ff9b::/96
}

# The nearest to rules() that Jool's packets pass
jool_rules()
{
	jool64
	ip netns exec "$router" nft -f - <<-EOT
	table inet wall {
		chain before {
			type filter hook prerouting priority mangle; policy drop;
			ct state established,related accept
			iifname { lan0, wan0 } accept
		}
		chain masq {
			type nat hook postrouting priority srcnat;
			oifname wan0 masquerade
		}
	}
	EOT
}

# $1: whole or door, $2: 44, 66 or 64, $3: sets the router up, $4: -r for
# answers
cost_once()
{
	local source=192.168.1.2 known=203.0.113.2 peer=203.0.113.2
	local end dev failing=0

	case $2 in
	64) source=2001:db8:1::2 known=64:ff9b::cb00:7102 ;;
	66) source=2001:db8:1::2 known=2001:db8:2::2 peer=2001:db8:2::2 ;;
	esac
	world
	"$3"
	case $1$4 in
	whole)	 end=$wan dev=eth0 ;;
	door)	 end=$router dev=lan0 ;;
	whole-r) end=$lan dev=eth0 ;;
	door-r)	 end=$router dev=wan0 ;;
	esac
	# shellcheck disable=SC2086 # an option or none
	"$PACKETS" $4 "$lan" "$source" "$wan" "$peer" "$known" \
		7000 "$COUNT" "$(sink "$end" "$dev")" "$LAST" || failing=1
	all_arrived "$end" || failing=1
	cleanup_all_ns
	return "$failing"
}

# A flow may be gone before its packets all the same.
cost()
{
	cost_once "$@" || cost_once "$@" || cost_once "$@"
}

# Measures the instructions of the router without those up to its first device.
measure()
{
	local whole door

	whole=$(cost whole "$@")
	door=$(cost door "$@")
	echo $((whole - door))
}

# $1: key, $2: name, $3: 44, 66 or 64, $4: what sets the router up
row()
{
	OUT[$1]=$(measure "$3" "$4" '')
	BACK[$1]=$(measure "$3" "$4" -r)
	printf '%-46s %7d %7d\n' "$2" "${OUT[$1]}" "${BACK[$1]}"
}

# $1: title; checks that the row of key $2 costs at most $3 times that of key
# $4.
check()
{
	local way cost most verdict

	for way in OUT BACK; do
		local -n costs=$way
		cost=${costs[$2]} most=${costs[$4]}
		verdict=$(awk -v a="$cost" -v b="$most" -v limit="$3" 'BEGIN {
			printf "%.2f %s", a / b, (a > b * limit) ? "exceeds" : "ok" }')
		printf '%-46s %-4s %s, limit %s\n' "$1" "${way,,}" "$verdict" "$3"
		if [[ $verdict == *ok ]]; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
		fi
	done
}

if [[ $1 == profile ]]; then
	COUNT=20 LAST='selftests/bench/profile-guest.sh trace'
	cost_once whole "$2" "$3" "${4:-}"
	selftests/bench/profile-guest.sh 'done'
	exit
fi
[[ ${ICOUNT:-} == 1 ]] || die 'ICOUNT=1 is needed: times are instructions'
declare -A OUT BACK
passed=0 failed=0
echo "Linux $(uname -r): instructions of a router for a packet of 172 bytes"
printf '%-46s %7s %7s\n' '' out back
row plain 'IPv4, forwarded' 44 true
row six 'IPv6, conntrack, policy' 66 rules
row nat 'NAT44, conntrack, policy, masquerade' 44 rules
row nat_flow 'NAT44, flowtable' 44 flowtable
row alone 'trgw0 without conntrack' 64 true
row legs 'trgw0, two conntrack legs, policy, masquerade' 64 rules
row legs_flow 'trgw0, flowtable on both legs' 64 flowtable
missing=$(jool_missing)
if [[ $missing ]]; then
	printf '%-46s missing: %s\n' 'Jool' "${missing//$'\n'/, }"
else
	row jool 'Jool, without any rule' 64 jool64
	row jool_rules 'Jool, conntrack and rules' 64 jool_rules
fi
check 'trgw0 with flowtable, times NAT44 with flowtable' legs_flow "$LIMIT" nat_flow
check 'trgw0 with two legs, times NAT44' legs "$LIMIT" nat
if [[ ! $missing ]]; then
	check 'trgw0 without conntrack, times Jool' alone 1.0 jool
	check 'trgw0 with two legs, times Jool with rules' legs 1.0 jool_rules
	check 'trgw0 with flowtable, times Jool' legs_flow 1.0 jool
fi
echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
