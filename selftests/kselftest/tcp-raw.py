#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""TCP written segment by segment, as no kernel sends it but an attacker or
another system may.  The far end is the kernel's.
"""
import contextlib
import itertools
import select
import socket
import struct
import time

from ksft import case, check, finish, topology
from sipnet import (
    LAN, OUTSIDE, PUBLIC, WAN, Counters, add_address, check_bytes, encoded,
    flush, inside, run, translated)
from siptcp import Listener

topology("nat", proto="tcp")

LONG = "192.168.1.222"
FIN, SYN, RST, PSH, ACK, URG = 1, 2, 4, 8, 16, 32
MSS, NOP, SACK_OK = b"\2\4\5\xb4", b"\1", b"\4\2"
MPTCP = bytes.fromhex("1e0c0081") + bytes(8)
FAST_OPEN = bytes.fromhex("2202")
SIGNATURE = bytes.fromhex("1312") + bytes(16)
STAMPS = struct.pack(">BBII", 8, 10, 1, 0)
PORTS = iter(range(20000, 30000))

# The kernel of the near end does not know these connections and would reset
# them; the segments of the test itself have another TTL.
run(LAN, "nft", """
table ip quiet {
	chain out {
		type filter hook output priority 0; policy accept;
		ip ttl != 65 tcp flags & rst == rst drop
	}
}
""")


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


class Segment:
    """A received TCP segment."""

    def __init__(self, packet):
        head = (packet[0] & 15) * 4
        total = struct.unpack(">H", packet[2:4])[0]
        tcp = packet[head:total]
        (self.sport, self.dport, self.seq, self.ack, offset, self.flags,
         self.window) = struct.unpack(">HHIIBBH", tcp[:16])
        self.options = tcp[20:(offset >> 4) * 4]
        self.payload = tcp[(offset >> 4) * 4:]


def sniffer(ns, port):
    """All IP packets to a namespace from this TCP source port."""
    with inside(ns):
        sock = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                             socket.IPPROTO_TCP)
    sock.settimeout(1.0)

    def receive(timeout=1.0):
        end = time.monotonic() + timeout
        while select.select([sock], [], [], max(0, end - time.monotonic()))[0]:
            segment = Segment(sock.recv(70000))
            if port in (segment.sport, segment.dport):
                return segment
        return None

    return receive


class Raw:
    """One end of a connection that no kernel knows."""

    def __init__(self, options=MSS, data=b"", isn=1000):
        self.port = next(PORTS)
        with inside(LAN):
            self.sock = socket.socket(socket.AF_INET, socket.SOCK_RAW,
                                      socket.IPPROTO_RAW)
        self.recv = sniffer(LAN, self.port)
        self.seq = isn
        self.ack = 0
        self.send(data, SYN, isn, options=options)
        answer = self.recv()
        self.answer = answer
        if answer:
            self.ack = answer.seq + 1
            self.seq = isn + 1
            self.send(b"", ACK)

    def send(self, data, flags=ACK | PSH, seq=None, ack=None, options=b"",
             window=8192):
        seq = self.seq if seq is None else seq
        ack = self.ack if ack is None else ack
        options += b"\0" * (-len(options) % 4)
        size = 20 + len(options)
        head = struct.pack(">HHIIBBHHH", self.port, 5060, seq & 0xffffffff,
                           ack & 0xffffffff if flags & ACK else 0, size << 2,
                           flags, window, 0, 0) + options
        pseudo = (socket.inet_aton(LONG) + socket.inet_aton(OUTSIDE) +
                  struct.pack(">BBH", 0, 6, size + len(data)))
        check_sum = checksum(pseudo + head + data)
        head = head[:16] + struct.pack(">H", check_sum) + head[18:]
        ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + size + len(data), 1,
                         0x4000, 65, 6, 0, socket.inet_aton(LONG),
                         socket.inet_aton(OUTSIDE))
        self.sock.sendto(ip + head + data, (OUTSIDE, 0))

    def at(self, data, start, end, **options):
        """Send bytes of the connection from an offset to self.seq on."""
        self.send(data[start:end], seq=self.seq + start, **options)

    def acked(self, seq, timeout=2.0):
        """Wait until the other end has acknowledged that byte."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            segment = self.recv(0.3)
            if segment and segment.flags & ACK and segment.ack == (
                    seq & 0xffffffff):
                return True
        return False

    def close(self):
        self.send(b"", RST)
        self.sock.close()


