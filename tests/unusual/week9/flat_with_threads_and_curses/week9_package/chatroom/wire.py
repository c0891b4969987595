"""Frames on a blocking socket."""

import json
import struct
import zlib

PIECE, LARGEST, MESSAGE = 60_000, 65_536, 1 << 20


class Bad(Exception):
    """What came is no frame; made with a code and a text."""


def pack(**fields):
    payload = json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")
    frames = b""
    while True:
        piece, payload = payload[:PIECE], payload[PIECE:]
        frames += struct.pack("!2sBBII", b"CR", 1, bool(payload), len(piece), zlib.crc32(piece)) + piece
        if not payload:
            return frames


def receive(read):
    """The payload of the next message, read by read(count); None at the end."""
    pieces, size = [], 0
    while len(header := read(12)) == 12:
        magic, version, flags, length, checksum = struct.unpack("!2sBBII", header)
        if (magic, version) != (b"CR", 1):
            raise Bad(400, "these are no frames of version 1")
        size += length
        if length > LARGEST or size > MESSAGE:
            raise Bad(413, "that is too much")
        if len(piece := read(length)) < length:
            return None
        if zlib.crc32(piece) != checksum:
            raise Bad(400, "the checksum is wrong")
        pieces.append(piece)
        if flags % 2 == 0:
            return b"".join(pieces)
    return None
