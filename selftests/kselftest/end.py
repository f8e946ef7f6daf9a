#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The end of a call: a grace period, then nothing of it is left."""
import time

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, STOCK, WAN, Call, Phone, calls, expectations,
    flush, media_flows, poll, sipims)

topology("nat", extended=(6,))

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)


def talk(call, seconds):
    """Send media both ways every 20 ms; return whether bob's last arrives."""
    end = time.monotonic() + seconds
    passes = False
    while time.monotonic() < end:
        alice.media.rtp.send(b"\x80", call.announced[alice][0])
        bob.media.rtp.send(b"\x80", call.mapped())
        passes = alice.media.rtp.recv(0.02) is not None
        bob.media.rtp.drain()
    alice.media.rtp.drain()
    return passes


def left(call):
    """Return pinholes, and flows through the call's public port to alice.

    Late packets may create a flow to the router itself, which is harmless.
    """
    port = "port=%d " % call.mapped()[1]
    return len(expectations()), [line for line in media_flows()
                                 if port in line and INSIDE in line]


def ends_after_grace(call):
    """Check the grace period of 5 s under continuous media."""
    end = time.monotonic() + 5
    check(talk(call, 3.8), "no audio in the grace period")
    pinholes, live = left(call)
    check(time.monotonic() > end or (pinholes and live),
          "after 4 s: %d pinholes, flows: %s" % (pinholes, live))
    talk(call, end + 1.5 - time.monotonic())
    check(not talk(call, 0.5), "audio after the end")
    pinholes, live = left(call)
    check(not pinholes and not live, "left: %d pinholes, flows: %s" % (
        pinholes, live))
    check(calls() == (0, 0), "sipims -C: %s" % (calls(),))


with case("BYE: after the grace period pinholes and media flows are gone"):
    call = Call(alice, bob).start()
    call.check_audio()
    call.bye()
    ends_after_grace(call)

flush()
with case("CANCEL: the same with early media"):
    call = Call(alice, bob)
    call.invite()
    invite = call.asked[bob]
    call.reply(bob, "183 Session Progress", call.sdp(bob))
    call.check_audio()
    call.begun = False
    call.request(alice, "CANCEL", contact=False)
    call.reply(bob, "200 OK", contact=False)
    call.reply(bob, "487 Request Terminated", request=invite, contact=False)
    call.request(alice, "ACK")
    ends_after_grace(call)

if not STOCK:
    flush()
    with case("grace is a setting; 0 ends a call with the BYE"):
        sipims("set", "grace=0")
        call = Call(alice, bob).start()
        call.check_audio()
        call.request(alice, "BYE")
        check(poll(lambda: calls() == (0, 0), 1), calls())
        call.check_closed()
        sipims("set", "grace=5")

    flush()
    with case("an unanswered INVITE ends with timer C"):
        sipims("set", "timer-c=1")
        call = Call(alice, bob)
        call.invite()
        check(poll(lambda: calls() == (0, 0), 4), calls())
        check(not expectations(), expectations())
        sipims("set", "timer-c=180")

    sipims("set", "grace=1")

flush()
with case("a 200 that crosses the CANCEL confirms the call"):
    call = Call(alice, bob)
    call.invite()
    invite = call.asked[bob]
    call.request(alice, "CANCEL", contact=False)
    call.reply(bob, "200 OK", call.sdp(bob), request=invite)
    check(talk(call, 2), "no audio after the grace period")

finish()
