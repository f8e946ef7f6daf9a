#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The same addresses twice: in two conntrack zones of one router, and in two
# routers.
#
#   $lan  192.168.1.2 --- lan0          wan0 --- 203.0.113.2 $wan	zone 1
#                              $router
#   $lan2 192.168.1.2 --- lan1          wan1 --- 203.0.113.2 $wan2	zone 2
#
#   $lan3 192.168.1.2 ---     $router3      --- 203.0.113.2 $wan3	zone 0

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

second_pair()
{
	setup_ns lan2 wan2
	topo_link "$lan2" 192.168.1.2 lan1 192.168.1.1
	topo_link "$wan2" 203.0.113.2 wan1 203.0.113.1
	ip -"$FAMILY" -n "$router" -batch - <<-EOT
	rule add dev lan0 lookup 101
	rule add dev wan0 lookup 101
	rule add dev lan1 lookup 102
	rule add dev wan1 lookup 102
	route add $(inet 192.168.1.0)/$PREFIX dev lan0 table 101
	route add $(inet 203.0.113.0)/$PREFIX dev wan0 table 101
	route add $(inet 192.168.1.0)/$PREFIX dev lan1 table 102
	route add $(inet 203.0.113.0)/$PREFIX dev wan1 table 102
	route flush table main
	EOT
	ip netns exec "$router" nft -f - <<-EOT
	table $IP zones {
		chain zone {
			type filter hook prerouting priority raw
			iifname { lan0, wan0 } ct zone set 1
			iifname { lan1, wan1 } ct zone set 2
		}
		chain masq {
			type nat hook postrouting priority srcnat
			oifname wan1 masquerade
		}
	}
	EOT
}

sip_nat
router3=$router lan3=$lan wan3=$wan
sip_nat
second_pair
export lan2 wan2 lan3 router3 wan3
run_python
exit "$EXIT_STATUS"
