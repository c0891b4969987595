"""No socket objects at all: straight to the C library with ctypes."""

import ctypes
import os
import socket
import struct
import sys

libc = ctypes.CDLL(None, use_errno=True)


def call(function, *arguments):
    result = function(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def main(host, port):
    ip = socket.inet_aton(socket.gethostbyname(host))
    address = struct.pack("=H", socket.AF_INET) + struct.pack("!H", port) + ip + bytes(8)
    listener = call(libc.socket, socket.AF_INET, socket.SOCK_STREAM, 0)
    one = ctypes.c_int(1)
    call(libc.setsockopt, listener, socket.SOL_SOCKET, socket.SO_REUSEADDR, ctypes.byref(one), ctypes.sizeof(one))
    call(libc.bind, listener, address, len(address))
    call(libc.listen, listener, 5)
    connection = call(libc.accept, listener, None, None)
    buffer = ctypes.create_string_buffer(1024)
    size = call(libc.recv, connection, buffer, len(buffer), 0)
    call(libc.send, connection, buffer, size, 0)
    call(libc.close, connection)
    call(libc.close, listener)


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[2].isdecimal() or not 1 <= int(sys.argv[2]) <= 65535:
        print("usage: server.py HOST PORT", file=sys.stderr)
        sys.exit(2)
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except OSError as error:
        print(f"libc says: {error.strerror}")
        sys.exit(1)
