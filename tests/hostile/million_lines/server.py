"""Prints a million lines, for a report that shows them all."""

import sys

for number in range(1_000_000):
    print(f"TRIED line {number}", file=sys.stderr)
sys.exit(1)
