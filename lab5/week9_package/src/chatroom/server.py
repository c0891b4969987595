"""The server: links, the room and the storage, put together."""

import sys


def main() -> None:
    # TODO 9: serve each link; commit what was said, then send it; end in good order.
    sys.exit(
        "Nothing here yet. Share the work out first, as README.md says; then TODO 1 in src/chatroom/frames.py "
        "and TODO 2 in src/chatroom/messages.py come before all others."
    )
