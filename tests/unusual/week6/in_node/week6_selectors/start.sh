#!/bin/sh
case "$#$1" in 0 | 3* | 2--*) exec node server.js "$@" ;; *) exec node chat.js "$@" ;; esac
