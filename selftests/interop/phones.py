# SPDX-License-Identifier: GPL-2.0-only
"""Two kinds of real phones that a test can order about in the same words."""
import contextlib
import glob
import json
import os
import re
import socket
import subprocess
import time

from world import (ADDRESSES, PROXY_INSIDE, REGISTRAR, START, STEP, TRANSPORT,
                   VOICES, WORK, Program, check, host, inside, listening, poll,
                   tone)

TRANSPORT_PARAMETER = ";transport=tcp" if TRANSPORT == "tcp" else ""


def user_of(uri):
    return re.search(r"sip:([^@>]+)@", uri).group(1)


class Phone:
    """Base of the two kinds of phones: a name, a host, a voice and an
    account. A phone answers calls by itself.
    """

    # that of its accounts; else the proxy's address as it knows it
    DOMAIN = None

    def __init__(self, name, ns):
        self.name, self.ns = name, ns
        self.addr = host(ADDRESSES[name])
        self.proxy = host(REGISTRAR if name == "bob" else PROXY_INSIDE)
        self.domain = self.DOMAIN or self.proxy
        self.home = os.path.join(WORK, name)
        os.makedirs(self.home, exist_ok=True)
        self.says = os.path.join(self.home, "says.wav")
        tone(self.says, VOICES[name])

    def file(self, name, text):
        with open(os.path.join(self.home, name), "w",
                  encoding="utf-8") as file:
            file.write(text)

    def recording(self):
        """The file with the decoded audio of the last call"""
        return max(glob.glob(os.path.join(self.home, self.HEARD)))

    def wait(self, what, condition, timeout=STEP):
        """Wait for a condition that the phone itself reports."""
        return poll(condition, timeout) or check(
            False, "%s: %s; it says: %s" % (
                self.name, what, " ".join(self.last_words().split())))


class Baresip(Phone):
    """Ordered about over its TCP connection, by netstrings of JSON."""

    HEARD = "dump-*-dec.wav"
    CONFIG = """
sip_listen              %(addr)s:5060
audio_source            aufile,%(says)s
ausrc_srate             8000
auplay_srate            8000
rtp_ports               10000-10100
module_path             /usr/lib/baresip/modules
module                  g711.so
module                  aufile.so
module                  sndfile.so
snd_path                %(home)s
module_tmp              uuid.so
module_tmp              account.so
module_app              menu.so
module_app              ctrl_tcp.so
ctrl_tcp_listen         127.0.0.1:4444
"""

    def __init__(self, name, ns):
        super().__init__(name, ns)
        self.file("config", self.CONFIG % vars(self))
        self.file("accounts", "<sip:%s@%s%s>;auth_pass=secret;answermode=auto;"
                  'regint=600;outbound="sip:%s%s"\n' % (
                      name, self.domain, TRANSPORT_PARAMETER, self.proxy,
                      TRANSPORT_PARAMETER))
        self.file("contacts", "")
        self.program = Program(ns, name, "stdbuf", "-oL", "baresip", "-f",
                               self.home)
        self.line, self.text, self.seen = None, b"", []
        self.wait("does not listen", lambda: listening(ns, 4444, "tcp"),
                  START)
        with inside(ns):
            self.line = socket.create_connection(("127.0.0.1", 4444))
        self.line.setblocking(False)

    def order(self, command, params=""):
        order = json.dumps({"command": command, "params": params})
        self.line.send(b"%d:%s," % (len(order), order.encode()))

    def events(self):
        """The events so far, without the answers to orders."""
        with contextlib.suppress(BlockingIOError, AttributeError):
            while more := self.line.recv(65536):
                self.text += more
        while b":" in self.text:
            length, _, rest = self.text.partition(b":")
            if len(rest) <= int(length):
                break
            self.text = rest[int(length) + 1:]
            event = json.loads(rest[:int(length)])
            if event.get("event"):
                self.seen.append(event)
        return self.seen

    def last_words(self):
        return "%s; %s" % (
            [(event["type"], event.get("param")) for event in
             self.events()[-3:]], self.program.printed()[-200:])

    def registered(self):
        return self.wait("does not register",
                         lambda: "1 binding" in self.program.printed())

    def talking_to(self):
        """Return the peers of its calls."""
        peers = {}
        for event in self.events():
            if event["type"] == "CALL_ESTABLISHED":
                peers[event["id"]] = user_of(event["peeruri"])
            elif event["type"] == "CALL_CLOSED":
                peers.pop(event["id"], None)
        return sorted(peers.values())

    def dial(self, who):
        self.order("dial", "sip:%s@%s" % (who, self.domain))

    def hangup(self):
        self.order("hangup")

    def hold(self):
        self.order("hold")

    def resume(self):
        self.order("resume")

    def transfer(self, who):
        self.order("transfer", "sip:%s@%s" % (who, self.domain))


