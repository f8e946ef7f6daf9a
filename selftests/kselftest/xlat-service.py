#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The hosts that an IPv6 core may name, and those that neither it nor an IPv4
phone may.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, ROUTER, WAN, Call, Counters, Media, Phone, add_address,
    carry, check_bytes, deaf, flush, hears, run, sdp, sipims, translated)

topology("core")

CORE, CORE4, PHONE6 = "2001:db8:2::2", "192.0.2.100", "64:ff9b::c0a8:102"
OTHER, OTHER6 = "192.168.1.9", "64:ff9b::c0a8:109"
# Addresses that no packet can have as source, or on no side of the router
NOWHERE = ("::1", "::ffff:192.168.1.2", "::192.168.1.2", "fe80::2", "ff02::1",
           "2001:db8:99::1", "64:ff9b::127.0.0.1", "64:ff9b::e000:1")
DOWN = [("IN IP6 " + CORE, "IN IP4 " + CORE4), ("[%s]" % PHONE6, INSIDE),
        ("[%s]" % CORE, CORE4)]
# all other bytes of an SDP must stay
ORIGIN = ("o=- 1 1 IN IP6 %s\r\n" % CORE, "o=- 1 1 IN IP4 %s\r\n" % CORE4)

alice = Phone(LAN, INSIDE, "alice")
core = Phone(WAN, CORE, "core", media=6000)


def assigned():
    """Return {IPv6 address: pool address}."""
    hosts = sipims("trgw", "list", "trgw0")["hosts"]
    return {host["address6"]: host["address4"] for host in hosts
            if host["assigned"]}


def holes():
    """Return {(source, destination)} of the IPv4 leg's expectations."""
    lines = run(ROUTER, "conntrack", "-L", "expect", "-f", "ipv4").splitlines()
    return {tuple(word for word in line.split() if word.startswith((
        "src=", "dst="))) for line in lines}


def begin():
    """Register, so that the core can reach the phone."""
    flush()
    carry(alice, core, alice.request("OPTIONS", "sip:core@" + CORE4, "begin",
                                     1, "b"), (CORE4, 5060))


def routed(call_id, hosts):
    """Build a request of the core with these hosts in its route."""
    return core.request(
        "OPTIONS", "sip:alice@[%s]" % PHONE6, call_id, 1, "c", extra=[
            ("Record-Route", "<sip:[%s];lr>" % host) for host in hosts])


with case("addresses that are no host of the core: none is assigned"):
    begin()
    data = routed("nowhere", NOWHERE)
    check_bytes(carry(core, alice, data, core.sip.peer),
                translated(data, *DOWN), "OPTIONS")
    check(not assigned(), assigned())

with case("the core's SDP names one of these: nothing opens in IPv4"):
    flush()
    for host in NOWHERE:
        call = Call(alice, core, (CORE4, 5060))
        call.invite()
        before = holes()
        check(before, "none for the offer")
        got = call.reply(core, "183 Session Progress", sdp(host, [6000],
                                                           origin=CORE))
        check_bytes(got, translated(call.sent, ORIGIN, *DOWN[1:]), host)
        check(holes() == before, "%s: %s" % (host, holes()))
        check(not assigned(), assigned())

with case("many hosts of the core: half of the pool, the others unchanged"):
    begin()
    many = ["2001:db8:2::%x" % i for i in range(16, 28)]
    data = routed("many", many)
    got = carry(core, alice, data, core.sip.peer)
    have = assigned()
    check(list(have) and set(have) == set(many[:4]), have)
    check_bytes(got, translated(data, *DOWN, *[
        ("[%s]" % host, have[host]) for host in have]), "OPTIONS")
    carry(core, alice, routed("again", many), core.sip.peer)
    check(assigned() == have, assigned())

with case("an IPv4 phone names another IPv4 host: no media reaches it"):
    flush()
    add_address(LAN, OTHER)
    other = Media(LAN, OTHER, 4000)
    counters = Counters()
    call = Call(alice, core, (CORE4, 5060))
    got = call.request(alice, "INVITE", sdp(OTHER, [4000], origin=INSIDE))
    check(("c=IN IP6 %s\r\n" % OTHER6).encode() in got, got)
    check(counters.rose().get("third-party", 0) >= 1, counters.rose())
    call.reply(core, "200 OK", sdp(CORE, [6000]))
    call.request(alice, "ACK")
    check(deaf(core.media.rtp, other.rtp, (OTHER6, 4000)), "in")
    check(deaf(other.rtp, core.media.rtp, (CORE4, 6000)), "out")
    call.bye()
    other.close()

with case("the phone itself still has audio"):
    flush()
    call = Call(alice, core, (CORE4, 5060)).start()
    call.check_audio()
    check(hears(alice.media.rtp, core.media.rtp, (CORE4, 6000)), "out")
    call.bye()

finish()
