"""The door by which a submission comes in: a folder or an archive, of which only plain files are taken.

Regular files only, names that are safe on every system, and caps counted while the bytes stream, because what an
archive declares need not be true. What is left out is said.
"""

from __future__ import annotations

import gzip
import hashlib
import lzma
import os
import stat
import struct
import tarfile
import time
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, NoReturn

from grader.check import Refused

ARCHIVES = (".zip", ".tar.gz", ".tgz", ".tar")
LEFT_OUT = {".git", ".venv", "venv", "node_modules", "__pycache__", "__MACOSX", ".DS_Store", ".pytest_cache", ".idea"}
MAX_FILES = 2_000  # a lab has fifty
MAX_FOLDERS = 2_000
MAX_FILE = 10 * 1024 * 1024  # bytes: a screenshot or a capture, not a film
MAX_TOTAL = 50 * 1024 * 1024  # bytes: 300 submissions of this size still fit on a laptop's disk, one at a time
MAX_ENTRIES = 20_000  # folders, links and what is left out, too: a forgotten venv has five thousand
MAX_NAME = 200  # bytes: what every file system and every report can hold
MAX_DEPTH = 10
MAX_REMARKS = 20
MAX_HEADER = 4_096  # bytes of a tar archive's extended headers; Python searched them in quadratic time (CVE-2024-6232)
MAX_SECONDS = 20.0  # of processor time: 50 MB take one
EXTENDED = (
    tarfile.XHDTYPE,
    tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
    tarfile.GNUTYPE_LONGNAME,
    tarfile.GNUTYPE_LONGLINK,
)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # others are unpacked in one go, however much comes out
DIRECTORY_ENTRY = 46 + 2 * MAX_NAME  # bytes of a zip archive's directory for each file: APPNOTE.TXT, section 4.3.12
# What the standard library's archive modules were seen to raise on damaged or encrypted archives.
UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    tarfile.TarError,
)


class Member(NamedTuple):
    """A regular file of a submission: its name with `/`, and how to read it."""

    name: str
    open: Callable[[], IO[bytes]]


