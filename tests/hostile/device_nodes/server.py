"""Makes device files, and opens those that are there: a disk read as a file has no permissions."""

import contextlib
import os
import stat
import sys
from pathlib import Path

DISKS = [(8, 0), (253, 0), (254, 0), (259, 0), (7, 0), (1, 1)]  # sd, dm or virtio, virtio, nvme, loop, /dev/mem
THERE = ["mem", "kmsg", "sda", "vda", "nvme0n1", "loop0", "kvm", "fuse", "net/tun", "loop-control", "vsock", "port"]

print("TRIED to read disks", file=sys.stderr, flush=True)
for major, minor in DISKS:
    with contextlib.suppress(OSError):
        os.mknod("disk", stat.S_IFBLK | 0o600, os.makedev(major, minor))
        print(f"ESCAPED: made the device {major}:{minor}", file=sys.stderr, flush=True)
        Path("disk").unlink()
for name in THERE:
    with contextlib.suppress(OSError):
        os.close(os.open(f"/dev/{name}", os.O_RDONLY | os.O_NONBLOCK))
        print(f"ESCAPED: opened /dev/{name}", file=sys.stderr, flush=True)
