#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""After a refused offer the negotiation before it applies again."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, RACK, RELIABLE, WAN, Call, Counters,
    Media, Phone, add_address, both_ways, carry, check_bytes, closes,
    flush, hears, media_of, sdp, setting, uri_place)

topology("nat")

add_address(WAN, "203.0.113.4")
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
near = Media(LAN, INSIDE, 4100)         # the endpoint of the refused offers
far = Media(WAN, "203.0.113.4", 6100)
NEW = sdp(INSIDE, [4100], version=2)
FAR = sdp("203.0.113.4", [6100], version=2)


def begin():
    flush()
    return Call(alice, bob).start()


def check_undone(call, place, moved):
    """Check that the old ports have audio and the refused ones are closed."""
    call.announced[bob], call.announced[alice] = [place], [(OUTSIDE, 6000)]
    call.check_audio()
    check(bob.media.rtp.peer == place, "alice is heard from %s, not %s" % (
        bob.media.rtp.peer, place))
    check(moved is None or
          closes(bob.media.rtp, near.rtp, moved) and
          closes(far.rtp, near.rtp, moved) and
          closes(bob.media.rtcp, near.rtcp, (PUBLIC, moved[1] + 1)),
          "the refused offer's port leads in")
    check(closes(far.rtp, alice.media.rtp, place), "from the refused address")
    call.check_audio()


ERRORS = ("488 Not Acceptable Here", "491 Request Pending",
          "606 Not Acceptable", "422 Session Interval Too Small",
          "500 Server Internal Error")

