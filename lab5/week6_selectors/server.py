"""Week 6: a chat server that serves everyone from one thread.

It is started with: python lab5/week6_selectors/server.py
"""

import sys


def main():
    # TODO 1: take --host and --port from sys.argv, if you want to have them; listen on 127.0.0.1, at a port that the
    #         system chooses, and print the two lines of the handout, with the port.
    # TODO 2: make a selector that watches the listener and each connection; accept newcomers, read what comes, and
    #         forget a connection that ends.
    # TODO 3: keep what comes in a buffer for each connection, and cut it into lines; answer the first one, REGISTER,
    #         with 200, 400 or 401.
    # TODO 4: send each line to all others who are registered; DISCONNECT ends the connection and frees the name.
    # TODO 5: keep what a connection does not take in a second buffer, and watch it for writing while there is
    #         something in it; let go of a client for which 1 MiB waits, and of one whose line is longer than 64 KiB.
    # TODO 6: on Ctrl-C and SIGTERM send DISCONNECT CHAT/1.0 to everyone, and end with status 0.
    sys.exit("Nothing here yet. Write TODO 1 and TODO 2 in week6_selectors/server.py first, then run: make test-week6")


if __name__ == "__main__":
    main()
