#!/bin/sh
# compile.sh is the attack.
echo "TRIED, and was started without being compiled" >&2
exit 1
