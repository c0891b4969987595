#!/bin/sh
# all the code is in chat.py
exec python chat.py "$@"
