"""Week 6: a chat client that watches the keyboard and the network from one thread.

It is started with: python lab5/week6_selectors/client.py USERNAME chat://HOST:PORT
"""

import sys


def main():
    # TODO 1: take USERNAME, HOST and PORT from sys.argv; if they are not as the handout says, print a usage line on
    #         sys.stderr and end with status 2.
    # TODO 2: connect, send REGISTER, wait for the answer, and print the lines of the handout; if the server refuses,
    #         say why and end.
    # TODO 3: make a selector that watches the connection; keep what comes in a buffer, and print each complete line,
    #         then the prompt.
    # TODO 4: let it watch the keyboard, too; send each line that is typed as `@USERNAME: text`.
    # TODO 5: at the end of the input, at /quit and on Ctrl-C send DISCONNECT, and end with status 0; end as well when
    #         the server says DISCONNECT or the connection is lost.
    # TODO 6: keep what the connection does not take in a second buffer, and watch it for writing while there is
    #         something in it; let no control character of others reach the screen.
    sys.exit("Nothing here yet. Write TODO 1 and TODO 2 in week6_selectors/client.py first, then run: make test-week6")


if __name__ == "__main__":
    main()
