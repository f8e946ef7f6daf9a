#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""An IPv6-only phone, an IPv4-only registrar and phone: registration, calls
both ways, and how they change.
"""
from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, PUBLIC, WAN, Call, Counters, Media, calls, carry,
    check_bytes, closes, conntrack, deaf, flush, header, poll, sdp,
    setting, sipims, uri_place)
from xlat import OUTSIDE2, OUTSIDE6, SIX, back, no_six, out, phones, ports

topology("xlat", "xlat-vrf")

alice, bob = phones()
THERE = OUTSIDE6, 5060


def enter(call_id="register", expires=60):
    """Register alice at bob's host; return the Contact that it reads."""
    data = alice.request("REGISTER", "sip:[%s]" % OUTSIDE6, call_id, 1, "r",
                         to="sip:alice@[%s]" % OUTSIDE6,
                         extra=[("Expires", str(expires))])
    got = carry(alice, bob, data, THERE)
    check_bytes(got, out(data), "REGISTER")
    contact = header(got, "Contact")[0]
    answer = bob.answer(got, "200 OK", "x",
                        contact="%s;expires=%d" % (contact, expires))
    check_bytes(carry(bob, alice, answer, bob.sip.peer), back(
        answer), "200")
    return contact


with case("REGISTER and its response: every address, both legs registered"):
    counters = Counters()
    enter()
    states = [entry["state"] for entry in sipims("-L")["registrations"]]
    check(states == ["active", "active"], states)
    counters.check(xlat=2, registrations_opened=2)

flush()
with case("a call out: INVITE, 180, 200, ACK, BYE byte by byte"):
    call = Call(alice, bob, THERE)
    data = call.build(alice, "INVITE", sdp(SIX, [4000]))
    got = call.send(alice, data)
    addr, port = call.mapped()
    check(addr == PUBLIC, addr)
    check_bytes(got, out(data, *ports(call, port)), "INVITE")
    no_six(got, "INVITE")
    for status, body in (("180 Ringing", ""), ("200 OK", sdp(OUTSIDE, [6000]))):
        got = call.reply(bob, status, body)
        check_bytes(got, back(call.sent),
                    status)
    got = call.request(alice, "ACK")
    check_bytes(got, out(call.sent), "ACK")
    call.check_audio()
    shown = [one for one in sipims("-L", "streams")["streams"]
             if one["component"] == 1]
    check(len(shown) == 1 and len(shown[0]["calls"]) == 2, shown)
    check(shown[0]["caller"]["addresses"] == [
        "[%s]:4000" % SIX, "192.0.2.0:4000", "%s:%d" % (PUBLIC, port)], shown)
    check(shown[0]["callee"]["addresses"] == [
        "%s:6000" % OUTSIDE, "[%s]:6000" % OUTSIDE6], shown)
    check([shown[0][end][way] for end in ("caller", "callee")
           for way in ("rx-packets", "tx-packets")] == [1, 1, 1, 1], shown)
    got = call.request(alice, "BYE")
    check_bytes(got, out(call.sent), "BYE")
    call.reply(bob, "200 OK", contact=False)

flush()
with case("media only from the SDP's address, and none after the BYE"):
    with setting(grace=1):
        call = Call(alice, bob, THERE).start()
        call.check_audio()
        other = Media(WAN, OUTSIDE2, 6000)
        check(deaf(other.rtp, alice.media.rtp, call.mapped()), "from anybody")
        call.bye()
        check(closes(bob.media.rtp, alice.media.rtp, call.mapped()),
              "RTP still passes")
        call.check_closed()
        check(poll(lambda: not conntrack("-L", "expect").strip()),
              "pinholes are left")
        other.close()

flush()
with case("a call in, by the registered port"):
    contact = enter()
    call = Call(bob, alice, uri_place(contact))
    got = call.invite()
    check_bytes(got, back(call.sent, ("INVITE sip:alice@" + PUBLIC,
                                      "INVITE sip:alice@[%s]" % SIX)), "INVITE")
    call.reply(alice, "180 Ringing")
    got = call.accept()
    no_six(got, "200")
    call.check_audio()
    call.bye(alice)

