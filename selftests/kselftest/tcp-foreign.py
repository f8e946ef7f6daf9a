#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""TCP connections that carry no SIP, or no more of it: unparsed, or reset."""
import contextlib
import os

from family import inet, wire
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, WAN, Counters, check_bytes,
    encoded, expectations, flush, header, run, setting, translated,
    uri_place)
from siptcp import Listener, TcpPhone, connect, made, quick

topology("nat", proto="tcp")

VICTIM = 8080
HELLO = bytes.fromhex("160301004a010000460303") + os.urandom(64)

quick()


def register_of(port, addr=INSIDE):
    """Build a REGISTER that names a port of the inside host."""
    return encoded(
        "REGISTER sip:%s SIP/2.0\r\n"
        "Via: SIP/2.0/TCP %s:%d;branch=z9hG4bKslip\r\n"
        "From: <sip:a@%s>;tag=1\r\nTo: <sip:a@%s>\r\nCall-ID: slip\r\n"
        "CSeq: 1 REGISTER\r\nContact: <sip:a@%s:%d;transport=tcp>\r\n"
        "Expires: 3600\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n" % (
            OUTSIDE, addr, port, addr, addr, addr, port))


def named(port=5060):
    """Build a message without an address, which is not changed."""
    return (b"OPTIONS sip:b@example.org SIP/2.0\r\n"
            b"Via: SIP/2.0/TCP phone.example.org:%d;branch=z9hG4bKn\r\n"
            b"From: <sip:a@example.org>;tag=1\r\nTo: <sip:b@example.org>\r\n"
            b"Call-ID: named\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\n"
            b"Content-Length: 0\r\n\r\n" % port)


def answer_to(request, contact):
    return b"".join([
        b"SIP/2.0 200 OK\r\n",
        *(line + b"\r\n" for line in request.split(b"\r\n")
          if line.split(b":")[0] in (b"Via", b"From", b"To", b"Call-ID",
                                     b"CSeq")),
        b"Contact: " + contact + b";expires=3600\r\n"
        b"Content-Length: 0\r\n\r\n"])


def reached(listener, port):
    """Return whether a connection to a public port reaches the inside."""
    with made(WAN, OUTSIDE) as sock:
        sock.settimeout(0.5)
        try:
            sock.connect((inet(PUBLIC), port))
            listener.accept(0.5).close()
            return True
        except OSError:
            return False


@contextlib.contextmanager
def pair():
    with Listener(WAN, OUTSIDE) as listener:
        near, far = connect(LAN, INSIDE, listener)
        try:
            yield near, far
        finally:
            near.close()
            far.close()
    flush()


def passes(sender, receiver, data, what):
    sender.send_parts(data)
    return check_bytes(receiver.take(len(data), 2.0), data, what)


def slips(near, far, listener):
    """Send a REGISTER at the beginning of a segment and its response; return
    whether a pinhole opens.
    """
    data = wire(register_of(VICTIM))
    near.send_parts(data)
    got = far.take(len(data), 2.0)
    contact = (header(got, "Contact") or ["<sip:a@%s:%d>" % (
        PUBLIC, VICTIM)])[0].split(";expires")[0]
    far.send_parts(answer_to(got, contact.encode()))
    near.recv()
    ports = {VICTIM, uri_place(contact)[1]} if not wire(b"192.168.1.2"
        ).startswith(b"[") else {VICTIM}
    check(not expectations(), "an expectation: %s" % expectations())
    check(not any(reached(listener, port) for port in ports),
          "the outside reaches the inside host")
    return check_bytes(got, data, "the text of the body")


with Listener(LAN, INSIDE, VICTIM) as victim:
    with case("HTTP POST with a REGISTER at the beginning of a segment"), \
            pair() as (near, far):
        counters = Counters()
        passes(near, far, b"POST / HTTP/1.1\r\nHost: evil.example\r\n"
               b"Content-Type: text/plain\r\nContent-Length: 1000\r\n\r\n",
               "the request")
        slips(near, far, victim)
        counters.check(tcp_foreign=1, requests=0)

    with case("the same after empty lines, in parts"), pair() as (near, far):
        parts = (b"\r\n", b"PO", b"ST / HTTP/1.1\r\nHost: evil",
                 b"\r\nContent-Length: 1000\r\n\r\n")
        near.send_parts(*parts)
        check_bytes(far.take(len(b"".join(parts)), 2.0), b"".join(parts),
                    "the request")
        slips(near, far, victim)

    with case("TLS with a REGISTER at the beginning of a segment"), \
            pair() as (near, far):
        counters = Counters()
        passes(near, far, HELLO, "the first record")
        slips(near, far, victim)
        counters.check(tls=1, requests=0)

    with case("a server of another protocol that sends first"), \
            pair() as (near, far):
        passes(far, near, b"220 mail.example.org ESMTP\r\n", "the greeting")
        slips(near, far, victim)

    with case("HTTP after SIP of which no byte was changed"), \
            pair() as (near, far):
        passes(near, far, named(), "a message")
        passes(near, far, b"POST / HTTP/1.1\r\n\r\n", "what follows")
        slips(near, far, victim)

