"""What both faces of the client say and understand, without input and output: typed lines and lines to show."""

import re

from .messages import Message

HELP = "* /who, /history, /help, /nick NAME, /quit; a line that begins with // is said with one /"
# A terminal obeys control characters: one clears it, another renames its window. Others turn the direction of writing
# around, end a line, or cannot be written in UTF-8.
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Unknown(Exception):
    """A typed line that means nothing; it is made with a sentence for whoever typed it."""


class Conversation:
    """Who we are, and who is here."""

    def __init__(self) -> None:
        self.name = ""
        self.people: set[str] = set()

    def lines(self, message: Message) -> list[str]:
        """What to show for a message of the server; nothing for one that is not of this protocol."""
        match message:
            case {"type": "message", "name": str(name), "text": str(text)}:
                return [shown(f"<{name}> {text}")]
            case {"type": "joined", "name": str(name)}:
                self.people.add(name)
                return [shown(f"* {name} joined")]
            case {"type": "left", "name": str(name)}:
                self.people.discard(name)
                return [shown(f"* {name} left")]
            case {"type": "welcome", "name": str(name), "users": list(users), "history": list(history)}:
                self.name, self.people = name, set(map(str, users))
                return [*said(history), shown(f"* you are {name}; here: {self.here()}")]
            case {"type": "reply"}:
                return self.reply(message)
            case {"type": "error", "code": code, "text": text}:
                return [shown(f"* error {code}: {text}")]
        return []

    def reply(self, message: Message) -> list[str]:
        """The same, for the answer to a command."""
        match message:
            case {"command": "who", "users": list(users)}:
                self.people = set(map(str, users))
                return [shown(f"* here: {self.here()}")]
            case {"command": "history", "messages": list(history)}:
                return said(history) or ["* nobody has said anything yet"]
            case {"command": "nick", "name": str(name)}:
                self.people = self.people - {self.name} | {name}
                self.name = name
                return [shown(f"* you are {name}")]
        return []

    def here(self) -> str:
        return ", ".join(sorted(self.people))

    def meant(self, line: str) -> Message:
        """The message that a typed line stands for; raises Unknown."""
        word, _, rest = line.partition(" ")
        match word:
            case "/who" | "/history":
                return {"type": "command", "command": word[1:]}
            case "/nick":
                return {"type": "command", "command": "nick", "name": rest.strip()}
            case "/quit":
                return {"type": "bye"}
        if line.startswith("//"):
            return {"type": "say", "text": line[1:]}
        if line.startswith("/"):
            raise Unknown(shown(f"* there is no {word}; /help tells what there is"))
        return {"type": "say", "text": line}


def said(history: list[object]) -> list[str]:
    """The lines of a history."""
    lines = []
    for message in history:
        match message:
            case {"name": str(name), "text": str(text)}:
                lines.append(shown(f"<{name}> {text}"))
    return lines


def shown(text: str) -> str:
    """A text that is safe to show, on one line."""
    return UNSHOWN.sub("?", text)
