#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Streams whose media is TCP: MSRP and BFCP, with real connections."""
import contextlib
import os
import socket

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, WAN, Call, Counters, Phone, add_address,
    attributes_of, body, both_ways, calls, flows, flush, inside, inward,
    poll, setting)

topology("nat")

STRANGER = "203.0.113.4"

add_address(WAN, STRANGER)
alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)


def made(ns, addr, port):
    """Return a bound TCP socket in a namespace."""
    with inside(ns):
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.settimeout(1)
    sock.bind((addr, port))
    return sock


@contextlib.contextmanager
def listening(ns, addr, port):
    with made(ns, addr, port) as sock:
        sock.listen()
        yield sock


def talks(one, other):
    """Return whether bytes pass both ways over a connection."""
    for sender, receiver in ((one, other), (other, one)):
        data = os.urandom(3000)
        sender.sendall(data)
        got = b""
        while len(got) < len(data):
            part = receiver.recv(4096)
            if not part:
                return False
            got += part
        if got != data:
            return False
    return True


@contextlib.contextmanager
def connection(listener, ns, addr, to, port=0):
    """Return both ends of a connection to a listener, or None."""
    with made(ns, addr, port) as sock:
        try:
            sock.connect(to)
            accepted, peer = listener.accept()
        except OSError:
            yield None
            return
        with accepted:
            accepted.settimeout(1)
            yield sock, accepted, peer


def connects(listener, ns, addr, to, port=0):
    """Connect; return the source address if bytes pass both ways."""
    with connection(listener, ns, addr, to, port) as ends:
        return ends and talks(*ends[:2]) and ends[2]


def msrp(addr, port, setup=None, *attributes):
    lines = ["m=message %d TCP/MSRP *" % port, "a=accept-types:text/plain"]
    lines += ["a=setup:" + setup] if setup else []
    return lines + ["a=path:msrp://%s:%d/s1;tcp" % (addr, port), *attributes]


def bfcp(_, port, setup=None, *attributes):
    lines = ["m=application %d TCP/BFCP *" % port, "a=floorctrl:c-only"]
    lines += ["a=setup:" + setup] if setup else []
    return lines + ["a=connection:new", *attributes]


def exchange(offer, answer):
    """Start a call with these streams; return it and what bob got."""
    flush()
    new = Call(alice, bob)
    got = new.request(alice, "INVITE", body(INSIDE, offer))
    new.reply(bob, "200 OK", body(OUTSIDE, answer))
    new.request(alice, "ACK")
    return new, got


KINDS = (("TCP/MSRP", msrp), ("TCP/BFCP", bfcp))

for name, kind in KINDS:
    with case(name + ", passive inside: a connection from outside"):
        with listening(LAN, INSIDE, 4600) as listener:
            call, got = exchange(kind(INSIDE, 4600, "passive"),
                                 kind(OUTSIDE, 9, "active"))
            place = call.mapped()
            check(place[0] == PUBLIC and place[1] != 4600, place)
            peer = connects(listener, WAN, OUTSIDE, place)
            check(peer and peer[0] == OUTSIDE, "from outside: %s" % (peer,))
            check(not connects(listener, WAN, STRANGER, place),
                  "a stranger connects")

    with case(name + ", passive outside: a connection from inside"):
        with listening(WAN, OUTSIDE, 6500) as listener:
            call, got = exchange(kind(INSIDE, 9, "active"),
                                 kind(OUTSIDE, 6500, "passive"))
            check(call.mapped()[1] == 9, "port 9 became %s" % (
                call.mapped(),))
            peer = connects(listener, LAN, INSIDE, (OUTSIDE, 6500))
            check(peer and peer[0] == PUBLIC, "from inside: %s" % (peer,))
            check(not [hole for hole in inward() if hole[2] == 9], inward())

    with case(name + ", actpass: either may connect"):
        for setup in ("active", "passive"):
            with listening(LAN, INSIDE, 4600) as here, \
                    listening(WAN, OUTSIDE, 6500) as there:
                call, got = exchange(kind(INSIDE, 4600, "actpass"),
                                     kind(OUTSIDE, 6500, setup))
                if setup == "active":
                    check(call.mapped()[0] == PUBLIC, call.mapped())
                    peer = connects(here, WAN, OUTSIDE, call.mapped())
                else:
                    peer = connects(there, LAN, INSIDE, (OUTSIDE, 6500))
                check(peer, "bob is " + setup)

    with case(name + " without a=setup: the offerer connects"):
        with listening(WAN, OUTSIDE, 6500) as listener:
            call, got = exchange(kind(INSIDE, 4600), kind(OUTSIDE, 6500))
            check(connects(listener, LAN, INSIDE, (OUTSIDE, 6500)),
                  "no connection")

    with case(name + ": the connection and its pinhole go with the call"):
        with setting(grace=1), listening(LAN, INSIDE, 4600) as listener:
            call, got = exchange(kind(INSIDE, 4600, "passive"),
                                 kind(OUTSIDE, 9, "active"))
            place = call.mapped()
            with connection(listener, WAN, OUTSIDE, place) as ends:
                check(ends and talks(*ends[:2]), "no connection")
                call.bye()
                check(ends and talks(*ends[:2]), "no grace")
                check(poll(lambda: calls() == (0, 0)), calls())
                left = [line for line in flows("-p", "tcp")
                        if "dport=%d " % place[1] in line]
                check(not left, left)
            check(not connects(listener, WAN, OUTSIDE, place),
                  "a new connection after the end")

    with case(name + " with a service port opens nothing"):
        for port in (22, 445, 3389):
            counters = Counters()
            call, got = exchange(kind(INSIDE, port, "passive"),
                                 kind(OUTSIDE, 9, "active"))
            check(call.mapped()[1] == port, call.mapped())
            check(not inward(), "%d: %s" % (port, inward()))
            counters.check(dropped=0, service_port=1)

