#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# SIP over TCP: registration and calls with media, and any cut of a stream
# makes the same bytes as none.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat tcp
run_python
exit "$EXIT_STATUS"
