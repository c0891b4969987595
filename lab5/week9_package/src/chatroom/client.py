"""The client: settings, the connection, and one of the two faces."""

import sys


def main() -> None:
    # TODO 13: connect, come in, choose a face; end with the right status.
    sys.exit(
        "Nothing here yet. Share the work out first, as README.md says; then TODO 1 in src/chatroom/frames.py "
        "and TODO 2 in src/chatroom/messages.py come before all others."
    )