with case("a=path of MSRP matches c= and m="):
    call, got = exchange(msrp(INSIDE, 4600, "passive"),
                         msrp(OUTSIDE, 6500, "active"))
    path = attributes_of(got, "path")
    check(call.mapped()[0] == PUBLIC, call.mapped())
    check(path == ["a=path:msrp://%s:%d/s1;tcp" % call.mapped()],
          "%s, m= says %s" % (path, call.mapped()))

with case("a=path with a=msrp-cema (RFC 6714) stays; c= and m= do not"):
    call, got = exchange(msrp(INSIDE, 4600, "passive", "a=msrp-cema"),
                         msrp(OUTSIDE, 6500, "active", "a=msrp-cema"))
    path = attributes_of(got, "path")
    check(path == ["a=path:msrp://%s:4600/s1;tcp" % INSIDE], path)
    check(call.mapped()[0] == PUBLIC and call.mapped()[1] != 4600,
          call.mapped())

with case("a=path with a relay or a name is unchanged"):
    for uri in ("msrps://relay.example.org:2855/s1;tcp",
                "msrp://198.51.100.7:4600/s1;tcp"):
        lines = msrp(INSIDE, 4600, "passive")[:-1] + ["a=path:" + uri]
        call, got = exchange(lines, msrp(OUTSIDE, 6500, "active"))
        check(attributes_of(got, "path") == ["a=path:" + uri], got)

with case("audio, MSRP and BFCP in one call"):
    with listening(LAN, INSIDE, 4600) as one, \
            listening(LAN, INSIDE, 4602) as two:
        flush()
        call = Call(alice, bob)
        call.request(alice, "INVITE", body(
            INSIDE, ["m=audio 4000 RTP/AVP 0"],
            msrp(INSIDE, 4600, "passive"), bfcp(INSIDE, 4602, "passive")))
        call.reply(bob, "200 OK", body(
            OUTSIDE, ["m=audio 6000 RTP/AVP 0"],
            msrp(OUTSIDE, 9, "active"), bfcp(OUTSIDE, 9, "active")))
        call.request(alice, "ACK")
        check(connects(one, WAN, OUTSIDE, call.announced[bob][1]), "MSRP")
        check(connects(two, WAN, OUTSIDE, call.announced[bob][2]), "BFCP")
        call.check_audio()

with case("UDP/BFCP, as conferences use it"):
    call, got = exchange(["m=application 4000 UDP/BFCP *"],
                         ["m=application 6000 UDP/BFCP *"])
    check(both_ways(alice.media, call.mapped(), bob.media, (OUTSIDE, 6000)),
          "no packets")

with case("TCP media inside the answer: the callee is behind the router"):
    with listening(LAN, INSIDE, 4600) as listener:
        flush()
        call = Call(alice, bob).start()
        call.request(bob, "INVITE", body(OUTSIDE, msrp(OUTSIDE, 9, "active")))
        got = call.reply(alice, "200 OK",
                         body(INSIDE, msrp(INSIDE, 4600, "passive")))
        call.request(bob, "ACK")
        check(call.mapped()[0] == PUBLIC, call.mapped())
        check(attributes_of(got, "path") == [
            "a=path:msrp://%s:%d/s1;tcp" % call.mapped()], got)
        check(connects(listener, WAN, OUTSIDE, call.mapped()),
              "no connection")

finish()
