"""Ends its first thread only: the process looks like a zombie, and its other thread goes on."""

import ctypes
import platform
import sys
import threading
import time

EXIT = {"x86_64": 60, "aarch64": 93}[platform.machine()]  # the thread, not the process

print("TRIED to look like a zombie", file=sys.stderr, flush=True)
threading.Thread(target=time.sleep, args=(120,)).start()
ctypes.CDLL(None).syscall(EXIT, 0)