def options_message(serial, pad=0):
    return encoded(
        "OPTIONS sip:b@example.org SIP/2.0\r\n"
        "Via: SIP/2.0/TCP %s:5062;branch=z9hG4bK%d;rport\r\n"
        "From: <sip:a@example.org>;tag=1\r\nTo: <sip:b@example.org>\r\n"
        "Call-ID: raw-%d\r\nCSeq: 1 OPTIONS\r\nSubject: %s\r\n"
        "Contact: <sip:a@%s:5062>\r\nMax-Forwards: 70\r\n"
        "Content-Length: 0\r\n\r\n" % (LONG, serial, serial, "p" * pad, LONG))


def mapped(data):
    return translated(data, (LONG, PUBLIC))


@contextlib.contextmanager
def pair(**options):
    with Listener(WAN, OUTSIDE) as listener:
        raw = Raw(**options)
        far = listener.accept()
        try:
            yield raw, far
        finally:
            raw.close()
            far.close()
    flush()


def whole(far, data, what):
    return check_bytes(far.take(len(mapped(data)), 5.0), mapped(data), what)



add_address(LAN, LONG)

with case("SYN: no SACK, MPTCP, Fast Open; MSS, timestamps, window clamped"), \
        Listener(WAN, OUTSIDE) as listener:
    port = 20000
    see = sniffer(WAN, port)
    raw = Raw(MSS + SACK_OK + NOP + NOP + MPTCP + FAST_OPEN + STAMPS,
              data=options_message(1))
    syn = see()
    check(syn and syn.flags == SYN, "no SYN")
    check(syn and syn.payload == b"", "data on the SYN")
    check(syn and MSS in syn.options and STAMPS in syn.options,
          "MSS and timestamps: %r" % syn.options)
    for name, option in (("SACK", SACK_OK), ("MPTCP", MPTCP[:4]),
                         ("Fast Open", FAST_OPEN)):
        check(option not in syn.options, name + " stays")
    check(raw.answer and SACK_OK not in raw.answer.options, "SACK comes back")
    check(raw.answer and raw.answer.window <= 32768, "window of %d" %
          raw.answer.window)
    check(raw.answer and raw.answer.ack == 1001, "the SYN's data counts")
    far = listener.accept()
    raw.send(options_message(1))
    whole(far, options_message(1), "its data in a segment of its own")
    raw.close()
    far.close()
flush()

with case("TCP-MD5: not followed"), Listener(WAN, OUTSIDE) as listener:
    counters = Counters()
    see = sniffer(WAN, next(PORTS) + 1)
    raw = Raw(MSS + SIGNATURE + NOP + NOP + SACK_OK)
    syn = see()
    check(syn and SIGNATURE in syn.options and SACK_OK in syn.options,
          "the SYN was changed")
    counters.check(tcp_signed=1, tcp_opened=0)
    raw.close()
flush()

with case("a retransmission with other bounds"), pair() as (raw, far):
    data = options_message(1, 300) + options_message(2, 300)
    end = len(data)
    for start, stop in ((0, 200), (200, 500), (500, end), (0, 350), (150, 700),
                        (350, end), (0, end)):
        raw.at(data, start, stop)
    whole(far, data, "both")
    check(not far.more(0.1), "more comes: %r" % far.buffer[:80])
    check(raw.acked(raw.seq + end), "not acknowledged")

