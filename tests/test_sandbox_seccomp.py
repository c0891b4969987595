"""The filter of system calls, step by step as the kernel would take them: what it refuses, and what it lets pass."""

import errno
import platform
import re
import struct
import sys
from pathlib import Path

import pytest

from grader.sandbox import seccomp

HEADERS = {  # where the numbers of each kind of machine are written down, if they are
    "x86_64": [Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Path("/usr/include/asm/unistd_64.h")],
    "aarch64": [Path("/usr/include/asm-generic/unistd.h")],
}
MACHINES = [*HEADERS]
X86, ARM, I386 = 0xC000003E, 0xC00000B7, 0x40000003  # AUDIT_ARCH_*, linux/audit.h
ALLOWED = 0
CLONE_NEWUSER, CLONE_THREAD, CLONE_NEWTIME = 0x10000000, 0x00010000, 0x80
FAMILIES = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
OTHERS = {"AF_ALG": 38, "AF_PACKET": 17, "AF_VSOCK": 40, "AF_BLUETOOTH": 31, "AF_X25": 9, "none": 2**32 - 1}

REFUSED_REQUESTS = {"TIOCSTI": 0x5412, "TIOCLINUX": 0x541C, "TIOCSETD": 0x5423}
REQUESTS = {"TCGETS": 0x5401, "TCSETS": 0x5402, "TCXONC": 0x540A, "TIOCSCTTY": 0x540E, "TIOCOUTQ": 0x5411,
            "TIOCGWINSZ": 0x5413, "TIOCSWINSZ": 0x5414, "FIONREAD": 0x541B, "FIONBIO": 0x5421, "TIOCNOTTY": 0x5422,
            "TIOCGETD": 0x5424, "none": 0}  # fmt: skip

# A call of x86_64 (architecture, number, first argument), and the error it gets.
CALLS = {
    "read": ((X86, 0, 0), ALLOWED),
    "execve": ((X86, 59, 0), ALLOWED),
    "fork": ((X86, 57, 0), ALLOWED),
    "mmap": ((X86, 9, 0), ALLOWED),
    "a call that will be new": ((X86, 999, 0), ALLOWED),
    "the last number before x32": ((X86, 0x3FFFFFFF, 0), ALLOWED),
    "clone of a thread": ((X86, 56, CLONE_THREAD), ALLOWED),
    "clone of a process": ((X86, 56, 17), ALLOWED),
    "clone into a namespace": ((X86, 56, CLONE_NEWUSER | 17), errno.EPERM),
    "clone into a time namespace": ((X86, 56, CLONE_NEWTIME), errno.EPERM),
    "flags of clone for another call": ((X86, 57, CLONE_NEWUSER), ALLOWED),
    "clone3": ((X86, 435, 0), errno.ENOSYS),
    "ptrace": ((X86, 101, 0), errno.EPERM),
    "memfd_secret": ((X86, 447, 0), errno.EPERM),
    "io_uring_setup": ((X86, 425, 0), errno.EPERM),
    "the first number of x32": ((X86, 0x40000000, 0), errno.ENOSYS),
    "ptrace of x32": ((X86, 0x40000000 + 521, 0), errno.ENOSYS),
    "a number below zero": ((X86, 2**32 - 1, 0), errno.ENOSYS),
    "exit of i386": ((I386, 1, 0), errno.EPERM),
    "read of aarch64": ((ARM, 63, 0), errno.EPERM),
}


def verdict(filtering: bytes, architecture: int, number: int, *arguments: int) -> int:
    """The error with which a filter refuses a call, or 0: classic BPF, as far as it is used. linux/seccomp.h."""
    call = struct.pack("=IIQ6Q", number, architecture, 0, *arguments, *[0] * (6 - len(arguments)))
    steps = [*struct.iter_unpack("=HBBI", filtering)]
    place, loaded = 0, 0
    while True:
        code, if_true, if_false, value = steps[place]
        place += 1
        match code:
            case 0x20:
                (loaded,) = struct.unpack_from("=I", call, value)
            case 0x15 | 0x35 | 0x45:
                holds = {0x15: loaded == value, 0x35: loaded >= value, 0x45: loaded & value != 0}[code]
                place += if_true if holds else if_false
            case 0x06:
                assert value == 0x7FFF0000 or value & 0xFFFF0000 == 0x00050000
                return 0 if value == 0x7FFF0000 else value & 0xFFFF


@pytest.fixture(params=MACHINES)
def machine(request):
    """A kind of machine for which there is a filter."""
    return request.param


