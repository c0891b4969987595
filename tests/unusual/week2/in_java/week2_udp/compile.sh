#!/bin/sh
cd "$(dirname "$0")" && exec javac -encoding UTF-8 -d classes src/lab/ChatClient.java
