"""Looks at so much empty memory that the tables which describe it are 1.6 GiB."""

import ctypes
import os
import sys
import time

PROT_READ, PRIVATE_ANONYMOUS_NORESERVE, MADV_NOHUGEPAGE = 1, 0x4022, 15  # asm-generic/mman.h
PAGES = 400_000  # each looked at needs a table of 4 KiB
SHIFT = 21  # a table describes 2 MiB

print("TRIED to fill 1.6 GiB with page tables", file=sys.stderr, flush=True)
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
start = libc.mmap(None, PAGES << SHIFT, PROT_READ, PRIVATE_ANONYMOUS_NORESERVE, -1, 0)
if start in (None, ctypes.c_void_p(-1).value):
    sys.exit(f"TRIED: {os.strerror(ctypes.get_errno())}")
libc.madvise(start, PAGES << SHIFT, MADV_NOHUGEPAGE)
deadline = time.monotonic() + 20
for page in range(PAGES):
    ctypes.c_char.from_address(start + (page << SHIFT)).value  # noqa: B018
    if time.monotonic() > deadline:
        sys.exit("TRIED, but it takes too long")
time.sleep(1)
print("ESCAPED: 1.6 GiB of page tables", file=sys.stderr, flush=True)
