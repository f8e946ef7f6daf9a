#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Dialogs between the families: forks, PRACK, every method, streams that are
added and removed, latching, and the end of the namespace.
"""
import subprocess

from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, RACK, RELIABLE, ROUTER, WAN, Call, Counters, Media,
    Socket, add_address, both_ways, calls, carry, check_bytes, closes,
    deaf, flush, hears, media_of, poll, sdp, setting)
from xlat import OUTSIDE2, OUTSIDE6, SIX, back, out, phones, ports

topology("xlat")

alice, bob = phones()
THERE = OUTSIDE6, 5060


def six(addr):
    """Return an IPv4 address as the phone reads it."""
    return "64:ff9b::%02x%02x:%02x%02x" % tuple(map(int, addr.split(".")))


class Branch:
    """One of the phones that a call forks to, in the proxy's network."""

    def __init__(self, number):
        self.tag = "branch%d" % number
        addr = "203.0.113.%d" % (16 + number)
        add_address(WAN, addr)
        self.media = Media(WAN, addr, 6100)
        self.place = (six(addr), 6100)

    def answer(self, status, request):
        got = carry(bob, alice, bob.answer(request, status, self.tag, sdp(
            self.media.addr, [6100])), bob.sip.peer)
        check(media_of(got) == [self.place], media_of(got))

    def works(self, call):
        return both_ways(alice.media, call.mapped(), self.media, self.place)


with setting(grace=1, t4=500), \
        case("early media of four branches, one of which accepts"):
    branches = [Branch(number) for number in range(4)]
    call = Call(alice, bob, THERE, media=(alice.media, branches[0].media))
    call.invite()
    invite = call.asked[bob]
    for branch in branches:
        branch.answer("183 Session Progress", invite)
    silent = [branch.tag for branch in branches if not branch.works(call)]
    check(not silent, "no early media of %s" % silent)
    branches[2].answer("200 OK", invite)
    check(branches[2].works(call), "no media of the one that answered")
    for branch in branches[:2] + branches[3:]:
        check(closes(branch.media.rtp, alice.media.rtp, call.mapped()),
              branch.tag + " stays open")
    check(branches[2].works(call), "no media of the one that answered")

flush()
with case("an offer in a reliable 183, its answer in PRACK, then UPDATE"):
    call = Call(alice, bob, THERE)
    got = call.request(alice, "INVITE")
    check_bytes(got, out(call.sent), "INVITE without SDP")
    got = call.reply(bob, "183 Session Progress", sdp(OUTSIDE, [6000]),
                     extra=RELIABLE)
    check_bytes(got, back(call.sent), "183")
    got = call.request(alice, "PRACK", sdp(SIX, [4000]), extra=RACK)
    check_bytes(got, out(call.sent, *ports(call, call.mapped()[1])), "PRACK")
    call.reply(bob, "200 OK", contact=False)
    call.check_audio()
    got = call.request(bob, "UPDATE", sdp(OUTSIDE, [6000], version=2))
    check_bytes(got, back(call.sent), "UPDATE")
    got = call.reply(alice, "200 OK", sdp(SIX, [4000], version=2))
    check_bytes(got, out(call.sent, *ports(call, call.mapped()[1])), "200")
    call.check_audio()
    call.bye()

flush()
with case("an offer in the 200, its answer in the ACK"):
    call = Call(alice, bob, THERE)
    call.request(alice, "INVITE")
    got = call.reply(bob, "200 OK", sdp(OUTSIDE, [6000]))
    check_bytes(got, back(call.sent), "200")
    got = call.request(alice, "ACK", sdp(SIX, [4000]))
    check_bytes(got, out(call.sent, *ports(call, call.mapped()[1])), "ACK")
    call.check_audio()
    call.bye()

flush()
with setting(grace=1, t4=300), \
        case("streams are added, refused with port 0, removed, and come back"):
    near, far = Media(LAN, SIX, 4100), Media(WAN, OUTSIDE, 6100)
    call = Call(alice, bob, THERE).start()
    call.request(alice, "INVITE", sdp(SIX, [4000, 4100, 4200], version=2))
    got = call.reply(bob, "200 OK", sdp(OUTSIDE, [6000, 6100, 0], version=2))
    check_bytes(got, back(call.sent), "200")
    check(call.announced[alice] == [(OUTSIDE6, 6000), (OUTSIDE6, 6100),
                                    (OUTSIDE6, 0)],
          call.announced[alice])
    call.request(alice, "ACK")
    second = call.announced[bob][1]
    check(both_ways(near, second, far, (OUTSIDE6, 6100)), "no second stream")
    call.check_audio()
    call.request(bob, "INVITE", sdp(OUTSIDE, [6000, 0, 0], version=3))
    call.reply(alice, "200 OK", sdp(SIX, [4000, 0, 0], version=3))
    call.request(bob, "ACK")
    check(closes(far.rtp, near.rtp, second), "the removed one stays open")
    call.check_audio()
    call.request(bob, "INVITE", sdp(OUTSIDE, [6000, 6100, 0], version=4))
    call.reply(alice, "200 OK", sdp(SIX, [4000, 4100, 0], version=4))
    call.request(bob, "ACK")
    check(both_ways(near, call.announced[bob][1], far, (OUTSIDE6, 6100)),
          "it does not come back")
    call.check_audio()
    call.bye()
    near.close()
    far.close()

