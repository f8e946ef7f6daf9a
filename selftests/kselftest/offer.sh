#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Offers and answers wherever SIP allows them, and what is no answer.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
