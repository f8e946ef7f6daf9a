#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A message between the families cannot name foreign hosts, use up the pool,
or open pinholes that lead nowhere.
"""
from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, PUBLIC, ROUTER, Call, Counters, Phone, carry,
    check_bytes, flush, run, sdp, sipims, translated)
from xlat import HEAD, OUTSIDE2, OUTSIDE6, SIX, SIX2, back, out, phones

topology("xlat")

alice, bob = phones()
THERE = OUTSIDE6, 5060
ASSIGNED = "192.0.2.0"
# all other bytes of an SDP must stay
ORIGIN = ("o=- 1 1 IN IP6 %s\r\n" % SIX, "o=- 1 1 IN IP4 %s\r\n" % PUBLIC)


def holes(*families):
    """Return {destination} of the expectations of both families."""
    lines = [line for family in families or ("ipv4", "ipv6") for line in run(
        ROUTER, "conntrack", "-L", "expect", "-f", family).splitlines()]
    return {word[4:] for line in lines for word in line.split()
            if word.startswith("dst=")} - {"ffff:ffff:ffff:ffff:ffff:ffff:"
                                           "ffff:ffff", "255.255.255.255"}


def assigned():
    """Return the hosts that have an address of the pool."""
    hosts = sipims("trgw", "list", "trgw0")["hosts"]
    return {host["address6"] for host in hosts if host["assigned"]}


# Media addresses of a phone: another IPv6 host, one that no router
# forwards to, one that cannot be a host's.
NOT_ONESELF = (
    SIX2, "2001:db8:1::1", "2001:db8:99::7", "::1", "fe80::1", "fe80::2",
    "ff02::1", "ff0e::7", "::ffff:203.0.113.2", "::ffff:cb00:7102",
    "::203.0.113.2", "::ffff:192.168.1.1", "2001:db8:1::2%eth0")

with case("an IPv6 phone names another host: nothing opens"):
    flush()
    for host in NOT_ONESELF:
        call = Call(alice, bob, THERE)
        data = call.build(alice, "INVITE", sdp(host, [4000], origin=SIX))
        got = call.send(alice, data)
        check_bytes(got, translated(data, ORIGIN, *HEAD), host)
        call.reply(bob, "200 OK", sdp(OUTSIDE, [6000]))
        opened = holes()
        check(not [one for one in opened if one.startswith("2001:db8:1:") and
                   one != SIX], "%s: %s" % (host, opened))
        check(PUBLIC not in opened, "%s: %s" % (host, opened))
        check(assigned() == {SIX}, "%s: %s" % (host, assigned()))

# The prefix with addresses that no IPv4 host can have
MARTIANS = ("127.0.0.1", "0.0.0.1", "169.254.1.1", "224.0.0.9",
            "255.255.255.255", "240.0.0.1")

with case("a literal of the prefix with an unused address is unchanged"):
    flush()
    text = "[64:ff9b::%s]"
    data = alice.request(
        "OPTIONS", "sip:bob@example.org", "martians", 1, "m", extra=[
            ("Route", "<sip:%s;lr>" % text % host) for host in MARTIANS])
    check_bytes(carry(alice, bob, data, THERE), out(data), "OPTIONS")

with case("a literal of the prefix with a private address is that one"):
    data = alice.request(
        "OPTIONS", "sip:bob@example.org", "private", 1, "m", extra=[
            ("Route", "<sip:[64:ff9b::a01:203];lr>"),
            ("Route", "<sip:[64:ff9b::192.168.7.7];lr>"),
            ("Route", "<sip:[64:FF9B:0:0:0:0:C0A8:0707];lr>")])
    check_bytes(carry(alice, bob, data, THERE), out(
        data, ("[64:ff9b::a01:203]", "10.1.2.3"),
        ("[64:ff9b::192.168.7.7]", "192.168.7.7"),
        ("[64:FF9B:0:0:0:0:C0A8:0707]", "192.168.7.7")), "OPTIONS")

with case("an IPv4 phone names an unused address: unchanged, no pinhole"):
    flush()
    for host in MARTIANS + ("192.0.2.3",):
        call = Call(alice, bob, THERE)
        call.invite()
        before = holes()
        got = call.reply(bob, "183 Session Progress", sdp(host, [6000],
                                                          origin=OUTSIDE))
        check_bytes(got, back(call.sent), host)
        check(holes() == before, "%s: %s" % (host, holes()))

# The router, its network's broadcast address, hosts on another side
with case("an IPv4 phone names no host of the IPv4 side: nothing opens"):
    for host in (ASSIGNED, PUBLIC, "203.0.113.255", "198.51.100.9"):
        flush()
        call, counters = Call(alice, bob, THERE), Counters()
        call.invite()
        before = holes()
        check(before == {PUBLIC, SIX}, before)
        call.reply(bob, "183 Session Progress", sdp(host, [6000],
                                                    origin=OUTSIDE))
        check(holes() == before, "%s: %s" % (host, holes()))
        # on either leg
        counters.check(third_party=2)

with case("an IPv4 phone names a host of its side: it has a pinhole"):
    flush()
    call, counters = Call(alice, bob, THERE), Counters()
    call.invite()
    call.reply(bob, "183 Session Progress", sdp(OUTSIDE2, [6000],
                                                origin=OUTSIDE))
    check(holes() == {PUBLIC, SIX, OUTSIDE2, "64:ff9b::cb00:7103"}, holes())
    counters.check(third_party=0)

with case("addresses in the receiver's family arrive unchanged"):
    flush()
    data = alice.request(
        "OPTIONS", "sip:bob@example.org", "words", 1, "w", extra=[
            ("Route", "<sip:%s;lr>" % OUTSIDE),
            ("Route", "<sip:%s;lr>" % ASSIGNED),
            ("Route", "<sip:[::ffff:203.0.113.2];lr>"),
            ("Route", "<sip:[::ffff:192.0.2.0];lr>")])
    got = carry(alice, bob, data, THERE)
    # between the legs the message is IPv4: her own address must not be left
    check_bytes(got, out(data, ("<sip:%s;lr>" % ASSIGNED,
                                "<sip:%s;lr>" % PUBLIC)), "OPTIONS")
    data = bob.answer(got, "200 OK", "b", extra=[
        ("Record-Route", "<sip:[%s];lr>" % host) for host in (
            SIX, OUTSIDE6, "::ffff:198.51.100.9")])
    check_bytes(carry(bob, alice, data, bob.sip.peer), back(data), "200")

flush()
with case("through the device and back: IPv6 phones read each other's own"):
    carol = Phone(LAN, SIX2, "carol", media=4100)
    carry(carol, bob, carol.request("OPTIONS", "sip:b@example.org", "c", 1,
                                    "c"), THERE)
    there = [host["address4"] for host in sipims(
        "trgw", "list", "trgw0")["hosts"] if host["address6"] == SIX2]
    check(there == ["192.0.2.1"], there)
    call = Call(alice, carol, ("64:ff9b::c000:201", 5060))
    data = call.build(alice, "INVITE", sdp(SIX, [4000]))
    check_bytes(call.send(alice, data), translated(
        data, ("[64:ff9b::c000:201]", "[%s]" % SIX2)), "INVITE")
    check(carol.sip.peer == ("64:ff9b::c000:200", 5060), carol.sip.peer)
    check_bytes(call.reply(carol, "200 OK", sdp(SIX2, [4100])), call.sent,
                "200")
    check_bytes(call.request(alice, "ACK"), call.sent, "ACK")
    call.check_audio()
    call.bye()
    carol.close()

flush()
with case("a Contact of a foreign host takes no address of the pool"):
    before = assigned()
    carry(alice, bob, alice.request(
        "REGISTER", "sip:ims.example.org", "many", 1, "m", contact=", ".join(
            "<sip:x@[2001:db8:1::%x]>" % i for i in range(0x20, 0x30)),
        extra=[("Expires", "60")]), THERE)
    check(assigned() == before, assigned())

finish()
