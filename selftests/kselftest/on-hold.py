#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Calls on hold and resumed, with and without retain-hold."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, STOCK, WAN, Call, Counters, Media, Phone,
    audio, body, both_ways, check_bytes, closes, flush, header, hears,
    inward, media_of, poll, sdp, setting, sipims)

topology("nat", extended=(6,))

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
near = Media(LAN, INSIDE, 4100)
far = Media(WAN, OUTSIDE, 6100)

NULL = "0.0.0.0"
# how alice puts bob on hold, and bob's answer
HOLDS = (
    ("c=0.0.0.0", sdp(NULL, [4000], origin=INSIDE, version=2), "recvonly"),
    ("media-level c=0.0.0.0",
     body(INSIDE, audio(4000, "c=IN IP4 " + NULL), version=2), "recvonly"),
    ("a=sendonly", body(INSIDE, audio(4000, "a=sendonly"), version=2),
     "recvonly"),
    ("a=inactive", body(INSIDE, audio(4000, "a=inactive"), version=2),
     "inactive"),
    ("a=inactive of the session",
     body(INSIDE, audio(4000), session=["a=inactive"], version=2),
     "inactive"),
)


def begin():
    flush()
    return Call(alice, bob).start()


def reinvite(call, end, offer, answer):
    """Return the media that the other end reads, and this one."""
    got = call.request(end, "INVITE", offer)
    back = call.reply(call.other(end), "200 OK", answer)
    call.request(end, "ACK")
    return got, back


def held(offer, way):
    """Start a call on hold; return it and its public endpoint before."""
    call = begin()
    place = call.mapped()
    got, _ = reinvite(call, alice, offer,
                      body(OUTSIDE, audio(6000, "a=" + way)))
    return call, place, got


def resume(call):
    reinvite(call, alice, call.sdp(alice, version=3), call.sdp(bob))


