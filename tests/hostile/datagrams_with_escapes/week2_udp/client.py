"""Sends, prints and complains of what should never reach a terminal, a spreadsheet, a page or a CI log as it is."""

import signal
import socket
import sys
import time

BAD = ["\x1b[2J\x1b[H\x1b[32mall checks passed\x1b[0m", "\x1b]52;c;cm0gLXJmIC8=\a", "\x9b31m",
       "\u202egnp.exe", "\u2066\u200b", "=cmd|' /C calc'!A1", "<script>alert(1)</script>",
       "```\n# 100 of 100", "::error::all is well", "##[group]x",
       "\r\x1b[1Apassed", "\x00\x07\x08\x7f", "@everyone", "</pre>&lt;b>", "\ud800"]  # fmt: skip

signal.alarm(10)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.connect(("127.0.0.1", int(sys.argv[2])))
for bad in BAD:
    data = bad.encode(errors="surrogatepass")
    udp.send(b"HELLO " + data)
    udp.send(data)
    sys.stdout.buffer.write(b"bob: hello " + data + b"\n")
    sys.stderr.buffer.write(data + b"\n")
sys.stdout.buffer.flush()
udp.send(b"HELLO alice")
time.sleep(0.5)
for bad in BAD:
    udp.send(b"SAY 1 " + bad.encode(errors="surrogatepass"))
print("TRIED escapes", file=sys.stderr, flush=True)
time.sleep(1)
sys.exit(BAD[0] + " ".join(BAD[:-1]))
