#!/bin/sh
exec perl "$(dirname "$0")/server.pl" "$@"
