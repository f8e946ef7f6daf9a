#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Via with a port of its own, with and without rport; every header in both
directions.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, STOCK, WAN, Call, Counters,
    Phone, Socket, calls, carry, check_bytes, expectations, flush, header,
    inward, poll, run, sipims, start_line, translated, uri_place)

topology("nat")

OUT = (INSIDE, PUBLIC)
BACK = (PUBLIC, INSIDE)

alice = Phone(LAN, INSIDE, "alice", port=40000)     # sends from here,
ear = Phone(LAN, INSIDE, "alice", port=5070, media=None)    # listens here
bob = Phone(WAN, OUTSIDE, "bob", media=6000)
PROXY = (OUTSIDE, 5060)


def via_of(data, index=0):
    """Return (address, port) of a Via."""
    return uri_place(header(data, "Via")[index].split(" ", 1)[1].split(";")[0])


def heard(data):
    """Return the request with the port that the phone listens on."""
    return data.replace("%s:40000" % INSIDE, "%s:5070" % INSIDE)


def bare(data):
    return heard(data).replace(";rport", "")


def ask(method, call_id, cseq=1, **args):
    """Return a request without rport, with the other port in Via, Contact."""
    return bare(alice.request(method, "sip:bob@" + OUTSIDE, call_id, cseq,
                              "a", **args))


def answered(asked, sent, status="200 OK", **args):
    """Send the response to the port of the Via (RFC 3261 18.2.2)."""
    check(via_of(asked)[0] == PUBLIC, via_of(asked))
    answer = bob.answer(asked, status, "b", **args)
    ear.sip.drain()
    bob.sip.send(answer, via_of(asked))
    got = ear.sip.recv()
    check(got is not None, "no answer at the port of the Via")
    if got is not None:
        check(header(got, "Via") == header(sent, "Via"),
              "%s instead of %s" % (header(got, "Via"), header(sent, "Via")))
    return got


for method in ("OPTIONS", "MESSAGE", "SUBSCRIBE", "DEFENESTRATE"):
    flush()
    with case(method + " without rport: the response reaches the Via's port"):
        data = ask(method, method)
        asked = carry(alice, bob, data, PROXY)
        addr, port = via_of(asked)
        check(addr == PUBLIC and port >= 1024, via_of(asked))
        check_bytes(asked, translated(
            data, ("%s:5070" % INSIDE, "%s:%d" % (PUBLIC, port))), method)
        check(carry(alice, bob, data, PROXY) == asked,
              "a repetition looks otherwise")
        answered(asked, data)

with case("the response pinhole is for the receiver, and for 64 * T1"):
    stranger = Socket(WAN, OUTSIDE, 7000)
    run(WAN, "ip", "addr", "add", "203.0.113.9/24", "dev", "eth0")
    other = Phone(WAN, "203.0.113.9", "mallory", media=None)
    ear.sip.drain()
    other.sip.send(other.request("OPTIONS", "sip:a@b", "x", 1, "x"),
                   via_of(asked))
    check(ear.sip.recv(0.2) is None, "a stranger gets in")
    check(inward(), "nothing is open")
    flush()
    if not STOCK:
        sipims("set", "t1=100")
    carry(alice, bob, ask("OPTIONS", "short"), PROXY)
    check(poll(lambda: not expectations() and calls()[1] == 0, 10),
          "still open: %s" % expectations())
    if not STOCK:
        sipims("set", "t1=500")

flush()
with case("seventeen response pinholes of a flow: the last stays closed"):
    counters = Counters()
    for port in range(7000, 7017):
        data = ask("OPTIONS", "many%d" % port).replace(
            INSIDE + ":5070", "%s:%d" % (INSIDE, port))
        carry(alice, bob, data, PROXY)
    counters.check(pinhole_limit=1, dropped=0)
    check(STOCK or len(inward()) == 16, inward())

flush()
with case("with rport nothing opens, and the Via arrives as it was sent"):
    data = heard(alice.request("OPTIONS", "sip:bob@" + OUTSIDE, "rport", 1,
                               "a"))
    asked = carry(alice, bob, data, PROXY)
    check(INSIDE not in asked.decode(), asked)
    check(not inward(), inward())
    answer = bob.answer(asked, "200 OK", "b").replace(
        ";rport", ";received=%s;rport=%d" % bob.sip.peer)
    got = carry(bob, alice, answer, bob.sip.peer)
    check(header(got, "Via") == [header(data, "Via")[0].replace(
        ";rport", ";received=%s;rport=40000" % INSIDE)], header(got, "Via"))

flush()
with case("maddr in a Via is translated, and opens nothing"):
    data = ask("OPTIONS", "maddr").replace(
        ";branch", ";maddr=%s;branch" % INSIDE, 1)
    asked = carry(alice, bob, data, PROXY)
    check(";maddr=%s;" % PUBLIC in header(asked, "Via")[0],
          header(asked, "Via"))
    got = carry(bob, alice, bob.answer(asked, "200 OK", "b"), bob.sip.peer)
    check(header(got, "Via") == header(data, "Via"), header(got, "Via"))

