# SPDX-License-Identifier: GPL-2.0-only
"""SIP and RTP by hand, from one process with sockets in several namespaces.

A socket stays in the namespace it was made in, so a test sends on one side of
the router and looks at what arrives on the other, step by step and without
waiting for anything but packets.

The namespaces are those of lib.sh, their names are in the environment; see
ksft.py.
"""
import contextlib
import ctypes
import ipaddress
import json
import os
import re
import select
import socket
import subprocess
import threading
import time

from family import (
    PREFIX, SIX, af, host, inet, listed, uninet, unwire, wire)
from ksft import HERE, Lost, check

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
SIPIMS = os.path.join(HERE, "..", "..", "tools", "sipims", "sipims")

LAN, ROUTER, WAN = (os.environ.get(name, "") for name in
                    ("lan", "router", "wan"))
# HELPER=stock tests the kernel's own helper, to see the tests fail.
STOCK = os.environ.get("HELPER") == "stock"

# The addresses of lib.sh's topology
INSIDE, PUBLIC, OUTSIDE = "192.168.1.2", "203.0.113.1", "203.0.113.2"

# Seconds until a datagram counts as lost; many are with the stock helper
ARRIVES = 0.3 if STOCK else 1.0
# Seconds to listen for a datagram that must not arrive
SILENCE = 0.2


# ---- sockets ---------------------------------------------------------------

def setns(fd):
    if LIBC.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(ns):
    """Create sockets in a namespace."""
    old = os.open("/proc/self/ns/net", os.O_RDONLY)
    new = os.open("/run/netns/" + ns, os.O_RDONLY)
    setns(new)
    os.close(new)
    try:
        yield
    finally:
        setns(old)
        os.close(old)


def encoded(data):
    return data if isinstance(data, bytes) else data.encode()


