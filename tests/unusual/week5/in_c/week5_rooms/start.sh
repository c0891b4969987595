#!/bin/sh
exec ./server "$1"
