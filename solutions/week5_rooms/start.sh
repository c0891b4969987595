#!/bin/sh
# Starts the server: start.sh PORT. With exec it takes the place of this shell, so that signals reach it.
cd "$(dirname "$0")" || exit 1
exec python3 server.py 0.0.0.0 "$1"
