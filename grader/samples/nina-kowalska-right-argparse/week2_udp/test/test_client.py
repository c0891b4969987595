"""Run with: python -m unittest discover week2_udp/test"""

import argparse
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from client import chat_name, port_number, requests


class RequestsTest(unittest.TestCase):
    def test_numbers(self):
        self.assertEqual(list(requests(["a\n", "b\n"])), [(1, "SAY 1 a"), (2, "SAY 2 b")])

    def test_quit(self):
        self.assertEqual(list(requests(["a\n", "/quit\n", "b\n"])), [(1, "SAY 1 a")])

    def test_empty_line_has_no_number(self):
        self.assertEqual(list(requests(["\n", "b\n"])), [(1, "SAY 1 b")])

    def test_spaces_stay(self):
        self.assertEqual(list(requests(["  a  b \n"])), [(1, "SAY 1   a  b ")])


class ArgumentTest(unittest.TestCase):
    def test_port(self):
        self.assertEqual(port_number("9000"), 9000)
        for text in ["0", "65536"]:
            with self.assertRaises(argparse.ArgumentTypeError):
                port_number(text)

    def test_name(self):
        self.assertEqual(chat_name("nina_1"), "nina_1")
        for text in ["", "two words", "x" * 21, "\u017c\u00f3\u0142w"]:
            with self.assertRaises(argparse.ArgumentTypeError):
                chat_name(text)


if __name__ == "__main__":
    unittest.main()
