#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A phone's own flows to its registrar and to the other hosts of the service
route leave by the port that was registered.
"""
import contextlib

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, WAN, Call, Counters, Phone,
    add_address, calls, carry, check_bytes, expectations, flush, header,
    pinholes, poll, register, registered, run, start_line, translated,
    uri_place)

topology("nat")

SECOND = "192.168.1.3"
HOST, OTHER = "203.0.113.20", "203.0.113.21"
# The router's address after it has changed
MOVED = "203.0.113.99"

add_address(LAN, SECOND)
for addr in (HOST, OTHER):
    add_address(WAN, addr)
alice = Phone(LAN, INSIDE, "alice")
andy = Phone(LAN, SECOND, "andy")
anna = Phone(LAN, INSIDE, "anna", port=5070, media=None)
proxy = Phone(WAN, OUTSIDE, "bob", media=6000)
host = Phone(WAN, HOST, "host", media=None)
side = Phone(WAN, HOST, "host", port=5090, media=None)
other = Phone(WAN, OTHER, "other", media=None)

ROUTE = [("Service-Route", "<sip:%s;lr>" % HOST)]
SERIAL = iter(range(1, 10000))


def outward():
    """Return the outbound pinholes: [(phone, host, port of the host)]."""
    return sorted(hole for hole in pinholes("class=1 ")
                  if hole[0].startswith("192.168."))


def enter(phone, extra=(), cseq=1, registrar=proxy, **args):
    """Register the phone; return its public endpoint."""
    asked = register(phone, registrar, cseq=cseq, **args)
    registered(registrar, phone, asked, extra=list(extra))
    return uri_place(header(asked, "Contact")[0])


def leaves(phone, to, method="SUBSCRIBE"):
    """Return the source port of a request of the phone; check that its text
    agrees and that the response arrives.
    """
    data = phone.request(method, "sip:x@%s:%d" % (to.addr, to.port),
                         "leaves-%d" % next(SERIAL), 1, "n")
    got = carry(phone, to, data, (to.addr, to.port))
    place = to.sip.peer
    check_bytes(got, translated(data, (
        "%s:%d" % (phone.addr, phone.port), "%s:%d" % place)), method)
    answer = to.answer(got, "200 OK", "p", contact=False)
    back = carry(to, phone, answer, place)
    check(header(back, "Via") == header(data, "Via"), header(back, "Via"))
    return place


def reaches(sender, phone, to, method="INVITE"):
    """Check that an unsolicited request reaches this phone."""
    data = sender.request(method, "sip:x@%s:%d" % to,
                          "reaches-%d" % next(SERIAL), 1, "n")
    phone.sip.drain()
    sender.sip.send(data, to)
    got = phone.sip.recv()
    if got is None:
        return False
    check(start_line(got).startswith("%s sip:x@%s:%d " % (
        method, phone.addr, phone.port)), start_line(got))
    back = carry(phone, sender, phone.answer(got, "486 Busy Here", "p",
                                             contact=False), phone.sip.peer)
    check(header(back, "Via") == header(data, "Via"), header(back, "Via"))
    return True


@contextlib.contextmanager
def masquerade_random():
    """Let the ruleset's NAT give each flow a random port."""
    listed = run(ROUTER, "nft", "-a", "list", "chain", "ip", "sip_test", "masq")
    rule = "replace rule ip sip_test masq handle %s oifname wan0 masquerade" % (
        listed.split("masquerade # handle ")[1].split()[0])
    run(ROUTER, "nft", rule + " fully-random")
    try:
        yield
    finally:
        run(ROUTER, "nft", rule)


def forget(*args):
    run(ROUTER, "conntrack", "-D", *args)


with case("two phones with one port, the second one sends first"):
    places = [enter(phone, ROUTE) for phone in (alice, andy)]
    check(places[0] == (PUBLIC, 5060) and places[1][1] != 5060, places)
    # while a flow of a phone exists, the kernel reuses its port
    run(ROUTER, "conntrack", "-F")
    check(leaves(andy, host) == places[1], "andy's port")
    check(reaches(host, alice, places[0]), "alice is not called")
    check(reaches(host, andy, places[1]), "andy is not called")
    check(leaves(alice, host) == places[0], "alice's port")

with case("every method, both phones at once"):
    for method in ("INVITE", "OPTIONS", "MESSAGE", "PUBLISH", "SUBSCRIBE"):
        for phone, place in ((andy, places[1]), (alice, places[0])):
            forget("-p", "udp", "-d", HOST)
            check(leaves(phone, host, method) == place, method)
    sent = {}
    for phone, place in zip((alice, andy), places):
        phone.sip.drain()
        for end in (host, side, proxy):
            data = end.request("OPTIONS", "sip:x@%s:%d" % place, "%s-%d" % (
                phone.user, next(SERIAL)), 1, "n")
            sent[header(data, "Call-ID")[0]] = phone
            end.sip.send(data, place)
    for phone in (alice, andy):
        for _ in range(3):
            got = phone.sip.recv()
            check(got and sent.pop(header(got, "Call-ID")[0]) is phone, got)

