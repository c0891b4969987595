import unittest


class TestServer(unittest.TestCase):
    def test_something(self):
        # TODO: write tests
        self.assertTrue(True)


if __name__ == "__main__":
    unittest.main()
