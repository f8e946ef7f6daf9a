#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Datagrams that need fragments, in both families, before the router or only
# behind it; the topology is that of six.sh, and a phone with a short address.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

checktool python3 'command -v python3'
checktool conntrack 'command -v conntrack'
checktool nft 'command -v nft'
helper=$(helper_name) || skip_all 'the helper cannot be loaded'
topo_nat
topo_six
ip -n "$router" addr add 10.0.0.1/24 dev lan0
ip -n "$lan" addr add 10.0.0.2/24 dev eth0
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
