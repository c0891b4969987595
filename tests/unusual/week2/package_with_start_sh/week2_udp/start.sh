#!/bin/sh
# No client.py here: the program is a package, which a line of Python starts.
cd "$(dirname "$0")/src" || exit 1
exec python3 -c 'import sys; sys.path.insert(0, "."); import talk.main; sys.exit(talk.main.main())' "$@"
