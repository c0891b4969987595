#!/bin/sh
# Runs once before the server is started. Python needs no compiling; another language does it here.
