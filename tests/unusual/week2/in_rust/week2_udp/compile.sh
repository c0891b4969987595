#!/bin/sh
cd "$(dirname "$0")" && exec rustc --edition 2021 -O -o client client.rs
