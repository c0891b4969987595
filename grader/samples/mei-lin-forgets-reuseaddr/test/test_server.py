import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from server import check_port


class TestCheckPort(unittest.TestCase):
    def test_ok(self):
        self.assertEqual(check_port("8008"), 8008)

    def test_text(self):
        self.assertIsNone(check_port("eight"))

    def test_zero(self):
        self.assertIsNone(check_port("0"))

    def test_too_big(self):
        self.assertIsNone(check_port("70000"))


if __name__ == "__main__":
    unittest.main()
