#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A PBX behind a static mapping: calls and registrations from outside.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
ip netns exec "$router" nft -f - <<EOT
table $IP static {
	chain mapping {
		type nat hook prerouting priority dstnat; policy accept;
		iifname wan0 udp dport 5060 dnat to $(inet 192.168.1.2)
	}
}
EOT
run_python
exit "$EXIT_STATUS"
