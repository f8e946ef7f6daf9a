#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Messages across the families that fit no packet, before or only behind it.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_across
run_python
cleanup_all_ns
sip_core
run_python core
exit "$EXIT_STATUS"
