#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""tone.py FILE: 20 s of 440 Hz, for a phone to say."""

import math
import struct
import sys
import wave

RATE = 8000

with wave.open(sys.argv[1], 'wb') as file:
    file.setparams((1, 2, RATE, 0, 'NONE', ''))
    second = b''.join(struct.pack('<h', int(8000 * math.sin(
        2 * math.pi * 440 * i / RATE))) for i in range(RATE))
    file.writeframes(second * 20)
