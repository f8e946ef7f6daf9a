#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""tone.py FILE: two minutes of 440 Hz, the audio that a phone sends.

A phone hangs up at the end of the file, so it is longer than any call.
"""

import math
import struct
import sys
import wave

RATE = 8000

with wave.open(sys.argv[1], 'wb') as file:
    file.setparams((1, 2, RATE, 0, 'NONE', ''))
    second = b''.join(struct.pack('<h', int(8000 * math.sin(
        2 * math.pi * 440 * i / RATE))) for i in range(RATE))
    file.writeframes(second * 120)
