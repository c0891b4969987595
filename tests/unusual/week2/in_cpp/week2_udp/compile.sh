#!/bin/sh
cd "$(dirname "$0")" && exec g++ -std=c++20 -O1 -Wall -Wextra -pthread -o client client.cpp