flush()
with case("RTCP at its own endpoint: a=rtcp with port and address, and mux"):
    far = Media(WAN, OUTSIDE2, 6200)
    call = Call(alice, bob, THERE)
    call.invite()
    got = call.reply(bob, "200 OK", sdp(OUTSIDE, [6000], extra=
                                        "a=rtcp:6200 IN IP4 %s\r\n" % OUTSIDE2))
    check(b"a=rtcp:6200 IN IP6 %s\r\n" % six(OUTSIDE2).encode() in got, got)
    call.request(alice, "ACK")
    addr, port = call.mapped()
    check(hears(far.rtp, alice.media.rtcp, (addr, port + 1)), "no RTCP in")
    check(hears(alice.media.rtcp, far.rtp, (six(OUTSIDE2), 6200)), "no RTCP out")
    call.check_audio(rtcp=False)
    call.bye()
    far.close()

flush()
with case("SUBSCRIBE, NOTIFY, MESSAGE, INFO, PUBLISH, OPTIONS: every Contact"):
    call = Call(alice, bob, THERE)
    for end, method, there in ((alice, "SUBSCRIBE", out), (bob, "NOTIFY", back),
                               (alice, "MESSAGE", out), (bob, "INFO", back),
                               (alice, "PUBLISH", out), (bob, "OPTIONS", back),
                               (alice, "SUBSCRIBE", out), (alice, "UNHEARD", out)):
        got = call.request(end, method, extra=[
            ("Event", "message-summary"), ("Expires", "600")])
        check_bytes(got, there(call.sent), method)
        answer = back if there is out else out
        got = call.reply(call.other(end), "202 Accepted")
        check_bytes(got, answer(call.sent), "202 " + method)

flush()
with setting(grace=1, t4=300), \
        case("an attended transfer: Replaces stays, its URI is translated"):
    call = Call(alice, bob, THERE).start()
    other = "12345%40[" + SIX + "]%3Bto-tag%3D1%3Bfrom-tag%3D2"
    for refer in ("<sip:carol@[64:ff9b::cb00:7103]:5070?Replaces=%s>",
                  "<sip:carol@[64:ff9b::cb00:7103]?Replaces=%s&Require=replaces>"):
        data = call.build(alice, "REFER", extra=[
            ("Refer-To", refer % other.replace("[", "%5B").replace("]", "%5D"))])
        got = call.send(alice, data)
        check_bytes(got, out(data, ("[64:ff9b::cb00:7103]", "203.0.113.3")),
                    "REFER")
        call.reply(bob, "202 Accepted")
    got = call.request(bob, "NOTIFY", "SIP/2.0 200 OK\r\n",
                       kind="message/sipfrag", extra=[("Event", "refer")])
    check_bytes(got, back(call.sent), "NOTIFY")
    call.reply(alice, "200 OK")
    call.request(alice, "INVITE", sdp(SIX, [4000], version=2))
    call.reply(bob, "200 OK", sdp(OUTSIDE2, [6000], version=2))
    call.request(alice, "ACK")
    moved = Media(WAN, OUTSIDE2, 6000)
    check(both_ways(alice.media, call.mapped(), moved, (six(OUTSIDE2), 6000)),
          "no audio with whom it was transferred to")
    check(closes(bob.media.rtp, alice.media.rtp, call.mapped()),
          "the one before is still heard")
    call.bye()
    moved.close()

flush()
with case("latching: the first source port, on both legs"):
    other = Socket(WAN, OUTSIDE, 7000)
    with setting(latching="on"):
        counters = Counters()
        call = Call(alice, bob, THERE).start()
        check(hears(other, alice.media.rtp, call.mapped()), "it is shut out")
        check(deaf(bob.media.rtp, alice.media.rtp, call.mapped()),
              "a second port is let in")
        check(counters.rose().get("latch-refused", 0) >= 1, counters.rose())
        call.bye()
    other.close()

flush()
with case("silent media closes on both legs, is reported, and opens again"):
    with setting(grace=1, inactive_media=2):
        counters = Counters()
        call = Call(alice, bob, THERE).start()
        call.check_audio()
        check(poll(lambda: counters.rose().get("media-inactive") == 2, 8),
              counters.rose())
        check(deaf(bob.media.rtp, alice.media.rtp, call.mapped()), "RTP passes")
        call.request(bob, "INVITE", sdp(OUTSIDE, [6000]))
        call.reply(alice, "200 OK", sdp(SIX, [4000]))
        call.request(bob, "ACK")
        call.check_audio()
        call.bye()

flush()
with case("CANCEL and 487: nothing is left on either leg"):
    with setting(grace=1, t4=300):
        call = Call(alice, bob, THERE)
        call.invite()
        invite = call.asked[bob]
        call.reply(bob, "183 Session Progress", sdp(OUTSIDE, [6000]))
        call.check_audio()
        call.begun = False
        got = call.request(alice, "CANCEL", contact=False)
        check_bytes(got, out(call.sent), "CANCEL")
        call.reply(bob, "200 OK", contact=False)
        got = call.reply(bob, "487 Request Terminated", request=invite,
                         contact=False)
        check_bytes(got, back(call.sent), "487")
        call.request(alice, "ACK")
        check(closes(bob.media.rtp, alice.media.rtp, call.mapped()), "RTP passes")
        check(poll(lambda: calls() == (0, 0)), calls())

flush()
with case("the namespace is deleted with calls up"):
    for _ in range(3):
        Call(alice, bob, THERE).start()
    check(calls()[0] == 6, calls())
    subprocess.run(["ip", "netns", "del", ROUTER], check=True)
    for module in ("trgw", "nf_nat_sip_ims", "nf_conntrack_sip_ims"):
        check(poll(lambda module=module: subprocess.run(
            ["modprobe", "-r", module], capture_output=True,
            check=False).returncode == 0, 30), module + " cannot be unloaded")

finish()
