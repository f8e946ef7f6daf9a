#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Registrations with a service route: several registrar hosts, phones,
accounts and contacts, and lifetimes.
"""
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, STOCK, WAN, Call, Counters,
    Phone, add_address, calls, carry, check_bytes, expectations, flush,
    header, inward, pinholes, poll, register, registered, run, sipims,
    start_line, translated, uri_place)

topology("nat")

OUT = (INSIDE, PUBLIC)
BACK = (PUBLIC, INSIDE)
HOPS = ["203.0.113.%d" % host for host in range(20, 26)]

add_address(LAN, "192.168.1.3")
for addr in HOPS:
    add_address(WAN, addr)
alice = Phone(LAN, INSIDE, "alice")
andy = Phone(LAN, "192.168.1.3", "andy")
anna = Phone(LAN, INSIDE, "anna", port=5070, media=None)
proxy = Phone(WAN, OUTSIDE, "bob", media=6000)
hops = [Phone(WAN, addr, "bob", media=None) for addr in HOPS]


def place_of(asked, index=0):
    return uri_place(header(asked, "Contact")[index])


def listed():
    return [] if STOCK else sipims("-L", "registrations")["registrations"]


def ask(sender, method, to, call_id, extra=()):
    """Send an unsolicited request."""
    return sender.request(method, "sip:x@%s:%d" % to, call_id, 1, "n",
                          extra=list(extra))


def reaches(sender, phone, to, method="INVITE"):
    """Check that it arrives with the phone's own address."""
    data = ask(sender, method, to, "%s-%s-%d" % (
        method, sender.addr, Phone.serial))
    phone.sip.drain()
    sender.sip.send(data, to)
    got = phone.sip.recv()
    if got is None:
        return False
    check(start_line(got).startswith("%s sip:x@%s:%d " % (
        method, phone.addr, phone.port)), start_line(got))
    answer = carry(phone, sender, phone.answer(got, "200 OK", "p"),
                   phone.sip.peer)
    check(header(answer, "Via") == header(data, "Via"), header(answer, "Via"))
    return True


def silent(sender, phone, to):
    phone.sip.drain()
    sender.sip.send(ask(sender, "OPTIONS", to, "silent"), to)
    return phone.sip.recv(0.2) is None


def routes(*addrs):
    return [("Service-Route", "<sip:%s;lr>" % addr) for addr in addrs]


with case("without Service-Route only the registrar can call"):
    asked = register(alice, proxy)
    place = place_of(asked)
    registered(proxy, alice, asked)
    check(reaches(proxy, alice, place), "the registrar")
    check(silent(hops[0], alice, place), "a stranger")

flush()
with case("the hosts of Service-Route can call and send NOTIFY"):
    asked = register(alice, proxy)
    got = registered(proxy, alice, asked, extra=routes(
        HOPS[0] + ":5060", OUTSIDE, HOPS[1], "proxy.example.org"))
    check(header(got, "Service-Route")[0] == "<sip:%s:5060;lr>" % HOPS[0],
          header(got, "Service-Route"))
    for sender in (proxy, hops[0], hops[1]):
        check(reaches(sender, alice, place), sender.addr)
        check(reaches(sender, alice, place, "NOTIFY"), sender.addr)
    check(silent(hops[2], alice, place), "one that was not named")

with case("a call from a host of the service route has audio both ways"):
    call = Call(hops[0], alice, to=place, media=(proxy.media, alice.media))
    got = call.invite()
    check_bytes(got, translated(call.sent, BACK), "INVITE")
    # its media is at the registrar, another host
    call.reply(alice, "200 OK", call.sdp(alice))
    call.request(hops[0], "ACK")
    call.bye(alice)

