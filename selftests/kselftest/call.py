#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Calls from inside through NAT: each message that the other side reads, who
hears whom, and how a call changes and ends.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, WAN, Call, Media, Phone, Socket,
    add_address, carry, check_bytes, deaf, flush, header, hears, media_of,
    poll, sdp, setting, start_line, translated, uri_place)

topology("nat", families=(4, 6))

OUT = (INSIDE, PUBLIC)          # changes on the way out
BACK = (PUBLIC, INSIDE)

add_address(WAN, "203.0.113.4")
alice = Phone(LAN, INSIDE, "alice", media=4000)
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
stranger = Socket(WAN, "203.0.113.4", 6000)
elsewhere = Media(LAN, INSIDE, 4100)



def closes(media, port):
    """Wait for the end of T4, for which a replaced pinhole stays open."""
    return poll(lambda: deaf(bob.media.rtp, media.rtp, (PUBLIC, port)), 8)


call = Call(alice, bob)

with case("INVITE: Via, Contact, SDP and Content-Length"):
    got = call.invite()
    addr, port = call.mapped()
    check(addr == PUBLIC and port % 2 == 0, "mapped to %s:%d" % (addr, port))
    check_bytes(got, translated(call.sent, OUT, ("audio 4000",
                                                 "audio %d" % port)), "INVITE")

with case("a retransmitted INVITE gives the same bytes"):
    again = carry(alice, bob, call.sent, (OUTSIDE, 5060))
    check_bytes(again, got, "INVITE")

with case("responses arrive as the phone expects them"):
    got = call.reply(bob, "180 Ringing")
    check_bytes(got, translated(call.sent, BACK), "180")
    got = call.reply(bob, "200 OK", call.sdp(bob))
    check_bytes(got, translated(call.sent, BACK), "200")
    check_bytes(carry(bob, alice, call.sent, bob.sip.peer), got, "200 again")
    got = call.request(alice, "ACK")
    check_bytes(got, translated(call.sent, OUT), "ACK")

with case("RTP and RTCP both ways on the announced ports"):
    call.check_audio()
    check(alice.media.rtp.peer == (OUTSIDE, 6000) and
          alice.media.rtcp.peer == (OUTSIDE, 6001), "bob has another source")
    check(bob.media.rtp.peer == (PUBLIC, port) and
          bob.media.rtcp.peer == (PUBLIC, port + 1),
          "alice has another source: %s %s" % (bob.media.rtp.peer,
                                               bob.media.rtcp.peer))

with case("RTP from a third address and to other ports is dropped"):
    check(deaf(stranger, alice.media.rtp, (PUBLIC, port)), "the stranger")
    for closed in {port - 2, port + 2, 4000} - {port}:
        check(deaf(bob.media.rtp, alice.media.rtp, (PUBLIC, closed)), closed)

with case("re-INVITE with the same SDP keeps the ports"):
    got = call.invite()
    check(call.mapped() == (addr, port), call.mapped())
    call.accept()
    got = call.request(alice, "INVITE", call.sdp(alice, version=2))
    check(call.mapped() == (addr, port), call.mapped())
    call.accept()
    call.check_audio()

with case("re-INVITE with another port opens that one, closes the old one"), \
        setting(t4=500):
    call.media[alice] = elsewhere
    call.invite()
    moved = call.mapped()[1]
    check(moved != port, "the pair stayed")
    call.accept()
    call.check_audio()
    check(closes(alice.media, port), "the old RTP")
    check(deaf(bob.media.rtp, elsewhere.rtp, (PUBLIC, port)), "the old port")

with case("re-INVITE from the other side"):
    got = call.request(bob, "INVITE", call.sdp(bob))
    check_bytes(got, translated(call.sent, BACK), "INVITE")
    got = call.reply(alice, "200 OK", call.sdp(alice))
    check(call.mapped() == (PUBLIC, moved), call.mapped())
    call.request(bob, "ACK")
    call.check_audio()

with case("UPDATE moves the port"), setting(t4=500):
    call.media[alice] = alice.media
    call.request(alice, "UPDATE", call.sdp(alice))
    call.reply(bob, "200 OK", call.sdp(bob))
    call.check_audio()
    check(closes(elsewhere, moved), "the old one")

with case("a refused re-INVITE does not end the call"):
    call.invite()
    call.reply(bob, "488 Not Acceptable Here", contact=False)
    call.request(alice, "ACK")
    call.check_audio()

with case("hold and resume"):
    for hold in (sdp("0.0.0.0", [4000], origin=INSIDE),
                 call.sdp(alice, extra="a=sendonly\r\n"),
                 sdp(INSIDE, [0])):
        call.request(alice, "INVITE", hold)
        call.accept()
    call.invite()
    call.accept()
    call.check_audio()

with case("a held stream loses its port pair to a stream with its port"):
    two = sdp(INSIDE, [4200, 4000])
    held = sdp(INSIDE, [4000]) + "m=audio 4000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n"
    for offer in (two, held, sdp(INSIDE, [0, 0]), two, held):
        call.request(alice, "INVITE", offer)
        call.accept()
    call.invite()
    call.accept()
    call.check_audio()

