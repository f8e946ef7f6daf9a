#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The same addresses in two conntrack zones of one router and in a second
router: no call affects the others.
"""
import os
import subprocess

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, STOCK, WAN, Call, Media, Phone, add_address,
    calls, poll, sipims)

topology("zones", extended=(6,))

ROUTER3 = os.environ["router3"]
PAIRS = [(LAN, WAN), (os.environ["lan2"], os.environ["wan2"]),
         (os.environ["lan3"], os.environ["wan3"])]
phones = [(Phone(lan, INSIDE, "alice"), Phone(wan, OUTSIDE, "bob", media=6000))
          for lan, wan in PAIRS]


def same_call(number):
    """Return a call with the same Call-ID, tags, addresses and ports."""
    call = Call(*phones[number], call_id="same@call")
    call.tag = {call.caller: "a", call.callee: "b"}
    return call


with case("equal calls in two zones and in another router"):
    three = [same_call(number) for number in range(3)]
    for step in (lambda call: call.invite(),
                 lambda call: call.reply(call.callee, "180 Ringing"),
                 lambda call: call.accept()):
        for call in three:
            step(call)
    for call in three:
        call.check_audio()
    zones = [] if STOCK else sorted(
        entry["zone"] for entry in sipims("-L", "calls")["calls"])
    check(STOCK or zones == [1, 2], zones)
    check(STOCK or len(sipims("-L", "calls", ns=ROUTER3)["calls"]) == 1,
          "the other router")

with case("the end of one call does not affect the others"):
    three[0].bye()
    poll(lambda: STOCK or calls()[0] == 1, 8)
    three[0].check_closed()
    for call in three[1:]:
        call.check_audio()

if not STOCK:
    with case("settings and flush of one zone"):
        sipims("set", "-w", "1", "port-min=40000", "port-max=40099")
        three[0] = same_call(0).start()
        check(40000 <= three[0].mapped()[1] < 40100, three[0].mapped())
        three[0].check_audio()
        sipims("-F", "-w", "2")
        three[1].check_closed()
        three[0].check_audio()
        three[2].check_audio()
        three[1] = same_call(1).start()
        check(three[1].mapped()[1] < 40000, three[1].mapped())

with case("media from another server, where routes depend on the device"):
    add_address(PAIRS[1][1], "203.0.113.3")
    gateway = Media(PAIRS[1][1], "203.0.113.3", 6000)
    alice, bob = phones[1]
    call = Call(alice, bob, media=(alice.media, gateway))
    call.sdp = lambda end, **args: Call.sdp(
        call, end, **args).replace(OUTSIDE, "203.0.113.3")
    call.start()
    call.check_audio()

with case("a router that is deleted with calls up"):
    subprocess.run(["ip", "netns", "del", ROUTER3], check=True)
    if not STOCK:
        three[0].check_audio()
        check(poll(lambda: calls()[0] == 3), calls())

finish()
