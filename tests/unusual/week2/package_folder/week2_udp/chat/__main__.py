"""What is run."""

import sys

from .arguments import Arguments
from .errors import ChatError
from .session import Session


def main() -> int:
    try:
        arguments = Arguments.of(sys.argv[1:])
    except ValueError as error:
        print(f"usage: client.py HOST PORT NAME ({error})", file=sys.stderr)
        return 2
    try:
        with Session(arguments) as session:
            session.run(sys.stdin)
    except ChatError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


sys.exit(main())
