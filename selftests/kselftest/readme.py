# SPDX-License-Identifier: GPL-2.0-only
"""The lines of README.md on a router, and what they are for."""
import os
import re
import subprocess
import sys
import textwrap

from sipnet import (
    LAN, ROUTER, SIPIMS, WAN, Call, Phone, case, check, encoded, finish, header,
    register, registered, uri_place)

CORE = sys.argv[1:] == ["core"]


def blocks():
    """What is to be typed under the heading, block by block."""
    with open(os.environ["readme"], encoding="utf-8") as file:
        section = file.read().split("\n## IPv4 and IPv6\n")[1].split("\n## ")[0]
    return [textwrap.dedent(block) for block in re.findall(
        r"^ *```\n(.*?)^ *```\n", section, re.M | re.S)]


def follow(block):
    """A table for nft, or commands of a shell."""
    tool = ["nft", "-f", "-"] if block.startswith("table ") else ["sh", "-ex"]
    path = os.path.dirname(os.path.abspath(SIPIMS)) + ":" + os.environ["PATH"]
    done = subprocess.run(["ip", "netns", "exec", ROUTER, *tool], input=block,
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "PATH": path})
    check(done.returncode == 0, done.stderr)


with case("what README.md says can be done as it stands"):
    for text in blocks():
        follow(text)

if CORE:
    PHONE, SERVER = "192.168.1.2", "2001:db8:2::2"
    known = ("192.0.2.200", 5060)
else:
    PHONE, SERVER = "2001:db8:1::2", "203.0.113.2"
    known = ("64:ff9b::cb00:7102", 5060)
phone = Phone(LAN, PHONE, "phone")
server = Phone(WAN, SERVER, "server", media=6000)

with case("the phone registers, and reads its own address in the answer"):
    with open(os.environ["readme"], encoding="utf-8") as readme:
        check(known[0] in readme.read(), "who %s is, README.md does not say" % known[0])
    got = register(phone, server, to=known)
    check(PHONE.encode() not in encoded(got), got)
    contact = uri_place(header(got, "Contact")[0])
    got = registered(server, phone, got)
    check(PHONE.encode() in encoded(got), got)

with case("a call out has audio both ways"):
    call = Call(phone, server, known).start()
    call.check_audio()
    call.bye()

with case("a call in has audio both ways"):
    call = Call(server, phone, contact).start()
    call.check_audio()
    call.bye()

finish()
