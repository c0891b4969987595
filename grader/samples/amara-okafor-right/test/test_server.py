import os
import socket
import subprocess
import sys
import time
import unittest

SERVER = os.path.join(os.path.dirname(__file__), "..", "server.py")
PORT = 28008


class TestServer(unittest.TestCase):

    def test_echo(self):
        server = subprocess.Popen([sys.executable, SERVER, "localhost", str(PORT)])
        time.sleep(1)  # give it time to start
        client = socket.socket()
        client.settimeout(5)
        client.connect(("localhost", PORT))
        client.sendall(b"Hello server!")
        self.assertEqual(client.recv(1024), b"Hello server!")
        client.close()
        self.assertEqual(server.wait(timeout=5), 0)


if __name__ == "__main__":
    unittest.main()
