#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Connects to the phone on this host: copies DIR/orders to the phone, and its
# events to DIR/events.
#
#   remote.sh DIR

exec 3<>/dev/tcp/127.0.0.1/4444
cat <&3 >"$1/events" &
# Opened for reading and writing, so that cat does not stop after one writer.
exec cat <>"$1/orders" >&3
