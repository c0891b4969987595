"""A package that is run with python -m: this is its entry."""

import sys

from .arguments import read
from .service import serve

try:
    serve(*read(sys.argv[1:]))
except OSError as error:
    print(f"echo_server: {error.strerror}", file=sys.stderr)
    sys.exit(1)
