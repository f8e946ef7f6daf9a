#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The set-up of Documentation/ipv4-ipv6.md, run as it is written; then calls
go through it, from an IPv6-only phone to an IPv4 registrar and the reverse.

The wan has no route to the networks behind the router.
"""
import os
import re
import subprocess
import textwrap

from ksft import HERE, case, check, finish, skip_all, topology
from sipnet import (
    LAN, ROUTER, SIPIMS, WAN, Call, Phone, encoded, header, register,
    registered, uri_place)

TOPOLOGY = topology("routed64", "routed46")

FILE = os.path.join(HERE, "..", "..", "Documentation", "ipv4-ipv6.md")
HEADING = "## Set-up"
CORE = TOPOLOGY == "routed46"

if not os.access(FILE, os.R_OK):
    skip_all("%s is missing" % FILE)
with open(FILE, encoding="utf-8") as document:
    TEXT = document.read()


def blocks():
    """Return the code blocks under the heading."""
    section = TEXT.split("\n%s\n" % HEADING)[1].split("\n## ")[0]
    return [textwrap.dedent(block) for block in re.findall(
        r"^ *```\n(.*?)^ *```\n", section, re.M | re.S)]


def follow(block):
    """Run a block, which is a table for nft or shell commands."""
    tool = ["nft", "-f", "-"] if block.startswith("table ") else ["sh", "-ex"]
    path = os.path.dirname(os.path.abspath(SIPIMS)) + ":" + os.environ["PATH"]
    done = subprocess.run(["ip", "netns", "exec", ROUTER, *tool], input=block,
                          capture_output=True, text=True, check=False,
                          env={**os.environ, "PATH": path})
    check(done.returncode == 0, done.stderr)


with case("the commands of the document succeed as they are written"):
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

with case("the phone registers, and reads its own address in the response"):
    check(known[0] in TEXT, "%s does not explain %s" % (FILE, known[0]))
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
