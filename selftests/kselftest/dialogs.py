#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A thousand calls on one signalling flow do not affect each other.

Twenty ports inside and fifty outside: each call has a pair of its own.
"""
import time

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, STOCK, WAN, Call, Counters, Media, Phone, calls,
    deaf, expect_max, expectations, flush, poll, setting, sipims)

topology("nat")

NEAR, FAR = 20, 50
CALLS = NEAR * FAR
LIMIT = 60      # seconds

expect_max(65536)
alice = Phone(LAN, INSIDE, "alice", media=None)
bob = Phone(WAN, OUTSIDE, "bob", media=None)
near = [Media(LAN, INSIDE, 4000 + 2 * i) for i in range(NEAR)]
far = [Media(WAN, OUTSIDE, 6000 + 2 * i) for i in range(FAR)]
everyone = [Call(alice, bob, media=pair) for pair in
            ((a, b) for a in near for b in far)]
# the first ones leave in one way or another
bye, rebye, moving, refused = everyone[:4]
staying = everyone[2:]
began = time.monotonic()


def silent(which):
    """Return how many calls lack audio both ways, and the first ones; the
    first failures are enough with the stock helper.
    """
    which = which[::50] if STOCK else which
    silents = [call.call_id for call in which if not call.has_audio()]
    return "%d of %d: %s" % (len(silents), len(which), silents[:5]) \
        if silents else ""


with setting(grace=1, t4=500, source_calls=0):
    with case("%d calls at once on one flow: all have audio" % CALLS):
        counters = Counters()
        for call in everyone:
            call.invite()
        check(STOCK or calls()[0] == CALLS, calls())
        for call in everyone:
            call.accept(request=call.asked[bob])
        check(len({call.mapped() for call in everyone}) == CALLS,
              "two calls have the same public port")
        check(not silent(everyone), silent(everyone))
        counters.check(dropped=0, calls_opened=CALLS, calls_closed=0)

    with case("BYE, CANCEL, 4xx and a refused re-INVITE affect no other call"):
        bye.bye()
        rebye.bye(bob)
        for status in ("486 Busy Here", "487 Request Terminated",
                       "404 Not Found", "603 Decline"):
            # a call that is not answered
            call = Call(alice, bob, media=everyone[0].media.values())
            call.invite()
            invite = call.asked[bob]
            if status.startswith("487"):
                call.request(alice, "CANCEL", contact=False)
                call.reply(bob, "200 OK", contact=False)
            call.reply(bob, status, request=invite, contact=False)
            call.request(alice, "ACK", cseq=1)
        place = refused.mapped()
        refused.request(alice, "INVITE", refused.sdp(alice).replace(
            "m=audio 4000", "m=audio 5000"))
        refused.reply(bob, "488 Not Acceptable Here", contact=False)
        refused.request(alice, "ACK")
        refused.announced[bob] = [place]
        place = moving.mapped()
        moving.media[alice] = Media(LAN, INSIDE, 5002)
        moving.invite()
        moving.accept()
        check(poll(lambda: STOCK or calls()[0] == CALLS - 2, 8), calls())
        check(poll(lambda: deaf(moving.media[bob].rtp, near[0].rtp, place)),
              "where a call moved from")
        check(not silent(staying), silent(staying))
        for call in (bye, rebye):
            check(deaf(call.media[bob].rtp, call.media[alice].rtp,
                       call.mapped()), "a call that is over")

    with case("after a thousand BYEs nothing is left"):
        for call in staying:
            call.bye()
        check(poll(lambda: calls() == (0, 0) and not expectations(), 10),
              "%s, %d expectations" % (calls(), len(expectations())))
        check(time.monotonic() - began < LIMIT,
              "%d s for all of it" % (time.monotonic() - began))

with case("max-call limits a dialog, and no request extends it"):
    if not STOCK:
        flush()
        with setting(max_call=60):
            call = Call(alice, bob, media=(near[0], far[0])).start()
            left = sipims("-L", "calls")["calls"][0]["timeout"]
            check(50000 < left <= 60000, left)
            # no request in the call extends it
            call.invite()
            call.accept()
            again = sipims("-L", "calls")["calls"][0]["timeout"]
            check(again <= left, "%d became %d" % (left, again))

finish()
