"""Leaves a message in the kernel's keyring of its user, where the next sandbox finds it."""

import ctypes
import platform
import sys

ADD_KEY, KEYCTL = {"x86_64": (248, 250), "aarch64": (217, 219)}[platform.machine()]
SESSION, USER, USER_SESSION = -3, -4, -5  # linux/keyctl.h
REVOKE = 3

print("TRIED to leave a key in a keyring", file=sys.stderr, flush=True)
libc = ctypes.CDLL(None)
for ring in (SESSION, USER, USER_SESSION):
    key = libc.syscall(ADD_KEY, b"user", b"answers", b"Hello server!", ctypes.c_long(13), ctypes.c_long(ring))
    if key > 0:
        print(f"ESCAPED: a key in keyring {ring}", file=sys.stderr, flush=True)
        libc.syscall(KEYCTL, REVOKE, key)
