# SPDX-License-Identifier: GPL-2.0-only
"""IPv4 or IPv6 on the wire; a test is written once, in IPv4.

With FAMILY=6 each IPv4 address stands for the IPv6 address that holds it, and
each network for the network that holds it: 192.168.1.0/24 for
2001:db8::c0a8:100/120.  sipnet.py translates what a test sends and what it
receives, byte by byte: an address is put into brackets in the header part, except
in received= (RFC 3261 section 25.1), and left bare in a body.  Only what is written that way is translated back, so
whoever writes it in another way is found out.

A test of both families writes IPv6 addresses itself and needs no FAMILY; they
are left alone here.
"""
import ipaddress
import os
import re
import socket

SIX = os.environ.get("FAMILY") == "6"
# the family in the words of Python, nft and ip
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
    """The address on the wire."""
    if not SIX or ":" in addr:
        return addr
    if addr in SPECIAL:
        return SPECIAL[addr]
    number = int(ipaddress.IPv4Address(addr))
    prefix = "ff0e" if number >> 28 == 14 else "2001:db8"
    return "%s::%x:%x" % (prefix, number >> 16, number & 0xffff)


def uninet(addr):
    """Back; a foreign address is returned as it is."""
    if not SIX or not SIX_BODY.fullmatch(addr.encode()):
        return addr
    for four, six in SPECIAL.items():
        if addr == six:
            return four
    return str(ipaddress.IPv4Address(
        int(ipaddress.IPv6Address(addr)) & 0xffffffff))


def version(addr):
    """4 or 6, as it is written."""
    return 6 if ":" in addr else 4


def host(addr):
    """An address as it is written in a URI."""
    return "[%s]" % addr if version(addr) == 6 else addr


def af(addr):
    """The family of sockets for it."""
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
    """The header part with the empty line, the body."""
    end = EMPTY_LINE.search(data)
    end = end.end() if end else len(data)
    return data[:end], data[end:]


def resized(head, grown):
    return LENGTH.sub(lambda match: match.group(1) + str(
        int(match.group(2)) + grown).encode(), head)


def multipart(body, change):
    """Each part is a message of its own."""
    pieces = re.split(rb"((?:^|\r\n)--[^\r\n]*\r\n)", body)
    return b"".join(pieces[:1] + [piece if number % 2 == 0 else change(piece)
                                  for number, piece in enumerate(pieces[1:])])


def wire(data):
    """What is sent for a message of IPv4."""
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


def told(data):
    """The message of IPv4 that a message stands for."""
    if not SIX:
        return data
    head, body = parts(data)
    if body.startswith(b"--"):
        new = multipart(body, told)
        return resized(SIX_HEAD.sub(from_six, head),
                       len(new) - len(body)) + new
    new = re.sub(rb"\bIP6 (?=" + SIX_TEXT + rb"(?![\w:.]))", b"IP4 ", body)
    new = SIX_BODY.sub(from_six, new)
    return resized(SIX_HEAD.sub(from_six, head), len(new) - len(body)) + new


def listed(text):
    """What a tool prints, in IPv4."""
    if not SIX:
        return text
    return SIX_BODY.sub(from_six, text.encode()).decode()
