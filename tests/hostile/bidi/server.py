"""Prints marks that turn the direction of writing: what is read is not what is there."""

import sys

print("\u202e001 fo 0\u202c points", file=sys.stderr)
print("TRIED bidi", file=sys.stderr)
print("\u2066\u2067\u2068isolated\u2069 \u202alr\u202b\u202d \u200e\u200f\u061c", file=sys.stderr)
print("invisible \u200b\u200c\u200d\u2060\ufeff\u00ad\u115f\u3164 \U000e0041\U000e007f", file=sys.stderr)
sys.exit("line\u2028separator\u2029paragraph\x85next\x0bvertical\x0cform")
