#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A thousand calls on one signalling flow: none knows of another.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
