#!/bin/sh
# compile.sh is the attack. What it said is lost unless it failed, so it is said again.
echo "TRIED a fork bomb before the start" >&2
exit 1