class Socket:
    """A UDP socket in a namespace that remembers the last sender."""

    def __init__(self, ns, addr, port=0):
        with inside(ns):
            self.sock = socket.socket(af(addr), socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.sock.bind((inet(addr), port))
        self.addr, self.port = addr, self.sock.getsockname()[1]
        self.peer = None

    def send(self, data, to=None):
        addr, port = to or self.peer
        self.sock.sendto(wire(encoded(data)), (inet(addr), port))

    def recv(self, timeout=ARRIVES):
        """Return the next datagram, or None."""
        if not select.select([self.sock], [], [], timeout)[0]:
            return None
        data, (addr, port, *_) = self.sock.recvfrom(65535)
        self.peer = uninet(addr), port
        return unwire(data)

    def drain(self):
        while self.recv(0) is not None:
            pass

    def close(self):
        self.sock.close()


class Media:
    """The RTP and RTCP sockets of one end of a call."""

    def __init__(self, ns, addr, port):
        self.addr, self.port = addr, port
        self.rtp = Socket(ns, addr, port)
        self.rtcp = Socket(ns, addr, port + 1)

    def close(self):
        self.rtp.close()
        self.rtcp.close()


def hears(sender, receiver, to, timeout=ARRIVES):
    """Return whether a datagram of @sender to an address reaches @receiver."""
    payload = b"\x80rtp" + os.urandom(8)
    sender.send(payload, to)
    end = time.monotonic() + timeout
    while True:
        got = receiver.recv(max(0, end - time.monotonic()))
        if got == payload:
            return True
        if got is None:
            return False


def deaf(sender, receiver, to):
    """Return whether a datagram of @sender does not reach @receiver."""
    return not hears(sender, receiver, to, SILENCE)


# ---- messages --------------------------------------------------------------

def place(addr):
    """Return an address as SDP has it."""
    return "IN IP%d %s" % (6 if ":" in addr else 4, addr)


def sdp(addr, ports, extra="", origin=None, version=1):
    """Build an SDP with one m=audio for each port."""
    lines = ["v=0", "o=- 1 %d %s" % (version, place(origin or addr)), "s=-",
             "c=" + place(addr), "t=0 0"]
    for port in ports:
        lines.append("m=audio %s RTP/AVP 0" % port)
        lines.append("a=rtpmap:0 PCMU/8000")
    return "\r\n".join(lines) + "\r\n" + extra


def message(start, headers, body="", kind="application/sdp"):
    """Build a message of start line, [(name, value)], body; add the length."""
    if body:
        headers = headers + [("Content-Type", kind)]
    headers = headers + [("Content-Length", str(len(encoded(body))))]
    return start + "\r\n" + "".join(
        "%s: %s\r\n" % header for header in headers) + "\r\n" + body


def header(data, name):
    """Return all values of a header."""
    head = encoded(data).split(b"\r\n\r\n")[0].decode("utf-8", "replace")
    return [line.split(":", 1)[1].strip() for line in head.split("\r\n")[1:]
            if line.split(":", 1)[0].strip().lower() == name.lower()]


def start_line(data):
    return encoded(data).split(b"\r\n")[0].decode("utf-8", "replace")


def body_of(data):
    return encoded(data).split(b"\r\n\r\n", 1)[1]


def media_of(data):
    """Return [(address, port)] of the m= lines; the media-level c= counts."""
    session, result = None, []
    for line in body_of(data).decode().split("\r\n"):
        if line.startswith("c=IN IP"):
            addr = line.split()[2].split("/")[0]
            if result:
                result[-1] = (addr, result[-1][1])
            else:
                session = addr
        elif line.startswith("m="):
            result.append((session, int(line.split()[1].split("/")[0])))
    return result


def translated(data, *changes):
    """Return the bytes after plain replacements, Content-Length included."""
    data = encoded(data)
    old = b"Content-Length: %d\r\n" % len(body_of(data))
    for before, after in changes:
        data = data.replace(encoded(before), encoded(after))
    new = b"Content-Length: %d\r\n" % len(body_of(data))
    return data.replace(old, new)


def uri_place(value):
    """Return the (address, port) of the URI of a Contact."""
    there = value.split("<")[-1].split(">")[0].split("@")[-1].split(";")[0]
    addr, port = re.fullmatch(r"\[?(.*?)\]?(?::(\d+))?", there).groups()
    return addr, int(port or 5060)


class Phone:
    """One SIP endpoint, which builds requests and responses."""

    serial = 0
    transport = "UDP"

    def __init__(self, ns, addr, user, port=5060, media=4000):
        self.ns = ns
        self.sip = Socket(ns, addr, port)
        self.addr, self.port = addr, self.sip.port
        self.user = user
        self.uri = "sip:%s@%s:%d" % (user, host(addr), self.port)
        self.media = Media(ns, addr, media) if media else None

    def request(self, method, uri, call_id, cseq, from_tag, to_tag=None,
                to="sip:peer@example.org", body="", extra=(), branch=None,
                contact=True, from_uri=None, kind="application/sdp"):
        Phone.serial += 1
        headers = [
            ("Via", "SIP/2.0/%s %s:%d;branch=%s;rport" % (
                self.transport, host(self.addr), self.port,
                branch or "z9hG4bK%d" % Phone.serial)),
            ("Max-Forwards", "70"),
            ("From", "<%s>;tag=%s" % (
                from_uri or "sip:%s@example.org" % self.user, from_tag)),
            ("To", "<%s>%s" % (to, ";tag=" + to_tag if to_tag else "")),
            ("Call-ID", call_id),
            ("CSeq", "%d %s" % (cseq, method)),
        ]
        if contact:
            headers.append(("Contact", contact if isinstance(contact, str)
                            else "<%s>" % self.uri))
        return message("%s %s SIP/2.0" % (method, uri),
                       headers + list(extra), body, kind)

    def answer(self, request, status, to_tag=None, body="", extra=(),
               contact=True):
        """Build a response with the headers that RFC 3261 8.2.6.2 copies."""
        headers = [("Via", via) for via in header(request, "Via")]
        to = header(request, "To")[0]
        if to_tag and ";tag=" not in to:
            to += ";tag=" + to_tag
        headers += [("From", header(request, "From")[0]), ("To", to),
                    ("Call-ID", header(request, "Call-ID")[0]),
                    ("CSeq", header(request, "CSeq")[0])]
        if contact:
            headers.append(("Contact", contact if isinstance(contact, str)
                            else "<%s>" % self.uri))
        return message("SIP/2.0 %s" % status, headers + list(extra), body)

    def close(self):
        self.sip.close()
        if self.media:
            self.media.close()


def carry(sender, receiver, data, to):
    """Send from one phone; return what arrives at the other."""
    receiver.sip.drain()
    sender.sip.send(data, to)
    got = receiver.sip.recv()
    if got is None:
        raise Lost("lost: " + start_line(data))
    return got


def is_lost(step):
    """Return whether a message of the step does not arrive."""
    try:
        step()
    except Lost:
        return True
    return False


class Call:
    """A call between two phones, seen from both ends.

    Like a real phone, an end sends to the address that it has read: the
    first INVITE to @to, later requests to the other's Contact, responses to
    the source of the request.
    """

    serial = 0

    def __init__(self, caller, callee, to=None, call_id=None, media=None):
        Call.serial += 1
        self.caller, self.callee = caller, callee
        self.call_id = call_id or "call-%d" % Call.serial
        self.tag = {caller: "caller%d" % Call.serial,
                    callee: "callee%d" % Call.serial}
        self.media = dict(zip((caller, callee), media)) if media else {
            caller: caller.media, callee: callee.media}
        to = to or (callee.addr, callee.port)
        self.target = {caller: "sip:%s@%s:%d" % (
            callee.user, host(to[0]), to[1])}
        self.cseq = {caller: 0, callee: 0}
        self.announced = {}     # the media that each end has read
        self.asked = {}         # the last request that each end received
        self.sent = None        # the last message, as it was sent
        self.begun = False      # the callee's tag is known

    def other(self, end):
        return self.callee if end is self.caller else self.caller

    def sdp(self, end, **args):
        return sdp(end.addr, [self.media[end].port], **args)

    def learn(self, end, got):
        """Remember what an end learns from a message; return the message."""
        if header(got, "Contact") and not start_line(got).endswith("SIP/2.0"):
            self.begun = True
        if header(got, "Contact"):
            value = header(got, "Contact")[0]
            self.target[end] = value[1:-1]
        if header(got, "Content-Type") == ["application/sdp"]:
            self.announced[end] = media_of(got)
        return got

    def build(self, end, method, body="", cseq=None, **args):
        """Build a request of an end in this call."""
        if cseq is None:
            self.cseq[end] += method not in ("ACK", "CANCEL")
            cseq = self.cseq[end]
        other = self.other(end)
        known = end is not self.caller or self.begun
        return end.request(
            method, self.target[end], self.call_id, cseq, self.tag[end],
            args.pop("to_tag", self.tag[other] if known else None),
            body=body, **args)

    def send(self, end, data):
        """Send a request; return what the other end gets."""
        self.sent = encoded(data)
        got = carry(end, self.other(end), data, uri_place(self.target[end]))
        if not start_line(got).startswith("ACK"):
            self.asked[self.other(end)] = got
        return self.learn(self.other(end), got)

    def request(self, end, method, body="", **args):
        return self.send(end, self.build(end, method, body, **args))

    def reply(self, end, status, body="", request=None, to_tag=None, **args):
        """Respond to the last request; return what the other end gets."""
        request = request or self.asked[end]
        data = end.answer(request, status, to_tag or self.tag[end], body,
                          **args)
        self.sent = encoded(data)
        got = carry(end, self.other(end), data, end.sip.peer)
        return self.learn(self.other(end), got)

    # common sequences

    def invite(self, **args):
        return self.request(self.caller, "INVITE", self.sdp(self.caller),
                            **args)

    def accept(self, **args):
        """Send 200 OK with SDP, and the ACK; return the 200 as it arrives."""
        got = self.reply(self.callee, "200 OK", self.sdp(self.callee), **args)
        self.request(self.caller, "ACK")
        return got

    def start(self):
        self.invite()
        self.reply(self.callee, "180 Ringing")
        self.accept()
        return self

    def bye(self, end=None):
        end = end or self.caller
        self.request(end, "BYE")
        self.reply(self.other(end), "200 OK", contact=False)

    def mapped(self):
        """Return the public (address, port) of the caller's first stream."""
        return self.announced[self.callee][0]

    def check_audio(self, rtcp=True):
        """Check RTP, and RTCP one port above, in both directions."""
        for end in (self.callee, self.caller):
            mine, other = self.media[end], self.media[self.other(end)]
            addr, port = self.announced[end][0]
            way = "%s to %s" % (end.user, self.other(end).user)
            check(hears(mine.rtp, other.rtp, (addr, port)), way + ": no RTP")
            if rtcp:
                check(hears(mine.rtcp, other.rtcp, (addr, port + 1)),
                      way + ": no RTCP")

    def has_audio(self):
        """Return whether RTP passes in both directions."""
        return all(hears(self.media[end].rtp, self.media[self.other(end)].rtp,
                         self.announced[end][0]) for end in
                   (self.callee, self.caller))

    def check_closed(self):
        """Check that the caller's public ports are closed."""
        addr, port = self.mapped()
        mine, other = self.media[self.callee], self.media[self.caller]
        check(deaf(mine.rtp, other.rtp, (addr, port)), "RTP still passes")
        check(deaf(mine.rtcp, other.rtcp, (addr, port + 1)),
              "RTCP still passes")


def register(phone, registrar, expires=3600, call_id=None, cseq=1, aor=None,
             contact=True, extra=None, branch=None, to=None):
    """Send a REGISTER to @to; return what the registrar gets."""
    to = to or (registrar.addr, registrar.port)
    if extra is None:
        extra = [("Expires", str(expires))]
    return carry(phone, registrar, phone.request(
        "REGISTER", "sip:%s" % host(to[0]), call_id or phone.user, cseq,
        "reg", to=aor or "sip:%s@example.org" % phone.user,
        from_uri=aor, contact=contact, extra=extra, branch=branch), to)


def registered(registrar, phone, request, status="200 OK", expires=3600,
               contact=None, extra=()):
    """Respond to a REGISTER; return what the phone gets."""
    if contact is None:
        contact = "%s;expires=%d" % (header(request, "Contact")[0], expires)
    return carry(registrar, phone, registrar.answer(
        request, status, "r", contact=contact, extra=extra),
        registrar.sip.peer)


class Forward:
    """A record-routing proxy outside between two phones inside, who know it by
    an address that may be of another family.
    """

    def __init__(self, proxy, known=None):
        self.proxy = proxy
        self.known = known or proxy.addr
        self.place = {}     # the endpoint of each phone
        self.via = "Via: SIP/2.0/UDP %s:5060;branch=z9hG4bKproxy" % host(
            proxy.addr)

    def request(self, got, to):
        """Return a request as the proxy forwards it."""
        start, rest = got.decode().split("\r\n", 1)
        method = start.split(" ", 1)[0]
        addr, port = self.place[to]
        return "%s sip:%s@%s:%d SIP/2.0\r\n%s\r\n%s" % (
            method, to.user, host(addr), port, self.via, rest.replace(
                "Max-Forwards: 70", "Record-Route: <sip:%s;lr>\r\n"
                "Max-Forwards: 69" % host(self.proxy.addr)))

    def through(self, sender, receiver, data):
        """Send a message through the proxy; return what both received."""
        got = carry(sender, self.proxy, data, (self.known, 5060))
        if start_line(got).startswith("SIP/2.0"):
            check(self.via in got.decode(), "the proxy's Via is gone")
            data = got.decode().replace(self.via + "\r\n", "", 1)
        else:
            data = self.request(got, receiver)
        return got, carry(self.proxy, receiver, data, self.place[receiver])


# ---- results ---------------------------------------------------------------

def check_bytes(got, expected, what):
    """Check for equality; the problem is the first line that differs."""
    got, expected = encoded(got), encoded(expected)
    if got == expected:
        return True
    lines = zip(got.split(b"\n") + [b""], expected.split(b"\n") + [b""])
    line = next((pair for pair in lines if pair[0] != pair[1]), (got, expected))
    return check(False, "%s: %r instead of %r" % (what, *line))


class Talk(threading.Thread):
    """Continuous RTP both ways in all calls; none has to arrive."""

    def __init__(self, everyone):
        super().__init__(daemon=True)
        self.everyone = everyone
        self.over = threading.Event()

    def run(self):
        while not self.over.wait(0.02):
            for call in self.everyone:
                for end in (call.caller, call.callee):
                    # the network may be gone
                    with contextlib.suppress(OSError):
                        call.media[end].rtp.send(b"\x80",
                                                 call.announced[end][0])

    def __enter__(self):
        self.start()

    def __exit__(self, *unused):
        self.over.set()
        self.join()


# ---- the router ------------------------------------------------------------

def run(ns, *command):
    """Return the standard output of a command in a namespace."""
    with inside(ns):
        return subprocess.run(command, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True,
                              close_fds=False, check=False).stdout


def sipims(*args, ns=ROUTER):
    """Return the output of sipims -o json."""
    return json.loads(listed(run(ns, SIPIMS, "-o", "json", *args)) or "null")


def conntrack(*args, ns=ROUTER):
    """Return the output of conntrack in the family at hand."""
    family = ["-f", "ipv6"] if SIX else []
    return listed(run(ns, "conntrack", *args, *family))


def flows(*args, ns=ROUTER):
    """Return the lines of conntrack -L."""
    return conntrack("-L", *args, ns=ns).splitlines()


def expectations(ns=ROUTER):
    return conntrack("-L", "expect", ns=ns).splitlines()


def pinholes(holding="", ns=ROUTER):
    """Return [(source, destination, port)] of the expectations, or of those
    whose line contains @holding.
    """
    words = [re.findall(r" (?:src|dst|dport)=(\S+)", line)
             for line in expectations(ns) if holding in line]
    return [(line[0], line[1], int(line[2])) for line in words]


def inward(ns=ROUTER):
    """Return the pinholes from outside."""
    return [hole for hole in pinholes(ns=ns) if hole[0].startswith("203.0.113.")]


def media_flows(ns=ROUTER):
    """Return the UDP flows that are not signalling."""
    return [line for line in flows("-p", "udp", ns=ns)
            if "port=5060 " not in line]


class Counters:
    """How far the counters rise; the stock helper has none."""

    def __init__(self, ns=ROUTER):
        self.ns = ns
        self.before = {} if STOCK else sipims("-S", ns=ns)

    def rose(self):
        """Return {name: difference} of the counters that rose."""
        now = {} if STOCK else sipims("-S", ns=self.ns)
        return {name: now[name] - self.before[name] for name in now
                if now[name] != self.before[name]}

    def check(self, **expected):
        """Check that counters rose that far: check(third_party=2)."""
        if STOCK:
            return
        rose = self.rose()
        for name, value in expected.items():
            name = name.replace("_", "-")
            check(rose.get(name, 0) == value, "%s counts %d, not %d" % (
                name, rose.get(name, 0), value))


def calls():
    """Return the calls and registrations of sipims -C; the stock helper has
    none.
    """
    count = {} if STOCK else sipims("-C")
    return count.get("calls", 0), count.get("registrations", 0)


def poll(condition, timeout=5.0):
    """Wait until condition() is true; return its last value."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        # a condition that starts a process leaves the processor to others
        time.sleep(0.01)


def flush():
    """Remove all state of the case before."""
    if not STOCK:
        sipims("-F")
    conntrack("-F", "expect")
    conntrack("-F")


def resolvable(ns, addr):
    """Return whether an IPv6 host has joined the group of its address, to which
    neighbours send their solicitations.
    """
    group = ("ff02" + "0" * 19 + "1ff" +
             ipaddress.IPv6Address(addr).packed[-3:].hex())
    with inside(ns), open("/proc/thread-self/net/igmp6",
                          encoding="ascii") as table:
        return group in table.read()


def add_address(ns, addr, device="eth0"):
    """Add a host to the network of a namespace."""
    run(ns, "ip", "addr", "add", inet(addr) + PREFIX, "dev", device,
        *["nodad"] * SIX)
    # a work queue of the kernel joins it, some time later on a busy machine
    if SIX:
        poll(lambda: resolvable(ns, inet(addr)))


# ---- what the tests of the call model share --------------------------------

@contextlib.contextmanager
def setting(**values):
    """Change settings in a case: setting(inactive_media=2); the stock helper
    has none.
    """
    if STOCK:
        yield
        return
    names = {name.replace("_", "-"): value for name, value in values.items()}
    before = sipims("get")["settings"][0]
    sipims("set", *("%s=%s" % pair for pair in names.items()))
    try:
        now = sipims("get")["settings"][0]
        for name, value in names.items():
            check(now[name] == value, "%s stays %s" % (name, now[name]))
        yield
    finally:
        sipims("set", *("%s=%s" % (name, before[name]) for name in names))


def expect_max(number):
    """Set the kernel's limit of expectations."""
    with open("/proc/sys/net/netfilter/nf_conntrack_expect_max", "w",
              encoding="ascii") as limit:
        limit.write(str(number))


def closes(sender, receiver, to, timeout=4.0):
    """Return whether the pinhole closes within the timeout."""
    return poll(lambda: deaf(sender, receiver, to), timeout)


def body(addr, *streams, session=(), origin=None, version=1):
    """Build an SDP of the session's lines, then each stream's; without an
    address every stream has its own.
    """
    lines = ["v=0", "o=- 1 %d %s" % (version, place(origin or addr)), "s=-"]
    lines += ["c=" + place(addr)] if addr else []
    lines += ["t=0 0", *session]
    for stream in streams:
        lines += stream
    return "\r\n".join(lines) + "\r\n"


def audio(port, *attributes):
    """Return the lines of a stream of PCMU."""
    return ["m=audio %d RTP/AVP 0" % port, *attributes]


def attributes_of(data, name):
    """Return all lines of an attribute in the SDP of a message."""
    return [line for line in body_of(data).decode().split("\r\n")
            if line.startswith("a=" + name)]


def both_ways(near, near_place, far, far_place):
    """Return whether RTP passes both ways to these endpoints."""
    return (hears(far.rtp, near.rtp, near_place) and
            hears(near.rtp, far.rtp, far_place))


RELIABLE = [("Require", "100rel"), ("RSeq", "1")]
RACK = [("RAck", "1 1 INVITE")]
