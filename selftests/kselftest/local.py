#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Two phones behind the router call each other through a proxy outside.

The call crosses the router twice; in each crossing the addresses of the other
phone are the router's own, but not those of the flow at hand.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, WAN, Forward, Phone, add_address, header, hears,
    media_of, register, registered, sdp, start_line, uri_place)

topology("nat", extended=(6,))

add_address(LAN, "192.168.1.3")
alice = Phone(LAN, INSIDE, "alice")
andy = Phone(LAN, "192.168.1.3", "andy")
proxy = Phone(WAN, OUTSIDE, "proxy", media=None)
route = Forward(proxy)
VIA, place, through = route.via, route.place, route.through

for phone in (alice, andy):
    asked = register(phone, proxy)
    place[phone] = uri_place(header(asked, "Contact")[0])
    registered(proxy, phone, asked)

invite = alice.request("INVITE", "sip:andy@" + OUTSIDE, "local", 1, "a",
                       body=sdp(INSIDE, [4000]))
with case("INVITE: the other phone's addresses are not taken for the sender's"):
    proxy_got, andy_got = through(alice, andy, invite)
    check(start_line(andy_got) == "INVITE sip:andy@192.168.1.3:5060 SIP/2.0",
          start_line(andy_got))
    check(header(andy_got, "Contact")[0] in (
        "<sip:alice@%s:%d>" % place[alice], "<%s>" % alice.uri),
          "Contact: %s" % header(andy_got, "Contact"))

with case("200: the Vias arrive as the proxy sent them"):
    answer = andy.answer(andy_got, "200 OK", "b", sdp("192.168.1.3", [4000]))
    got, alice_got = through(andy, alice, answer)
    check(header(got, "Via") == [VIA[5:]] + header(proxy_got, "Via"),
          "%s instead of %s" % (header(got, "Via")[1:],
                                header(proxy_got, "Via")))
    check(header(alice_got, "Via") == header(invite, "Via"),
          header(alice_got, "Via"))
    check(header(alice_got, "Contact")[0] in (
        "<sip:andy@%s:%d>" % place[andy], "<%s>" % andy.uri),
          "Contact: %s" % header(alice_got, "Contact"))

with case("audio both ways"):
    check(hears(alice.media.rtp, andy.media.rtp, media_of(alice_got)[0]),
          "alice to andy")
    check(hears(andy.media.rtp, alice.media.rtp, media_of(andy_got)[0]),
          "andy to alice")

with case("BYE from the called phone"):
    bye = andy.request("BYE", "sip:alice@%s:%d" % place[alice], "local", 1,
                       "b", "a")
    proxy_got, alice_got = through(andy, alice, bye)
    got, andy_got = through(alice, andy, alice.answer(alice_got, "200 OK"))
    check(header(andy_got, "Via") == header(bye, "Via"),
          header(andy_got, "Via"))

finish()