@dataclass
class Intake:
    """What has been taken in so far, and what was left out."""

    folder: Path
    _remarks: dict[str, None] = field(default_factory=dict)  # a set that keeps its order
    _began: float = field(default_factory=time.thread_time)
    _total: int = 0
    _entries: int = 0
    _names: dict[str, str] = field(default_factory=dict)
    _folders: set[tuple[str, ...]] = field(default_factory=set)
    _hashes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)

    def members(self, path: Path) -> Iterator[Member]:
        """The regular files of a folder or an archive, one after the other."""
        if path.is_dir():
            return self._of_folder(path)
        if not path.exists():
            raise Refused(f"{path.name} is not there.")
        if not path.name.lower().endswith(ARCHIVES):
            raise Refused(f"{path.name} is neither a folder nor an archive ({', '.join(ARCHIVES)}).")
        if path.stat().st_size > MAX_TOTAL:
            raise Refused(f"{path.name} has more than {MAX_TOTAL:,} bytes.")
        with path.open("rb") as file:
            return self._of_zip(path) if file.read(2) == b"PK" else self._of_tar(path)

    def loose(self, files: Iterable[tuple[str, Path]]) -> Iterator[Member]:
        """Single files, each by the name that it has in the work."""
        for name, path in files:
            self._count()
            if stat.S_ISREG(path.lstat().st_mode):
                yield Member(name, lambda path=path: path.open("rb"))
            else:
                self._leave_out(name, "a link or a special file")

    def take(self, member: Member) -> None:
        """Writes one file below the folder, if its name and size are acceptable."""
        parts = self._acceptable(member.name)
        if parts is None:
            return
        if len(self._names) >= MAX_FILES:
            raise Refused(f"It has more than {MAX_FILES:,} files.")
        name = "/".join(parts)
        key = unicodedata.normalize("NFC", name).casefold()
        if key in self._names:
            twins = f"{ascii(self._names[key])} and {ascii(member.name)}"
            raise Refused(f"It has two files that some systems cannot tell apart: {twins}.")
        self._names[key] = member.name
        self._folders |= {parts[:depth] for depth in range(1, len(parts))}
        if len(self._folders) > MAX_FOLDERS:
            raise Refused(f"It has more than {MAX_FOLDERS:,} folders.")
        self._write(member, name)

    def fingerprint(self) -> str:
        """A hash of every name and every byte, and of what was left out."""
        return hashlib.sha256(repr((sorted(self._hashes.items()), self.all_remarks())).encode()).hexdigest()

    def names(self) -> list[str]:
        """The files that were taken."""
        return [*self._hashes]

    def remark(self, sentence: str) -> None:
        """Notes what an instructor should know, once."""
        self._remarks[sentence] = None

    def all_remarks(self) -> list[str]:
        """The remarks, and how many more there were."""
        more = len(self._remarks) - MAX_REMARKS
        return [*self._remarks][:MAX_REMARKS] + ([f"and {more:,} more"] if more > 0 else [])

    def _write(self, member: Member, name: str) -> None:
        target = self.folder.joinpath(name)
        size, digest = 0, hashlib.sha256()
        with member.open() as source, _created(target, name) as copy:
            while chunk := source.read(1 << 16):
                size += len(chunk)
                self._total += len(chunk)
                if self._total > MAX_TOTAL:
                    raise Refused(f"Unpacked it has more than {MAX_TOTAL:,} bytes.")
                if size > MAX_FILE:
                    break
                digest.update(chunk)
                copy.write(chunk)
        if size > MAX_FILE:
            target.unlink()
            self._leave_out(name, f"more than {MAX_FILE:,} bytes")
            return
        # Zip archives and Windows have no executable bit, and a start.sh may start anything beside it.
        target.chmod(0o755)
        self._hashes[name] = digest.hexdigest()

    def _acceptable(self, name: str) -> tuple[str, ...] | None:
        """The parts of a member's name, or None, with a remark, where it is not to be written."""
        parts = PurePosixPath(unicodedata.normalize("NFC", name.replace("\\", "/"))).parts
        if ignored := LEFT_OUT.intersection(parts):
            self._leave_out(min(ignored), "not part of the work")
        elif not parts or parts[0].startswith("/") or ".." in parts:  # two slashes are a root of their own in POSIX
            self._leave_out(name, "its name leads elsewhere")
        elif any(part.startswith("-") for part in parts):
            self._leave_out(name, "its name starts with a dash")
        elif not name.isprintable() or ":" in name:
            self._leave_out(name, "its name has characters that not every system takes")
        elif len(name.encode("utf-8", "surrogateescape")) > MAX_NAME:
            self._leave_out(name, "its name is too long")
        elif len(parts) > MAX_DEPTH:
            self._leave_out(name, "it is too deep in folders")
        else:
            return parts
        return None

    def _leave_out(self, name: str, why: str) -> None:
        shown = ascii(name)
        self.remark(f"left out {shown if len(shown) <= 60 else shown[:56] + '...' + shown[-1]}: {why}")

    def _count(self) -> None:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise Refused(f"It has more than {MAX_ENTRIES:,} files and folders.")
        if time.thread_time() - self._began > MAX_SECONDS:
            raise Refused("It takes too long to unpack.")

    def _of_folder(self, top: Path) -> Iterator[Member]:
        for folder, subfolders, files in os.walk(top, onerror=_raise):
            self._count()
            for name in sorted(LEFT_OUT.intersection(subfolders)):
                self._leave_out(name, "not part of the work")
            subfolders[:] = sorted(set(subfolders) - LEFT_OUT)
            links = [name for name in subfolders if Path(folder, name).is_symlink()]
            for name in sorted([*files, *links]):
                self._count()
                path = Path(folder, name)
                relative = path.relative_to(top).as_posix()
                if stat.S_ISREG(path.lstat().st_mode):
                    yield Member(relative, lambda path=path: path.open("rb"))
                else:
                    self._leave_out(relative, "a link or a special file")

    def _of_zip(self, path: Path) -> Iterator[Member]:
        if _directory_size(path) > MAX_ENTRIES * DIRECTORY_ENTRY:  # it would be read as a whole
            raise Refused(f"It has more than {MAX_ENTRIES:,} files and folders.")
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                self._count()
                kind = stat.S_IFMT(info.external_attr >> 16)
                if info.filename.endswith("/"):
                    continue
                if info.flag_bits & 1:
                    raise Refused(f"{path.name} is encrypted. Hand it in without a password.")
                if info.compress_type not in METHODS:
                    raise Refused(f"{path.name} is packed in an unusual way. Zip it with the system's own tool.")
                if kind in (0, stat.S_IFREG):
                    yield Member(info.filename, lambda info=info: archive.open(info))
                else:
                    self._leave_out(info.filename, "a link or a special file")

    def _of_tar(self, path: Path) -> Iterator[Member]:
        with (
            path.open("rb") as file,
            Unpacked(file) as stream,
            tarfile.open(fileobj=stream, mode="r|", tarinfo=ShortHeader) as archive,
        ):
            for info in archive:
                self._count()
                if info.isreg():
                    yield Member(info.name, lambda info=info: archive.extractfile(info))
                elif not info.isdir():
                    self._leave_out(info.name, "a link or a special file")
            # A header that is damaged looks like the end to tarfile; after the true end there are only zeros.
            if archive.fileobj.read(MAX_TOTAL).strip(b"\0"):
                raise tarfile.ReadError


