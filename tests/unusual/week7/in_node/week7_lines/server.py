"""Starts the program in JavaScript."""

import os
import sys
from pathlib import Path

os.execvp("node", ["node", str(Path(__file__).with_name("chat.js")), "server", *sys.argv[1:]])
