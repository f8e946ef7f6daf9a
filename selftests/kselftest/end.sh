#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The end of a call: a grace period, then everything is gone.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
