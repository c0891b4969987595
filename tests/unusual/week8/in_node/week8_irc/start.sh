#!/bin/sh
exec node "$(dirname "$0")/irc.js" "$@"
