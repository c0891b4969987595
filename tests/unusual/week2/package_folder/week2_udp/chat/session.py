"""A conversation with the server, from HELLO to BYE."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Iterable
from typing import Self

from .arguments import Arguments
from .errors import ChatError, NoAnswer, NotWelcome
from .messages import Message, Verb


class Session:
    def __init__(self, arguments: Arguments):
        self._name = arguments.name
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            self._udp.connect(arguments[:2])
        except OSError as error:
            raise ChatError(f"{arguments.host}: {error.strerror}") from error
        self._answers: queue.Queue[Message] = queue.Queue()
        self._printed: set[str] = set()

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        answer = self._ask(Message(Verb.HELLO, (self._name,)), Message(Verb.WELCOME, (self._name,)))
        if answer.verb is Verb.ERROR:
            raise NotWelcome(f"The server says: {answer.fields[1]}")
        return self

    def run(self, lines: Iterable[str]) -> None:
        number = 1
        for line in lines:
            line = line.removesuffix("\n")
            match line:
                case "/quit":
                    return
                case "":
                    continue
            message = Message(Verb.SAY, (str(number), line))
            if len(bytes(message)) > 1200:
                print("(this does not fit, please say it in two lines)", flush=True)
                continue
            answer = self._ask(message, Message(Verb.OK, (str(number),)))
            if answer.verb is Verb.ERROR:
                print(f"({answer.fields[1]})", flush=True)
            number += 1

    def __exit__(self, kind, error, trace) -> None:
        if kind is None or kind is KeyboardInterrupt:
            try:
                self._ask(Message(Verb.BYE), Message(Verb.BYE), tries=4)
            except NoAnswer:
                pass

    def _ask(self, message: Message, wanted: Message, tries: int = 20) -> Message:
        for _ in range(tries):
            self._send(message)
            try:
                while True:
                    answer = self._answers.get(timeout=0.25)
                    if answer == wanted or answer.verb is Verb.ERROR:
                        return answer
            except queue.Empty:
                continue
        raise NoAnswer(f"{tries} times {message.verb}, and no answer")

    def _send(self, message: Message) -> None:
        try:
            self._udp.send(bytes(message))
        except OSError:
            pass

    def _listen(self) -> None:
        while True:
            try:
                message = Message.parse(self._udp.recv(1 << 16))
            except (OSError, ValueError):
                continue
            if message.verb is not Verb.MSG:
                self._answers.put(message)
                continue
            number, name, text = message.fields
            if number not in self._printed:
                print(f"{name}: {text}", flush=True)
                self._printed.add(number)
            self._send(Message(Verb.GOT, (number,)))
