#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Streams over TCP: MSRP and BFCP, with real connections.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
