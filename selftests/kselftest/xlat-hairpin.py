#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Two IPv4-only phones behind NAT66 call each other through an IPv6-only
proxy.

What comes back names the router's own IPv6 address, by which the proxy knows
the other phone.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, WAN, Forward, Phone, add_address, body_of, calls,
    check_bytes, flush, header, hears, media_of, poll, register,
    registered, sdp, setting, sipims, start_line, uri_place)
from xlat import no_six

topology("core-nat66")

CORE, CORE4, ROUTER6 = "2001:db8:2::2", "192.0.2.100", "2001:db8:2::1"
INSIDE2 = "192.168.1.3"

add_address(LAN, INSIDE2)
alice, andy = Phone(LAN, INSIDE, "alice"), Phone(LAN, INSIDE2, "andy")
core = Phone(WAN, CORE, "core", media=None)
route = Forward(core, CORE4)


def enter():
    flush()
    for phone in (alice, andy):
        asked = register(phone, core, to=(CORE4, 5060))
        route.place[phone] = uri_place(header(asked, "Contact")[0])
        check(route.place[phone][0] == ROUTER6, asked)
        registered(core, phone, asked)


def router4():
    """Return the pool address of the router's own IPv6 address."""
    hosts = sipims("trgw", "list", "trgw0")["hosts"]
    return [host["address4"] for host in hosts if host["address6"] == ROUTER6]


def call(name, offer, answer):
    """Make a call; return the media that andy and alice read."""
    enter()
    invite = alice.request("INVITE", "sip:andy@" + CORE4, name, 1, "a",
                           body=offer)
    there, asked = route.through(alice, andy, invite)
    no_six(asked, "INVITE")
    check(start_line(asked) == "INVITE sip:andy@%s:5060 SIP/2.0" % INSIDE2,
          start_line(asked))
    check(header(asked, "Record-Route") == ["<sip:%s;lr>" % CORE4],
          header(asked, "Record-Route"))
    place = (router4() or [None])[0], route.place[alice][1]
    check(uri_place(header(asked, "Contact")[0]) == place,
          "%s, not %s" % (header(asked, "Contact"), place))
    check(("SIP/2.0/UDP %s:%d;" % place) in header(asked, "Via")[1],
          header(asked, "Via"))

    back, got = route.through(andy, alice, andy.answer(
        asked, "200 OK", "b", answer))
    check(header(back, "Via")[1:] == header(there, "Via"), header(back, "Via"))
    no_six(got, "200")
    check(header(got, "Via") == header(invite, "Via"), header(got, "Via"))
    check(uri_place(header(got, "Contact")[0]) == (
        place[0], route.place[andy][1]), header(got, "Contact"))
    route.through(alice, andy, alice.request(
        "ACK", header(got, "Contact")[0][1:-1], name, 1, "a", "b"))
    return asked, got


def bye(name, asked):
    """End the call by the Contact that andy read."""
    uri = header(asked, "Contact")[0][1:-1]
    there, got = route.through(andy, alice, andy.request(
        "BYE", uri, name, 1, "b", "a"))
    check(start_line(there) == "BYE sip:alice@[%s]:%d SIP/2.0" % (
        ROUTER6, route.place[alice][1]), start_line(there))
    route.through(alice, andy, alice.answer(got, "200 OK", contact=False))


def audio(asked, got):
    check(hears(alice.media.rtp, andy.media.rtp, media_of(got)[0]),
          "alice to andy")
    check(hears(andy.media.rtp, alice.media.rtp, media_of(asked)[0]),
          "andy to alice")


with setting(grace=1):
    for local in ("on", "off"):
        with case("every address is IPv4 and leads back; local-media=" + local):
            with setting(local_media=local):
                one, other = sdp(INSIDE, [4000]), sdp(INSIDE2, [4000])
                messages = call(local, one, other)
                if local == "on":
                    check_bytes(body_of(messages[0]), one, "offer")
                    check_bytes(body_of(messages[1]), other, "answer")
                else:
                    check([media_of(text)[0][0] for text in messages] ==
                          2 * router4(), list(map(media_of, messages)))
                audio(*messages)
                bye(local, messages[0])
                check(poll(lambda: calls()[0] == 0), calls())

    with case("one address is assigned, and kept while a phone is registered"):
        before = router4()
        check(len(before) == 1, before)
        # idle for long, while another host needs an address
        sipims("trgw", "set", "trgw0", "idle=1")
        check(not poll(lambda: router4() != before, 4), router4())
        sipims("-F")
        check(poll(lambda: not router4(), 8), router4())

finish()
