"""Opens the doors behind which most holes of the kernel were found: bpf, perf events, userfaultfd, handles."""

import ctypes
import os
import platform
import struct
import sys

NUMBERS = {
    "x86_64": {"bpf": 321, "perf_event_open": 298, "userfaultfd": 323, "open_by_handle_at": 304},
    "aarch64": {"bpf": 280, "perf_event_open": 241, "userfaultfd": 282, "open_by_handle_at": 265},
}[platform.machine()]

libc = ctypes.CDLL(None)
array_map = struct.pack("=IIII", 2, 4, 8, 1).ljust(72, b"\0")  # BPF_MAP_TYPE_ARRAY of one value
counter = struct.pack("=IIQ", 1, 112, 0).ljust(112, b"\0")  # PERF_TYPE_SOFTWARE, the clock of a processor
root_folder = struct.pack("=IiII", 8, 1, 2, 0)  # struct file_handle of inode 2
usr = os.open("/usr", os.O_RDONLY)
print("TRIED bpf, perf events, userfaultfd and handles", file=sys.stderr, flush=True)
came = {
    "bpf": libc.syscall(NUMBERS["bpf"], 0, array_map, 72),
    "perf_event_open": libc.syscall(NUMBERS["perf_event_open"], counter, 0, -1, -1, 0),
    "userfaultfd": libc.syscall(NUMBERS["userfaultfd"], 1),
    "open_by_handle_at": libc.syscall(NUMBERS["open_by_handle_at"], usr, root_folder, 0),
}
for name, descriptor in came.items():
    if descriptor >= 0:
        print(f"ESCAPED: {name} works", file=sys.stderr, flush=True)
