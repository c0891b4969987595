"""Tests that need no second process."""

import socket
import sys
import threading
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import server  # noqa: E402


class ParseTest(unittest.TestCase):
    def test_good(self):
        self.assertEqual(server.parse(["localhost", "8008"]), ("localhost", 8008))

    def test_bad(self):
        for arguments in ([], ["localhost"], ["localhost", "eight"], ["localhost", "0"], ["localhost", "70000"]):
            with self.subTest(arguments=arguments), self.assertRaises(server.UsageError):
                server.parse(arguments)


class EchoTest(unittest.TestCase):
    def test_echo(self):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            thread = threading.Thread(target=server.echo, args=(theirs,))
            thread.start()
            ours.sendall(b"Hello server!")
            self.assertEqual(ours.recv(1024), b"Hello server!")
            thread.join()


if __name__ == "__main__":
    unittest.main()
