#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every byte that is no address of the router leaves unchanged."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, WAN, Call, Counters, Phone, carry,
    check_bytes, flush, message, translated)

topology("nat")

OUT = (INSIDE, PUBLIC)
BACK = (PUBLIC, INSIDE)

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
PROXY = (OUTSIDE, 5060)


def there(data, *changes):
    """Check a message from alice to bob for exactly these changes."""
    got = carry(alice, bob, data, PROXY)
    check_bytes(got, translated(data, *changes), "out")


def back(data, *changes):
    """Check a message from bob to alice on an existing flow."""
    got = carry(bob, alice, data, bob.sip.peer)
    check_bytes(got, translated(data, *changes), "back")


# Every line that names the private address where it is no address of a hop,
# or is a name or a foreign literal where one is expected.
FOREIGN = [
    ("Via", "SIP/2.0/UDP 192.168.1.20;branch=z9hG4bKx"),
    ("Via", "SIP/2.0/UDP host.example.org:5060;branch=192.168.1.2"),
    ("Route", "<sip:proxy.example.org;lr>, <sip:10.9.8.7:5061;lr>"),
    ("Record-Route", "<sip:[2001:db8::1];lr>"),
    ("P-Asserted-Identity", "<tel:+4930123456>"),
    ("P-Preferred-Identity", "<sip:alice@192.168.1.2>"),
    ("Reply-To", "<sip:alice@192.168.1.2>"),
    ("Call-Info", "<http://192.168.1.2/photo.jpg>;purpose=icon"),
    ("Authorization", 'Digest username="alice", realm="192.168.1.2", '
     'nonce="n", uri="sip:192.168.1.2", response="0"'),
    ("Identity", '"c2lnbmF0dXJl192.168.1.2"'),
    ("User-Agent", "phone/1.0 (192.168.1.2)"),
    ("Subject", "call me at sip:alice@192.168.1.2:5060"),
    ("X-Contact", "<sip:alice@192.168.1.2>"),
]

with case("names, foreign addresses, Call-ID and digest are unchanged"):
    there(message("OPTIONS sip:bob@example.org SIP/2.0", [
        ("Via", "SIP/2.0/UDP home.example.org;branch=z9hG4bK1;rport")] +
        FOREIGN + [
            ("From", '"192.168.1.2" <sip:192.168.1.2@example.org>;tag=1'),
            ("To", "<tel:192>"),
            ("Call-ID", "1@192.168.1.2"),
            ("CSeq", "1 OPTIONS"),
            ("Contact", "<sip:192.168.1.2@alice.example.org>;"
             '+sip.instance="<urn:uuid:192.168.1.2>"'),
            ("Max-Forwards", "70")]))

with case("next to those, the router's own addresses change"):
    there(message("OPTIONS sip:bob@203.0.113.2 SIP/2.0", [
        ("Via", "SIP/2.0/UDP  192.168.1.2 : 5060 ;branch=z9hG4bK192.168.1.2")]
        + FOREIGN + [
            ("f", '"Alice, 192" <sip:alice@192.168.1.2>;tag=192.168.1.2'),
            ("t", "<sip:bob@203.0.113.2>"),
            ("i", "1@192.168.1.2"),
            ("CSeq", "1 OPTIONS"),
            ("m", "<sip:alice@192.168.1.2:5060;transport=udp>;"
             '+sip.instance="<urn:uuid:192.168.1.2>";q=0.5'),
            ("Max-Forwards", "70")]),
        ("UDP  192.168.1.2 :", "UDP  203.0.113.1 :"),
        ("f: \"Alice, 192\" <sip:alice@192.168.1.2",
         "f: \"Alice, 192\" <sip:alice@203.0.113.1"),
        ("m: <sip:alice@192.168.1.2", "m: <sip:alice@203.0.113.1"))

TEXTS = (
    ("MESSAGE", "text/plain", "Contact: <sip:alice@192.168.1.2>\r\n"
     "c=IN IP4 192.168.1.2\r\nm=audio 4000 RTP/AVP 0\r\n"),
    ("PUBLISH", "application/pidf+xml",
     "<contact>sip:alice@192.168.1.2</contact>\r\n"),
    ("INFO", "application/dtmf-relay", "Signal=5\r\nDuration=160\r\n"),
    ("OPTIONS", "", ""), ("SUBSCRIBE", "", ""), ("REFER", "", ""),
    ("NOTIFY", "application/simple-message-summary",
     "Message-Account: sip:alice@192.168.1.2\r\n"),
    ("BYE", "", ""), ("CANCEL", "", ""), ("PRACK", "", ""), ("ACK", "", ""),
    ("DEFENESTRATE", "application/octet-stream", "192.168.1.2\0\1\2"),
)

