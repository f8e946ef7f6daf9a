#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Sixty calls at once over one signalling flow."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, STOCK, WAN, Call, Media, Phone, calls,
    expectations, flush, media_flows, poll, setting)

topology("nat")

CALLS = 60

alice = Phone(LAN, INSIDE, "alice", media=3000)
bob = Phone(WAN, OUTSIDE, "bob", media=3000)
ends = [(Media(LAN, INSIDE, 4000 + 2 * i), Media(WAN, OUTSIDE, 6000 + 2 * i))
        for i in range(CALLS)]


def all_closed():
    """Return the numbers of expectations, media flows, and calls."""
    return not expectations() and not media_flows() and calls()[0] == 0


def silent(which):
    """Return the calls without audio both ways."""
    silents = [call.call_id for call in which if not call.has_audio()]
    return "%d: %s" % (len(silents), " ".join(silents)) if silents else ""


everyone = [Call(alice, bob, media=pair) for pair in ends]

with case("%d calls on one flow: all have audio both ways" % CALLS):
    for call in everyone:
        call.invite()
    for call in everyone:
        call.reply(bob, "180 Ringing", request=call.asked[bob])
    for call in everyone:
        call.accept(request=call.asked[bob])
    check(len({call.mapped() for call in everyone}) == CALLS,
          "two calls have the same public port")
    silents = silent(everyone)
    check(not silents, "no audio: %s" % silents)

leaving, staying = everyone[:3], everyone[3:]
with case("the end of one call does not affect another call's audio"), \
        setting(grace=1):
    leaving[0].bye()
    for status in ("404 Not Found", "487 Request Terminated"):
        other = Call(alice, bob)
        other.invite()
        if status.startswith("487"):
            other.request(alice, "CANCEL", contact=False)
            other.reply(bob, "200 OK", contact=False)
        other.reply(bob, status, contact=False)
        other.request(alice, "ACK")
        silents = silent(staying)
        check(not silents, "after %s no audio: %s" % (status, silents))
    leaving[1].bye(bob)
    leaving[2].bye()
    poll(lambda: STOCK or calls()[0] == len(staying), 8)
    silents = silent(staying)
    check(not silents, "no audio: %s" % silents)

with case("after all BYEs nothing is left within 8 s"):
    for call in staying:
        call.bye()
    check(poll(all_closed, 8), "left: %s %s" % (
        expectations()[:3], media_flows()[:3]))

flush()
for pair in ends:
    for media in pair:
        media.close()
alice.media.close()
bob.media.close()
ends = (Media(LAN, INSIDE, 4000), Media(WAN, OUTSIDE, 6000))
everyone = [Call(alice, bob, media=ends) for i in range(CALLS)]

with case("%d calls with the same ports" % CALLS), setting(grace=1):
    for call in everyone:
        call.invite()
    for call in everyone:
        call.accept(request=call.asked[bob])
    check(len({call.mapped() for call in everyone}) == CALLS,
          "two calls have the same public port")
    silents = silent(everyone)
    check(not silents, "no audio: %s" % silents)
    for call in everyone:
        call.bye()
    check(poll(all_closed, 8), "left: %s %s" % (
        expectations()[:3], media_flows()[:3]))

finish()
