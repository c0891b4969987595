"""Submissions that attack the door: each function makes one, an archive or a folder, and returns its path.

They are made small and quickly, and never unpacked by anything but the grader. What lies outside of a submission, and
must not be written, is `outside/` beside it.
"""

import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

STARTED = b'print("GOT IN", flush=True)\n'  # what a server.py says that was let in
ESCAPED = b"print('ESCAPED')\n"
MIB = 1024 * 1024
NINE_MIB = bytes(9 * MIB)  # shorter than a file may be
LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"  # the signatures in a zip archive


def zip_slip(folder: Path) -> Path:
    """Has a member that leads out of the folder by `..`."""
    return _zip(folder / "work.zip", {"server.py": STARTED, "../outside/slip.py": ESCAPED, "a/../../slip.py": ESCAPED})


def zip_absolute_name(folder: Path) -> Path:
    """Has a member with an absolute name."""
    return _zip(folder / "work.zip", {"server.py": STARTED, f"{folder}/outside/absolute.py": ESCAPED})


def zip_two_slashes(folder: Path) -> Path:
    """Has a member whose name begins with two slashes, which pathlib takes for a root of another kind."""
    return _zip(folder / "work.zip", {"server.py": STARTED, f"/{folder}/outside/slashes.py": ESCAPED})


def zip_backslashes(folder: Path) -> Path:
    """Has members whose names lead out by backslashes: of Windows, and of no importance elsewhere."""
    outside = str(folder).replace("/", "\\") + "\\outside\\backslashes.py"
    names = ["..\\outside\\back.py", "C:\\outside.py", "\\" + outside]
    return _zip(folder / "work.zip", {"server.py": STARTED, **dict.fromkeys(names, ESCAPED)})


def zip_symlink(folder: Path) -> Path:
    """Has a link to a folder outside, and then a file below the link."""
    link = _entry("link", stat.S_IFLNK | 0o777)
    return _zip(folder / "work.zip", {"server.py": STARTED, link: str(folder / "outside"), "link/linked.py": ESCAPED})


def zip_bomb(folder: Path) -> Path:
    """Has a file of 200 MiB in 200 KB."""
    return _zip(folder / "work.zip", {"server.py": STARTED, "zeros.bin": bytes(200 * MIB)})


def zip_bomb_of_files(folder: Path) -> Path:
    """Has files that are each short enough, and together too much."""
    return _zip(folder / "work.zip", {"server.py": STARTED, **{f"zeros{n}.bin": NINE_MIB for n in range(8)}})


def zip_bomb_of_bzip2(folder: Path) -> Path:
    """Has a file of 100 MiB in 150 bytes of bzip2, which zipfile unpacks in one piece, however little is read."""
    with zipfile.ZipFile(folder / "work.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("server.py", STARTED)
        archive.writestr("zeros.bin", bytes(100 * MIB))
    return folder / "work.zip"


def zip_bomb_that_lies(folder: Path) -> Path:
    """Has a file of 200 MiB that is declared to have 100 bytes."""
    path = zip_bomb(folder)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 200 * MIB), struct.pack("<I", 100)))
    return path


