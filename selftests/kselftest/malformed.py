#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Datagrams that are no SIP: each is counted under the name of its fault."""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, WAN, Call, Counters, Phone, carry, encoded, sdp,
    sipims)

topology("nat", extended=(6,))

alice = Phone(LAN, INSIDE, "alice")
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
# the faulty ones come from another port, hence another flow
mallory = Phone(LAN, INSIDE, "mallory", port=5066, media=None)

GOOD = mallory.request("INVITE", "sip:bob@203.0.113.2", "bad@1", 1, "a",
                       body=sdp(INSIDE, [4500])).encode()
HEAD, BODY = GOOD.split(b"\r\n\r\n", 1)
LENGTH = b"Content-Length: %d" % len(BODY)


def swap(before, after):
    """Return the valid message with one change."""
    before, after = encoded(before), encoded(after)
    assert before in GOOD, before
    return GOOD.replace(before, after, 1)


def without(name):
    """Return the valid message without one header."""
    lines = HEAD.split(b"\r\n")
    kept = [line for line in lines if not line.startswith(encoded(name))]
    assert len(kept) == len(lines) - 1, name
    return b"\r\n".join(kept) + b"\r\n\r\n" + BODY


def with_lines(*lines):
    return swap("Max-Forwards: 70\r\n", b"".join(
        encoded(line) + b"\r\n" for line in lines))


def with_sdp(body):
    return mallory.request("INVITE", "sip:bob@203.0.113.2", "bad@2", 1, "a",
                           body=body).encode()


MULTIPART = mallory.request(
    "INVITE", "sip:bob@203.0.113.2", "bad@3", 1, "a", body="no parts\r\n",
    kind="multipart/mixed;boundary=x").encode()

