"""The client on the screen, with curses: the people are above, what was said is below, one types in the last line."""

import curses
import locale
import os
import queue
import select
import threading
import unicodedata

from .client import Client, Over, clean


class Screen(Client):
    def __init__(self, *where):
        super().__init__(*where)
        self.lines, self.line, self.news = [], "", queue.SimpleQueue()
        self.bell, self.ring = os.pipe()

    def show(self, line):
        self.news.put(line)
        os.write(self.ring, b"!")

    complain = show

    def say(self, text):
        super().say(text)
        self.show(f"<{self.name}> {text}")

    def listen(self):
        try:
            self.hear()
        except Over as over:
            self.news.put(over)
            os.write(self.ring, b"!")

    def run(self):
        locale.setlocale(locale.LC_ALL, "")
        threading.Thread(target=self.listen, daemon=True).start()
        while not self.is_in:  # a refused name is told on the terminal as it is
            news = self.news.get()
            os.read(self.bell, 1)
            if isinstance(news, Over):
                raise news
            self.lines.append(clean(news))
        over = curses.wrapper(self.paint)
        return over.args[1] or over.args[0]

    def paint(self, window):
        curses.raw()  # Ctrl-Q would let the output go on, else
        window.nodelay(True)
        while True:
            while not self.news.empty():
                news = self.news.get()
                os.read(self.bell, 1)
                if isinstance(news, Over):
                    return news
                self.lines.append(clean(news))
            self.draw(window)
            select.select([0, self.bell], [], [], 0.3)
            while (key := self.key(window)) is not None:
                if key in ("\x11", "\x03"):
                    self.leave()
                elif key in ("\r", "\n"):
                    line, self.line = self.line, ""
                    self.typed(line)
                elif key in ("\x7f", "\b", curses.KEY_BACKSPACE):
                    self.line = self.line[:-1]
                elif isinstance(key, str) and key.isprintable():
                    self.line += key

    def key(self, window):
        try:
            return window.get_wch()
        except curses.error:
            return None

    def draw(self, window):
        rows, columns = window.getmaxyx()
        window.erase()
        put = lambda row, text: window.addstr(row, 0, text, curses.A_REVERSE if row == 1 else 0)  # noqa: E731
        here = f"{len(self.people)} here: {' '.join(self.people)}"
        put(0, here[: columns - 1])
        put(1, f" {self.name} ".center(columns - 1))
        wrapped = [row for line in self.lines[-500:] for row in wrap(line, columns - 2)]
        for at, row in enumerate(wrapped[-(rows - 4) :], 2):
            put(at, row)
        put(rows - 1, "> " + self.line[-(columns // 2) :] if len(self.line) > columns - 4 else "> " + self.line)
        window.refresh()


def wrap(line, width):
    """The line in pieces that fit; some characters take two cells, and some none."""
    row, used = "", 0
    for character in line:
        cells = 0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if used + cells > width:
            yield row
            row, used = "", 0
        row, used = row + character, used + cells
    yield row
