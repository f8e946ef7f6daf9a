#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A call right after another one, on the same ports at both ends: through NAT,
through a firewall without NAT, and between the families.  The router forwards
only what the helper expects.
"""
import re
import time

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, WAN, Call, Phone, calls, expectations, flows,
    flush, header, media_flows, poll, register, registered, setting,
    uri_place)
from xlat import OUTSIDE6, SIX

TOPOLOGY = topology("strict", "strict-routed", "xlat", families=(4, 6))

XLAT = TOPOLOGY == "xlat"
# Sessions of a call: one for each leg
LEGS = 2 if XLAT else 1
THERE = (OUTSIDE6 if XLAT else OUTSIDE), 5060
alice = Phone(LAN, SIX if XLAT else INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)


class Ears:
    """Numbered packets from the ends of a call; all have to arrive, and from
    the address that was announced for their sender.
    """

    def __init__(self, call):
        self.call = call
        self.sent = {end: 0 for end in (alice, bob)}
        self.heard = {end: 0 for end in (alice, bob)}
        self.strange = set()
        for end in (alice, bob):
            end.media.rtp.drain()

    def place(self, end):
        """Return the address at which an end knows the other's media."""
        if end in self.call.announced:
            return self.call.announced[end][0]
        return THERE[0], bob.media.port

    def look(self, end, timeout=0.0):
        got = end.media.rtp.recv(timeout)
        while got is not None:
            if got.startswith(self.call.call_id.encode()):
                self.heard[end] += 1
                if end.media.rtp.peer != self.place(end):
                    self.strange.add(end.media.rtp.peer)
            got = end.media.rtp.recv(0)

    def talk(self, ends, until, pause=0.02):
        """Send from the ends until the condition is true."""
        while not until():
            for end in ends:
                self.sent[end] += 1
                end.media.rtp.send("%s %d" % (self.call.call_id,
                                              self.sent[end]),
                                   self.call.announced[end][0])
            for end in (alice, bob):
                self.look(end, pause / 2)

    def seconds(self, ends, number):
        end = time.monotonic() + number
        self.talk(ends, lambda: time.monotonic() > end)

    def check(self):
        self.seconds((), 0.2)
        for end, other in ((alice, bob), (bob, alice)):
            check(self.heard[other] == self.sent[end],
                  "of %d packets of %s arrive %d" % (
                      self.sent[end], end.user, self.heard[other]))
        check(not self.strange, "media comes from %s" % self.strange)


def ends():
    """Return whether the earlier call and its flows are removed."""
    if poll(lambda: calls()[0] <= LEGS, 0):
        return True
    return False


def both(call):
    """Return whether media passes both ways from the announced endpoints."""
    ears = Ears(call)
    ears.talk([alice, bob], lambda: ears.sent[bob] > 2)
    ears.seconds((), 0.2)
    return ears.sent == {bob: ears.heard[alice],
                         alice: ears.heard[bob]} and not ears.strange


def holes():
    """Return the expectations of media."""
    return [line for line in expectations() if "dport=5060 mask" not in line]


def gone():
    """Check that nothing of a call is left."""
    check(poll(lambda: calls()[0] == 0, 8), calls())
    check(poll(lambda: not holes()), holes())
    left = [line for line in media_flows() if alice.addr in line]
    check(not left, left)


def first(caller, callee, to, end):
    """Make a call with media and end it."""
    call = Call(caller, callee, to).start()
    call.check_audio()
    end(call)
    return call


def answered(call):
    call.bye()


def second(caller, callee, to):
    """Make the next call: early media of the end that sends first, up to
    and past the end of the earlier call; then the answer.
    """
    call = Call(caller, callee, to)
    ears = Ears(call)
    call.invite()
    if callee is bob:
        ears.seconds([bob], 0.3)
    call.reply(callee, "183 Session Progress", call.sdp(callee))
    ears.seconds([callee], 0.3)
    ears.talk([callee] if callee is alice else [alice, bob], ends)
    ears.seconds([callee], 0.3)
    call.accept()
    ears.seconds([alice, bob], 0.3)
    ears.check()
    call.check_audio()
    call.bye()
    gone()


def enter():
    """Register alice; return the endpoint of calls to her."""
    got = register(alice, bob, to=THERE)
    registered(bob, alice, got)
    return uri_place(header(got, "Contact")[0])


def early(caller, callee, to):
    """Start a call with early media; return it and its INVITE."""
    call = Call(caller, callee, to)
    call.invite()
    asked = call.asked[callee]
    call.reply(callee, "183 Session Progress", call.sdp(callee))
    call.check_audio()
    return call, asked


def cancelled():
    """Cancel a call."""
    call, asked = early(alice, bob, THERE)
    call.begun = False
    call.request(alice, "CANCEL", contact=False)
    call.reply(bob, "200 OK", contact=False)
    call.reply(bob, "487 Request Terminated", request=asked, contact=False)
    call.request(alice, "ACK")


def refused():
    """Refuse a call after early media."""
    call, _ = early(alice, bob, THERE)
    call.begun = False
    call.reply(bob, "486 Busy Here", contact=False)
    call.request(alice, "ACK")


def living():
    """Return the ids of the media flows."""
    text = "\n".join(line for line in flows("-p", "udp", "-o", "id")
                     if "port=5060 " not in line)
    return sorted(re.findall(r" id=(\d+)", text))


def between(call):
    """Start a second call between the same ports."""
    before = living()
    check(len(before) >= 2, before)
    other = Call(alice, bob, THERE)
    other.invite()
    other.reply(bob, "183 Session Progress", other.sdp(bob))
    other.accept()
    check(living() == before, "flows were %s, are %s" % (before, living()))
    call.check_audio()
    return other


flush()
with case("a call out after a call out"), setting(grace=1):
    first(alice, bob, THERE, answered)
    second(alice, bob, THERE)

flush()
with case("a call in after a call in"), setting(grace=1):
    there = enter()
    first(bob, alice, there, answered)
    second(bob, alice, there)

flush()
with case("a call in after a call out"), setting(grace=1):
    there = enter()
    first(alice, bob, THERE, answered)
    second(bob, alice, there)

flush()
with case("a call out after a call in"), setting(grace=1):
    there = enter()
    first(bob, alice, there, answered)
    second(alice, bob, THERE)

flush()
with case("a call after a cancelled one"), setting(grace=1):
    cancelled()
    second(alice, bob, THERE)

flush()
with case("a call after a refused one"), setting(grace=1):
    refused()
    second(alice, bob, THERE)

flush()
with case("a live call keeps its flows, and the next call takes them over"):
    with setting(grace=1):
        call = Call(alice, bob, THERE).start()
        call.check_audio()
        other = between(call)
        call.bye()
        # until the other call owns the shared flows
        check(poll(lambda: calls()[0] == LEGS and both(other), 8),
              "no audio after the end of the first")
        other.check_audio()
        other.bye()
        gone()

flush()
with case("an unanswered BYE does not hand the flows over"), setting(grace=2):
    call = Call(alice, bob, THERE).start()
    call.check_audio()
    call.request(alice, "BYE")
    other = between(call)
    ears = Ears(call)
    ears.seconds([alice, bob], 3)
    ears.check()
    check(calls()[0] == 2 * LEGS, "calls: %s" % (calls(),))
    call.reply(bob, "200 OK", contact=False)

finish()
