#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What a stream may hold, at the bound and past it; ends with held bytes.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat tcp
run_python
exit "$EXIT_STATUS"
