"""Run with: python -m unittest discover test"""

import socket
import subprocess
import sys
import time
import unittest
from pathlib import Path

SERVER = Path(__file__).resolve().parent.parent / "server.py"


def free_port():
    with socket.socket() as s:
        s.bind(("localhost", 0))
        return s.getsockname()[1]


def start(*args):
    return subprocess.Popen(
        [sys.executable, str(SERVER), *map(str, args)], stderr=subprocess.PIPE, text=True
    )


def connect(host, port):
    for _ in range(50):
        try:
            return socket.create_connection((host, port), timeout=5)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


class EchoTest(unittest.TestCase):
    def echo(self, message, host="localhost"):
        port = free_port()
        server = start(host, port)
        try:
            with connect(host, port) as client:
                client.sendall(message)
                answer = b""
                while chunk := client.recv(4096):
                    answer += chunk
            self.assertEqual(answer, message)
            self.assertEqual(server.wait(timeout=5), 0)
        finally:
            server.kill()
            server.communicate()

    def test_hello(self):
        self.echo(b"Hello server!")

    def test_all_bytes(self):
        self.echo(bytes(range(256)))

    def test_longest(self):
        self.echo(b"x" * 1024)


class ArgumentTest(unittest.TestCase):
    def test_usage(self):
        for args in [(), ("localhost",), ("localhost", "eight"), ("localhost", 0), ("localhost", 70000)]:
            with self.subTest(args=args):
                server = start(*args)
                _, stderr = server.communicate(timeout=5)
                self.assertEqual(server.returncode, 2)
                self.assertIn("usage", stderr.lower())


if __name__ == "__main__":
    unittest.main()
