"""What the user sees of the server's lines. Like the protocol, this does no input and output: line in, words out."""

import re

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")  # a terminal obeys these: one clears it, one renames its window


class Screen:
    """The server's lines in words, and who is there."""

    def __init__(self) -> None:
        self.people: set[str] = set()

    def who(self) -> str:
        """Everybody who is logged in, as far as we were told."""
        return f"* here: {' '.join(sorted(self.people))}"

    def in_words(self, line: str) -> str:
        """What to show for a line; "" for one that says nothing new, or is not of this protocol."""
        match line.split(" "):
            case ["ALL", name, *text] if text:
                return f"{name}: {' '.join(text)}"
            case ["ROOM", room, name, *text] if text:
                return f"{room} {name}: {' '.join(text)}"
            case ["FROM", name, *text] if text:
                return f"(to you alone) {name}: {' '.join(text)}"
            case ["ERR", _, *sentence]:
                return f"* refused: {' '.join(sentence)}"
            case ["OK", "CREATE" | "JOIN" | "PART", _]:
                return f"* {line}"
        return self.presence(line)

    def presence(self, line: str) -> str:
        """The same, for lines about who is where. What is known is changed before anything is shown."""
        match line.split(" "):
            case ["+", name]:
                self.people.add(name)
                return f"* {name} has come"
            case ["-", name]:
                self.people.discard(name)
                return f"* {name} has gone"
            case ["USERS", *names]:
                self.people = set(names)
                return self.who()
            case ["MEMBERS", room, *names]:
                return f"* in {room}: {' '.join(names)}"
            case ["JOINED", room, name]:
                return f"* {name} has come to {room}"
            case ["PARTED", room, name]:
                return f"* {name} has left {room}"
            case ["ROOMS", *rooms]:
                return f"* rooms: {' '.join(rooms) or 'none yet'}"
        return ""


def text_of(data: bytes) -> str:
    """A line as text that is safe to print: control characters are spelled out, as \\x1b."""
    return CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", data.decode(errors="replace"))


if __name__ == "__main__":
    screen = Screen()
    for line in (b"USERS alice", b"+ bob", b"ALL bob hi \x1b[2J there", b"- bob", b"USERS alice"):
        print(f"{line!r:30} -> {screen.in_words(text_of(line))}")
