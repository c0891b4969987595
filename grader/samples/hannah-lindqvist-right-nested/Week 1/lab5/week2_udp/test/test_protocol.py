import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from protocol import Answer, Message, Refusal, parse


class TestParse(unittest.TestCase):
    def test_message(self):
        self.assertEqual(parse(b"MSG 7 bob hi  alice"), Message(7, "bob", "hi  alice"))
        self.assertEqual(str(parse(b"MSG 7 bob hi")), "bob: hi")

    def test_answers(self):
        self.assertEqual(parse(b"OK 3"), Answer("OK 3"))
        self.assertEqual(parse(b"ERROR 409 name taken"), Refusal(409, "name taken"))

    def test_garbage(self):
        for datagram in [b"", b"\xff\xfe", b"MSG", b"MSG 1", b"MSG x bob hi", b"HELLO?"]:
            with self.subTest(datagram=datagram):
                self.assertIsNone(parse(datagram))


if __name__ == "__main__":
    unittest.main()
