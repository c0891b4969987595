"""Week 7: a chat server that can be used with telnet alone.

It is started with: python lab5/week7_lines/server.py HOST PORT
"""

import sys


def main() -> None:
    # TODO 1: take HOST and PORT from sys.argv, and listen there, as the echo server does.
    # TODO 2: cut what comes from a client into lines. (protocol.py)
    # TODO 3: answer PING with PONG, and whatever is wrong with ERR, a code and a sentence. (protocol.py)
    # TODO 4: LOGIN, WHO and LOGOUT; tell the others who comes and who goes, also if a connection drops. (chat.py)
    # TODO 5: TELL and ALL. (chat.py)
    # TODO 6: rooms: CREATE, JOIN, PART, ROOM and ROOMS. (chat.py)
    # TODO 7: let nobody wait for a client that does not read; let it go when more than 1 MiB waits for it.
    # TODO 8: on Ctrl-C and SIGTERM end with status 0 within 2 seconds.
    sys.exit("Nothing here yet. Begin with echo_server.py; then TODO 1 and TODO 2 in week7_lines/server.py come first.")


if __name__ == "__main__":
    main()
