"""Lab 5: an echo server.

    python lab5/server.py HOST PORT
"""

import sys


def main():
    # TODO: create a socket, bind it to HOST and PORT, and listen
    # TODO: accept one client
    # TODO: echo its message
    # TODO: close everything
    print("TODO: the echo server")


if __name__ == "__main__":
    main()
    sys.exit(0)
