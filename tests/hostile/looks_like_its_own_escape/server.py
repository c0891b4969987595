"""Prints the escapes that the grader puts in the place of bytes, so that nobody can tell which were there."""

import os
import sys

os.write(2, b"TRIED to look escaped\n")
os.write(2, rb"\xff \x1b[2J \u202e &lt;script&gt; '=1+1" + b"\n\xff \x1b[2J\n")
sys.exit("PORT A_PORT $ python lab5/server.py localhost PORT")