def names_in(path: Path) -> list[str]:
    """The names in a zip archive; none where it is no such archive, or has too many."""
    try:
        if not zipfile.is_zipfile(path) or _directory_size(path) > MAX_ENTRIES * DIRECTORY_ENTRY:
            return []
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except UNREADABLE:
        return []


class Unpacked:
    """The bytes of a tar archive, unpacked if it is packed; counted, because headers can be bombs as well."""

    def __init__(self, file: IO[bytes]):
        packed = file.read(2) == b"\x1f\x8b"  # RFC 1952, section 2.3.1
        file.seek(0)
        self._file = gzip.GzipFile(fileobj=file) if packed else file
        self._left = MAX_TOTAL + MAX_ENTRIES * tarfile.RECORDSIZE // 10

    def read(self, size: int) -> bytes:
        """The next bytes; raises Refused beyond all that an acceptable archive can have."""
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise Refused(f"Unpacked it has more than {MAX_TOTAL:,} bytes.")
        return data

    def __enter__(self) -> Unpacked:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class ShortHeader(tarfile.TarInfo):
    """A member of a tar archive whose extended headers, if it has any, are not too long."""

    @classmethod
    def frombuf(cls, buf: bytes, encoding: str, errors: str) -> tarfile.TarInfo:
        """The member that a header describes."""
        member = super().frombuf(buf, encoding, errors)
        if member.size > MAX_HEADER and member.type in EXTENDED:
            raise Refused(f"It has a header of more than {MAX_HEADER:,} bytes.")
        return member


def _directory_size(path: Path) -> int:
    """The size of a zip archive's directory, by its end record, of either kind: APPNOTE.TXT, 4.3.14 and 4.3.16."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 17)))
        tail = file.read()
    sizes = [0]
    for signature, form, offset in ((b"PK\x05\x06", "<I", 12), (b"PK\x06\x06", "<Q", 40)):
        place = tail.rfind(signature)
        with suppress(struct.error):
            sizes += struct.unpack_from(form, tail, place + offset) if place >= 0 else ()
    return max(size for size in sizes if size != 0xFFFFFFFF)


def _created(target: Path, name: str) -> IO[bytes]:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return target.open("xb")
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"It has a file and a folder of the same name on the way to {ascii(name)}.") from None


def _raise(error: OSError) -> NoReturn:
    raise error
