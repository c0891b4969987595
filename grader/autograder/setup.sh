#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image. AUTOGRADER is another folder laid out as its own.
set -e
base="${AUTOGRADER:-/autograder}"
export DEBIAN_FRONTEND=noninteractive

apt-get update
apt-get install -y --no-install-recommends python3 python3-venv bubblewrap util-linux gcc g++ make
python=/usr/bin/python3 # one that all users can run
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    apt-get install -y --no-install-recommends python3.11 python3.11-venv
    python=/usr/bin/python3.11 # beside python3, which Gradescope's own harness uses
fi

# Beside source, which students' programs must not read: they run with this Python.
"$python" -m venv "$base/venv"
"$base/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$base/source/requirements.txt"
