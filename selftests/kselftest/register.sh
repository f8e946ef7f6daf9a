#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Registrations, and the calls from outside that they let in.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
