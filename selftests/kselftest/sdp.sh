#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What an SDP may say: streams, addresses, ports, transports, bodies.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
