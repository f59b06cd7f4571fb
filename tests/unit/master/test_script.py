import unittest

from master import script
from master.script import (
    AcceptLoss, Answer, Ask, Broadcast, CheckStore, Crash, Cut, Exit, Heal, Partition, Pause, Reshard, Resume, ScriptError,
    Send, Settle, Sleep, Start, Stop, Tear, WaitAlive, Wipe,
)


class ScriptTest(unittest.TestCase):
    def only(self, line: str) -> script.Command:
        (command,) = script.parse("x.input", line)
        return command

    def test_lab_lines_are_understood(self) -> None:
        self.assertEqual(self.only("3 start 16 10003"), Start("x.input", 1, 3, 16, 10003))
        self.assertEqual(self.only("0 get"), Ask("x.input", 1, 0, "get"))
        self.assertEqual(self.only("0 alive"), Ask("x.input", 1, 0, "alive"))
        self.assertEqual(self.only("2 crash"), Crash("x.input", 1, 2))
        self.assertEqual(self.only("sleep 1000"), Sleep("x.input", 1, 1000))
        self.assertEqual(self.only("exit"), Exit("x.input", 1))

    def test_our_lines_are_understood(self) -> None:
        self.assertEqual(self.only("partition 0,1 | 2,3,4"), Partition("x.input", 1, ((0, 1), (2, 3, 4))))
        self.assertEqual(self.only("partition 0|1|2 , 3"), Partition("x.input", 1, ((0,), (1,), (2, 3))))
        self.assertEqual(self.only("heal"), Heal("x.input", 1))
        self.assertEqual(self.only("cut 0 > 1"), Cut("x.input", 1, 0, 1))
        self.assertEqual(self.only("cut 12>3"), Cut("x.input", 1, 12, 3))
        self.assertEqual(self.only("1 pause"), Pause("x.input", 1, 1))
        self.assertEqual(self.only("1 resume"), Resume("x.input", 1, 1))
        self.assertEqual(self.only("1 stop"), Stop("x.input", 1, 1))
        self.assertEqual(self.only("1 wipe"), Wipe("x.input", 1, 1))
        self.assertEqual(self.only("1 tear"), Tear("x.input", 1, 1))
        self.assertEqual(self.only("1 store check"), CheckStore("x.input", 1, 1))
        self.assertEqual(self.only("1 store  accept-loss"), AcceptLoss("x.input", 1, 1))
        self.assertEqual(self.only("reshard 5"), Reshard("x.input", 1, 5))
        self.assertEqual(self.only("1 send as Bob  post #1"), Send("x.input", 1, 1, "as Bob  post #1"))
        self.assertEqual(self.only("1 answer"), Answer("x.input", 1, 1))
        self.assertEqual(self.only("settle 5000"), Settle("x.input", 1, 5000))
        self.assertEqual(self.only("1 settle 5000"), Ask("x.input", 1, 1, "settle 5000"))
        self.assertEqual(self.only("wait 500 0 alive 0,2"), WaitAlive("x.input", 1, 0, 500, (0, 2)))

    def test_any_other_line_for_a_node_is_forwarded_as_it_stands(self) -> None:
        self.assertEqual(self.only("0 block 1 out"), Ask("x.input", 1, 0, "block 1 out"))
        self.assertEqual(self.only("0  What  is this?"), Ask("x.input", 1, 0, "What  is this?"))

    def test_a_message_keeps_its_inner_spaces_and_its_hash(self) -> None:
        self.assertEqual(
            self.only("1 broadcast #a  b, I’m it"), Broadcast("x.input", 1, 1, "broadcast #a  b, I’m it")
        )

    def test_only_newlines_end_a_line(self) -> None:
        command = self.only("1 broadcast a\u2028b\u0085c")
        self.assertEqual(command, Broadcast("x.input", 1, 1, "broadcast a\u2028b\u0085c"))

    def test_blank_lines_and_comments_are_skipped_and_counted(self) -> None:
        commands = script.parse("x.input", "\n# first\n   # second\n  \r\nexit\r\n")
        self.assertEqual(commands, [Exit("x.input", 5)])

    def test_malformed_lines_are_refused_with_file_and_line(self) -> None:
        for line in (
            "hello", "0", "64 get", "-1 get", "0 start", "0 start 3", "0 start 3 x", "0 start 0 10000",
            "0 start 65 10000", "3 start 3 10003", "0 start 3 70000", "0 broadcast", "0 broadcast   ", "0 crash now",
            "0 pause 5", "0 wipe all", "0 tear 5", "0 store", "0 store check 1", "0 store keep", "reshard", "reshard 0", "reshard 65",
            "reshard 3 5", "0 send", "0 send broadcast x", "0 answer 1",
            "sleep", "sleep -1", "sleep soon", "sleep 600001", "settle", "settle x", "settle 5 0", "exit 0", "heal 0", "partition",
            "partition 0,1", "partition 0 | 0", "partition 0,,1 | 2", "partition 0 | x", "cut 0", "cut 0 > 0",
            "cut 0 < 1", "wait 10 0", "wait 10 0 get", "wait 10 0 alive", "wait 10 0 alive 2,1", "wait x 0 alive 0",
            "0 broadcast " + "x" * script.MAX_LINE_BYTES,
        ):
            with self.subTest(line=line[:40]):
                with self.assertRaises(ScriptError) as caught:
                    script.parse("dir/x.input", f"exit\n{line}\n")
                self.assertRegex(str(caught.exception), r"^dir/x\.input:2: expected .+; found: ")

    def test_text_that_is_not_utf8_is_refused_with_its_line(self) -> None:
        with self.assertRaises(ScriptError) as caught:
            script.decode("x.input", b"exit\n0 broadcast \xff\n")
        self.assertEqual(str(caught.exception), "x.input:2: expected UTF-8 text")


if __name__ == "__main__":
    unittest.main()
