#!/bin/sh
cd "$(dirname "$0")" && exec gcc -std=c11 -O2 -Wall -Wextra -pthread -o client client.c
