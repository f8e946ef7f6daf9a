#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# TCP written segment by segment: what no kernel sends, but an attacker or
# another system may. The far end is the kernel's.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat tcp
# the kernel of the near end knows nothing of these connections; what the test
# writes itself has another TTL
ip netns exec "$lan" nft -f - <<-EOT
	table ip quiet {
		chain out {
			type filter hook output priority 0; policy accept;
			ip ttl != 65 tcp flags & rst == rst drop
		}
	}
EOT
run_python
exit "$EXIT_STATUS"
