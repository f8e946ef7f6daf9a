#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The other way round: two baresip phones with IPv4 only; a
# Kamailio proxy and a baresip phone with IPv6 only.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

SIX=wan
interop baresip kamailio
OTHER_HALF=baresip run_python
exit "$EXIT_STATUS"