with case("BYE from the caller"):
    got = call.request(alice, "BYE")
    check_bytes(got, translated(call.sent, OUT), "BYE")
    got = call.reply(bob, "200 OK", contact=False)
    check_bytes(got, translated(call.sent, BACK), "200 to BYE")

flush()
with case("BYE from the callee"):
    call = Call(alice, bob).start()
    call.check_audio()
    got = call.request(bob, "BYE")
    check_bytes(got, translated(call.sent, BACK), "BYE")
    call.reply(alice, "200 OK", contact=False)

flush()
with case("early media: SDP in 183, offer in PRACK"):
    call = Call(alice, bob)
    call.invite()
    call.reply(bob, "183 Session Progress", call.sdp(bob),
               extra=[("Require", "100rel"), ("RSeq", "1")])
    call.check_audio()
    invite = call.asked[bob]
    call.media[alice] = elsewhere
    call.request(alice, "PRACK", call.sdp(alice),
                 extra=[("RAck", "1 1 INVITE")])
    call.reply(bob, "200 OK", call.sdp(bob))
    call.check_audio()
    call.reply(bob, "200 OK", request=invite)
    call.request(alice, "ACK")
    call.check_audio()

flush()
with case("offer in 200, answer in ACK"):
    call = Call(alice, bob)
    call.request(alice, "INVITE")
    call.reply(bob, "200 OK", call.sdp(bob))
    call.request(alice, "ACK", call.sdp(alice))
    call.check_audio()

flush()
with case("401 and 407, then INVITE again with credentials"):
    for status in ("401 Unauthorized", "407 Proxy Authentication Required"):
        call = Call(alice, bob)
        call.invite()
        call.reply(bob, status, contact=False)
        call.request(alice, "ACK")
        call.begun = False
        got = call.invite(extra=[("Authorization", 'Digest username="a", '
                                  'uri="sip:bob@192.168.1.2", response="0"')])
        check('uri="sip:bob@192.168.1.2"' in header(got, "Authorization")[0],
              "the digest's uri was changed")
        call.accept()
        call.check_audio()

flush()
with case("CANCEL and 487"):
    call = Call(alice, bob)
    call.invite()
    invite = call.asked[bob]
    call.reply(bob, "180 Ringing")
    call.begun = False
    got = call.request(alice, "CANCEL", contact=False)
    check_bytes(got, translated(call.sent, OUT), "CANCEL")
    call.reply(bob, "200 OK", contact=False)
    got = call.reply(bob, "487 Request Terminated", request=invite,
                     contact=False)
    check_bytes(got, translated(call.sent, BACK), "487")
    call.request(alice, "ACK")

for status in ("404 Not Found", "486 Busy Here", "603 Decline"):
    flush()
    with case(status):
        call = Call(alice, bob)
        call.invite()
        got = call.reply(bob, status, contact=False)
        check_bytes(got, translated(call.sent, BACK), status)
        got = call.request(alice, "ACK")
        check_bytes(got, translated(call.sent, OUT), "ACK")

flush()
with case("two branches of a forked call both have early media"):
    carol = Phone(WAN, "203.0.113.4", "carol", port=5070, media=6100)
    call = Call(alice, bob)
    call.invite()
    invite = call.asked[bob]
    # bob is the proxy here and sends the responses of both branches
    call.reply(bob, "183 Session Progress", call.sdp(bob))
    got = carry(bob, alice, bob.answer(
        invite, "183 Session Progress", "carol", sdp("203.0.113.4", [6100])),
        bob.sip.peer)
    check(media_of(got) == [("203.0.113.4", 6100)], media_of(got))
    call.check_audio()
    for mine, far, where in (
            (alice.media.rtp, carol.media.rtp, ("203.0.113.4", 6100)),
            (alice.media.rtcp, carol.media.rtcp, ("203.0.113.4", 6101))):
        check(hears(mine, far, where), "alice to carol")
    check(hears(carol.media.rtp, alice.media.rtp, call.mapped()),
          "carol to alice")
    # one of them accepts the call
    got = carry(bob, alice, bob.answer(
        invite, "200 OK", "carol", sdp("203.0.113.4", [6100])), bob.sip.peer)
    check(hears(carol.media.rtp, alice.media.rtp, call.mapped()),
          "carol to alice, answered")

flush()
with case("a Contact with another port than the flow's is reachable"):
    # like phones that send from an ephemeral port
    sender = Phone(LAN, INSIDE, "alice", port=40000, media=None)
    sender.uri = alice.uri
    call = Call(sender, bob, media=(alice.media, bob.media)).start()
    alice.sip.drain()
    bob.sip.send(call.build(bob, "BYE"), uri_place(call.target[bob]))
    got = alice.sip.recv()
    check(got and start_line(got) == "BYE %s SIP/2.0" % alice.uri,
          "BYE to %s is lost: %s" % (call.target[bob], got))

flush()
with case("received= and rport= arrive as the phone's own"):
    call = Call(alice, bob)
    call.invite()
    data = bob.answer(call.asked[bob], "180 Ringing", "b").replace(
        ";rport", ";received=%s;rport=5060" % PUBLIC)
    check_bytes(carry(bob, alice, data, bob.sip.peer),
                translated(data, BACK), "180")

finish()
