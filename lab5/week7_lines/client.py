"""Week 7: the client of the chat server, at a terminal.

It is started with: python lab5/week7_lines/client.py HOST PORT
"""

import sys


def main() -> None:
    # TODO 1: take HOST and PORT from sys.argv; if they are not as the handout says, print a usage line on sys.stderr
    #         and end with status 2. Connect; if nobody is there, say so and end.
    # TODO 2: print `name: `, log in with the first line typed, and ask again while the server answers 400 or 409.
    # TODO 3: start a thread that receives, and shows each line when the whole of it is there. (screen.py)
    # TODO 4: send what is typed: as ALL, or as the command that it is.
    # TODO 5: keep who is there, and show it at /who. (screen.py)
    # TODO 6: tell the user of a line that is too long; print no control character of others.
    # TODO 7: at the end of the input, at /quit and on Ctrl-C log out, and end with status 0.
    sys.exit("Nothing here yet. Write TODO 1 and TODO 2 in week7_lines/client.py first, then: make test-week7")


if __name__ == "__main__":
    main()