with setting(grace=1, t4=500):
    for error in ERRORS:
        with case("re-INVITE that moves a port, refused: " + error):
            call = begin()
            counters = Counters()
            place = call.mapped()
            call.request(alice, "INVITE", NEW)
            moved = call.mapped()
            check(moved != place, "the offer got the old port")
            # until the final response both the old and the new port work
            check(hears(bob.media.rtp, alice.media.rtp, place), "the old one")
            check(hears(bob.media.rtp, near.rtp, moved), "the offered one")
            call.reply(bob, error, contact=False)
            call.request(alice, "ACK")
            check_undone(call, place, moved)
            counters.check(offer_refused=1, dropped=0)

    with case("401 and 407 in the call, then the offer again"):
        for status in ("401 Unauthorized",
                       "407 Proxy Authentication Required"):
            call = begin()
            place = call.mapped()
            call.request(alice, "INVITE", NEW)
            call.reply(bob, status, contact=False)
            call.request(alice, "ACK")
            call.request(alice, "INVITE", NEW)
            call.accept()
            check(both_ways(near, call.mapped(), bob.media, (OUTSIDE, 6000)),
                  "no audio where it moved")
            check(closes(bob.media.rtp, alice.media.rtp, place),
                  "the old one")

    with case("481 and 408 to a re-INVITE end the dialog (RFC 5057)"):
        for status in ("481 Call/Transaction Does Not Exist",
                       "408 Request Timeout"):
            call = begin()
            place = call.mapped()
            call.request(alice, "INVITE", NEW)
            call.reply(bob, status, contact=False)
            call.request(alice, "ACK")
            # whether the call or only the offer ended: the offered
            # ports are closed
            check(closes(bob.media.rtp, near.rtp, call.mapped()),
                  status + ": what was offered is open")

    for error in ("488 Not Acceptable Here", "491 Request Pending",
                  "500 Server Internal Error"):
        with case("UPDATE that moves a port, refused: " + error):
            call = begin()
            counters = Counters()
            place = call.mapped()
            call.request(alice, "UPDATE", NEW)
            moved = call.mapped()
            call.reply(bob, error, contact=False)
            check_undone(call, place, moved)
            counters.check(offer_refused=1, dropped=0)

    with case("an early UPDATE that is refused leaves early media as it was"):
        flush()
        call = Call(alice, bob)
        call.invite()
        invite = call.asked[bob]
        place = call.mapped()
        call.reply(bob, "183 Session Progress", call.sdp(bob), extra=RELIABLE)
        call.request(alice, "PRACK", extra=RACK)
        call.reply(bob, "200 OK")
        call.request(alice, "UPDATE", NEW)
        moved = call.mapped()
        call.reply(bob, "488 Not Acceptable Here", contact=False)
        check_undone(call, place, moved)
        call.reply(bob, "200 OK", request=invite)
        call.request(alice, "ACK", cseq=1)
        check_undone(call, place, moved)

    with case("a re-INVITE from outside, refused"):
        call = begin()
        counters = Counters()
        place = call.mapped()
        call.request(bob, "INVITE", FAR)
        call.reply(alice, "488 Not Acceptable Here", contact=False)
        call.request(bob, "ACK")
        check_undone(call, place, None)
        counters.check(offer_refused=1, dropped=0)

    with case("a provisional answer to a re-INVITE that fails is rolled back"):
        call = begin()
        place = call.mapped()
        call.request(alice, "INVITE", NEW)
        moved = call.mapped()
        call.reply(bob, "183 Session Progress", FAR, extra=RELIABLE)
        check(both_ways(near, moved, far, ("203.0.113.4", 6100)),
              "no audio as the 183 said")
        call.reply(bob, "488 Not Acceptable Here", contact=False)
        call.request(alice, "ACK")
        check_undone(call, place, moved)

    with case("a cancelled re-INVITE is rolled back"):
        call = begin()
        place = call.mapped()
        call.request(alice, "INVITE", NEW)
        asked, moved = call.asked[bob], call.mapped()
        call.request(alice, "CANCEL", contact=False)
        call.reply(bob, "200 OK", contact=False)
        call.reply(bob, "487 Request Terminated", request=asked,
                   contact=False)
        call.request(alice, "ACK")
        check_undone(call, place, moved)

    with case("a refused re-INVITE that removes a stream: the stream stays"):
        call = begin()
        place = call.mapped()
        call.request(alice, "INVITE", sdp(INSIDE, [0], version=2))
        call.reply(bob, "488 Not Acceptable Here", contact=False)
        call.request(alice, "ACK")
        check_undone(call, place, None)

    with case("a refused re-INVITE that adds a stream: only that closes"):
        call = begin()
        place = call.mapped()
        call.request(alice, "INVITE", sdp(INSIDE, [4000, 4100], version=2))
        check(call.mapped() == place, "the first stream moved")
        moved = call.announced[bob][1]
        call.reply(bob, "488 Not Acceptable Here", contact=False)
        call.request(alice, "ACK")
        check_undone(call, place, moved)

    with case("after a refused offer the next one has the ports that it names"):
        call = begin()
        for status in ("488 Not Acceptable Here", "491 Request Pending"):
            call.request(alice, "INVITE", NEW)
            call.reply(bob, status, contact=False)
            call.request(alice, "ACK")
        call.request(alice, "INVITE", NEW)
        call.reply(bob, "200 OK", FAR)
        call.request(alice, "ACK")
        check(both_ways(near, call.mapped(), far, ("203.0.113.4", 6100)),
              "no audio where it moved")

    with case("glare: both offer, both answer 491, then one succeeds"):
        call = begin()
        place = call.mapped()
        call.request(alice, "INVITE", NEW)
        moved, to_bob = call.mapped(), call.asked[bob]
        call.request(bob, "INVITE", FAR)
        call.reply(alice, "491 Request Pending", contact=False)
        call.reply(bob, "491 Request Pending", request=to_bob, contact=False)
        call.request(bob, "ACK", cseq=call.cseq[bob])
        call.request(alice, "ACK", cseq=call.cseq[alice])
        check_undone(call, place, moved)
        call.request(bob, "INVITE", FAR)
        got = call.reply(alice, "200 OK", NEW)
        call.request(bob, "ACK")
        check(both_ways(near, media_of(got)[0], far, ("203.0.113.4", 6100)),
              "no audio after the second try")

    with case("glare of UPDATE and re-INVITE"):
        call = begin()
        place = call.mapped()
        call.request(bob, "UPDATE", FAR)
        to_alice = call.asked[alice]
        call.request(alice, "INVITE", NEW)
        moved, to_bob = call.mapped(), call.asked[bob]
        call.reply(alice, "491 Request Pending", request=to_alice,
                   contact=False)
        call.reply(bob, "491 Request Pending", request=to_bob, contact=False)
        call.request(alice, "ACK", cseq=call.cseq[alice])
        check_undone(call, place, moved)

    with case("a retransmitted 488 and ACK: the same bytes, the same media"):
        call = begin()
        place = call.mapped()
        call.request(alice, "INVITE", NEW)
        moved = call.mapped()
        got = call.reply(bob, "488 Not Acceptable Here", contact=False)
        refusal, to_alice = call.sent, bob.sip.peer
        ack = call.request(alice, "ACK")
        sent = call.sent
        check_bytes(carry(bob, alice, refusal, to_alice), got, "488")
        check_bytes(carry(alice, bob, sent, uri_place(call.target[alice])),
                    ack, "ACK")
        check_undone(call, place, moved)

finish()