def zip_bomb_of_overlaps(folder: Path) -> Path:
    """Has files that share their packed bytes: each quotes the header of the next and goes on with its content."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    content, packed = NINE_MIB, packer.compress(NINE_MIB) + packer.flush()
    body, entries = b"", []
    for number in range(12):
        name = b"zeros%02d.bin" % number
        described = struct.pack("<IIIHH", zlib.crc32(content), len(packed), len(content), len(name), 0)
        header = LOCAL + struct.pack("<HHHHH", 20, 0, 8, 0, 33) + described + name
        entries.append((len(packed), name, described))
        body = header + packed
        # A block of deflate that is stored as it is: what is quoted by the file before.
        quote = b"\0" + struct.pack("<HH", len(header), len(header) ^ 0xFFFF) + header
        content, packed = header + content, quote + packed
    directory = b""
    for length, name, described in entries:
        offset = len(body) - length - 30 - len(name)  # each file reaches to the end of all
        version = struct.pack("<HHHHHH", 20, 20, 0, 8, 0, 33)
        directory += CENTRAL + version + described + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name
    end = END + struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    path = folder / "work.zip"
    path.write_bytes(body + directory + end)
    return path


def zip_with_50000_names(folder: Path) -> Path:
    """Has 50,000 empty files."""
    return _zip(folder / "work.zip", {"server.py": STARTED, **{f"{n:05}": b"" for n in range(50_000)}})


def zip_with_30000_folders(folder: Path) -> Path:
    """Has 30,000 folders, and hardly a file."""
    return _zip(folder / "work.zip", {"server.py": STARTED, **{f"{n}/": b"" for n in range(30_000)}})


def zip_with_twins(folder: Path) -> Path:
    """Has two files whose names differ in case only: on macOS one writes over the other."""
    return _zip(folder / "work.zip", {"server.py": STARTED, "Server.py": ESCAPED})


def zip_with_unicode_twins(folder: Path) -> Path:
    """Has two files whose names look the same: a letter with an accent, and a letter and an accent."""
    return _zip(folder / "work.zip", {"server.py": STARTED, "caf\u00e9.py": b"", "cafe\u0301.py": ESCAPED})


def zip_with_file_as_folder(folder: Path) -> Path:
    """Has a file, and another one below it."""
    return _zip(folder / "work.zip", {"server.py": STARTED, "test": b"", "test/test_server.py": b""})


def zip_with_nul_in_name(folder: Path) -> Path:
    """Has a name that is `server.py` up to a null byte and a text file to whoever looks at its end."""
    path = _zip(folder / "work.zip", {"server.py?.txt": STARTED})
    path.write_bytes(path.read_bytes().replace(b"server.py?", b"server.py\0"))
    return path


def zip_with_bad_utf8_names(folder: Path) -> Path:
    """Says that its names are UTF-8, and they are not."""
    path = _zip(folder / "work.zip", {"server.py": STARTED, "\u00e9\u00e9.py": b""})
    path.write_bytes(path.read_bytes().replace("\u00e9\u00e9".encode(), b"\xff\xfe\xc0\xaf"))
    return path


def zip_with_unknown_compression(folder: Path) -> Path:
    """Is packed by a method that nobody has."""
    return _patched(_zip(folder / "work.zip", {"server.py": STARTED}), offset=8, value=99)


def zip_encrypted(folder: Path) -> Path:
    """Says that it is encrypted, so that unpacking waits for a password, or fails."""
    return _patched(_zip(folder / "work.zip", {"server.py": STARTED}), offset=6, value=1)


def zip_truncated(folder: Path) -> Path:
    """Ends in the middle."""
    path = _zip(folder / "work.zip", {"server.py": STARTED * 100, "README.md": b"x" * 1000})
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def zip_with_names_for_spreadsheets(folder: Path) -> Path:
    """Has names that are formulas, HTML, options, lines and colours, for whatever shows or uses them."""
    names = ["=cmd().py", "@SUM(A1).py", "<img src=x onerror=alert(1)>.py", "-rf.py", "two\nlines.py", "\x1b[31mred.py"]
    names += ["::error::.py", "\u202eyp.live", "$(id).py", "a b'\".py"]
    return _zip(folder / "work.zip", {"server.py": STARTED, **dict.fromkeys(names, b"")})


def zip_with_git_hooks(folder: Path) -> Path:
    """Brings a repository whose settings and hooks are run by the next git command in that folder."""
    files = {".git/config": b"[core]\n\tfsmonitor = echo ESCAPED\n", ".git/hooks/post-checkout": b"echo ESCAPED\n"}
    return _zip(folder / "work.zip", {"server.py": STARTED, **files})


def zip_setuid(folder: Path) -> Path:
    """Has a program that would run with the rights of whoever unpacks it."""
    return _zip(folder / "work.zip", {_entry("server.py", stat.S_IFREG | 0o6755): STARTED})


def zip_in_zip(folder: Path) -> Path:
    """Has the work in an archive inside of the archive, where no limit was counted."""
    path = folder / "work.zip"
    return _zip(path, {"inner.zip": _zip(path, {"server.py": STARTED}).read_bytes()})


def tar_devices(folder: Path) -> Path:
    """Has a disk, the memory of the machine, and a FIFO that is never written."""
    kinds = {"disk": tarfile.BLKTYPE, "memory": tarfile.CHRTYPE, "fifo": tarfile.FIFOTYPE}
    return _tar(folder / "work.tar", STARTED, *(_special(name, kind) for name, kind in kinds.items()))


def tar_hardlink_out(folder: Path) -> Path:
    """Has a second name of a file outside."""
    return _tar(folder / "work.tar", STARTED, _special("shadow.py", tarfile.LNKTYPE, "../../../../../../etc/shadow"))


def tar_symlink_out(folder: Path) -> Path:
    """Has a link to a folder outside, and then a file below the link."""
    linked = tarfile.TarInfo("link/linked.py")
    return _tar(folder / "work.tar", STARTED, _special("link", tarfile.SYMTYPE, str(folder / "outside")), linked)


def tar_two_slashes(folder: Path) -> Path:
    """Has a member whose name begins with two slashes, which pathlib takes for a root of another kind."""
    return _tar(folder / "work.tar", STARTED, tarfile.TarInfo(f"/{folder}/outside/slashes.py"))


def tar_bomb(folder: Path) -> Path:
    """Has a file of 200 MiB in 200 KB."""
    zeros = tarfile.TarInfo("zeros.bin")
    zeros.size = 200 * MIB
    path = folder / "work.tar.gz"
    return _gz(path, zeros.tobuf() + bytes(200 * MIB) + _tar(path, STARTED).read_bytes())


def tar_sparse(folder: Path) -> Path:
    """Has a file of 8 GiB of holes, in no bytes at all."""
    holes = tarfile.TarInfo("holes.bin")
    holes.type = tarfile.GNUTYPE_SPARSE
    header = bytearray(holes.tobuf(tarfile.GNU_FORMAT))
    header[386:482] = b"0".rjust(11, b"0").ljust(12, b"\0") * 8  # four pieces of no length
    header[483:495] = b"%011o\0" % (8 * 1024**3 - 1)
    header[148:156] = b"%06o\0 " % (sum(header) - sum(header[148:156]) + 8 * ord(" "))
    return _tar_of(folder / "work.tar", [bytes(header)])


def tar_with_huge_header(folder: Path) -> Path:
    """Has an extended header of 200 MiB, which is read as a whole before any file is."""
    header = tarfile.TarInfo("header")
    header.type = tarfile.XHDTYPE
    header.size = 200 * MIB
    return _gz(folder / "work.tar.gz", header.tobuf() + b"9 a=bcde\n" * (200 * MIB // 9))


def tar_with_negative_size(folder: Path) -> Path:
    """Has a file that says it has -1,024 bytes: whoever goes on behind it goes back, and round for ever."""
    back = tarfile.TarInfo("back.bin")
    back.pax_headers = {"size": "-1024"}
    return _tar_of(folder / "work.tar", [back.tobuf(tarfile.PAX_FORMAT)])


def tar_with_slow_header(folder: Path) -> Path:
    """Has an extended header of 100,000 digits, on which a pattern of older tarfile modules works for seconds."""
    header = tarfile.TarInfo("header")
    header.type = tarfile.XHDTYPE
    header.size = 100_000
    return _tar_of(folder / "work.tar", [header.tobuf(), b"1" * 100_000, bytes(-100_000 % tarfile.BLOCKSIZE)])


def tar_with_bad_utf8_names(folder: Path) -> Path:
    """Has a name of bytes that are no text."""
    return _tar(folder / "work.tar", STARTED, tarfile.TarInfo("\udcff\udcfe.py"))


def folder_of_links(folder: Path) -> Path:
    """Is a folder with links to a secret and to its own parent, a FIFO that blocks who opens it, and a socket."""
    work = _folder(folder)
    (work / "shadow.py").symlink_to("/etc/shadow")
    (work / "round").symlink_to("..")
    (work / "etc").symlink_to("/etc")
    os.mkfifo(work / "fifo.py")
    os.mknod(work / "socket.py", stat.S_IFSOCK | 0o600)
    return work


def folder_linked_as_server(folder: Path) -> Path:
    """Is a folder whose server.py is a link to a secret, which the report would then quote."""
    work = folder / "work"
    work.mkdir()
    (work / "server.py").symlink_to("/etc/shadow")
    return work


def folder_deep(folder: Path) -> Path:
    """Is a folder of 300 folders, one in the other."""
    work = _folder(folder)
    deepest = work.joinpath(*["d"] * 300)
    deepest.mkdir(parents=True)
    (deepest / "deep.py").write_bytes(ESCAPED)
    return work


def folder_unreadable(folder: Path) -> Path:
    """Has a file that nobody may read; root may all the same."""
    work = _folder(folder)
    (work / "locked.py").write_bytes(b"")
    (work / "locked.py").chmod(0)
    return work


def archive_with_a_long_name(folder: Path) -> Path:
    """Has a name of 255 bytes, to which no report can add an ending."""
    return _zip(folder / f"{'n' * 251}.zip", {"server.py": STARTED})


def zip_with_deep_folders(folder: Path) -> Path:
    """Has few enough files, each in folders of its own."""
    names = {f"{number}/" + "/".join("abcde") + "/f": b"" for number in range(1_900)}
    return _zip(folder / "work.zip", {"server.py": STARTED, **names})


def archive_called_formula(folder: Path) -> Path:
    """Has a name that a spreadsheet computes."""
    return _zip(folder / "=cmd()|x.zip", {"server.py": STARTED})


def archive_called_html(folder: Path) -> Path:
    """Has a name that a browser runs."""
    return _zip(folder / "<img src=x onerror=alert(1)>.zip", {"server.py": STARTED})


def archive_called_option(folder: Path) -> Path:
    """Has a name that is an option, with the colours and the command of a terminal in it."""
    return _zip(folder / "--help\x1b]52;c;bHM=\x07\n::error::.zip", {"server.py": STARTED})


def not_an_archive(folder: Path) -> Path:
    """Is a text that is called a zip archive."""
    path = folder / "work.zip"
    path.write_bytes(STARTED)
    return path


def gzip_bomb(folder: Path) -> Path:
    """Has 300 MiB of zeros, which are the end of a tar archive that goes on and on."""
    return _gz(folder / "work.tar.gz", bytes(300 * MIB))


def _entry(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    entry.create_system = 3  # Unix, which has modes
    return entry


def _zip(path: Path, members: dict) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def _patched(path: Path, offset: int, value: int) -> Path:
    """Changes a number in the header of the first file, here and in the directory, where it is two bytes later."""
    content = bytearray(path.read_bytes())
    for place in (content.find(LOCAL) + offset, content.find(CENTRAL) + offset + 2):
        content[place : place + 2] = struct.pack("<H", value)
    path.write_bytes(content)
    return path


def _special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def _tar(path: Path, server: bytes, *members: tarfile.TarInfo) -> Path:
    """A tar archive of a server.py and of members without content."""
    with tarfile.open(path, "w") as archive:
        work = tarfile.TarInfo("server.py")
        work.size = len(server)
        archive.addfile(work, io.BytesIO(server))
        for member in members:
            archive.addfile(member)
    return path


def _tar_of(path: Path, blocks: list[bytes]) -> Path:
    """A tar archive that begins with blocks made by hand, and goes on with a server.py."""
    path.write_bytes(b"".join(blocks) + _tar(path, STARTED).read_bytes())
    return path


def _gz(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content, compresslevel=1))
    return path


def _folder(folder: Path) -> Path:
    work = folder / "work"
    work.mkdir()
    (work / "server.py").write_bytes(STARTED)
    return work
