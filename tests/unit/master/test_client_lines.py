import unittest
from typing import List

from master import script
from master.client_lines import Act, Connect
from master.script import ScriptError


class ClientLinesTest(unittest.TestCase):
    def after_connecting(self, *lines: str) -> List[script.Command]:
        text = "\n".join(["client c connect 0", "client t connect 1 text", "client r connect 1 room", *lines])
        return script.parse("x.input", text)[3:]

    def only(self, line: str) -> script.Command:
        (command,) = self.after_connecting(line)
        return command

    def test_a_client_connects_with_a_protocol(self) -> None:
        self.assertEqual(
            script.parse("x.input", "client c connect 0\nclient c_2 connect 63 text\nclient d connect 1  json"),
            [Connect("x.input", 1, "c", 0, "json"), Connect("x.input", 2, "c_2", 63, "text"),
             Connect("x.input", 3, "d", 1, "json")],
        )

    def test_lines_of_clients_become_words(self) -> None:
        for line, verb, words in (
            ("c register Bob a#b", "register", ("Bob", "a#b")),
            ("c login Bob pw", "login", ("Bob", "pw")),
            ("c logout", "logout", ()),
            ("c post  two  words, #1 ", "post", ("two  words, #1",)),
            ("c posts 10 some  text", "posts", ("10", "some  text")),
            ("c reply #1 some  text", "reply", ("#1", "some  text")),
            ("c edit #1 other", "edit", ("#1", "other")),
            ("c delete #1", "delete", ("#1",)),
            ("c follow Bob", "follow", ("Bob",)),
            ("c subscribe home", "subscribe", ("home",)),
            ("c subscribe home Bob", "subscribe", ("home", "Bob")),
            ("c feed thread #1", "feed", ("thread", "#1")),
            ("c events", "events", ()),
            ("c events 3", "events", ("3",)),
            ("c skip 3", "skip", ("3",)),
            ("c resume 2", "resume", ("2",)),
            ("c stall", "stall", ()),
            ("t say  topic  x", "say", ("topic  x",)),
            ("r say  any  thing", "say", ("any  thing",)),
            ("r says 3 any  thing", "says", ("3", "any  thing")),
            ("r finish", "finish", ()),
        ):
            with self.subTest(line=line):
                self.assertEqual(self.only(line), Act("x.input", 4, line[0], verb, words))

    def test_counts_are_numbers(self) -> None:
        counts = [command.count for command in self.after_connecting("c events", "c events 7", "t skip 8")
                  if isinstance(command, Act)]
        self.assertEqual(counts, [0, 7, 8])

    def test_malformed_lines_are_refused_with_file_and_line(self) -> None:
        for line in (
            "client", "client d", "client d connect", "client d connect x", "client d connect 64",
            "client d connect 0 xml", "client d connect 0 json now", "client D connect 0", "client 1 connect 0",
            "client exit connect 0", "d events", "c", "c dance", "c register Bob", "c register Bob a b", "c login",
            "c logout now", "c post", "c posts 5", "c posts 0 x", "c posts x y", "c reply #1", "c delete", "c delete #1 x",
            "c follow", "c follow a b", "c subscribe", "c subscribe author", "c subscribe fun", "c subscribe home a b",
            "c subscribe topic a b", "c events 0", "c events x", "c events 1 2", "c events 10001", "c skip", "c resume",
            "c resume 64", "c drop it", "c say x", "t reply #1 x", "t subscribe home", "t resume 0",
            "r says 0 x", "r says x", "r login Bob pw", "r posts 2 x", "r finish it",
        ):
            with self.subTest(line=line):
                with self.assertRaises(ScriptError) as caught:
                    self.after_connecting(line)
                self.assertRegex(str(caught.exception), r"^x\.input:4: expected .+; found: ")

    def test_a_client_is_known_only_once_it_is_connected(self) -> None:
        with self.assertRaisesRegex(ScriptError, r"^x\.input:1: expected .*a client that is connected above"):
            script.parse("x.input", "c events\nclient c connect 0")


if __name__ == "__main__":
    unittest.main()