with case("a host of the route responds to a REGISTER to the registrar"):
    asked = register(alice, proxy, cseq=2)
    counters = Counters()
    answer = hops[1].answer(asked, "200 OK", "r", contact="%s;expires=60" %
                            header(asked, "Contact")[0], extra=routes(HOPS[1]))
    got = carry(hops[1], alice, answer, proxy.sip.peer)
    check_bytes(got, translated(answer, BACK), "200")
    counters.check(register_unmatched=0)
    check(STOCK or [entry["timeout"] for entry in listed()
                    if entry["timeout"] > 60000] == [], listed())
    run(ROUTER, "conntrack", "-F")
    check(reaches(hops[1], alice, place), "the one that stayed")
    check(silent(hops[0], alice, place), "the one that was left out")

with case("a forged response from a host of the service route has no effect"):
    asked = register(alice, proxy, cseq=3, expires=0)
    answer = hops[1].answer(asked, "200 OK", "r", contact=False)
    for was, becomes in (("CSeq: 3 ", "CSeq: 4 "),
                         ("Call-ID: alice", "Call-ID: mallory")):
        check(was in answer, was)
        carry(hops[1], alice, answer.replace(was, becomes), proxy.sip.peer)
        check(STOCK or len(listed()) == 1, listed())
    carry(hops[1], alice, answer, proxy.sip.peer)
    check(poll(lambda: calls()[1] == 0), calls())
    check(place not in [hole[1:] for hole in pinholes()], pinholes())

flush()
with case("four hosts of the service route, on the registrar's side, no more"):
    counters = Counters()
    asked = register(alice, proxy)
    registered(proxy, alice, asked, extra=routes(*HOPS) + routes(
        "192.168.1.3", "127.0.0.1", "224.0.0.5", PUBLIC, "255.255.255.255"))
    check({hole[0] for hole in inward()} == {OUTSIDE, *HOPS[:4]}, inward())
    counters.check(registration_limit=2, third_party=5)

flush()
with case("two registrars of one phone do not disturb each other"):
    for registrar in (proxy, hops[0]):
        asked = register(alice, registrar, call_id=registrar.addr)
        place = place_of(asked)
        registered(registrar, alice, asked)
    run(ROUTER, "conntrack", "-F")
    check(reaches(proxy, alice, place), "the first")
    check(reaches(hops[0], alice, place), "the second")
    asked = register(alice, proxy, 0, call_id=OUTSIDE, cseq=2)
    registered(proxy, alice, asked, contact=False)
    run(ROUTER, "conntrack", "-F")
    check(silent(proxy, alice, place), "the one that it left")
    check(reaches(hops[0], alice, place), "the other one")

flush()
with case("two phones with the same port with one public address"):
    places = []
    for phone in (alice, andy):
        asked = register(phone, proxy)
        places.append(place_of(asked))
        registered(proxy, phone, asked)
    check(places[0] != places[1], places)
    run(ROUTER, "conntrack", "-F")
    for phone, place in zip((alice, andy), places):
        check(reaches(proxy, phone, place), phone.user)
    asked = register(alice, proxy, 0, cseq=2)
    registered(proxy, alice, asked, contact=False)
    check(reaches(proxy, andy, places[1]), "andy after alice left")

flush()
with case("two accounts on one flow, with another port than the flow's"):
    value = "<sip:%s@" + INSIDE + ":5070>"
    places = []
    for user in ("alice", "andy"):
        asked = register(alice, proxy, call_id=user, contact=value % user,
                         aor="sip:%s@example.org" % user)
        places.append(place_of(asked))
        got = registered(proxy, alice, asked)
        check(place_of(got) == (INSIDE, 5070), place_of(got))
    check(places[0] == places[1] and places[0][1] != 5070, places)
    check(STOCK or [entry["state"] for entry in listed()] == ["active"] * 2,
          listed())
    check(reaches(proxy, anna, places[0]), "before")
    asked = register(alice, proxy, 0, call_id="alice", cseq=2,
                     contact=value % "alice", aor="sip:alice@example.org")
    registered(proxy, alice, asked, contact=False)
    run(ROUTER, "conntrack", "-F")
    check(reaches(proxy, anna, places[0]), "after one of them left")

