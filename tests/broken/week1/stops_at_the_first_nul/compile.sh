#!/bin/sh
cd "$(dirname "$0")" && exec gcc -Wall -O1 -o server server.c
