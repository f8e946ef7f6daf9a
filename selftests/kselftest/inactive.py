#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Unused streams close and used ones stay open; latching."""
import contextlib
import threading

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, STOCK, WAN, Call, Counters, Media, Phone,
    Socket, add_address, both_ways, calls, deaf, flush, hears, inward,
    poll, sdp, setting, sipims)

topology("nat")

FAR = "203.0.113.4"

add_address(WAN, FAR)
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
near, far = Media(LAN, INSIDE, 4100), Media(WAN, OUTSIDE, 6100)
other = Socket(WAN, OUTSIDE, 7000)


@contextlib.contextmanager
def every(sock, place, pause=0.2):
    """Packets at intervals from a socket to an endpoint."""
    over = threading.Event()

    def run():
        while not over.wait(pause):
            sock.send(b"\x80", place)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def holes(place):
    """Return pinholes to a public RTP port and the one above."""
    return [hole for hole in inward() if hole[2] in (place[1], place[1] + 1)]


def begin():
    flush()
    return Call(alice, bob).start()


def seen():
    """Return the ms since RTP to and from each end, None for never."""
    bindings = sipims("-L", "calls")["calls"][0]["binding"]
    return {binding["party"]: (binding.get("rx-quiet"), binding.get("tx-quiet"))
            for binding in bindings if binding["component"] == 1}


def recent(quiet):
    return quiet is not None and quiet < 1000


if not STOCK:
    with setting(grace=1, t4=300, inactive_media=60), \
            case("the time since media was last seen, in each direction"):
        call = begin()
        never = (None, None)
        check(seen() == {"caller": never, "callee": never}, seen())
        with every(bob.media.rtp, call.mapped()):
            check(poll(lambda: recent(seen()["caller"][0])), seen())
            check(poll(lambda: recent(seen()["callee"][1])), seen())
            check(seen()["caller"][1] is None and seen()["callee"][0] is None, seen())
        check(poll(lambda: seen()["caller"][0] > 1000), seen())
        check(seen()["callee"][1] > 1000, seen())
        # the reply takes the same flow
        alice.media.rtp.send(b"\x80", call.announced[alice][0])
        check(poll(lambda: seen()["caller"][1] is not None), seen())
        now = seen()
        check(now["caller"][1] < now["caller"][0] and
              now["callee"][0] < now["callee"][1], now)
        streams = sipims("-L", "streams")["streams"]
        check([s["caller"]["rx-quiet"] > s["caller"]["tx-quiet"]
               for s in streams if s["component"] == 1] == [True], streams)
        flush()

