#!/bin/sh
# The server is Python's: Node has threads of its own. The client is Node's.
if [ $# -eq 2 ] && [ "$1" != --port ]; then exec node chat.js "$@"; fi
case "$1" in "" | --*) ;; *) [ $# -gt 2 ] || exec node chat.js "$@" ;; esac
exec python server.py "$@"
