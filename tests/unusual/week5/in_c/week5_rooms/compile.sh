#!/bin/sh
gcc -D_GNU_SOURCE -O1 -o server server.c