TABLE = (
    ("not-sip", "text", b"hello world, this is no SIP at all\r\n\r\n"),
    ("not-sip", "binary", bytes(range(1, 32)) * 4),
    ("not-sip", "HTTP", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("not-sip", "a NUL in front", b"\0" + GOOD),
    ("start-line", "a bad status", b"SIP/2.0 99 No\r\n" + HEAD.split(
        b"\r\n", 1)[1] + b"\r\n\r\n" + BODY),
    ("start-line", "no status", b"SIP/2.0\r\n\r\n"),
    ("version", "SIP/3.0", swap("SIP/2.0\r\n", "SIP/3.0\r\n")),
    ("truncated", "in the method", GOOD[:4]),
    ("truncated", "in the Request-URI", GOOD[:12]),
    ("truncated", "in a header", HEAD[:150]),
    ("truncated", "before the empty line", HEAD + b"\r\n"),
    ("line-end", "CR alone", swap("Max-Forwards: 70\r\n",
                                  "Max-Forwards: 70\rX: 1\r\n")),
    ("line-end", "CR alone for the empty line", HEAD + b"\r\n\rbody"),
    ("control", "NUL in a header", swap("Max-Forwards: 70",
                                        b"Max-Forwards: 7\0")),
    ("control", "ESC in a header", swap("Max-Forwards: 70",
                                        b"Max-Forwards: \x1b")),
    ("utf8", "Latin-1", swap("From: <", b"From: \"J\xf6rg\" <")),
    ("utf8", "overlong slash", swap("From: <", b"From: \"\xc0\xaf\" <")),
    ("header-name", "no colon", with_lines("Max-Forwards 70")),
    ("header-name", "no name", with_lines(": 70")),
    ("header-length", "9 kB", with_lines("X: " + "y" * 9000)),
    ("header-length", "64 kB", with_lines("X: " + "y" * 64000)),
    ("header-count", "129", with_lines(*["X: %d" % i for i in range(129)])),
    ("no-via", "", without("Via")), ("no-from", "", without("From")),
    ("no-to", "", without("To")), ("no-call-id", "", without("Call-ID")),
    ("no-cseq", "", without("CSeq")),
    ("duplicate", "From", with_lines("From: <sip:c@d>;tag=2")),
    ("duplicate", "Call-ID, one of them compact", with_lines("i: 2")),
    ("call-id", "empty", swap("Call-ID: bad@1", "Call-ID: ")),
    ("call-id", "256 bytes", swap("bad@1", "x" * 256)),
    ("tag", "two in From", swap(";tag=a", ";tag=a;tag=b")),
    ("tag", "128 bytes", swap(";tag=a", ";tag=" + "x" * 128)),
    ("cseq", "another method", swap("1 INVITE", "1 BYE")),
    ("cseq", "2^31", swap("1 INVITE", "2147483648 INVITE")),
    ("cseq", "no number", swap("1 INVITE", "INVITE")),
    ("content-length", "-1", swap(LENGTH, "Content-Length: -1")),
    ("content-length", "no number", swap(LENGTH, "Content-Length: ten")),
    ("content-length", "two that differ", with_lines("l: 1")),
    ("body-short", "one more than there is",
     swap(LENGTH, "Content-Length: %d" % (len(BODY) + 1))),
    ("body-short", "2^32 + 32", swap(LENGTH, "Content-Length: 4294967328")),
    ("uri", "From", swap("@example.org>", "@example.org")),
    ("sdp", "port 4000x", with_sdp(sdp(INSIDE, [4000]).replace(
        "4000", "4000x"))),
    ("sdp", "no port", with_sdp(sdp(INSIDE, ["x"]))),
    ("sdp", "NUL", with_sdp("v=0\r\ns=\0\r\n")),
    ("multipart", "no boundary", MULTIPART),
)


def outcome(data):
    """Send a datagram; return what bob gets and the counters that rose."""
    bob.sip.drain()
    counters = Counters()
    mallory.sip.send(data, (OUTSIDE, 5060))
    rose = counters.rose()
    return bob.sip.recv(0), rose


call = Call(alice, bob).start()

with case("the message that the faults are planted in is valid"):
    got, rose = outcome(GOOD)
    check(got is not None and "malformed" not in rose, rose)

with case("each fault: the message is dropped, the fault is counted"):
    for fault, name, data in TABLE:
        name = "%s (%s)" % (fault, name)
        got, rose = outcome(data)
        check(got is None, name + " passed")
        check(rose.pop("malformed-" + fault, 0) == 1 and
              rose.pop("malformed", 0) == 1 and rose.pop("dropped", 0) == 1,
              "%s: %s" % (name, rose))
        rose.pop("datagrams", 0)
        check(not rose, "%s: also %s" % (name, rose))

with case("a call in progress is not affected"):
    call.check_audio()

with case("malformed=pass: each passes unchanged and opens nothing"):
    sipims("set", "malformed=pass")
    counters = Counters()
    for fault, name, data in TABLE:
        got = carry(mallory, bob, data, (OUTSIDE, 5060))
        check(got == data, "%s (%s): %r" % (fault, name, got[:60]))
    counters.check(malformed=len(TABLE), dropped=0, pinholes_opened=0)
    sipims("set", "malformed=drop")
    call.check_audio()

PASSES = (
    ("128 headers", with_lines(*["X: %d" % i for i in range(120)])),
    ("a header of 8 kB", with_lines("X: " + "y" * 8000)),
    ("eight headers of 8 kB", with_lines(*["X: " + "y" * 7900] * 8)),
    ("two equal lengths", with_lines("l: %d" % len(BODY))),
    ("LF for CRLF", HEAD.replace(b"\r\n", b"\n") + b"\n\n" + BODY),
    ("a folded header", swap("Max-Forwards: 70", "Max-Forwards:\r\n 70")),
    ("UTF-8", swap("From: <", "From: \"J\u00f6rg\" <")),
    ("bytes after the body", GOOD + b"more"),
    ("empty lines in front", b"\r\n\r\n" + GOOD),
    ("port 0", with_sdp(sdp(INSIDE, [0]))),
)

with case("unusual but valid messages pass"):
    for name, data in PASSES:
        got, rose = outcome(data)
        check(got is not None, "%s: %s" % (name, rose))

with case("33 and 100 m= lines: 32 are mapped, the others are unchanged"):
    for lines in (33, 100):
        mallory.serial += 1
        data = mallory.request(
            "INVITE", "sip:bob@203.0.113.2", "many-%d" % lines, 1, "a",
            body=sdp(INSIDE, range(20000, 20000 + 2 * lines, 2)))
        got, rose = outcome(data)
        check(got and rose.get("streams-excess") == 1, rose)

finish()
