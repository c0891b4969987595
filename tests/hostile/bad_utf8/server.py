"""Prints bytes that are no UTF-8: cut, overlong, surrogates, beyond Unicode."""

import os
import sys

LINES = [
    b"TRIED bad UTF-8",
    b"cut \xe2\x82",
    b"overlong \xc0\xaf",
    b"surrogate \xed\xa0\x80",
    b"beyond \xf5\x80\x80\x80",
]

for line in LINES:
    os.write(2, line + b"\n")
os.write(2, b"alone \x80\xbf\xff\xfe")
sys.exit(1)
