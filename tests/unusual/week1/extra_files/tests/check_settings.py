"""Run it from the folder above: python -m tests.check_settings."""

import unittest

from echolab import Settings


class SettingsCase(unittest.TestCase):
    def test_good(self):
        self.assertEqual(Settings.parse(["localhost", "8008"]), ("localhost", 8008))

    def test_bad(self):
        for port in "eight", "0", "70000":
            self.assertIsNone(Settings.parse(["localhost", port]))


if __name__ == "__main__":
    unittest.main()
