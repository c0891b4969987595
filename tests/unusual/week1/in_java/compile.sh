#!/bin/sh
cd "$(dirname "$0")" && exec javac -d classes src/lab/EchoServer.java
