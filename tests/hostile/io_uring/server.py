"""Sets up io_uring, which makes system calls that no filter sees."""

import ctypes
import sys

IO_URING_SETUP = 425  # on every architecture

print("TRIED io_uring", file=sys.stderr, flush=True)
wishes = ctypes.create_string_buffer(120)  # struct io_uring_params
if ctypes.CDLL(None).syscall(IO_URING_SETUP, 8, wishes) >= 0:
    print("ESCAPED: io_uring works", file=sys.stderr, flush=True)
