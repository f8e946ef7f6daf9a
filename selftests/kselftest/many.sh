#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Sixty calls at once over one signalling flow.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
