#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a media packet costs that crosses the translator device, in instructions
# of the router, beside plain forwarding, masquerading and Jool, in the same run:
# to the wan (from IPv6 to IPv4 where it is translated) and back. 172 bytes of
# payload; the sender's share, measured with a sink at the router's door, is
# taken away.
#
#   trgw.sh		boots the VM; build first: make modules tools
#   trgw.sh guest	in there
#
# Exits with 1 if a translated packet exceeds a limit. Jool's limit is not
# checked where Jool is missing; its row says what is missing then.

set -euo pipefail
shopt -s inherit_errexit

LIMIT=2.0
COUNT=3000
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

if [[ ${1:-} != guest ]]; then
	cd "$(dirname "${BASH_SOURCE[0]}")/../.."
	selftests/setup.sh bench ||
		echo 'trgw.sh: Jool cannot be installed; the others follow' >&2
	make -s -C selftests/bench
	fetch_jool "$(. selftests/vm/lane.sh && lane_load && echo "$LANE_VERSION")"
	ICOUNT=1 VM_TIMEOUT=${VM_TIMEOUT:-900} \
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

	rule="table netdev bench { chain sink { $rule udp length 180 drop; }; }"
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

# What Jool needs and is not here
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

# $1: whole or door, $2: 44 or 64, $3: sets the router up, $4: -r for answers
cost_once()
{
	local source=192.168.1.2 destination=203.0.113.2 at failing=0

	[[ $2 != 64 ]] || source=2001:db8:1::2 destination=64:ff9b::cb00:7102
	world
	"$3"
	case $1$4 in
	whole)	 at=$(sink "$wan" eth0) ;;
	door)	 at=$(sink "$router" lan0) ;;
	whole-r) at=$(sink "$lan" eth0) ;;
	door-r)	 at=$(sink "$router" wan0) ;;
	esac
	# shellcheck disable=SC2086 # an option or none
	"$PACKETS" $4 "$lan" "$source" "$wan" 203.0.113.2 "$destination" \
		7000 "$COUNT" "$at" || failing=1
	cleanup_all_ns
	return "$failing"
}

# The clock of an idle guest jumps, and a flow may be gone before its packets.
cost()
{
	cost_once "$@" || cost_once "$@" || cost_once "$@"
}

# Instructions of the router: what a packet costs beyond its door
measure()
{
	local whole door

	whole=$(cost whole "$@")
	door=$(cost door "$@")
	echo $((whole - door))
}

# $1: key, $2: name, $3: 44 or 64, $4: what sets the router up
row()
{
	OUT[$1]=$(measure "$3" "$4" '')
	BACK[$1]=$(measure "$3" "$4" -r)
	printf '%-46s %7d %7d\n' "$2" "${OUT[$1]}" "${BACK[$1]}"
}

# $1: what is asked, $2: key of what must be at most, $3: times, $4: this key
check()
{
	local way cost most verdict

	for way in OUT BACK; do
		local -n costs=$way
		cost=${costs[$2]} most=${costs[$4]}
		verdict=$(awk -v a="$cost" -v b="$most" -v limit="$3" 'BEGIN {
			printf "%.2f %s", a / b, (a > b * limit) ? "exceeds" : "ok" }')
		printf '%-46s %-4s %s, limit %s\n' "$1" "${way,,}" "$verdict" "$3"
		[[ $verdict == *ok ]] || failed=1
	done
}

[[ ${ICOUNT:-} == 1 ]] || die 'ICOUNT=1 is needed: times are instructions'
declare -A OUT BACK
failed=0
echo "Linux $(uname -r): instructions of a router for a packet of 172 bytes"
printf '%-46s %7s %7s\n' '' out back
row plain 'IPv4, forwarded' 44 true
row nat 'NAT44, conntrack, policy, masquerade' 44 rules
row nat_flow 'NAT44, flowtable' 44 flowtable
row alone 'trgw0 without conntrack' 64 true
row legs 'trgw0, two conntrack legs, policy, masquerade' 64 rules
row legs_flow 'trgw0, flowtable on both legs' 64 flowtable
missing=$(jool_missing)
if [[ $missing ]]; then
	printf '%-46s missing: %s\n' 'Jool' "${missing//$'\n'/, }"
else
	row jool 'Jool, NAT64' 64 jool64
fi
check 'trgw0 with flowtable, times NAT44 with flowtable' legs_flow "$LIMIT" nat_flow
check 'trgw0 with two legs, times NAT44' legs "$LIMIT" nat
[[ $missing ]] || check 'trgw0 with two legs, times Jool' legs 1.0 jool
exit "$failed"
