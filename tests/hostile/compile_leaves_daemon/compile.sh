#!/bin/sh
# Leaves a daemon that holds its output open, to be there before the server is and after it.
echo "TRIED to leave a daemon" >&2
setsid sleep 120 &
