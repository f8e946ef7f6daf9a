#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Flushed tables and unloaded modules in the middle of calls.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
