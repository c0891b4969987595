#!/bin/sh
cd "$(dirname "$0")" && exec java -cp classes ChatServer "$1"