flush()
with case("REGISTER: Via and Contact with one port, while registered"):
    if not STOCK:
        sipims("set", "t1=100")
    data = ask("REGISTER", "reg", extra=[("Expires", "60")])
    asked = carry(alice, bob, data, PROXY)
    place = uri_place(header(asked, "Contact")[0])
    check(via_of(asked) == place, header(asked, "Contact"))
    got = answered(asked, data, contact="%s;expires=60" %
                   header(asked, "Contact")[0])
    check(got and uri_place(header(got, "Contact")[0]) == (INSIDE, 5070), got)
    poll(lambda: False, 7)
    run(ROUTER, "conntrack", "-F")
    ear.sip.drain()
    bob.sip.send(bob.request("NOTIFY", "sip:a@%s:%d" % place, "n", 1, "n"),
                 place)
    got = ear.sip.recv()
    check(got and start_line(got) == "NOTIFY sip:a@%s:5070 SIP/2.0" % INSIDE,
          got)
    data = ask("OPTIONS", "registered")
    again = carry(alice, bob, data, PROXY)
    check(via_of(again) == place, header(again, "Via"))
    answered(again, data)
    if not STOCK:
        sipims("set", "t1=500")

flush()
with case("REGISTER: a Via with another port than the Contact"):
    data = bare(alice.request("REGISTER", "sip:bob@" + OUTSIDE, "reg2", 1,
                              "a", contact="<sip:alice@%s:40000>" % INSIDE,
                              extra=[("Expires", "60")])).replace(
                                  "alice@%s:5070" % INSIDE,
                                  "alice@%s:40000" % INSIDE)
    asked = carry(alice, bob, data, PROXY)
    check(via_of(asked) != bob.sip.peer, header(asked, "Via"))
    got = answered(asked, data, contact="%s;expires=60" %
                   header(asked, "Contact")[0])
    check(got and uri_place(header(got, "Contact")[0])[0] == INSIDE, got)
    check(STOCK or [entry["state"] for entry in sipims(
        "-L", "registrations")["registrations"]] == ["active"], "not active")

flush()
with case("a call: responses, ACK and BYE to the port of Via and Contact"):
    call = Call(alice, bob)
    data = bare(call.build(alice, "INVITE", call.sdp(alice)))
    asked = carry(alice, bob, data, PROXY)
    call.learn(bob, asked)
    check(via_of(asked) == uri_place(header(asked, "Contact")[0]),
          header(asked, "Via") + header(asked, "Contact"))
    answered(asked, data, "180 Ringing")
    got = answered(asked, data, body=call.sdp(bob))
    if got:
        call.learn(alice, got)
    carry(alice, bob, bare(call.build(alice, "ACK")), PROXY)
    check(call.has_audio(), "no audio")
    ear.sip.drain()
    bye = call.build(bob, "BYE")
    bob.sip.send(bye, uri_place(call.target[bob]))
    got = ear.sip.recv()
    check(got and start_line(got) == "BYE sip:alice@%s:5070 SIP/2.0" % INSIDE,
          got)

flush()
with case("a call: the port of the Via alone"):
    call = Call(alice, bob)
    data = call.build(alice, "INVITE", call.sdp(alice))
    data = data.replace("UDP %s:40000" % INSIDE, "UDP %s:5070" % INSIDE,
                        1).replace(";rport", "")
    asked = carry(alice, bob, data, PROXY)
    call.learn(bob, asked)
    check(uri_place(header(asked, "Contact")[0]) == bob.sip.peer,
          header(asked, "Contact"))
    answered(asked, data, "486 Busy Here", contact=False)

EVERY = [
    ("Route", "<sip:192.168.1.2:40000;lr>,<sip:192.168.1.2:40000>"),
    ("Record-Route", "<sip:192.168.1.2:40000;lr>"),
    ("Path", "<sip:192.168.1.2:40000;lr>"),
    ("Service-Route", "<sip:192.168.1.2:40000;lr>"),
    ("Refer-To", "\"A\" <sip:alice@192.168.1.2:40000?Replaces=1%40192.168.1.2>"),
    ("Referred-By", "<sip:alice@192.168.1.2:40000>;cid=\"2@192.168.1.2\""),
]

for compact in (False, True):
    flush()
    with case("every header in its direction" + ", compact" * compact):
        data = alice.request("REFER", "sip:bob@" + OUTSIDE, "every", 1, "a",
                             extra=EVERY, from_uri="sip:a@192.168.1.2")
        names = (("Refer-To", "r"), ("Referred-By", "b"), ("From", "f"),
                 ("Via", "v"), ("Contact", "m")) if compact else ()
        for long, short in names:
            data = data.replace("\r\n%s: " % long, "\r\n%s: " % short)
        asked = carry(alice, bob, data, PROXY)
        public = "%s:%d" % bob.sip.peer
        check_bytes(asked, translated(
            data, ("192.168.1.2:40000", public),
            ("a@192.168.1.2>", "a@%s>" % PUBLIC)), "REFER")
        back = [(name, value.replace("192.168.1.2:40000", public))
                for name, value in EVERY]
        answer = bob.answer(translated(data, ("192.168.1.2:40000", public),
                                       *(("\r\n%s: " % short,
                                          "\r\n%s: " % long)
                                         for long, short in names)),
                            "202 Accepted", "b", extra=back)
        got = carry(bob, alice, answer, bob.sip.peer)
        check_bytes(got, translated(answer, (public, "192.168.1.2:40000")),
                    "202")

finish()