with setting(grace=1, t4=300, inactive_media=2):
    with case("a silent stream closes, its call stays"):
        counters = Counters()
        call = begin()
        call.check_audio()
        place = call.mapped()
        check(poll(lambda: not holes(place), 8), inward())
        counters.check(media_inactive=1, calls_closed=0)
        check(calls()[0] == 1 or STOCK, calls())
        check(deaf(bob.media.rtp, alice.media.rtp, place), "RTP passes")
        check(deaf(bob.media.rtcp, alice.media.rtcp, (PUBLIC, place[1] + 1)),
              "RTCP passes")
        if not STOCK:
            entry = sipims("-L", "calls")["calls"][0]
            check(any(binding["inactive"] for binding in entry["binding"]),
                  "sipims -L does not say so")

    with case("a re-INVITE with the same SDP opens it again"):
        call.invite()
        check(call.mapped() == place, "%s, not %s" % (call.mapped(), place))
        call.accept()
        check(holes(place), inward())
        call.check_audio()

    with case("a BYE still ends it"):
        check(poll(lambda: not holes(place), 8), inward())
        call.bye()
        check(poll(lambda: calls() == (0, 0)), calls())

    with case("a re-INVITE of the other end opens it again"):
        call = begin()
        place = call.mapped()
        check(poll(lambda: not holes(place), 8), inward())
        call.request(bob, "INVITE", call.sdp(bob))
        call.reply(alice, "200 OK", call.sdp(alice))
        call.request(bob, "ACK")
        check(call.mapped() == place, call.mapped())
        call.check_audio()

    with case("of two streams the used one stays, the other closes"):
        flush()
        counters = Counters()
        call = Call(alice, bob)
        call.request(alice, "INVITE", sdp(INSIDE, [4000, 4100]))
        call.reply(bob, "200 OK", sdp(OUTSIDE, [6000, 6100]))
        call.request(alice, "ACK")
        used, unused = call.announced[bob]
        with every(bob.media.rtp, used):
            check(poll(lambda: not holes(unused), 8), inward())
            check(len(holes(used)) == 2, "%s: %s" % (used, inward()))
            counters.check(media_inactive=1)
            check(deaf(far.rtp, near.rtp, unused), "the unused one is open")
            call.check_audio()
        call.request(alice, "INVITE", sdp(INSIDE, [4000, 4100], version=2))
        call.reply(bob, "200 OK", sdp(OUTSIDE, [6000, 6100]))
        call.request(alice, "ACK")
        check(both_ways(near, unused, far, (OUTSIDE, 6100)),
              "the unused one does not open again")

    # all three at once, as each must stay open for longer than the setting
    flush()
    counters = Counters()
    kept = []
    with contextlib.ExitStack() as traffic:
        for number, (name, end, part) in enumerate((
                ("from outside", bob, "rtp"), ("from inside", alice, "rtp"),
                ("RTCP", bob, "rtcp"))):
            call = Call(alice, bob, media=(
                Media(LAN, INSIDE, 4200 + 10 * number),
                Media(WAN, OUTSIDE, 6200 + 10 * number))).start()
            addr, port = call.announced[end][0]
            port += part == "rtcp"
            traffic.enter_context(every(getattr(call.media[end], part),
                                        (addr, port)))
            kept.append((name, call))
        poll(lambda: [call for _, call in kept
                      if len(holes(call.mapped())) < 2], 5)
        for name, call in kept:
            with case("traffic one way only keeps a stream: " + name):
                check(len(holes(call.mapped())) == 2, inward())
                counters.check(media_inactive=0)
                call.check_audio()

with setting(grace=1, t4=300, latching="on"):
    with case("latching: the first source port locks, another is refused"):
        call = begin()
        counters = Counters()
        call.check_audio()
        check(deaf(other, alice.media.rtp, call.mapped()),
              "another port is let in")
        counters.check(latch_refused=1)
        check(deaf(Socket(WAN, OUTSIDE, 7001), alice.media.rtcp,
                   (PUBLIC, call.mapped()[1] + 1)), "RTCP of another port")
        counters.check(latch_refused=2)
        call.check_audio()

    with case("latching: the first source port may differ from the SDP"):
        call = begin()
        check(hears(other, alice.media.rtp, call.mapped()),
              "a phone behind a NAT of its own is shut out")
        check(deaf(bob.media.rtp, alice.media.rtp, call.mapped()),
              "a second source port is let in")
        check(hears(bob.media.rtcp, alice.media.rtcp,
                    (PUBLIC, call.mapped()[1] + 1)),
              "RTCP has a latch of its own")

    with case("latching: a new address in an answer resets the latch"):
        moved = Media(WAN, FAR, 6100)
        call = begin()
        call.check_audio()
        call.request(bob, "INVITE", sdp(FAR, [6100], version=2))
        call.reply(alice, "200 OK", call.sdp(alice))
        call.request(bob, "ACK")
        check(both_ways(alice.media, call.mapped(), moved, (FAR, 6100)),
              "no audio from where bob moved to")

    with case("latching: each call has a latch of its own"):
        flush()
        both = [Call(alice, bob),
                Call(alice, bob, media=(near, far))]
        for call in both:
            call.start()
        for call in both:
            call.check_audio()
        check(deaf(far.rtp, alice.media.rtp, both[0].mapped()),
              "the other call's source is let in")

flush()
with case("without latching another source port of the peer passes"):
    call = Call(alice, bob).start()
    counters = Counters()
    call.check_audio()
    check(hears(other, alice.media.rtp, call.mapped()), "it is shut out")
    counters.check(latch_refused=0)

finish()
