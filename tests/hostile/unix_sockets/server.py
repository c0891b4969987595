"""Connects to every Unix socket that it finds, with a name in the file system or without: docker.sock means root."""

import contextlib
import os
import socket
import sys
from pathlib import Path

PLACES = ["/run", "/var/run", "/tmp", "/dev", "/var/lib", "/home", "/root"]

print("TRIED every Unix socket", file=sys.stderr, flush=True)
names = {"/var/run/docker.sock", "/run/docker.sock", "/run/dbus/system_bus_socket", "/run/systemd/private"}
with contextlib.suppress(OSError):
    for line in Path("/proc/net/unix").read_text(errors="replace").splitlines()[1:]:
        names.update(line.split()[7:])
for place in PLACES:
    for folder, _, files in os.walk(place):
        names.update(str(Path(folder, name)) for name in files if Path(folder, name).is_socket())
for name in sorted(names):
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(0.2)
        connection.connect("\0" + name[1:] if name.startswith("@") else name)
        print(f"ESCAPED to the Unix socket {name}", file=sys.stderr, flush=True)