for number, (method, kind, body) in enumerate(TEXTS, 1):
    with case(method + ": only addresses change, the body stays"):
        data = alice.request(method, "sip:bob@203.0.113.2",
                             "%s@192.168.1.2" % method, number, "a",
                             body=body, kind=kind)
        there(data, ("UDP 192", "UDP 203"), ("203.168.1.2:", "203.0.113.1:"),
              ("alice@192.168.1.2:5060", "alice@203.0.113.1:5060"))
        if method in ("CANCEL", "ACK"):
            continue
        back(bob.answer(translated(data, ("UDP 192.168.1.2",
                                          "UDP 203.0.113.1")), "200 OK", "b"),
             ("UDP 203.0.113.1", "UDP 192.168.1.2"))

with case("SUBSCRIBE and NOTIFY in a dialog, in the other direction"):
    call = Call(alice, bob)
    call.request(alice, "SUBSCRIBE", extra=[("Event", "message-summary")])
    call.reply(bob, "202 Accepted")
    got = call.request(bob, "NOTIFY", "Messages-Waiting: yes\r\n",
                       extra=[("Event", "message-summary")],
                       kind="application/simple-message-summary")
    check_bytes(got, translated(call.sent, BACK), "NOTIFY")
    got = call.reply(alice, "200 OK")
    check_bytes(got, translated(call.sent, OUT), "200 to NOTIFY")

with case("Record-Route, Route, Path, Refer-To, Referred-By are translated"):
    there(alice.request("REFER", "sip:bob@203.0.113.2", "refer", 1, "a",
                        extra=[
                            ("Record-Route", "<sip:192.168.1.2:5060;lr>"),
                            ("Route", "<sip:192.168.1.2;lr>"),
                            ("Path", "<sip:192.168.1.2:5060;lr>"),
                            ("Refer-To", "<sip:alice@192.168.1.2:5060>"),
                            ("Referred-By", "<sip:alice@192.168.1.2:5060>")]),
          OUT)

with case("a multipart body: the SDP changes, PIDF-LO and lengths are right"):
    call = Call(alice, bob)
    body = "\r\n".join((
        "preamble 192.168.1.2", "--frontier", "Content-Type: application/sdp",
        "", call.sdp(alice), "--frontier",
        "Content-Type: application/pidf+xml", "",
        "<geo>192.168.1.2</geo>", "--frontier--", ""))
    data = call.build(alice, "INVITE", body,
                      kind="multipart/mixed;boundary=frontier")
    got = carry(alice, bob, data, PROXY)
    port = got.split(b"m=audio ")[1].split(b" ")[0]
    check_bytes(got, translated(
        data, OUT, ("preamble 203.0.113.1", "preamble 192.168.1.2"),
        ("<geo>203.0.113.1", "<geo>192.168.1.2"),
        (b"m=audio 4000", b"m=audio " + port)), "INVITE")
    check(port != b"4000", "the port was not mapped")

flush()
with case("a REGISTER with sec-agree and its response are unchanged"):
    counters = Counters()
    extra = [("Security-Client", "ipsec-3gpp;alg=hmac-sha-1-96;prot=esp;"
              "mod=trans;spi-c=1;spi-s=2;port-c=5062;port-s=5064"),
             ("Require", "sec-agree")]
    data = alice.request("REGISTER", "sip:203.0.113.2", "sec", 1, "a",
                         extra=extra)
    there(data)
    counters.check(sec_agree=1)

KEEPALIVES = (
    ("CRLF", b"\r\n", "keepalive"), ("CRLFCRLF", b"\r\n\r\n", "keepalive"),
    ("an empty datagram", b"", "keepalive"), ("NUL", b"\0", "keepalive"),
    ("STUN", b"\0\1\0\0\x21\x12\xa4\x42" + bytes(12), "stun"),
    ("SigComp", b"\xf8\x01\x02\x03" * 8, "sigcomp"),
    ("TLS", b"\x16\x03\x01\0\x04abcd", "tls"),
    ("DTLS", b"\x16\xfe\xfd" + bytes(24), "tls"),
)

flush()
with case("CRLF keepalives, STUN, SigComp and TLS pass unchanged"):
    counters = Counters()
    for name, data, kind in KEEPALIVES:
        got = carry(alice, bob, data, PROXY)
        check(got == data, "%s: %r" % (name, got))
        got = carry(bob, alice, data, bob.sip.peer)
        check(got == data, "%s back: %r" % (name, got))
    counters.check(keepalive=8, stun=2, sigcomp=2, tls=4, dropped=0)

finish()
