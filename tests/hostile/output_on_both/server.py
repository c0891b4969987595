"""Floods standard output and standard error at once: a grader that reads one after the other waits for ever."""

import os
import threading

LINES = b"TRIED to flood both\n" * 5_000  # 100 KB


def flood(descriptor):
    """Prints 20 MB."""
    try:
        for _ in range(200):
            os.write(descriptor, LINES)
    except OSError:
        pass


both = [threading.Thread(target=flood, args=(descriptor,)) for descriptor in (1, 2)]
for thread in both:
    thread.start()
for thread in both:
    thread.join()
