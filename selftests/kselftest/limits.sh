#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Every limit, at it and one past it.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
