"""The objects inside the frames, and what can be wrong with them. No input and output here."""

# A dict as it is in JSON. From outside it may hold anything: look at each value before you use it.
Message = dict[str, object]

# TODO 2: make bytes of objects, and objects of bytes; look at names and texts.


class Refused(Exception):
    """A message that is not obeyed; it is made with a code, and a sentence for its sender."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def encode(message: Message) -> bytes:
    """A message as JSON in UTF-8."""
    return b""


def decode(payload: bytes) -> Message:
    """The object in a payload; raises Refused if there is none."""
    return {}


def checked_name(value: object) -> str:
    """A name that one may have; raises Refused."""
    return ""


def checked_text(value: object) -> str:
    """A text that one may say; raises Refused."""
    return ""
