"""Prints Markdown that closes the code block in which it is quoted, and calls people and issues."""

import sys

print("TRIED markdown", file=sys.stderr)
print("```\n~~~\n``````````", file=sys.stderr)
print("# 100 of 100 points", file=sys.stderr)
print("@everyone #1 ![](http://example.org/x.png) [x](javascript:alert(1))", file=sys.stderr)
sys.exit("</details><!-- | a | b |\\")
