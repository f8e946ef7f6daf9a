#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Features that only IPv6 has, and both families in one table at once."""
import contextlib
import socket
import struct

from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, STOCK, WAN, Call, Counters,
    Media, Phone, Socket, audio, body, calls, carry, check_bytes, flush,
    media_of, message, poll, run, sdp, setting, sipims, translated)

topology("dual")

INSIDE6, PUBLIC6, OUTSIDE6 = "fd00:1::2", "2001:db8:1::1", "2001:db8:1::2"
BESIDE6, FAR6 = "fd00:1::3", "2001:db8:1::3"
OUT = (INSIDE6, PUBLIC6)
BACK = (PUBLIC6, INSIDE6)
PROXY = (OUTSIDE6, 5060)

# of <linux/in.h> and <linux/in6.h>, missing in Python
IP_RECVERR, IPV6_RECVERR, IPV6_HOPOPTS, IPV6_DSTOPTS = 11, 25, 54, 59

for ns, addr in ((LAN, BESIDE6), (WAN, FAR6)):
    run(ns, "ip", "addr", "add", addr + "/64", "dev", "eth0", "nodad")
four = Phone(LAN, INSIDE, "alice"), Phone(WAN, OUTSIDE, "bob", media=6000)
alice, bob = six = (Phone(LAN, INSIDE6, "alice"),
                    Phone(WAN, OUTSIDE6, "bob", media=6000))


def both_families():
    """Return two calls with the same Call-ID, tags and ports."""
    pair = [Call(*phones, call_id="same@call") for phones in (four, six)]
    for call in pair:
        call.tag = {call.caller: "a", call.callee: "b"}
    return pair


with case("equal calls in both families, through one table inet"):
    pair = both_families()
    for step in (lambda call: call.invite(),
                 lambda call: call.reply(call.callee, "180 Ringing"),
                 lambda call: call.accept()):
        for call in pair:
            step(call)
    for call, public in zip(pair, (PUBLIC, PUBLIC6)):
        check(call.mapped()[0] == public, call.mapped())
        call.check_audio()
    check(STOCK or calls()[0] == 2, calls())

with case("the end of one call does not end the other"), setting(grace=1):
    pair[0].bye()
    poll(lambda: STOCK or calls()[0] == 1, 8)
    pair[0].check_closed()
    pair[1].check_audio()
    pair[1].bye()
    poll(lambda: STOCK or calls()[0] == 0, 8)
    pair[1].check_closed()

# One address in every notation of RFC 4291 section 2.2
WAYS = ("fd00:1::2", "FD00:1::2", "fd00:1:0:0:0:0:0:2",
        "fd00:0001:0000:0000:0000:0000:0000:0002", "fd00:1:0::2",
        "fd00:1::0.0.0.2")

with case("an address is recognized in every notation, in every header"):
    flush()
    for way in WAYS:
        data = message("REFER sip:bob@[%s] SIP/2.0" % OUTSIDE6, [
            ("Via", "SIP/2.0/UDP [%s]:5060;branch=z9hG4bK%d;rport" % (
                way, WAYS.index(way))),
            ("Record-Route", "<sip:[%s];lr>" % way),
            ("Route", "<sip:[%s];lr>" % OUTSIDE6),
            ("From", '"a" <sip:alice@[%s]>;tag=1' % way),
            ("To", "<sip:bob@[%s]>" % OUTSIDE6),
            ("Call-ID", "1@[%s]" % way), ("CSeq", "1 REFER"),
            ("Contact", "<sip:alice@[%s]:5060;maddr=[%s]>" % (way, way)),
            ("Refer-To", "<sip:alice@[%s]:5060>" % way),
            ("Referred-By", "<sip:alice@[%s]:5060>" % way)])
        got = carry(alice, bob, data, PROXY)
        kept = ("Call-ID: 1@[%s]" % PUBLIC6, "Call-ID: 1@[%s]" % way)
        check_bytes(got, translated(data, (way, PUBLIC6), kept), way)

with case("received= with and without brackets arrives as it was sent"):
    for way in (PUBLIC6, "[%s]" % PUBLIC6):
        call = Call(alice, bob)
        call.invite()
        data = bob.answer(call.asked[bob], "180 Ringing", "b").replace(
            ";rport", ";received=%s;rport=5060" % way)
        check_bytes(carry(bob, alice, data, bob.sip.peer),
                    translated(data, BACK), "180")

with case("no address: with a zone, without brackets, a prefix, a name"):
    flush()
    foreign = [
        ("Record-Route", "<sip:[fd00:1::2%eth0];lr>"),
        ("Record-Route", "<sip:[fd00:1::2/64];lr>"),
        ("Record-Route", "<sip:[fd00:1::20];lr>"),
        ("Record-Route", "<sip:[::fd00:1:0:2];lr>"),
        ("Record-Route", "<sip:host.example.org;x=[fd00:1::2];lr>"),
        ("Reply-To", "<sip:[fd00:1::2]>"),
        ("Authorization", 'Digest uri="sip:[fd00:1::2]", response="0"'),
    ]
    data = message("OPTIONS sip:bob@example.org SIP/2.0", [
        ("Via", "SIP/2.0/UDP home.example.org;branch=z9hG4bKx;rport")] +
        foreign + [
            ("From", "<sip:a@example.org>;tag=1"),
            ("To", "<sip:b@example.org>"), ("Call-ID", "1"),
            ("CSeq", "1 OPTIONS")])
    check_bytes(carry(alice, bob, data, PROXY), data, "OPTIONS")