with case("a flow to another port of that host has another source port"):
    check(reaches(side, alice, places[0]), "alice")
    check(reaches(side, andy, places[1]), "andy")

with case("a call of each phone to the host, at the same time"):
    both = [Call(phone, host, media=(phone.media, proxy.media))
            for phone in (andy, alice)]
    for call, place in zip(both, (places[1], places[0])):
        call.invite()
        check(host.sip.peer == place, host.sip.peer)
        call.reply(host, "200 OK", call.sdp(host))
        call.request(call.caller, "ACK")
    for call in both:
        call.bye(host)

with case("with the flows removed, each keeps its port at its registrar"):
    run(ROUTER, "conntrack", "-F")
    check(leaves(andy, proxy) == places[1], "andy's port")
    check(reaches(proxy, alice, places[0]), "alice is not called")
    check(leaves(alice, proxy) == places[0], "alice's port")
    run(ROUTER, "conntrack", "-F")
    check(enter(andy, ROUTE, 2) == places[1], "andy registers elsewhere")
    check(enter(alice, ROUTE, 2) == places[0], "alice registers elsewhere")

with case("one for each phone and host, none after de-registration"):
    check(outward() == sorted((phone, to, 5060) for phone in (INSIDE, SECOND)
                              for to in (OUTSIDE, HOST)), outward())
    asked = register(alice, proxy, 0, cseq=3)
    registered(proxy, alice, asked, contact=False)
    check(outward() == [(SECOND, OUTSIDE, 5060), (SECOND, HOST, 5060)],
          outward())
    check(leaves(andy, host) == places[1], "andy's port")
    asked = register(andy, proxy, 0, cseq=3)
    registered(proxy, andy, asked, contact=False)
    check(not pinholes("class=1 "), expectations())
    check(poll(lambda: calls()[1] == 0), calls())

flush()
with case("a ruleset that gives each flow another port"), masquerade_random():
    places = [enter(phone, ROUTE) for phone in (alice, andy)]
    for phone, place in zip((andy, alice), reversed(places)):
        check(leaves(phone, host) == place, phone.user)
        check(reaches(host, phone, place), phone.user + " is not called")

flush()
with case("they end when the contact expires"):
    enter(alice, ROUTE, expires=1)
    asked = register(alice, proxy, cseq=2)
    registered(proxy, alice, asked, expires=1)
    check(poll(lambda: not expectations() and calls()[1] == 0),
          expectations())

flush()
with case("another service route: the omitted host closes, its calls stay"):
    place = enter(alice, ROUTE)
    call = Call(alice, host, media=(alice.media, proxy.media))
    run(ROUTER, "conntrack", "-D", "-p", "udp", "-d", HOST)
    call.invite()
    check(host.sip.peer == place, host.sip.peer)
    call.reply(host, "200 OK", call.sdp(host))
    call.request(alice, "ACK")
    enter(alice, [("Service-Route", "<sip:%s:5060;lr>" % OTHER)], 2)
    check(outward() == [(INSIDE, OUTSIDE, 5060), (INSIDE, OTHER, 5060)],
          outward())
    call.bye(host)
    asked = register(alice, proxy, 0, cseq=3)
    registered(proxy, alice, asked, contact=False)
    check(not outward(), outward())

flush()
with case("an older flow to the host that blocks the port is removed"):
    check(leaves(andy, host) == (PUBLIC, 5060), "andy's port")
    counters = Counters()
    place = enter(alice, ROUTE)
    check(place == (PUBLIC, 5060), place)
    counters.check(shadow_killed=1)
    check(reaches(host, alice, place), "alice is not called")
    check(leaves(alice, host) == place, "alice's port")

with case("a flow that takes the port later is removed when the phone sends"):
    for way in ("-s", "-d"):
        forget("-p", "udp", way, HOST)
    check(leaves(andy, host) == place, "andy's port")
    counters = Counters()
    check(leaves(alice, host) == place, "alice's port")
    counters.check(shadow_killed=1, port_taken=0)
    forget("-p", "udp", "-d", HOST)
    check(leaves(andy, host) == place, "andy's port")
    check(enter(alice, ROUTE, 2) == place, "alice registers elsewhere")
    counters.check(shadow_killed=2, port_taken=0)
    check(reaches(host, alice, place), "alice is not called")

flush()
with case("an older flow to the host by another port of the phone"), \
        masquerade_random():
    before = leaves(alice, host)
    counters = Counters()
    place = enter(alice, ROUTE)
    check(place != before, place)
    counters.check(shadow_killed=1)
    check(leaves(alice, host) == place, "alice's port")

