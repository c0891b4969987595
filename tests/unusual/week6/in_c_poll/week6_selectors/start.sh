#!/bin/sh
case "$#$1" in 0 | 3* | 2--port) exec ./server "$@" ;; *) exec ./client "$@" ;; esac
