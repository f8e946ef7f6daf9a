#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What is not an address of the router leaves as it came.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
