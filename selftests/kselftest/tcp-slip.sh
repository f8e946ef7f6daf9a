#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Streams that are no SIP, or stop being it: never parsed again, or reset.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat tcp
run_python
exit "$EXIT_STATUS"
