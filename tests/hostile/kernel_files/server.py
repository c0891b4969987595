"""Opens the kernel's switches for writing: a program named in core_pattern is run as root on the host."""

import contextlib
import os
import sys

SWITCHES = [
    "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/modprobe",
    "/proc/sys/vm/drop_caches",
    "/proc/sys/net/ipv4/ip_forward",
    "/proc/sys/net/ipv4/ip_unprivileged_port_start",
    "/proc/sysrq-trigger",
    "/sys/kernel/uevent_helper",
    "/sys/fs/cgroup/cgroup.procs",
    "/sys/fs/cgroup/release_agent",
]

print("TRIED the kernel's switches", file=sys.stderr, flush=True)
for name in SWITCHES:
    with contextlib.suppress(OSError):
        os.close(os.open(name, os.O_WRONLY))
        print(f"ESCAPED: {name} is writable", file=sys.stderr, flush=True)
