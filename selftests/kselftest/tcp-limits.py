#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The bytes that a TCP connection may have pending, at the limit and past it,
and connections that end with pending bytes.
"""
import contextlib
import random
import socket
import struct

from family import IP_SIZE, inet, wire
from ksft import case, check, finish, topology
from sipnet import (
    INSIDE, LAN, OUTSIDE, PUBLIC, ROUTER, WAN, Counters, check_bytes,
    encoded, flush, inside, poll, run, setting, sipims, translated)
from siptcp import (
    Listener, TcpPhone, Wire, add_lan, connect, exchange, made, quick,
    texts)

topology("nat", proto="tcp")

LONG = "192.168.1.222"
MANY = 100

quick()
add_lan(LONG, "192.168.1.1")


def held():
    return sipims("-S")["tcp-memory"]


def streams():
    return sipims("-S")["tcp-connections"]


def message(wire_end, body):
    """Return a message with a body, and its bytes at the other side."""
    phone = TcpPhone(LAN, wire_end, "alice")
    data = encoded(phone.request("MESSAGE", "sip:b@example.org", "limits", 1,
                                 "t", body=body, kind="text/plain"))
    return wire(data), wire(translated(data, (phone.addr, PUBLIC)))


def opened(listener):
    """Return both ends of a connection, or None when it fails."""
    sock = made(LAN, INSIDE)
    sock.settimeout(0.3)
    try:
        sock.connect((inet(OUTSIDE), 5060))
    except OSError:
        sock.close()
        return None
    return Wire(sock), listener.accept()


def close(*ends):
    for end in ends:
        end.close()


with case("the memory limit: at it no more bytes are kept, below it all are"), \
        setting(tcp_memory=64), Listener(WAN, OUTSIDE) as listener:
    counters = Counters()
    pairs = []
    first = connect(LAN, INSIDE, listener)
    data, expected = message(first[0], "x" * 100)
    first[0].send_parts(data[:50])
    while len(pairs) < MANY and not counters.rose().get("tcp-limit"):
        ends = opened(listener)
        if not ends:
            break
        pairs.append(ends)
        ends[0].send_parts(message(ends[0], "y" * 3000)[0][:-1])
        check(held() <= 64 << 10, "%d bytes are held" % held())
    check(3 < len(pairs) < MANY, "%d connections held 3 kB" % len(pairs))
    check(poll(lambda: counters.rose().get("tcp-limit")), "not counted")
    for ends in pairs:
        close(*ends)
    # the sender retransmits the bytes that were refused
    first[0].send_parts(data[50:])
    check_bytes(first[1].take(len(expected)), expected, "the first one")
    close(*first)
    flush()
    check(poll(lambda: not held()), "%d bytes remain" % held())
    ends = connect(LAN, INSIDE, listener)
    data, expected = message(ends[0], "z" * 8000)
    ends[0].send_parts(data)
    check_bytes(ends[1].take(len(expected)), expected, "afterwards")
    close(*ends)
flush()

with case("one source has half of the memory, another the rest"), \
        setting(tcp_memory=64), Listener(WAN, OUTSIDE) as listener:
    counters = Counters()
    pairs = []
    while len(pairs) < MANY and not counters.rose().get("tcp-limit"):
        ends = opened(listener)
        if not ends:
            break
        pairs.append(ends)
        ends[0].send_parts(message(ends[0], "y" * 3000)[0][:-1])
        check(held() <= 32 << 10, "%d bytes are held" % held())
    other = connect(LAN, LONG, listener)
    data, expected = message(other[0], "z" * 8000)
    other[0].send_parts(data[:-1])
    other[0].send_parts(data[-1:])
    check_bytes(other[1].take(len(expected), 2.0), expected, "the other's")
    for ends in pairs + [other]:
        close(*ends)
flush()

with case("each zone has memory of its own"):
    sipims("set", "--zone", "7", "tcp-memory=64")
    values = {entry["zone"]: entry["tcp-memory"]
              for entry in sipims("get", "--zone", "7")["settings"]}
    check(values == {7: 64}, values)

for name, way in (("out", 0), ("in", 1)):
    with case("%d connections with half a message, %s" % (MANY, name)), \
            Listener(WAN, OUTSIDE) as listener:
        pairs = [connect(LAN, LONG, listener) for _ in range(MANY)]
        todo = []
        for near, far in pairs:
            sender, receiver = (near, far) if not way else (far, near)
            data, expected = message(near, "x" * 500)
            if way:
                data = expected = wire(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP "
                                       b"a.example.org\r\nFrom: <sip:a@b>;tag=1"
                                       b"\r\nTo: <sip:a@b>;tag=2\r\nCall-ID: q"
                                       b"\r\nCSeq: 1 MESSAGE\r\nContent-Length:"
                                       b" 3\r\n\r\nabc")
            sender.send_parts(data[:-1])
            todo.append((sender, receiver, data, expected))
        check(poll(lambda: streams() == MANY), "%d streams" % streams())
        check(held() > MANY * 100, "only %d bytes held" % held())
        check(not any(receiver.more(0) for _, receiver, _, _ in todo),
              "half a message leaves")
        for sender, _, data, _ in todo:
            sender.send_parts(data[-1:])
        for _, receiver, _, expected in todo:
            if not check_bytes(receiver.take(len(expected)), expected, name):
                break
        for ends in pairs:
            close(*ends)
    flush()
    check(poll(lambda: not held()), "%d bytes remain" % held())

with case("RST with pending bytes: the other end is reset, no byte leaks"), \
        Listener(WAN, OUTSIDE) as listener:
    for first in (False, True):
        near, far = connect(LAN, LONG, listener)
        data, expected = message(near, "x" * 500)
        if first:
            near.send_parts(data)
            check_bytes(far.take(len(expected)), expected, "before")
        near.send_parts(data[:-1])
        poll(lambda: held() > 500)
        near.abort()
        check(far.ended(2.0) == "reset", "no RST arrives")
        check(not far.buffer, "leaks")
        far.close()
flush()

with case("RST of the receiver with pending bytes"), \
        Listener(WAN, OUTSIDE) as listener:
    near, far = connect(LAN, LONG, listener)
    data, expected = message(near, "x" * 500)
    near.send_parts(data)
    check_bytes(far.take(len(expected)), expected, "before")
    near.send_parts(data[:-1])
    poll(lambda: held() > 500)
    far.abort()
    check(near.ended(3.0) == "reset", "no RST arrives")
    near.close()
flush()

with case("FIN of both, one after the other, with messages in between"), \
        Listener(WAN, OUTSIDE) as listener:
    near, far = connect(LAN, LONG, listener)
    data, expected = message(near, "x" * 500)
    near.send_parts(data)
    near.sock.shutdown(socket.SHUT_WR)
    check_bytes(far.take(len(expected)), expected, "the last message")
    check(far.ended(2.0) == "fin", "the end")
    answer = wire(b"SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP a.example.org\r\n"
                  b"From: <sip:a@b>;tag=1\r\nTo: <sip:a@b>;tag=2\r\n"
                  b"Call-ID: q\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n"
                  b"\r\n")
    far.send_parts(answer)
    check_bytes(near.take(len(answer)), answer, "half open")
    far.sock.shutdown(socket.SHUT_WR)
    check(near.ended(2.0) == "fin", "the other end")
    close(near, far)
flush()

with case("urgent data is counted and dropped"), \
        Listener(WAN, OUTSIDE) as listener:
    counters = Counters()
    near, far = connect(LAN, LONG, listener)
    data, expected = message(near, "x" * 50)
    near.send_parts(data)
    check_bytes(far.take(len(expected)), expected, "before")
    near.sock.send(data[:100], socket.MSG_OOB)
    check(poll(lambda: counters.rose().get("tcp-urgent")), "not counted")
    check(not far.more(0.2), "it leaves")
    near.abort()
    far.close()
flush()

with case("a receiver with a tiny window that reads slowly"), \
        Listener(WAN, OUTSIDE, SO_RCVBUF=2304) as listener:
    near, far = connect(LAN, LONG, listener)
    rng = random.Random(1)
    phone = TcpPhone(LAN, near, "alice")
    sent, expected = texts(rng, phone, (OUTSIDE, 5060), LONG, PUBLIC, 60, 6000)
    near.sock.settimeout(30)
    got = b""
    near.sock.setblocking(False)
    left = sent
    while len(got) < len(expected):
        with contextlib.suppress(BlockingIOError):
            left = left[near.sock.send(left):] if left else left
        part = far.take(701, 5.0)
        got += part
        if not part:
            break
    check(got == expected, "%d of %d bytes" % (len(got), len(expected)))
    close(near, far)
flush()


@contextlib.contextmanager
def sniffed(ns, sizes):
    """The lengths of the IP packets that arrive, without TSO and GRO."""
    run(ROUTER, "ethtool", "-K", "wan0", "tso", "off", "gso", "off")
    run(ns, "ethtool", "-K", "eth0", "gro", "off")
    with inside(ns):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        sock.bind(("eth0", 3))
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 24)
    try:
        yield
        sock.settimeout(0.1)
        with contextlib.suppress(OSError):
            while True:
                data, place = sock.recvfrom(70000)
                if place[2] != socket.PACKET_OUTGOING:
                    sizes.append((len(data), data))
    finally:
        sock.close()
        run(ROUTER, "ethtool", "-K", "wan0", "tso", "on", "gso", "on")


def fragment(data):
    return IP_SIZE == 20 and struct.unpack(">H", data[6:8])[0] & 0x3fff


with case("writes of 64 kB: no packet is larger than the MTU or a fragment"), \
        Listener(WAN, OUTSIDE) as listener:
    for mss in (None, 536):
        near, far = connect(LAN, LONG, listener)
        if mss:
            far.close()
            near.close()
            with Listener(WAN, OUTSIDE, 5061, TCP_MAXSEG=mss):
                pass
            near, far = connect(LAN, LONG, listener, TCP_MAXSEG=mss)
        phone = TcpPhone(LAN, near, "alice")
        sizes = []
        with sniffed(WAN, sizes):
            check(not exchange(
                random.Random(2), phone, TcpPhone(WAN, far, "bob"),
                (texts(random.Random(3), phone, (OUTSIDE, 5060), LONG, PUBLIC,
                       200, 20000), (b"", b"")), most=65000), "not the same")
        check(sizes and max(size for size, _ in sizes) <= 1500,
              "a packet of %d bytes" % max(size for size, _ in sizes))
        check(not any(fragment(data) for _, data in sizes), "a fragment")
        close(near, far)
flush()

with case("a message over the limit passes or is reset as a whole"), \
        Listener(WAN, OUTSIDE) as listener:
    counters = Counters()
    near, far = connect(LAN, LONG, listener)
    data, _ = message(near, "x" * 66000)
    near.sock.settimeout(5)
    near.send_parts(data)
    got = far.take(len(data))
    check(got == data, "%d of %d bytes" % (len(got), len(data)))
    check(counters.rose().get("malformed-too-long"), "not counted")
    close(near, far)
flush()

finish()