flush()
with case("three Contacts in one REGISTER, one of them elsewhere"):
    asked = register(alice, proxy, contact="<sip:alice@%s:5060>, "
                     "<sip:alice@%s:5070>;expires=60, "
                     "<sip:alice@198.51.100.7:5060>" % (INSIDE, INSIDE))
    value = header(asked, "Contact")[0]
    check(INSIDE not in value and "198.51.100.7:5060" in value, value)
    first, other, _ = [uri_place(part) for part in value.split(",")]
    got = registered(proxy, alice, asked, contact=value)
    check(header(got, "Contact") == [
        "<sip:alice@%s:5060>, <sip:alice@%s:5070>;expires=60, "
        "<sip:alice@198.51.100.7:5060>" % (INSIDE, INSIDE)],
        header(got, "Contact"))
    check(reaches(proxy, alice, first), "the first")
    check(reaches(proxy, anna, other), "the second")
    check(STOCK or sorted(entry["timeout"] // 1000 // 100
                          for entry in listed()) == [0, 35], listed())

flush()
with case("a compact REGISTER"):
    data = alice.request("REGISTER", "sip:" + OUTSIDE, "compact", 1, "reg",
                         to="sip:alice@example.org")
    for long, short in (("Via", "v"), ("From", "f"), ("To", "t"),
                        ("Call-ID", "i"), ("Contact", "m")):
        data = data.replace("\r\n%s: " % long, "\r\n%s: " % short)
    asked = carry(alice, proxy, data, (OUTSIDE, 5060))
    check_bytes(asked, translated(data, OUT), "REGISTER")
    long = asked.decode()
    for name, short in (("Via", "v"), ("From", "f"), ("To", "t"),
                        ("Call-ID", "i"), ("Contact", "m")):
        long = long.replace("\r\n%s: " % short, "\r\n%s: " % name)
    registered(proxy, alice, long)
    check(reaches(proxy, alice, uri_place(header(asked, "m")[0])), "closed")

# Expiry in the request, in the response, and the resulting seconds
LIFETIMES = (
    ("Contact of the answer", {"expires": 600}, {}, ";expires=100", 100),
    ("Expires of the answer", {"expires": 600}, {
        "extra": [("Expires", "200")]}, "", 200),
    ("both of the answer", {"expires": 600}, {
        "extra": [("Expires", "200")]}, ";expires=100", 100),
    ("Contact of the request", {"extra": [], "contact":
                                "<%s>;expires=300" % alice.uri}, {}, "", 300),
    ("Expires of the request", {"expires": 400}, {}, "", 400),
    ("neither", {"extra": []}, {}, "", 3600),
    ("the answer alone", {"extra": []}, {}, ";expires=500", 500),
    ("an answer without Contact", {"expires": 400}, {"contact": False}, "",
     400),
)

