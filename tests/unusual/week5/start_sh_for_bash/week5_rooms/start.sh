#!/usr/bin/env bash
set -euo pipefail
cd "${BASH_SOURCE[0]%/*}"
words=(python3 -u server.py "--port=$1")
"${words[@]}"
