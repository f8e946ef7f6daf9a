#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Registrations: farms, several phones, accounts and contacts, lifetimes.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

sip_nat
run_python
exit "$EXIT_STATUS"
