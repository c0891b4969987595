"""Ignores every signal that can be ignored, to outlive whoever asks politely."""

import signal
import sys
import time

for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
print("TRIED to ignore all signals", file=sys.stderr, flush=True)
time.sleep(120)
