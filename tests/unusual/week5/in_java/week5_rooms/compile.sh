#!/bin/sh
mkdir -p classes && javac -d classes ChatServer.java
