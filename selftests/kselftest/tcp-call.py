#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""SIP over TCP: registration and calls with media; any segmentation of a
connection results in the same bytes.
"""
from family import inet, unwire, wire
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, STOCK, WAN, Call, check_bytes, encoded,
    flush, inward, poll, register, registered, sdp, sipims, translated)
from siptcp import Listener, TcpPhone, add_lan, connect, phones, quick

topology("nat", proto="tcp", families=(4, 6))

# Both change their length on the way out: one shrinks, the other grows.
LONG, SHORT = "192.168.1.222", "10.0.0.2"
KEEPALIVE, PONG = b"\r\n\r\n", b"\r\n"

quick()
add_lan(LONG, "192.168.1.1")
add_lan(SHORT, "10.0.0.1")


def outside(alice, data):
    """Return a message without SDP as the outside reads it."""
    return wire(translated(unwire(data), (alice.addr, PUBLIC)))


def options(alice, serial, contact=True):
    return wire(encoded(alice.request("OPTIONS", "sip:bob@203.0.113.2",
                                      "options-%s" % serial, 1, "o",
                                      contact=contact)))


def arrives(sender, receiver, parts, expected, what):
    """Send parts of a message; check what the other end reads."""
    sender.sip.send_parts(*parts)
    got = receiver.sip.take(len(expected))
    if STOCK:
        got += receiver.sip.take(1, 0)
    return check_bytes(got, expected, what)


def invite(alice, bob):
    """Return an INVITE and its bytes outside, the same for each copy."""
    call = Call(alice, bob)
    data = encoded(call.build(alice, "INVITE", sdp(alice.addr, [4000])))
    got = call.send(alice, data)
    check(alice.addr.encode() not in got, "leaks %s" % alice.addr)
    return wire(data), wire(got)


with case("registration and calls over TCP, with media"):
    for addr in (INSIDE, LONG, SHORT):
        with phones(addr) as (alice, bob):
            got = register(alice, bob)
            check(addr.encode() not in got, "leaks " + addr)
            got = registered(bob, alice, got)
            check(("sip:alice@%s:%d" % (addr, alice.port)).encode() in got,
                  "the answer names another contact")
            for caller, callee in ((alice, bob), (bob, alice)):
                call = Call(caller, callee, (PUBLIC, alice.port)
                            if caller is bob else None)
                call.start()
                call.check_audio()
                call.bye(callee)
        flush()

with case("a request in any two segments: the same bytes"):
    for addr in (LONG, SHORT):
        with phones(addr) as (alice, bob):
            data, expected = invite(alice, bob)
            for cut in range(1, len(data)):
                if not arrives(alice, bob, (data[:cut], data[cut:]), expected,
                               "%s cut at %d" % (addr, cut)):
                    break
        flush()

with case("the response in any two segments: the same bytes"):
    with phones(LONG) as (alice, bob):
        call = Call(alice, bob)
        call.invite()
        expected = call.reply(bob, "200 OK", sdp(bob.addr, [6000]))
        data, expected = wire(call.sent), wire(expected)
        check(inet(LONG).encode() in expected, "Via is not alice's")
        for cut in range(1, len(data)):
            if not arrives(bob, alice, (data[:cut], data[cut:]), expected,
                           "cut at %d" % cut):
                break
    flush()

with case("one byte a segment"):
    for addr in (LONG, SHORT):
        with phones(addr) as (alice, bob):
            data, expected = invite(alice, bob)
            arrives(alice, bob, [data[i:i + 1] for i in range(len(data))],
                    expected, addr)
        flush()

with case("several messages in one segment"):
    with phones(LONG) as (alice, bob):
        data = [options(alice, serial) for serial in range(3)]
        arrives(alice, bob, [b"".join(data)],
                b"".join(outside(alice, one) for one in data), "three")
    flush()

with case("a whole message and any part of the next in a segment"):
    with phones(SHORT) as (alice, bob):
        first, second = options(alice, 1), options(alice, 2)
        both = first + second
        expected = outside(alice, first) + outside(alice, second)
        for cut in range(len(first), len(both)):
            if not arrives(alice, bob, (both[:cut], both[cut:]), expected,
                           "cut at %d" % (cut - len(first))):
                break
    flush()

with case("three segments, the middle one inside of Content-Length"):
    with phones(LONG) as (alice, bob):
        data, expected = invite(alice, bob)
        at = data.index(b"Content-Length: ") + len(b"Content-Length: ")
        for cut in range(at - 18, at + 5):
            arrives(alice, bob, (data[:cut], data[cut:cut + 1],
                                 data[cut + 1:]), expected, "at %d" % cut)
    flush()

with case("keepalives at any place between messages, both ways"):
    with phones(LONG) as (alice, bob):
        arrives(alice, bob, [KEEPALIVE], KEEPALIVE, "before all")
        arrives(bob, alice, [PONG], PONG, "the pong")
        one = options(alice, 1)
        out = outside(alice, one)
        arrives(alice, bob, [one], out, "a message")
        arrives(alice, bob, [KEEPALIVE], KEEPALIVE, "after it")
        arrives(bob, alice, [PONG], PONG, "its pong")
        arrives(alice, bob, [b"\r\n", b"\r\n", one], KEEPALIVE + out,
                "in two parts")
        arrives(alice, bob, [one + KEEPALIVE + one], out + KEEPALIVE + out,
                "between two")
        for cut in range(1, len(one)):
            data = KEEPALIVE + one + KEEPALIVE
            if not arrives(alice, bob, (data[:cut], data[cut:]),
                           KEEPALIVE + out + KEEPALIVE, "cut at %d" % cut):
                break
    flush()

with case("a keepalive is forwarded at once"):
    with phones(LONG) as (alice, bob):
        one = options(alice, 1)
        arrives(alice, bob, [one], outside(alice, one), "a message")
        alice.sip.send_parts(PONG)
        check(bob.sip.take(2, 1.0) == PONG, "it does not come")
    flush()

with case("several connections at once do not affect each other"):
    with Listener(WAN, OUTSIDE) as listener:
        ends = [connect(LAN, addr, listener) for addr in (LONG, SHORT)]
        near = [TcpPhone(LAN, end[0], "alice") for end in ends]
        data = [options(phone, 1) for phone in near]
        for cut in range(1, len(data[0]), 37):
            for phone, one in zip(near, data):
                phone.sip.send_parts(one[:cut])
            for phone, one in zip(near, data):
                phone.sip.send_parts(one[cut:])
            for phone, one, end in zip(near, data, ends):
                expected = outside(phone, one)
                check_bytes(end[1].take(len(expected)), expected, phone.addr)
        for end in ends:
            end[0].close()
            end[1].close()
    flush()

with case("nothing is left of a closed connection"):
    with phones(INSIDE) as (alice, bob):
        register(alice, bob)
    flush()
    check(not inward(), "pinholes")
    if not STOCK:
        check(poll(lambda: not sipims("-S")["tcp-connections"]), "a stream remains")
        check(poll(lambda: not sipims("-S")["tcp-memory"]),
              "its memory remains")

finish()
