#!/bin/sh
# compile.sh is the attack.
echo "TRIED to leave a daemon before the start" >&2
exit 1
