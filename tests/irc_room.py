"""The lab's IRC server with people in it, held in the hand: lines in, lines out."""

from grader.reference.irc.chat import IrcChat
from grader.reference.irc.settings import Settings

NOW = 1_750_000_000.0  # 2025-06-15T15:06:40Z
TIME = "time=2025-06-15T15:06:40.000Z"


class Room:
    """A server `irc` with people, whose names are their keys, and whose hosts are `h`."""

    def __init__(self, *nicks, heard=lambda name, text: None, **settings):
        self.chat = IrcChat(heard, now=NOW, settings=Settings(name="irc", **{"flood": 0, **settings}))
        for nick in nicks:
            self.enters(nick)

    def enters(self, nick, *capabilities):
        """Somebody registers, with these capabilities. What they are told."""
        self.chat.opens(nick, "h")
        wanted = [f"CAP REQ :{' '.join(capabilities)}", "CAP END"] if capabilities else []
        return self.says(nick, *wanted, f"NICK {nick}", f"USER {nick} 0 * :{nick.title()}")

    def does(self, *steps):
        """These happen, each `who line`; what is told is of no interest."""
        for step in steps:
            self.gets(step)
        return self

    def gets(self, step):
        """What is told when `who line` happens: `whom line` for each."""
        who, _, line = step.partition(" ")
        return self.says(who, line)

    def says(self, who, *lines):
        """What is told when somebody sends these lines at once."""
        return told(self.chat.receives(who, "".join(f"{line}\r\n" for line in lines).encode()))

    def leaves(self, who):
        """What is told when somebody's connection ends."""
        return told(self.chat.ends(who))

    def later(self, seconds):
        """What is told so much later than the server began."""
        return told(self.chat.ticks(NOW + seconds))


def told(deliveries):
    """`whom line` of each line, sorted by whom; `whom END` where the connection ends."""
    found = []
    for to, data, ends in sorted(deliveries, key=lambda delivery: delivery.to):
        assert data.endswith(b"\r\n")
        found += [f"{to} {line}" for line in data.decode().split("\r\n")[:-1]]
        found += [f"{to} END"] if ends else []
    return found