for name, request, answer, param, seconds in LIFETIMES:
    flush()
    with case("lifetime by " + name):
        asked = register(alice, proxy, **request)
        place = place_of(asked)
        answer.setdefault("contact", "<sip:alice@%s:%d>%s" % (*place, param))
        registered(proxy, alice, asked, **answer)
        times = [entry["timeout"] // 1000 for entry in listed()]
        check(STOCK or len(times) == 1 and seconds - 20 <= times[0] <= seconds,
              "%s instead of %d" % (times, seconds))
        check(reaches(proxy, alice, place), "closed")

flush()
with case("lifetime by the zone's setting, without one in the messages"):
    if not STOCK:
        sipims("set", "registration=60", "t1=100")
    asked = register(alice, proxy, extra=[])
    times = [entry["timeout"] for entry in listed()]
    check(STOCK or times and times[0] <= 6400, "pending: %s" % times)
    registered(proxy, alice, asked, contact="<sip:alice@%s:%d>" %
               place_of(asked))
    times = [entry["timeout"] for entry in listed()]
    check(STOCK or times and times[0] <= 60000, "active: %s" % times)

flush()
with case("an unanswered REGISTER is removed after 64 * T1"):
    asked = register(alice, proxy)
    check(poll(lambda: calls()[1] == 0, 10), calls())
    check(not expectations(), expectations())

flush()
with case("401 on a refresh, then the refresh: one binding all the time"):
    asked = register(alice, proxy)
    place = place_of(asked)
    registered(proxy, alice, asked)
    holes = pinholes()
    for cseq, status in ((2, "401 Unauthorized"), (3, "200 OK"),
                         (4, "500 Server Internal Error"), (5, "200 OK")):
        asked = register(alice, proxy, cseq=cseq)
        check(place_of(asked) == place, place_of(asked))
        registered(proxy, alice, asked, status, **(
            {} if status == "200 OK" else {"contact": False}))
        check(pinholes() == holes, pinholes())
        check(reaches(hops[0], alice, place) is False, "a stranger")
    run(ROUTER, "conntrack", "-F")
    check(reaches(proxy, alice, place), "closed")

flush()
with case("MWI: SUBSCRIBE both ways, and NOTIFY for as long as registered"):
    asked = register(alice, proxy)
    place = place_of(asked)
    registered(proxy, alice, asked)
    call = Call(alice, proxy)
    event = [("Event", "message-summary")]
    got = call.request(alice, "SUBSCRIBE", extra=event)
    check_bytes(got, translated(call.sent, OUT), "SUBSCRIBE")
    got = call.reply(proxy, "200 OK", extra=[("Expires", "3600")])
    check_bytes(got, translated(call.sent, BACK), "200")
    run(ROUTER, "conntrack", "-F")
    got = call.request(proxy, "NOTIFY", "Messages-Waiting: yes\r\n",
                       extra=event, kind="application/simple-message-summary")
    check_bytes(got, translated(call.sent, BACK), "NOTIFY")
    call.reply(alice, "200 OK", contact=False)
    run(ROUTER, "conntrack", "-F")
    call = Call(proxy, alice, to=place)
    got = call.request(proxy, "NOTIFY", "Messages-Waiting: no\r\n",
                       extra=event, kind="application/simple-message-summary")
    check_bytes(got, translated(call.sent, BACK), "NOTIFY out of nowhere")
    got = call.reply(alice, "200 OK", contact=False)
    check_bytes(got, translated(call.sent, OUT), "200")
    call = Call(proxy, alice, to=place)
    got = call.request(proxy, "SUBSCRIBE", extra=[("Event", "presence")])
    check_bytes(got, translated(call.sent, BACK), "SUBSCRIBE from outside")

flush()
with case("de-registration of one Contact keeps the other, that of * neither"):
    both = "<sip:alice@%s:5060>%s, <sip:alice@%s:5070>%s"
    asked = register(alice, proxy, contact=both % (INSIDE, "", INSIDE, ""))
    first, other = [uri_place(part) for part in
                    header(asked, "Contact")[0].split(",")]
    registered(proxy, alice, asked, contact=header(asked, "Contact")[0])
    asked = register(alice, proxy, cseq=2, contact=both % (
        INSIDE, ";expires=0", INSIDE, ";expires=600"))
    registered(proxy, alice, asked,
               contact="<sip:alice@%s:%d>;expires=600" % other)
    run(ROUTER, "conntrack", "-F")
    check(silent(proxy, alice, first), "the first is open")
    check(reaches(proxy, anna, other), "the second is closed")
    asked = register(alice, proxy, 0, cseq=3, contact="*")
    registered(proxy, alice, asked, contact=False)
    run(ROUTER, "conntrack", "-F")
    check(silent(proxy, anna, other), "the second is open")
    check(not expectations() and poll(lambda: calls()[1] == 0),
          expectations())

finish()
