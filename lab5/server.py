"""Week 1: an echo server. It serves one client one message, and quits.

It is started with: python lab5/server.py HOST PORT
"""


def main():
    # TODO 1: take HOST and PORT from sys.argv; without them, or with a PORT that is no number from 1 to 65535,
    #         print a usage line on sys.stderr and end with status 2.
    # TODO 2: make a TCP socket, bind it to (host, port), and listen; if the port is taken, say so and end.
    # TODO 3: accept one client, receive its message (at most 1,024 bytes), and send it back.
    # TODO 4: close the connection and the listening socket, so that the program can end.
    # TODO 5: make it possible to start the program again at once on the same port.
    print("Nothing here yet. Write TODO 1 and TODO 2 in server.py first, then run: make test-week1")


if __name__ == "__main__":
    main()
