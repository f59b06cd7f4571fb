"""One line of a script for many clients: master/each.py."""

import unittest

from master.client_lines import Act, Connect
from master.each import Each
from master.script import ScriptError, parse

CLIENTS = "each 1..3 client r% connect 0\n"


class EachTest(unittest.TestCase):
    def each(self, line: str) -> Each:
        command = parse("x", CLIENTS + line)[1]
        assert isinstance(command, Each)
        return command

    def test_a_line_is_said_for_each_number(self) -> None:
        (connects,) = parse("x", "each 9..11 client r% connect 0 text")
        assert isinstance(connects, Each)
        self.assertEqual(connects.commands, tuple(Connect("x", 1, f"r{n}", 0, "text") for n in (9, 10, 11)))
        said = self.each("each 2..3 r% post hello % of %")
        self.assertEqual(said.commands, tuple(Act("x", 2, f"r{n}", "post", (f"hello {n} of {n}",)) for n in (2, 3)))

    def test_answers_that_differ_only_in_the_numbered_words_are_one(self) -> None:
        login = self.each("each 1..3 r% login reader% secret")
        self.assertEqual(login.answers(["logged_in reader1", "logged_in reader2", "logged_in reader3"]),
                         ["logged_in reader%"])
        self.assertEqual(login.answers([None, None, None]), [])

    def test_any_other_difference_shows_each(self) -> None:
        login = self.each("each 1..3 r% login reader% secret")
        for odd in ("logged_in reader1", "logged_in reader22", "error invalid_credentials", "logged_in reader"):
            with self.subTest(odd=odd):
                said = ["logged_in reader1", odd, "logged_in reader3"]
                self.assertEqual(login.answers(said), said)
        self.assertEqual(login.answers(["a", None, "a"]), ["a", "a"])

    def test_malformed_lines_are_refused_with_their_number(self) -> None:
        for line in ("each", "each 1..3", "each 1..3 r1 drop", "each 3..1 r% drop", "each 1..1001 r% drop", "each 1-3 r% drop",
                     "each 1..3 % get", "each 1..3 each 1..2 r%", "each 1..4 r% drop", "each 1..3 r% jump"):
            with self.subTest(line=line), self.assertRaisesRegex(ScriptError, "^x:2: "):
                parse("x", CLIENTS + line)


if __name__ == "__main__":
    unittest.main()
