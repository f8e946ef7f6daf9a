#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""REFER, attended transfer and 3xx that lead to another phone inside."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, STOCK, WAN, Call, Counters,
    Phone, add_address, carry, check_bytes, expectations, flush, header,
    pinholes, poll, register, registered, run, sipims, start_line,
    translated, uri_place)

topology("nat")

CAROL = "192.168.1.3"
FRIEND = "203.0.113.4"

add_address(LAN, CAROL)
add_address(WAN, FRIEND)
alice = Phone(LAN, INSIDE, "alice", media=4000)
carol = Phone(LAN, CAROL, "carol", media=4200)
proxy = Phone(WAN, OUTSIDE, "proxy", media=None)
# calls alice, who is not registered
friend = Phone(WAN, FRIEND, "friend", media=6000)


def begin():
    """Register carol at the proxy; return her public endpoint."""
    flush()
    asked = register(carol, proxy)
    place = uri_place(header(asked, "Contact")[0])
    registered(proxy, carol, asked)
    return place


def reaches(sender, to):
    """Send to a public address; here a private one would arrive, too."""
    carol.sip.drain()
    if to[0] != PUBLIC:
        return False
    sender.sip.send(sender.request("OPTIONS", "sip:carol@%s:%d" % to,
                                   "o%d" % Phone.serial, 1, "o"), to)
    got = carol.sip.recv(0.3)
    if got is not None:
        check(start_line(got) == "OPTIONS sip:carol@%s:5060 SIP/2.0" % CAROL,
              start_line(got))
    return got is not None


def refer(call, target, **args):
    return call.request(alice, "REFER", extra=[
        ("Refer-To", target), ("Referred-By", "<%s>" % alice.uri)], **args)


with case("blind transfer: the friend is referred to carol, and reaches her"):
    place = begin()
    call = Call(alice, friend).start()
    got = refer(call, "<sip:carol@%s:5060>" % CAROL)
    led = uri_place(header(got, "Refer-To")[0])
    check_bytes(got, translated(
        call.sent, (INSIDE, PUBLIC),
        ("carol@%s:5060" % CAROL, "carol@%s:%d" % led)), "REFER")
    call.reply(friend, "202 Accepted")
    moved = Call(friend, carol, to=led)
    moved.start()
    moved.check_audio()
    moved.bye()

with case("without a REFER the friend does not reach carol"):
    place = begin()
    check(not reaches(friend, place), "he does")

with case("attended transfer: Replaces and its Call-ID are unchanged"):
    place = begin()
    call = Call(alice, friend).start()
    replaces = "?Replaces=1%%40%s%%3Bto-tag%%3D1%%3Bfrom-tag%%3D2" % CAROL
    got = refer(call, "<sip:carol@%s:5060%s>" % (CAROL, replaces))
    led = uri_place(header(got, "Refer-To")[0].replace(replaces, ""))
    check(header(got, "Refer-To") == ["<sip:carol@%s:%d%s>" % (
        *led, replaces)], header(got, "Refer-To"))
    check(reaches(friend, led), "carol is out of reach")

with case("a REFER without a port in the URI"):
    place = begin()
    call = Call(alice, friend).start()
    got = refer(call, "sip:carol@" + CAROL)
    check(reaches(friend, uri_place(header(got, "Refer-To")[0])),
          "carol is out of reach: %s" % header(got, "Refer-To"))

with case("a REFER to her binding at the registrar"):
    place = begin()
    data = alice.request("REFER", "sip:friend@" + OUTSIDE, "way", 1, "r",
                         extra=[("Refer-To", "<sip:carol@%s>" % CAROL)])
    got = carry(alice, proxy, data, (OUTSIDE, 5060))
    check(header(got, "Refer-To") == ["<sip:carol@%s:%d>" % place] or
          place[1] == 5060 and
          header(got, "Refer-To") == ["<sip:carol@%s>" % PUBLIC],
          header(got, "Refer-To"))