flush()
with case("a flow that a call depends on is not removed"), masquerade_random():
    call = Call(alice, host, media=(alice.media, proxy.media))
    call.invite()
    before = host.sip.peer
    call.reply(host, "200 OK", call.sdp(host))
    call.request(alice, "ACK")
    counters = Counters()
    place = enter(alice, ROUTE)
    check(place != before, place)
    counters.check(shadow_killed=0)
    check(reaches(host, alice, place), "alice is not called")
    call.bye(host)

flush()
with case("a port that such a flow occupies: another port is used"):
    call = Call(andy, host, media=(andy.media, proxy.media))
    call.invite()
    check(host.sip.peer == (PUBLIC, 5060), host.sip.peer)
    call.reply(host, "200 OK", call.sdp(host))
    call.request(andy, "ACK")
    counters = Counters()
    place = enter(alice, ROUTE)
    check(place == (PUBLIC, 5060), place)
    check(leaves(alice, host)[1] != 5060, "two flows by one port")
    counters.check(shadow_killed=0, port_taken=1)
    call.bye(host)

flush()
with case("a port of the pool, and two accounts with one port"):
    value = "<sip:%s@" + INSIDE + ":5070>"
    for user in ("alice", "anna"):
        asked = register(alice, proxy, call_id=user, contact=value % user,
                         aor="sip:%s@example.org" % user)
        place = uri_place(header(asked, "Contact")[0])
        registered(proxy, alice, asked, extra=ROUTE)
    check(place[1] != 5070, place)
    check(outward() == [(INSIDE, OUTSIDE, 5060), (INSIDE, HOST, 5060)],
          outward())
    check(leaves(anna, host) == place, "anna's port")
    check(leaves(anna, proxy) == place, "anna's port at the registrar")
    check(reaches(host, anna, place), "anna is not called")

flush()
with case("the port of Service-Route, and the registrar's own other port"):
    far = Phone(WAN, OUTSIDE, "far", port=5080, media=None)
    enter(alice, [])
    place = enter(andy, [("Service-Route", "<sip:%s:5090;lr>, <sip:%s:5080>, "
                          "<sip:%s:80;lr>" % (HOST, OUTSIDE, OTHER))])
    check([hole for hole in outward() if hole[0] == SECOND] == [
        (SECOND, OUTSIDE, 5060), (SECOND, OUTSIDE, 5080),
        (SECOND, HOST, 5090)], outward())
    check(leaves(andy, side) == place, "andy's port")
    check(leaves(andy, far) == place, "andy's port at the registrar")
    far.close()

flush()
with case("the router has a new address: the ruleset's mapping applies"):
    place = enter(alice, ROUTE)
    run(ROUTER, "ip", "addr", "del", PUBLIC + "/24", "dev", "wan0")
    run(ROUTER, "ip", "addr", "add", MOVED + "/24", "dev", "wan0")
    run(ROUTER, "conntrack", "-F")
    counters = Counters()
    moved = enter(alice, ROUTE, 2)
    check(moved == (MOVED, 5060), moved)
    counters.check(port_moved=1)
    check(leaves(alice, host) == moved, "at the other host")
    check(leaves(alice, proxy) == moved, "at the registrar")
    run(ROUTER, "ip", "addr", "del", MOVED + "/24", "dev", "wan0")
    run(ROUTER, "ip", "addr", "add", PUBLIC + "/24", "dev", "wan0")

flush()
with case("the route changes to another device: from the second packet on"):
    run(ROUTER, "ip", "link", "add", "wan1", "type", "veth", "peer", "name",
        "eth1", "netns", WAN)
    run(ROUTER, "ip", "addr", "add", "198.51.100.1/24", "dev", "wan1")
    run(ROUTER, "ip", "link", "set", "wan1", "up")
    run(WAN, "ip", "addr", "add", "198.51.100.2/24", "dev", "eth1")
    run(WAN, "ip", "link", "set", "eth1", "up")
    run(ROUTER, "nft", "add rule ip sip_test masq oifname wan1 masquerade")
    place = enter(alice, ROUTE)
    for addr in (HOST, OUTSIDE):
        run(ROUTER, "ip", "route", "add", addr, "via", "198.51.100.2")
    run(ROUTER, "conntrack", "-F")
    counters = Counters()
    for to in (host, proxy):
        alice.sip.send(alice.request("OPTIONS", "sip:x@" + to.addr, "stray",
                                     1, "n"), (to.addr, 5060))
        check(to.sip.recv(0.2) is None, "it left with the wrong address")
    counters.check(port_moved=2, dropped=2)
    moved = enter(alice, ROUTE, 2)
    check(moved == ("198.51.100.1", 5060), moved)
    check(leaves(alice, host) == moved, "at the other host")
    counters.check(port_moved=2, dropped=2)
    for addr in (HOST, OUTSIDE):
        run(ROUTER, "ip", "route", "del", addr)

finish()
