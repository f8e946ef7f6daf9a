#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every way to write an address, in every header, between an IPv6 phone and
the IPv4 side: each line that arrives.
"""
from ksft import case, check, finish, topology
from sipnet import (
    OUTSIDE, PUBLIC, Call, audio, body, carry, check_bytes, encoded, flush,
    header, message, sdp)
from xlat import OUTSIDE6, SIX, out, phones

topology("xlat")

alice, bob = phones()
THERE = OUTSIDE6, 5060
FAR6, FAR4 = "64:ff9b::cb00:7109", "203.0.113.9"
WAYS_SIX = (SIX, "2001:DB8:1:0:0:0:0:2", "2001:0db8:0001::0002",
            "2001:db8:1:0::0.0.0.2")
WAYS_FAR = ("64:ff9b::cb00:7109", "64:ff9b::203.0.113.9",
            "0064:FF9B:0:0:0:0:CB00:7109", "64:ff9b:0::203.0.113.9")


def request(lines, method="OPTIONS", text=""):
    """Build a request with these headers besides the mandatory ones."""
    return message("%s sip:bob@example.org SIP/2.0" % method, [
        ("Via", "SIP/2.0/UDP phone.example.org;branch=z9hG4bKh%d;rport" %
         len(lines)), ("From", "<sip:a@example.org>;tag=1"),
        ("To", "<sip:b@example.org>"), ("Call-ID", "h"),
        ("CSeq", "1 " + method)] + [pair[:2] for pair in lines], text)


def read(lines):
    """Check the lines that arrive: [(name, sent, read)]."""
    data = request(lines)
    expected = request([(name, read) for name, _, read in lines])
    check_bytes(carry(alice, bob, data, THERE), expected, "there")


def read_back(lines):
    """Check the same in a response."""
    carry(alice, bob, request([]), THERE)
    data = bob.answer(bob_asked(), "200 OK", "b", contact=False,
                      extra=[pair[:2] for pair in lines])
    expected = bob.answer(bob_asked(), "200 OK", "b", contact=False, extra=[
        (name, read) for name, _, read in lines])
    check_bytes(carry(bob, alice, data, bob.sip.peer), expected, "back")


def bob_asked():
    return request([])


# {URI in IPv6: the URI that arrives}
def uris(six, four):
    return ((form % ("[%s]" % six), form % four) for form in (
        "<sip:%s>", "<sip:%s:5070;lr>", "<sips:x@%s;transport=tcp>",
        '"a [::1] \\" <sip:x@[::2]>" <sip:x%%5b@%s:5061?Subject=a>;q=0.5',
        "<sip:x;y=[::1]@%s>", "<sip:x:secret@%s;ob>;expires=60"))


NAMES = ("Route", "Record-Route", "Path", "Service-Route", "Refer-To",
         "Referred-By")

with case("each header with a URI, in every notation of URI and address"):
    for way in WAYS_FAR:
        for name in NAMES:
            read([(name, six, four) for six, four in uris(way, FAR4)][
                :1 if name.startswith("Refer") else None])

with case("the same with the phone's own address"):
    for way in WAYS_SIX:
        for name in NAMES:
            read([(name, six, four) for six, four in uris(way, PUBLIC)][
                :1 if name.startswith("Refer") else None])

with case("the reverse in responses"):
    for name in NAMES[:4]:
        read_back([(name, four, six) for six, four in uris(FAR6, FAR4)])
        read_back([(name, four, six) for six, four in uris(OUTSIDE6, OUTSIDE)])

flush()
with case("several values in a line, folded lines, compact names"):
    far, far4 = "<sip:[%s];lr>" % FAR6, "<sip:%s;lr>" % FAR4
    read([("Route", ", ".join([far] * 3), ", ".join([far4] * 3)),
          ("Route", "%s,\r\n  %s" % (far, far), "%s,\r\n  %s" % (far4, far4)),
          ("r", "<sip:[%s]>" % FAR6, "<sip:%s>" % FAR4),
          ("b", "<sip:[%s]>" % FAR6, "<sip:%s>" % FAR4),
          ("ROUTE", "<sip:x@[%s]>" % FAR6, "<sip:x@%s>" % FAR4),
          ("m", "<sip:alice@[%s]>, <sip:alice@[%s]:5060>;q=0.1" % (SIX, FAR6),
           "<sip:alice@%s>, <sip:alice@%s:5060>;q=0.1" % (PUBLIC, FAR4))])

with case("Via: the sender's own, those below, maddr and received"):
    flush()
    vias = ("SIP/2.0/UDP [%s]:5060;branch=z9hG4bKv;rport" % SIX,
            "SIP / 2.0 / TCP [%s]:5070;maddr=[%s];branch=z9hG4bKw" % (
                FAR6, FAR6),
            "SIP/2.0/UDP name.example.org;received=%s;branch=z9hG4bKx" % FAR6)
    data = request([]).replace("Via: SIP/2.0/UDP phone.example.org;branch="
                               "z9hG4bKh0;rport", "\r\n".join(
                                   "Via: " + via for via in vias))
    got = carry(alice, bob, data, THERE)
    check_bytes(got, out(data, ("[%s]" % FAR6, FAR4), (FAR6, FAR4)), "there")
    answer = bob.answer(got, "200 OK", "b", contact=False)
    got = carry(bob, alice, answer, bob.sip.peer)
    check(header(got, "Via") == list(vias), header(got, "Via"))

with case("unchanged headers, line by line"):
    flush()
    six = "[%s]" % SIX
    read([(name, value, value) for name, value in (
        ("Route", "<sip:%s.example.org;x=%s;lr>" % ("h", six)),
        ("Route", "<tel:+1;phone-context=%s>" % six),
        ("Route", "<sip:[2001:db8:1::2%eth0];lr>"),
        ("Route", "<sip:[2001:db8:1::2;lr>"),
        ("Route", "<sip:2001:db8:1::2;lr>"),
        ("Route", "<sip:[2001:db8:99::1];lr>"),
        ("Route", "<sip:[64:ff9b:1::203.0.113.9];lr>"),
        ("Reply-To", "<sip:x@%s>" % six), ("Alert-Info", "<http://%s/>" % six),
        ("Call-Info", "<http://%s/>" % six), ("Subject", "at " + six),
        ("P-Asserted-Identity", "<sip:x@%s>" % six),
        ("Warning", '399 %s "x"' % six), ("X-Route", "<sip:%s;lr>" % six),
        ("Proxy-Authorization", 'Digest uri="sip:%s"' % six),
        ("User-Agent", "x/1 (%s)" % six), ("Call-Info", OUTSIDE6))])

with case("From and To: the address of either end, in both directions"):
    flush()
    data = request([]).replace("<sip:a@example.org>", '"[%s]" <sip:a@[%s]>' % (
        SIX, SIX)).replace("<sip:b@example.org>", "<sip:b@[%s]:5060;x=y>" %
                           OUTSIDE6)
    got = carry(alice, bob, data, THERE)
    expected = data.replace("<sip:a@[%s]>" % SIX, "<sip:a@%s>" % PUBLIC)
    check_bytes(got, expected.replace("[%s]:5060" % OUTSIDE6,
                                      OUTSIDE + ":5060"), "there")
    got = carry(bob, alice, bob.answer(got, "200 OK", contact=False),
                bob.sip.peer)
    for name in ("From", "To"):
        check(header(got, name) == header(data, name), header(got, name))

with case("Content-Length of fewer digits, and as l:"):
    flush()
    for width in (70, 99, 100, 999, 1000):
        call = Call(alice, bob, THERE)
        text = sdp(SIX, [4000], extra="a=x:" + "y" * width + "\r\n")
        data = call.build(alice, "INVITE", text)
        got = call.send(alice, data)
        check_bytes(got, out(data, ("audio 4000", "audio %d" %
                                    call.mapped()[1])), "width %d" % width)
        data = data.replace("Content-Length", "l").replace(
            "CSeq: 1", "CSeq: 2")
        got = carry(alice, bob, data, THERE)
        head, rest = got.split(b"\r\n\r\n", 1)
        check(b"\r\nl: %d" % len(rest) in head, head)

with case("an SDP in a multipart body, with another part"):
    flush()
    call = Call(alice, bob, THERE)
    text = ("--x\r\nContent-Type: text/plain\r\n\r\nc=IN IP6 %s\r\n--x\r\n"
            "Content-Type: application/sdp\r\n\r\n%s\r\n--x--\r\n" % (
                SIX, body(SIX, audio(4000))))
    data = call.build(alice, "INVITE", text, kind="multipart/mixed;boundary=x")
    got = call.send(alice, data)
    there = encoded(got).split(b"\r\n\r\n", 1)[1].decode()
    check(there.startswith(text[:text.index("v=0")]), there)
    port = there.split("m=audio ")[1].split(" ")[0]
    check(there == text[:text.index("v=0")] + body(
        PUBLIC, audio(int(port))) + "\r\n--x--\r\n", there)
    check(header(got, "Content-Length") == [str(len(there))],
          header(got, "Content-Length"))

with case("a body that is no SDP is unchanged, and so is an empty one"):
    flush()
    for kind, text in (("text/plain", sdp(SIX, [4000])),
                       ("application/pidf+xml", "<x>%s</x>" % SIX),
                       ("message/sipfrag", "SIP/2.0 200 OK\r\nVia: [%s]" %
                        SIX)):
        data = alice.request("NOTIFY", "sip:bob@example.org", "kinds", 1, "k",
                             body=text, kind=kind)
        got = carry(alice, bob, data, THERE)
        check(got.endswith(text.encode()), got)

finish()
