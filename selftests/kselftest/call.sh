#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Calls from inside through NAT: what the other side reads, who hears whom,
# and how a call changes and ends.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
