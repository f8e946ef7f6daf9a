#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Two phones behind the router: their media stay in the LAN.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