flush()
with case("early media both ways, answered in 183"):
    call = Call(alice, bob, THERE)
    call.invite()
    call.reply(bob, "183 Session Progress", sdp(OUTSIDE, [6000]))
    call.check_audio()
    call.accept()
    call.check_audio()

with case("hold and resume: :: becomes 0.0.0.0, from either end"):
    got = call.request(alice, "INVITE", sdp("::", [4000], origin=SIX))
    check(b"c=IN IP4 0.0.0.0\r\n" in got, got)
    no_six(got, "hold")
    call.reply(bob, "200 OK", sdp(OUTSIDE, [6000]))
    call.request(alice, "ACK")
    call.request(alice, "INVITE", sdp(SIX, [4000], version=3))
    call.reply(bob, "200 OK", sdp(OUTSIDE, [6000]))
    call.request(alice, "ACK")
    call.check_audio()
    got = call.request(bob, "INVITE", sdp("0.0.0.0", [6000], origin=OUTSIDE))
    check(b"c=IN IP6 ::\r\n" in got, got)
    check(("o=- 1 1 IN IP6 %s\r\n" % OUTSIDE6).encode() in got, got)
    call.reply(alice, "200 OK", sdp(SIX, [4000]))
    call.request(bob, "ACK")

with case("a re-INVITE moves the port, then an UPDATE"):
    for method, port in (("INVITE", 4100), ("UPDATE", 4200)):
        call.media[alice].close()
        call.media[alice] = alice.media = Media(LAN, SIX, port)
        call.request(alice, method, sdp(SIX, [port]))
        call.reply(bob, "200 OK", sdp(OUTSIDE, [6000]))
        if method == "INVITE":
            call.request(alice, "ACK")
        call.check_audio()
    call.bye()

flush()
with case("a transfer: REFER names both sides"):
    call = Call(alice, bob, THERE).start()
    data = call.build(alice, "REFER", extra=[
        ("Refer-To", "<sip:carol@[64:ff9b::cb00:7103]:5070>"),
        ("Referred-By", "<sip:alice@[%s]:5060>" % SIX)])
    got = call.send(alice, data)
    check_bytes(got, out(data, ("[64:ff9b::cb00:7103]", "203.0.113.3")), "REFER")
    data = call.build(bob, "REFER", extra=[
        ("Refer-To", "<sip:carol@203.0.113.3:5070>"),
        ("Referred-By", "<sip:bob@%s:5060>" % OUTSIDE)])
    got = call.send(bob, data)
    check(header(got, "Refer-To") == ["<sip:carol@[64:ff9b::cb00:7103]:5070>"],
          header(got, "Refer-To"))
    check(header(got, "Referred-By") == ["<sip:bob@[%s]:5060>" % OUTSIDE6],
          header(got, "Referred-By"))
    call.bye()

flush()
with case("a message that grows past the MTU arrives whole"):
    counters = Counters()
    call = Call(alice, bob, THERE).start()
    # 1,440 bytes of message fit into both; each literal grows
    data = call.build(bob, "INFO", extra=[
        ("Route", "<sip:203.0.113.%d;lr>" % i) for i in range(10, 22)])
    pad = 1440 - len(data) - len("X-Pad: \r\n")
    data = call.build(bob, "INFO", cseq=call.cseq[bob], extra=[
        ("Route", "<sip:203.0.113.%d;lr>" % i) for i in range(10, 22)] + [
            ("X-Pad", "x" * pad)])
    got = call.send(bob, data)
    check(len(got) > 1500, "%d bytes do not" % len(got))
    check(header(got, "Route")[-1] == "<sip:[64:ff9b::cb00:7115];lr>",
          header(got, "Route")[-1])
    check(header(got, "X-Pad") == ["x" * pad], "the end is not what it was")
    call.bye()

flush()
with case("nothing is left of the calls"):
    check(poll(lambda: calls() == (0, 0)), calls())

finish()