with case("out of order, in every permutation of four"), pair() as (raw, far):

    counters = Counters()
    for order in itertools.permutations(range(4)):
        data = options_message(sum(order[i] * 4 ** i for i in range(4)), 40)
        cuts = [0, 90, 181, 260, len(data)]
        for piece in order:
            raw.at(data, cuts[piece], cuts[piece + 1])
        if not whole(far, data, "order %s" % (order,)):
            break
        raw.seq += len(data)
    check(not far.more(0.1), "more comes")

with case("an overlap with other bytes: the first bytes count"), \
        pair() as (raw, far):
    data = options_message(1)
    evil = data.replace(b"Subject: ", b"Zubject: ")
    raw.at(data, 0, 200)
    raw.at(evil, 100, 250)
    raw.at(data, 250, len(data))
    got = far.take(len(mapped(data)))
    mixed = data[:200] + evil[200:250] + data[250:]
    check(got in (mapped(data), mapped(mixed)),
          "neither version: %r" % got)
    raw.seq += len(data)
    data = options_message(2)
    evil = data.replace(b"example.org", b"example.com")
    raw.at(evil, 60, 200)               # early
    raw.at(data, 60, 200)
    raw.at(data, 0, 60)
    raw.at(data, 200, len(data))
    expected = data[:60] + evil[60:200] + data[200:]
    check_bytes(far.take(len(mapped(expected))), mapped(expected), "early")

with case("a FIN before the bytes that precede it"), pair() as (raw, far):
    data = options_message(1)
    raw.at(data, 200, len(data), flags=ACK | PSH | FIN)
    check(not far.more(0.2), "something leaves")
    raw.at(data, 0, 200)
    raw.at(data, 200, len(data), flags=ACK | PSH | FIN)
    whole(far, data, "the message")
    check(far.ended(2.0) == "fin", "the end does not come")

with case("a FIN that is repeated"), pair() as (raw, far):
    data = options_message(1)
    raw.send(data, ACK | PSH | FIN)
    whole(far, data, "the message")
    for _ in range(3):
        raw.send(b"", ACK | FIN, seq=raw.seq + len(data))
    raw.send(data, ACK | PSH | FIN)
    check(far.ended(2.0) == "fin" and not far.buffer, "more comes")
    check(raw.acked(raw.seq + len(data) + 1), "not acknowledged")

with case("a keepalive segment of TCP, with and without a byte"), \
        pair() as (raw, far):
    data = options_message(1)
    raw.send(data)
    whole(far, data, "the message")
    raw.seq += len(data)
    check(raw.acked(raw.seq), "not acknowledged")
    for byte in (b"", b"\0"):
        raw.send(byte, ACK, seq=raw.seq - 1)
        check(raw.acked(raw.seq), "no answer to the keepalive")
    check(not far.more(0.1), "a byte of it arrives")

with case("segments outside of the window, wrong acknowledgements"), \
        pair() as (raw, far):
    counters = Counters()
    data = options_message(1)
    raw.send(data, seq=raw.seq + 10000000)
    raw.send(data, ack=raw.ack + 10000000)
    check(not far.more(0.2), "it arrives")
    raw.send(data)
    whole(far, data, "the right one")
    rose = counters.rose()
    check(rose.get("tcp-outside") == 1, "outside: %s" % rose)
    check(rose.get("tcp-ack-beyond") == 1, "beyond: %s" % rose)

with case("an RST outside of the window"), pair() as (raw, far):
    raw.send(b"", RST, seq=raw.seq + 20000000)
    data = options_message(1)
    raw.send(data)
    whole(far, data, "a message")

with case("each byte of a message as the last one of a segment, twice"), \
        pair() as (raw, far):
    data = options_message(7, 20)
    for i in range(len(data)):
        raw.at(data, max(0, i - 3), i + 1)
    whole(far, data, "the message")
    check(not far.more(0.1), "more comes")

finish()
