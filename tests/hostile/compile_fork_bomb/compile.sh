#!/bin/sh
# Starts 3,000 processes where programs are compiled: the limits may be others there.
echo "TRIED a fork bomb in compile.sh" >&2
started=0
while [ "$started" -lt 3000 ]; do
    sleep 20 >/dev/null 2>&1 &
    started=$((started + 1))
done
echo "ESCAPED the process limit with $started processes" >&2
exit 1
