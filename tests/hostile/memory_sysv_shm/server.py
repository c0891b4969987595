"""Fills System V shared memory and lets go of it: it belongs to no process then, and outlives them all."""

import ctypes
import sys

SEGMENT = 256 * 1024 * 1024  # bytes
SEGMENTS = 8  # 2 GiB
TOO_MANY = 6  # segments: 1.5 GiB
PRIVATE, CREATE, REMOVE = 0, 0o1000 | 0o600, 0  # sys/ipc.h

libc = ctypes.CDLL(None, use_errno=True)
libc.shmget.argtypes = [ctypes.c_int, ctypes.c_size_t, ctypes.c_int]
libc.shmat.restype = ctypes.c_void_p
libc.shmdt.argtypes = [ctypes.c_void_p]

print("TRIED to leave 2 GiB in System V shared memory", file=sys.stderr, flush=True)
segments = []
for _ in range(SEGMENTS):
    segment = libc.shmget(PRIVATE, SEGMENT, CREATE)
    if segment < 0:
        break
    segments.append(segment)
    address = libc.shmat(segment, None, 0)
    ctypes.memset(address, 1, SEGMENT)
    libc.shmdt(address)
if len(segments) > TOO_MANY:
    print(f"ESCAPED the memory limit with {len(segments)} segments", file=sys.stderr, flush=True)
for segment in segments:
    libc.shmctl(segment, REMOVE, None)
