#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What only IPv6 has, and both families in one table at once.
#
#   $lan                         $router                         $wan
#   eth0 ----------------- lan0          wan0 ----------------- eth0
#   192.168.1.2/24         .1            203.0.113.1/24         .2
#   fd00:1::2/64           ::1           2001:db8:1::1/64       ::2

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

checktool python3 'command -v python3'
checktool conntrack 'command -v conntrack'
checktool nft 'command -v nft'
helper=$(helper_name) || skip_all 'the helper cannot be loaded'
topo_nat
topo_six
modprobe -q nft_objref
ip netns exec "$router" nft -f - <<EOT
table inet sip_test {
	ct helper sip {
		type "$helper" protocol udp
	}
	chain helper {
		type filter hook prerouting priority -150; policy accept;
		udp dport 5060 ct helper set "sip"
	}
	chain masq {
		type nat hook postrouting priority srcnat; policy accept;
		oifname wan0 masquerade
	}
}
EOT
run_python
exit "$EXIT_STATUS"
