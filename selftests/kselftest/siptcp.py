# SPDX-License-Identifier: GPL-2.0-only
"""SIP over TCP by hand: connections through the router, cut as one likes.

Both ends are the kernel's own TCP; a test decides what is written when, and
compares what arrives byte by byte.
"""
import contextlib
import os
import select
import socket
import struct
import threading
import time

from family import PREFIX, af, inet, uninet, unwire, wire
from sipnet import (
    ARRIVES, LAN, OUTSIDE, ROUTER, WAN, Media, Phone, encoded, header, inside,
    run)

# Seconds until a connection, or a byte on it, counts as lost: TCP sends
# again what a test makes the router drop, and backs off.
PATIENCE = 10.0


def made(ns, addr, port=0, **options):
    """Return a bound TCP socket in a namespace, with these options."""
    with inside(ns):
        sock = socket.socket(af(addr), socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for name, value in options.items():
        level = (socket.SOL_SOCKET if name.startswith("SO_") else
                 socket.IPPROTO_TCP)
        sock.setsockopt(level, getattr(socket, name), value)
    sock.settimeout(PATIENCE)
    sock.bind((inet(addr), port))
    return sock


def framed(data):
    """Return the length of the first complete message, or 0."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return 0
    length = header(data, "Content-Length") or header(data, "l")
    whole = end + 4 + int(length[0] if length else 0)
    return whole if len(data) >= whole else 0


class Wire:
    """One end of a connection; like sipnet.Socket, but for @to.

    Whole messages are IPv4's, whatever the connection; bytes are as they are.
    """

    def __init__(self, sock):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(True)
        self.sock = sock
        self.buffer = b""
        self.addr, self.port = sock.getsockname()[:2]
        self.addr = uninet(self.addr)
        self.peer = sock.getpeername()[:2]

    def send(self, data, to=None):
        """Send a whole message."""
        self.sock.sendall(wire(encoded(data)))

    def send_parts(self, *parts):
        """Send each part in a segment of its own."""
        for part in parts:
            self.sock.sendall(encoded(part))

    def more(self, timeout):
        """Read; return whether bytes arrived, false also at the end."""
        if not select.select([self.sock], [], [], max(0, timeout))[0]:
            return False
        data = self.sock.recv(1 << 16)
        self.buffer += data
        return bool(data)

    def take(self, length, timeout=PATIENCE):
        """Return that many bytes, or those that arrived in time."""
        end = time.monotonic() + timeout
        while len(self.buffer) < length:
            if not self.more(end - time.monotonic()):
                break
        data, self.buffer = self.buffer[:length], self.buffer[length:]
        return data

    def recv(self, timeout=ARRIVES):
        """Return the next message without keepalives before it, or None."""
        end = time.monotonic() + timeout
        while True:
            while self.buffer[:2] == b"\r\n":
                self.buffer = self.buffer[2:]
            length = framed(self.buffer)
            if length:
                return unwire(self.take(length))
            if not self.more(end - time.monotonic()):
                return None

    def drain(self):
        while self.more(0):
            pass
        self.buffer = b""

    def ended(self, timeout=PATIENCE):
        """Return how the connection ended: "fin", "reset", or None."""
        end = time.monotonic() + timeout
        try:
            while select.select([self.sock], [], [],
                                max(0, end - time.monotonic()))[0]:
                data = self.sock.recv(1 << 16)
                if not data:
                    return "fin"
                self.buffer += data
        except OSError:
            return "reset"
        return None

    def abort(self):
        """Close with an RST instead of a FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self):
        self.sock.close()


class Listener:
    """A listening socket."""

    def __init__(self, ns, addr, port=5060, **options):
        self.sock = made(ns, addr, port, **options)
        self.sock.listen(1024)
        self.addr, self.port = self.sock.getsockname()[:2]
        self.addr = uninet(self.addr)

    def accept(self, timeout=PATIENCE):
        self.sock.settimeout(timeout)
        return Wire(self.sock.accept()[0])

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def connect(ns, addr, listener, to=None, port=0, **options):
    """Return both ends of a new connection, the connecting one first."""
    sock = made(ns, addr, port, **options)
    addr, port = to or (listener.addr, listener.port)
    sock.connect((inet(addr), port))
    return Wire(sock), listener.accept()


class TcpPhone(Phone):
    """A SIP endpoint on one end of a connection."""

    transport = "TCP"

    def __init__(self, ns, wire, user, media=None, port=None):
        self.ns = ns
        self.sip = wire
        self.addr, self.port = wire.addr, port or wire.port
        self.user = user
        self.uri = "sip:%s@%s:%d;transport=tcp" % (user, self.addr, self.port)
        self.media = Media(ns, self.addr, media) if media else None


