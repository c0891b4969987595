@echo off
rem three windows for testing
start cmd /k python client.py localhost 9000 grace
start cmd /k python client.py localhost 9000 grace2
