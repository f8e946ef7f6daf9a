#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Registrations, and the calls from outside that they admit."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, STOCK, WAN, Call, Counters, Phone,
    add_address, calls, carry, check_bytes, conntrack, expectations, flush,
    header, hears, poll, register, registered, sipims, start_line,
    translated, uri_place)

topology("nat", families=(4, 6))

OUT = (INSIDE, PUBLIC)
BACK = (PUBLIC, INSIDE)

alice = Phone(LAN, INSIDE, "alice")
proxy = Phone(WAN, OUTSIDE, "bob", media=6000)
elsewhere = Phone(WAN, OUTSIDE, "bob", port=5062, media=None)


def contact_of(message, index=0):
    return uri_place(header(message, "Contact")[index])


def listed():
    return [] if STOCK else sipims("-L", "registrations")["registrations"]


def states():
    return sorted(entry["state"] for entry in listed())


def reachable(phone, to, sender=elsewhere):
    """Return whether an unsolicited INVITE reaches the phone."""
    phone.sip.drain()
    sender.sip.send(Call(sender, phone, to=to, media=(
        proxy.media, alice.media)).build(sender, "INVITE"), to)
    got = phone.sip.recv()
    if got is None:
        return False
    check(start_line(got).startswith("INVITE sip:"), start_line(got))
    return True


def closed(phone, to, sender=elsewhere):
    phone.sip.drain()
    sender.sip.send("INVITE sip:a@%s:%d SIP/2.0\r\n\r\n" % to, to)
    return phone.sip.recv(0.2) is None


with case("REGISTER: Via and Contact"):
    asked = register(alice, proxy)
    place = contact_of(asked)
    check(place[0] == PUBLIC, place)
    check_bytes(asked, translated(
        alice.request("REGISTER", "sip:203.0.113.2", "alice", 1, "reg",
                      to="sip:alice@example.org", branch="z9hG4bK1",
                      extra=[("Expires", "3600")]), OUT), "REGISTER")

with case("nothing is open before the 2xx or after a forged one"):
    counters = Counters()
    check(closed(alice, place), "open before any answer")
    good = proxy.answer(asked, "200 OK", "r", contact="<sip:alice@%s:%d>"
                        ";expires=3600" % place)
    for was, becomes in (("CSeq: 1 ", "CSeq: 2 "),
                         ("branch=z9hG4bK1", "branch=z9hG4bK9"),
                         ("Call-ID: alice", "Call-ID: mallory")):
        check(was in good, was)
        carry(proxy, alice, good.replace(was, becomes), proxy.sip.peer)
        check(closed(alice, place), "opened by " + becomes)
    counters.check(register_unmatched=3)
    check(STOCK or states() == ["pending"], states())

with case("the 200 arrives as the phone expects it"):
    got = carry(proxy, alice, good, proxy.sip.peer)
    check_bytes(got, translated(good, BACK), "200")
    check(STOCK or states() == ["active"], states())

with case("a call from outside, audio both ways"):
    call = Call(proxy, alice, to=place)
    got = call.invite()
    check_bytes(got, translated(call.sent, BACK), "INVITE")
    got = call.reply(alice, "180 Ringing")
    check_bytes(got, translated(call.sent, OUT), "180")
    call.accept()
    call.check_audio()
    call.bye(alice)

with case("a request from the registrar's other port reaches the phone"):
    check(reachable(alice, place), "it does not")

with case("401 on a refresh keeps the binding"):
    asked = register(alice, proxy, cseq=2)
    registered(proxy, alice, asked, "401 Unauthorized", contact=False)
    check(reachable(alice, place), "closed")
    asked = register(alice, proxy, cseq=3)
    registered(proxy, alice, asked)
    check(reachable(alice, place), "closed after the 200")
    check(STOCK or len(listed()) == 1, listed())

with case("a call from outside after conntrack -D of the signalling flow"):
    conntrack("-D", "-p", "udp", "--orig-port-dst", "5060")
    check(reachable(alice, place, proxy), "not from the registrar")
    check(reachable(alice, place), "not from another port of it")

