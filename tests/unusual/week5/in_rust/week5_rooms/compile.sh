#!/bin/sh
rustc -O -o server server.rs
