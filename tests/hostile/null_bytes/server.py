"""Prints null bytes and other control characters, at which C programs and XML stop reading."""

import os
import sys

os.write(2, b"TRIED null bytes\n")
os.write(2, bytes(byte for byte in range(32) if byte not in b"\n") + b"\x7f\n")
os.write(2, b"before\0after\0\0\0")
sys.exit(1)
