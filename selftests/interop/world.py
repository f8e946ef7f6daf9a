# SPDX-License-Identifier: GPL-2.0-only
"""Base of the interoperation tests: programs, the audio that they hear, the
captured packets.

lib.sh builds the network and hands over its namespaces.
"""
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "kselftest"))
# pylint: disable=wrong-import-position,unused-import
import sipnet
from ksft import case, check, finish
from sipnet import (LAN, ROUTER, WAN, STOCK, Phone, Socket, calls, flows,
                    header, host, inside, register, registered, run, uri_place)

# The side that has IPv6 only, lan or wan; empty: both have IPv4.
SIX = os.environ.get("SIX") or ""
LAN2, PROXY, CORE = (os.environ[name] for name in ("lan2", "proxy", "core"))
WORK = os.environ["WORK_DIR"]
HELPER = os.environ.get("HELPER") or "sip-ims"
TRANSPORT = os.environ.get("TRANSPORT") or "udp"
# The registrar and proxy; in IMS, the P-CSCF
REGISTRAR, SCSCF = "203.0.113.2", "203.0.113.4"
ADDRESSES = {"alice": "192.168.1.2", "bob": "203.0.113.3",
             "carol": "192.168.1.3"}
# The address of the registrar for the phones inside
PROXY_INSIDE = REGISTRAR
if SIX == "lan":
    ADDRESSES.update(alice="2001:db8:1::2", carol="2001:db8:1::3")
    PROXY_INSIDE = "64:ff9b::cb00:7102"
elif SIX == "wan":
    ADDRESSES.update(bob="2001:db8:2::3")
    REGISTRAR, PROXY_INSIDE = "2001:db8:2::2", "192.0.2.100"
# Seconds that a program may take until it has started: the guest is emulated.
START = 60
# Seconds for one step of a call; with a broken one all of it is waited for.
STEP = float(os.environ.get("STEP") or (8 if STOCK else 20))


def poll(condition, timeout=STEP):
    """sipnet's, but it leaves the processor to the phones meanwhile."""
    return sipnet.poll(lambda: condition() or time.sleep(0.05), timeout)


# ---- programs --------------------------------------------------------------

