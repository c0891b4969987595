"""Brings modules that a grader would import by mistake in place of Python's own, and pytest's settings."""

import socket
import sys

print(f"TRIED to shadow socket with {socket.__name__}", file=sys.stderr, flush=True)