with case("HTTP both ways, with pending bytes"), pair() as (near, far):
    passes(near, far, b"GET http://example.org/ HTTP/1.1\r\n\r\n", "request")
    passes(far, near, b"HTTP/1.1 200 OK\r\n\r\n" + bytes(3000), "response")
    passes(near, far, os.urandom(70000), "bytes")
    passes(far, near, os.urandom(70000), "bytes back")

with case("an error before any change: all bytes pass unparsed"), \
        pair() as (near, far):
    counters = Counters()
    passes(near, far, named(), "a message")
    passes(near, far, b"OPTIONS sip:b@example.org SIP/2.0\r\n"
           b"Content-Length: -1\r\n\r\n", "no length")
    passes(near, far, wire(register_of(VICTIM)), "what follows")
    passes(far, near, named(), "what comes back")
    counters.check(requests=1, tcp_broken=1, tcp_reset=0)
    check(not expectations(), "an expectation")

for what, bad in (
        ("no length", b"OPTIONS sip:b@example.org SIP/2.0\r\n"
                      b"X: 192.168.1.2\r\nContent-Length: -1\r\n\r\n"),
        ("two lengths", b"OPTIONS sip:b@example.org SIP/2.0\r\n"
                        b"Content-Length: 1\r\nl: 2\r\n\r\n"),
        ("too long", b"OPTIONS sip:b@example.org SIP/2.0\r\n"
                     b"Content-Length: 99999\r\n\r\n"),
        ("HTTP", b"POST / HTTP/1.1\r\nHost: 192.168.1.2\r\n\r\n"),
        ("binary", b"\0\1\2" + bytes(100))):
    with case("an error after a change, %s: both ends are reset" % what), \
            pair() as (near, far):
        alice = TcpPhone(LAN, near, "alice")
        data = encoded(alice.request("OPTIONS", "sip:b@example.org", "c", 1,
                                     "t"))
        near.send(data)
        check_bytes(far.recv(), translated(data, (INSIDE, PUBLIC)), "before")
        counters = Counters()
        near.send_parts(bad)
        check(far.ended(2.0) == "reset", "the receiver gets no RST")
        check(not far.buffer, "the receiver gets %r" % far.buffer)
        with contextlib.suppress(OSError):
            near.send_parts(b"more")
        check(near.ended(2.0) == "reset", "the sender gets no RST")
        counters.check(tcp_reset=1)

with case("a FIN inside of a message: only the FIN passes"), \
        pair() as (near, far):
    counters = Counters()
    near.send_parts(wire(register_of(VICTIM))[:-10])
    near.sock.shutdown(1)
    check(far.ended(2.0) == "fin", "the end does not come")
    check(not far.buffer, "leaks %r" % far.buffer)
    counters.check(tcp_unfinished=1)

with case("a malformed message is removed, the next one arrives"), \
        pair() as (near, far):
    counters = Counters()
    bad = wire(register_of(VICTIM)).replace(b"CSeq: 1", b"CSeq: x")
    near.send_parts(named(1) + bad + named(2))
    check_bytes(far.take(len(named(1) + named(2)), 2.0), named(1) + named(2),
                "the others")
    passes(far, near, named(), "the other direction")
    passes(near, far, named(3), "the next")
    counters.check(tcp_taken=1, malformed=1, tcp_reset=0)

with case("with malformed=pass it passes unchanged"), \
        setting(malformed="pass"), pair() as (near, far):
    passes(near, far, named(1) + b"OPTIONS sip:b@example.org SIP/2.0\r\n"
           b"nonsense\r\nContent-Length: 0\r\n\r\n" + named(2), "all three")

with case("a connection picked up in mid-flow is unchanged"), \
        Listener(WAN, OUTSIDE) as listener:
    near, far = connect(LAN, INSIDE, listener)
    passes(near, far, named(), "before")
    counters = Counters()
    run(ROUTER, "conntrack", "-F")
    passes(near, far, wire(register_of(VICTIM)), "after the flush")
    passes(far, near, named(), "back")
    counters.check(tcp_unseen=1, requests=0)
    check(not expectations(), "an expectation")
    near.close()
    far.close()
flush()

with case("a refused connection has no state and logs nothing"):
    counters = Counters()
    with made(LAN, INSIDE) as sock:
        try:
            sock.connect((inet(OUTSIDE), 5060))
            check(False, "connected")
        except ConnectionRefusedError:
            pass
    counters.check(tcp_opened=0, tcp_unseen=0, dropped=0)
flush()

finish()
