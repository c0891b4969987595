#!/bin/sh
exec perl server.pl "$1"
