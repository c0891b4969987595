#!/bin/bash
node server.js $1