with case("SDP: o=, c=, a=rtcp and candidates in every notation"):
    for way in WAYS:
        flush()
        call = Call(alice, bob)
        got = call.request(alice, "INVITE", body(way, audio(
            4000, "a=rtcp:4001 IN IP6 " + way,
            "a=candidate:1 1 UDP 9 %s 4000 typ host" % way,
            "a=candidate:2 1 UDP 8 %s 4000 typ srflx raddr %s rport 7" % (
                OUTSIDE6, way),
            "a=candidate:3 1 UDP 7 %s 4444 typ host" % way)))
        port = media_of(got)[0][1]
        expected = body(PUBLIC6, audio(
            port, "a=rtcp:%d IN IP6 %s" % (port + 1, PUBLIC6),
            "a=candidate:1 1 UDP 9 %s %d typ host" % (PUBLIC6, port),
            "a=candidate:2 1 UDP 8 %s 4000 typ srflx raddr :: rport 9" %
            OUTSIDE6))
        check_bytes(got.split(b"\r\n\r\n", 1)[1], expected, way)
        call.accept()
        call.check_audio()

# Addresses for which nothing opens; with a zone the text is no address.
NOWHERE = (BESIDE6, "::1", "::ffff:192.168.1.2", "::ffff:192.168.1.3",
           "::192.168.1.3", "fe80::1", "fe80::1%eth0", INSIDE6 + "%eth0",
           "ff02::1", "ff05::2/127", "fd00:1::1", PUBLIC6, "fd00:1::",
           "2001:db8:ffff::1")


def opened(ns=ROUTER):
    """Return the lines of the expectations."""
    return run(ns, "conntrack", "-L", "expect", "-f", "ipv6").splitlines()


with case("SDP from inside that names another host: nothing opens"):
    for host in NOWHERE:
        flush()
        call = Call(alice, bob)
        text = sdp(host, [4000], origin="a.example.org")
        got = call.request(alice, "INVITE", text)
        check(got.endswith(text.encode()), "%s: %r" % (host, got[-90:]))
        call.reply(bob, "200 OK", call.sdp(bob))
        check(not [line for line in opened() if "dst=" + PUBLIC6 in line],
              "%s: %s" % (host, opened()))

with case("an SDP from outside that names no host of the outside"):
    flush()
    call = Call(alice, bob)
    call.invite()
    before = len(opened())
    for host in NOWHERE:
        if host != "2001:db8:ffff::1":
            call.reply(bob, "183 Session Progress", sdp(
                host, [6000], origin="b.example.org"))
            check(len(opened()) == before, "%s: %s" % (host, opened()))

with case("a media gateway with an address other than its proxy's has audio"):
    gateway = Media(WAN, FAR6, 6000)
    flush()
    call = Call(alice, bob, media=(alice.media, gateway))
    call.sdp = lambda end, **args: sdp(
        FAR6 if end is bob else INSIDE6, [call.media[end].port], **args)
    call.start()
    call.check_audio()

OPTIONS = struct.pack("!BBBB4x", 0, 0, 1, 4)    # one of 8 bytes: PadN


@contextlib.contextmanager
def extension(sock, *kinds):
    """Send from a socket with these extension headers."""
    for kind in kinds:
        sock.setsockopt(socket.IPPROTO_IPV6, kind, OPTIONS)
    try:
        yield
    finally:
        for kind in kinds:
            sock.setsockopt(socket.IPPROTO_IPV6, kind, b"")


with case("SIP after extension headers"):
    for kinds in ((IPV6_DSTOPTS,), (IPV6_HOPOPTS, IPV6_DSTOPTS)):
        flush()
        call = Call(alice, bob)
        with extension(alice.sip.sock, *kinds), \
                extension(bob.sip.sock, *kinds):
            got = call.invite()
            port = call.mapped()[1]
            check_bytes(got, translated(call.sent, OUT, (
                "audio 4000", "audio %d" % port)), "INVITE")
            call.accept()
        call.check_audio()


def error_on(sock):
    """Return the socket's error, which an ICMP message raised."""
    return poll(lambda: sock.getsockopt(socket.SOL_SOCKET,
                                        socket.SO_ERROR))


def icmp_error(sender, lan):
    """Raise an ICMP error inside about a datagram from outside."""
    phone = Socket(LAN, lan, 5070)
    phone.send("OPTIONS", (sender.addr, 5060))
    sender.recv()
    peer = sender.peer
    phone.close()
    level, kind = ((socket.IPPROTO_IPV6, IPV6_RECVERR) if ":" in lan else
                   (socket.IPPROTO_IP, IP_RECVERR))
    sender.sock.setsockopt(level, kind, 1)
    sender.send(b"\r\n\r\n", peer)
    error = error_on(sender.sock)
    sender.sock.setsockopt(level, kind, 0)
    sender.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    return error


with case("an ICMP error about the flow is not parsed as SIP"):
    if not STOCK:
        sipims("set", "malformed=pass")
    for far, near in ((four[1], INSIDE), (bob, INSIDE6)):
        counters = Counters()
        check(icmp_error(far.sip, near), "no error arrived at " + far.addr)
        counters.check(datagrams=2, keepalive=1, dropped=0)
    if not STOCK:
        sipims("set", "malformed=drop")

with case("a call on hold in IPv6 keeps its ports"):
    flush()
    call = Call(alice, bob).start()
    port = call.mapped()
    for hold in ("::", "0:0:0:0:0:0:0:0"):
        got = call.request(alice, "INVITE", sdp(hold, [4000],
                                                origin=INSIDE6))
        check(b"\r\nc=IN IP6 %s\r\n" % hold.encode() in got, got)
        call.accept()
        call.invite()
        call.accept()
        check(call.mapped() == port, call.mapped())
        call.check_audio()

finish()
