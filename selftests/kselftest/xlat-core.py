#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""An IPv4-only phone, and an IPv6-only core whose media gateway has another
address.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, WAN, Call, Counters, Media, Phone, calls, carry,
    check_bytes, deaf, flush, header, hears, poll, sdp, sipims, translated,
    uri_place)

TOPOLOGY = topology("core", "core-nat66")

CORE, CORE4, GATEWAY = "2001:db8:2::2", "192.0.2.100", "2001:db8:2::3"
# The phone's address in the core: one of the prefix, or the router's own
PHONE6 = {"core": "64:ff9b::c0a8:102",
          "core-nat66": "2001:db8:2::1"}[TOPOLOGY]

alice = Phone(LAN, INSIDE, "alice")
core = Phone(WAN, CORE, "core", media=6000)
THERE = CORE4, 5060

UP = [("IN IP4 " + INSIDE, "IN IP6 " + PHONE6),
      ("IN IP4 " + CORE4, "IN IP6 " + CORE),
      (INSIDE, "[%s]" % PHONE6), (CORE4, "[%s]" % CORE)]
DOWN = [("IN IP6 " + PHONE6, "IN IP4 " + INSIDE),
        ("IN IP6 " + CORE, "IN IP4 " + CORE4),
        ("[%s]" % PHONE6, INSIDE), ("[%s]" % CORE, CORE4)]


def up(data, *more):
    return translated(data, *more, *UP)


def down(data, *more):
    return translated(data, *more, *DOWN)


def enter():
    data = alice.request("REGISTER", "sip:" + CORE4, "register", 1, "r",
                         to="sip:alice@" + CORE4, extra=[("Expires", "60")])
    got = carry(alice, core, data, THERE)
    check_bytes(got, up(data), "REGISTER")
    contact = header(got, "Contact")[0]
    answer = core.answer(got, "200 OK", "x", contact=contact + ";expires=60",
                         extra=[("Path", "<sip:[%s];lr>" % CORE),
                                ("Service-Route", "<sip:[%s];lr>" % CORE)])
    check_bytes(carry(core, alice, answer, core.sip.peer), down(answer), "200")
    return contact


with case("REGISTER, Path and Service-Route"):
    enter()
    states = [entry["state"] for entry in sipims("-L")["registrations"]]
    check(states == ["active", "active"], states)

flush()
with case("a call out, byte by byte, with audio"):
    counters = Counters()
    call = Call(alice, core, THERE)
    data = call.build(alice, "INVITE", sdp(INSIDE, [4000]), extra=[
        ("Route", "<sip:%s;lr>" % CORE4)])
    got = call.send(alice, data)
    addr, port = call.mapped()
    check(addr == PHONE6, addr)
    check_bytes(got, up(data, ("audio 4000", "audio %d" % port)), "INVITE")
    got = call.reply(core, "183 Session Progress", sdp(CORE, [6000]))
    check_bytes(got, down(call.sent), "183")
    call.check_audio()
    call.accept()
    call.check_audio()
    got = call.request(core, "INVITE", sdp("::", [6000], origin=CORE))
    check(b"c=IN IP4 0.0.0.0\r\n" in got and b"o=- 1 1 IN IP4 192.0.2.100\r\n"
          in got, got)
    got = call.reply(alice, "200 OK", sdp("0.0.0.0", [4000], origin=INSIDE))
    check(b"c=IN IP6 ::\r\n" in got, got)
    call.request(core, "ACK")
    call.bye()
    counters.check(xlat=9, third_party=0)

flush()
with case("a call in, by the registered port"):
    contact = enter()
    call = Call(core, alice, uri_place(contact))
    got = call.invite()
    check_bytes(got, down(call.sent), "INVITE")
    call.reply(alice, "180 Ringing")
    call.accept()
    call.check_audio()
    call.bye(alice)

flush()
with case("the core's media gateway is assigned an address and has audio"):
    gateway = Media(WAN, GATEWAY, 7000)
    call = Call(alice, core, THERE)
    call.invite()
    got = call.reply(core, "200 OK", sdp(
        GATEWAY, [7000], extra="a=rtcp:7001 IN IP6 %s\r\n" % GATEWAY))
    call.request(alice, "ACK")
    addr, port = call.announced[alice][0]
    check(addr in ["192.0.2.%d" % i for i in range(8)] and port == 7000,
          "%s %d" % (addr, port))
    check(("a=rtcp:7001 IN IP4 %s\r\n" % addr).encode() in got, got)
    check(hears(alice.media.rtp, gateway.rtp, (addr, port)), "no RTP out")
    check(hears(alice.media.rtcp, gateway.rtcp, (addr, port + 1)),
          "no RTCP out")
    check(hears(gateway.rtp, alice.media.rtp, call.mapped()), "no RTP in")
    check(deaf(core.media.rtp, alice.media.rtp, call.mapped()),
          "the core's own port passes")
    call.bye()
    gateway.close()

flush()
with case("nothing is left"):
    check(poll(lambda: calls() == (0, 0)), calls())

finish()
