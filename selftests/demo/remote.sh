#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# One connection to the phone on this host: what is written to DIR/orders goes
# to the phone, what it tells goes to DIR/events.

exec 3<>/dev/tcp/127.0.0.1/4444
cat <&3 >"$1/events" &
# for reading and writing, so that it does not end with the first writer
exec cat <>"$1/orders" >&3