with case("a REFER outside of a dialog, and Referred-By of another phone"):
    place = begin()
    data = alice.request("REFER", "sip:friend@" + FRIEND, "refer", 1, "r",
                         extra=[("Refer-To", "<sip:carol@%s>" % CAROL),
                                ("Referred-By", "<sip:carol@%s>" % CAROL)])
    got = carry(alice, friend, data, (FRIEND, 5060))
    check(CAROL not in got.decode(), got.decode())
    check(len([hole for hole in pinholes() if hole[0] == FRIEND]) == 1,
          pinholes())

with case("302: the caller is redirected to carol"):
    place = begin()
    call = Call(friend, alice, to=(PUBLIC, 5060))
    alice.sip.send("\r\n", (FRIEND, 5060))
    friend.sip.recv()
    call.target[friend] = "sip:alice@%s:%d" % friend.sip.peer
    call.invite()
    got = call.reply(alice, "302 Moved Temporarily",
                     contact="<sip:carol@%s:5060>, <sip:x@192.168.1.77>"
                     % CAROL)
    led = uri_place(header(got, "Contact")[0].split(",")[0])
    check(header(got, "Contact") == [
        "<sip:carol@%s:%d>, <sip:x@192.168.1.77>" % led],
        header(got, "Contact"))
    check(reaches(friend, led), "carol is out of reach")

with case("a phone without a registration or a 2xx is not translated"):
    flush()
    register(carol, proxy)
    call = Call(alice, friend).start()
    holes = sorted(pinholes())
    for host in (CAROL, "192.168.1.77", "192.168.1.3:5099"):
        got = refer(call, "<sip:carol@%s>" % host)
        check(header(got, "Refer-To") == ["<sip:carol@%s>" % host],
              header(got, "Refer-To"))
        call.reply(friend, "202 Accepted")
    check(sorted(pinholes()) == holes, pinholes())

with case("a REFER to the sender's own address has the sender's mapping"):
    place = begin()
    call = Call(alice, friend).start()
    got = refer(call, "<sip:alice@%s:5060>" % INSIDE)
    check(header(got, "Refer-To") == ["<sip:alice@%s:5060>" % PUBLIC],
          header(got, "Refer-To"))

with case("the grant ends with timer C"):
    place = begin()
    if not STOCK:
        sipims("set", "timer-c=2")
    call = Call(alice, friend).start()
    led = uri_place(header(refer(call, "<sip:carol@%s>" % CAROL),
                           "Refer-To")[0])
    check(reaches(friend, led), "carol is out of reach")
    check(poll(lambda: led[1] not in [hole[2] for hole in pinholes()], 6),
          pinholes())
    check(not reaches(friend, led), "still open")
    check(reaches(proxy, place), "the registration is closed, too")
    if not STOCK:
        sipims("set", "timer-c=180")

with case("the grant ends with the registration"):
    place = begin()
    call = Call(alice, friend).start()
    led = uri_place(header(refer(call, "<sip:carol@%s>" % CAROL),
                           "Refer-To")[0])
    check(reaches(friend, led), "carol is out of reach")
    asked = register(carol, proxy, 0, cseq=2)
    registered(proxy, carol, asked, contact=False)
    run(ROUTER, "conntrack", "-F")
    check(not reaches(friend, led), "still open")

with case("sixteen grants at once, no more; the REFER still passes"):
    place = begin()
    counters = Counters()
    for host in range(30, 47):
        add_address(WAN, "203.0.113.%d" % host)
        target = Phone(WAN, "203.0.113.%d" % host, "target", media=None)
        got = carry(alice, target, alice.request(
            "REFER", "sip:" + target.addr, "g%d" % host, 1, "g", extra=[
                ("Refer-To", "<sip:carol@%s>" % CAROL)]), (target.addr, 5060))
        want = CAROL if host == 46 and not STOCK else PUBLIC
        check(want in header(got, "Refer-To")[0], header(got, "Refer-To"))
        target.close()
    counters.check(pinhole_limit=1, dropped=0)
    check(reaches(proxy, place), "the registrar")

with case("nothing is left"):
    flush()
    check(not expectations(), expectations())

finish()
