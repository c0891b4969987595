#!/bin/sh
exec perl "$(dirname "$0")/client.pl" "$@"