@pytest.fixture
def numbers(machine):
    """The numbers of its calls by name, as the header says."""
    text = next((path.read_text() for path in HEADERS[machine] if path.is_file()), "")
    if not text:
        pytest.skip(f"this machine has no header with the system calls of {machine}")
    return {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\b", text)}


def test_a_filter_fits_into_the_kernel(machine):
    filtering = seccomp.program(machine)
    assert (len(filtering) % 8, len(filtering) // 8 <= 4096) == (0, True)  # BPF_MAXINSNS


def test_every_number_is_that_of_the_header(machine, numbers):
    ours = seccomp.REFUSED[machine] | seccomp.REFUSED_EVERYWHERE | {"clone3": seccomp.CLONE3}
    ours |= {"clone": seccomp.CLONE[machine], "socket": seccomp.SOCKET[machine], "ioctl": seccomp.IOCTL[machine]}
    assert {name: numbers.get(name, number) for name, number in ours.items()} == ours


def test_the_header_knows_nearly_every_call(machine, numbers):
    assert len((seccomp.REFUSED[machine] | seccomp.REFUSED_EVERYWHERE).keys() - numbers.keys()) <= 2


def test_every_machine_refuses_the_same():
    assert seccomp.REFUSED["x86_64"].keys() == seccomp.REFUSED["aarch64"].keys()


def test_what_is_listed_is_refused_and_nothing_else(machine):
    filtering, kind = seccomp.program(machine), seccomp.ARCHITECTURE[machine]
    refused = {number for number in range(600) if verdict(filtering, kind, number) == errno.EPERM}
    assert refused == {*seccomp.REFUSED[machine].values(), *seccomp.REFUSED_EVERYWHERE.values()}


@pytest.mark.parametrize(("call", "error"), CALLS.values(), ids=CALLS)
def test_on_x86_64_the_verdict_is_right_for(call, error):
    assert verdict(seccomp.program("x86_64"), *call) == error


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_program_can_have_sockets_of(family, machine):
    call = (seccomp.ARCHITECTURE[machine], seccomp.SOCKET[machine], family)
    assert verdict(seccomp.program(machine), *call) == ALLOWED


@pytest.mark.parametrize("family", OTHERS.values(), ids=OTHERS)
def test_a_program_has_no_sockets_of(family, machine):
    call = (seccomp.ARCHITECTURE[machine], seccomp.SOCKET[machine], family)
    assert verdict(seccomp.program(machine), *call) == errno.EAFNOSUPPORT


@pytest.mark.parametrize("above", [0, 1 << 32, 0xFFFFFFFF << 32], ids=hex)  # of which the kernel takes no notice
@pytest.mark.parametrize("request_", REFUSED_REQUESTS.values(), ids=REFUSED_REQUESTS)
def test_a_program_cannot_ask_a_terminal_for(request_, above, machine):
    call = (seccomp.ARCHITECTURE[machine], seccomp.IOCTL[machine], 1, above | request_)
    assert verdict(seccomp.program(machine), *call) == errno.EPERM


@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_a_program_can_ask_a_terminal_for(request_, machine):
    call = (seccomp.ARCHITECTURE[machine], seccomp.IOCTL[machine], 1, request_)
    assert verdict(seccomp.program(machine), *call) == ALLOWED


@pytest.mark.parametrize("number", REFUSED_REQUESTS.values(), ids=REFUSED_REQUESTS)
def test_what_no_terminal_is_asked_for_may_be_an_argument_of_another_call(number, machine):
    call = (seccomp.ARCHITECTURE[machine], seccomp.SOCKET[machine], 1, number)
    assert verdict(seccomp.program(machine), *call) == ALLOWED


@pytest.mark.parametrize("flag", [1 << bit for bit in range(32)], ids=hex)
def test_clone_is_refused_with_every_flag_of_a_namespace(flag, machine):
    of_namespaces = {0x80, *(1 << bit for bit in range(25, 31)), 0x00020000}  # CLONE_NEW* and CLONE_NEWNS
    expected = errno.EPERM if flag in of_namespaces else ALLOWED
    assert verdict(seccomp.program(machine), seccomp.ARCHITECTURE[machine], seccomp.CLONE[machine], flag) == expected


def test_there_is_a_filter_for_this_machine_if_it_is_of_a_known_kind():
    known = sys.platform.startswith("linux") and platform.machine() in MACHINES
    assert bool(seccomp.program()) is known


@pytest.mark.parametrize(("system", "machine"), [("darwin", "x86_64"), ("linux", "riscv64")])
def test_there_is_no_filter_for(system, machine, monkeypatch):
    monkeypatch.setattr(sys, "platform", system)
    assert seccomp.program(machine) == b""
