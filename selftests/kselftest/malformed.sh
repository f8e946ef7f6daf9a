#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Datagrams that are no SIP: each is counted under its own name.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
