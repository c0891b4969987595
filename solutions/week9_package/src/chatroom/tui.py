"""The client on the whole screen: messages, people, a line to type in, and a line that says where we are."""

import asyncio
from collections import deque

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.events import Key, Paste, Resize
from textual.message import Message as Event
from textual.widgets import Input, RichLog, Static

from .connection import Connection, Over
from .conversation import HELP, Conversation, Unknown, shown
from .messages import LONGEST_TEXT, Message

KEPT = 1_000  # lines that one can scroll back to
KEYS = "PageUp PageDown scroll | Ctrl-Q ends"


async def show(connection: Connection, welcome: Message, place: str) -> None:
    """Chats until the user ends it; raises Over if the server does."""
    app = Chat(connection, welcome, place)
    problem = await app.run_async()
    if problem or app.return_code:
        raise Over(problem or "the screen has failed")


class Messages(RichLog, can_focus=False):
    """What was said. A RichLog wraps a line when it comes: so all are written again when the width changes."""

    def __init__(self) -> None:
        super().__init__(id="messages", wrap=True, min_width=0, max_lines=KEPT)
        self.said: deque[str] = deque(maxlen=KEPT)
        self.wrapped_at = 0

    def add(self, line: str) -> None:
        self.said.append(line)
        self.wrapped_write(line)

    def on_resize(self, event: Resize) -> None:
        if event.size.width != self.wrapped_at:
            self.wrapped_at = event.size.width
            self.clear()
            for line in self.said:
                self.wrapped_write(line)

    def wrapped_write(self, line: str) -> None:
        width = self.scrollable_content_region.width or None  # None before the first on_resize()
        self.write(Text(line), width)  # a Text is shown as it is: "[red]" in it is no markup

    def watch_scroll_y(self, old: float, new: float) -> None:
        """Follows what is said only from the end: whoever has scrolled back wants to read."""
        super().watch_scroll_y(old, new)
        self.auto_scroll = new >= self.max_scroll_y


class Line(Input):
    """The line to type in.

    An Input has an event for Enter, but that comes by way of the screen: who types fast has added to the line by then.
    So Enter is taken here, in its turn among the other keys.
    """

    class Entered(Event):
        def __init__(self, line: str) -> None:
            super().__init__()
            self.line = line

    def on_key(self, event: Key) -> None:
        if event.key == "enter":
            event.prevent_default()
            self.post_message(self.Entered(self.value))
            self.clear()

    def on_paste(self, event: Paste) -> None:
        event.prevent_default()  # an Input would take the first line, and drop the others without a word
        self.insert_text_at_cursor(" ".join(event.text.splitlines()))


class Chat(App[str]):
    """Everything. Its result is a sentence if the server has ended the chat.

    Nothing is said by colour alone: what is no message begins with a star.
    """

    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (60, "-wide")]
    CSS = """
    #messages { width: 1fr; padding: 0 1; }
    #people { width: 25; padding: 0 1; border-left: solid $foreground; }
    #messages, #people {
        scrollbar-size-vertical: 1; scrollbar-color: $foreground; scrollbar-background: $surface;
    }
    .-narrow #people { display: none; }
    #status { height: 1; padding: 0 1; background: $panel; }
    """
    BINDINGS = [
        Binding("ctrl+q,ctrl+c", "leave", priority=True),
        Binding("pageup", "page_up", priority=True),
        Binding("pagedown", "page_down", priority=True),
    ]

    def __init__(self, connection: Connection, welcome: Message, place: str) -> None:
        super().__init__()
        self.connection, self.welcome, self.place = connection, welcome, place
        self.conversation = Conversation()
        self.said = Messages()
        self.people = Static(markup=False)
        self.status = Static(id="status", markup=False)

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self.said
            with VerticalScroll(id="people", can_focus=False):
                yield self.people
        yield Line(placeholder="say something, or /help", max_length=LONGEST_TEXT)  # all that can have the focus
        yield self.status

    def on_mount(self) -> None:
        self.hear(self.welcome)
        self.hearing = asyncio.create_task(self.listen())

    async def listen(self) -> None:
        try:
            async for message in self.connection.messages:
                self.hear(message)
            self.exit()  # we said bye, and the server has closed
        except Over as problem:
            self.exit(str(problem))

    def hear(self, message: Message) -> None:
        for line in self.conversation.lines(message):
            self.said.add(line)
        people = self.conversation.people
        self.people.update("\n".join(sorted(people)))
        self.status.update(f"{self.conversation.name} at {self.place} | {len(people)} here | {KEYS}")

    def on_line_entered(self, event: Line.Entered) -> None:
        line = event.line
        if line.strip() == "/help":
            self.said.add(HELP)
        elif line.strip() == "/quit":
            self.action_leave()
        elif line.strip():
            self.say(line)

    def say(self, line: str) -> None:
        try:
            message = self.conversation.meant(line)
        except Unknown as problem:
            self.said.add(str(problem))
            return
        self.connection.send(message)
        if message["type"] == "say":  # the server tells everybody else
            self.said.add(shown(f"<{self.conversation.name}> {message['text']}"))

    def action_leave(self) -> None:
        self.connection.bye()
        self.set_timer(self.connection.link.farewell, self.exit)  # a server that does not close must not keep us

    def action_page_up(self) -> None:
        self.said.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        self.said.scroll_page_down(animate=False)
