# SPDX-License-Identifier: GPL-2.0-only
"""SIP and RTP by hand, from one process with sockets in several namespaces.

A socket stays in the namespace it was made in, so a test sends on one side of
the router and looks at what arrives on the other, step by step and without
waiting for anything but packets.
"""
import ctypes
import json
import os
import re
import select
import socket
import subprocess
import sys
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
HERE = os.path.dirname(os.path.abspath(__file__))
SIPIMS = os.path.join(HERE, "..", "..", "tools", "sipims", "sipims")


def setns(fd):
    if LIBC.setns(fd, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


class inside:
    """with inside(ns): sockets are made there."""

    def __init__(self, ns):
        self.ns = ns

    def __enter__(self):
        self.old = os.open("/proc/self/ns/net", os.O_RDONLY)
        new = os.open("/run/netns/" + self.ns, os.O_RDONLY)
        setns(new)
        os.close(new)

    def __exit__(self, *unused):
        setns(self.old)
        os.close(self.old)


class Socket:
    """A UDP socket in a namespace that remembers who sent last."""

    def __init__(self, ns, addr, port=0):
        with inside(ns):
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind((addr, port))
        self.addr, self.port = self.sock.getsockname()
        self.peer = None

    def send(self, data, to=None):
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogateescape")
        self.sock.sendto(data, to or self.peer)
        return data

    def recv(self, timeout=3.0):
        """The next datagram as bytes, or None."""
        if not select.select([self.sock], [], [], timeout)[0]:
            return None
        data, self.peer = self.sock.recvfrom(65535)
        return data

    def close(self):
        self.sock.close()


def sdp(addr, ports, origin=None, extra=""):
    """An SDP with one m=audio for each port."""
    lines = ["v=0", "o=- 1 1 IN IP4 %s" % (origin or addr), "s=-",
             "c=IN IP4 %s" % addr, "t=0 0"]
    for port in ports:
        lines.append("m=audio %d RTP/AVP 0" % port)
        lines.append("a=rtpmap:0 PCMU/8000")
    return "\r\n".join(lines) + "\r\n" + extra


def message(start, headers, body=""):
    """start line, [(name, value)], body; Content-Length is added."""
    if body:
        headers = headers + [("Content-Type", "application/sdp")]
    headers = headers + [("Content-Length", str(len(body)))]
    return start + "\r\n" + "".join(
        "%s: %s\r\n" % header for header in headers) + "\r\n" + body


def header(data, name):
    """All values of a header, as a list of str."""
    text = data.decode("utf-8", "replace").split("\r\n\r\n")[0]
    return [line.split(":", 1)[1].strip() for line in text.split("\r\n")[1:]
            if line.split(":", 1)[0].strip().lower() == name.lower()]


def start_line(data):
    return data.decode("utf-8", "replace").split("\r\n")[0]


def body(data):
    return data.split(b"\r\n\r\n", 1)[1]


def media(data):
    """[(address, port)] of the m= lines; media-level c= wins."""
    session, result = None, []
    for line in body(data).decode().split("\r\n"):
        if line.startswith("c=IN IP"):
            addr = line.split()[2].split("/")[0]
            if result:
                result[-1] = (addr, result[-1][1])
            else:
                session = addr
        elif line.startswith("m="):
            result.append((session, int(line.split()[1].split("/")[0])))
    return result


def length_right(data):
    return [str(len(body(data)))] == header(data, "Content-Length")


class Phone:
    """One SIP endpoint: builds requests and answers of a dialog."""

    serial = 0

    def __init__(self, sock, user, media_port=4000):
        self.sock = sock
        self.user = user
        self.media_port = media_port
        self.uri = "sip:%s@%s:%d" % (user, sock.addr, sock.port)

    def request(self, method, uri, call_id, cseq, from_tag, to_tag=None,
                to=None, body="", extra=None, branch=None):
        Phone.serial += 1
        branch = branch or "z9hG4bK%d" % Phone.serial
        headers = [
            ("Via", "SIP/2.0/UDP %s:%d;branch=%s;rport" % (
                self.sock.addr, self.sock.port, branch)),
            ("Max-Forwards", "70"),
            ("From", "<sip:%s@example.org>;tag=%s" % (self.user, from_tag)),
            ("To", "<%s>%s" % (to or "sip:peer@example.org",
                               ";tag=" + to_tag if to_tag else "")),
            ("Call-ID", call_id),
            ("CSeq", "%d %s" % (cseq, method)),
            ("Contact", "<%s>" % self.uri),
        ] + (extra or [])
        return message("%s %s SIP/2.0" % (method, uri), headers, body)

    def answer(self, request, status, to_tag=None, body="", extra=None,
               contact=True):
        """A response that copies what RFC 3261 8.2.6.2 says."""
        headers = [("Via", via) for via in header(request, "Via")]
        to = header(request, "To")[0]
        if to_tag and ";tag=" not in to:
            to += ";tag=" + to_tag
        headers += [("From", header(request, "From")[0]), ("To", to),
                    ("Call-ID", header(request, "Call-ID")[0]),
                    ("CSeq", header(request, "CSeq")[0])]
        if contact:
            headers.append(("Contact", "<%s>" % self.uri))
        return message("SIP/2.0 %s" % status, headers + (extra or []), body)


class Tests:
    """KTAP, in the manner of lib.sh."""

    def __init__(self):
        self.number = self.failed = 0
        self.problems = []

    def check(self, condition, problem):
        if not condition:
            self.problems.append(problem)
        return bool(condition)

    def done(self, name):
        self.number += 1
        print("%s %d %s" % ("not ok" if self.problems else "ok", self.number,
                            name))
        for problem in self.problems:
            print("# " + str(problem).replace("\n", "\n# "))
        self.failed += bool(self.problems)
        self.problems = []
        sys.stdout.flush()

    def exit(self):
        sys.exit(1 if self.failed else 0)


def run(ns, *command):
    """Standard output of a command in a namespace."""
    return subprocess.run(["ip", "netns", "exec", ns] + list(command),
                          capture_output=True, text=True, check=False).stdout


def sipims(ns, *args):
    """The answer of sipims -o json."""
    return json.loads(run(ns, SIPIMS, "-o", "json", *args) or "null")


def stats(ns):
    """All counters of a namespace."""
    return sipims(ns, "-S", "-a")


def flows(ns):
    """Lines of conntrack -L."""
    return run(ns, "conntrack", "-L").splitlines()


def expectations(ns):
    return run(ns, "conntrack", "-L", "expect").splitlines()


def poll(condition, timeout=3.0):
    """Until condition() is true; its last value."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value


def hears(sender, receiver, to, payload=b"\x80rtp"):
    """Does a datagram from one socket to an address reach the other?"""
    payload += os.urandom(8)
    sender.send(payload, to)
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        got = receiver.recv(end - time.monotonic())
        if got == payload:
            return True
    return False


def only_digits(text):
    return int(re.sub(r"\D", "", text))