for name, args in (
        ("Expires: 0", {"expires": 0}),
        ("expires=0 in Contact", {
            "extra": [], "contact": "<%s>;expires=0" % alice.uri}),
        ("Contact: *", {"expires": 0, "contact": "*"})):
    flush()
    with case("de-registration by " + name):
        asked = register(alice, proxy)
        registered(proxy, alice, asked)
        check(reachable(alice, place), "not registered")
        conntrack("-F")
        asked = register(alice, proxy, cseq=2, **args)
        check(reachable(alice, place), "closed before the 200")
        conntrack("-F")
        asked = register(alice, proxy, cseq=3, **args)
        carry(proxy, alice, proxy.answer(asked, "200 OK", "r", contact=False),
              proxy.sip.peer)
        check(closed(alice, place), "still open")
        check(not expectations(), expectations())
        check(calls()[1] == 0, "sipims -C: %s" % (calls(),))

flush()
with case("several accounts on one flow"):
    users = ("alice", "andy", "anna")
    for user in users:
        uri = "sip:%s@%s:5060" % (user, INSIDE)
        asked = register(alice, proxy, call_id=user, contact="<%s>" % uri,
                         aor="sip:%s@example.org" % user)
        registered(proxy, alice, asked)
    check(STOCK or len(listed()) == 3, listed())
    asked = register(alice, proxy, 0, call_id="andy", cseq=2,
                     contact="<sip:andy@%s:5060>" % INSIDE,
                     aor="sip:andy@example.org")
    carry(proxy, alice, proxy.answer(asked, "200 OK", "r", contact=False),
          proxy.sip.peer)
    check(STOCK or len(listed()) == 2, listed())
    check(reachable(alice, place), "andy took the others with him")

flush()
with case("a contact with another port than the flow's"):
    second = Phone(LAN, INSIDE, "second", port=5070, media=None)
    asked = register(alice, proxy, contact="<sip:alice@%s:5070>" % INSIDE)
    other = contact_of(asked)
    check(other[0] == PUBLIC and other[1] != 5060, other)
    got = registered(proxy, alice, asked)
    check(contact_of(got) == (INSIDE, 5070), contact_of(got))
    check(reachable(second, other), "the INVITE does not reach it")
    check(closed(alice, (PUBLIC, 5060)), "the flow's own port is open, too")
    if hears(proxy.sip, second.sip, other):
        conntrack("-F")
    call = Call(proxy, second, to=other, media=(proxy.media, alice.media))
    got = call.invite()
    check(start_line(got) == "INVITE sip:second@%s:5070 SIP/2.0" % INSIDE,
          start_line(got))
    call.accept()
    call.check_audio()

flush()
with case("two contacts in one REGISTER"):
    asked = register(alice, proxy, contact="<sip:alice@%s:5060>, "
                     "<sip:alice@%s:5070>" % (INSIDE, INSIDE))
    value = header(asked, "Contact")[0]
    check(INSIDE not in value, value)
    first, other = [uri_place(part) for part in value.split(",")]
    registered(proxy, alice, asked, contact=value)
    check(reachable(alice, first), "the first")
    check(reachable(second, other), "the second")

flush()
with case("a foreign host does not pass the registration's pinhole"):
    add_address(WAN, "203.0.113.9")
    stranger = Phone(WAN, "203.0.113.9", "mallory", media=None)
    asked = register(alice, proxy)
    registered(proxy, alice, asked)
    check(closed(alice, place, stranger), "it does")

flush()
with case("a registration expires"):
    asked = register(alice, proxy, expires=2)
    registered(proxy, alice, asked, expires=2)
    check(reachable(alice, place), "not registered")
    check(poll(lambda: calls()[1] == 0, 6), "sipims -C: %s" % (
        calls(),))
    check(not expectations(), expectations())
    check(closed(alice, place), "still open")

finish()
