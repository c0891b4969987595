#!/bin/sh
exec java "$(dirname "$0")/Client.java" "$@"
