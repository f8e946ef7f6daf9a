#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What changes its family in headers and SDP, and what stays, byte by byte.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
run_python
exit "$EXIT_STATUS"
