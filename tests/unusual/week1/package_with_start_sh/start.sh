#!/bin/sh
# No server.py here: the program is a package, run with "python3 -m".
cd "$(dirname "$0")" || exit 1
exec python3 -m echo_server "$@"
