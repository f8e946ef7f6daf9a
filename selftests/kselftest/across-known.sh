#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A message between families is read once, and anew where its bytes have changed.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
ip netns exec "$router" nft -f - <<-EOT || die 'the rules cannot be set'
table ip between {
	chain forward {
		type filter hook forward priority -10; policy accept;
	}
}
EOT
run_python
exit "$EXIT_STATUS"
