#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Whom an IPv6 core may speak of, and whom nobody may.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_core
run_python
exit "$EXIT_STATUS"
