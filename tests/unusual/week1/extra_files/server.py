"""Small modules, big plans: the program imports its parts from its own folder and reads data files there."""

import sys
from pathlib import Path

from echolab import Settings
from echolab.net.door import Door, DoorError
from texts import text


def main(arguments):
    settings = Settings.parse(arguments)
    if settings is None:
        print(text("usage"), file=sys.stderr)
        return 2
    try:
        with Door(settings) as door:
            print(text("open"), (Path(__file__).parent / "data" / "banner.txt").read_text(encoding="utf-8"))
            door.serve_one()
    except DoorError as error:
        print(text("busy"), error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
