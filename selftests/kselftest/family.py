# SPDX-License-Identifier: GPL-2.0-only
"""IPv4 or IPv6 on the wire; a test is written once, in IPv4.

With FAMILY=6 each IPv4 address stands for the IPv6 address that contains it,
and each network for the network that contains it: 192.168.1.0/24 for
2001:db8::c0a8:100/120. sipnet.py translates the messages that a test sends and
receives, byte by byte: an address has brackets in the header part, except in
received= (RFC 3261 section 25.1), and none in a body. Other notations are not
translated back, so that a helper that writes them is found out.

A test of both families writes IPv6 addresses itself and needs no FAMILY; those
are not translated.
"""
import ipaddress
import os
import re
import socket

SIX = os.environ.get("FAMILY") == "6"
# the family as Python, nft and ip name it
IP = "ip6" if SIX else "ip"
PREFIX = "/120" if SIX else "/24"
IP_SIZE = 40 if SIX else 20

SPECIAL = {"0.0.0.0": "::", "127.0.0.1": "::1"}
FOUR = re.compile(rb"(?<![\w.:\[-])(?:\d{1,3}\.){3}\d{1,3}(?![\w.-])")
SIX_TEXT = (rb"(?:2001:db8::[0-9a-f]{1,4}:[0-9a-f]{1,4}|"
            rb"ff0e::[0-9a-f]{1,4}:[0-9a-f]{1,4}|::1|::)")
SIX_HEAD = re.compile(rb"(?<=received=)(" + SIX_TEXT + rb")(?![\w:.\]])|\[(" +
                      SIX_TEXT + rb")\]")
SIX_BODY = re.compile(rb"(?<![\w:.\[])" + SIX_TEXT + rb"(?![\w:.\]])")
LENGTH = re.compile(rb"^((?:content-length|l)[ \t]*:[ \t]*)(\d+)", re.I | re.M)
EMPTY_LINE = re.compile(rb"\r?\n\r?\n")


def inet(addr):
    """Return the address on the wire."""
    if not SIX or ":" in addr:
        return addr
    if addr in SPECIAL:
        return SPECIAL[addr]
    number = int(ipaddress.IPv4Address(addr))
    prefix = "ff0e" if number >> 28 == 14 else "2001:db8"
    return "%s::%x:%x" % (prefix, number >> 16, number & 0xffff)


def uninet(addr):
    """Return the IPv4 address that one on the wire stands for, or itself."""
    if not SIX or not SIX_BODY.fullmatch(addr.encode()):
        return addr
    for four, six in SPECIAL.items():
        if addr == six:
            return four
    return str(ipaddress.IPv4Address(
        int(ipaddress.IPv6Address(addr)) & 0xffffffff))


def version(addr):
    """Return 4 or 6."""
    return 6 if ":" in addr else 4


def host(addr):
    """Return an address as a URI has it."""
    return "[%s]" % addr if version(addr) == 6 else addr


def af(addr):
    """Return the address family of sockets for it."""
    return socket.AF_INET6 if version(inet(addr)) == 6 else socket.AF_INET


def to_six(match):
    try:
        return inet(match.group().decode()).encode()
    except ValueError:
        return match.group()


def bracketed(match):
    six = to_six(match)
    if match.string[:match.start()].endswith(b"received="):
        return six
    return b"[" + six + b"]"


def parts(data):
    """Return the header part with the empty line, and the body."""
    end = EMPTY_LINE.search(data)
    end = end.end() if end else len(data)
    return data[:end], data[end:]


def resized(head, grown):
    return LENGTH.sub(lambda match: match.group(1) + str(
        int(match.group(2)) + grown).encode(), head)


def multipart(body, change):
    """Change each part of a multipart body like a message."""
    pieces = re.split(rb"((?:^|\r\n)--[^\r\n]*\r\n)", body)
    return b"".join(pieces[:1] + [piece if number % 2 == 0 else change(piece)
                                  for number, piece in enumerate(pieces[1:])])


def wire(data):
    """Translate an IPv4 message to what is sent."""
    if not SIX:
        return data
    head, body = parts(data)
    head = FOUR.sub(bracketed, head)
    if body.startswith(b"--"):
        new = multipart(body, wire)
        return resized(head, len(new) - len(body)) + new
    new = re.sub(rb"\bIP4 (?=" + FOUR.pattern[FOUR.pattern.index(b"(?:"):] +
                 rb")", b"IP6 ", body)
    new = FOUR.sub(to_six, new)
    return resized(head, len(new) - len(body)) + new


def from_six(match):
    return uninet(match.group(match.lastindex or 0).decode()).encode()


def unwire(data):
    """Translate a received message back to IPv4."""
    if not SIX:
        return data
    head, body = parts(data)
    if body.startswith(b"--"):
        new = multipart(body, unwire)
        return resized(SIX_HEAD.sub(from_six, head),
                       len(new) - len(body)) + new
    new = re.sub(rb"\bIP6 (?=" + SIX_TEXT + rb"(?![\w:.]))", b"IP4 ", body)
    new = SIX_BODY.sub(from_six, new)
    return resized(SIX_HEAD.sub(from_six, head), len(new) - len(body)) + new


def listed(text):
    """Translate the output of a tool back to IPv4."""
    if not SIX:
        return text
    return SIX_BODY.sub(from_six, text.encode()).decode()