class Linphone(Phone):
    """The console version, ordered about over its standard input. It has no
    sound card; it plays and records files.
    """

    HEARD = "heard.wav"
    SUPPORTED = "replaces, outbound, gruu"
    CONFIG = """
[sip]
sip_port=5060
sip_tcp_port=0
sip_tls_port=0
use_ipv6=%(six)d
ipv6_migration_done=1
default_proxy=0
supported=%(supported)s

[proxy_0]
reg_proxy=sip:%(registrar)s
reg_route=sip:%(registrar)s;lr
reg_identity=sip:%(name)s@%(domain)s
reg_expires=600
reg_sendregister=1
publish=0

[auth_info_0]
username=%(name)s
passwd=secret
realm=%(domain)s

[rtp]
audio_rtp_port=12000-12100
"""
    # The voices are recognised in PCMU.
    NOT_SPOKEN = ["opus/48000/2", "speex/8000/1", "speex/16000/1",
                  "speex/32000/1", "PCMA/8000/1", "G729/8000/1"]
    CALL = re.compile(r"Call (\d+) with (\S+) (connected|ended|error)")

    def __init__(self, name, ns):
        super().__init__(name, ns)
        self.file("rc", self.CONFIG % {
            "registrar": self.proxy, "domain": self.domain, "name": name,
            "six": ":" in self.addr,
            "supported": self.SUPPORTED} + "".join(
            self.codec(number, codec, codec == "PCMU/8000/1")
            for number, codec in
            enumerate(["PCMU/8000/1"] + self.NOT_SPOKEN)))
        # without a place for its database it does not start in full
        os.makedirs(os.path.join(self.home, ".local/share/linphone"),
                    exist_ok=True)
        self.program = Program(
            ns, name, "linphonec", "-a", "-c", os.path.join(self.home, "rc"),
            stdin=subprocess.PIPE, env={**os.environ, "HOME": self.home})
        self.wait("does not start",
                  lambda: "linphonec>" in self.program.printed(), START)
        self.order("soundcard use files")
        self.order("play " + self.says)
        self.order("record " + os.path.join(self.home, self.HEARD))

    @staticmethod
    def codec(number, codec, enabled):
        return "\n[audio_codec_%d]\nmime=%s\nrate=%s\nchannels=%s\n" \
            "enabled=%d\n" % (number, *codec.split("/"), enabled)

    def order(self, command):
        self.program.process.stdin.write(command.encode() + b"\n")
        self.program.process.stdin.flush()

    def last_words(self):
        return self.program.printed()[-300:]

    def registered(self):
        def shown():
            self.order("status register")
            time.sleep(0.5)
            return "registered, identity" in self.program.printed()
        return self.wait("does not register", shown)

    def calls(self):
        """{number: with whom}"""
        peers = {}
        for call, peer, state in self.CALL.findall(self.program.printed()):
            if state == "connected":
                peers[call] = user_of(peer)
            else:
                peers.pop(call, None)
        return peers

    def talking_to(self):
        return sorted(self.calls().values())

    def dial(self, who):
        self.order("call sip:%s@%s" % (who, self.domain))

    def hangup(self):
        self.order("terminate all")

    def hold(self):
        self.order("pause")

    def resume(self):
        self.order("resume")

    def transfer(self, who):
        self.order("transfer sip:%s@%s" % (who, self.domain))

    def connect(self, one, other):
        """Connects two whom it has calls with: an attended transfer."""
        numbers = {peer: number for number, peer in self.calls().items()}
        self.order("transfer %s --to-call %s" % (
            numbers[one], numbers[other]))


class PlainLinphone(Linphone):
    """Without GRUU its Contact is its own address."""

    SUPPORTED = "replaces"
