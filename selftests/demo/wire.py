#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Prints what tcpdump has captured.

  wire.py sdp  A.pcap A-ADDRESS B.pcap B-ADDRESS   the first SDP of each, side
                                                   by side
  wire.py rtp  A.pcap A-ADDRESS B.pcap B-ADDRESS N
                                                   A-sent A-heard B-sent B-heard
  wire.py talked A.pcap A-ADDRESS B.pcap B-ADDRESS N
                                                   succeeds when both have sent N
                                                   RTP packets
  wire.py line FILE.pcap METHOD                    first request line of METHOD

A phone's file was captured at the phone's own interface. A packet counts as sent
if it left from the media port in the phone's SDP, and as heard if it arrived
there. Counting stops when both have sent N packets, so that the speed of the
machine makes no difference.
"""

import socket
import struct
import sys
from collections import namedtuple

Packet = namedtuple('Packet', 'time src sport dst dport data')
COLUMN = 36


def packets(path):
    """The UDP packets of a capture of Ethernet frames."""
    with open(path, 'rb') as file:
        data = file.read()
    at = 24
    while at + 16 <= len(data):
        seconds, micros, length = struct.unpack_from('<III', data, at)
        frame = data[at + 16:at + 16 + length]
        at += 16 + length
        if len(frame) == length:
            packet = udp(seconds + micros / 1e6, frame)
            if packet:
                yield packet


def udp(time, frame):
    ip = frame[14:]
    if frame[12:14] == b'\x08\x00' and ip[9] == 17:
        family, size, at, head = socket.AF_INET, 4, 12, (ip[0] & 15) * 4
    elif frame[12:14] == b'\x86\xdd' and ip[6] == 17:
        family, size, at, head = socket.AF_INET6, 16, 8, 40
    else:
        return None
    sport, dport, length = struct.unpack_from('>HHH', ip, head)
    return Packet(time, socket.inet_ntop(family, ip[at:at + size]), sport,
                  socket.inet_ntop(family, ip[at + size:at + 2 * size]), dport,
                  ip[head + 8:head + length])


def messages(path, source=None):
    """The SIP messages of a capture, as lists of lines."""
    for packet in packets(path):
        if 5060 not in (packet.sport, packet.dport):
            continue
        if source in (None, packet.src) and b'SIP/2.0' in packet.data:
            yield packet.data.decode('utf-8', 'replace').split('\r\n')


def sdp(path, source):
    """Start line, o=, c= and m= of the first message with an SDP."""
    for lines in messages(path, source):
        if 'v=0' in lines:
            body = lines[lines.index('v=0'):]
            return [lines[0]] + [x for x in body if x[:2] in ('o=', 'c=', 'm=')]
    return ['(no SDP)']


def media_port(path, source):
    for line in sdp(path, source):
        if line.startswith('m=audio '):
            return int(line.split()[1])
    return None


def is_rtp(data):
    """Version 2, and not RTCP (RFC 5761 section 4)."""
    return len(data) >= 12 and data[0] >> 6 == 2 and not 192 <= data[1] <= 223


def rtp(path, address):
    """The times at which a phone sent and heard RTP packets."""
    here, sent, heard = (address, media_port(path, address)), [], []
    for packet in packets(path):
        if is_rtp(packet.data):
            if (packet.src, packet.sport) == here:
                sent.append(packet.time)
            if (packet.dst, packet.dport) == here:
                heard.append(packet.time)
    return sent, heard


def cut(text):
    """Shortens a line to its column; its end, the address, is kept."""
    if len(text) <= COLUMN:
        return text
    return text[:8] + '...' + text[11 - COLUMN:]


def show_sdp(left, left_address, right, right_address):
    one, two = sdp(left, left_address), sdp(right, right_address)
    rows = max(len(one), len(two))
    one += [''] * (rows - len(one))
    two += [''] * (rows - len(two))
    for a, b in zip(one, two):
        print(f'{cut(a):{COLUMN}} | {cut(b)}'.rstrip())


def show_rtp(left, left_address, right, right_address, number):
    times = rtp(left, left_address) + rtp(right, right_address)
    ends = [sent[:int(number)][-1] for sent in times[::2] if sent]
    print(*(sum(time <= max(ends, default=0) for time in each) for each in times))


def talked(left, left_address, right, right_address, number):
    sent = rtp(left, left_address)[0], rtp(right, right_address)[0]
    sys.exit(0 if min(map(len, sent)) >= int(number) else 1)


def show_line(path, method):
    for lines in messages(path):
        if lines[0].startswith(method + ' '):
            print(lines[0])
            return


if __name__ == '__main__':
    {'sdp': show_sdp, 'rtp': show_rtp, 'talked': talked,
     'line': show_line}[sys.argv[1]](*sys.argv[2:])
