#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A firewall without NAT: pinholes open and close, no byte changes.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

checktool python3 'command -v python3'
checktool conntrack 'command -v conntrack'
checktool nft 'command -v nft'
helper=$(helper_name) || skip_all 'the helper cannot be loaded'
topo_nat
modprobe -q nft_objref
ip netns exec "$router" nft -f - <<EOT
table $IP sip_test {
	ct helper sip {
		type "$helper" protocol udp;
	}
	chain helper {
		type filter hook prerouting priority -150; policy accept;
		udp dport 5060 ct helper set "sip"
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		udp dport 5060 accept
	}
}
EOT
run_python
exit "$EXIT_STATUS"
