#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Offers and answers wherever SIP allows them (RFC 3264, 3261, 3262, 3311),
and SDP that is no answer.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, RACK, RELIABLE, WAN, Call, Counters,
    Media, Phone, add_address, both_ways, carry, check_bytes, closes,
    flush, header, hears, inward, media_of, sdp, setting, uri_place)

topology("nat", extended=(6,))

FAR = "203.0.113.4"

add_address(WAN, FAR)
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
near = Media(LAN, INSIDE, 4100)
far = Media(WAN, FAR, 6100)
NEAR_SDP = sdp(INSIDE, [4100], version=2)
FAR_SDP = sdp(FAR, [6100], version=2)
THERE = (FAR, 6100)
HOME = (OUTSIDE, 6000)


def begin(ring=True):
    """Start a ringing call with early media in a reliable 183."""
    flush()
    new = Call(alice, bob)
    new.invite()
    new.first = new.asked[bob]
    if ring:
        new.reply(bob, "183 Session Progress", new.sdp(bob), extra=RELIABLE)
        new.request(alice, "PRACK", extra=RACK)
        new.reply(bob, "200 OK")
    return new


def answered(call, body=""):
    """Send 200 to the INVITE, and the ACK."""
    got = call.reply(bob, "200 OK", body, request=call.first)
    call.request(alice, "ACK", cseq=1)
    return got


def again(call, sender, data, place, expected, what):
    """Send a message again; the same must arrive."""
    check_bytes(carry(sender, call.other(sender), data, place), expected,
                what + " again")


