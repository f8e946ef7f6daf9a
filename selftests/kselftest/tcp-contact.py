#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A Contact with a listening port: its registrar can connect to it, other
hosts cannot.
"""
import contextlib

from family import inet
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, STOCK, WAN, Call, Media, add_address,
    flush, header, inward, poll, register, registered, sipims, uri_place)
from siptcp import Listener, TcpPhone, Wire, add_lan, connect, made, quick

topology("nat", proto="tcp", families=(4, 6))

STRANGER = "203.0.113.4"
OTHER = "192.168.1.3"

quick()
add_address(WAN, STRANGER)
add_lan(OTHER, "192.168.1.1")


def call_in(addr, to, listener):
    """Connect from outside to a public port; return the connection or None."""
    sock = made(WAN, addr)
    sock.settimeout(1.0)
    try:
        sock.connect((inet(to[0]), to[1]))
        return Wire(sock), listener.accept(1.0)
    except OSError:
        sock.close()
        return None


@contextlib.contextmanager
def phone(registrar, addr, user, media, port=5060):
    """A phone that registers by a connection and listens on a port."""
    with Listener(LAN, addr, port) as listener:
        near, far = connect(LAN, addr, registrar)
        alice = TcpPhone(LAN, near, user, media, port=port)
        bob = TcpPhone(WAN, far, "registrar")
        try:
            yield alice, bob, listener
        finally:
            alice.close()
            bob.close()


def place_of(alice, bob, expires=3600, cseq=1):
    """Register; return the endpoint that the registrar reads."""
    got = register(alice, bob, expires, cseq=cseq)
    contact = header(got, "Contact")[0]
    check(alice.addr not in contact, "leaks: " + contact)
    check("transport=tcp" in contact, "transport is gone: " + contact)
    registered(bob, alice, got, expires=expires)
    return uri_place(contact)


def calls(alice, ends, public):
    """Make a call with media over a connection from outside."""
    far, near = ends
    inner = TcpPhone(LAN, near, alice.user)
    inner.media, inner.port, inner.uri = alice.media, alice.port, alice.uri
    outer = TcpPhone(WAN, far, "peer", 6000)
    call = Call(outer, inner, public)
    call.start()
    check("@%s:%d" % (inet(INSIDE), alice.port) not in call.target[outer],
          "the answer leaks")
    call.check_audio()
    call.bye(outer)
    outer.close()


with Listener(WAN, OUTSIDE) as registrar:
    with case("the registrar connects to the port that was registered"), \
            phone(registrar, INSIDE, "alice", 4000) as (alice, bob, listener):
        public = place_of(alice, bob)
        ends = call_in(OUTSIDE, public, listener)
        if check(ends, "no connection"):
            calls(alice, ends, public)
        check(not call_in(STRANGER, public, listener), "a stranger, too")
        check(not call_in(OUTSIDE, (PUBLIC, 5060), listener) or
              public[1] == 5060, "5060 is open")
    flush()

    with case("before the 2xx nothing is open"), \
            phone(registrar, INSIDE, "alice", None) as (alice, bob, listener):
        public = uri_place(header(register(alice, bob), "Contact")[0])
        check(not call_in(OUTSIDE, public, listener), "it is open")
    flush()

    with case("two phones with the same port, each is reachable"), \
            phone(registrar, INSIDE, "alice", 4000) as (alice, bob, one), \
            phone(registrar, OTHER, "carol", 4100) as (carol, dave, two):
        first, second = place_of(alice, bob), place_of(carol, dave)
        check(first != second, "both are %s" % (first,))
        for user, listener, public in ((alice, one, first),
                                       (carol, two, second)):
            ends = call_in(OUTSIDE, public, listener)
            if check(ends, user.user + ": no connection"):
                calls(user, ends, public)
    flush()

    with case("de-registration closes the pinhole and its connections"), \
            phone(registrar, INSIDE, "alice", None) as (alice, bob, listener):
        public = place_of(alice, bob)
        ends = call_in(OUTSIDE, public, listener)
        check(ends, "no connection")
        place_of(alice, bob, expires=0, cseq=2)
        check(not call_in(OUTSIDE, public, listener), "still open")
        check(not inward(), "pinholes: %s" % inward())
        if ends:
            ends[0].sock.setblocking(False)
            with contextlib.suppress(OSError):
                ends[0].send_parts(b"\r\n\r\n")
            check(ends[1].take(1, 0.5) == b"", "the connection lives on")
            for end in ends:
                end.close()
    flush()

    with case("a registration outlives its connection and moves to the next"), \
            phone(registrar, INSIDE, "alice", None) as (alice, bob, listener):
        public = place_of(alice, bob)
        alice.sip.close()
        bob.sip.close()
        ends = call_in(OUTSIDE, public, listener)
        if check(ends, "no connection"):
            for end in ends:
                end.close()
        near, far = connect(LAN, INSIDE, registrar)
        alice.sip, bob.sip = near, far
        public = place_of(alice, bob, cseq=2)
        ends = call_in(OUTSIDE, public, listener)
        if check(ends, "no connection after the second REGISTER"):
            for end in ends:
                end.close()
    flush()

    with case("without registration: a Contact of a call on another port"), \
            phone(registrar, INSIDE, "alice", 4000) as (alice, bob, listener):
        bob.media = Media(WAN, OUTSIDE, 6000)
        call = Call(alice, bob).start()
        call.check_audio()
        public = uri_place(call.target[bob])
        ends = call_in(OUTSIDE, public, listener)
        if check(ends, "no connection to %s:%d" % public):
            bob.sip, old = ends[0], bob.sip
            alice.sip, other = ends[1], alice.sip
            call.bye(bob)
            old.close()
            other.close()
        check(not call_in(STRANGER, public, listener), "a stranger, too")
    flush()

    with case("an incoming call on the registered connection (RFC 5923)"), \
            phone(registrar, INSIDE, "alice", 4000) as (alice, bob, listener):
        public = place_of(alice, bob)
        bob.media = Media(WAN, OUTSIDE, 6000)
        call = Call(bob, alice, public)
        call.start()
        call.check_audio()
        call.bye(alice)
        alice.sip.send_parts(b"\r\n\r\n")
        check(bob.sip.take(4, 1.0) == b"\r\n\r\n", "the keepalive")
        bob.sip.send_parts(b"\r\n")
        check(alice.sip.take(2, 1.0) == b"\r\n", "its pong")
    flush()

if not STOCK:
    with case("nothing is left"):
        check(poll(lambda: not sipims("-S")["tcp-memory"]), "memory")

finish()