class Program:
    """A program in a namespace; what it prints is kept in a file."""

    everyone = []

    def __init__(self, ns, name, *command, **args):
        self.log = os.path.join(WORK, name + ".log")
        with inside(ns), open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT,
                **{"stdin": subprocess.DEVNULL, "cwd": WORK, **args})
        Program.everyone.append(self)

    def printed(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def alive(self):
        return self.process.poll() is None

    def status(self, timeout):
        """The exit status, or None if it does not end by itself."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return None

    def end(self):
        """A program which does not care for SIGTERM would unregister for
        half a minute when its network is gone.
        """
        if self.alive():
            self.process.send_signal(signal.SIGTERM)
            if self.status(1) is None:
                self.process.kill()
                self.process.wait()


def end_programs():
    while Program.everyone:
        Program.everyone.pop().end()


def listening(ns, port, kind="udp"):
    flag = "-Hlnu" if kind == "udp" else "-Hlnt"
    return bool(run(ns, "ss", flag, "sport = :%d" % port))


def kamailio(ns, name, config, *defines):
    """A SIP server; returns when it listens."""
    home = os.path.join(WORK, name)
    os.mkdir(home)
    program = Program(ns, name, "kamailio", "-DD", "-E", "-m", "16", "-M", "4",
                      "-Y", home, "-w", home, "-f",
                      os.path.join(HERE, config), *defines)
    if not poll(lambda: listening(ns, 5060, TRANSPORT) or
                not program.alive(), START) \
            or not program.alive():
        print("Bail out! %s does not start: %s" % (
            name, program.printed().replace("\n", "\n# ")))
        sys.exit(1)


SO_RCVBUFFORCE = 33     # beyond the limit of other programs


# ---- sound -----------------------------------------------------------------

# The period of the tone of each phone, in samples: each packet of PCMU shows
# whose voice it carries.
VOICES = {"alice": 16, "bob": 20, "carol": 25}
RATE = 8000


def tone(path, period, seconds=20):
    """A square wave keeps its period whatever a phone does to its level."""
    high, low = struct.pack("<h", 6000), struct.pack("<h", -6000)
    half = period // 2
    wave = (high * half + low * (period - half)) * (RATE * seconds // period)
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + len(wave)) + b"WAVEfmt " +
                   struct.pack("<IHHIIHH", 16, 1, 1, RATE, 2 * RATE, 2, 16) +
                   b"data" + struct.pack("<I", len(wave)) + wave)


def play_file(path, period, packets):
    """RTP for sipp to play, which takes its payload and its times; a square
    wave in PCMU.
    """
    half = period // 2
    wave = (b"\x90" * half + b"\x10" * (period - half)) * 20
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for number in range(packets):
            start = number * 160 % period
            rtp = struct.pack(">BBHII", 0x80, 0, number, number * 160, 1) + \
                wave[start:start + 160]
            udp = struct.pack(">HHHH", 4000, 4000, 8 + len(rtp), 0) + rtp
            ip = struct.pack(">BBHIBBH4s4s", 0x45, 0, 20 + len(udp), 0, 64,
                             17, 0, b"\x0a\0\0\1", b"\x0a\0\0\2") + udp
            frame = bytes(12) + b"\x08\x00" + ip
            file.write(struct.pack("<IIII", number * 20000 // 1000000,
                                   number * 20000 % 1000000, len(frame),
                                   len(frame)) + frame)


SIGNS = bytes(byte >> 7 for byte in range(256))


def voice(payload):
    """Return the phone, of VOICES, whose voice a PCMU payload is, or None."""
    signs = payload.translate(SIGNS)
    if len(signs) < 80 or signs.count(0) in (0, len(signs)):
        return None
    for name, period in VOICES.items():
        unlike = int.from_bytes(signs[period:], "big") ^ \
            int.from_bytes(signs[:-period], "big")
        if bin(unlike).count("1") * 10 < len(signs):
            return name
    return None


class Ears(threading.Thread):
    """Listens at the interfaces of hosts to the RTP that arrives there."""

    OUTGOING = 4    # PACKET_OUTGOING

    def __init__(self, **hosts):
        super().__init__(daemon=True)
        self.heard = {name: [] for name in hosts}   # (time, voice, port)
        self.sockets = {}
        for name, ns in hosts.items():
            kind = 0x86dd if ":" in ADDRESSES[name] else 0x0800
            with inside(ns):
                sock = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                                     socket.htons(kind))
            sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22)
            self.sockets[sock] = name
        self.start()

    def run(self):
        while True:
            for sock in select.select(list(self.sockets), [], [])[0]:
                data, place = sock.recvfrom(2048)
                if place[2] != self.OUTGOING and place[0] == "eth0":
                    self.packet(self.sockets[sock], data)

    def packet(self, name, data):
        """RTP is version 2, and not RTCP (RFC 5761 section 4)."""
        six = data[0] >> 4 == 6
        head = 40 if six else (data[0] & 15) * 4
        if data[6 if six else 9] != 17 or len(data) < head + 20:
            return
        rtp = data[head + 8:]
        if rtp[0] >> 6 == 2 and not 192 <= rtp[1] <= 223:
            self.heard[name].append((
                time.monotonic(), voice(rtp[12:]),
                int.from_bytes(data[head + 2:head + 4], "big")))

    @staticmethod
    def now():
        return time.monotonic()

    def count(self, name, who, since):
        """Count the packets with the voice @who that a phone heard."""
        count = 0
        for when, whose, _ in reversed(self.heard[name]):
            if when < since:
                break
            count += whose == who
        return count

    def hear_each_other(self, one, other, packets=30):
        """Waits until both have heard that much of each other from now."""
        def counts():
            return (self.count(one, other, now), self.count(other, one, now))
        now = time.monotonic()
        poll(lambda: min(counts()) >= packets)
        for ear, voice_of, count in zip((one, other), (other, one), counts()):
            check(count >= packets, "%s hears %d packets of %s" % (
                ear, count, voice_of))

    def deaf(self, name, seconds=1.0):
        """Waits for a while in which that phone hears no voice."""
        def silent():
            now = time.monotonic()
            return now - start > seconds and not any(
                self.count(name, who, now - seconds) for who in VOICES)
        start = time.monotonic()
        return check(poll(silent), "%s still hears somebody" % name)


# ---- the wire --------------------------------------------------------------

class Capture:
    """SIP on a device, fragments included."""

    # by TCP a proxy also connects to the ports that phones registered
    FILTER = ("tcp" if TRANSPORT == "tcp" else "udp port 5060") + \
        " or (ip[6:2] & 0x1fff != 0)"

    # each packet as it comes
    AT_ONCE = ("-U", "--immediate-mode")
    # KiB of packets that wait for a processor
    ROOMY = ("-B", "32768")

    def __init__(self, ns, device, name, what=FILTER, how=AT_ONCE):
        self.path = os.path.join(WORK, name + ".pcap")
        self.program = Program(ns, name + ".tcpdump", "tcpdump", "-n", *how,
                               "-i", device, "-w", self.path, what)
        check(poll(lambda: "listening on" in self.program.printed()),
              "tcpdump: " + self.program.printed())

    def fields(self, display, *names):
        """Rows of fields of the packets which a display filter takes."""
        command = ["tshark", "-n", "-r", self.path, "-Y", display, "-T",
                   "fields", "-E", "separator=/t"]
        for name in ("ip", "udp", "tcp"):
            command += ["-o", name + ".check_checksum:TRUE"]
        for name in names:
            command += ["-e", name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.DEVNULL, check=True,
                              errors="replace")
        return done.stdout.splitlines()

    def end(self):
        self.program.end()


MALFORMED = "_ws.malformed || _ws.expert.severity == error"


def check_wan(capture, but=""):
    """Check with an independent parser that no message that left the router
    has a private address or is malformed. but: a display filter for
    messages which may have one.
    """
    capture.end()
    bad = MALFORMED
    if HELPER != "none":
        bad += ' || (frame contains "192.168." && !(%s))' % (
            but or "frame.number == 0")
    rows = capture.fields("sip && (%s)" % bad, "frame.number", "ip.src",
                          "sip.Request-Line",
                          "sip.Status-Line", "_ws.expert.message")
    for row in rows[:4]:
        check(False, row)
    check(os.path.getsize(capture.path) > 1000, "nothing was captured")


class Links:
    """Everything on the router's links, between the families."""

    # Protocols whose packets must not be malformed, and whose checksums have
    # a status; tshark's values
    SPOKEN = {"sip", "sdp", "rtp", "rtcp"}
    SUMS = tuple(name + ".checksum.status" for name in (
        "ip", "udp", "tcp", "icmp", "icmpv6"))
    ERROR, BAD, GOOD = "8388608", "0", "1"
    FIELDS = ("frame.number", "frame.protocols", "_ws.malformed",
              "_ws.expert.severity", "_ws.expert.message",
              "tcp.checksum.ffff", "sip.Request-Line", "sip.Status-Line",
              "udp.payload", "tcp.payload") + SUMS
    # Text that is an address only for its author: CNAME (RFC 3550 section
    # 6.5.1), and the registrar's GRUUs (RFC 5627 section 3.2)
    OPAQUE = re.compile(rb'(?m)^a=ssrc:.*$|sip:[^\s>"]*;gr(?![a-z])[^\s>"]*')

    def __init__(self):
        self.captures = {name: Capture(ROUTER, name + "0", name, "",
                                       Capture.ROOMY)
                         for name in ("lan", "wan", "trgw")}
        self.packets = {}

    def end(self):
        """One look at each: to start tshark takes longer than to read."""
        for name, capture in self.captures.items():
            capture.end()
            self.packets[name] = [
                dict(zip(self.FIELDS, row.split("\t")))
                for row in capture.fields("frame", *self.FIELDS)]

    def check_none(self, bad):
        """No packet on any link is like that."""
        for name, packets in self.packets.items():
            for packet in [packet for packet in packets if bad(packet)][:3]:
                check(False, "%s: %s" % (name, {
                    field: value for field, value in packet.items()
                    if value and "payload" not in field}))

    def spoken(self, packet):
        """Return the protocols of the packet that must not be malformed."""
        return self.SPOKEN.intersection(packet["frame.protocols"].split(":"))

    def check_form(self):
        """Nothing is malformed, and there was something to see of each."""
        self.check_none(lambda packet: self.spoken(packet) and (
            packet["_ws.malformed"] or
            self.ERROR in packet["_ws.expert.severity"].split(",")))
        for name, packets in self.packets.items():
            spoken = set().union(*map(self.spoken, packets))
            check(spoken >= {"sip", "sdp", "rtp"}, "%s: only %s" % (
                name, spoken))

    def check_sums(self):
        """They are right, and were looked at. In ones' complement 0xffff is 0,
        and what skb_checksum_help() writes for TCP, too.
        """
        def sums(packet):
            return [status for name in self.SUMS
                    for status in packet[name].split(",")]
        self.check_none(lambda packet: self.BAD in sums(packet) and
                        not packet["tcp.checksum.ffff"])
        for name, packets in self.packets.items():
            good = sum(packet["udp.checksum.status"] == self.GOOD
                       for packet in packets)
            check(good > 100, "%s: %d good checksums" % (name, good))

    def messages(self, name):
        """Yield the SIP messages on a link."""
        for packet in self.packets[name]:
            if "sip" in self.spoken(packet):
                yield self.OPAQUE.sub(b"", bytes.fromhex(
                    packet["udp.payload"] or packet["tcp.payload"]))

    def check_families(self):
        """Check that messages on a link have only addresses of its family."""
        four, six = ("lan", "wan") if SIX == "wan" else ("wan", "lan")
        words = {four: rb"IN IP6|2001:db8:|64:ff9b",
                 six: rb"IN IP4|203\.0\.113\.|192\.168\.1\.|192\.0\.2\."}
        for name, foreign in words.items():
            for message in self.messages(name):
                found = re.search(rb".*(?:%s).*" % foreign, message)
                if found:
                    check(False, "%s: %s in %s" % (
                        name, found.group(), message.split(b"\r")[0]))
                    break


def check_links(links):
    """Check the packets on the router's links with tshark."""
    links.end()
    with case("each side reads of its own family only"):
        links.check_families()
    with case("no SIP, SDP or RTP is malformed"):
        links.check_form()
    with case("no checksum is wrong"):
        links.check_sums()


def let_in():
    """Return the media flows that the helper admitted or expected. A packet
    to the previous audio address of a peer is an ordinary flow outward.
    """
    families = ("ipv4", "ipv6") if SIX else ("ipv4",)
    return [flow for family in families for flow in
            flows("-p", "udp", "-u", "EXPECTED", "-f", family)
            if "port=5060 " not in flow]


def nothing_left():
    """Calls end without leaving anything in the router."""
    if HELPER != "none":
        poll(lambda: calls()[0] == 0 and not let_in(), 12)
        check(calls()[0] == 0, "%d calls are left" % calls()[0])
        check(not let_in(), "flows are left: %s" % let_in()[:3])
