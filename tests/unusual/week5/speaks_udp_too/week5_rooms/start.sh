#!/bin/sh
exec python server.py 0.0.0.0 "$1"
