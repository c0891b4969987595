"""Week 8: an IRC server, for the clients that everybody has.

It is started with: python lab5/week8_irc/server.py HOST PORT, and options (options.py)

The files beside it have one idea each, and nothing is used before you use it: from protocol import receive. Have other
files if you like: only the program is graded.
"""

import sys


def main() -> None:
    # TODO 1: take HOST, PORT and the options; if they are not as the handout says, print a usage line on sys.stderr
    #         and end with status 2. Listen, print `IRC server on HOST port PORT`, serve many clients. (options.py)
    # TODO 2: cut what comes into lines and the lines into words; make lines of words. (messages.py, protocol.py)
    # TODO 3: registration: PASS, NICK, USER, PING, PONG, QUIT; the welcome. (registration.py, about.py)
    # TODO 4: channels: JOIN, PART, TOPIC, NAMES, LIST, INVITE, KICK. (names.py, network.py, channels.py)
    # TODO 5: messages: PRIVMSG, NOTICE, AWAY. (talking.py)
    # TODO 6: modes of channels and of oneself: MODE. (modes.py)
    # TODO 7: queries: WHO, WHOIS, WHOWAS, ISON, USERHOST, LUSERS, MOTD and the others. (queries.py, about.py,
    #         operators.py)
    # TODO 8: who is silent, floods, or does not read; the end, with status 0, on Ctrl-C and SIGTERM. (connections.py)
    # TODO 9: capabilities: CAP LS, REQ, LIST and END. (registration.py)
    sys.exit("Nothing here yet. Write TODO 1 and TODO 2 in week8_irc/server.py first, then: make test-week8")


if __name__ == "__main__":
    main()
