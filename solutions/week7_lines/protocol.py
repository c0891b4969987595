"""The protocol of week 7, without input and output: bytes of a client go in, lines for clients come out.

There is no socket here, no thread and no clock, so that a test can hold all of it in its hand.
"""

import re

from chat import Chat, Client, Deliveries, Refused

LONGEST_LINE = 512  # bytes, with its end
NAME = "[A-Za-z0-9_-]{1,20}"
ROOM = "#" + NAME
TEXT = "(?s:.+)"  # anything, but not nothing; it is passed on as it is

# A word, what obeys it, and the form of each of its fields.
COMMANDS = {
    "LOGIN": (Chat.login, NAME),
    "LOGOUT": (Chat.logout,),
    "TELL": (Chat.tell, NAME, TEXT),
    "ALL": (Chat.all, TEXT),
    "WHO": (Chat.who,),
    "CREATE": (Chat.create, ROOM),
    "JOIN": (Chat.join, ROOM),
    "PART": (Chat.part, ROOM),
    "ROOM": (Chat.room, ROOM, TEXT),
    "ROOMS": (Chat.list_rooms,),
    "PING": (Chat.ping, TEXT),
}
WITHOUT_LOGIN = ("LOGIN", "PING")


class Conversation:
    """What the server makes of the bytes of one client."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.client = Client()
        self.lines = Lines(LONGEST_LINE)

    def receive(self, data: bytes) -> Deliveries:
        """What is to be delivered, and to whom, after a piece of the stream has come."""
        deliveries: Deliveries = []
        for line in self.lines.cut(data):
            if line == b"" or self.client.gone:  # what comes after LOGOUT counts no more
                continue
            try:
                deliveries += self.obey(line)
            except Refused as refused:
                code, sentence = refused.args
                deliveries.append((self.client, f"ERR {code} {sentence}"))
        return deliveries

    def end(self) -> Deliveries:
        """What is to be delivered when the connection has ended."""
        return self.chat.leave(self.client)

    def obey(self, line: bytes | None) -> Deliveries:
        """Does what a line says; raises Refused. What is looked at first is said in the handout."""
        if line is None:
            raise Refused(413, f"a line has at most {LONGEST_LINE} bytes with its end")
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise Refused(400, "this line is not UTF-8") from None
        if "\0" in text:
            raise Refused(400, "there is a NUL byte in this line")
        word = line.split(b" ")[0].upper().decode()  # bytes: "joın".upper() is JOIN for a str, although ı is no i
        if word not in COMMANDS:
            raise Refused(405, "there is no such command")
        if not self.client.name and word not in WITHOUT_LOGIN:
            raise Refused(401, "log in first: LOGIN name")
        command, *forms = COMMANDS[word]
        fields = text.split(" ", max(1, len(forms)))[1:]  # at most so many: the last one keeps its spaces
        if len(fields) != len(forms) or not all(map(re.fullmatch, forms, fields)):
            raise Refused(400, f"{word} needs other fields than these")
        return command(self.chat, self.client, *fields)


class Lines:
    """Cuts a stream into lines: TCP promises the bytes, in order, but not in which pieces they come."""

    def __init__(self, longest: int) -> None:
        self.longest = longest  # bytes of a line, with its end
        self.begun = b""  # a line whose end has not come
        self.too_long = False  # whether this line was refused already; the rest of it is thrown away

    def cut(self, data: bytes) -> list[bytes | None]:
        """The lines that end in this piece, without their ends; None, once, for one that is too long."""
        *ended, self.begun = (self.begun + data).split(b"\n")
        lines: list[bytes | None] = []
        for line in ended:
            if self.too_long:
                self.too_long = False  # here is the end of it: the next line counts again
            elif len(line) < self.longest:
                lines.append(line.removesuffix(b"\r"))  # telnet ends a line with \r\n
            else:
                lines.append(None)
        if len(self.begun) > self.longest and not self.too_long:  # whatever may follow, it does not fit any more
            lines.append(None)
            self.too_long = True
        if self.too_long:
            self.begun = b""  # a line that never ends must not fill the memory
        return lines


if __name__ == "__main__":
    alice = Conversation(Chat())
    for piece in (b"ping one\r\nlog", b"in alice\nwho", b"\n", b"say hello\n"):
        print(f"{piece!r:26} -> {[line for _, line in alice.receive(piece)]}")
