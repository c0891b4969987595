"""Says why it ends in one line of 5 MB, for a report that quotes the last line."""

import sys

print("TRIED a last line of 5 MB", file=sys.stderr)
sys.exit("x" * 5_000_000)
