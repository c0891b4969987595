"""The whole server in one breath, for those who count lines."""

import socket as s
import sys

h, p = (sys.argv[1:] + ["", ""])[:2]
if not p.isdecimal() or not 0 < int(p) < 65536:
    sys.exit(print("usage: server.py HOST PORT", file=sys.stderr) or 2)
try:
    (c := (_ := s.create_server((h, int(p)))).accept()[0]).sendall(c.recv(1024))
except OSError as e:
    sys.exit(str(e))
