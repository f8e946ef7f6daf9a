#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The same over TCP, in any segments.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
run_python
exit "$EXIT_STATUS"
