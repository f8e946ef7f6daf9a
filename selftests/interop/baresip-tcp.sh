#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Three baresip phones and a Kamailio proxy, all by TCP: calls in both
# directions, hold, transfer.

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

TRANSPORT=tcp
interop baresip kamailio
run_python
exit "$EXIT_STATUS"
