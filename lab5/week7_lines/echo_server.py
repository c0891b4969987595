"""Week 7, the first step: an echo server for any number of clients at once.

It is started with: python lab5/week7_lines/echo_server.py HOST PORT
"""

import sys


def main() -> None:
    # TODO 1: take HOST and PORT from sys.argv; if they are not as the handout says, print a usage line on sys.stderr
    #         and end with status 2.
    # TODO 2: listen there; if the port is taken, say so and end. Send one client back what it says, until it hangs up.
    # TODO 3: serve any number of clients at once: nobody waits for another one.
    # TODO 4: on Ctrl-C and SIGTERM end with status 0, also while clients are connected.
    sys.exit("Nothing here yet. Write TODO 1 and TODO 2 in week7_lines/echo_server.py first, then: make test-week7")


if __name__ == "__main__":
    main()