with setting(grace=1, t4=300):
    for name, offer, way in HOLDS:
        with case("retain-hold on: %s, the pinholes stay" % name):
            call, place, got = held(offer, way)
            check(NULL not in offer or media_of(got)[0][0] == NULL,
                  media_of(got))
            check(not closes(bob.media.rtp, alice.media.rtp, place, 0.8),
                  "music on hold is shut out")
            check(hears(alice.media.rtp, bob.media.rtp, (OUTSIDE, 6000)),
                  "alice's music")
            check(bob.media.rtp.peer == place, bob.media.rtp.peer)
            resume(call)
            check(call.mapped() == place, "%s became %s" % (
                place, call.mapped()))
            call.check_audio()

    for name, offer, way in HOLDS:
        with case("retain-hold off: %s" % name), setting(retain_hold="off"):
            call, place, got = held(offer, way)
            if NULL in offer:
                check(closes(bob.media.rtp, alice.media.rtp, place),
                      "the pinhole of a stream on hold is open")
            else:
                # RTCP continues (RFC 3264 5.1)
                check(hears(bob.media.rtcp, alice.media.rtcp,
                            (PUBLIC, place[1] + 1)), "no RTCP")
            resume(call)
            call.check_audio()

    with case("0.0.0.0 stays, the rest is translated"):
        call = begin()
        got, _ = reinvite(call, alice, HOLDS[0][1],
                          body(OUTSIDE, audio(6000, "a=recvonly")))
        check(b"c=IN IP4 0.0.0.0\r\n" in got, got)
        check(INSIDE.encode() not in got.split(b"\r\n\r\n")[1], got)
        check(header(got, "Content-Length") == [
            str(len(got.split(b"\r\n\r\n", 1)[1]))],
            header(got, "Content-Length"))

    with case("hold from outside, and resume"):
        for offer, way in ((sdp(NULL, [6000], origin=OUTSIDE), "recvonly"),
                           (body(OUTSIDE, audio(6000, "a=sendonly")),
                            "recvonly"),
                           (body(OUTSIDE, audio(6000, "a=inactive")),
                            "inactive")):
            call = begin()
            place = call.mapped()
            got, _ = reinvite(call, bob, offer,
                              body(INSIDE, audio(4000, "a=" + way)))
            check_bytes(got.split(b"\r\n\r\n")[1], offer, "hold")
            check(call.mapped() == place, call.mapped())
            reinvite(call, bob, call.sdp(bob), call.sdp(alice))
            call.check_audio()

    with case("both ends hold and resume, in either order"):
        for first, second in ((alice, bob), (bob, alice)):
            call = begin()
            place = call.mapped()
            hold = {end: body(end.addr, audio(end.media.port, "a=inactive"))
                    for end in (alice, bob)}
            for end in (alice, bob):
                reinvite(call, end, hold[end], hold[call.other(end)])
            reinvite(call, first, call.sdp(first), hold[second])
            reinvite(call, second, call.sdp(second), call.sdp(first))
            check(call.mapped() == place, call.mapped())
            call.check_audio()

    with case("one stream on hold, the other has audio (retain-hold off)"):
        with setting(retain_hold="off"):
            flush()
            call = Call(alice, bob)
            call.request(alice, "INVITE", sdp(INSIDE, [4000, 4100]))
            place, second = call.announced[bob]
            call.reply(bob, "200 OK", sdp(OUTSIDE, [6000, 6100]))
            call.request(alice, "ACK")
            call.check_audio()
            reinvite(call, alice, body(
                INSIDE, audio(4000), audio(4100, "c=IN IP4 " + NULL)),
                body(OUTSIDE, audio(6000), audio(6100, "a=recvonly")))
            call.check_audio()
            check(closes(far.rtp, near.rtp, second),
                  "the held stream's pinhole is there")
            reinvite(call, alice, sdp(INSIDE, [4000, 4100]),
                     sdp(OUTSIDE, [6000, 6100]))
            check(call.announced[bob] == [place, second], call.announced[bob])
            call.check_audio()
            check(both_ways(near, second, far, (OUTSIDE, 6100)),
                  "no audio in the stream that was resumed")

    with case("a call that is on hold from the start"):
        flush()
        call = Call(alice, bob)
        call.request(alice, "INVITE", HOLDS[0][1])
        call.reply(bob, "200 OK", body(OUTSIDE, audio(6000, "a=recvonly")))
        call.request(alice, "ACK")
        resume(call)
        call.check_audio()

    with case("a refused hold leaves the call off hold"):
        with setting(retain_hold="off"):
            for name, offer, _ in HOLDS:
                call = begin()
                place = call.mapped()
                call.request(alice, "INVITE", offer)
                call.reply(bob, "488 Not Acceptable Here", contact=False)
                call.request(alice, "ACK")
                call.announced[bob] = [place]
                check(not closes(bob.media.rtp, alice.media.rtp, place, 0.8),
                      name)
                call.check_audio()

    with case("a call on hold is not subject to inactive-media"):
        with setting(inactive_media=1):
            counters = Counters()
            call, place, _ = held(HOLDS[3][1], "inactive")
            before = sorted(inward())
            # no event may occur in this time
            closed_early = poll(lambda: set(before) - set(inward()), 3)
            check(not closed_early, "closed: %s" % (closed_early,))
            counters.check(media_inactive=0)
            resume(call)
            call.check_audio()

    with case("inactive-media closes a=inactive with retain-hold off"):
        with setting(inactive_media=1, retain_hold="off"):
            counters = Counters()
            call, place, _ = held(HOLDS[3][1], "inactive")
            check(poll(lambda: not inward(), 5), inward())
            counters.check(media_inactive=1)
            resume(call)
            call.check_audio()

    with case("sipims -L lists which stream is on hold"):
        if not STOCK:
            call, place, _ = held(HOLDS[2][1], "recvonly")
            entry = sipims("-L", "calls")["calls"][0]
            held_by = {binding["party"] for binding in entry["binding"]
                       if binding["on-hold"]}
            check(held_by == {"caller"}, "held by %s" % held_by)
            resume(call)
            entry = sipims("-L", "calls")["calls"][0]
            check(not any(binding["on-hold"] for binding in entry["binding"]),
                  "still held")

finish()
