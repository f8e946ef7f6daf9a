#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Phones and a P-CSCF."""
from phones import Baresip, Linphone
from talk import Story
from world import (CORE, LAN, PROXY, REGISTRAR, Capture, Socket, case, check,
                   kamailio, poll)


class Ims:
    """An account at a domain which is a name only, by way of the P-CSCF."""

    DOMAIN = "ims.test"


class ImsBaresip(Ims, Baresip):
    pass


class ImsLinphone(Ims, Linphone):
    pass


class ImsStory(Story):
    def start_proxy(self):
        kamailio(PROXY, "pcscf", "pcscf.cfg")
        kamailio(CORE, "scscf", "scscf.cfg")
        self.core = Capture(CORE, "eth0", "core")


SEC_AGREE = "\r\n".join((
    "REGISTER sip:ims.test SIP/2.0",
    "Via: SIP/2.0/UDP 192.168.1.2:5090;branch=z9hG4bKsec1;rport",
    "Max-Forwards: 70",
    "From: <sip:dave@ims.test>;tag=1",
    "To: <sip:dave@ims.test>",
    "Call-ID: sec-agree-1",
    "CSeq: 1 REGISTER",
    "Contact: <sip:192.168.1.2:5090>"
    ';+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel"',
    "Expires: 600000",
    "Require: sec-agree",
    "Proxy-Require: sec-agree",
    "Supported: path, gruu",
    "Security-Client: ipsec-3gpp; alg=hmac-sha-1-96; ealg=aes-cbc; "
    "prot=esp; mod=UDP-enc-tun; spi-c=1111; spi-s=2222; "
    "port-c=5091; port-s=5090",
    'Authorization: Digest username="dave@ims.test",realm="ims.test",'
    'uri="sip:ims.test",nonce="",response=""',
    "Content-Length: 0", "", "")).encode()


def sec_agree():
    """The P-CSCF gets the bytes that were sent, and its answer comes back."""
    capture = Capture(PROXY, "eth0", "sec-agree")
    phone = Socket(LAN, "192.168.1.2", 5090)
    phone.send(SEC_AGREE, (REGISTRAR, 5060))
    answer = phone.recv(5)
    check(answer and answer.startswith(b"SIP/2.0 401 "),
          "the answer is %r" % answer)
    which = 'sip.Method == "REGISTER" && sip.Call-ID == "sec-agree-1" && ' \
            "ip.dst == %s" % REGISTRAR
    got = poll(lambda: capture.fields(which, "udp.payload"))
    capture.end()
    check(got and bytes.fromhex(got[0]) == SEC_AGREE,
          "sent %r, got %r" % (SEC_AGREE, got and bytes.fromhex(got[0])))


story = ImsStory(alice=ImsBaresip, bob=ImsBaresip, carol=ImsLinphone)
story.play()
with case("REGISTER with Security-Client arrives as it was sent"):
    sec_agree()
story.end(but='sip.Call-ID == "sec-agree-1"')