@contextlib.contextmanager
def phones(addr, media=4000, **options):
    """Two phones on one connection through the router."""
    with Listener(WAN, OUTSIDE, **options) as listener:
        near, far = connect(LAN, addr, listener, **options)
        alice = TcpPhone(LAN, near, "alice", media)
        bob = TcpPhone(WAN, far, "bob", 6000 if media else None)
        try:
            yield alice, bob
        finally:
            alice.close()
            bob.close()


def add_lan(addr, gateway):
    """Add a network with a host to the lan."""
    run(LAN, "ip", "addr", "add", inet(addr) + PREFIX, "dev", "eth0")
    run(ROUTER, "ip", "addr", "add", inet(gateway) + PREFIX, "dev", "lan0")


def quick():
    """Send each write as a segment at once, in lan and wan."""
    for ns in (LAN, WAN):
        run(ns, "sysctl", "-q", "-w", "net.ipv4.tcp_autocorking=0")


def long_form():
    """Return whether LONG=1 is in the environment."""
    return os.environ.get("LONG") == "1"


# ---- bulk ------------------------------------------------------------------

TCP_REPAIR, TCP_REPAIR_QUEUE, TCP_QUEUE_SEQ = 19, 20, 21
REPAIR_ON, REPAIR_OFF, SEND_QUEUE = 1, -1, 2


def begin_at(sock, seq):
    """Set the initial sequence number of a connection."""
    for option, value in ((TCP_REPAIR, REPAIR_ON),
                          (TCP_REPAIR_QUEUE, SEND_QUEUE),
                          (TCP_QUEUE_SEQ, seq), (TCP_REPAIR, REPAIR_OFF)):
        sock.setsockopt(socket.IPPROTO_TCP, option,
                        struct.pack("I", value & 0xffffffff))


def texts(rng, phone, place, near, far, count, most=1500):
    """Return (sent, expected): @count MESSAGEs with bodies of any length, in
    which the address @near becomes @far.
    """
    letters = bytes(rng.choices(b"abcdefghijklmnopqrstuvwxyz \r\n", k=65536))
    sent, expected = [], []
    for serial in range(count):
        length = rng.choice((0, 10, 300, rng.randrange(most)))
        at = rng.randrange(len(letters) - length)
        user = "u" * rng.randrange(1, 12)
        data = encoded(phone.request(
            "MESSAGE", "sip:%s@%s:%d" % (user, *place),
            "bulk-%d" % serial, serial + 1, "b",
            body=letters[at:at + length].decode(), kind="text/plain"))
        sent.append(wire(data))
        expected.append(wire(data.replace(encoded(near), encoded(far))))
    return b"".join(sent), b"".join(expected)


class Bulk(threading.Thread):
    """A writer in pieces of random length."""

    def __init__(self, rng, wire, data, most=4000):
        super().__init__(daemon=True)
        self.rng, self.wire, self.data, self.most = rng, wire, data, most

    def run(self):
        at = 0
        with contextlib.suppress(OSError):
            while at < len(self.data):
                size = self.rng.choice((1, 5, self.rng.randrange(
                    1, self.most), self.most))
                self.wire.send_parts(self.data[at:at + size])
                at += size


def differ(got, expected):
    """Describe where the bytes differ first."""
    if got == expected:
        return None
    at = next((i for i, pair in enumerate(zip(got, expected))
               if pair[0] != pair[1]), min(len(got), len(expected)))
    return "at %d of %d (got %d): %r instead of %r" % (
        at, len(expected), len(got), got[at:at + 40], expected[at:at + 40])


def receive(wire, length, patience):
    """Return that many bytes, if some arrive within each @patience."""
    got = bytearray()
    with contextlib.suppress(OSError):
        while len(got) < length and select.select([wire.sock], [], [],
                                                  patience)[0]:
            data = wire.sock.recv(1 << 18)
            if not data:
                break
            got += data
    return bytes(got)


def exchange(rng, alice, bob, streams, patience=30.0, most=4000):
    """Send both at once: ((sent, expected) of alice, the same of bob). Return
    the difference, or None.
    """
    writers = [Bulk(rng, alice.sip, streams[0][0], most),
               Bulk(rng, bob.sip, streams[1][0], most)]
    results = [None, None]

    def read(index, wire):
        results[index] = receive(wire, len(streams[index][1]), patience)

    readers = [threading.Thread(target=read, args=(0, bob.sip)),
               threading.Thread(target=read, args=(1, alice.sip))]
    for thread in writers + readers:
        thread.start()
    for thread in readers:
        thread.join()
    return (differ(results[0], streams[0][1]) or
            differ(results[1], streams[1][1]))