with setting(grace=1, t4=500):
    with case("offer in a reliable 183, answer in PRACK"):
        flush()
        call = Call(alice, bob)
        call.request(alice, "INVITE")
        call.first = call.asked[bob]
        call.reply(bob, "183 Session Progress", call.sdp(bob), extra=RELIABLE)
        check(call.announced[alice] == [HOME], call.announced)
        got = call.request(alice, "PRACK", call.sdp(alice), extra=RACK)
        check(media_of(got)[0][0] == PUBLIC, media_of(got))
        call.check_audio()
        call.reply(bob, "200 OK")
        call.check_audio()
        answered(call)
        call.check_audio()

    with case("SDP in an unreliable 183 without an offer is a preview only"):
        flush()
        call = Call(alice, bob)
        call.request(alice, "INVITE")
        call.first = call.asked[bob]
        call.reply(bob, "183 Session Progress", call.sdp(bob))
        call.reply(bob, "200 OK", FAR_SDP, request=call.first)
        call.request(alice, "ACK", call.sdp(alice))
        check(both_ways(alice.media, call.mapped(), far, THERE),
              "no audio as the 200 and the ACK said")

    with case("offer in PRACK, answer in the 200 to PRACK"):
        call = begin(ring=False)
        place = call.mapped()
        call.reply(bob, "183 Session Progress", call.sdp(bob), extra=RELIABLE)
        call.check_audio()
        call.request(alice, "PRACK", NEAR_SDP, extra=RACK)
        moved = call.mapped()
        check(moved != place, "the second offer got the first one's port")
        call.reply(bob, "200 OK", FAR_SDP)
        check(both_ways(near, moved, far, THERE), "no audio as PRACK said")
        answered(call)
        check(closes(bob.media.rtp, alice.media.rtp, place),
              "the first offer's port is open")
        check(both_ways(near, moved, far, THERE), "no audio after the 200")

    with case("UPDATE before the answer moves early media"):
        call = begin(ring=False)
        place = call.mapped()
        call.reply(bob, "183 Session Progress", call.sdp(bob), extra=RELIABLE)
        call.request(alice, "PRACK", extra=RACK)
        call.reply(bob, "200 OK")
        call.request(alice, "UPDATE", NEAR_SDP)
        moved = call.mapped()
        check(hears(bob.media.rtp, near.rtp, moved), "offered, not open")
        call.reply(bob, "200 OK", FAR_SDP)
        check(both_ways(near, moved, far, THERE), "no audio as UPDATE said")
        # the 200 to INVITE has no SDP; it confirms the call
        answered(call)
        check(closes(bob.media.rtp, alice.media.rtp, place), "the old port")
        check(both_ways(near, moved, far, THERE), "no audio after the 200")

    with case("UPDATE of the callee before the answer"):
        call = begin()
        place = call.mapped()
        call.request(bob, "UPDATE", FAR_SDP)
        check(call.announced[alice] == [THERE], call.announced[alice])
        call.reply(alice, "200 OK", call.sdp(alice))
        check(call.mapped() == place, call.mapped())
        check(both_ways(alice.media, place, far, THERE), "no audio")
        answered(call)
        check(closes(bob.media.rtp, alice.media.rtp, place), "the old source")
        check(both_ways(alice.media, place, far, THERE), "after the 200")

    with case("UPDATE after the answer, from each end"):
        call = begin(ring=False)
        call.accept()
        place = call.mapped()
        call.request(alice, "UPDATE", NEAR_SDP)
        moved = call.mapped()
        call.reply(bob, "200 OK", call.sdp(bob))
        check(both_ways(near, moved, bob.media, HOME), "no audio, alice's")
        check(closes(bob.media.rtp, alice.media.rtp, place), "the old port")
        call.request(bob, "UPDATE", FAR_SDP)
        call.reply(alice, "200 OK", NEAR_SDP)
        check(call.mapped() == moved, call.mapped())
        check(both_ways(near, moved, far, THERE), "no audio, bob's")
        check(closes(bob.media.rtp, near.rtp, moved), "the old source")

    with case("UPDATE without SDP, as of session timers, has no effect"):
        call = begin(ring=False)
        call.accept()
        for end in (alice, bob):
            call.request(end, "UPDATE", extra=[("Session-Expires", "90")])
            call.reply(call.other(end), "200 OK")
            call.check_audio()

    for name, with_sdp in (("without SDP", False), ("with it again", True)):
        with case("early media in a 183 with SDP, 200 " + name):
            call = begin()
            place = call.mapped()
            call.check_audio()
            answered(call, call.sdp(bob) if with_sdp else "")
            check(call.mapped() == place, call.mapped())
            call.check_audio()

    with case("early media in an unreliable 183, another answer in the 200"):
        call = begin(ring=False)
        call.reply(bob, "183 Session Progress", call.sdp(bob))
        call.check_audio()
        answered(call, FAR_SDP)
        check(both_ways(alice.media, call.mapped(), far, THERE),
              "no audio as the 200 said")
        check(closes(bob.media.rtp, alice.media.rtp, call.mapped()),
              "from where the 183 said")

    with case("a re-INVITE without an offer: offer in 200, answer in ACK"):
        call = begin(ring=False)
        call.accept()
        place = call.mapped()
        call.request(alice, "INVITE")
        call.reply(bob, "200 OK", FAR_SDP)
        call.request(alice, "ACK", NEAR_SDP)
        moved = call.mapped()
        check(both_ways(near, moved, far, THERE), "no audio as ACK said")
        check(closes(far.rtp, alice.media.rtp, place), "the old port")

    with case("a re-INVITE adds a stream, then removes it"):
        call = begin(ring=False)
        call.accept()
        place = call.mapped()
        call.request(alice, "INVITE", sdp(INSIDE, [4000, 4100], version=2))
        added = call.announced[bob][1]
        check(call.mapped() == place, "the first stream moved")
        call.reply(bob, "200 OK", sdp(OUTSIDE, [6000]) +
                   "m=audio 6100 RTP/AVP 0\r\nc=IN IP4 %s\r\n" % FAR)
        call.request(alice, "ACK")
        check(call.announced[alice] == [HOME, THERE], call.announced[alice])
        call.check_audio()
        check(both_ways(near, added, far, THERE), "the second stream")
        call.request(alice, "INVITE", sdp(INSIDE, [4000, 0], version=3))
        check(call.announced[bob] == [place, (PUBLIC, 0)], call.announced[bob])
        call.reply(bob, "200 OK", sdp(OUTSIDE, [6000, 0]))
        call.request(alice, "ACK")
        check(closes(far.rtp, near.rtp, added), "the removed stream is open")
        call.check_audio()

    with case("a re-INVITE moves a port: the old one stays open for T4"):
        call = begin(ring=False)
        call.accept()
        place = call.mapped()
        call.check_audio()
        call.request(alice, "INVITE", NEAR_SDP)
        moved = call.mapped()
        call.reply(bob, "200 OK", call.sdp(bob))
        check(hears(bob.media.rtp, alice.media.rtp, place),
              "what was under way is lost")
        call.request(alice, "ACK")
        check(both_ways(near, moved, bob.media, HOME), "no audio, moved")
        check(bob.media.rtp.peer == moved, bob.media.rtp.peer)
        check(closes(bob.media.rtp, alice.media.rtp, place), "the old RTP")
        check(closes(bob.media.rtcp, alice.media.rtcp,
                     (PUBLIC, place[1] + 1)), "the old RTCP")
        check(both_ways(near, moved, bob.media, HOME), "no audio after t4")

    with case("moved away and back within T4: the ports stay"):
        call = begin(ring=False)
        call.accept()
        place = call.mapped()
        call.request(alice, "INVITE", NEAR_SDP)
        moved = call.mapped()
        call.accept()
        call.request(alice, "INVITE", call.sdp(alice, version=3))
        check(call.mapped() == place, "%s, not %s" % (call.mapped(), place))
        call.accept()
        check(closes(bob.media.rtp, near.rtp, moved), "the way in between")
        call.check_audio()

    with case("a stream that the answer refuses closes, the other stays"):
        flush()
        call = Call(alice, bob)
        call.request(alice, "INVITE", sdp(INSIDE, [4000, 4100]))
        second = call.announced[bob][1]
        check(hears(bob.media.rtp, near.rtp, second), "early, it is open")
        call.reply(bob, "200 OK", sdp(OUTSIDE, [6000, 0]))
        check(call.announced[alice] == [HOME, (OUTSIDE, 0)],
              call.announced[alice])
        call.request(alice, "ACK")
        check(closes(bob.media.rtp, near.rtp, second), "RTP of the refused")
        check(closes(bob.media.rtcp, near.rtcp, (PUBLIC, second[1] + 1)),
              "RTCP of the refused")
        call.check_audio()

    with case("the answer refuses all streams: only the call is left"):
        call = begin(ring=False)
        call.reply(bob, "200 OK", sdp(OUTSIDE, [0]))
        call.request(alice, "ACK")
        check(closes(bob.media.rtp, alice.media.rtp, call.mapped()), "RTP")
        call.invite()
        call.accept()
        call.check_audio()

    with case("ACK with SDP after a complete exchange opens nothing"):
        call = begin(ring=False)
        call.reply(bob, "200 OK", call.sdp(bob))
        counters = Counters()
        before, place = set(inward()), call.mapped()
        call.request(alice, "ACK", NEAR_SDP)
        counters.check(stray_sdp=1, dropped=0)
        check(set(inward()) <= before, inward())
        call.announced[bob] = [place]
        call.check_audio()

    with case("SDP in an INFO and in its response opens nothing"):
        call = begin(ring=False)
        call.accept()
        before, place = set(inward()), call.mapped()
        counters = Counters()
        call.request(bob, "INFO", FAR_SDP)
        call.reply(alice, "200 OK", NEAR_SDP)
        check(set(inward()) <= before, inward())
        check(closes(far.rtp, alice.media.rtp, place), "from afar")
        counters.check(dropped=0)
        call.announced[bob], call.announced[alice] = [place], [HOME]
        call.check_audio()

    with case("every message of a call retransmitted at once: the same bytes"):
        flush()
        call = Call(alice, bob)
        log = []

        def step(end, got, place, what):
            """Remember a message, and send it a second time."""
            log.append((end, call.sent, place, got, what))
            again(call, *log[-1])

        def request(end, method, text="", **args):
            place = uri_place(call.target[end])
            got = call.request(end, method, text, **args)
            step(end, got, place, method)

        def reply(end, status, text="", **args):
            asked = call.asked[end]
            place = end.sip.peer
            got = call.reply(end, status, text, request=asked, **args)
            step(end, got, place, status + " " + header(asked, "CSeq")[0])

        request(alice, "INVITE", call.sdp(alice))
        call.first = call.asked[bob]
        reply(bob, "183 Session Progress", call.sdp(bob), extra=RELIABLE)
        request(alice, "PRACK", extra=RACK)
        reply(bob, "200 OK")
        call.asked[bob] = call.first
        reply(bob, "200 OK", call.sdp(bob))
        request(alice, "ACK", cseq=1)
        call.check_audio()

    with case("every message retransmitted after the call continued"):
        call.check_audio()
        for entry in log:
            again(call, *entry)
        call.check_audio()

    with case("the same for a re-INVITE, and a late copy of the INVITE"), \
            setting(t4=5000):
        request(bob, "INVITE", FAR_SDP)
        reply(alice, "200 OK", call.sdp(alice, version=2))
        request(bob, "ACK")
        request(alice, "INVITE", NEAR_SDP)
        reply(bob, "200 OK", FAR_SDP)
        request(alice, "ACK")
        moved = call.mapped()
        check(both_ways(near, moved, far, THERE), "no audio")
        for entry in log[-6:]:
            again(call, *entry)
        # late copies of the first messages arrive without effect
        for end, data, place, _, _ in log[:6]:
            carry(end, call.other(end), data, place)
        check(both_ways(near, moved, far, THERE), "no audio after the old")
        call.bye()

    with case("an offer while another one of the same end is pending"):
        # RFC 3264 forbids that; the last answered offer counts
        call = begin(ring=False)
        call.accept()
        place = call.mapped()
        call.request(alice, "INVITE", NEAR_SDP)
        call.request(alice, "UPDATE", call.sdp(alice, version=3))
        call.reply(bob, "500 Server Internal Error", contact=False,
                   extra=[("Retry-After", "1")])
        call.request(alice, "INVITE", call.sdp(alice, version=4))
        call.accept()
        check(call.mapped() == place, call.mapped())
        call.check_audio()

    with case("a request with an older CSeq passes without effect"):
        call = begin(ring=False)
        call.accept()
        for _ in range(3):
            call.request(alice, "UPDATE", call.sdp(alice))
            call.reply(bob, "200 OK", call.sdp(bob))
        place = call.mapped()
        call.request(alice, "INVITE", NEAR_SDP, cseq=2)
        moved = call.mapped()
        call.reply(bob, "500 Server Internal Error", contact=False)
        call.announced[bob] = [place]
        call.check_audio()
        check(moved == place or closes(bob.media.rtp, near.rtp, moved),
              "an offer of the past is open")

    with case("a 200 with an unknown CSeq opens nothing"):
        call = begin()
        call.reply(bob, "200 OK", FAR_SDP,
                   request=call.first.replace(b"CSeq: 1 ", b"CSeq: 77 "))
        check(closes(far.rtp, alice.media.rtp, call.mapped()),
              "a forged answer let in its sender")
        call.announced[alice] = [HOME]
        call.check_audio()

finish()
