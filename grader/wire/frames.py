"""The frames of week 9: twelve bytes of header, and a part of a message. A message is what its chunks are together."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

HEADER = struct.Struct("!2sBBII")  # magic, version, flags, length of the payload, its CRC-32
MAGIC, VERSION = b"CR", 1
MORE = 1  # the flag of a chunk that others follow; what other flags mean is for later versions
LONGEST_CHUNK = 65_536  # bytes of a payload
LONGEST_MESSAGE = 1024 * 1024  # bytes of a message


class Broken(Exception):
    """Bytes that are no frame, after which nobody knows where the next one begins: `code` is for the error."""

    def __init__(self, code: int, text: str):
        super().__init__(text)
        self.code, self.text = code, text


class Header(NamedTuple):
    """What is known of a frame before its payload has come."""

    has_more: bool
    length: int
    checksum: int


def frame(
    payload: bytes,
    *,
    magic: bytes = MAGIC,
    version: int = VERSION,
    flags: int = 0,
    length: int | None = None,
    checksum: int | None = None,
) -> bytes:
    """A frame; checks say what is wrong with it."""
    size = len(payload) if length is None else length
    return HEADER.pack(magic, version, flags, size, zlib.crc32(payload) if checksum is None else checksum) + payload


def chunks(parts: Iterable[bytes]) -> bytes:
    """A message in these chunks."""
    *first, last = parts
    return b"".join(frame(part, flags=MORE) for part in first) + frame(last)


def message(data: bytes, size: int = LONGEST_CHUNK) -> bytes:
    """A message in as few frames as it takes, of at most so many bytes each."""
    return chunks([data[start : start + size] for start in range(0, len(data), size)] or [b""])


def as_json(said: Mapping[str, object]) -> bytes:
    """An object as text; characters are themselves, so that what fits stays as short as it is."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def packed(**said: object) -> bytes:
    """An object in frames."""
    return message(as_json(said))


def read_header(data: bytes) -> Header:
    """The twelve bytes before a payload. Raises Broken."""
    magic, version, flags, length, checksum = HEADER.unpack(data)
    if magic != MAGIC:
        raise Broken(400, f"a frame begins with {MAGIC!r}, not with {magic!r}")
    if version != VERSION:
        raise Broken(400, f"the version is {VERSION}, not {version}")
    if length > LONGEST_CHUNK:
        swapped = int.from_bytes(length.to_bytes(4, "little"), "big") <= LONGEST_CHUNK
        why = ": are these four bytes in network byte order?" if swapped else ""
        raise Broken(413, f"a payload has at most {LONGEST_CHUNK:,} bytes, not {length:,}{why}")
    return Header(bool(flags & MORE), length, checksum)


class Frames:
    """Bytes in, messages out, however the bytes are cut. What is kept is never more than a message and a frame."""

    def __init__(self) -> None:
        self._came = bytearray()
        self._header: Header | None = None  # of a frame whose payload has not come yet
        self._parts: list[bytes] = []
        self._size = 0  # of these parts

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The messages that are complete now. Raises Broken, after which it is of no more use."""
        self._came += data
        place = 0
        try:
            while (payload := self._payload(place)) is not None:
                place += HEADER.size + len(payload)
                yield from self._join(payload)
        finally:
            del self._came[:place]

    @property
    def is_between(self) -> bool:
        """Whether nothing of a message has come that is not complete."""
        return not self._came and not self._parts

    def _payload(self, place: int) -> bytes | None:
        """The payload of the frame that begins here, if it is there."""
        start = place + HEADER.size
        if self._header is None:
            if len(self._came) < start:
                return None
            self._header = read_header(self._came[place:start])
            if self._size + self._header.length > LONGEST_MESSAGE:
                raise Broken(413, f"a message has at most {LONGEST_MESSAGE:,} bytes")
        if len(self._came) < start + self._header.length:
            return None
        payload = bytes(self._came[start : start + self._header.length])
        if (found := zlib.crc32(payload)) != self._header.checksum:
            raise Broken(400, f"the checksum of the payload is {found:#010x}, not {self._header.checksum:#010x}")
        return payload

    def _join(self, payload: bytes) -> Iterator[bytes]:
        has_more, self._header = self._header.has_more, None
        if payload:  # an empty chunk costs nothing
            self._parts.append(payload)
        self._size += len(payload)
        if not has_more:
            whole = b"".join(self._parts)
            self._parts, self._size = [], 0
            yield whole
