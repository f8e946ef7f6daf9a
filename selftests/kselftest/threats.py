#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""SDP that asks for pinholes to foreign hosts, and forged messages, open
nothing.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, WAN, Call, Counters, Media, Phone, STOCK,
    add_address, carry, expectations, flush, inward, media_of, pinholes,
    sdp, sipims)

topology("nat", families=(4, 6))

add_address(LAN, "192.168.1.3")
add_address(WAN, "203.0.113.4")
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)

HOSTS = ("192.168.1.3", "127.0.0.1", "224.0.0.1", "255.255.255.255",
         "192.168.1.255", "192.168.1.1", PUBLIC, "8.8.8.8")

with case("SDP from inside that names another host: nothing opens"):
    for host in HOSTS:
        counters = Counters()
        call = Call(alice, bob)
        got = call.request(alice, "INVITE", sdp(host, [4000]))
        check(media_of(got) == [(host, 4000)], "%s: %s" % (host,
                                                           media_of(got)))
        call.accept()
        check(not inward(), "%s: %s" % (host, inward()))
        counters.check(third_party=1)
        flush()

with case("an SDP from outside that names a victim inside: nothing opens"):
    call = Call(alice, bob)
    call.invite()
    for host in ("192.168.1.3", "127.0.0.1", "224.0.0.1", "255.255.255.255",
                 PUBLIC, "192.168.1.1"):
        counters = Counters()
        call.reply(bob, "183 Session Progress", sdp(host, [6000]))
        check([hole[0] for hole in pinholes()] == [OUTSIDE] * 2,
              "%s: %s" % (host, pinholes()))
        counters.check(third_party=1)

PORTS = (22, 445, 1023, 1433, 3389, 5060)

flush()
with case("privileged and service ports: the call works, none is opened"):
    for port in PORTS:
        counters = Counters()
        call = Call(alice, bob)
        got = call.request(alice, "INVITE", sdp(INSIDE, [port]))
        check(media_of(got)[0][1] == port, "%d became %s" % (port,
                                                             media_of(got)))
        call.accept()
        check(not inward(), "%d: %s" % (port, inward()))
        counters.check(service_port=1)
        flush()

with case("65535, which leaves no port for RTCP, and numbers that are no port"):
    for port in (65535, 65536, -1):
        counters = Counters()
        call = Call(alice, bob)
        got = call.request(alice, "INVITE", sdp(INSIDE, [port]))
        check(b"m=audio %d RTP/AVP" % port in got and
              b"c=IN IP4 203.0.113.1" in got, got)
        call.reply(bob, "200 OK", sdp(OUTSIDE, [6000]))
        check(not inward(), "%d: %s" % (port, inward()))
        counters.check(service_port=1)
        flush()

with case("port 0: the call works, nothing opens"):
    call = Call(alice, bob)
    got = call.request(alice, "INVITE", sdp(INSIDE, [0]))
    check(media_of(got)[0][1] == 0, media_of(got))
    call.accept()
    check(not inward(), inward())

flush()
with case("a=rtcp cannot open a service port either"):
    call = Call(alice, bob)
    call.request(alice, "INVITE", call.sdp(alice, extra="a=rtcp:22\r\n"))
    call.accept()
    check(not inward(), inward())

flush()
with case("another call's public port leads to no host inside"):
    first = Call(alice, bob).start()
    counters = Counters()
    second = Call(Phone(LAN, "192.168.1.3", "anna", port=5070,
                        media=4400), bob)
    second.invite()
    second.reply(bob, "200 OK", sdp("203.0.113.1", [first.mapped()[1]]))
    check(not [line for line in expectations()
               if "src=192.168.1.3" in line.split("mask")[0]], expectations())
    counters.check(third_party=1)
    first.check_audio()

flush()
with case("two phones with the same RTP port and the same peer"):
    andy = Phone(LAN, "192.168.1.3", "andy", media=4000)
    calls_now = [Call(alice, bob), Call(andy, bob, media=(
        andy.media, Media(WAN, OUTSIDE, 6100)))]
    for call in calls_now:
        call.start()
    for call in calls_now:
        call.check_audio()

flush()
with case("forged BYE, CANCEL and errors have no effect"):
    call = Call(alice, bob).start()
    good = dict(call.tag)
    for tags in ((good[alice], "wrong"), ("wrong", good[bob])):
        call.tag[alice], call.tag[bob] = tags
        call.request(alice, "BYE")
        call.request(bob, "BYE")
    call.tag = good
    call.request(alice, "CANCEL", contact=False)
    for status in ("486 Busy Here", "487 Request Terminated", "200 OK"):
        carry(bob, alice, bob.answer(call.asked[bob], status, contact=False),
              (PUBLIC, 5060))
    states = [] if STOCK else [
        entry["state"] for entry in sipims("-L", "calls")["calls"]]
    check(STOCK or states == ["confirmed"], states)
    call.check_audio()

finish()
