#!/bin/sh
cd "$(dirname "$0")" && gcc -std=gnu11 -O2 -Wall -o server server.c && gcc -std=gnu11 -O2 -Wall -o client client.c
